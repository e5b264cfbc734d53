"""What the list of articles needs: their order, which of them hold some words, and how much each of them tells.

Everything here passes over the rows of all articles, since their words stand in no index; the text itself is decoded
only where it is searched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

from geo.keep import schema
from geo.keep.payload import unpack
from geo.keep.things import chunks

_articles, _reported = schema.articles.c, schema.reported.c


class _Head(msgspec.Struct):
    """What of an article orders it; the text is passed over undecoded."""

    id: str
    published: date | None


class _Words(msgspec.Struct):
    """What of an article is searched."""

    title: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Ids of all articles up to the row `seq`, the newest first, undated ones last."""

    seq: int = 0
    keys: tuple[tuple[bool, int, str], ...] = ()
    """(undated, days before year 1 or 0, id), sorted."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(identity for _, _, identity in self.keys)


def filled(db: Connection, old: Shelf) -> Shelf:
    """The shelf with what came after its last row; the old one where nothing did. Made anew where it is of a store
    that was restored since."""
    number, last = db.execute(select(func.count(), func.max(_articles.seq)).where(_articles.seq <= old.seq)).one()
    if (number, last or 0) != (len(old.keys), old.seq):
        old = Shelf()
    query = select(_articles.seq, _articles.payload).where(_articles.seq > old.seq).order_by(_articles.seq)
    newest, fresh = old.seq, []
    for seq, payload in db.execute(query).yield_per(1000):
        head, newest = unpack(payload, _Head), seq
        fresh.append((head.published is None, -(head.published.toordinal() if head.published else 0), head.id))
    return Shelf(newest, tuple(sorted((*old.keys, *fresh)))) if fresh else old


def holding(db: Connection, words: Iterable[str]) -> frozenset[str]:
    """Ids of the articles that have every one of the words, or parts of words, in title, publisher or text.

    Case does not matter; a word of plain Latin letters does not meet ligatures and the like.
    """
    sought = [word.casefold() for word in words]
    raw = [msgspec.json.encode(word)[1:-1] for word in sought if word.isascii()]
    found = set()
    for identity, payload in db.execute(select(_articles.id, _articles.payload)).yield_per(1000):
        lowered = payload.lower()
        if not all(word in lowered for word in raw):
            continue  # most end here, undecoded
        told = unpack(payload, _Words)
        text = f"{told.title}\n{told.source}\n{told.text}".casefold()
        if all(word in text for word in sought):
            found.add(identity)
    return frozenset(found)


def told(db: Connection, ids: Iterable[str]) -> dict[str, int]:
    """How many events and routes each of these articles tells; what people rejected is not counted."""
    counted: dict[str, int] = {}
    for chunk in chunks(sorted(set(ids))):
        query = (
            select(_articles.id, func.count()).join_from(schema.reported, schema.articles)
            .where(_articles.id.in_(chunk), _reported.rejected == "").group_by(_articles.id)
        )
        counted |= dict(db.execute(query).tuples().all())
    return counted
