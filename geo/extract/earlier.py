"""Where an event was that its own sentence gives no place: one told of before, in the paragraph or the lead."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Doc

from geo.extract.attribution import MOVES, Attribution, is_reference
from geo.extract.context import Context
from geo.extract.dating import OPENING
from geo.extract.event_words import event_words
from geo.extract.sites import UNLISTED, Site, coarseness, home_country, where_of
from geo.records import Place, Toponym, Where

SAID_BEFORE = 0.8
LEAD = 0.7
COUNTRY = 0.5
PLACELESS = MOVES | {"sanctions", "statement", "threat"}
"""Types whose place, if any, stands in their own sentence."""


class Earlier:
    """The places of a text that a later event may have, in order: none coarser than a district, no movement's end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        body = [t for t in context.toponyms if t.mention.span.start >= context.dateline_end]
        home = home_country(body) or home_country(context.toponyms)
        self.country = _country(home) if home is not None else None
        """The coarsest answer: where most of the names and peoples of the text belong."""
        seats = _countries(t for t in context.toponyms if t.mention.span.start < context.dateline_end)
        foreign = home is not None and seats.isdisjoint({home.country_code} | _countries(body))
        """Sent from another country than it tells of: the dateline is only where the agency sits."""
        self._sites = [s for s in context.places if self._fits(s, seat_counts=not foreign)]
        self._starts = [s.span.start for s in self._sites]
        article = context.article
        end = article.text.find("\n\n", article.body_start + 1)
        self._lead_end = end if end > 0 else len(article.text)

    def _fits(self, site: Site, *, seat_counts: bool) -> bool:
        doc = self._context.doc
        if site.closed or coarseness(site.place) > 1 or site.place.gazetteer_id.startswith(UNLISTED):
            return False
        if not seat_counts and site.span.start < self._context.dateline_end:
            return False
        here = self._context.places_in(self._context.number(site.head))
        return not _only_a_bearing(doc, site) and not is_reference(doc, site, here)

    def place(self, event_type: str, sentence: int, last: Where | None) -> Attribution | None:
        """The last place named in the paragraph before the sentence, else that of the event told just before,
        `last`, else the first of the title or lead, else early in a report its country; None for a movement.
        """
        if event_type in PLACELESS:
            return None
        article = self._context.article
        begin = self._context.sentences[sentence].start_char
        opened = max(article.text.rfind("\n\n", 0, begin), article.body_start - 1)
        before = bisect_left(self._starts, begin) - 1
        if before >= 0 and self._starts[before] > opened:
            return _attribution(self._sites[before], "told before in the paragraph", SAID_BEFORE)
        if last is not None and coarseness(last.place) <= 1:
            return Attribution(replace(last, rule="place of the event before"), None, SAID_BEFORE, own=False)
        if before >= 0 and self._starts[0] < self._lead_end:
            return _attribution(self._sites[0], "told of in the lead", LEAD)
        return self.country if sentence - self._context.body < OPENING else None


def _countries(toponyms: Iterable[Toponym]) -> set[str]:
    return {t.place.country_code for t in toponyms if t.place is not None}


def _country(home: Place) -> Attribution:
    where = where_of(home, home.name, "", "the country that the report speaks of")
    return Attribution(where, None, COUNTRY, own=False)


def _attribution(site: Site, rule: str, score: float) -> Attribution:
    where = where_of(site.place, site.name, "", rule, site.alternatives, site.stated)
    return Attribution(where, None, score, own=False)


def _only_a_bearing(doc: Doc, site: Site) -> bool:
    return (
        site.first >= 2
        and doc[site.first - 1].lower_ in ("of", "from")
        and doc[site.first - 2].lower_ in event_words().place.pointers
    )
