"""Triggers -> drafts: each with its own places, and the effects and doublets of its sentence drawn into it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from geo.extract.attribution import Attribution, attribute, issuer
from geo.extract.context import Context
from geo.extract.grammar import tree_distance
from geo.extract.likeness import family
from geo.extract.triggers import Trigger

VIOLENT = frozenset({"air", "bomb", "ground", "clearance"})
"""Families whose triggers take over the effects (killed, exploded) told of in the same sentence."""
_DEEDS = frozenset({"killing", "abduction"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A trigger on its way to an event."""

    trigger: Trigger
    helpers: tuple[Trigger, ...]
    """Effects of the same sentence that lend it their place, figures and people."""
    places: tuple[Attribution, ...]
    sentence: int
    """Number of the sentence."""

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """The one that leads, then the helpers."""
        return (self.trigger, *self.helpers)


def is_violence(event_type: str) -> bool:
    """An attack of any kind, a killing or an abduction."""
    return family(event_type) in VIOLENT | _DEEDS


def make_drafts(context: Context, triggers: Sequence[Trigger]) -> list[Draft]:
    """Triggers with their own places; effects and doublets of a sentence are drawn into the attack it tells of."""
    drafts: list[Draft] = []
    doc = context.doc
    for number, group in itertools.groupby(triggers, key=lambda t: context.number(t.head)):
        here = list(group)
        own = {t: _own_places(t, context, number) for t in here}
        absorbed: dict[Trigger, list[Trigger]] = {}
        lead = [t for t in here if not t.cue.effect and family(t.type) in VIOLENT]
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
            drafts.append(Draft(trigger, helpers, lent, number))
    return drafts


def _own_places(trigger: Trigger, context: Context, sentence: int) -> tuple[Attribution, ...]:
    """The seat in a dateline is only asked where its sentence names no other place."""
    if trigger.type == "sanctions":
        source = issuer(trigger, context.doc, context.toponyms)
        return (source,) if source is not None else ()
    places = context.places_in(sentence)
    told = [s for s in places if s.span.start >= context.dateline_end]
    return attribute(trigger, context.doc, told or places)


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
            family(other.type) == family(trigger.type) and family(trigger.type) in ("air", "bomb")
        )
        linked = tree_distance(doc[trigger.head], doc[other.head]) <= 4
        if same and linked and agree(other):
            return other
    return None


def heads(draft: Draft) -> set[int]:
    """The words that carry a draft: trigger, light verb, helpers."""
    found = {t.head for t in draft.triggers}
    return found if draft.trigger.light is None else found | {draft.trigger.light}
