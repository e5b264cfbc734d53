"""Article + parse + toponyms + dates -> one Event for each trigger that reports something.

In order: triggers, what absorbs what, the place, the date, the status, the people and figures. Several
mentions of one event stay several here; geo.extract.merge joins them.
"""

import hashlib
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Words

from geo.extract import actors
from geo.extract.attribution import MOVES, Attribution, attribute, issuer, told_before
from geo.extract.dates import FoundDate, past_part
from geo.extract.event_words import event_words
from geo.extract.grammar import carrier, chain, forms, is_verb, sentence_of, tokens_of, tree_distance, up
from geo.extract.origins import origins_by_sentence
from geo.extract.quantities import FoundQuantity, find_quantities, find_tolls
from geo.extract.sites import Site, sites
from geo.extract.status import Judgement, status_of
from geo.extract.triggers import Trigger, find_triggers
from geo.lexicon import types
from geo.records import (
    UNKNOWN_WHEN,
    Article,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    GeoPrecision,
    MentionKind,
    Route,
    Span,
    Status,
    Toll,
    Toponym,
    When,
    Where,
)

VIOLENT = frozenset({"air", "bomb", "ground", "clearance"})
"""Families whose triggers take over the effects (killed, exploded) told of in the same sentence."""
DEEDS = frozenset({"killing", "abduction"})
INHERIT_SENTENCES = 6
"""So many sentences an event's date holds for the events told after it."""
JUST_NOW_DAYS = 1
"""A lead in the past tense without a date speaks of the day of publication or this many days before."""
HELD_DAYS = 3
"""A longer interval is not handed on to other events where a nearer one is known."""
LEAD_SENTENCES = 3
OPENING = 12
"""Where nothing dated has been told, so many sentences still belong to the news of the day."""
CLEARLY = 0.75
"""From this score on a place of the sentence makes its event a particular one."""
DATE_SURE = {
    DateBasis.EXPRESSION: 1.0,
    DateBasis.DATELINE: 0.95,
    DateBasis.INHERITED: 0.85,
    DateBasis.PUBLICATION: 0.7,
    DateBasis.REPORTING: 0.5,
    DateBasis.MERGED: 0.9,
    DateBasis.NONE: 0.6,
}
FINE = (GeoPrecision.EXACT, GeoPrecision.NEAR, GeoPrecision.ADMIN2)
PLACE_SURE = {
    GeoPrecision.EXACT: 1.0,
    GeoPrecision.NEAR: 0.95,
    GeoPrecision.ADMIN2: 0.9,
    GeoPrecision.ADMIN1: 0.85,
    GeoPrecision.LINEAR: 0.8,
    GeoPrecision.REGION: 0.75,
    GeoPrecision.COUNTRY: 0.7,
    GeoPrecision.TOPIC: 0.4,
}
NO_PLACE = 0.6
PREPOSITIONS = {"ISL": "on", "ISLS": "on", "STM": "on", "RD": "on"}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A trigger on its way to an event."""

    trigger: Trigger
    helpers: tuple[Trigger, ...]
    """Effects of the same sentence that lend it their place, figures and people."""
    places: tuple[Attribution, ...]


@dataclass(frozen=True, slots=True)
class _Timed:
    when: When
    span: Span | None
    planned: bool


def find_events(
    article: Article,
    doc: Doc,
    toponyms: Sequence[Toponym],
    routes: Sequence[Route],
    dates: Sequence[FoundDate],
    *,
    closed: frozenset[Span],
) -> tuple[Event, ...]:
    """One event per reported trigger and place, in order of the text, whatever its status.

    `closed` are the spans of places that routes use: they are no event's place.
    """
    names = frozenset(i for t in toponyms for i in _token_range(doc, t.mention.span))
    placed = frozenset(
        i for t in toponyms if t.mention.kind is MentionKind.PLACE for i in _token_range(doc, t.mention.span)
    )
    dated = frozenset(i for d in dates for i in _token_range(doc, d.span))
    places = sites(article, doc, toponyms, closed)
    triggers = [
        t
        for t in find_triggers(doc, placed | frozenset(s.head for s in places if s.pointing), names)
        if dated.isdisjoint(t.tokens)
    ]
    drafts = _drafts(doc, triggers, places, toponyms)
    figures = _Figures(doc, drafts, article.text)
    cited = origins_by_sentence(article, doc)
    events: list[Event] = []
    numbers = {s.start: n for n, s in enumerate(doc.sents)}
    for draft in drafts:
        number = numbers[sentence_of(doc[draft.trigger.head]).start]
        events += _finish(article, doc, draft, places, dates, figures, cited, events, number, numbers)
    return tuple(replace(e, actors=actors.with_sides(e.actors, toponyms)) for e in events)


def _token_range(doc: Doc, span: Span) -> range:
    words = tokens_of(doc, span.start, span.end)
    return range(words.start, words.end) if words is not None else range(0)


def _family(trigger: Trigger) -> str:
    return types().types[trigger.type].family


def _drafts(
    doc: Doc, triggers: Sequence[Trigger], places: Sequence[Site], toponyms: Sequence[Toponym]
) -> list[_Draft]:
    """Triggers with their own places; effects and doublets of a sentence are drawn into the attack it tells of."""
    drafts: list[_Draft] = []
    for sentence in doc.sents:
        here = [t for t in triggers if sentence.start <= t.head < sentence.end]
        own = {t: _own_places(t, doc, places, toponyms) for t in here}
        absorbed: dict[Trigger, list[Trigger]] = {}
        lead = [t for t in here if not t.cue.effect and _family(t) in VIOLENT]
        kept: list[Trigger] = []
        for trigger in here:
            host = _host(doc, trigger, lead if trigger.cue.effect else [], kept, own)
            if host is None:
                kept.append(trigger)
            else:
                absorbed.setdefault(host, []).append(trigger)
        for trigger in kept:
            helpers = tuple(absorbed.get(trigger, ()))
            lent = own[trigger] or next((own[h] for h in helpers if own[h]), ())
            drafts.append(_Draft(trigger, helpers, lent))
    return drafts


def _own_places(
    trigger: Trigger, doc: Doc, places: Sequence[Site], toponyms: Sequence[Toponym]
) -> tuple[Attribution, ...]:
    if trigger.type == "sanctions":
        source = issuer(trigger, doc, toponyms)
        return (source,) if source is not None else ()
    return attribute(trigger, doc, places)


def _host(
    doc: Doc,
    trigger: Trigger,
    lead: Sequence[Trigger],
    kept: Sequence[Trigger],
    own: dict[Trigger, tuple[Attribution, ...]],
) -> Trigger | None:
    """The trigger of the sentence that tells of the same: the cause of an effect, or one of its type and place."""

    def agree(other: Trigger) -> bool:
        a, b = own[trigger], own[other]
        return not (a and b) or {x.where.place for x in a} == {x.where.place for x in b}

    if trigger.cue.effect:
        causes = [t for t in lead if agree(t)]
        effects = [t for t in kept if t.cue.effect and agree(t)]
        near = sorted(causes or effects, key=lambda t: abs(t.head - trigger.head))
        return near[0] if near else None
    for other in kept:
        same = other.type == trigger.type or (
            _family(other) == _family(trigger) and _family(trigger) in ("air", "bomb")
        )
        linked = tree_distance(doc[trigger.head], doc[other.head]) <= 4
        if same and linked and agree(other):
            return other
    return None


def _finish(
    article: Article,
    doc: Doc,
    draft: _Draft,
    places: Sequence[Site],
    dates: Sequence[FoundDate],
    figures: "_Figures",
    cited: dict[int, tuple[str, ...]],
    before: Sequence[Event],
    number: int,
    numbers: dict[int, int],
) -> list[Event]:
    """The events of one trigger: one for each place it is said to have had."""
    trigger = draft.trigger
    sentence = sentence_of(doc[trigger.head])
    last = _last(before, article, doc, numbers, number)
    told = number - numbers_of_body(doc, article, numbers)
    timed = _own_date(article, doc, draft, dates)
    fine = any(a.score >= CLEARLY and a.where.precision in FINE for a in draft.places)
    judgement = status_of(
        trigger,
        doc,
        timed.when if timed is not None and timed.when.basis is not DateBasis.REPORTING else None,
        planned=timed is not None and timed.planned,
        placed=fine,
        headline=sentence.start_char < article.body_start,
        lead=article.published is not None and told < LEAD_SENTENCES and _family(trigger) in VIOLENT | DEEDS,
        published=article.published,
    )
    judgement = _movement(trigger, draft, judgement)
    found: tuple[Attribution | None, ...] = draft.places or (_told(trigger, article, doc, places, last, judgement),)
    judgement = _pointing_back(trigger, doc, found[0], timed, judgement)
    kin = _kin(trigger, before, found[0])
    timed = timed or _other_date(article, last, kin, judgement, told)
    judgement = _in_passing(judgement, timed, found[0], article, told)
    if judgement.status not in (Status.PLANNED, Status.HYPOTHETICAL):
        timed = replace(timed, when=past_part(timed.when, article.published))
    return [
        _event(article, doc, draft, place, timed, judgement, figures, cited.get(sentence.start, ()), n, len(found))
        for n, place in enumerate(found)
    ]


def _in_passing(
    judgement: Judgement, timed: _Timed, place: Attribution | None, article: Article, told: int
) -> Judgement:
    """Far from the lead of a dated report, neither a day nor a place: talk about the past, no report."""
    undated = timed.when.basis in (DateBasis.NONE, DateBasis.PUBLICATION) and timed.span is None
    news = judgement.status in (Status.REPORTED, Status.CLAIMED)
    if news and undated and place is None and told >= LEAD_SENTENCES and article.published is not None:
        return Judgement(Status.BACKGROUND, "neither day nor place", 0.6)
    return judgement


def _days(when: When) -> int:
    return (when.end - when.start).days + 1 if when.start and when.end else 0


def _kin(trigger: Trigger, before: Sequence[Event], place: Attribution | None) -> Event | None:
    """The last dated event told of the same type and place."""
    for event in reversed(before):
        same = event.where is not None and place is not None and event.where.place == place.where.place
        if same and event.event_type == trigger.type and event.when.start:
            return event
    return None


def numbers_of_body(doc: Doc, article: Article, numbers: dict[int, int]) -> int:
    """Number of the first sentence of the running text."""
    return next((numbers[s.start] for s in doc.sents if s.end_char > article.body_start), 0)


def _last(
    before: Sequence[Event], article: Article, doc: Doc, numbers: dict[int, int], number: int
) -> tuple[Event, int] | None:
    """The last event told of that is no background, and how many sentences ago."""
    for event in reversed(before):
        if event.status in (Status.REPORTED, Status.ONGOING, Status.CLAIMED):
            words = tokens_of(doc, event.evidence[0].span.start, event.evidence[0].span.start + 1)
            there = numbers.get(words[0].sent.start, number) if words is not None else number
            return event, number - there
    return None


def _movement(trigger: Trigger, draft: _Draft, judgement: Judgement) -> Judgement:
    """A movement without an end of its own is said in passing: the routes tell of it."""
    if trigger.type in MOVES and not draft.places and judgement.status is Status.REPORTED:
        return Judgement(Status.BACKGROUND, "movement without a place of its own", 0.6)
    return judgement


def _pointing_back(
    trigger: Trigger, doc: Doc, place: Attribution | None, timed: _Timed | None, judgement: Judgement
) -> Judgement:
    """ "condemned the attack" without place, date or an event before: of something this article does not tell."""
    definite = any(c.lower_ in ("the", "this", "that", "these", "those") for c in doc[trigger.head].children)
    if (
        judgement.status is Status.REPORTED
        and definite
        and place is None
        and timed is None
        and not is_verb(doc[trigger.head])
    ):
        return Judgement(Status.BACKGROUND, "points back to what is not told here", 0.7)
    return judgement


def _told(
    trigger: Trigger,
    article: Article,
    doc: Doc,
    places: Sequence[Site],
    last: tuple[Event, int] | None,
    judgement: Judgement,
) -> Attribution | None:
    if judgement.status not in (Status.REPORTED, Status.ONGOING, Status.CLAIMED):
        return None
    where = last[0].where if last is not None else None
    return told_before(trigger, article, doc, places, where, last[1] if last is not None else None)


def _own_date(article: Article, doc: Doc, draft: _Draft, dates: Sequence[FoundDate]) -> _Timed | None:
    """The expression of the sentence nearest to the trigger; one that hangs on "told" dates the telling."""
    head = doc[draft.trigger.head]
    sentence = sentence_of(head)
    best: tuple[tuple[int, int, int], FoundDate, bool] | None = None
    for found in dates:
        words = tokens_of(doc, found.span.start, found.span.end)
        if words is None or not sentence.start <= words.start < sentence.end or found.anchor_offset_days is not None:
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
    return _Timed(when, found.span, found.future and not telling)


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


def _other_date(
    article: Article, last: tuple[Event, int] | None, kin: Event | None, judgement: Judgement, number: int
) -> _Timed:
    """Without an expression of its own: going on at publication, the date of the event before (of `kin`, told of the
    same type and place, however long before), or a fresh lead.

    A lead in the past tense is taken to speak of the day of publication or the one before (PUBLICATION).
    """
    day = article.published
    if judgement.status is Status.ONGOING and day is not None:
        return _Timed(When(day, day, DatePrecision.ONGOING, DateBasis.PUBLICATION), None, False)
    if judgement.status not in (Status.REPORTED, Status.CLAIMED):
        return _Timed(UNKNOWN_WHEN, None, False)
    if (
        last is not None
        and last[1] <= INHERIT_SENTENCES
        and last[0].status is not Status.ONGOING
        and last[0].when.start
        and (_days(last[0].when) <= HELD_DAYS or kin is None)
    ):
        return _Timed(replace(last[0].when, basis=DateBasis.INHERITED), None, False)
    if kin is not None and kin.status is Status.REPORTED:
        return _Timed(replace(kin.when, basis=DateBasis.INHERITED), None, False)
    if day is not None and (number < LEAD_SENTENCES or (last is None and number < OPENING)):
        when = When(day - timedelta(days=JUST_NOW_DAYS), day, DatePrecision.RANGE, DateBasis.PUBLICATION)
        return _Timed(when, None, False)
    return _Timed(UNKNOWN_WHEN, None, False)


class _Figures:
    """Quantities and tolls of a text, each handed to the trigger of its sentence that stands nearest in the parse."""

    def __init__(self, doc: Doc, drafts: Sequence[_Draft], text: str) -> None:
        self._doc = doc
        self._drafts = drafts
        self._quantities = find_quantities(text)
        self._tolls = find_tolls(text)

    def quantities(self, draft: _Draft) -> tuple[FoundQuantity, ...]:
        """Figures under the trigger, its light verb or its helpers, or in the clause of one of them."""
        heads = _heads(draft)
        verbs = {v.i for i in heads for v in self._verbs(i)}
        others = {i for d in self._drafts if d is not draft for i in d.trigger.tokens}
        found = []
        for figure in self._quantities:
            words = tokens_of(self._doc, figure.span.start, figure.span.end)
            if words is None or words.sent.start != sentence_of(self._doc[draft.trigger.head]).start:
                continue
            path = [*words, *up(words.root)]
            stop = next((n for n, t in enumerate(path) if is_verb(t) and t.i not in heads), len(path))
            nearest = path[stop].i if stop < len(path) else -1
            if others & {t.i for t in path[:stop]}:
                continue
            if any(t.i in heads for t in path[:stop]) or nearest in verbs:
                found.append(figure)
        return tuple(found)

    def _verbs(self, i: int) -> tuple[Token, ...]:
        token = self._doc[i]
        verb = token if is_verb(token) else carrier(token)[0]
        return chain(verb) if verb is not None else ()

    def toll(self, draft: _Draft, kind: str) -> Toll | None:
        """The first toll of this kind in the sentence that is nearer to this trigger than to any other."""
        sentence = sentence_of(self._doc[draft.trigger.head])
        rivals = [d for d in self._drafts if sentence.start <= d.trigger.head < sentence.end]
        for found in self._tolls:
            words = tokens_of(self._doc, found.span.start, found.span.end)
            if found.kind == kind and words is not None and sentence.start <= words.start < sentence.end:
                nearest = min(rivals, key=lambda d: (self._distance(d, words), d.trigger.head))
                if nearest is draft:
                    return found.toll
        return None

    def _distance(self, draft: _Draft, words: Words) -> int:
        return min(tree_distance(token, self._doc[i]) for token in words for i in _heads(draft))


def _heads(draft: _Draft) -> set[int]:
    """The words that carry a draft: trigger, light verb, helpers."""
    found = {t.head for t in (draft.trigger, *draft.helpers)}
    return found if draft.trigger.light is None else found | {draft.trigger.light}


def _event(
    article: Article,
    doc: Doc,
    draft: _Draft,
    place: Attribution | None,
    timed: _Timed,
    judgement: Judgement,
    figures: _Figures,
    origins: tuple[str, ...],
    n: int,
    n_places: int,
) -> Event:
    trigger = draft.trigger
    span = _span(doc, trigger)
    where = place.where if place is not None else None
    identity = f"{article.id}\n{trigger.type}\n{span.start}\n{span.end}" + (f"\n{n}" if n else "")
    factors = _factors(trigger, place, timed, judgement)
    sentence = sentence_of(doc[trigger.head])
    own = place.span if place is not None else None
    evidence = Evidence(
        article.id,
        _trim(article.text, sentence),
        f"{trigger.type}: {doc[trigger.head].lower_}; {judgement.rule}",
        span,
        own,
        timed.span,
    )
    violent = _family(trigger) in VIOLENT | {"killing"}
    return Event(
        id=hashlib.sha256(identity.encode()).hexdigest()[:16],
        event_type=trigger.type,
        title=title_of(trigger.type, where),
        status=judgement.status,
        when=timed.when,
        where=where,
        evidence=(evidence,),
        actors=actors.find_actors(doc, (trigger, *draft.helpers)),
        weapons=actors.find_weapons(doc, (trigger, *draft.helpers)) if violent else (),
        quantities=tuple(f.quantity for f in figures.quantities(draft)),
        killed=_shared(figures.toll(draft, "killed"), n_places) if violent else None,
        injured=_shared(figures.toll(draft, "injured"), n_places) if violent else None,
        origins=origins or ((article.source,) if article.source else ()),
        confidence=round(math.prod(value for _, value in factors), 4),
        factors=factors,
    )


def _shared(toll: Toll | None, n_places: int) -> Toll | None:
    """A toll given for several places at once bounds the toll of each from above only."""
    if toll is None or n_places == 1:
        return toll
    return replace(toll, low=0, best=None)


def _span(doc: Doc, trigger: Trigger) -> Span:
    first, last = doc[trigger.tokens[0]], doc[trigger.tokens[-1]]
    return Span(first.idx, last.idx + len(last.text))


def _trim(text: str, sentence: Words) -> Span:
    start, end = sentence.start_char, sentence.end_char
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _factors(
    trigger: Trigger, place: Attribution | None, timed: _Timed, judgement: Judgement
) -> tuple[tuple[str, float], ...]:
    """What the confidence is the product of; each is shown to the reader."""
    return (
        ("words", trigger.cue.weight),
        ("status", judgement.sure),
        ("place", round(min(1.0, place.score), 3) if place is not None else NO_PLACE),
        ("precision", PLACE_SURE[place.where.precision] if place is not None else 1.0),
        ("date", DATE_SURE[timed.when.basis]),
    )


def title_of(event_type: str, where: Where | None) -> str:
    """ "Airstrike on Qanus Island"; the bare label where no place is stated."""
    label = types().types[event_type].label
    if where is None:
        return label
    name = _full_name(where)
    if event_type == "sanctions":
        return f"{label} by {name}"
    word = where.relation or PREPOSITIONS.get(where.place.feature_code, "in")
    return f"{label} {word} {name}"


def _full_name(where: Where) -> str:
    """The gazetteer's name where the text's is a part of it ("Qanus" of "Qanus Island"), else the text's."""
    text, full = where.name_in_text.casefold().split(), where.place.name.casefold().split()
    return where.place.name if text != full and text == full[: len(text)] else where.name_in_text
