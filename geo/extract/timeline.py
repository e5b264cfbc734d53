"""Reports of one block in order of their days: who may be of one time with whom, without asking every two."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from geo.extract.likeness import Report, reach

NEIGHBOURS = 40
"""A report is compared with at most so many others before and as many after it; clusters chain over more."""
NEVER, EVER = -1, 10_000_000
"""Ordinals of days before and after all."""


class Timeline:
    """The reports of a block, those without any day behind all others; equal days in order of id."""

    def __init__(self, reports: Iterable[Report]) -> None:
        rows = sorted((_row(r) for r in reports), key=lambda row: (row[0], row[3].event.id))
        self._rows = [row[3] for row in rows]
        self._days = [day for day, _, _, _ in rows]
        self._reach = [(low, high) for _, low, high, _ in rows]
        self._undated = bisect_left(self._days, EVER)
        dated = rows[: self._undated]
        self._back = max((day - low for day, low, _, _ in dated), default=0)
        self._on = max((high - day for day, _, high, _ in dated), default=0)

    def meeting(self, some: Sequence[Report]) -> Iterator[tuple[Report, Report]]:
        """Each of `some` with the others that it may be of one time with, at most NEIGHBOURS on either side.

        What has no day is compared with the latest of the others, and with the first without a day, in order of id.
        """
        for one in some:
            day, low, high, _ = _row(one)
            middle = min(bisect_left(self._days, day), self._undated)
            first = max(bisect_left(self._days, low - self._on), middle - NEIGHBOURS, 0)
            last = min(bisect_right(self._days, high + self._back), middle + NEIGHBOURS, self._undated)
            if day == EVER:
                first, last = max(0, middle - NEIGHBOURS), middle
            for at in (*range(first, last), *range(self._undated, min(len(self._rows), self._undated + NEIGHBOURS))):
                other_low, other_high = self._reach[at]
                other = self._rows[at]
                if low <= other_high and other_low <= high and other is not one:
                    yield one, other


def _row(report: Report) -> tuple[int, int, int, Report]:
    """Its first day (else that of its article), and the days that another must reach to be of one time with it."""
    days = reach(report.event.when, report.published)
    start = report.event.when.start or report.published
    if days is None or start is None:
        return EVER, NEVER, EVER, report
    return start.toordinal(), days[0].toordinal(), days[1].toordinal(), report
