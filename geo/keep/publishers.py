"""What the store holds of each publisher: how much, of which days, and how well it is known."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

from geo.keep import schema
from geo.keep.payload import unpack
from geo.keep.things import EVENT
from geo.records import How


@dataclass(frozen=True, slots=True)
class Publisher:
    """All articles of one source; name "" is not stated."""

    name: str
    n_articles: int
    n_dated: int
    n_guessed: int
    """Articles of which the publisher's name is a guess: from the file's name, a phrase in the text."""
    first: date | None
    """Day of the oldest dated article, None where none is dated."""
    last: date | None
    n_events: int
    """Reports of events, before merging."""
    n_routes: int


SURE = 0.9
"""From here on a field was stated and not guessed (records.How.confidence)."""


class _Head(msgspec.Struct):
    """What of an article is wanted here; the text is passed over undecoded."""

    published: date | None
    how: tuple[How, ...] = ()


def read(db: Connection) -> tuple[Publisher, ...]:
    """One row a publisher, by name. Time grows with the number of articles."""
    articles, reported = schema.articles.c, schema.reported.c
    heads: dict[str, list[_Head]] = defaultdict(list)
    for source, payload in db.execute(select(articles.source, articles.payload)).yield_per(1000):
        heads[source].append(unpack(payload, _Head))
    told: dict[tuple[str, bool], int] = defaultdict(int)
    query = (
        select(articles.source, reported.kind, func.count())
        .join_from(schema.reported, schema.articles).group_by(articles.source, reported.kind)
    )
    for source, kind, number in db.execute(query):
        told[source, kind == EVENT] += number
    return tuple(_row(name, heads[name], told[name, True], told[name, False]) for name in sorted(heads))


def _row(name: str, heads: list[_Head], events: int, routes: int) -> Publisher:
    days = [head.published for head in heads if head.published]
    guessed = sum(any(h.field == "source" and h.confidence < SURE for h in head.how) for head in heads)
    return Publisher(
        name, len(heads), len(days), guessed, min(days, default=None), max(days, default=None), events, routes,
    )
