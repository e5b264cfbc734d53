"""A URL -> the host and port it names, and the IP addresses that may be connected to.

Pages are fetched from the open internet only. Whoever writes a URL (in a feed, a sitemap, a redirect) must not be
able to make this machine ask another one that only it can reach, or itself.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit

from geo.records import NotFetched

URL_LIMIT = 2000
PORTS = {"http": (80, 8080), "https": (443, 8443)}
"""Scheme: its ports, the usual one first. Others belong to services that are no web servers."""

_UNPRINTED = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")

# The special-purpose registries of IANA, written out: what the standard library knows of them differs by version.
_CLOSED_V4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)))
_OPEN_V6 = IPv6Network("2000::/3")
"""Only this part of the space is given out for the open internet."""
_CLOSED_V6 = tuple(map(IPv6Network, (
    "2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20",
)))
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)

Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) -> its IP addresses as text; OSError when there are none."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one URL asks for. `host` is in small ASCII letters, without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query: what the request line says."""

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme][0] else f"{host}:{self.port}"

    @property
    def site(self) -> str:
        """Scheme and authority: what a robots.txt speaks for."""
        return f"{self.scheme}://{self.authority}"


def target_of(url: str) -> Target:
    """The parts of an http(s) URL. NotFetched for another scheme, a password, an odd port, a host that is none."""
    shown = repr(url[:100])
    if len(url) > URL_LIMIT or _UNPRINTED.search(url):
        raise NotFetched(f"The address {shown} is too long or holds spaces, backslashes or control characters.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotFetched(f"The address {shown} cannot be taken apart; check its host and port.") from None
    if parts.scheme not in PORTS:
        raise NotFetched(f"The address {shown} has the scheme {parts.scheme!r}; only http and https are fetched.")
    if "@" in parts.netloc:
        raise NotFetched(f"An address with a user name or password in it is not fetched ({host[:60]!r}).")
    port = PORTS[parts.scheme][0] if port is None else port
    if port not in {p for ports in PORTS.values() for p in ports}:
        raise NotFetched(f"The address {shown} asks for port {port}; only the usual ports of web servers are asked.")
    path = _ascii(parts.path or "/") + (f"?{_ascii(parts.query)}" if parts.query else "")
    return Target(parts.scheme, _host(host, shown), port, path)


def _ascii(text: str) -> str:
    """Letters beyond ASCII as percent signs, what is there already as it is."""
    try:
        return "".join(c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in text)
    except UnicodeEncodeError:
        raise NotFetched("The address holds half characters (lone surrogates).") from None


def _host(host: str, shown: str) -> str:
    """The host in ASCII; NotFetched for numbers that some programs take for an IP address and others do not."""
    if ":" in host:
        try:
            address = IPv6Address(host)
        except ValueError:
            raise _no_host(shown) from None
        if address.scope_id is not None:
            raise _no_host(shown)
        return address.compressed
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _no_host(shown) from None
    labels = host.removesuffix(".").split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise _no_host(shown)
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise NotFetched(f"The host of {shown} is a number, but no IP address in its plain form.") from None
    if len(labels) < 2:
        raise NotFetched(f"The host of {shown} has no dot: a name of the local network is not asked.")
    return host.removesuffix(".")


def _no_host(shown: str) -> NotFetched:
    return NotFetched(f"The address {shown} has no host that can be asked for.")


def open_addresses(target: Target, resolve: Resolver) -> tuple[str, ...]:
    """The IP addresses of the target's host, all of them on the open internet.

    NotFetched when one is not, also beside others that are: a name with both is made to get past this check.
    """
    try:
        found = [target.host] if _is_ip(target.host) else [*dict.fromkeys(resolve(target.host, target.port))]
    except OSError as error:
        raise NotFetched(f"The host {target.host!r} is not known ({error.strerror or error}).") from None
    if not found:
        raise NotFetched(f"The host {target.host!r} has no address.")
    for text in found:
        if not is_open(text):
            raise NotFetched(f"The host {target.host!r} leads to {text[:50]}, which is not on the open internet.")
    return tuple(found)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_open(text: str) -> bool:
    """Whether an IP address, and any other one hidden in it, is on the open internet."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in net for net in _CLOSED_V4)
    inner = _hidden(address)
    if inner is not None and not is_open(str(inner)):
        return False
    if address.ipv4_mapped or address in _NAT64:
        return True  # the address inside is all there is to it
    return (
        address.scope_id is None and address in _OPEN_V6 and not any(address in net for net in _CLOSED_V6)
        and (address.is_global or address.sixtofour is not None)
    )


def _hidden(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, 6to4, NAT64 or ISATAP address leads to; Teredo is closed as a whole."""
    if inner := address.ipv4_mapped or address.sixtofour:
        return inner
    hides = address in _NAT64 or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    return IPv4Address(int(address) & 0xFFFFFFFF) if hides else None
