"""When a draft happened: by the expression of its sentence, by what was told before, by the lead of the report."""

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta

from spacy.tokens import Doc
from spacy.tokens import Span as Words

from geo.extract.context import Context
from geo.extract.dates import FoundDate
from geo.extract.drafts import Draft
from geo.extract.event_words import event_words
from geo.extract.grammar import forms, is_verb, tree_distance, up
from geo.extract.status import Judgement
from geo.extract.told import Told, is_news
from geo.extract.triggers import Trigger
from geo.records import UNKNOWN_WHEN, DateBasis, DatePrecision, Event, Span, Status, When

INHERIT_SENTENCES = 6
"""So many sentences an event's date holds for the events told after it."""
JUST_NOW_DAYS = 1
"""A lead in the past tense without a date speaks of the day of publication or this many days before."""
HELD_DAYS = 3
"""A longer interval is not handed on to other events where a nearer one is known."""
LEAD_SENTENCES = 3
OPENING = 12
"""Where nothing dated has been told, so many sentences still belong to the news of the day."""


@dataclass(frozen=True, slots=True)
class Timed:
    when: When
    span: Span | None
    planned: bool


def own_date(context: Context, draft: Draft) -> Timed | None:
    """The expression of the sentence nearest to the trigger; one that hangs on "told" dates the telling."""
    doc = context.doc
    head = doc[draft.trigger.head]
    best: tuple[tuple[int, int, int], FoundDate, bool] | None = None
    for dated in context.dates_in(draft.sentence):
        found, words = dated.found, dated.words
        if found.anchor_offset_days is not None:
            continue
        telling = _dates_the_telling(doc, words, draft.trigger)
        at = min(tree_distance(words.root, doc[t.head]) for t in (draft.trigger, *draft.helpers))
        rank = (int(telling), at + 3 * int(_in_other_clause(words, draft.trigger)), abs(words.start - head.i))
        if best is None or rank < best[0]:
            best = (rank, found, telling)
    if best is None:
        return None
    _, found, telling = best
    when = replace(found.when, basis=DateBasis.REPORTING) if telling else found.when
    return Timed(when, found.span, found.future and not telling)


def _dates_the_telling(doc: Doc, words: Words, trigger: Trigger) -> bool:
    if words.end < len(doc) and doc[words.end].lower_ == "that":
        # Asked of the words and not of the parse, which breaks sentences at misprints.
        before = reversed(doc[max(0, words.start - 10) : words.start])
        clause_words = itertools.takewhile(lambda t: not set(t.text) & set(".!?\n"), before)
        return any(forms(t) & event_words().status.telling and t.tag_ == "VBD" for t in clause_words)
    verb = next((h for h in up(words.root) if is_verb(h)), None)
    if (
        verb is None
        or not forms(verb) & event_words().status.telling
        or verb.i in trigger.tokens
        or verb.i == trigger.light
    ):
        return False
    return trigger.head in {t.i for t in verb.subtree} and verb.lemma_ not in ("announce", "declare")


def _in_other_clause(words: Words, trigger: Trigger) -> bool:
    return any(h.dep_ in ("relcl", "acl") and trigger.head not in {t.i for t in h.subtree} for h in up(words.root))


def other_date(context: Context, draft: Draft, told: Told, kin: Event | None, judgement: Judgement) -> Timed:
    """Without an expression of its own: going on at publication, the date of the event before (of `kin`, told of the
    same type and place, however long before), or a fresh lead.

    A lead in the past tense is taken to speak of the day of publication or the one before (PUBLICATION).
    """
    day = context.article.published
    number = draft.sentence - context.body
    last = told.before(draft.sentence, INHERIT_SENTENCES)
    if judgement.status is Status.ONGOING and day is not None:
        return Timed(When(day, day, DatePrecision.ONGOING, DateBasis.PUBLICATION), None, False)
    if not is_news(judgement.status):
        return Timed(UNKNOWN_WHEN, None, False)
    if (
        last is not None
        and last.status is not Status.ONGOING
        and last.when.start
        and (_days(last.when) <= HELD_DAYS or kin is None)
    ):
        return Timed(replace(last.when, basis=DateBasis.INHERITED), None, False)
    if kin is not None and kin.status is Status.REPORTED:
        return Timed(replace(kin.when, basis=DateBasis.INHERITED), None, False)
    if day is not None and (number < LEAD_SENTENCES or (told.last is None and number < OPENING)):
        when = When(day - timedelta(days=JUST_NOW_DAYS), day, DatePrecision.RANGE, DateBasis.PUBLICATION)
        return Timed(when, None, False)
    return Timed(UNKNOWN_WHEN, None, False)


def _days(when: When) -> int:
    return (when.end - when.start).days + 1 if when.start and when.end else 0
