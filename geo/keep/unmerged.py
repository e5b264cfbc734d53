"""What the next merge has to look at: reports that came in, changed or left since the last one.

Written in the transaction that changes them, so that a run that is killed leaves nothing out. Of an event that
leaves, and of a route before it changes, the record is kept: where it stood is reckoned from that.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, select

from geo.keep import schema
from geo.keep.payload import unpack
from geo.keep.things import EVENT, chunks, insert_all
from geo.records import Article

_reported, _articles, _unmerged = schema.reported.c, schema.articles.c, schema.unmerged.c


@dataclass(frozen=True, slots=True)
class Entry:
    """One report that came in, changed or left."""

    seq: int
    report: int
    """Its number, which another may have by now."""
    report_id: str
    kind: str
    article: int
    """The number of its article."""
    payload: bytes | None
    """What it was, where that has to be taken out of its lines."""
    published: int | None
    """Ordinal of the day of its article; with a payload only."""

    @property
    def day(self) -> date | None:
        """The same as a date."""
        return None if self.published is None else date.fromordinal(self.published)


def came(db: Connection, article: int) -> None:
    """Notes all reports of an article that is new, or was read anew."""
    query = select(_reported.seq, _reported.id, _reported.kind).where(_reported.article == article)
    rows = db.execute(query.order_by(_reported.pos)).all()
    insert_all(db, schema.unmerged, [
        {"report": r.seq, "report_id": r.id, "kind": r.kind, "article": article} for r in rows
    ])


def will_change(db: Connection, seqs: Iterable[int], *, leaves: bool = False) -> None:
    """Notes reports before they change, or before they leave for good."""
    columns = (_reported.seq, _reported.id, _reported.kind, _reported.article, _reported.payload, _reported.corrected,
               _reported.rejected, _articles.payload)
    for chunk in chunks(sorted(set(seqs))):
        query = select(*columns).join_from(schema.reported, schema.articles).where(_reported.seq.in_(chunk))
        rows = []
        for seq, identity, kind, article, read, corrected, rejected, told in db.execute(query):
            if kind == EVENT:
                payload = read if leaves else None
            else:
                payload = None if rejected else read if corrected is None else corrected
            day = None if payload is None else unpack(told, Article).published
            rows.append({"report": seq, "report_id": identity, "kind": kind, "article": article,
                         "payload": payload, "published": day and day.toordinal()})
        insert_all(db, schema.unmerged, rows)


def number(db: Connection) -> int:
    """How many entries there are."""
    return int(db.scalar(select(func.count()).select_from(schema.unmerged)) or 0)


def last(db: Connection) -> int:
    """The number of the newest entry."""
    return int(db.scalar(select(func.max(_unmerged.seq))) or 0)


def some(db: Connection, most: int) -> tuple[Entry, ...]:
    """All entries of what left, and the oldest others up to `most`; in the order in which they were made."""
    query = select(schema.unmerged)
    gone = db.execute(query.where(_unmerged.payload.is_not(None))).all()
    others = db.execute(query.where(_unmerged.payload.is_(None)).order_by(_unmerged.seq).limit(most)).all()
    return tuple(sorted((Entry(*row) for row in (*gone, *others)), key=lambda entry: entry.seq))


def done(db: Connection, entries: Sequence[Entry]) -> None:
    """Strikes them off."""
    for chunk in chunks([entry.seq for entry in entries]):
        db.execute(delete(schema.unmerged).where(_unmerged.seq.in_(chunk)))


def done_up_to(db: Connection, seq: int) -> None:
    """Strikes off all that a merge of everything has seen."""
    db.execute(delete(schema.unmerged).where(_unmerged.seq <= seq))


def ids(entries: Collection[Entry]) -> frozenset[str]:
    """Of all reports spoken of."""
    return frozenset(entry.report_id for entry in entries)
