"""What feeds and site maps name: pages, further site maps, and what they tell of each page."""

import html
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.files.encoding import decode
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from feedparser import FeedParserDict
    from lxml.etree import _Element

_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/rdf+xml application/xml text/xml".split()
)
_START = r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype [^>\[]*(?:\[.*?\]\s*)?>\s*)*"
_FEED = re.compile(rf"{_START}<(?:[\w.-]+:)?(?:rss|feed|rdf|urlset|sitemapindex)\b", re.I | re.S)
_PAGE = re.compile(rf"{_START}<html\b", re.I | re.S)
_HEAD_CHARS = 4_000
_DECLARED = re.compile(rb"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']")
_TAG = re.compile(r"<[^<>]*>")
_SENDER = re.compile(r"\S+@\S+\s*\((.+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page, what is told of it, and as much of its text as a feed gives, in HTML."""

    url: str
    told: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The further site maps and the pages that a feed or site map names, in its order."""

    maps: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


def is_feed(media_type: str, data: bytes) -> bool:
    """Tell whether this is a feed or site map: by how it begins, however it is called."""
    head = data[:_HEAD_CHARS].decode("utf-8-sig", "replace")
    return _FEED.match(head) is not None or (media_type in _TYPES and not _PAGE.match(head))


def read_feed(data: bytes, url: str) -> Named:
    """Give what a feed or site map names; nothing if it is neither."""
    data = _without_wrong_charset(data)
    root = _root(data)
    kind = str(root.tag).rpartition("}")[2] if root is not None else ""
    if root is not None and kind == "sitemapindex":
        return Named(maps=tuple(dict.fromkeys(urljoin(url, one) for one in _places(root))))
    entries = _in_map(root, url) if root is not None and kind == "urlset" else _in_feed(data, url)
    return Named(
        entries=tuple({entry.url: entry for entry in reversed(list(entries))}.values())[::-1]
    )


def _without_wrong_charset(data: bytes) -> bytes:
    """Give data as UTF-8 that names no other charset, where it is that, or not what it says."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.match(data)
        if declared and b"utf-8" not in declared[0].lower():
            return data
        try:
            data = decode(data)[0].encode()
        except ArticleError:
            return data
    return _DECLARED.sub(rb"\1", data)


def _root(data: bytes) -> "_Element | None":
    from lxml import etree

    # Neither entities nor other files: a few bytes must not become gigabytes.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        return etree.fromstring(data, parser) if data.strip() else None
    except (etree.XMLSyntaxError, LookupError):
        return None


def _places(root: "_Element") -> Iterator[str]:
    return filter(None, (_text(one, "loc") for one in root))


def _text(element: "_Element", *path: str) -> str:
    """Give the text of what lies along a path of names, whatever their prefixes."""
    steps = "/".join(f"*[local-name()='{name}']" for name in path)
    found = element.xpath(f"{steps}//text()")
    return "".join(map(str, found)).strip() if isinstance(found, list) else ""


def _in_map(root: "_Element", url: str) -> Iterator[Entry]:
    for one in root:
        told = (
            ("title", _text(one, "news", "title")),
            ("outlet", _text(one, "news", "publication", "name")),
            ("date", _text(one, "news", "publication_date")),
        )
        if place := _text(one, "loc"):
            yield Entry(url=urljoin(url, place), told=_good(told))


def _in_feed(data: bytes, url: str) -> Iterator[Entry]:
    import feedparser

    headers = {"content-location": url, "content-type": "application/xml"}
    for one in feedparser.parse(data, response_headers=headers).entries:
        place = one.get("feedburner_origlink") or one.get("link") or one.get("id", "")
        link = urljoin(url, str(place).strip()) if place else ""
        if link.startswith(("http://", "https://")):
            yield Entry(url=link, told=_told(one), text=_longest(one))


def _told(entry: "FeedParserDict") -> Mapping[str, str]:
    author = str(entry.get("author") or "")
    sender = _SENDER.fullmatch(author)
    day = entry.get("published_parsed") or entry.get("updated_parsed")
    return _good(
        (
            ("title", _plain(str(entry.get("title") or ""))),
            ("author", sender[1] if sender else "" if "@" in author else author),
            ("date", time.strftime("%Y-%m-%d", day) if day else ""),
        )
    )


def _good(values: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {name: fold(value) for name, value in values if value.strip()}


def _plain(marked: str) -> str:
    return html.unescape(_TAG.sub("", marked))


def _longest(entry: "FeedParserDict") -> str:
    texts = [str(one.get("value") or "") for one in entry.get("content", [])]
    return max([*texts, str(entry.get("summary") or "")], key=len)
