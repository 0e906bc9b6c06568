"""Feeds and site maps as sites have them: each gives its pages, and what it tells of them."""

import gzip
import time
from collections.abc import Iterator

import pytest

from retrieval.articles.raw import RawArticle, Skipped
from retrieval.articles.web.fetch import Fetcher
from retrieval.articles.web.pages import Web, is_feed, read_feed
from tests.articles.web.site import Site, as_if_public, serving

URL = "https://news.example/feeds/all.xml"
TEXT = "The ferry to Skerry Island sank in the harbour on Monday, and nobody was hurt. "
PAGE = f"<html><head><title>{{}}</title></head><body><article><p>{TEXT * 4}</p></article></body>"
WHOLE = "".join(
    f"<p>Passenger {n} says that the pier had been closed for weeks.</p>" for n in range(20)
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.put("/one", PAGE.format("One"))
        site.put("/two", PAGE.format("Two").replace("Skerry", "Fair"))
        yield site


@pytest.fixture
def web() -> Web:
    return Web(Fetcher(resolve=as_if_public))


def rss(items: str, **names: str) -> str:
    spaces = "".join(f' xmlns:{name}="{place}"' for name, place in names.items())
    channel = f"<channel><title>N</title>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0"{spaces}>{channel}</rss>'


def read(site: Site, web: Web, path: str) -> list[RawArticle | Skipped | None]:
    return [page.found for page in web.read(site.url(path))]


DC, CONTENT = "http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"


@pytest.mark.parametrize(
    ("feed", "url", "told"),
    [
        (
            rss("<item><title><![CDATA[A &amp; B]]></title><link><![CDATA[ /one ]]></link></item>"),
            "https://news.example/one",
            {"title": "A & B"},
        ),
        (
            rss(
                "<item><link>/one</link><dc:date>2021-03-02T08:00:00Z</dc:date>"
                "<dc:creator>Ines Dahl</dc:creator></item>",
                dc=DC,
            ),
            "https://news.example/one",
            {"date": "2021-03-02", "author": "Ines Dahl"},
        ),
        (
            rss(
                "<item><x:creator>Ines Dahl</x:creator><guid>https://news.example/one</guid>"
                "<pubDate>Tue, 2 Mar 2021 08:00:00 GMT</pubDate></item>",
                x=DC,
            ),
            "https://news.example/one",
            {"date": "2021-03-02", "author": "Ines Dahl"},
        ),
        (
            rss("<item><link>/one</link><author>no@reply.example (Ines Dahl)</author></item>"),
            "https://news.example/one",
            {"author": "Ines Dahl"},
        ),
        (
            rss(
                '<item><media:content url="/a.jpg"><media:title>A picture</media:title>'
                "<media:credit>Per</media:credit></media:content><title>One</title>"
                "<link>/one</link></item>",
                media=MEDIA,
            ),
            "https://news.example/one",
            {"title": "One"},
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/a/"><entry>'
            '<link rel="enclosure" href="a.mp3"/><link rel="alternate" href="one"/>'
            "<updated>2021-03-02T08:00:00Z</updated></entry></feed>",
            "https://other.example/a/one",
            {"date": "2021-03-02"},
        ),
        (
            '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>One</a:title>'
            '<a:link href="/one"/></a:entry></a:feed>',
            "https://news.example/one",
            {"title": "One"},
        ),
        (
            '<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www'
            '.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/'
            'sitemap-image/1.1"><s:url><s:loc>/one</s:loc><n:news><n:publication>'
            "<n:name>The Courier</n:name></n:publication><n:title>One</n:title>"
            "<n:publication_date>2021-03-02T08:00Z"
            "</n:publication_date></n:news><image:image><image:loc>/a.jpg</image:loc></image:image>"
            "</s:url></s:urlset>",
            "https://news.example/one",
            {"title": "One", "outlet": "The Courier", "date": "2021-03-02T08:00Z"},
        ),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org'
            f'/rss/1.0/" xmlns:dc="{DC}"><item rdf:about="/one"><title>One</title><link>/one</link>'
            "<dc:date>2021-03-02</dc:date></item></rdf:RDF>",
            "https://news.example/one",
            {"title": "One", "date": "2021-03-02"},
        ),
    ],
)
def test_a_feed_names_its_page_and_tells_of_it(feed: str, url: str, told: dict[str, str]) -> None:
    (entry,) = read_feed(feed.encode(), URL).entries

    assert (entry.url, entry.told) == (url, told)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("ISO-8859-1", "utf-8"), ("utf-8", "cp1252"), ("iso-8859-1", "cp1252"), ("x-odd", "utf-8")],
)
def test_a_wrong_charset_in_the_declaration_garbles_nothing(declared: str, encoding: str) -> None:
    feed = rss("<item><title>Fähre – zurück</title><link>/one</link></item>")
    feed = feed.replace('"1.0"?', f'"1.0" encoding="{declared}"?')

    (entry,) = read_feed(feed.encode(encoding), URL).entries

    assert entry.told == {"title": "Fähre – zurück"}


def test_an_item_that_comes_twice_is_one_page() -> None:
    item = "<item><guid>7</guid><link>/one</link></item>"

    assert (
        len(read_feed(rss(item * 2 + "<item><title>No link</title></item>").encode(), URL).entries)
        == 1
    )


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", ""])
def test_a_feed_is_known_by_how_it_begins(site: Site, web: Web, kind: str) -> None:
    site.put(
        "/rss", "\ufeff<!-- made by hand -->\n" + rss("<item><link>/one</link></item>")[21:], kind
    )

    (found,) = read(site, web, "/rss")

    assert isinstance(found, RawArticle)
    assert found.source == site.url("/one")


@pytest.mark.parametrize("kind", ["application/rss+xml", "application/xml", "text/xml"])
def test_a_page_that_is_called_a_feed_is_a_page(site: Site, web: Web, kind: str) -> None:
    site.put("/rss", f"<!DOCTYPE html>\n{PAGE.format('One')}", kind)

    (found,) = read(site, web, "/rss")

    assert isinstance(found, RawArticle)
    assert TEXT.strip() in found.text
    assert not is_feed(kind, b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>")


def test_a_packed_site_map_and_a_server_that_packs_unasked_are_read(site: Site, web: Web) -> None:
    names = f"<urlset><url><loc>{site.url('/one')}</loc></url></urlset>"
    site.put("/map.xml.gz", gzip.compress(names.encode()), "application/gzip")
    site.put("/one", gzip.compress(PAGE.format("One").encode()), content_encoding="gzip")

    (found,) = read(site, web, "/map.xml.gz")

    assert isinstance(found, RawArticle)
    assert found.title == "One"


def test_what_grows_beyond_the_limit_when_unpacked_is_refused(site: Site) -> None:
    site.put("/bomb", gzip.compress(b"x" * 2_000_000), content_encoding="gzip")

    (found,) = read(site, Web(Fetcher(resolve=as_if_public, max_bytes=1_000_000)), "/bomb")

    assert isinstance(found, Skipped)
    assert found.reason == "larger than 1 MB when unpacked"


def test_what_a_page_does_not_tell_the_feed_does(site: Site, web: Web) -> None:
    told = "<dc:creator>Ines Dahl</dc:creator><dc:date>2021-03-02</dc:date>"
    item = f"<item><link>/one</link>{told}</item>"
    site.put("/rss", rss(item, dc=DC), "application/rss+xml")

    (found,) = read(site, web, "/rss")

    assert isinstance(found, RawArticle)
    assert (found.title, found.author, found.published) == ("One", "Ines Dahl", "2021-03-02")
    assert (found.known_from["author"], found.known_from["title"]) == ("feed", "head")


@pytest.mark.parametrize("page", ["gone", "stub"])
def test_the_feed_s_own_text_counts_where_its_page_shows_less(
    site: Site, web: Web, page: str
) -> None:
    site.put("/stub", "<html><body><p>Subscribe to read on, it costs little.</p></body></html>")
    item = (
        f"<item><title>One</title><link>/{page}</link><description>A short word.</description>"
        + (f"<content:encoded><![CDATA[{WHOLE}]]></content:encoded></item>")
    )
    site.put("/rss", rss(item, content=CONTENT), "application/rss+xml")

    (found,) = read(site, web, "/rss")

    assert isinstance(found, RawArticle)
    assert "Passenger 19 says" in found.text
    assert (found.title, found.url) == ("One", site.url(f"/{page}"))
    assert found.notes == ("the text is that of the feed; its page shows less",)


def test_an_item_that_redirects_has_the_url_that_it_leads_to(site: Site, web: Web) -> None:
    site.move("/out?id=1", "/one")
    site.put("/rss", rss("<item><link>/out?id=1</link></item>"), "application/rss+xml")

    (found,) = read(site, web, "/rss")

    assert isinstance(found, RawArticle)
    assert (found.source, found.url) == (site.url("/out?id=1"), site.url("/one"))


def test_a_feed_of_a_thousand_items_is_told_within_seconds() -> None:
    items = "".join(f"<item><title>{n}</title><link>/a{n}</link></item>" for n in range(1_000))
    began = time.process_time()

    assert len(read_feed(rss(items).encode(), URL).entries) == 1_000
    assert time.process_time() - began < 10
