"""The merge after one correction: only what can be touched by it is merged again, with the same outcome as all anew.

Greedy joining never reaches beyond what is connected by pairs that are alike enough or by what people said. So it is
enough to join anew what was connected with the corrected reports before, and what is connected with them now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from geo.extract.independence import quotes_of
from geo.extract.likeness import Report, family, place_score, reach, report
from geo.extract.links import Links, Said, ids_of, resolve
from geo.extract.merge import SAME, clustered
from geo.extract.merge_corrected import Pair, compared
from geo.extract.merge_routes import merge_routes
from geo.extract.unite import layer
from geo.filters import ROUTE
from geo.keep import schema
from geo.keep.corrections import CHANGED, said
from geo.keep.payload import digest, pack, unpack
from geo.keep.reported import now, numbers, record
from geo.keep.things import EVENT, chunks, insert_all, rewrite
from geo.lexicon import types
from geo.records import Article, Event, Route, Status

_reported, _articles, _things, _pairs = schema.reported.c, schema.articles.c, schema.things.c, schema.pairs.c
_members = schema.members.c


# --- pairs


def replace_pairs(db: Connection, read: Sequence[Pair], changed: Sequence[Pair]) -> None:
    """Makes these all the pairs that are kept."""
    db.execute(delete(schema.pairs))
    seqs = numbers(db, {i for _, a, b in (*read, *changed) for i in (a, b)})
    for flag, rows in ((0, read), (1, changed)):
        _insert_pairs(db, rows, seqs, flag)


def _insert_pairs(db: Connection, rows: Iterable[Pair], seqs: Mapping[str, int], flag: int) -> None:
    insert_all(db, schema.pairs, [
        {"a": seqs[a], "b": seqs[b], "changed": flag, "likeness": likeness} for likeness, a, b in rows
        if a in seqs and b in seqs
    ])


def forget(db: Connection, article: int) -> None:
    """Drops the reports of an article, with their pairs."""
    mine = select(_reported.seq).where(_reported.article == article)
    db.execute(delete(schema.pairs).where(or_(_pairs.a.in_(mine), _pairs.b.in_(mine))))
    db.execute(delete(schema.reported).where(_reported.article == article))


def renew_pairs(db: Connection, touched: Collection[int]) -> None:
    """Compares reports that have just changed, or been changed back, with whatever may be their event now."""
    for chunk in chunks(sorted(touched)):
        db.execute(delete(schema.pairs).where(_pairs.changed == 1, or_(_pairs.a.in_(chunk), _pairs.b.in_(chunk))))
    found: set[Pair] = set()
    states = now(db, sorted(touched))
    by_hand = set(db.scalars(select(_reported.seq).where(_reported.seq.in_(sorted(touched)), CHANGED)))
    for seq, one in sorted(states.items()):
        if isinstance(one, Event):
            found |= _alike(db, one, CHANGED if seq not in by_hand else None)
    ids = numbers(db, {i for _, a, b in found for i in (a, b)})
    _insert_pairs(db, sorted(found), ids, 1)


def _alike(db: Connection, one: Event, among: ColumnElement[bool] | None) -> set[Pair]:
    """Of one event all pairs from MAYBE up, with every report or with those `among` alone."""
    own = _articles_of(db, one.article_ids)
    published = own[one.article_ids[0]].published if one.article_ids[0] in own else None
    days = reach(one.when, published)
    kin = [t for t in types().types if family(t) == family(one.event_type)] or [one.event_type]
    statuses = [s.value for s in Status if layer(s) == layer(one.status)]
    query = select(_reported.kind, _reported.payload, _reported.corrected).where(
        _reported.kind == EVENT, _reported.rejected == "", _reported.type.in_(kin), _reported.status.in_(statuses)
    )
    if days is not None:
        first, last = (day.toordinal() for day in days)
        meets = and_(_reported.from_day <= last, _reported.to_day >= first)
        query = query.where(or_(_reported.from_day.is_(None), meets))
    if among is not None:
        query = query.where(among)
    records = (record(kind, payload if changed is None else changed) for kind, payload, changed in db.execute(query))
    near = [e for e in records if isinstance(e, Event) and e.article_ids[0] not in own
            and place_score(one.where, e.where) is not None]
    reports = _reports([one, *near], own | _articles_of(db, {e.article_ids[0] for e in near}))
    return {pair for other in reports[1:] if (pair := compared(reports[0], other))}


def _articles_of(db: Connection, ids: Iterable[str]) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for chunk in chunks(sorted(set(ids))):
        for payload in db.scalars(select(_articles.payload).where(_articles.id.in_(chunk))):
            article = unpack(payload, Article)
            found[article.id] = article
    return found


def _reports(events: Sequence[Event], articles: Mapping[str, Article]) -> list[Report]:
    quotes = quotes_of(articles)
    return [report(event, articles, quotes) for event in events]


# --- what is connected


def connected(db: Connection, seqs: Iterable[int]) -> frozenset[int]:
    """The events among these reports with all that pairs or people's words connect them with, at any remove."""
    found: set[int] = set()
    edge = set(seqs)
    while edge:
        found |= edge
        edge = (_paired(db, edge) | _spoken_of(db, edge)) - found
    return frozenset(found)


def _paired(db: Connection, seqs: Collection[int]) -> set[int]:
    return {seq for _, a, b in _in_force(db, seqs) for seq in (a, b)}


def _in_force(db: Connection, seqs: Collection[int]) -> list[tuple[float, int, int]]:
    """Pairs from SAME up that count and touch these reports: as read where nobody changed either of the two."""
    by_hand: set[int] = set()
    rows: list[Any] = []
    for chunk in chunks(sorted(seqs)):
        query = select(_pairs.likeness, _pairs.a, _pairs.b, _pairs.changed).where(_pairs.likeness >= SAME)
        for side in (_pairs.a, _pairs.b):
            rows += db.execute(query.where(side.in_(chunk))).all()
    for chunk in chunks(sorted({seq for row in rows for seq in (row.a, row.b)})):
        by_hand |= set(db.scalars(select(_reported.seq).where(_reported.seq.in_(chunk), CHANGED)))
    return [(row.likeness, row.a, row.b) for row in rows if row.changed or not {row.a, row.b} & by_hand]


def _said_near(db: Connection, seqs: Collection[int]) -> tuple[Said, ...]:
    articles: set[str] = set()
    for chunk in chunks(sorted(seqs)):
        query = select(_articles.id).join(schema.reported, _reported.article == _articles.seq)
        articles |= set(db.scalars(query.where(_reported.seq.in_(chunk))))
    return said(db, articles)


def _spoken_of(db: Connection, seqs: Collection[int]) -> set[int]:
    near = _said_near(db, seqs)
    ids = numbers(db, ids_of(near))
    return {ids[i] for one in near if any(ids.get(i) in seqs for i in (*one.one, *one.other))
            for i in (*one.one, *one.other) if i in ids}


# --- merging


def merge_near(db: Connection, seqs: Collection[int]) -> bool:
    """Merges the reports of `connected` again and writes what became different; whether anything did."""
    reports = {seq: r for seq, r in now(db, sorted(seqs)).items() if isinstance(r, Event)}
    events = sorted(reports.values(), key=lambda e: e.id)
    articles = _articles_of(db, {a for e in events for a in e.article_ids})
    ids = {seq: event.id for seq, event in reports.items()}
    pairs: list[Pair] = [
        (likeness, min(ids[a], ids[b]), max(ids[a], ids[b]))
        for likeness, a, b in set(_in_force(db, reports)) if a in ids and b in ids
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    merged = clustered(_reports(events, articles), pairs, quotes_of(articles), _links(db, seqs))
    return _write(db, seqs, merged, EVENT)


def _links(db: Connection, seqs: Collection[int]) -> Links:
    near = _said_near(db, seqs)
    ids = numbers(db, ids_of(near))
    return resolve([one for one in near if any(ids.get(i) in seqs for i in (*one.one, *one.other))])


def blocks_of(db: Connection, seqs: Collection[int]) -> frozenset[str]:
    """The blocks in which the routes among these reports are compared, as they are now."""
    found: set[str] = set()
    for chunk in chunks(sorted(seqs)):
        found |= set(db.scalars(select(_reported.type).where(_reported.kind != EVENT, _reported.seq.in_(chunk))))
    return frozenset(found)


def merge_routes_near(db: Connection, touched: Collection[int], blocks: Collection[str]) -> bool:
    """Merges routes again after a person put some right.

    Accepting moves nothing: the others of its route are enough then. All else may part a report from its fellows or
    bring it to others, and change who leads them: then all of its `blocks` are merged, those before and those now.
    """
    seqs = set(touched) | _fellows(db, touched)
    for block in sorted({*blocks, *(blocks_of(db, touched) if blocks else ())}):
        seqs |= set(db.scalars(select(_reported.seq).where(_reported.kind != EVENT, _reported.type == block)))
    routes = [r for r in now(db, sorted(seqs)).values() if isinstance(r, Route)]
    merged = merge_routes(routes, _articles_of(db, {a for r in routes for a in r.article_ids}))
    return _write(db, seqs, merged, ROUTE)


def _fellows(db: Connection, seqs: Collection[int]) -> set[int]:
    """Reports that are merged with one of these now."""
    things = _things_of(db, _ids(db, seqs))
    found: set[int] = set()
    for chunk in chunks(sorted(things)):
        found |= set(numbers(db, db.scalars(select(_members.member_id).where(_members.thing.in_(chunk)))).values())
    return found


def _ids(db: Connection, seqs: Collection[int]) -> list[str]:
    return [i for chunk in chunks(sorted(seqs))
            for i in db.scalars(select(_reported.id).where(_reported.seq.in_(chunk)))]


def _things_of(db: Connection, ids: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for chunk in chunks(sorted(ids)):
        found |= set(db.scalars(select(_members.thing).where(_members.member_id.in_(chunk))))
    return found


def _write(db: Connection, seqs: Collection[int], merged: Sequence[Event | Route], kind: str) -> bool:
    """Puts the merged in the place of whatever of that kind these reports were joined in; what stays the same is
    left."""
    fresh = {item.id: (item, pack(item)) for item in merged}
    gone = []
    for chunk in chunks(sorted(_things_of(db, _ids(db, seqs)))):
        query = select(_things.seq, _things.id, _things.digest).where(_things.seq.in_(chunk), _things.kind == kind)
        for row in db.execute(query):
            if row.id in fresh and digest(fresh[row.id][1]) == row.digest:
                del fresh[row.id]
            else:
                gone.append(row.seq)
    rewrite(db, gone, [fresh[i] for i in sorted(fresh)])
    return bool(gone or fresh)


