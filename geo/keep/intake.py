"""An article with what was found in it, into the rows of a store: for the first time, or read anew."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from geo.keep import corrections, remerge, reported, schema, unmerged, versions
from geo.keep.payload import deflated, inflated, pack
from geo.keep.things import chunks, insert_all
from geo.keep.versions import Kept
from geo.records import Findings, MentionKind, StoreError, Toponym

_articles, _reported = schema.articles.c, schema.reported.c


def seq_of(db: Connection, article_id: str) -> int | None:
    """The number of an article; None where there is none of this id."""
    return db.scalar(select(_articles.seq).where(_articles.id == article_id))


def add(db: Connection, findings: Findings) -> Kept:
    """Keeps it, where it is not there; what it was."""
    article = findings.article
    if seq_of(db, article.id) is not None:
        return Kept.KNOWN
    row = {
        "id": article.id, "source": article.source, "n_mentions": len(findings.toponyms),
        "payload": pack(article), "toponyms": deflated(pack(findings.toponyms)),
    }
    key = db.execute(insert(schema.articles).values(row)).inserted_primary_key
    seq = int(key[0]) if key else 0
    insert_all(db, schema.reported, reported.rows_of(findings, seq))
    unmerged.came(db, seq)
    kept = versions.settle(db, seq, article)
    corrections.reapply(db, {article.id})
    _add_places(db, seq, findings.toponyms)
    return kept


def renew(db: Connection, findings: Findings) -> bool:
    """Puts what was read anew in the place of what the article gave; False: it is the same."""
    article = findings.article
    seq = seq_of(db, article.id)
    if seq is None:
        raise StoreError(f"There is no article {article.id!r} to read anew; add it.")
    toponyms = pack(findings.toponyms)
    rows = reported.rows_of(findings, seq)
    before = select(_reported.payload).where(_reported.article == seq).order_by(_reported.pos)
    known = db.scalar(select(_articles.toponyms).where(_articles.seq == seq)) or b""
    if inflated(known) == toponyms and db.scalars(before).all() == [r["payload"] for r in rows]:
        return False
    remerge.leave(db, seq)
    row = {"n_mentions": len(findings.toponyms), "toponyms": deflated(toponyms)}
    db.execute(update(schema.articles).where(_articles.seq == seq).values(row))
    db.execute(delete(schema.place_uses).where(schema.place_uses.c.article == seq))
    insert_all(db, schema.reported, rows)
    unmerged.came(db, seq)
    corrections.reapply(db, {article.id})
    _add_places(db, seq, findings.toponyms)
    return True


def _add_places(db: Connection, seq: int, toponyms: Iterable[Toponym]) -> None:
    """A place is kept as it was last described: a newer gazetteer may know it better."""
    named = [t.place for t in toponyms if t.place is not None and t.mention.kind is not MentionKind.DEMONYM]
    used = Counter(place.gazetteer_id for place in named)
    payloads = {place.gazetteer_id: pack(place) for place in {place.gazetteer_id: place for place in named}.values()}
    p = schema.places.c
    known: dict[str, bytes] = {}
    for chunk in chunks(sorted(payloads)):
        query = select(p.gazetteer_id, p.payload).where(p.gazetteer_id.in_(chunk))
        known |= {row.gazetteer_id: row.payload for row in db.execute(query)}
    insert_all(db, schema.places, [
        {"gazetteer_id": identity, "payload": payload} for identity, payload in sorted(payloads.items())
        if identity not in known
    ])
    for identity, payload in sorted(payloads.items()):
        if known.get(identity, payload) != payload:
            db.execute(update(schema.places).where(p.gazetteer_id == identity).values(payload=payload))
    insert_all(db, schema.place_uses, [
        {"gazetteer_id": identity, "article": seq, "n_mentions": number} for identity, number in sorted(used.items())
    ])
