"""The one door to the network for articles: URL -> bytes, from the open internet only, within bounds.

The host is resolved once, all its addresses are checked, and the connection is made to a checked one: a name that
means something else a moment later does not matter. Proxies named in the environment are not used, as they would
resolve the name again.
"""

import http.client
import io
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urldefrag, urljoin

from geo import __version__
from geo.read.address import Resolver, Target, open_addresses, target_of
from geo.read.packed import RATIO_FROM, RATIO_LIMIT
from geo.records import NotFetched

USER_AGENT = f"Dateline/{__version__} (reads news articles for a map)"
SIZE_LIMIT = 20_000_000
"""Bytes of one answer, also once inflated."""
REDIRECT_LIMIT = 5
LONGEST_S = 30.0
"""For everything: names, redirects, and the last byte."""
REDIRECTS = (301, 302, 303, 307, 308)
_BLOCK = 1 << 16

Connector = Callable[[str, int, float], socket.socket]
"""(checked IP address, port, patience in seconds) -> a connected socket."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said at the end of all redirects, whatever its status."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in small letters; of those that repeat, the first."""
    data: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "")


def _connected(address: str, port: int, patience_s: float) -> socket.socket:
    return socket.create_connection((address, port), patience_s)


def resolved(host: str, port: int, patience_s: float = 10.0) -> Sequence[str]:
    """What the system's resolver says. It cannot be told to hurry, so it runs in a thread that is left behind."""
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(patience_s)
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError("its name was not answered for")
    return found


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Door:
    """How the network is reached. Tests put in their own resolver and connector; the checks stay."""

    resolve: Resolver = resolved
    connect: Connector = _connected
    trust: Callable[[], ssl.SSLContext] = _trust
    size_limit: int = SIZE_LIMIT
    longest_s: float = LONGEST_S
    agent: str = USER_AGENT

    def fetch(
        self, url: str, *, headers: Mapping[str, str] | None = None,
        before: Callable[[Target], None] = lambda target: None,
    ) -> Answer:
        """The answer at the end of at most REDIRECT_LIMIT redirects, each checked like the first address.

        `before` is told each target before it is asked, and may raise. NotFetched when an address may not be asked,
        or the answer does not come whole, in time and within the size.
        """
        end = time.monotonic() + self.longest_s
        for _ in range(REDIRECT_LIMIT + 1):
            target = target_of(url)
            before(target)
            answer = self._asked(url, target, headers or {}, end)
            onward = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not onward:
                return answer
            following = _joined(url, onward)
            if target.scheme == "https" and not following.startswith("https:"):
                raise NotFetched(f"{url[:100]} sends on from https to {following[:100]!r}, which is not followed.")
            url = following
        raise NotFetched(f"{url[:100]} is one redirect too many; {REDIRECT_LIMIT} are followed.")

    def _asked(self, url: str, target: Target, headers: Mapping[str, str], end: float) -> Answer:
        addresses = open_addresses(target, self.resolve)
        wire: _Wire | None = None
        connection: Any = http.client.HTTPConnection(target.host, target.port)
        try:
            # http.client speaks the protocol over a socket that is already where it may be.
            connection.sock = wire = self._wire(target, addresses, end)
            sent = {"Host": target.authority, "User-Agent": self.agent, "Accept-Encoding": "gzip",
                    "Accept": "*/*", "Connection": "close", **headers}
            connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders()
            with connection.getresponse() as response:
                found = {name.lower(): value for name, value in reversed(response.getheaders())}
                body = self._body(response, found, url) if response.status not in (*REDIRECTS, 304) else b""
                return Answer(urldefrag(url).url, response.status, found, body)
        except NotFetched:
            raise
        except TimeoutError:
            raise NotFetched(f"{url[:100]} did not answer within {self.longest_s:g} seconds.") from None
        except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
            raise NotFetched(f"{url[:100]} cannot be fetched ({_reason(error)}).") from None
        finally:
            if wire:
                wire.hang_up()

    def _wire(self, target: Target, addresses: Sequence[str], end: float) -> "_Wire":
        """A socket to the first address that takes the connection."""
        failed: OSError = OSError("no address")
        for address in addresses[:3]:
            try:
                plain = self.connect(address, target.port, min(10.0, _left(end)))
            except OSError as error:
                failed = error
                continue
            try:
                if target.scheme == "http":
                    return _Wire(plain, end)
                plain.settimeout(_left(end))
                return _Wire(self.trust().wrap_socket(plain, server_hostname=target.host), end)
            except BaseException:
                plain.close()
                raise
        raise failed

    def _body(self, response: http.client.HTTPResponse, headers: Mapping[str, str], url: str) -> bytes:
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise NotFetched(f"{url[:100]} answers packed as {encoding[:30]!r}, which was not asked for.")
        stated = headers.get("content-length", "")
        if stated.isdecimal() and int(stated) > self.size_limit:
            raise NotFetched(self._too_large(url))
        unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
        out, sent = bytearray(), 0
        while block := response.read1(_BLOCK):
            sent += len(block)
            while block:
                out += unpack.decompress(block, _BLOCK) if unpack else block
                block = unpack.unconsumed_tail if unpack else b""
                if len(out) > self.size_limit or sent > self.size_limit:
                    raise NotFetched(self._too_large(url))
                if len(out) > RATIO_FROM and len(out) > sent * RATIO_LIMIT:
                    raise NotFetched(f"{url[:100]} inflates to {RATIO_LIMIT} times its size, as a bomb does.")
        if (response.length or 0) > 0 or (unpack and sent and not unpack.eof):
            raise NotFetched(f"{url[:100]} broke off after {sent:,} bytes. Try again.")
        return bytes(out)

    def _too_large(self, url: str) -> str:
        return f"{url[:100]} has more than {self.size_limit // 1_000_000} MB; download it yourself and read the file."


def _left(end: float) -> float:
    """Seconds until `end`; TimeoutError when there are none."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _joined(url: str, onward: str) -> str:
    try:
        return urljoin(url, onward.strip())
    except ValueError:
        raise NotFetched(f"{url[:100]} sends on to {onward[:100]!r}, which is no address.") from None


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not hold: {error.verify_message}"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)[:200]


class _Wire:
    """A socket as http.client wants one, on which no call waits past the end."""

    def __init__(self, sock: socket.socket, end: float) -> None:
        self._sock, self._end = sock, end

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self._end))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self._sock, self._end), _BLOCK)

    def close(self) -> None:
        """http.client means by it that it sends nothing more; the answer is still to be read."""

    def hang_up(self) -> None:
        self._sock.close()


class _Stream(io.RawIOBase):
    """What arrives at a socket; a server that drips a byte now and then does not get more time for it."""

    def __init__(self, sock: socket.socket, end: float) -> None:
        self._sock, self._end = sock, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_left(self._end))
        return self._sock.recv_into(buffer)


def page_of(answer: Answer) -> Answer:
    """The same answer when it brings a body; NotFetched with the status where it does not."""
    if answer.status == 200 and answer.data:
        return answer
    reason = http.client.responses.get(answer.status, "not a status of HTTP")
    what = f"{answer.status}, {reason}" if answer.status != 200 else "nothing in it"
    raise NotFetched(f"{answer.url[:100]} answered with {what}.")
