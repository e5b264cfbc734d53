"""What the store holds of each publisher: how much, of which days, and how well it is known."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, case, func, select

from geo.extract.corrected import holding
from geo.filters import ROUTE
from geo.keep import corrections, schema
from geo.keep.columns import VAGUE
from geo.keep.payload import unpack
from geo.keep.things import EVENT, chunks
from geo.records import Act, How


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
    months: tuple[tuple[int, int], ...] = ()
    """Dated articles by month: (12 * year + month - 1, how many), in order, without empty months."""
    n_routes: int = 0
    """Reports of movements, before merging."""
    n_copies: int = 0
    """Articles that are (nearly) the text of another one: of a wire, or printed twice."""
    n_corrected: int = 0
    """Articles of which people put something right that still holds; what they only accepted does not count."""
    n_told: int = 0
    """Events that its articles tell, after merging."""
    n_unplaced: int = 0
    """Of these the ones that no point on the map shows."""
    confidence: float | None = None
    """The mean of these; None where it tells none."""


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
    query = (
        select(articles.source, func.count())
        .join_from(schema.reported, schema.articles).where(reported.kind == ROUTE).group_by(articles.source)
    )
    routes: dict[str, int] = dict(db.execute(query).tuples().all())
    copies, corrected, merged = _copies(db), _corrected(db), _merged(db)
    return tuple(
        replace(
            _row(name, heads[name]), n_routes=routes.get(name, 0), n_copies=copies.get(name, 0),
            n_corrected=corrected[name], **merged.get(name, {}),
        )
        for name in sorted(heads)
    )


def _copies(db: Connection) -> dict[str, int]:
    articles, copies = schema.articles.c, schema.copies.c
    query = (
        select(articles.source, func.count())
        .join_from(schema.copies, schema.articles, copies.article == articles.seq).group_by(articles.source)
    )
    return dict(db.execute(query).tuples().all())


def _corrected(db: Connection) -> Counter[str]:
    articles, acts, about = schema.articles.c, schema.corrections.c, schema.correction_articles.c
    query = (
        select(articles.source, articles.seq)
        .join_from(schema.correction_articles, schema.articles, about.article_id == articles.id)
        .join(schema.corrections, about.correction == acts.seq)
    )
    meant = [entry.id for entry in holding(corrections.trail(db)) if entry.act is not Act.ACCEPT]
    found = {tuple(row) for some in chunks(meant) for row in db.execute(query.where(acts.id.in_(some)))}
    return Counter(source for source, _ in found)


def _merged(db: Connection) -> dict[str, dict[str, Any]]:
    """Number, how many without a point, and mean confidence of the events that each publisher tells."""
    things, sources = schema.things.c, schema.thing_sources.c
    unplaced = case((things.lon.is_(None) | things.precision.in_(sorted(VAGUE)), 1), else_=0)
    query = (
        select(sources.source, func.count(), func.sum(unplaced), func.avg(things.confidence))
        .join_from(schema.thing_sources, schema.things, sources.thing == things.seq)
        .where(things.kind == EVENT).group_by(sources.source)
    )
    return {
        source: {"n_told": number, "n_unplaced": int(vague), "confidence": round(mean, 4)}
        for source, number, vague, mean in db.execute(query)
    }


def _row(name: str, heads: list[_Head]) -> Publisher:
    days = [head.published for head in heads if head.published]
    guessed = sum(any(h.field == "source" and h.confidence < SURE for h in head.how) for head in heads)
    return Publisher(
        name, len(heads), len(days), guessed, min(days, default=None), max(days, default=None),
        months=tuple(sorted(Counter(12 * day.year + day.month - 1 for day in days).items())),
    )
