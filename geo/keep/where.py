"""Filter -> the WHERE clauses of a select over things. Values are always bound; every operator has its clause."""

import unicodedata
from collections.abc import Callable

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    and_,
    column,
    false,
    literal_column,
    or_,
    select,
    table,
)

from geo.filters import ROUTE, TEXT_LIMIT, Filter
from geo.keep import schema
from geo.keep.rows import asked_keys, asked_sources
from geo.records import BBox

TERM_LIMIT = 32

ACTORS = "actors"
"""The column of the text index that holds who acts."""

_things = schema.things.c


def words(asked: str) -> tuple[str, ...]:
    """The terms that are searched for: split at white space, without those that hold no letter or digit.

    NUL and lone surrogates, which no stored text holds and SQLite cannot bind, end a term.
    """
    kept = "".join(" " if ch == "\0" or "\ud800" <= ch <= "\udfff" else ch for ch in asked[:TEXT_LIMIT])
    return tuple(term for term in kept.split() if any(map(_is_token, term)))[:TERM_LIMIT]


def _is_token(ch: str) -> bool:
    """As the index's tokeniser sees it: letters, numbers and private use."""
    category = unicodedata.category(ch)
    return category[0] in "LN" or category == "Co"


def match_expression(asked: str, column_: str = "") -> str:
    """FTS5 query in which each term is a quoted string, so that no character of it is syntax; "" for no term.

    With a column of the index, ours and never the reader's, the terms must stand in that one.
    """
    within = f"{column_} : " if column_ else ""
    return " ".join(within + '"' + term.replace('"', '""') + '"' for term in words(asked))


def matching(asked: str, column_: str = "") -> Select[tuple[int]]:
    """Numbers of things with every word of the text; a text without any word finds nothing."""
    expression = match_expression(asked, column_)
    index = table("search", column("rowid", Integer))
    return select(index.c.rowid).where(literal_column("search").op("MATCH")(expression) if expression else false())


def _linked(column: Column[str], values: tuple[str, ...]) -> ColumnElement[bool]:
    return _things.seq.in_(select(column.table.c.thing).where(column.in_(values)))


def _inside(box: BBox) -> ColumnElement[bool]:
    point = schema.thing_points.c
    sides = (point.lon >= box.west, point.lon <= box.east)
    across = or_(*sides) if box.west > box.east else and_(*sides)
    return _things.seq.in_(select(point.thing).where(point.lat.between(box.south, box.north), across))


CLAUSES: dict[str, Callable[[Filter], ColumnElement[bool]]] = {
    "since": lambda asked: _things.end_day >= asked.since.toordinal() if asked.since else false(),
    "until": lambda asked: _things.start_day <= asked.until.toordinal() if asked.until else false(),
    "sources": lambda asked: _linked(schema.thing_sources.c.source, asked_sources(asked.sources)),
    "types": lambda asked: or_(
        _things.kind == ROUTE, _things.type.in_([kind for kind in asked.types if kind != ROUTE])
    ),
    "statuses": lambda asked: or_(
        and_(_things.kind == ROUTE, _things.status.in_(sorted(asked.route_statuses))),
        and_(_things.kind != ROUTE, _things.status.in_(sorted(asked.event_statuses))),
    ),
    "place": lambda asked: _linked(schema.thing_places.c.key, asked_keys(asked.place)),
    "text": lambda asked: _things.seq.in_(matching(asked.text)),
    "bbox": lambda asked: _inside(asked.bbox) if asked.bbox else false(),
    "min_confidence": lambda asked: _things.confidence >= asked.min_confidence,
    "actor": lambda asked: _things.seq.in_(matching(asked.actor, ACTORS)),
    "min_origins": lambda asked: _things.n_independent >= asked.min_origins,
}
"""One clause for each field of Filter; a test holds it against filters.OPERATORS."""


def where(asked: Filter) -> ColumnElement[bool]:
    """The condition on things, without their kind. A status always counts: VISIBLE where none is asked."""
    return and_(*(CLAUSES[name](asked) for name in dict.fromkeys(("statuses", *asked.given))))


def ordered(query: Select[tuple[bytes]]) -> Select[tuple[bytes]]:
    """By first day, then id; unknown days last."""
    return query.order_by(_things.start_day.is_(None), _things.start_day, _things.id)
