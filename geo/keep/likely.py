"""How alike which reports are: as they were read, and anew for those that people changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from geo.extract.independence import quote_hashes
from geo.extract.likeness import Report, family, place_score, reach, report, score
from geo.extract.merge import MAYBE, SAME
from geo.extract.merge_corrected import Pair, compared
from geo.extract.timeline import seat
from geo.extract.unite import layer
from geo.keep import schema, shifts, standing
from geo.keep.corrections import CHANGED
from geo.keep.payload import unpack
from geo.keep.reported import now, numbers, record
from geo.keep.shifts import Placed
from geo.keep.standing import Stand, stand
from geo.keep.things import EVENT, chunks, insert_all, unindexed
from geo.keep.unmerged import Entry
from geo.lexicon import types
from geo.records import Article, Event, Status

_reported, _articles, _pairs = schema.reported.c, schema.articles.c, schema.pairs.c

Numbered = tuple[int, int]


def replace_pairs(db: Connection, read: Sequence[Pair], changed: Sequence[Pair]) -> None:
    """Makes these all the pairs that are kept."""
    db.execute(delete(schema.pairs))
    seqs = numbers(db, {i for _, a, b in (*read, *changed) for i in (a, b)})
    for flag, rows in ((0, read), (1, changed)):
        _insert(db, rows, seqs, flag)


def _insert(db: Connection, rows: Iterable[Pair], seqs: Mapping[str, int], flag: int) -> None:
    insert_all(db, schema.pairs, [
        {"a": seqs[a], "b": seqs[b], "changed": flag, "likeness": likeness} for likeness, a, b in rows
        if a in seqs and b in seqs
    ])


def forget(db: Connection, reports: Collection[int]) -> None:
    """Drops all pairs of these reports."""
    for chunk in chunks(sorted(reports)):
        for side in (_pairs.a, _pairs.b):
            db.execute(delete(schema.pairs).where(side.in_(chunk)))


# --- as they were read


def renew_read(db: Connection, entries: Sequence[Entry]) -> frozenset[int]:
    """Compares what came in with its neighbours, and takes back what is out of sight now.

    Gives reports that are to be placed anew in events because of that.
    """
    gone = [_placed(entry) for entry in entries if entry.payload is not None and entry.kind == EVENT]
    here = _read(db, {entry.report for entry in entries if entry.kind == EVENT})
    left = {at.report for _, at in gone}
    fresh = {seq: one for seq, one in here.items() if seq in left or not _stands(db, seq, one)}
    change = shifts.replace(db, gone, [(one.event, _stand(seq, one)) for seq, one in fresh.items()])
    gained = {(a.report, b.report) for a, b in change.gained}
    reports = here | _read(db, {seq for pair in gained for seq in pair} - here.keys())
    old = {pair for pair in gained if fresh.keys().isdisjoint(pair)}
    likeness = {pair: _likeness(reports, pair) for pair in sorted(gained - _kept(db, old).keys())}
    rows = [(*_by_id(reports, pair), likely) for pair, likely in likeness.items() if likely >= MAYBE]
    insert_all(db, schema.pairs, [{"a": a, "b": b, "changed": 0, "likeness": likely} for a, b, likely in rows])
    dropped = _out_of_sight(db, {(a.report, b.report): (a, b) for a, b in change.lost}, gained)
    return frozenset(fresh) | {a for a, _, likely in rows if likely >= SAME} | dropped


def _placed(entry: Entry) -> Placed:
    event = unpack(entry.payload or b"", Event)
    return event, stand(seat(event, entry.day), entry.report)


def _stand(seq: int, one: Report) -> Stand:
    return stand(seat(one.event, one.published), seq)


def _stands(db: Connection, seq: int, one: Report) -> bool:
    line, at = next(iter(shifts.all_rows([(one.event, _stand(seq, one))])))
    return standing.is_there(db, line, at)


def _read(db: Connection, seqs: Iterable[int]) -> dict[int, Report]:
    """Events as they were read, by number, ready to be compared."""
    found: dict[int, Report] = {}
    articles: dict[str, Article] = {}
    quotes: dict[str, frozenset[int]] = {}
    for chunk in chunks(sorted(set(seqs))):
        query = (
            select(_reported.seq, _reported.payload, _articles.id, _articles.payload)
            .join_from(schema.reported, schema.articles)
            .where(_reported.seq.in_(chunk), unindexed(_reported.kind) == EVENT)
        )
        for seq, payload, article, told in db.execute(query):
            if article not in articles:
                articles[article] = unpack(told, Article)
                quotes[article] = quote_hashes(articles[article].text)
            found[seq] = report(unpack(payload, Event), articles, quotes)
    return found


def _by_id(reports: Mapping[int, Report], pair: Numbered) -> Numbered:
    a, b = pair
    return (a, b) if reports[a].event.id < reports[b].event.id else (b, a)


def _likeness(reports: Mapping[int, Report], pair: Numbered) -> float:
    a, b = (reports[seq] for seq in _by_id(reports, pair))
    return 0.0 if a.teller == b.teller else score(a, b)


def _kept(db: Connection, pairs: Iterable[Numbered]) -> dict[Numbered, float]:
    """Those of the pairs that are kept as read, and how alike they are."""
    found: dict[Numbered, float] = {}
    for pair in pairs:
        query = select(_pairs.likeness).where(
            _pairs.changed == 0, or_(*(and_(_pairs.a == a, _pairs.b == b) for a, b in (pair, pair[::-1])))
        )
        if (likeness := db.scalar(query)) is not None:
            found[pair] = likeness
    return found


def _out_of_sight(
    db: Connection, lost: Mapping[Numbered, tuple[Stand, Stand]], gained: Collection[Numbered]
) -> set[int]:
    """Drops those that are compared in no line any more; gives the reports of those that counted."""
    kept = _kept(db, (pair for pair in lost if pair not in gained))
    reports = _read(db, {seq for pair in kept for seq in pair})
    placed: set[int] = set()
    for pair, likeness in sorted(kept.items()):
        stands = lost[pair]
        if not shifts.compared(db, [(reports[at.report].event, at) for at in stands]):
            for a, b in (pair, pair[::-1]):
                db.execute(delete(schema.pairs).where(_pairs.a == a, _pairs.b == b, _pairs.changed == 0))
            placed |= set(pair) if likeness >= SAME else set()
    return placed


# --- as people changed them


def renew_changed(db: Connection, touched: Collection[int]) -> None:
    """Compares reports that have just come, changed, or been changed back, with whatever may be their event now.

    What nobody changed is compared with what people changed alone.
    """
    for chunk in chunks(sorted(touched)):
        for side in (_pairs.a, _pairs.b):
            db.execute(delete(schema.pairs).where(_pairs.changed == 1, side.in_(chunk)))
    if db.scalar(select(_reported.seq).where(_reported.corrected.is_not(None)).limit(1)) is None:
        return
    found: set[Pair] = set()
    by_hand = changed_among(db, touched)
    for seq, one in sorted(now(db, sorted(touched)).items()):
        if isinstance(one, Event):
            found |= _alike(db, one, changed_only=seq not in by_hand)
    ids = numbers(db, {i for _, a, b in found for i in (a, b)})
    _insert(db, sorted(found), ids, 1)


def changed_among(db: Connection, seqs: Collection[int]) -> frozenset[int]:
    """Those of the reports that people changed or rejected."""
    found: set[int] = set()
    for chunk in chunks(sorted(seqs)):
        found |= set(db.scalars(select(_reported.seq).where(_reported.seq.in_(chunk), CHANGED)))
    return frozenset(found)


def _alike(db: Connection, one: Event, *, changed_only: bool) -> set[Pair]:
    """Of one event all pairs from MAYBE up, with every report or with those alone that people changed."""
    own = articles_of(db, one.article_ids)
    published = own[one.article_ids[0]].published if one.article_ids[0] in own else None
    days = reach(one.when, published)
    kin = [t for t in types().types if family(t) == family(one.event_type)] or [one.event_type]
    statuses = [s.value for s in Status if layer(s) == layer(one.status)]
    # Else SQLite would go through all events of these types instead of the few that were changed.
    kind: ColumnElement[str] = unindexed(_reported.kind) if changed_only else _reported.kind
    query = select(_reported.kind, _reported.payload, _reported.corrected).where(
        kind == EVENT, _reported.rejected == "", _reported.type.in_(kin), _reported.status.in_(statuses)
    )
    if days is not None:
        first, last = (day.toordinal() for day in days)
        meets = and_(_reported.from_day <= last, _reported.to_day >= first)
        query = query.where(or_(_reported.from_day.is_(None), meets))
    if changed_only:
        query = query.where(_reported.corrected.is_not(None))
    records = (record(kind, payload if changed is None else changed) for kind, payload, changed in db.execute(query))
    near = [e for e in records if isinstance(e, Event) and e.article_ids[0] not in own
            and place_score(one.where, e.where) is not None]
    articles = own | articles_of(db, {e.article_ids[0] for e in near})
    quotes = {key: quote_hashes(article.text) for key, article in articles.items()}
    reports = [report(event, articles, quotes) for event in (one, *near)]
    return {pair for other in reports[1:] if (pair := compared(reports[0], other))}


def articles_of(db: Connection, ids: Iterable[str]) -> dict[str, Article]:
    """By id; unknown ones are left out."""
    found: dict[str, Article] = {}
    for chunk in chunks(sorted(set(ids))):
        for payload in db.scalars(select(_articles.payload).where(_articles.id.in_(chunk))):
            article = unpack(payload, Article)
            found[article.id] = article
    return found


# --- what counts


def in_force(db: Connection, seqs: Collection[int]) -> list[tuple[float, int, int]]:
    """Pairs from SAME up that count and touch these reports: as read where nobody changed either of the two."""
    rows: dict[tuple[int, int, int], float] = {}
    for chunk in chunks(sorted(seqs)):
        query = select(_pairs.a, _pairs.b, _pairs.changed, _pairs.likeness).where(_pairs.likeness >= SAME)
        for side in (_pairs.a, _pairs.b):
            rows.update(((a, b, hand), likely) for a, b, hand, likely in db.execute(query.where(side.in_(chunk))))
    by_hand = changed_among(db, {seq for a, b, _ in rows for seq in (a, b)})
    return [(likely, a, b) for (a, b, hand), likely in rows.items() if hand or not (a in by_hand or b in by_hand)]
