"""What a web page tells of its article: title, outlet, authors and date, and where it tells it."""

import calendar
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import fold, letters, word_count
from retrieval.text.dates import is_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

_PARTS = re.compile(r"\s+[|·•»›–—-]\s+|\s+::\s+|\s*\|\s*")
_MAX_SITE_WORDS = 5
_MIN_HEADING_WORDS = 2
_NO_AUTHOR = re.compile(
    r"(?i)(?:(?:last )?(?:published|updated|posted|modified)\b.*|super ?user|admin(?:istrator)?"
    r"|web ?master|web ?editor|editor|staff(?: (?:writer|reporter))?s?|guest|unknown|author|n/?a"
    r"|by|.*\d.*|https?:.*|.*@.*)"
)
_BY = re.compile(r"(?i)^(?:written )?by:?\s+")
_MAX_AUTHOR_WORDS = 6
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?!\d)")
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """The page's own words on title, outlet and heading; empty where it has none."""

    titles: tuple[str, ...]
    headings: tuple[str, ...]
    outlets: tuple[str, ...]
    authors: tuple[str, ...]
    handles: frozenset[str]

    def values(self, found: "Document", page: str) -> Mapping[str, object]:
        """Give what is known, from the page's own words first, else from what was extracted."""
        outlet = self._outlet(found)
        title = self._title(found, outlet or found.hostname)
        if title and outlet and letters(outlet) == letters(title):
            outlet = None
        return {
            "title": title,
            "author": _authors("; ".join(self.authors) or found.author or "", outlet),
            "outlet": outlet,
            "published": _certain_date(found.date, page),
            "url": found.url,
        }

    def _outlet(self, found: "Document") -> str | None:
        names = (fold(name) for name in (*self.outlets, found.sitename or ""))
        return next((name for name in names if name and not self._is_handle(name)), None)

    def _is_handle(self, name: str) -> bool:
        return name.startswith("@") or name.casefold() in self.handles

    def _title(self, found: "Document", outlet: str | None) -> str | None:
        """Give the heading that a title of the page begins or ends with, else that title's part."""
        titles = [fold(title) for title in (*self.titles, found.title or "") if title.strip()]
        for title in titles:
            for heading in self.headings:
                whole, part = letters(title), letters(heading)
                framed = whole.startswith(part) or whole.endswith(part)
                if framed and word_count(part) >= _MIN_HEADING_WORDS:
                    return heading
        return _without_site(titles[0], outlet) if titles else None


def page_metadata(tree: "HtmlElement") -> PageMetadata:
    """Read the page's head, its headings and its data for machines."""
    data = list(_data(tree))
    meta = [
        (str(one.get("property") or one.get("name") or "").lower(), str(one.get("content") or ""))
        for one in tree.iter("meta")
    ]

    def told(*names: str) -> list[str]:
        return [content for name in names for key, content in meta if key == name and content]

    headlines = [str(one["headline"]) for one in data if isinstance(one.get("headline"), str)]
    in_head = [str(one.text_content()) for one in tree.iter("title")][:1]
    headings = (fold(str(one.text_content())) for one in tree.iter("h1"))
    handles = (one.lstrip("@").casefold() for one in told("twitter:site", "twitter:creator"))
    return PageMetadata(
        titles=tuple([*headlines[:1], *told("og:title")[:1], *in_head]),
        headings=tuple(heading for heading in headings if heading),
        outlets=(
            *told("og:site_name"),
            *(name for one in data for name in _names(one.get("publisher"))),
            *told("application-name"),
        ),
        authors=tuple(
            name for one in data if "headline" in one for name in _names(one.get("author"))
        ),
        handles=frozenset(handles),
    )


def _data(tree: "HtmlElement") -> Iterator[Mapping[str, object]]:
    """Give the objects of the page's JSON-LD; what is broken is passed over."""
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            loaded = json.loads(str(script.text_content()), strict=False)
        except (ValueError, RecursionError):
            continue
        for one in loaded if isinstance(loaded, list) else [loaded]:
            if isinstance(one, dict):
                graph = one.get("@graph")
                yield from (
                    part
                    for part in (graph if isinstance(graph, list) else [one])
                    if isinstance(part, dict)
                )


def _names(told: object) -> list[str]:
    """Give the names of a person or an organization, or of a list of them."""
    several = told if isinstance(told, list) else [told]
    names = (one.get("name") if isinstance(one, dict) else one for one in several)
    return [name for name in names if isinstance(name, str)]


def _without_site(title: str, site: str | None) -> str:
    """Give a title without the site's name before or after it; of `|` parts the longest."""
    parts = _PARTS.split(title)
    if len(parts) == 1:
        return title
    name = letters(site or "").replace(" ", "")
    own = [part for part in parts if not name or letters(part).replace(" ", "") not in name]
    if len(own) == len(parts) and "|" in title and word_count(parts[-1]) <= _MAX_SITE_WORDS:
        return max(title.split("|"), key=len).strip()
    if not own or len(own) == len(parts):
        return title
    start = title.index(own[0])
    return title[start : title.rindex(own[-1]) + len(own[-1])].strip()


def _authors(names: str, outlet: str | None) -> str | None:
    people = (_BY.sub("", fold(name)) for name in re.split(r"\s*;\s*", names))
    good = [
        name
        for name in people
        if name
        and not _NO_AUTHOR.fullmatch(name)
        and word_count(name) <= _MAX_AUTHOR_WORDS
        and letters(name) != letters(outlet or "")
    ]
    return ", ".join(dict.fromkeys(good)) or None


def _certain_date(day: str | None, page: str) -> str | None:
    """Give the day, or its year alone where only figures such as 03/04/2019 tell it."""
    if not day or not is_date(day) or day.count("-") != 2:  # noqa: PLR2004  year, month and day
        return day
    year, month, number = (int(part) for part in day.split("-"))
    figures = {(int(one), int(two)) for one, two, y in _FIGURES.findall(page) if int(y) == year}
    doubtful = month != number and max(month, number) <= _MONTHS_A_YEAR
    if not doubtful or not figures & {(month, number), (number, month)}:
        return day
    name = calendar.month_name[month]
    spelt = rf"(?:{name}|{name[:3]}|{name[:4]})\.?"
    certain = re.compile(
        rf"{year}[-/.]?0?{month}[-/.]?0?{number}(?!\d)"
        rf"|\b0?{number}(?:st|nd|rd|th)?\.? {spelt},? {year}"
        rf"|\b{spelt} 0?{number}(?:st|nd|rd|th)?,? {year}",
        re.IGNORECASE,
    )
    return day if certain.search(page) else str(year)
