"""Where an event was that its own sentence gives no place: one told of before, in the paragraph or the lead."""

from bisect import bisect_left
from dataclasses import replace

from spacy.tokens import Doc

from geo.extract.attribution import MOVES, Attribution, is_reference
from geo.extract.context import Context
from geo.extract.event_words import event_words
from geo.extract.sites import Site, coarseness, where_of
from geo.records import Where

SAID_BEFORE = 0.8
LEAD = 0.7
PLACELESS = MOVES | {"sanctions", "statement", "threat"}
"""Types whose place, if any, stands in their own sentence."""


class Earlier:
    """The places of a text that a later event may have, in order: none coarser than a district, no movement's end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        doc = context.doc
        self._sites = [
            s for s in context.places
            if not s.closed and coarseness(s.place) <= 1 and not _only_a_bearing(doc, s)
            and not is_reference(doc, s, context.places_in(context.number(s.head)))
        ]  # fmt: skip
        self._starts = [s.span.start for s in self._sites]
        article = context.article
        end = article.text.find("\n\n", article.body_start + 1)
        self._lead_end = end if end > 0 else len(article.text)

    def place(self, event_type: str, sentence: int, last: Where | None) -> Attribution | None:
        """The last place named in the paragraph before the sentence, else that of the event told just before,
        `last`, else the first of the title or lead; None where there is none, and for a movement.
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
        return None


def _attribution(site: Site, rule: str, score: float) -> Attribution:
    where = where_of(site.place, site.name, "", rule, site.alternatives, site.stated)
    return Attribution(where, None, score, own=False)


def _only_a_bearing(doc: Doc, site: Site) -> bool:
    return (
        site.first >= 2
        and doc[site.first - 1].lower_ in ("of", "from")
        and doc[site.first - 2].lower_ in event_words().place.bearing - event_words().place.inner
    )
