"""Article + parse + toponyms + dates -> one Event for each trigger that reports something.

In order: triggers, what absorbs what, the place, the date, the status, the people and figures. Several
mentions of one event stay several here; geo.extract.merge joins them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from geo.extract import actors
from geo.extract.attribution import Attribution
from geo.extract.context import Context
from geo.extract.dates import FoundDate, past_part
from geo.extract.dating import LEAD_SENTENCES, Timed, other_date, own_date
from geo.extract.drafts import VIOLENT, Draft, is_violence, make_drafts
from geo.extract.earlier import SAID_BEFORE, Earlier
from geo.extract.echoes import echo_of
from geo.extract.grammar import span_of, tokens_of
from geo.extract.likeness import family
from geo.extract.shares import Figures
from geo.extract.sites import sites
from geo.extract.specific import specific
from geo.extract.status import Judgement, status_of
from geo.extract.sureness import factors_of, product
from geo.extract.told import Told
from geo.extract.triggers import Trigger, find_triggers
from geo.filters import VISIBLE
from geo.lexicon import types
from geo.records import (
    Article,
    DateBasis,
    Event,
    Evidence,
    GeoPrecision,
    MentionKind,
    Span,
    Status,
    Toll,
    Toponym,
    Where,
)

PLACE_HOLDS = 2
"""So many sentences an event's place holds for the events told after it."""
CLEARLY = 0.75
"""From this score on a place of the sentence makes its event a particular one."""
FINE = (GeoPrecision.EXACT, GeoPrecision.NEAR, GeoPrecision.ADMIN2)
PREPOSITIONS = {"ISL": "on", "ISLS": "on", "STM": "on", "RD": "on"}


def find_events(
    article: Article,
    doc: Doc,
    toponyms: Sequence[Toponym],
    dates: Sequence[FoundDate],
    cited: Mapping[int, tuple[str, ...]],
    *,
    closed: frozenset[Span],
) -> tuple[Event, ...]:
    """One event per reported trigger and place, in order of the text, whatever its status.

    `cited` is what `origins_by_sentence` gives; `closed` are the spans of places that routes use: they are no event's
    place.
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
    context = Context(article, doc, toponyms, places, dates)
    drafts = make_drafts(context, triggers)
    figures = Figures(context, drafts)
    events: list[Event] = []
    told, earlier = Told(), Earlier(context)
    for draft in drafts:
        origins = cited.get(context.sentences[draft.sentence].start, ())
        for event in _finish(context, draft, figures, origins, told, earlier):
            told.add(event, draft.sentence)
            events.append(event)
    codes = actors.sides_named(toponyms)
    return tuple(replace(e, actors=actors.with_sides(e.actors, codes)) for e in events)


def _token_range(doc: Doc, span: Span) -> range:
    words = tokens_of(doc, span.start, span.end)
    return range(words.start, words.end) if words is not None else range(0)


def _finish(
    context: Context, draft: Draft, figures: Figures, origins: tuple[str, ...], told: Told, earlier: Earlier
) -> list[Event]:
    """The events of one trigger: one for each place it is said to have had."""
    draft = _real(context, draft, told)
    trigger, article = draft.trigger, context.article
    timed = own_date(context, draft.sentence, draft.triggers, told)
    judgement = _judged(context, draft, timed)
    echoed = echo_of(context, draft, timed, judgement, told)
    if echoed is not None:
        return [_echo(context, draft, timed, echoed, figures, origins)]
    found: tuple[Attribution | None, ...] = draft.places
    if not found:
        last = told.before(draft.sentence, PLACE_HOLDS)
        shown = judgement.status in VISIBLE
        found = (earlier.place(trigger.type, draft.sentence, last.where if last else None) if shown else None,)
    kin = told.kin(trigger.type, found[0].where if found[0] is not None else None)
    timed = timed or other_date(context, draft, told, kin, judgement)
    toll = figures.toll(draft, "killed")
    judgement = specific(context, draft, timed, found[0], judgement, toll.low if toll is not None else 0)
    if found[0] is None and judgement.status in VISIBLE and is_violence(trigger.type):
        found = (earlier.country,)
    if judgement.status not in (Status.PLANNED, Status.HYPOTHETICAL):
        timed = replace(timed, when=past_part(timed.when, article.published))
    return [
        _event(context, draft, trigger.type, place, timed, judgement, figures, origins, n, len(found))
        for n, place in enumerate(found)
    ]


def _real(context: Context, draft: Draft, told: Told) -> Draft:
    """ "Called the explosion an attack": where the cause is not real, an effect drawn into it may well be."""
    for n, trigger in enumerate(draft.triggers):
        rest = (*draft.triggers[:n], *draft.triggers[n + 1 :])
        turned = replace(draft, trigger=trigger, helpers=rest)
        timed = own_date(context, turned.sentence, turned.triggers, told)
        judgement = _judged(context, turned, timed)
        if judgement.status in VISIBLE or echo_of(context, turned, timed, judgement, told) is not None:
            return turned
    return draft


def _echo(
    context: Context, draft: Draft, timed: Timed | None, echoed: Event, figures: Figures, origins: tuple[str, ...]
) -> Event:
    """One more mention of an event told before: of its type, and at its place and time unless it says them itself."""
    judgement = Judgement(Status.REPORTED, "points back to an event told before", 0.8)
    if timed is None or timed.when.basis is DateBasis.REPORTING or timed.when.start is None:
        inherited = replace(echoed.when, basis=DateBasis.INHERITED) if echoed.when.start else echoed.when
        timed = Timed(inherited, None, False)
    place = draft.places[0] if draft.places else None
    if place is None and echoed.where is not None:
        place = Attribution(replace(echoed.where, rule="place of the event before"), None, SAID_BEFORE, own=False)
    timed = replace(timed, when=past_part(timed.when, context.article.published))
    return _event(context, draft, echoed.event_type, place, timed, judgement, figures, origins, 0, 1)


def _judged(context: Context, draft: Draft, timed: Timed | None) -> Judgement:
    article = context.article
    early = draft.sentence - context.body < LEAD_SENTENCES
    return status_of(
        draft.trigger,
        context.doc,
        timed.when if timed is not None and timed.when.basis is not DateBasis.REPORTING else None,
        planned=timed is not None and timed.planned,
        placed=any(a.score >= CLEARLY and a.where.precision in FINE for a in draft.places),
        headline=context.sentences[draft.sentence].start_char < article.body_start,
        lead=article.published is not None and early and is_violence(draft.trigger.type),
        published=article.published,
    )


def _event(
    context: Context,
    draft: Draft,
    event_type: str,
    place: Attribution | None,
    timed: Timed,
    judgement: Judgement,
    figures: Figures,
    origins: tuple[str, ...],
    n: int,
    n_places: int,
) -> Event:
    article, doc, trigger = context.article, context.doc, draft.trigger
    span = _span(doc, trigger)
    where = place.where if place is not None else None
    identity = f"{article.id}\n{event_type}\n{span.start}\n{span.end}" + (f"\n{n}" if n else "")
    factors = factors_of(
        words=trigger.cue.weight, status=judgement.sure, place=place.score if place else None, where=where,
        when=timed.when, lead=draft.sentence - context.body < LEAD_SENTENCES,
    )
    sentence = context.sentences[draft.sentence]
    own = place.span if place is not None else None
    evidence = Evidence(
        article.id,
        span_of(sentence),
        f"{trigger.type}: {doc[trigger.head].lower_}; {judgement.rule}",
        span,
        own,
        timed.span,
    )
    violent = family(event_type) in VIOLENT | {"killing"}
    return Event(
        id=hashlib.sha256(identity.encode()).hexdigest()[:16],
        event_type=event_type,
        title=title_of(event_type, where),
        status=judgement.status,
        when=timed.when,
        where=where,
        evidence=(evidence,),
        actors=actors.find_actors(doc, draft.triggers),
        weapons=actors.find_weapons(doc, draft.triggers) if violent else (),
        quantities=tuple(f.quantity for f in figures.quantities(draft)),
        killed=_shared(figures.toll(draft, "killed"), n_places) if violent else None,
        injured=_shared(figures.toll(draft, "injured"), n_places) if violent else None,
        origins=origins or ((article.source,) if article.source else ()),
        confidence=product(factors),
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
