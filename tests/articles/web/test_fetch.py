"""Fetching: from public machines alone, within limits, and as politely as robots.txt asks."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from retrieval.articles.web.fetch import Fetcher, is_public
from retrieval.errors import ArticleError
from tests.articles.web.site import HOST, Site, as_if_public, serving

PRIVATE = (
    "http://127.0.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://127.1:{port}/",
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:{port}/",
    "http://localho\u017ft:{port}/",
    "http://xn--80ak6aa92e.localhost:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://0.0.0.0:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://\uff11\uff12\uff17.0.0.1:{port}/",
    "http://news.example@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@news.example/",
    "http://127\u30020\u30020\u30021:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://127.0.0.1:{port}#@news.example/",
    "http://127.0.0.1%00.news.example:{port}/",
    "http:\\\\127.0.0.1:{port}\\",
    "http://127.0.0.1:{port}/\r\nhost: news.example",
    "data:text/html,<p>A page.",
    "file:///etc/passwd",
    "ftp://news.example/",
    "gopher://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http://",
    "http://xn--/",
    "http://" + "a" * 3000,
)
NEVER_PUBLIC = (
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
    *("224.0.0.1", "255.255.255.255", "fe80::1", "fc00::1", "ff02::1", "::", "fe80::1%eth0"),
    *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "not an address", ""),
    *("::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::1.1.1.1", "fec0::1", "5f00::1", "3fff::1"),
    *("192.0.0.8", "198.18.0.1", "240.0.0.1", "100::1", "2001:db8::1", "2001:0:7f00:1::"),
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.put("/", "<p>A page.</p>")
        yield site


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher(resolve=as_if_public, max_bytes=10_000)
    yield fetcher
    fetcher.close()


@pytest.mark.parametrize("url", PRIVATE)
def test_nothing_is_connected_to_that_is_not_public(site: Site, url: str) -> None:
    with pytest.raises(ArticleError):
        Fetcher().fetch(url.format(port=site.port))

    assert site.asked == []


@pytest.mark.parametrize("address", NEVER_PUBLIC)
def test_private_local_and_reserved_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_other_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", PRIVATE[:22])
def test_a_redirect_does_not_lead_to_what_is_not_public(
    site: Site, fetcher: Fetcher, url: str
) -> None:
    site.move("/moved", url.format(port=site.port) + "secret")

    with pytest.raises(ArticleError):
        fetcher.fetch(site.url("/moved"))

    assert site.pages_asked() == ["/moved"]


def test_a_name_that_comes_to_mean_another_machine_is_not_connected_to(site: Site) -> None:
    answers = iter([["127.0.0.1"]])

    def rebound(host: str, port: int) -> list[str]:
        try:
            return next(answers)
        except StopIteration:
            raise ArticleError("not on the public web") from None

    site.answers["/robots.txt"] = (200, {"connection": "close"}, b"")
    with pytest.raises(ArticleError, match="public web"):
        Fetcher(resolve=rebound).fetch(site.url("/"))

    assert site.asked == ["/robots.txt"]


def test_redirects_are_followed_but_not_for_ever(site: Site, fetcher: Fetcher) -> None:
    site.move("/old", "/")
    site.move("/loop", "/loop")

    page = fetcher.fetch(site.url("/old"))

    assert page is not None
    assert (page.url, page.data) == (site.url("/"), b"<p>A page.</p>")
    with pytest.raises(ArticleError, match="redirects"):
        fetcher.fetch(site.url("/loop"))


def test_robots_txt_is_obeyed_and_asked_for_once(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private/*.html$\n", "text/plain")
    site.put("/private/a.html", "A page.")

    with pytest.raises(ArticleError, match=r"robots\.txt"):
        fetcher.fetch(site.url("/private/a.html"))
    fetcher.fetch(site.url("/"))

    assert site.asked == ["/robots.txt", "/"]


def test_a_page_that_is_too_large_or_packed_is_refused(site: Site, fetcher: Fetcher) -> None:
    site.put("/large", b"x" * 10_001)
    site.put("/packed", b"x", content_encoding="gzip")

    with pytest.raises(ArticleError, match="larger than"):
        fetcher.fetch(site.url("/large"))
    with pytest.raises(ArticleError, match="packed"):
        fetcher.fetch(site.url("/packed"))


def test_a_server_that_drips_or_falls_silent_is_left(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.articles.web.fetch._WHOLE_S", -1.0)

    with pytest.raises(ArticleError, match="too long"):
        fetcher.fetch(site.url("/"))


def test_a_body_without_an_end_is_left_at_the_limit_of_size(fetcher: Fetcher) -> None:
    def pour(listener: socket.socket) -> None:
        for number in range(2):  # robots.txt, then the page
            client, _ = listener.accept()
            with client, suppress(OSError):
                client.recv(10_000)
                client.sendall(
                    b"HTTP/1.1 %d OK\r\nconnection: close\r\n\r\n" % (404 - 204 * number)
                )
                while number:
                    client.sendall(b"x" * 10_000)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        pouring = threading.Thread(target=pour, args=(listener,))
        pouring.start()
        with pytest.raises(ArticleError, match="larger than"):
            fetcher.fetch(f"http://{HOST}:{listener.getsockname()[1]}/")
        pouring.join(timeout=10)

    assert not pouring.is_alive()


def test_an_answer_that_is_no_page_is_named(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(ArticleError, match="404"):
        fetcher.fetch(site.url("/nothing"))


def test_what_has_not_changed_is_not_fetched_again(site: Site, fetcher: Fetcher) -> None:
    site.put("/", "A page.", etag='"1"')
    first = fetcher.fetch(site.url("/"))
    assert first is not None

    again = fetcher.fetch(site.url("/"), first.conditions)
    site.put("/", "An edited page.", etag='"2"')
    edited = fetcher.fetch(site.url("/"), first.conditions)

    assert again is None
    assert edited is not None
    assert edited.data == b"An edited page."
