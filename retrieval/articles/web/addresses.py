"""Which addresses of the web may be asked: http and https, on public machines alone."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from retrieval.errors import ArticleError

Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host that may be connected to, or raises ArticleError."""

# An IPv6 address of these kinds is the way to an IPv4 one.
_NAT64 = IPv6Network("64:ff9b::/96")
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
    return ip.is_global and not ip.is_multicast


def _reached(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Give the IPv4 address that is wrapped in an IPv6 one, if any."""
    if isinstance(ip, IPv4Address):
        return ip
    wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if wrapped is None and ip in _NAT64:
        wrapped = IPv4Address(int(ip) & (2**_IPV4_BITS - 1))
    return wrapped or ip
