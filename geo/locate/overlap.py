"""Spans and names of one text, asked for by position: the cost of a look-up does not grow with the text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

_BLOCK = 128
"""Code points to a drawer; most spans lie in one."""
_FIRST = re.compile(r"(?<![\w-])\w+")


class Spanned(Protocol):
    """Code points [start, end)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


T = TypeVar("T", bound=Spanned)


class Drawers(Generic[T]):
    """Spans filed by where they stand."""

    def __init__(self, spans: Iterable[T] = ()) -> None:
        self._at: defaultdict[int, list[tuple[int, T]]] = defaultdict(list)
        self._count = 0
        for span in spans:
            self.add(span)

    def add(self, span: T) -> None:
        for block in range(span.start // _BLOCK, (span.end - 1) // _BLOCK + 1):
            self._at[block].append((self._count, span))
        self._count += 1

    def over(self, start: int, end: int) -> list[T]:
        """What shares a code point with [start, end), in the order in which it was filed."""
        found = {}
        for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
            for number, span in self._at.get(block, ()):
                if span.start < end and start < span.end:
                    found[number] = span
        return [found[number] for number in sorted(found)]


def occurrences(names: Iterable[str], text: str) -> Iterator[tuple[int, int]]:
    """Where the names stand as whole words, the longest where several begin; any white space will do for a blank.

    A name must begin with a letter or digit. One pattern of all names would be tried at every letter, and a long text
    has many names: here only those that begin with the word at hand are.
    """
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        first = _FIRST.match(name)
        if first:
            by_word[first[0]].append(name)
    patterns = {
        word: re.compile("(?:" + "|".join(r"\s+".join(map(re.escape, name.split()))
                                          for name in sorted(group, key=lambda n: (-len(n), n))) + r")(?!\w)")
        for word, group in by_word.items()
    }  # fmt: skip
    end = 0
    for word in _FIRST.finditer(text) if patterns else ():
        pattern = patterns.get(word[0])
        if pattern is not None and word.start() >= end and (hit := pattern.match(text, word.start())):
            end = hit.end()
            yield hit.span()
