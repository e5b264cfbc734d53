"""What is asked of many rows at once: those of the snapshot, the places that articles name, how much there is."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from geo.filters import ROUTE
from geo.keep import schema
from geo.keep.payload import unpack
from geo.keep.rows import LightRow, PlaceUse
from geo.keep.things import EVENT, chunks
from geo.records import Place

_things, _articles, _reported = schema.things.c, schema.articles.c, schema.reported.c


def light_rows(db: Connection, numbers: Collection[int] | None) -> Iterator[LightRow]:
    """One row for each merged event, or for each that has one of these numbers; in any order."""
    t = _things
    query = select(
        t.seq, t.id, t.type, t.status, t.start_day, t.end_day, t.lon, t.lat, t.precision, t.radius_km,
        t.place_name, t.sources, t.place_keys, t.confidence, t.title, t.n_independent,
    ).where(t.kind == EVENT)
    lists: dict[bytes, tuple[str, ...]] = {}  # the same few lists stand in very many rows

    def strings(packed: bytes) -> tuple[str, ...]:
        if packed not in lists:
            lists[packed] = unpack(packed, tuple[str, ...])
        return lists[packed]

    asked = [query] if numbers is None else [query.where(t.seq.in_(some)) for some in chunks(sorted(numbers))]
    for one in asked:
        for row in db.execution_options(yield_per=10_000).execute(one):
            yield LightRow._make((*row[:11], strings(row[11]), strings(row[12]), *row[13:]))


def places(db: Connection) -> tuple[PlaceUse, ...]:
    """Every place that an article names (peoples' names aside), by gazetteer id."""
    known, uses = schema.places.c, schema.place_uses.c
    query = (
        select(known.gazetteer_id, known.payload, uses.n_mentions, _articles.id)
        .join_from(schema.places, schema.place_uses)
        .join(schema.articles, uses.article == _articles.seq)
        .order_by(known.gazetteer_id, _articles.id)
    )
    payloads: dict[str, bytes] = {}
    used: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for identity, payload, mentions, article_id in db.execute(query):
        payloads[identity] = payload
        used[identity].append((mentions, article_id))
    return tuple(
        PlaceUse(unpack(payloads[key], Place), sum(n for n, _ in rows), tuple(a for _, a in rows))
        for key, rows in used.items()
    )


def counts(db: Connection) -> dict[str, int]:
    """How much there is of everything."""
    queries: dict[str, Any] = {
        "articles": select(func.count()).select_from(schema.articles),
        "mentions": select(func.coalesce(func.sum(_articles.n_mentions), 0)),
        "places": select(func.count()).select_from(schema.places),
        "reported_events": select(func.count()).where(_reported.kind == EVENT),
        "reported_routes": select(func.count()).where(_reported.kind == ROUTE),
        "events": select(func.count()).where(_things.kind == EVENT),
        "routes": select(func.count()).where(_things.kind == ROUTE),
        "quarantined": select(func.count()).select_from(schema.quarantine),
    }
    return {name: int(db.scalar(query) or 0) for name, query in queries.items()}
