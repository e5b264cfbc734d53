"""What changes in who is compared with whom when reports take a place in their lines, or leave one.

In a full line each report looks at its nearest neighbours only: a new one pushes others out of sight, one that leaves
lets others in. Looked at are the neighbours of what came or left, however long the line is.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from geo.extract import timeline
from geo.extract.lines import Line, lookers, looks_in, stands_in
from geo.extract.timeline import EVER, NEVER
from geo.keep.standing import (
    Lined,
    Stand,
    before,
    behind,
    between,
    key_of,
    occupied,
    put,
    sees,
    take,
    undated,
    window,
)
from geo.records import Event

Pair = tuple[Stand, Stand]


@dataclass(slots=True)
class Shifts:
    """Pairs of stands, the lower report first."""

    gained: set[Pair] = field(default_factory=set)
    """Compared now, and maybe before."""
    lost: set[Pair] = field(default_factory=set)
    """Compared no longer in one line; maybe still in another."""


Placed = tuple[Event, Stand]
"""An event as it was read, and where it stands."""


def replace(db: Connection, gone: Iterable[Placed], fresh: Sequence[Placed]) -> Shifts:
    """Takes these out of their lines, puts those in, and tells whose neighbours are others now."""
    out, into = _lined(gone), _lined(fresh)
    left = take(db, [(key_of(line), at) for line, rows in out.items() for at in rows])
    put(db, sorted((key_of(line), at) for line, rows in into.items() for at in rows))
    touched = [*out, *(line for line in into if line not in out)]
    there = occupied(db, map(key_of, {*touched, *(o for line in touched for o in lookers(line)),
                                      *(line for event, _ in fresh for line in looks_in(event))}))
    found = Shifts()
    new = frozenset(at.report for _, at in fresh)
    for line in touched:
        from_where = [key for other in lookers(line) if (key := key_of(other)) in there]
        if from_where:
            key = key_of(line)
            _shifted(db, found, _Change(
                key, from_where, frozenset(at for at in out.get(line, ()) if (key, at) in left),
                frozenset(into.get(line, ())), new,
            ))
    for event, at in fresh:
        for line in looks_in(event):
            if (key := key_of(line)) in there:
                found.gained.update(_pair(at, other) for other in window(db, key, at))
    return found


def _lined(placed: Iterable[Placed]) -> dict[Line, set[Stand]]:
    rows: defaultdict[Line, set[Stand]] = defaultdict(set)
    for event, at in placed:
        for line in stands_in(event):
            rows[line].add(at)
    return rows


def all_rows(placed: Iterable[Placed]) -> Iterable[Lined]:
    """Every row of these events."""
    return ((key_of(line), at) for event, at in placed for line in stands_in(event))


def _pair(a: Stand, b: Stand) -> Pair:
    return (a, b) if a.report < b.report else (b, a)


@dataclass(frozen=True, slots=True)
class _Change:
    line: int
    lookers: Sequence[int]
    """Lines whose reports look in it."""
    gone: frozenset[Stand]
    fresh: frozenset[Stand]
    new: frozenset[int]
    """All reports that are compared anew in any case."""


def _shifted(db: Connection, found: Shifts, change: _Change) -> None:
    touched = sorted(change.gone | change.fresh)
    dated = [at for at in touched if at.day < EVER]
    for at in dated:
        _around(db, found, change, at, len(dated))
    if len(dated) < len(touched):
        n = timeline.NEIGHBOURS
        now = undated(db, change.line, n + len(touched))
        was = sorted({*now, *(at for at in change.gone if at.day == EVER)} - change.fresh)
        came, went = _differ(was[:n], now[:n], change)
        if came or went:
            _compare(db, found, change, (NEVER, EVER), lambda day: (came, went))


def _around(db: Connection, found: Shifts, change: _Change, at: Stand, touched: int) -> None:
    """What one that came or left, and has a day, changes for those that look at its neighbourhood."""
    n = timeline.NEIGHBOURS
    most = 2 * n + touched
    head, tail = before(db, change.line, at, most)[::-1], behind(db, change.line, at, most)
    now = [*head, *([at] if at in change.fresh else ()), *tail]
    low = head[0] if len(head) == most else None
    high = tail[-1] if len(tail) == most else None
    back = {x for x in change.gone
            if x.day < EVER and (low is None or x >= low) and (high is None or x <= high)}
    was = sorted({*now, *back} - (change.fresh - back))
    steady = [x for x in now if x not in change.fresh]
    middle = bisect_left(steady, at)
    first = steady[middle - n].day + 1 if middle >= n else NEVER
    last = steady[middle + n - 1].day if middle + n <= len(steady) else EVER - 1
    days_now, days_was = [x.day for x in now], [x.day for x in was]

    def differing(day: int) -> tuple[set[Stand], set[Stand]]:
        a, b = bisect_left(days_now, day), bisect_left(days_was, day)
        return _differ(was[max(0, b - n):b + n], now[max(0, a - n):a + n], change)

    _compare(db, found, change, (first, last), differing)
    if last == EVER - 1:  # so late that what has no day is compared with it
        came, went = _differ(was[-n:], now[-n:], change)
        if came or went:
            _compare(db, found, change, (EVER, EVER), lambda day: (came, went))


def _differ(was: Collection[Stand], now: Collection[Stand], change: _Change) -> tuple[set[Stand], set[Stand]]:
    before_, after = set(was), set(now)
    came = (after - before_) | (after & change.fresh)
    return came, before_ - after


def _compare(
    db: Connection, found: Shifts, change: _Change, days: tuple[int, int],
    differing: Callable[[int], tuple[set[Stand], set[Stand]]],
) -> None:
    """Notes for each report that looks in the line, and has its seat in these days, who came and who went."""
    by_day: dict[int, tuple[set[Stand], set[Stand]]] = {}
    for line in change.lookers:
        for one in between(db, line, *days):
            if one.report in change.new:
                continue
            if one.day not in by_day:
                by_day[one.day] = differing(one.day)
            came, went = by_day[one.day]
            found.gained.update(_pair(one, other) for other in came if one.meets(other))
            found.lost.update(_pair(one, other) for other in went if one.meets(other))


def compared(db: Connection, two: Sequence[Placed]) -> bool:
    """Whether one of two reports that may be of one time looks in a line, and sees the other there."""
    return any(
        sees(db, key_of(line), at, other)
        for (event, at), (found, other) in (two, two[::-1])
        for line in set(looks_in(event)) & set(stands_in(found))
    )
