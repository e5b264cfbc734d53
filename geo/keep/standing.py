"""Where each report stands in its lines, kept so that a new one meets its neighbours without all others being read.

Events stand as they were read, whatever people put right; routes stand as they are now, and rejected ones do not.
All is as of the last merge: what came in since is in `unmerged`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, insert, text

from geo.extract import timeline
from geo.extract.timeline import EVER, NEVER, Seat
from geo.keep import schema
from geo.keep.things import chunks

_COLUMNS = "SELECT day, tie, report, low, high FROM standing WHERE line = :line"
_BEFORE = text(f"{_COLUMNS} AND (day, tie, report) < (:day, :tie, :report) "
               "ORDER BY day DESC, tie DESC, report DESC LIMIT :n")
_BEHIND = text(f"{_COLUMNS} AND (day, tie, report) > (:day, :tie, :report) AND day < :ever "
               "ORDER BY day, tie, report LIMIT :n")
_FROM = text(f"{_COLUMNS} AND day >= :day ORDER BY day, tie, report LIMIT :n")
_BETWEEN = text(f"{_COLUMNS} AND day BETWEEN :first AND :last")
_THIS = "line = :line AND day = :day AND tie = :tie AND report = :report"
_ROWS_MOST = 20_000
"""Rows written by one statement."""


class Stand(NamedTuple):
    """One report in one line. In the order in which the line has them."""

    day: int
    tie: int
    report: int
    """Its number."""
    low: int
    high: int

    @property
    def seat(self) -> Seat:
        return Seat(self.day, self.tie, self.low, self.high)

    def meets(self, other: "Stand") -> bool:
        """Whether two different reports may be of one time."""
        return self.low <= other.high and other.low <= self.high and self.report != other.report


def stand(seat: Seat, report: int) -> Stand:
    """The same in every line of the report."""
    return Stand(seat.day, seat.tie, report, seat.low, seat.high)


def key_of(line: Sequence[str]) -> int:
    """A line as a number of 63 bits."""
    return int.from_bytes(blake2b("\0".join(line).encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


Lined = tuple[int, Stand]


def _values(row: Lined) -> dict[str, int]:
    line, at = row
    return {"line": line, **at._asdict()}


def put(db: Connection, rows: Iterable[Lined]) -> None:
    """Writes them; each stands there once."""
    waiting = iter(rows)
    while batch := list(islice(waiting, _ROWS_MOST)):
        db.execute(insert(schema.standing), [_values(row) for row in batch])


def take(db: Connection, rows: Collection[Lined]) -> frozenset[Lined]:
    """Takes them away, and gives those that were there."""
    there = frozenset(row for row in rows if is_there(db, *row))
    if there:
        db.execute(text(f"DELETE FROM standing WHERE {_THIS}"), [_values(row) for row in sorted(there)])
    return there


def is_there(db: Connection, line: int, at: Stand) -> bool:
    """Whether it stands in the line."""
    return db.execute(text(f"SELECT 1 FROM standing WHERE {_THIS}"), _values((line, at))).first() is not None


def occupied(db: Connection, lines: Iterable[int]) -> frozenset[int]:
    """Those of the lines that anyone stands in."""
    found: set[int] = set()
    for chunk in chunks(sorted(set(lines))):
        asked = ", ".join(f"({line})" for line in chunk)  # numbers of ours
        found |= set(db.scalars(text(
            f"SELECT column1 FROM (VALUES {asked}) WHERE EXISTS (SELECT 1 FROM standing WHERE line = column1)"
        )))
    return frozenset(found)


def _all(db: Connection, query: TextClause, **values: int) -> list[Stand]:
    return [Stand(*row) for row in db.execute(query, values)]


def before(db: Connection, line: int, at: Stand, n: int) -> list[Stand]:
    """The last `n` before a seat, the latest first."""
    return _all(db, _BEFORE, line=line, day=at.day, tie=at.tie, report=at.report, n=n)


def behind(db: Connection, line: int, at: Stand, n: int) -> list[Stand]:
    """The first `n` with a day after a seat."""
    return _all(db, _BEHIND, line=line, day=at.day, tie=at.tie, report=at.report, ever=EVER, n=n)


def undated(db: Connection, line: int, n: int) -> list[Stand]:
    """The first `n` without a day."""
    return _all(db, _FROM, line=line, day=EVER, n=n)


def between(db: Connection, line: int, first: int, last: int) -> list[Stand]:
    """All of these days, both inclusive."""
    return _all(db, _BETWEEN, line=line, first=first, last=last)


def window(db: Connection, line: int, at: Stand) -> Iterator[Stand]:
    """Whom a report of this seat is compared with in the line, as `Timeline.meeting` says."""
    n = timeline.NEIGHBOURS
    day_begins = Stand(at.day, NEVER, NEVER, 0, 0)
    near = before(db, line, day_begins, n)
    if at.day != EVER:
        near += behind(db, line, day_begins, n)
    return (other for other in (*near, *undated(db, line, n)) if at.meets(other))


def sees(db: Connection, line: int, at: Stand, other: Stand) -> bool:
    """Whether `other` is among those whom `at` is compared with in a line that it stands in."""
    n = timeline.NEIGHBOURS
    if other.day == EVER:
        return sum(1 for row in undated(db, line, n) if row < other) < n
    if other.day < at.day:  # also of one without a day: then all dated ones are before it
        later = behind(db, line, other, n)
        return sum(1 for row in later if row.day < at.day) < n
    earlier = before(db, line, other, n)
    return sum(1 for row in earlier if row.day >= at.day) < n
