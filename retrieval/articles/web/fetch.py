"""One page of the web, fetched within limits and from public machines alone."""

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpcore
import httpx
from typing_extensions import override

from retrieval.articles.raw import MAX_BYTES
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from protego import Protego

Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host that may be connected to, or raises ArticleError."""

# An IPv6 address of these kinds is the way to an IPv4 one.
_NAT64 = IPv6Network("64:ff9b::/96")
# The rest of IPv6 is kept for other ends, some of which reach into a network of one's own.
_PUBLIC_V6 = IPv6Network("2000::/3")
_NEVER_PUBLIC = (IPv4Network("192.0.0.0/24"), IPv6Network("3fff::/20"))
_IPV4_BITS = 32


def public_addresses(host: str, port: int) -> Sequence[str]:
    """Give the addresses of a host if every one of them is public.

    A connection has to go to one of these very addresses: a name that is looked up again can
    mean another machine by then.

    Raises:
        ArticleError: The host is unknown, or an address of it is private, local or reserved.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ArticleError(f"the host {host} is not known") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(is_public(address) for address in addresses):
        raise ArticleError(f"{host} is not on the public web; only public pages are fetched")
    return addresses


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that anybody on the internet may ask."""
    try:
        ip = _reached(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    is_kept = isinstance(ip, IPv6Address) and ip not in _PUBLIC_V6
    is_kept = is_kept or any(ip in network for network in _NEVER_PUBLIC)
    return ip.is_global and not ip.is_multicast and not is_kept


def _reached(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Give the IPv4 address that is wrapped in an IPv6 one, if any."""
    if isinstance(ip, IPv4Address):
        return ip
    wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if wrapped is None and ip in _NAT64:
        wrapped = IPv4Address(int(ip) & (2**_IPV4_BITS - 1))
    return wrapped or ip


_AGENT = "Dateline"
_SILENT_S = 10.0  # a server that says nothing for so long has nothing to say
_WHOLE_S = 60.0
_MAX_REDIRECTS = 5
_MAX_URL_CHARS = 2_000
_MAX_ROBOTS_BYTES = 500_000  # what search engines read of one
_REMEMBERED_HOSTS = 256
_GZIP, _GZIP_MARK = ("gzip", "x-gzip"), b"\x1f\x8b"
_OK, _NOT_MODIFIED = 200, 304
_MOVED = {301, 302, 303, 307, 308}
_CONDITIONS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server gave; `url` is where redirects led, `media_type` is in lower case.

    `conditions` are headers that ask, next time, whether anything has changed since.
    """

    url: str
    media_type: str
    charset: str | None
    data: bytes
    conditions: Mapping[str, str] = field(default_factory=dict)


class _CheckedNetwork(httpcore.SyncBackend):
    """Connects to addresses that were checked, and to no name."""

    def __init__(self, resolve: Resolve) -> None:
        super().__init__()
        self._resolve = resolve

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = self._resolve(host, port)
        for address in others:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(last, port, timeout, local_address, socket_options)


class Fetcher:
    """Fetches pages as a polite stranger: few, small, and none that robots.txt keeps back."""

    def __init__(self, *, resolve: Resolve = public_addresses, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=_CheckedNetwork(resolve)
        )
        self._rules = lru_cache(maxsize=_REMEMBERED_HOSTS)(self._read_rules)

    def fetch(self, url: str, conditions: Mapping[str, str] | None = None) -> Fetched | None:
        """Give what stands at a URL; None if it has not changed under these conditions.

        Raises:
            ArticleError: The URL is none that is fetched, robots.txt keeps it back, the server
                failed, or the page is too large, too slow or packed.
        """
        until = time.monotonic() + _WHOLE_S
        for _ in range(_MAX_REDIRECTS + 1):
            parsed = parse_url(url)
            rules = self._rules(str(parsed.copy_with(raw_path=b"/robots.txt")))
            if not rules.can_fetch(url, _AGENT):
                raise ArticleError("its site's robots.txt asks not to fetch it")
            found = self._get(parsed, conditions or {}, self._max_bytes, until)
            if not isinstance(found, str):
                return found
            url = urljoin(url, found)
        raise ArticleError(f"more than {_MAX_REDIRECTS} redirects")

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()

    def _get(
        self, url: httpx.URL, conditions: Mapping[str, str], max_bytes: int, until: float
    ) -> Fetched | str | None:
        """Give the page, the place it has moved to, or None if it has not changed."""
        with _named_failures(), self._asked(url, conditions) as response:
            headers = httpx.Headers(response.headers)
            if response.status in _MOVED and (place := headers.get("location")):
                return str(place)
            if response.status == _NOT_MODIFIED and conditions:
                return None
            if response.status != _OK:
                raise ArticleError(f"the server answers {response.status}")
            encoding = headers.get("content-encoding", "identity").lower()
            if encoding not in ("identity", *_GZIP):
                raise ArticleError(f"the server sends it packed ({encoding}), though asked not to")
            data = b"".join(_limited(response.iter_stream(), max_bytes, until))
            if encoding in _GZIP or data.startswith(_GZIP_MARK):
                data = _unpacked(data, max_bytes)
        return Fetched(
            url=str(url),
            media_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
            charset=httpx.Response(_OK, headers=headers).charset_encoding,
            data=data,
            conditions={_CONDITIONS[k]: headers[k] for k in _CONDITIONS if k in headers},
        )

    def _asked(
        self, url: httpx.URL, conditions: Mapping[str, str]
    ) -> AbstractContextManager[httpcore.Response]:
        host = url.netloc.decode("ascii")
        headers = {"host": host, "user-agent": _AGENT, "accept-encoding": "identity", **conditions}
        phases = dict.fromkeys(("connect", "read", "write", "pool"), _SILENT_S)
        return self._pool.stream(
            "GET", str(url), headers=list(headers.items()), extensions={"timeout": phases}
        )

    def _read_rules(self, url: str) -> "Protego":
        """Read a site's robots.txt; where there is none, everything is allowed."""
        from protego import Protego

        until = time.monotonic() + _SILENT_S
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                found = self._get(parse_url(url), {}, _MAX_ROBOTS_BYTES, until)
            except ArticleError:
                break
            if not isinstance(found, str):
                return Protego.parse(found.data.decode("utf-8", "replace") if found else "")
            url = urljoin(url, found)
        return Protego.parse("")


def parse_url(url: str) -> httpx.URL:
    """Give a URL in its one form, its host in the letters of DNS.

    Raises:
        ArticleError: It is no address of a page on the web.
    """
    try:
        parsed = httpx.URL(url if len(url) <= _MAX_URL_CHARS else "")
        is_of_the_web = parsed.scheme in ("http", "https") and bool(parsed.host)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ArticleError(f"{url[:80]} is not a URL") from error
    if not is_of_the_web:
        raise ArticleError(f"{url[:80]} is not an http or https URL")
    if parsed.userinfo:
        raise ArticleError("a URL with a user name or password is not fetched")
    return parsed.copy_with(fragment=None)


def _unpacked(data: bytes, max_bytes: int) -> bytes:
    """Give what was packed with gzip, as many site maps are, within the limit."""
    unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        unpacked = unpacking.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise ArticleError("the server sends it packed, and broken") from error
    if len(unpacked) > max_bytes:
        raise ArticleError(f"larger than {max_bytes / 1e6:.0f} MB when unpacked")
    if not unpacking.eof:
        raise ArticleError("the server sends it packed, and cut short")
    return unpacked


def _limited(chunks: Iterable[bytes], max_bytes: int, until: float) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise ArticleError(f"larger than {max_bytes / 1e6:.0f} MB")
        if time.monotonic() > until:
            raise ArticleError("the server takes too long")
        yield chunk


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise ArticleError("the server does not answer in time") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise ArticleError(f"the server cannot be reached ({type(error).__name__})") from error
