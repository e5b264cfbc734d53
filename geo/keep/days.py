"""Events over time: how many lie in each bar of a timeline, and how many are known too loosely to lie in one.

An event counts as sure in a bar when its whole interval lies in it. One that is known to a longer time (a month,
a year) is spread evenly over its days, so that no bar claims it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]

BARS_MOST = 210
"""More bars than this would be thinner than a finger can aim at."""
OUTLYING = 0.005
"""Share of events at either end that may lie outside the bars where they would squeeze the rest together."""
SQUEEZED = 3.0
"""How many times longer the whole span must be than the span of the rest before outliers are left out."""
YEARS = (1, 5, 10, 25, 100, 500)
DAY_LAST = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Bars:
    """A histogram of days. `edges` are first days of bars and the day behind the last, one more than bars."""

    unit: str
    """day, week (from Monday), month, quarter or years."""
    edges: tuple[date, ...]
    sure: tuple[int, ...]
    spread: tuple[float, ...]
    """Parts of events whose interval is longer than one bar."""
    before: int
    after: int
    undated: int
    loose: tuple[tuple[str, int], ...]
    """How many of them are spread: known to the week, to the month, or to longer; none that is 0."""


def bars(start: IntArray, end: IntArray, dated: NDArray[np.bool_], keep: tuple[int, int] | None = None) -> Bars:
    """The bars of events with these first and last days (ordinals); rows that are not dated are only counted.

    `keep` are days that must lie inside, such as what is chosen at present.
    """
    first, last = start[dated], end[dated]
    undated = len(start) - len(first)
    if not len(first):
        return Bars("day", (), (), (), 0, 0, undated, ())
    low, high = _span(first, last, keep)
    unit, edges = _edges(low, high)
    low, high = int(edges[0]), int(edges[-1])
    inside = (last >= low) & (first < high)
    a, b = np.maximum(first[inside], low) - low, np.minimum(last[inside], high - 1) - low
    bar_of = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    one = bar_of[a] == bar_of[b]
    sure = np.bincount(bar_of[a[one]], minlength=len(edges) - 1)
    loose_first, loose_last = first[inside][~one].astype(np.int64), last[inside][~one].astype(np.int64)
    widths = loose_last - loose_first + 1
    each = 1.0 / widths
    density = np.bincount(a[~one], each, high - low + 1) - np.bincount(b[~one] + 1, each, high - low + 1)
    spread = np.add.reduceat(np.cumsum(density)[:-1], edges[:-1] - low)
    named = (("week", widths <= 10), ("month", (widths > 10) & (widths <= 31)), ("longer", widths > 31))
    return Bars(
        unit, tuple(date.fromordinal(min(int(day), DAY_LAST)) for day in edges), tuple(sure.tolist()),
        tuple(round(max(0.0, float(x)), 2) for x in spread),
        int(np.count_nonzero(last < low)), int(np.count_nonzero(first >= high)), undated,
        tuple((name, int(np.count_nonzero(rows))) for name, rows in named if rows.any()),
    )


def _span(first: IntArray, last: IntArray, keep: tuple[int, int] | None) -> tuple[int, int]:
    """First and last day to show: all of them, unless a few outliers would squeeze the rest together."""
    low, high = int(first.min()), int(last.max())
    at = int(len(first) * OUTLYING)
    if high - low > 400 and at:
        inner_low = int(np.partition(first, at)[at])
        inner_high = int(np.partition(last, len(last) - 1 - at)[len(last) - 1 - at])
        if inner_high > inner_low and high - low > SQUEEZED * (inner_high - inner_low):
            low, high = inner_low, inner_high
    if keep:
        low, high = min(low, keep[0]), max(high, keep[1])
    return low, high


def _edges(low: int, high: int) -> tuple[str, NDArray[np.int64]]:
    """The unit that gives at most BARS_MOST bars, and the first day of each bar."""
    days = high - low + 1
    if days <= BARS_MOST // 2:
        return "day", np.arange(low, high + 2)
    if days <= 7 * (BARS_MOST - 1):
        monday = low - (low - 1) % 7
        return "week", np.arange(monday, high + 8, 7)
    first, last = date.fromordinal(low), date.fromordinal(high)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= BARS_MOST:
        return "month", _months(first.year * 12 + first.month - 1, 1, months)
    if months <= 3 * (BARS_MOST - 1):
        begin = first.year * 12 + (first.month - 1) // 3 * 3
        return "quarter", _months(begin, 3, (first.year * 12 + months + first.month - 2 - begin) // 3 + 1)
    years = next((n for n in YEARS if (last.year - first.year) // n + 2 <= BARS_MOST), YEARS[-1])
    begin = max(1, first.year // years * years)
    return "years", _months(begin * 12, 12 * years, (last.year - begin) // years + 1)


def _months(first: int, step: int, number: int) -> NDArray[np.int64]:
    """First days of `number` bars of `step` months from the month `first` (counted from year 0), and of the next."""
    counted: Sequence[int] = range(first, first + step * (number + 1), step)
    return np.array([_first_day(*divmod(month, 12)) for month in counted], np.int64)


def _first_day(year: int, month: int) -> int:
    """Of a month counted from 0; behind the last year there is the day after the last."""
    if year > date.max.year:
        return DAY_LAST + 1
    return date(year, month + 1, 1).toordinal()
