"""Reports of one line in order of their days: who may be of one time with whom, without asking every two."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from geo.extract.likeness import Report, reach
from geo.records import Event

NEIGHBOURS = 40
"""A report is compared with at most so many others before and as many after it; clusters chain over more."""
NEVER, EVER = -1, 10_000_000
"""Ordinals of days before and after all."""


class Seat(NamedTuple):
    """Where a report stands in its lines: by its day, and among equals by a number drawn from its id."""

    day: int
    """Its first day, else that of its article, else EVER: it has none and stands behind all others."""
    tie: int
    low: int
    high: int
    """The days that another must reach to be of one time with it."""

    def meets(self, other: "Seat") -> bool:
        """Whether the two may be of one time."""
        return self.low <= other.high and other.low <= self.high


@lru_cache(maxsize=1 << 14)
def tie(identity: str) -> int:
    """A number of 63 bits; not the id itself, as a store keeps it for every line."""
    digest = blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def seat(event: Event, published: date | None) -> Seat:
    """The same in every line."""
    days = reach(event.when, published)
    start = event.when.start or published
    if days is None or start is None:
        return Seat(EVER, tie(event.id), NEVER, EVER)
    return Seat(start.toordinal(), tie(event.id), days[0].toordinal(), days[1].toordinal())


class Timeline:
    """The reports of a line in the order of their seats."""

    def __init__(self, reports: Iterable[Report]) -> None:
        rows = sorted(((seat(r.event, r.published), r.event.id, r) for r in reports), key=lambda row: row[:2])
        self._rows = [row[2] for row in rows]
        self._seats = [row[0] for row in rows]
        self._days = [one.day for one in self._seats]
        self._undated = bisect_left(self._days, EVER)
        dated = self._seats[: self._undated]
        self._back = max((one.day - one.low for one in dated), default=0)
        self._on = max((one.high - one.day for one in dated), default=0)

    def meeting(self, some: Sequence[Report]) -> Iterator[tuple[Report, Report]]:
        """Each of `some` with the others that it may be of one time with, at most NEIGHBOURS on either side.

        What has no day is compared with the latest of the others, and all with the first without a day.
        """
        for one in some:
            own = seat(one.event, one.published)
            middle = min(bisect_left(self._days, own.day), self._undated)
            first = max(bisect_left(self._days, own.low - self._on), middle - NEIGHBOURS, 0)
            last = min(bisect_right(self._days, own.high + self._back), middle + NEIGHBOURS, self._undated)
            if own.day == EVER:
                first, last = max(0, middle - NEIGHBOURS), middle
            for at in (*range(first, last), *range(self._undated, min(len(self._rows), self._undated + NEIGHBOURS))):
                other = self._rows[at]
                if own.meets(self._seats[at]) and other is not one:
                    yield one, other
