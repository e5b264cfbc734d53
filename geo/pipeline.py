"""One article through the steps, in order, and nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo.extract import (
    closed_spans,
    find_dates,
    find_events,
    find_routes,
    join_routes_within,
    join_within,
    origins_by_sentence,
)
from geo.extract.lengthy import parts_of, put_together
from geo.extract.truecase import truecase
from geo.locate import Gazetteer, KeptAnswers, Online, Service, Tagger, locate
from geo.parse import parse
from geo.read.tongue import is_read, language_of
from geo.read.wrapped import unwrapped
from geo.records import Article, Findings, MentionKind, Toponym

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps read from: opened once, shared by all articles."""

    gazetteer: Gazetteer
    tagger: Tagger
    online: Online | None = None
    """Asked for names that the gazetteer lacks; None, as everywhere by default, asks nobody."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What Tools are opened from: plain values, so that another process can open its own."""

    bundle: Path
    service: Service | None = None
    answers: Path | None = None
    """Where the service's answers are kept; needed with a service."""

    def open(self) -> Tools:
        """Loads the models, about two seconds; GazetteerMissing or ModelMissing when something is not there."""
        gazetteer = Gazetteer.open(self.bundle)
        online = None
        if self.service is not None and self.answers is not None:
            online = Online(self.service, KeptAnswers(self.answers), gazetteer)
        return Tools(gazetteer, Tagger.open(), online)


OnPart = Callable[[int, int], None]
"""(number from 1 of the part that is begun, parts in all); called for texts of book length alone."""


def read(article: Article, tools: Tools, tell: OnPart = lambda part, parts: None) -> Findings:
    """Toponyms, events and routes of one article; the same article gives the same findings.

    A text in capitals throughout is read in ordinary case, and one broken into lines of one width without the breaks;
    every offset holds for the text as given. A text of book length is read in parts, so that memory stays bounded. A
    text in another language than English has its places, and no events or routes rather than wrong ones.
    """
    article = replace(article, language=language_of(article.text))
    parts = tuple(parts_of(article))

    def found() -> Iterator[tuple[int, Findings]]:
        for number, (start, part) in enumerate(parts, 1):
            if len(parts) > 1:
                tell(number, len(parts))
            yield start, _read_part(part, tools)

    return put_together(article, found())


def _read_part(article: Article, tools: Tools) -> Findings:
    given, article = article, replace(article, text=_in_order(article, tools))
    doc = parse(article.text, body_start=article.body_start)
    toponyms = _located(article, doc, tools)
    if not is_read(given.language):
        return Findings(given, toponyms)
    places = tuple(t for t in toponyms if t.mention.kind is MentionKind.PLACE)
    dates = find_dates(article.text, article.published)
    cited = origins_by_sentence(article, doc)
    routes = find_routes(article, doc, places, dates, cited)
    events = find_events(article, doc, toponyms, dates, cited, closed=closed_spans(routes, places))
    return Findings(given, toponyms, join_within(events, article), join_routes_within(routes, article))


def _in_order(article: Article, tools: Tools) -> str:
    """The text as the steps read it: in ordinary case, its sentences on one line; of the same length."""
    return truecase(unwrapped(article.text, article.body_start), tools.tagger)


def toponyms_of(article: Article, tools: Tools) -> tuple[Toponym, ...]:
    """The toponyms of one article alone, without the parse that events and routes are read from."""
    def located(part: Article) -> Findings:
        cased = replace(part, text=_in_order(part, tools))
        return Findings(part, _located(cased, parse(cased.text, body_start=cased.body_start, names_only=True), tools))

    return put_together(article, ((start, located(part)) for start, part in parts_of(article))).toponyms


def _located(article: Article, doc: "Doc", tools: Tools) -> tuple[Toponym, ...]:
    return locate(
        article.text,
        doc,
        tools.tagger,
        tools.gazetteer,
        title_end=article.body_start if article.title else 0,
        source=article.source,
        online=tools.online,
    )
