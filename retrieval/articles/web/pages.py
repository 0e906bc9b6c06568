"""URLs as articles: a page is one, a feed or a site map names many."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urljoin, urlsplit

from retrieval.articles.files.apart import ApartReader
from retrieval.articles.folder import RawArticle, Skipped
from retrieval.articles.web.fetch import Fetched, Fetcher, parse_url
from retrieval.errors import ArticleError

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
_FEEDS = {"application/rss+xml", "application/atom+xml", "application/xml", "text/xml"}


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
        pages: list[str] = []
        for place in islice(_growing(maps), _MAX_MAPS):
            fetched = self._fetch(place)
            if not isinstance(fetched, Fetched) or fetched.media_type not in _FEEDS:
                yield WebPage(url=place, found=_article(fetched, place, apart))
                continue
            further, links = read_links(fetched.data, fetched.url)
            maps += [link for link in further if link not in seen]
            pages += [link for link in links if link not in seen]
            seen.update(further, links)
        for link in pages[:_MAX_LINKS]:
            yield WebPage(url=link, found=_article(self._fetch(link), link, apart))
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


def read_links(data: bytes, url: str) -> tuple[list[str], list[str]]:
    """Give the further site maps and the pages that a feed or site map names, in its order."""
    from lxml import etree

    # Neither entities nor other files: a few bytes must not become gigabytes.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    root = etree.fromstring(data, parser) if data.strip() else None
    kind = etree.QName(root).localname if root is not None else ""
    if root is not None and kind in ("urlset", "sitemapindex"):
        links = _absolute(url, (str(text) for text in root.xpath("//*[local-name()='loc']/text()")))
        return (links, []) if kind == "sitemapindex" else ([], links)
    return [], _absolute(url, _feed_links(data))


def _feed_links(data: bytes) -> Iterator[str]:
    import feedparser

    for entry in feedparser.parse(data).entries:
        if link := entry.get("link"):
            yield str(link)


def _absolute(url: str, links: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(urljoin(url, link.strip()) for link in links if link.strip()))


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
    ending = _READERS.get(fetched.media_type)
    if ending is None:
        kind = fetched.media_type or "no content type"
        return Skipped(source=url, reason=f"it is {kind}, not a page, text or PDF", is_unread=True)
    try:
        read = next(iter(apart.read(ending, _decoded(fetched), url, site_of(url))))
    except ArticleError as error:
        return Skipped(source=url, reason=str(error))
    if isinstance(read, Skipped) or read.url:
        return read
    return replace(read, url=url, known_from={**read.known_from, "url": "address asked for"})


def _decoded(fetched: Fetched) -> bytes:
    """Give the data as UTF-8 that says so, where the server has told what it is in."""
    if not (fetched.charset and fetched.media_type.startswith("text/")):
        return fetched.data
    try:
        return _BYTE_ORDER_MARK + fetched.data.decode(fetched.charset).encode()
    except (LookupError, UnicodeError):
        return fetched.data
