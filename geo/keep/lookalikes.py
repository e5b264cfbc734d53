"""Events that may be one: pairs of reports too unlike to be joined and too alike to be passed over."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from geo.extract.merge import SAME
from geo.keep import schema
from geo.keep.corrections import said
from geo.keep.payload import unpack
from geo.keep.reported import numbers
from geo.records import Event

LOOK_MOST = 400
"""So many of the likest pairs are looked through at a time; what is one event already or was parted falls out."""


@dataclass(frozen=True, slots=True)
class MaybeSame:
    """Two events that may be one."""

    one: Event
    other: Event
    likeness: float


def maybe_same(db: Connection, most: int, ids: Iterable[str] | None) -> tuple[MaybeSame, ...]:
    """At most `most` pairs of events, each once by its likest reports; those that someone parted are left out."""
    a, b = schema.reported.alias(), schema.reported.alias()
    one, other = schema.members.alias(), schema.members.alias()
    pairs = schema.pairs.c
    unread = and_(*(side.c.corrected.is_(None) & (side.c.rejected == "") for side in (a, b)))
    query = (
        select(pairs.likeness, a.c.id, b.c.id, one.c.thing, other.c.thing)
        .join_from(schema.pairs, a, a.c.seq == pairs.a).join(b, b.c.seq == pairs.b)
        .join(one, one.c.member_id == a.c.id).join(other, other.c.member_id == b.c.id)
        .where(pairs.likeness < SAME, one.c.thing != other.c.thing, or_(pairs.changed == 1, unread))
        .order_by(pairs.likeness.desc(), pairs.a, pairs.b)
    )
    if ids is not None:
        seqs = list(numbers(db, ids).values())
        query = query.where(or_(pairs.a.in_(seqs), pairs.b.in_(seqs)))
    best: dict[tuple[int, int], tuple[float, str, str]] = {}
    for likeness, first, second, x, y in db.execute(query.limit(LOOK_MOST)):
        best.setdefault((min(x, y), max(x, y)), (likeness, first, second))
    parted = _parted(db, best)
    found = [(key, row) for key, row in best.items() if key not in parted][:most]
    things = _events(db, {thing for key, _ in found for thing in key})
    return tuple(MaybeSame(things[x], things[y], row[0]) for (x, y), row in found)


def _parted(db: Connection, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of which someone said that a report of the one is not of the other's event."""
    things = sorted({thing for pair in pairs for thing in pair})
    query = select(schema.members.c.member_id, schema.members.c.thing, schema.articles.c.id).join(
        schema.reported, schema.reported.c.id == schema.members.c.member_id
    ).join(schema.articles, schema.articles.c.seq == schema.reported.c.article)
    rows = db.execute(query.where(schema.members.c.thing.in_(things))).all()
    thing_of = {row.member_id: row.thing for row in rows}
    out: set[tuple[int, int]] = set()
    for statement in said(db, {row.id for row in rows}):
        if not statement.same:
            for x in {thing_of[i] for i in statement.one if i in thing_of}:
                out |= {(min(x, y), max(x, y)) for y in {thing_of[i] for i in statement.other if i in thing_of}}
    return out


def _events(db: Connection, things: Iterable[int]) -> dict[int, Event]:
    query = select(schema.things.c.seq, schema.things.c.payload).where(schema.things.c.seq.in_(sorted(things)))
    return {row.seq: unpack(row.payload, Event) for row in db.execute(query)}
