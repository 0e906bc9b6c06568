"""URLs as articles: pages, feeds and site maps."""

import time
from collections.abc import Iterator

import pytest

from retrieval.articles.raw import RawArticle
from retrieval.articles.web.fetch import Fetcher
from retrieval.articles.web.pages import Named, Web, WebPage, read_feed
from retrieval.errors import ArticleError
from tests.articles.web.site import Site, as_if_public, serving

TEXT = "The ferry to Skerry Island sank in the harbour on Monday, and nobody was hurt. "
PAGE = f"<html><head><title>{{}}</title></head><body><article><p>{TEXT * 4}</p></article></body>"
RSS = """<rss version="2.0"><channel><title>News</title>
<item><title>One</title><link>{0}/one</link></item><item><link>/two</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><title>One</title><link href="{0}/one"/></entry><entry><link href="/two"/></entry></feed>"""
SITE_MAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{0}/one</loc></url><url><loc>{0}/two</loc></url></urlset>"""
MAP_OF_MAPS = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>{0}/map.xml</loc></sitemap><sitemap><loc>{0}/maps.xml</loc></sitemap></sitemapindex>"""
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "laugh">{LAUGHS}]><urlset><url><loc>&l11;</loc></url></urlset>'

BOMB_IN_FEED = (
    f'<!DOCTYPE x [<!ENTITY l0 "laugh">{LAUGHS}]><rss version="2.0"><channel><item>'
    "<title>&l11;</title><link>&l11;</link></item></channel></rss>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        for name in ("one", "two"):
            site.put(f"/{name}", PAGE.format(name), etag=f'"{name}"')
        site.put("/rss", RSS.format(site.url("")), "application/rss+xml")
        site.put("/atom", ATOM.format(site.url("")), "application/atom+xml; charset=utf-8")
        site.put("/map.xml", SITE_MAP.format(site.url("")), "application/xml")
        site.put("/maps.xml", MAP_OF_MAPS.format(site.url("")), "text/xml")
        yield site


@pytest.fixture
def web() -> Web:
    return Web(Fetcher(resolve=as_if_public))


def articles(pages: Iterator[WebPage]) -> list[RawArticle]:
    return [page.found for page in pages if isinstance(page.found, RawArticle)]


def test_a_page_is_an_article_whose_source_is_its_url(site: Site, web: Web) -> None:
    [article] = articles(web.read(site.url("/one")))

    assert (article.source, article.url) == (site.url("/one"), site.url("/one"))
    assert article.folder == site.url("")
    assert TEXT.strip() in article.text


@pytest.mark.parametrize("path", ["/rss", "/atom", "/map.xml", "/maps.xml"])
def test_feeds_and_site_maps_give_the_pages_that_they_name(site: Site, web: Web, path: str) -> None:
    found = articles(web.read(site.url(path)))

    assert [article.source for article in found] == [site.url("/one"), site.url("/two")]


def test_a_second_reading_gives_only_what_has_changed(site: Site, web: Web) -> None:
    list(web.read(site.url("/rss")))
    site.put("/two", PAGE.format("new two"), etag='"other"')

    again = articles(web.read(site.url("/rss")))

    assert [article.source for article in again] == [site.url("/two")]


def test_what_is_no_page_is_told_and_the_rest_comes(site: Site, web: Web) -> None:
    site.put("/one", b"\x89PNG", "image/png")

    pages = list(web.read(site.url("/rss")))

    reasons = [getattr(page.found, "reason", None) for page in pages]
    assert reasons == ["it is image/png, not a page, text or PDF", None]


def test_what_is_no_url_is_an_error_before_anything_is_fetched(site: Site, web: Web) -> None:
    with pytest.raises(ArticleError, match="http"):
        web.read("file:///etc/passwd")


def test_the_charset_of_the_server_counts(site: Site, web: Web) -> None:
    site.put(
        "/one",
        ("Żółw poszedł do domu. " * 9).encode("iso-8859-2"),
        "text/plain; charset=iso-8859-2",
    )

    [article] = articles(web.read(site.url("/one")))

    assert article.text.startswith("Żółw")


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
@pytest.mark.parametrize("charset", ["ISO-8859-1", "latin1", "us-ascii", "windows-1252"])
def test_what_servers_call_latin_1_keeps_its_quotation_marks(
    site: Site, web: Web, charset: str, encoding: str, kind: str
) -> None:
    told = "“Nobody rang,” she said – it’s €5 for a café, and the harbour is closed on Mondays."
    more = "The lamp on the outer pier will be switched off in April, after 143 years. " * 3
    page = f"<html><body><article><p>{told}</p><p>{more}</p></article></body></html>"
    site.put("/one", page.encode(encoding), f"{kind}; charset={charset}")

    [article] = articles(web.read(site.url("/one")))

    assert told in article.text


@pytest.mark.parametrize("bomb", [BOMB, BOMB_IN_FEED])
def test_entities_do_not_grow_in_a_site_map_or_feed(bomb: str) -> None:
    began = time.monotonic()

    named = read_feed(bomb.encode(), "https://news.example/map.xml")

    assert len(repr(named)) < 1_000
    assert time.monotonic() - began < 60
    assert read_feed(b"no feed at all", "https://news.example/") == Named()
