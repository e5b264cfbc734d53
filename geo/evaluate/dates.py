"""Our dates on expressions with a known meaning ({"pub_date", "text", "start", "end", "precision"}; null: no date).

The baseline takes every expression to mean the day of publication.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import msgspec

from geo.evaluate.corpus import Table, day, lay_out, read_lines, share
from geo.extract import find_dates
from geo.pipeline import Tools


class Expression(msgspec.Struct, frozen=True):
    """One expression; start and end None: it is no date, however much it looks like one."""

    pub_date: str
    text: str
    start: str | None = None
    end: str | None = None


Interval = tuple[date | None, date | None]


def ours(row: Expression) -> list[Interval]:
    """The intervals of all dates found in the text."""
    return [(d.when.start, d.when.end) for d in find_dates(row.text, day(row.pub_date))]


def baseline(row: Expression) -> list[Interval]:
    """The day of publication."""
    return [(day(row.pub_date), day(row.pub_date))]


def table(corpora: Sequence[Path], tools: Tools, *, limit: int | None = None) -> Table:
    """Share of the expressions with exactly the interval meant, and of the non-dates that were taken for one."""
    rows = read_lines(corpora, Expression, limit)
    systems = {"Dateline": _figures(rows, ours), "baseline": _figures(rows, baseline)}
    meant = sum(row.start is not None for row in rows)
    head = f"{' + '.join(p.name for p in corpora)}: {meant} dates, {len(rows) - meant} that are none"
    return Table(lay_out(head, systems), systems["Dateline"])


def _figures(rows: Sequence[Expression], system: Callable[[Expression], list[Interval]]) -> dict[str, float]:
    dates = [row for row in rows if row.start is not None]
    others = [row for row in rows if row.start is None]
    exact = sum(system(row) == [(day(row.start), day(row.end))] for row in dates)
    clean = sum(not any(start for start, _ in system(row)) for row in others)
    return {"exact interval": share(exact, len(dates)), "negatives clean": share(clean, len(others))}
