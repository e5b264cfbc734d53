"""A layer by its address: whole answers are kept while the store is as it was, and may be asked for in parts.

GDAL, and QGIS with it, reads a file over HTTP by ranges of bytes; made anew for each range, a large layer would never
arrive, and two ranges could come from different data.
"""

import hashlib
import re
from collections import OrderedDict
from threading import Lock

from geo import __version__
from geo.keep import Store

BYTES_MOST = 192 * 1024 * 1024
"""Of all answers that one address keeps; a larger answer is not kept."""

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Answers:
    """The last answers by their tag, of the newest state of the store alone: those before are never asked for again.

    Methods may be called from several threads.
    """

    def __init__(self, most: int = BYTES_MOST) -> None:
        self._most, self._size, self._lock = most, 0, Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._state = ""

    def get(self, tag: str) -> bytes | None:
        """The answer, which is then the last to go."""
        with self._lock:
            if tag in self._kept:
                self._kept.move_to_end(tag)
            return self._kept.get(tag)

    def put(self, tag: str, body: bytes) -> None:
        """Keeps it, and lets go of the longest unasked ones until all fit."""
        if len(body) > self._most:
            return
        with self._lock:
            if self._state != _state_of(tag):
                self._kept.clear()
                self._size, self._state = 0, _state_of(tag)
            self._size += len(body) - len(self._kept.pop(tag, b""))
            self._kept[tag] = body
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])


def tag(store: Store, address: str) -> str:
    """An ETag that is the same as long as the answer to this address is; reckoned without making the answer."""
    states = (*store.states(), str(store.version()), __version__)
    return f'"{_digest(chr(0).join(states))[:16]}-{_digest(address)[:16]}"'


def _state_of(tag_: str) -> str:
    return tag_.partition("-")[0]


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def known(header: str | None, tag_: str) -> bool:
    """Whether an If-None-Match names the tag."""
    return any(part.strip().removeprefix("W/") in (tag_, "*") for part in (header or "").split(","))


def part(header: str | None, size: int) -> tuple[int, int] | None:
    """The half-open range of bytes that a Range asks for, cut to `size`; None is the whole.

    ValueError where the range lies behind the end. Several ranges at once are answered by the whole.
    """
    asked = _RANGE.fullmatch((header or "").strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
    if begin >= size or (first and last and int(last) < int(first)):
        raise ValueError(f"The range {header} lies outside 0..{size}.")
    return begin, end
