"""Mentions that point back to an event told before: "the attack", "the blast", and casualties told after it.

They are further evidence of that event, whatever verb they hang on ("condemned the attack"), and no event of their
own.
"""

from spacy.tokens import Token

from geo.extract.context import Context
from geo.extract.dating import Timed
from geo.extract.drafts import Draft, is_violence
from geo.extract.event_words import event_words
from geo.extract.grammar import forms, is_verb
from geo.extract.likeness import family
from geo.extract.status import Judgement
from geo.extract.told import Told
from geo.records import DateBasis, Event, Status

REACH = 12
"""So many sentences "the attack" may stand behind the attack."""
EFFECT_REACH = 2
"""So many sentences "three people were killed" may stand behind it."""
ELSEWHERE = frozenset({"a name with a date in it", "more than a year before publication", "a stretch of past events"})
"""Rules of geo.extract.status that speak of other events than the article's."""
BLASTS = frozenset({"air", "bomb"})


def echo_of(
    context: Context, draft: Draft, timed: Timed | None, judgement: Judgement, told: Told
) -> Event | None:
    """The event that a mention points back to; None where it has a day or place of its own that is another."""
    trigger = draft.trigger
    word = context.doc[trigger.head]
    if not is_violence(trigger.type) or judgement.rule in ELSEWHERE or _one_more(word):
        return None
    if judgement.status is Status.NEGATED:
        return None
    reach = REACH if is_definite(word) else EFFECT_REACH if trigger.cue.effect else 0
    for event, sentence in reversed(told.violent):
        if draft.sentence - sentence > reach:
            return None
        if sentence < draft.sentence and _may_be(draft, word, event) and _agrees(draft, timed, event):
            return event
    return None


def is_definite(word: Token) -> bool:
    """Said of a noun behind "the", "this" or "such"."""
    if is_verb(word):
        return False
    left = {w for c in word.children if c.i < word.i and c.dep_ in ("det", "predet", "amod") for w in forms(c)}
    return bool(left & event_words().echo.definite)


def _one_more(word: Token) -> bool:
    beside = {w for c in word.children if c.dep_ in ("det", "amod", "advmod", "nummod") for w in forms(c)}
    return bool(beside & event_words().echo.other)


def _may_be(draft: Draft, word: Token, event: Event) -> bool:
    """Whether the word can name an event of that kind."""
    mine, theirs = family(draft.trigger.type), family(event.event_type)
    if mine == theirs:
        return True
    if "abduction" in (mine, theirs):
        return False
    words = event_words().echo
    return (
        draft.trigger.cue.effect
        or bool(forms(word) & words.generic)
        or (bool(forms(word) & words.blasts) and theirs in BLASTS)
    )


def _agrees(draft: Draft, timed: Timed | None, event: Event) -> bool:
    if draft.places:
        if event.where is None:
            return False
        there = event.where.place
        known = {there.gazetteer_id, *(gid for gid, _ in there.within)}
        for own in draft.places:
            place = own.where.place
            mine = {place.gazetteer_id, *(gid for gid, _ in place.within)}
            if place.gazetteer_id not in known and there.gazetteer_id not in mine:
                return False
    if timed is None or timed.when.basis is DateBasis.REPORTING or timed.when.start is None or timed.when.end is None:
        return True
    start, end = event.when.start, event.when.end
    return start is not None and end is not None and timed.when.start <= end and start <= timed.when.end
