"""Is a mention a report of one event, or talk about events? What only talks is background, kept and not shown.

A report says of its event something of its own: when, or where. More is asked in a speech than in a news story, and
of words that sum events up or name a whole campaign.
"""

from spacy.tokens import Token

from geo.extract.attribution import MOVES, Attribution
from geo.extract.context import Context
from geo.extract.dating import LEAD_SENTENCES, Timed, length_days
from geo.extract.drafts import Draft, is_violence
from geo.extract.echoes import is_definite
from geo.extract.event_words import event_words
from geo.extract.grammar import behind, forms, is_verb
from geo.extract.senses import is_ordinal, other_sense
from geo.extract.status import Judgement, is_older
from geo.extract.told import is_news
from geo.filters import VISIBLE
from geo.records import DateBasis, Status

SUMMED_DAYS = 21
"""What happened many times over more days than this is a sum and no event."""
SUMMED_PEOPLE = 50
"""As is what killed so many over more days than that."""
SPEECH = 0.4
"""From this share of sentences with "I", "we" or "you" outside quotation marks a text is a speech or an interview."""
OLD_DAYS = 180
"""A violent event told so long after it happened is background to the news."""
SURE = 0.6


def specific(
    context: Context, draft: Draft, timed: Timed, place: Attribution | None, judgement: Judgement, killed: int
) -> Judgement:
    """BACKGROUND with the reason where a mention that was judged news tells of no event in particular.

    `killed` is the least number that the sentence gives; 0 where it gives none.
    """
    if judgement.status not in VISIBLE:
        return judgement
    reason = _nothing_of_its_own(context, draft, timed, place, judgement)
    if not reason and is_violence(draft.trigger.type):
        reason = _talk(context, draft, timed, place, killed)
    return Judgement(Status.BACKGROUND, reason, SURE) if reason else judgement


def _nothing_of_its_own(
    context: Context, draft: Draft, timed: Timed, place: Attribution | None, judgement: Judgement
) -> str:
    """Movements without an end (the routes tell of them), and news with neither day nor place."""
    if draft.trigger.type in MOVES and not draft.places:
        return "movement without a place of its own"
    if not is_news(judgement.status):
        return ""
    if place is None and timed.span is None and is_definite(context.doc[draft.trigger.head]):
        return "points back to what is not told here"
    if context.article.published is None or timed.span is not None:
        return ""
    undated = timed.when.basis in (DateBasis.NONE, DateBasis.PUBLICATION)
    if undated and place is None and draft.sentence - context.body >= LEAD_SENTENCES:
        return "neither day nor place"
    violent = is_violence(draft.trigger.type)
    if violent and timed.when.basis is DateBasis.NONE and (place is None or not place.own):
        return "neither day nor place of its own"
    return ""


def _talk(context: Context, draft: Draft, timed: Timed, place: Attribution | None, killed: int) -> str:
    """Why a mention of violence is no report of one event; "" where it is."""
    word = context.doc[draft.trigger.head]
    dated = timed.span is not None and timed.when.basis is not DateBasis.REPORTING
    placed = place is not None and place.own
    if sense := other_sense(context, draft):
        return sense
    campaign = not is_verb(word) and bool(forms(word) & event_words().status.campaigns)
    long = length_days(timed.when) > SUMMED_DAYS
    if long and (word.tag_ == "NNS" or is_ordinal(word) or killed >= SUMMED_PEOPLE or campaign):
        return "a sum of events"
    if campaign and not dated and not placed:
        return "a campaign, not one event"
    if not dated and not placed and _generic_victims(word):
        return "a kind of event, not one event"
    if is_older(timed.when, context.article.published, OLD_DAYS):
        return "long before publication"
    told_by_speaker = context.spoken >= SPEECH and draft.sentence >= context.body
    if told_by_speaker and not placed and (not dated or long):
        return "told in passing by a speaker"
    return ""


def _generic_victims(word: Token) -> bool:
    """ "The murder of peasants": a bare plural, nobody in particular."""
    victims = [] if is_verb(word) else behind(word, frozenset({"of"}))
    return bool(victims) and all(
        v.tag_ == "NNS" and not any(c.dep_ in ("det", "poss", "nummod", "amod") for c in v.children) for v in victims
    )
