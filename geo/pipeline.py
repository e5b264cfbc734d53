"""One article through the steps, in order, and nothing else."""

from dataclasses import dataclass, replace

from geo.extract import (
    closed_spans,
    find_dates,
    find_events,
    find_routes,
    join_routes_within,
    join_within,
)
from geo.extract.truecase import truecase
from geo.locate import Gazetteer, Tagger, locate
from geo.parse import parse
from geo.records import Article, Findings, MentionKind


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps read from: opened once, shared by all articles."""

    gazetteer: Gazetteer
    tagger: Tagger


def read(article: Article, tools: Tools) -> Findings:
    """Toponyms, events and routes of one article; the same article gives the same findings.

    A text in capitals throughout is read in ordinary case; every offset holds for the text as given.
    """
    given, article = article, replace(article, text=truecase(article.text, tools.tagger))
    doc = parse(article.text, body_start=article.body_start)
    toponyms = locate(
        article.text,
        doc,
        tools.tagger,
        tools.gazetteer,
        title_end=article.body_start if article.title else 0,
        source=article.source,
    )
    places = tuple(t for t in toponyms if t.mention.kind is MentionKind.PLACE)
    dates = find_dates(article.text, article.published)
    routes = find_routes(article, doc, places, dates)
    events = find_events(article, doc, toponyms, routes, dates, closed=closed_spans(routes, places))
    return Findings(given, toponyms, join_within(events, article), join_routes_within(routes, article))
