"""Rows of what articles report: as they were read, and as they are after what people put right."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from geo.extract.corrected import Report
from geo.extract.likeness import reach
from geo.extract.route_lines import block_of
from geo.keep import schema
from geo.keep.payload import pack, unpack
from geo.keep.things import EVENT, chunks, kind_of
from geo.records import Article, Event, Findings, Route

_reported, _articles = schema.reported.c, schema.articles.c


def row_of(report: Report, published: date | None) -> dict[str, Any]:
    """The columns that tell of the report as it is now."""
    days = reach(report.when, published)
    return {
        "type": report.event_type if isinstance(report, Event) else block_of(report), "status": report.status.value,
        "from_day": days and days[0].toordinal(), "to_day": days and days[1].toordinal(),
    }


def rows_of(findings: Findings, article: int) -> list[dict[str, Any]]:
    """All reports of one article as they were read; `article` is its number."""
    every: list[Report] = [*findings.events, *findings.routes]
    return [
        {"id": found.id, "article": article, "pos": pos, "kind": kind_of(found), "payload": pack(found),
         **row_of(found, findings.article.published)}
        for pos, found in enumerate(every)
    ]


def record(kind: str, payload: bytes) -> Report:
    """The event or route of a row."""
    return unpack(payload, Event) if kind == EVENT else unpack(payload, Route)


def as_read(db: Connection, article: int | None = None) -> tuple[tuple[Event, ...], tuple[Route, ...]]:
    """Of one article, or of all by article id; in order of position."""
    query = (
        select(_reported.kind, _reported.payload)
        .join_from(schema.reported, schema.articles)
        .order_by(_articles.id, _reported.pos)
    )
    if article is not None:
        query = query.where(_reported.article == article)
    found = [record(kind, payload) for kind, payload in db.execute(query)]
    return tuple(r for r in found if isinstance(r, Event)), tuple(r for r in found if isinstance(r, Route))


def every(db: Connection) -> Iterator[tuple[int, Report, date | None]]:
    """Number, record and day of the article of all reports: events as they were read, routes as they are now.

    Rejected routes are left out.
    """
    query = select(
        _reported.seq, _reported.article, _reported.kind, _reported.payload, _reported.corrected, _articles.payload
    ).join_from(schema.reported, schema.articles).order_by(_reported.article)
    query = query.where((_reported.kind == EVENT) | (_reported.rejected == ""))
    last, day = -1, None
    for seq, article, kind, payload, corrected, told in db.execution_options(yield_per=1_000).execute(query):
        if article != last:
            last, day = article, unpack(told, Article).published
        yield seq, record(kind, payload if kind == EVENT or corrected is None else corrected), day


def numbers(db: Connection, ids: Iterable[str]) -> dict[str, int]:
    """The number of each report that there is."""
    found: dict[str, int] = {}
    for chunk in chunks(sorted(set(ids))):
        query = select(_reported.id, _reported.seq).where(_reported.id.in_(chunk))
        found |= {row.id: row.seq for row in db.execute(query)}
    return found


def now(db: Connection, seqs: Sequence[int]) -> dict[int, Report]:
    """Reports as they are now, by number; rejected ones are left out."""
    found: dict[int, Report] = {}
    for chunk in chunks(sorted(seqs)):
        query = select(_reported.seq, _reported.kind, _reported.payload, _reported.corrected).where(
            _reported.seq.in_(chunk), _reported.rejected == ""
        )
        for seq, kind, payload, corrected in db.execute(query):
            found[seq] = record(kind, payload if corrected is None else corrected)
    return found
