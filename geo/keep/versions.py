"""Articles that are one article: later versions at one address, and copies of one text by several publishers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import Connection, delete, func, insert, select, update

from geo.copies import COPY, Relation, bands, likeness, relation
from geo.keep import schema, unmerged
from geo.keep.payload import unpack
from geo.keep.things import chunks, insert_all
from geo.records import Article

REPLACED = "a newer version"
"""In `reported.rejected`: the article changed at its source, and only its present version counts."""
CANDIDATES_MOST = 20
"""Texts with a band in common that are compared; boilerplate gives a band to very many."""
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "cmpid", "ref_src")

_articles, _origins, _copies = schema.articles.c, schema.origins.c, schema.copies.c
_bands, _reported = schema.bands.c, schema.reported.c


class Kept(StrEnum):
    """What an article was to the store when it was added."""

    NEW = "new"
    COPY = "copy"
    """New, with the text of an earlier one."""
    VERSION = "version"
    """A newer one of an article that was there."""
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with very nearly the same text."""

    article_id: str
    likeness: float
    """To the first one that came in, 0..1."""


def key_of(article: Article) -> str:
    """What stays the same when an article changes: its row's id in a table of events, else its address; "" for none.

    A bare host is the front page of a publisher and no article.
    """
    if row := next((h.rule for h in article.how if h.field == "id"), ""):
        return row
    try:
        parts = urlsplit(article.url)
        query = [(k, v) for k, v in parse_qsl(parts.query, True) if not k.lower().startswith(_TRACKING)]
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(sorted(query))}".rstrip("?") if host and (path or query) else ""


def is_coded(article: Article) -> bool:
    """Whether it is a row of a table of events: then its key alone says what it is a version of."""
    return any(h.field == "id" for h in article.how)


def covered(db: Connection, article: Article) -> bool:
    """Whether what is kept under its address has the same words already, or more of the same."""
    return not is_coded(article) and any(
        relation(article.text, old.text) in (Relation.SAME, Relation.EXCERPT) for _, old in _present(db, article)
    )


def has_address(db: Connection, article: Article) -> bool:
    """Whether another article is kept under its key."""
    return bool(_present(db, article))


def _present(db: Connection, article: Article) -> list[tuple[int, Article]]:
    """(number, article) of those under the same key that nothing replaced."""
    key = key_of(article)
    if not key:
        return []
    query = (
        select(_articles.seq, _articles.payload).join(schema.origins, _origins.article == _articles.seq)
        .where(_origins.key == key, _origins.replaced_by.is_(None), _articles.id != article.id)
        .order_by(_articles.seq)
    )
    return [(seq, unpack(payload, Article)) for seq, payload in db.execute(query.limit(CANDIDATES_MOST))]


def settle(db: Connection, seq: int, article: Article) -> Kept:
    """Notes what the article just added is a version or a copy of. Reports of what it replaces count no longer."""
    coded, kept = is_coded(article), Kept.NEW
    for old_seq, old in _present(db, article):
        if coded or relation(article.text, old.text) is not Relation.OTHER:
            db.execute(update(schema.origins).where(_origins.article == old_seq).values(replaced_by=seq))
            told = select(_reported.seq).where(_reported.article == old_seq)
            unmerged.will_change(db, db.scalars(told).all())
            db.execute(update(schema.reported).where(_reported.article == old_seq).values(rejected=REPLACED))
            _forget_copy(db, old_seq)
            kept = Kept.VERSION
    if key := key_of(article):
        db.execute(insert(schema.origins).values(article=seq, key=key))
    is_copy = not coded and _note_copy(db, seq, article)
    return Kept.COPY if is_copy and kept is Kept.NEW else kept


def _note_copy(db: Connection, seq: int, article: Article) -> bool:
    mine = bands(article.text)
    if not mine:
        return False
    near = (
        select(_bands.article).where(_bands.band.in_(mine)).group_by(_bands.article)
        .order_by(func.count().desc(), _bands.article).limit(CANDIDATES_MOST)
    )
    query = select(_articles.seq, _articles.payload).where(_articles.seq.in_(near.scalar_subquery()))
    alike = [(likeness(article.text, unpack(payload, Article).text), -old) for old, payload in db.execute(query)]
    best, first = max(alike, default=(0.0, 0))
    if best >= COPY:
        root = db.scalar(select(_copies.copy_of).where(_copies.article == -first)) or -first
        db.execute(insert(schema.copies).values(article=seq, copy_of=root, likeness=best))
    insert_all(db, schema.bands, [{"band": band, "article": seq} for band in sorted(set(mine))])
    return best >= COPY


def _forget_copy(db: Connection, seq: int) -> None:
    """A replaced version is found as a copy no longer; those that were copies of it stay together."""
    db.execute(delete(schema.bands).where(_bands.article == seq))
    heirs = list(db.scalars(select(_copies.article).where(_copies.copy_of == seq).order_by(_copies.article)))
    db.execute(delete(schema.copies).where(_copies.article == seq))
    if heirs:
        db.execute(delete(schema.copies).where(_copies.article == heirs[0]))
        db.execute(update(schema.copies).where(_copies.copy_of == seq).values(copy_of=heirs[0]))


def is_replaced(db: Connection, seq: int) -> bool:
    """Whether a newer version of the article is kept."""
    return db.scalar(select(_origins.replaced_by).where(_origins.article == seq)) is not None


def versions(db: Connection, seq: int) -> tuple[str, ...]:
    """Ids of all versions of an article, the oldest first and the present one last; only its own without others."""
    last = seq
    while (later := db.scalar(select(_origins.replaced_by).where(_origins.article == last))) is not None:
        last = later
    found, edge = [last], [last]
    while edge:
        edge = list(db.scalars(select(_origins.article).where(_origins.replaced_by.in_(edge))))
        found += edge
    return tuple(db.scalars(select(_articles.id).where(_articles.seq.in_(found)).order_by(_articles.seq)))


def older(db: Connection, ids: Iterable[str]) -> frozenset[str]:
    """Ids of all articles that these, at whatever remove, replaced."""
    found: set[str] = set()
    edge = set(ids)
    new = schema.articles.alias("new")
    while edge:
        before: set[str] = set()
        for chunk in chunks(sorted(edge)):
            query = select(_articles.id).join(schema.origins, _origins.article == _articles.seq)
            query = query.join(new, new.c.seq == _origins.replaced_by).where(new.c.id.in_(chunk))
            before |= set(db.scalars(query))
        edge = before - found
        found |= edge
    return frozenset(found)


def latest(db: Connection, ids: Iterable[str]) -> dict[str, str]:
    """For each of these articles that was replaced the id of its present version."""
    new = schema.articles.alias("new")
    found: dict[str, str] = {}
    edge = {i: i for i in ids}  # where a version stands now -> whom it stands for is looked up by `found`
    while edge:
        later: dict[str, str] = {}
        for chunk in chunks(sorted(set(edge.values()))):
            query = select(_articles.id, new.c.id).join(schema.origins, _origins.article == _articles.seq)
            query = query.join(new, new.c.seq == _origins.replaced_by).where(_articles.id.in_(chunk))
            later |= dict(db.execute(query).tuples().all())
        edge = {first: later[now] for first, now in edge.items() if now in later}
        found |= edge
    return found


def copies(db: Connection, seq: int) -> tuple[Copy, ...]:
    """All others with this text, in the order they came in; the first of them has the likeness 1."""
    root = db.scalar(select(_copies.copy_of).where(_copies.article == seq)) or seq
    query = (
        select(_articles.seq, _articles.id, _copies.likeness)
        .outerjoin(schema.copies, _copies.article == _articles.seq)
        .where((_copies.copy_of == root) | (_articles.seq == root)).order_by(_articles.seq)
    )
    return tuple(Copy(row.id, 1.0 if row.likeness is None else row.likeness) for row in db.execute(query)
                 if row.seq != seq)


def roots(db: Connection, ids: Iterable[str] | None = None) -> dict[str, str]:
    """Article id -> id of the first one with its text, for those that are copies; of these articles, or all."""
    first = schema.articles.alias("first")
    query = (
        select(_articles.id, first.c.id).join(schema.copies, _copies.article == _articles.seq)
        .join(first, first.c.seq == _copies.copy_of)
    )
    if ids is None:
        return {row[0]: row[1] for row in db.execute(query)}
    wanted: Sequence[str] = sorted(set(ids))
    return {mine: root for chunk in chunks(wanted) for mine, root in db.execute(query.where(_articles.id.in_(chunk)))}
