"""What a web page tells of its article: title, outlet, authors and date, and where it tells it."""

import calendar
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice, takewhile
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.bylines import person_name, readable_name, told_in
from retrieval.articles.cleaning.page_lines import fold, letters, word_count
from retrieval.articles.files.page_parts import paragraphs, text_of
from retrieval.articles.metadata import normal_date
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
_ROLE = re.compile(
    r"(?i)[, ]+(?:(?:senior|chief|staff|special|guest) )*"
    r"(?:writer|reporter|correspondent|columnist|editor|contributor)$"
)
_MAX_AUTHOR_WORDS = 6
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?!\d)")
_MONTHS_A_YEAR = 12
_IN_WORDS = re.compile(
    r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.? [A-Z][a-z]{2,8}\.?,? \d{4}"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})\b"
)
_ONE_NAME = re.compile(r"[A-Z][a-z]+|[A-Z]+")
_BYLINE_NAME = re.compile(r"submitted|byline|dateline|posted|pub-?date|(?:post|entry|article)-date")
_MAX_BYLINE_CHARS = 120
_WRITERS_PAGE = re.compile(
    r"/(?:authors?|by|bylines?|staff|people|profiles?|contributors?|journalists?|writers?"
    r"|reporters?|correspondents?|columnists?|team|autor(?:en|es)?|auteurs?)/[^/]"
)
_MAX_LINES, _MAX_LINE_WORDS = 6, 20
_MIN_OTHER_HEADING_WORDS = 4
_MAX_LABEL_WORDS = 2
_MOST_OF_HOST = 0.75


Told = tuple[str, str]
"""A value and where the page tells it."""

_JSON_LD, _ELSEWHERE = "JSON-LD", "the page's text"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """The page's own words on title, outlet, authors and day, each with where it tells them."""

    titles: tuple[Told, ...]
    headings: tuple[str, ...]
    main_headings: frozenset[str]
    outlets: tuple[Told, ...]
    authors: tuple[Told, ...]
    days: tuple[Told, ...]
    byline: tuple[str, str]
    linked: tuple[str, ...]
    handles: frozenset[str]
    is_among_others: bool

    def values(self, found: "Document", page: str) -> Mapping[str, Told]:
        """Give what is known, from the page's own words first, else from what was extracted."""
        outlet, outlet_from = self._outlet(found)
        title, title_from = self._title(found, outlet or found.hostname)
        if title and outlet and letters(outlet) == letters(title):
            outlet = ""
        day = self._own_day(found.date) or _certain_date(found.date, page) or self.byline[1]
        author, author_from = self._author(found, outlet)
        return {
            "title": (title, title_from),
            "author": (author, author_from),
            "outlet": (outlet, outlet_from),
            "published": (day, self._day_from(day)),
            "url": (found.url or "", "canonical address"),
        }

    def _outlet(self, found: "Document") -> Told:
        names = ((fold(name), how) for name, how in (*self.outlets, (found.sitename or "", "head")))
        name, how = next((one for one in names if one[0] and not self._is_handle(*one)), ("", ""))
        return (name and self._named_as(found.hostname, name)) or name, how

    def _named_as(self, host: str | None, name: str) -> str:
        """Give the part of a title that is nearly all of the host's name, if only that is known."""
        if name != host:
            return ""
        site = _joined(name.removeprefix("www.").partition(".")[0])
        titles = (_PARTS.split(fold(title)) for title, _ in self.titles)
        fitting = [x for parts in titles if parts[1:] for x in parts if _joined(x) in site]
        best = max(fitting, key=lambda part: len(_joined(part)), default="")
        return best if len(_joined(best)) > _MOST_OF_HOST * len(site) else ""

    def _is_handle(self, name: str, how: str) -> bool:
        """Tell whether a name is one of Twitter's; a site may be called as its handle is."""
        is_name = how != "head" and _ONE_NAME.fullmatch(name) is not None
        return name.startswith("@") or (name.casefold() in self.handles and not is_name)

    def _title(self, found: "Document", outlet: str | None) -> Told:
        """Give the heading that a title of the page begins or ends with, else that title's part."""
        told = (*self.titles, (found.title or "", _ELSEWHERE))
        titles = [(fold(title), how) for title, how in told if title.strip()]
        headings = [one for one in self.headings if letters(one) != letters(outlet or "")]
        for title, _ in titles:
            for heading in headings:
                if heading not in self.main_headings and not _is_most_of(heading, title):
                    continue
                whole, part = letters(title), letters(heading)
                if _is_labelled(heading, title):
                    return title, "heading"
                framed = whole.startswith(part) or whole.endswith(part)
                if framed and word_count(part) >= _MIN_HEADING_WORDS:
                    return heading, "heading"
        return (_without_site(titles[0][0], outlet), titles[0][1]) if titles else ("", "")

    def _author(self, found: "Document", outlet: str) -> Told:
        if named := _authors("; ".join(name for name, _ in self.authors), outlet):
            return named, self.authors[0][1]
        told = (found.author or "", self.byline[0], "; ".join(self.linked))
        return next(filter(None, (_authors(names, outlet) for names in told)), ""), "byline"

    def _own_day(self, found: str | None) -> str:
        """Give the day of the article's own data, where the page has other articles' days too."""
        own = next((day for day, how in self.days if how == _JSON_LD), "")
        return (normal_date(own) or "") if self.is_among_others and found else ""

    def _day_from(self, day: str) -> str:
        return next((how for told, how in self.days if day and told.startswith(day)), _ELSEWHERE)


def page_metadata(tree: "HtmlElement") -> PageMetadata:
    """Read the page's head, its headings and its data for machines."""
    all_data = list(_data(tree))
    meta = [
        (str(one.get("property") or one.get("name") or "").lower(), str(one.get("content") or ""))
        for one in tree.iter("meta")
    ]

    def told(*names: str) -> list[Told]:
        return [(text, key) for name in names for key, text in meta if key == name and text]

    data = _of_this_article(all_data, tree)
    main = _texts(tree, "h1")
    sites = (one for one in told("og:site_name", "application-name") if one[0].startswith("@"))
    of_twitter = (*told("twitter:site", "twitter:creator"), *sites)
    handles = (one.lstrip("@").casefold() for one, _ in of_twitter)
    return PageMetadata(
        titles=(
            *_headlines(data),
            *told("og:title")[:1],
            *((title, "head") for title in _texts(tree, "title")[:1]),
        ),
        headings=(*main, *_texts(tree, "h2", "h3", "b", "strong", "big", "font")),
        main_headings=frozenset(main),
        outlets=(
            *told("og:site_name"),
            *((name, _JSON_LD) for one in data for name in _names(one.get("publisher"))),
            *told("application-name"),
        ),
        authors=tuple(
            (name, _JSON_LD)
            for one in data
            if "headline" in one
            for name in _names(one.get("author"))
        ),
        days=_days(tree, data, meta),
        byline=_byline(tree),
        linked=tuple(_linked_writers(tree)),
        handles=frozenset(handles),
        is_among_others=len(data) < len(all_data),
    )


def _joined(name: str) -> str:
    return letters(name).replace(" ", "").removeprefix("the")


def _headlines(data: Sequence[Mapping[str, object]]) -> list[Told]:
    found = (one.get("headline") for one in data)
    return [(headline, _JSON_LD) for headline in found if isinstance(headline, str)][:1]


def _texts(tree: "HtmlElement", *tags: str) -> list[str]:
    return [text for one in tree.iter(*tags) if (text := text_of(one))]


def _days(
    tree: "HtmlElement", data: Sequence[Mapping[str, object]], meta: Sequence[Told]
) -> tuple[Told, ...]:
    """Give each day that the page tells to machines, with where it does."""
    return (
        *((str(one["datePublished"]), _JSON_LD) for one in data if "datePublished" in one),
        *((text, key) for key, text in meta if text),
        *((str(one.get("datetime") or ""), "time") for one in tree.iter("time")),
    )


def _byline(tree: "HtmlElement") -> Told:
    """Give the writers and the day of the lines right below the heading."""
    texts = paragraphs(tree)
    heading = next((letters(str(one.text_content())) for one in tree.iter("h1", "h2")), "")
    start = next((i + 1 for i, text in enumerate(texts) if letters(text) == heading), 0)
    below = takewhile(lambda text: word_count(text) <= _MAX_LINE_WORDS, texts[start:])
    writers, day = told_in(islice(below, _MAX_LINES), bare_days=True)
    return writers, _day_in_byline(tree) or day


def _linked_writers(tree: "HtmlElement") -> Iterator[str]:
    """Give the names right below the heading that lead to pages about writers."""
    heading = next(tree.iter("h1"), None)
    after = list(dropwhile(lambda one: one is not heading, tree.iter("h1", "a", "p")))
    long = [one for one in after if one.tag == "p" and _is_long(one)]
    for one in takewhile(lambda one: one not in long[1:2], after):  # the first is a standfirst
        leads = one.tag == "a" and _WRITERS_PAGE.search(str(one.get("href") or ""))
        within = any(map(_is_long, one.iterancestors("p")))
        if leads and not within and (name := person_name(text_of(one))):
            yield name


def _is_long(element: "HtmlElement") -> bool:
    return word_count(text_of(element)) > _MAX_LINE_WORDS


def _day_in_byline(tree: "HtmlElement") -> str:
    """Give the first day that stands beside the writer's name; empty if none is certain."""
    for element in tree.iter("span", "div", "p", "footer", "time", "small", "td"):
        marked = f"{element.get('class', '')} {element.get('id', '')}".lower()
        text = text_of(element) if _BYLINE_NAME.search(marked) else ""
        if text and len(text) <= _MAX_BYLINE_CHARS and (day := _day_in(text)):
            return day
    return ""


def _day_in(text: str) -> str:
    """Give the day that a text names in words, or in figures that can mean no other."""
    for one, two, year in _FIGURES.findall(text):
        low, high = sorted((int(one), int(two)))
        if low <= _MONTHS_A_YEAR < high or low == high:
            return normal_date(f"{year}-{low}-{high}") or ""
    return next(filter(None, (normal_date(words[0]) for words in _IN_WORDS.finditer(text))), "")


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


def _of_this_article(
    data: Sequence[Mapping[str, object]], tree: "HtmlElement"
) -> list[Mapping[str, object]]:
    """Leave out the data of other articles, where one of several has the page's own heading."""
    headed = [one for one in data if isinstance(one.get("headline"), str)]
    shown = {letters(str(one.text_content())) for one in tree.iter("h1", "title")}
    own = [one for one in headed if letters(str(one["headline"])) in shown]
    return [one for one in data if not own or one not in headed or one in own]


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


def _is_most_of(heading: str, title: str) -> bool:
    """Tell whether what is set as a heading, or large, is most of a title and long enough."""
    words = word_count(heading)
    return words >= _MIN_OTHER_HEADING_WORDS and 2 * words >= word_count(title)


def _is_labelled(heading: str, title: str) -> bool:
    """Tell whether a heading is the title after a label, as in "Thread: …"."""
    label, _, rest = heading.partition(": ")
    return rest == title and word_count(label) <= _MAX_LABEL_WORDS


def _authors(names: str, outlet: str) -> str:
    people = (_BY.sub("", fold(name)) for name in re.split(r"\s*;\s*", names))
    people = (_ROLE.sub("", name) for name in people)
    people = (name.partition(" » ")[0] for name in people)  # after it stands a forum's date
    good = [
        readable_name(name)
        for name in people
        if name
        and not _NO_AUTHOR.fullmatch(name)
        and word_count(name) <= _MAX_AUTHOR_WORDS
        and letters(name) != letters(outlet)
    ]
    return ", ".join(dict.fromkeys(good))


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
