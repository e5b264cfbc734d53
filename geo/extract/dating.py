"""When a draft happened: by the expression of its sentence, by what was told before, by the lead of the report."""

import itertools
from collections.abc import Sequence
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

DAY = DatePrecision.DAY
INHERIT_SENTENCES = 6
"""So many sentences an event's date holds for the events told after it."""
JUST_NOW_DAYS = 1
"""A lead in the past tense without a date speaks of the day of publication or this many days before."""
TOLD_DAYS = 7
"""An event that is condemned or looked into without a date of its own is hardly older than this, in days."""
LONG_DAYS = 31
"""An expression longer than this counts something ("the third attack this year") where a shorter one is near."""
LONG_AWAY = 4
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


def own_date(context: Context, sentence: int, triggers: Sequence[Trigger], told: Told | None) -> Timed | None:
    """The expression of the sentence that stands nearest to the first trigger or one of its helpers.

    One that hangs on "told" or "condemned" dates the telling: the event lies up to TOLD_DAYS before it (REPORTING).
    One of the dateline says when the report was sent: any other of the sentence goes before it.
    """
    doc, trigger = context.doc, triggers[0]
    head = doc[trigger.head]
    best: tuple[tuple[int, int, int, int], FoundDate, bool] | None = None
    for dated in context.dates_in(sentence):
        found, words = dated.found, dated.words
        found = _anchored(found, told)
        if found.anchor_offset_days is not None:
            continue
        telling = _dates_the_telling(doc, words, trigger) or _dates_the_reaction(doc, words, trigger)
        at = min(tree_distance(words.root, doc[t.head]) for t in triggers)
        away = 3 * int(_in_other_clause(words, trigger)) + LONG_AWAY * int(length_days(found.when) > LONG_DAYS)
        sent = found.span.end <= context.dateline_end
        rank = (int(telling), int(sent), at + away, abs(words.start - head.i))
        if best is None or rank < best[0]:
            best = (rank, found, telling)
    if best is None:
        return None
    _, found, telling = best
    return Timed(_told_by(found.when) if telling else found.when, found.span, found.future and not telling)


def _anchored(found: FoundDate, told: Told | None) -> FoundDate:
    """ "The previous day" counted from the event told just before, where that has a day."""
    anchor = told.last[0].when if told is not None and told.last is not None else None
    if found.anchor_offset_days is None or anchor is None or anchor.start is None or anchor.precision is not DAY:
        return found
    day = anchor.start + timedelta(days=found.anchor_offset_days)
    when = When(day, day, DAY, DateBasis.EXPRESSION, found.when.text)
    return replace(found, when=when, anchor_offset_days=None)


def _told_by(when: When) -> When:
    if when.precision is not DAY or when.start is None or when.start.toordinal() <= TOLD_DAYS:
        return replace(when, basis=DateBasis.REPORTING)
    start = when.start - timedelta(days=TOLD_DAYS)
    return replace(when, start=start, precision=DatePrecision.RANGE, basis=DateBasis.REPORTING)


def _dates_the_reaction(doc: Doc, words: Words, trigger: Trigger) -> bool:
    """ "today condemned the attack": a date in front of a noun under a verb of opinion or inquiry is that verb's."""
    noun = doc[trigger.head]
    if is_verb(noun) or trigger.light is not None or words.start > noun.i:
        return False
    if any(h.i == noun.i for h in up(words.root)):
        return False
    above = list(up(noun))
    cause = next((h.lower_ for h in above if h.pos_ in ("ADP", "SCONJ", "VERB")), "")
    reaction = any(forms(h) & event_words().status.reactions for h in above if is_verb(h) or h.pos_ == "NOUN")
    return reaction or cause in event_words().status.causes


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
        and length_days(last.when) <= LONG_DAYS
        and (length_days(last.when) <= HELD_DAYS or kin is None)
    ):
        return Timed(replace(last.when, basis=DateBasis.INHERITED), None, False)
    if kin is not None and kin.status is Status.REPORTED:
        return Timed(replace(kin.when, basis=DateBasis.INHERITED), None, False)
    if day is not None and (number < LEAD_SENTENCES or (told.last is None and number < OPENING)):
        when = When(day - timedelta(days=JUST_NOW_DAYS), day, DatePrecision.RANGE, DateBasis.PUBLICATION)
        return Timed(when, None, False)
    return Timed(UNKNOWN_WHEN, None, False)


def length_days(when: When) -> int:
    """First and last day counted; 0 for unknown."""
    return (when.end - when.start).days + 1 if when.start and when.end else 0
