"""The audit trail in the store, and what it makes of the reports: each act is added, none is ever changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from geo.extract.corrected import Rejected, Report, corrected, found_again, holding, statements, with_undone
from geo.extract.links import Links, Said, resolve
from geo.keep import schema, unmerged
from geo.keep.payload import pack, unpack
from geo.keep.reported import as_read, record, row_of
from geo.keep.things import EVENT, chunks, insert_all
from geo.keep.versions import REPLACED, is_replaced, latest, older
from geo.records import Act, Anchor, Article, Correction, Event, Route, Span, StoreError

_reported, _articles = schema.reported.c, schema.articles.c
_corrections, _about = schema.corrections.c, schema.correction_articles.c
CHANGED = or_(_reported.corrected.is_not(None), _reported.rejected != "")


def note(db: Connection, entry: Correction) -> frozenset[str]:
    """Adds one entry to the trail; gives the ids of the articles it is about. StoreError for an id used before."""
    if db.scalar(select(_corrections.seq).where(_corrections.id == entry.id)) is not None:
        raise StoreError(f"There is a correction {entry.id!r} already; give each one an id of its own.")
    about = {a.article_id for a in (*entry.members, *entry.others)}
    if entry.act is Act.UNDO:
        about |= _articles_of(db, entry.undoes)
    values = {"id": entry.id, "act": entry.act.value, "undoes": entry.undoes, "payload": pack(entry)}
    db.execute(insert(schema.corrections).values(values))
    seq = db.scalar(select(_corrections.seq).where(_corrections.id == entry.id))
    insert_all(db, schema.correction_articles, [{"article_id": a, "correction": seq} for a in sorted(about)])
    return frozenset(about)


def _articles_of(db: Connection, identity: str) -> set[str]:
    seq = db.scalar(select(_corrections.seq).where(_corrections.id == identity))
    if seq is None:
        raise StoreError(f"There is no correction {identity!r} to undo; `geo corrections list` names them.")
    return set(db.scalars(select(_about.article_id).where(_about.correction == seq)))


def length(db: Connection) -> int:
    """How many entries the trail has."""
    return int(db.scalar(select(func.max(schema.corrections.c.seq))) or 0)  # none is ever taken out


def chain(db: Connection, identity: str) -> tuple[Correction, ...]:
    """The correction of this id, and where it is an UNDO what that undid, and so on; () for an unknown id."""
    found: list[Correction] = []
    while identity and (payload := db.scalar(select(_corrections.payload).where(_corrections.id == identity))):
        found.append(unpack(payload, Correction))
        identity = found[-1].undoes
    return tuple(found)


def trail(db: Connection, articles: Iterable[str] | None = None) -> tuple[Correction, ...]:
    """Oldest first, with who undid what; of these articles and their older versions, or all.

    An UNDO is about what it undoes is about.
    """
    if articles is None:
        rows = db.execute(select(_corrections.seq, _corrections.payload)).all()
    else:
        query = select(_corrections.seq, _corrections.payload).join(
            schema.correction_articles, _about.correction == _corrections.seq
        ).distinct()
        asked = set(articles)
        rows = [row for chunk in chunks(sorted(asked | older(db, asked)))
                for row in db.execute(query.where(_about.article_id.in_(chunk)))]
    payloads = {row.seq: row.payload for row in rows}
    return with_undone([unpack(payloads[seq], Correction) for seq in sorted(payloads)])


def ids_now(db: Connection, anchors: Iterable[Anchor]) -> dict[str, str]:
    """For the report ids of the anchors those of now; reports that are gone are left out.

    Where the article has a newer version, the report is looked for in that, in the same words.
    """
    by_article: defaultdict[str, dict[str, Anchor]] = defaultdict(dict)
    for one in anchors:
        by_article[one.article_id][one.report_id] = one
    newest = latest(db, by_article)
    there: set[str] = set()
    for chunk in chunks(sorted({i for a, rows in by_article.items() if a not in newest for i in rows})):
        there |= set(db.scalars(select(_reported.id).where(_reported.id.in_(chunk))))
    found = {i: i for i in there}
    for article, rows in sorted(by_article.items()):
        asked = _carried(db, article, newest[article], rows.values()) if article in newest else tuple(rows.values())
        if article in newest or not rows.keys() <= there:
            seq = db.scalar(select(_articles.seq).where(_articles.id == newest.get(article, article)))
            if seq is not None:
                events, routes = as_read(db, seq)
                found |= found_again(asked, (*events, *routes))
    return found


def _carried(db: Connection, old: str, new: str, anchors: Iterable[Anchor]) -> tuple[Anchor, ...]:
    """The anchors where their sentences stand in a newer version; those whose sentence it has not are left out."""
    query = select(_articles.id, _articles.payload).where(_articles.id.in_((old, new)))
    texts = {row.id: unpack(row.payload, Article).text for row in db.execute(query)}
    moved = []
    for one in anchors:
        at = texts[new].find(texts[old][one.span.start : one.span.end])
        if at >= 0:
            by = at - one.span.start
            trigger = one.trigger and Span(one.trigger.start + by, one.trigger.end + by)
            moved.append(replace(one, article_id=new, span=Span(at, one.span.end + by), trigger=trigger))
    return tuple(moved)


def reapply(db: Connection, articles: Collection[str]) -> frozenset[int]:
    """Brings the reports of these articles and of their present versions in line with the trail.

    Gives the numbers of those that changed.
    """
    every = {*articles, *latest(db, articles).values()}
    entries = holding(trail(db, every)) if length(db) else ()
    ids = ids_now(db, [a for e in entries for a in e.members])
    changed: set[int] = set()
    for chunk in chunks(sorted(every)):
        query = select(_articles.seq, _articles.payload).where(_articles.id.in_(chunk))
        for row in db.execute(query).all():
            changed |= _reapply(db, row.seq, unpack(row.payload, Article), entries, ids)
    return frozenset(changed)


def _reapply(
    db: Connection, article: int, told: Article, entries: Sequence[Correction], ids: Mapping[str, str]
) -> set[int]:
    query = select(schema.reported).where(_reported.article == article)
    rows = {row.id: row for row in db.execute(query)}
    gone = REPLACED if is_replaced(db, article) else ""
    mine = [e for e in entries if any(ids.get(a.report_id) in rows for a in e.members)]
    if not mine and all(row.corrected is None and row.rejected == gone for row in rows.values()):
        return set()
    read = {row.id: record(row.kind, row.payload) for row in rows.values()}
    now = corrected(tuple(read.values()), mine, ids)
    changed = set()
    for identity, row in rows.items():
        state = now.get(identity)
        values: dict[str, Any] = {"corrected": None, "rejected": gone}
        if isinstance(state, Rejected):
            values["rejected"] = state.by
        elif state is not None and state != read[identity]:
            values["corrected"] = pack(state)
        if (row.corrected, row.rejected) != (values["corrected"], values["rejected"]):
            unmerged.will_change(db, [row.seq])
            shown = read[identity] if state is None or isinstance(state, Rejected) else state
            db.execute(update(schema.reported).where(_reported.seq == row.seq).values(
                values | row_of(shown, told.published)))
            changed.add(row.seq)
    return changed


def trail_of(db: Connection, ids: Collection[str]) -> tuple[Correction, ...]:
    """What was done about these reports, oldest first, with what undid it."""
    articles: set[str] = set()
    for chunk in chunks(sorted(set(ids))):
        query = select(_articles.id).join(schema.reported, _reported.article == _articles.seq)
        articles |= set(db.scalars(query.where(_reported.id.in_(chunk))))
    entries = trail(db, articles)
    now = ids_now(db, [a for e in entries for a in (*e.members, *e.others)])
    about: set[str] = set()
    for entry in entries:
        if entry.undoes in about or any(now.get(a.report_id) in ids for a in (*entry.members, *entry.others)):
            about.add(entry.id)
    return tuple(entry for entry in entries if entry.id in about)


def changed(db: Connection) -> tuple[dict[str, Event | None], dict[str, Route | None]]:
    """Every report that people changed, as it is now; None for a rejected one."""
    events: dict[str, Event | None] = {}
    routes: dict[str, Route | None] = {}
    query = select(_reported.id, _reported.kind, _reported.corrected, _reported.rejected).where(CHANGED)
    for identity, kind, payload, rejected in db.execute(query):
        if kind == EVENT:
            events[identity] = None if rejected else unpack(payload, Event)
        else:
            routes[identity] = None if rejected else unpack(payload, Route)
    return events, routes


def rejected(db: Connection) -> tuple[tuple[Correction, tuple[Report, ...]], ...]:
    """Each correction that keeps reports out, the latest first, with these as they were read."""
    by_entry: defaultdict[str, list[Report]] = defaultdict(list)
    query = select(_reported.rejected, _reported.kind, _reported.payload).where(_reported.rejected != "")
    for identity, kind, payload in db.execute(query.order_by(_reported.id)):
        by_entry[identity].append(record(kind, payload))
    payloads = [
        row for chunk in chunks(sorted(by_entry))
        for row in db.execute(select(_corrections.seq, _corrections.payload).where(_corrections.id.in_(chunk)))
    ]
    entries = [unpack(row.payload, Correction) for row in sorted(payloads, key=lambda row: -row.seq)]
    return tuple((entry, tuple(by_entry[entry.id])) for entry in entries)


def said(db: Connection, articles: Iterable[str] | None = None) -> tuple[Said, ...]:
    """What was said of events of these articles, or of all, being one; oldest first."""
    entries = holding(trail(db, articles))
    return statements(entries, ids_now(db, [a for e in entries for a in (*e.members, *e.others)]))


def links(db: Connection) -> Links:
    """All of `said` as groups and pairs."""
    return resolve(said(db))
