"""Rows of the merged events and routes, with their links and their text: written and dropped together."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, insert, literal_column, select, text

from geo.filters import ROUTE, Filter
from geo.keep import changes, schema
from geo.keep.payload import digest, pack, unpack
from geo.keep.rows import ends, place_keys
from geo.records import Article, Event, Route, StoreError

T = TypeVar("T")

EVENT = "event"
CHUNK = 500
"""Bound values in one statement; SQLite allows some thousands."""

_things, _articles = schema.things.c, schema.articles.c
_PLAIN = Filter()

Row = tuple[int, Event | Route, bytes]
"""Number, record and payload of a thing."""


def kind_of(found: Event | Route) -> str:
    """event or route."""
    return EVENT if isinstance(found, Event) else ROUTE


def chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as one statement may ask for."""
    return (rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK))


def unindexed(column: Column[T]) -> ColumnElement[T]:
    """The column, in a condition for which no index is to be chosen.

    Beside some hundred ids SQLite would rather go through all rows of a kind: it holds a kind for a rare thing.
    """
    return literal_column(f"+{column.table.name}.{column.name}", column.type)


def insert_all(db: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """None is no statement."""
    if rows:
        db.execute(insert(table), rows)


def rewrite(db: Connection, gone: Sequence[int], fresh: Sequence[tuple[Event | Route, bytes]]) -> None:
    """Drops the things of these numbers and writes the others, each with its payload."""
    start = changes.last_number(db) + 1  # never one that was used before
    changes.note(db, [*gone, *range(start, start + len(fresh))])
    _drop(db, gone)
    for chunk in chunks(list(enumerate(fresh, start))):
        rows = [(seq, item, payload) for seq, (item, payload) in chunk]
        publishers = _publishers(db, {a for _, item, _ in rows for a in item.article_ids})
        _add(db, rows, publishers)
        _add_search(db, rows)


def _publishers(db: Connection, articles: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks(sorted(articles)):
        query = select(_articles.id, _articles.source).where(_articles.id.in_(chunk))
        found |= {row.id: row.source for row in db.execute(query)}
    return found


def _drop(db: Connection, gone: Sequence[int]) -> None:
    for chunk in chunks(gone):
        for table in schema.LINKS:
            db.execute(delete(table).where(table.c.thing.in_(chunk)))
        db.execute(delete(schema.things).where(_things.seq.in_(chunk)))
        numbers = [{"seq": seq} for seq in chunk]
        db.execute(text("DELETE FROM search WHERE rowid = :seq"), numbers)


def _publishers_of(item: Event | Route, publishers: Mapping[str, str]) -> tuple[str, ...]:
    missing = [a for a in item.article_ids if a not in publishers]
    if missing:
        raise StoreError(f"{item.id!r} rests on the article {missing[0]!r}, which is not kept; add it first.")
    return tuple(sorted({publishers[a] for a in item.article_ids}))


def _add(db: Connection, rows: Sequence[Row], publishers: Mapping[str, str]) -> None:
    """Rows of `things` and of its link tables."""
    links: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    things = []
    for seq, item, payload in rows:
        sources = _publishers_of(item, publishers)
        keys = place_keys(ends(item))
        things.append(_row(seq, item, payload) | {"sources": pack(sources), "place_keys": pack(keys)})
        links["members"] += [{"member_id": member, "thing": seq} for member in item.member_ids]
        links["thing_sources"] += [{"source": source, "thing": seq} for source in sources]
        links["thing_places"] += [{"key": key, "thing": seq} for key in keys]
        links["thing_points"] += [
            {"thing": seq, "lon": lon, "lat": lat} for lon, lat in sorted({w.shown_at for w in ends(item)})
        ]
    insert_all(db, schema.things, things)
    for table in schema.LINKS:
        insert_all(db, table, links[table.name])


def _row(seq: int, item: Event | Route, payload: bytes) -> dict[str, Any]:
    place = item.where if isinstance(item, Event) else None
    start, end = item.when.start, item.when.end
    return {
        "seq": seq, "id": item.id, "kind": kind_of(item), "status": item.status.value, "title": item.title,
        "type": item.event_type if isinstance(item, Event) else ROUTE, "worth": worth(item),
        "start_day": start and start.toordinal(), "end_day": end and end.toordinal(),
        "confidence": item.confidence, "n_independent": item.n_independent, "digest": digest(payload),
        "payload": payload,
        "lon": place and place.shown_at.lon, "lat": place and place.shown_at.lat,
        "precision": place.precision.value if place else "", "radius_km": place.radius_km if place else 0.0,
        "place_name": place.place.name if place else "",
    }


def worth(item: Event | Route) -> float:
    """How useful a person's look at it is: the doubt, times how many meet it, more where reports disagree.

    0 for what someone has reviewed, and for what nobody sees unless asked for.
    """
    shown = item.status in (_PLAIN.event_statuses if isinstance(item, Event) else _PLAIN.route_statuses)
    if item.reviewed or not shown:
        return 0.0
    disputed = 0.25 if isinstance(item, Event) and item.conflicts else 0.0
    return round((1.01 - item.confidence + disputed) * (1 + math.log2(len(item.article_ids))), 6)


def _add_search(db: Connection, rows: Sequence[Row]) -> None:
    """The full text of each: title, the sentences that report it, names of its places, who acts."""
    wanted = sorted({a for _, item, _ in rows for a in item.article_ids})
    texts: dict[str, str] = {}
    for chunk in chunks(wanted):
        for payload in db.scalars(select(_articles.payload).where(_articles.id.in_(chunk))):
            article = unpack(payload, Article)
            texts[article.id] = article.text
    entries = [
        {
            "rowid": seq, "title": item.title,
            "sentences": "\n".join(dict.fromkeys(
                texts[e.article_id][e.span.start : e.span.end] for e in item.evidence
            )),
            "places": "\n".join(sorted({name for w in ends(item) for name in (w.place.name, w.name_in_text)})),
            "actors": "\n".join([a.name for a in item.actors] if isinstance(item, Event) else item.movers),
        }
        for seq, item, _ in rows
    ]
    db.execute(
        text("INSERT INTO search (rowid, title, sentences, places, actors) "
             "VALUES (:rowid, :title, :sentences, :places, :actors)"),
        entries,
    )


def write_over(db: Connection, old: Iterable[int], merged: Sequence[Event | Route]) -> bool:
    """Puts the merged in the place of the things of these numbers; whether anything changed. What stays the same is
    left as it is."""
    fresh = {item.id: (item, pack(item)) for item in merged}
    gone = []
    for chunk in chunks(sorted(set(old))):
        query = select(_things.seq, _things.id, _things.digest).where(_things.seq.in_(chunk))
        for row in db.execute(query):
            if row.id in fresh and digest(fresh[row.id][1]) == row.digest:
                del fresh[row.id]
            else:
                gone.append(row.seq)
    rewrite(db, gone, [fresh[i] for i in sorted(fresh)])
    return bool(gone or fresh)
