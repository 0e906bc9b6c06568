"""URLs as articles: a page is one, a feed or a site map names many and tells something of each."""

import html
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.files.apart import ApartReader
from retrieval.articles.files.encoding import decode, is_utf8, meant_by
from retrieval.articles.folder import RawArticle, Skipped
from retrieval.articles.metadata import FIELDS, checked_values, first_known
from retrieval.articles.web.fetch import Fetched, Fetcher, parse_url
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


_MAX_LINKS = 2_000  # a site map holds up to 50,000, and each is a page to fetch
_MAX_MAPS = 50
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_READERS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
_MIN_FEED_WORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """One URL and what came of it; `found` is None if it has not changed since last time."""

    url: str
    found: RawArticle | Skipped | None


def site_of(url: str) -> str:
    """Give the scheme and host of a URL, which stand for the folder of what comes from there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Web:
    """Reads URLs, and asks a second time only for what has changed since."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._conditions: dict[str, Mapping[str, str]] = {}

    def read(self, url: str) -> Iterator[WebPage]:
        """Give the article of a URL, or one for each link of a feed or site map.

        What cannot be fetched or read is given as skipped, with the reason.

        Raises:
            ArticleError: The text is no http or https URL.
        """
        start = str(parse_url(url))
        return self._read_apart(start)

    def read_page(self, url: str, apart: ApartReader) -> RawArticle | Skipped:
        """Give the article of one page; a feed or site map is skipped, with what it names.

        Raises:
            ArticleError: The text is no http or https URL.
        """
        start = str(parse_url(url))
        found = _article(self._fetch(start), start, apart)
        return found or Skipped(source=start, reason="it has not changed")

    def _read_apart(self, start: str) -> Iterator[WebPage]:
        with ApartReader() as apart:
            yield from self._followed(start, apart)

    def _followed(self, start: str, apart: ApartReader) -> Iterator[WebPage]:
        maps, seen = [start], {start}
        pages: list[Entry] = []
        for place in islice(_growing(maps), _MAX_MAPS):
            fetched = self._fetch(place)
            if not isinstance(fetched, Fetched) or not is_feed(fetched.media_type, fetched.data):
                yield WebPage(url=place, found=_article(fetched, place, apart))
                continue
            named = read_feed(fetched.data, fetched.url)
            maps += [link for link in named.maps if link not in seen]
            pages += [entry for entry in named.entries if entry.url not in seen]
            seen.update(named.maps, (entry.url for entry in named.entries))
        for entry in pages[:_MAX_LINKS]:
            found = _article(self._fetch(entry.url), entry.url, apart)
            yield WebPage(url=entry.url, found=found and _with_told(found, entry, apart))
        if len(pages) > _MAX_LINKS:
            reason = f"it names {len(pages):,} pages; the first {_MAX_LINKS:,} were read"
            yield WebPage(url=start, found=Skipped(source=start, reason=reason, is_unread=True))

    def _fetch(self, url: str) -> Fetched | Skipped | None:
        try:
            fetched = self._fetcher.fetch(url, self._conditions.get(url))
        except ArticleError as error:
            return Skipped(source=url, reason=str(error), is_unread=True)
        if fetched is not None:
            self._conditions[url] = fetched.conditions
        return fetched


def _growing(items: list[str]) -> Iterator[str]:
    """Give the items, those too that are added meanwhile."""
    at = 0
    while at < len(items):
        yield items[at]
        at += 1


def _article(
    fetched: Fetched | Skipped | None, url: str, apart: ApartReader
) -> RawArticle | Skipped | None:
    if not isinstance(fetched, Fetched):
        return fetched
    is_page = fetched.media_type.endswith("xml") and not is_feed(fetched.media_type, fetched.data)
    ending = ".html" if is_page else _READERS.get(fetched.media_type)
    if ending is None:
        kind = fetched.media_type or "no content type"
        return Skipped(source=url, reason=f"it is {kind}, not a page, text or PDF", is_unread=True)
    try:
        read = next(iter(apart.read(ending, _decoded(fetched), url, site_of(url))))
    except ArticleError as error:
        return Skipped(source=url, reason=str(error))
    if isinstance(read, Skipped) or read.url:
        return read
    how = "address asked for" if fetched.url == url else "address that it led to"
    return replace(read, url=fetched.url, known_from={**read.known_from, "url": how})


def _with_told(
    found: RawArticle | Skipped, entry: Entry, apart: ApartReader
) -> RawArticle | Skipped:
    """Add what the feed tells of a page; its text counts where the page shows less, or nothing."""
    words = len(entry.text.split())
    shown = len(found.text.split()) if isinstance(found, RawArticle) else 0
    if words >= _MIN_FEED_WORDS and words > 2 * shown:
        page = f"<html><body><article>{entry.text}</article></body></html>".encode()
        read = next(
            iter(apart.read(".html", _BYTE_ORDER_MARK + page, entry.url, site_of(entry.url)))
        )
        if isinstance(read, RawArticle):
            note = "the text is that of the feed; its page shows less"
            found = replace(read, url=entry.url, notes=(*read.notes, note))
    if isinstance(found, Skipped):
        return found
    told, _ = checked_values(entry.told)
    new = {name for name in FIELDS if getattr(told, name) and not getattr(found, name)}
    merged = {name: getattr(first_known(found, told), name) for name in FIELDS}
    return replace(found, **merged, known_from={**found.known_from, **dict.fromkeys(new, "feed")})


def _decoded(fetched: Fetched) -> bytes:
    """Give the data as UTF-8 that says so, where the server has told what it is in.

    Many servers say ISO-8859-1 of whatever they send: what is UTF-8 is that all the same.
    """
    meant = meant_by(fetched.charset or "") if fetched.media_type.startswith("text/") else None
    if meant is None or is_utf8(fetched.data):
        return fetched.data
    try:
        return _BYTE_ORDER_MARK + fetched.data.decode(meant).encode()
    except UnicodeError:
        return fetched.data
