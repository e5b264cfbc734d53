"""Several reports of one event -> one record: the best place and date win, nothing is added up, nothing is lost."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from geo.extract.likeness import same_quantity
from geo.extract.quantities import same_mass
from geo.filters import VISIBLE
from geo.records import (
    Actor,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    GeoPrecision,
    Quantity,
    Span,
    Status,
    Toll,
    When,
    Where,
)

T = TypeVar("T")

PLACE_ORDER = (
    GeoPrecision.EXACT, GeoPrecision.NEAR, GeoPrecision.LINEAR, GeoPrecision.ADMIN2, GeoPrecision.ADMIN1,
    GeoPrecision.REGION, GeoPrecision.COUNTRY, GeoPrecision.TOPIC,
)
DATE_ORDER = (
    DatePrecision.DAY, DatePrecision.RANGE, DatePrecision.WEEK, DatePrecision.MONTH, DatePrecision.YEAR,
    DatePrecision.ONGOING, DatePrecision.UNKNOWN,
)
BASIS_ORDER = (
    {DateBasis.EXPRESSION, DateBasis.DATELINE, DateBasis.MERGED}, {DateBasis.INHERITED}, {DateBasis.PUBLICATION},
    {DateBasis.REPORTING},
)
STATUS_ORDER = tuple(Status)


def layer(status: Status) -> str:
    """Events of one layer may be joined: all that is shown by default, and each hidden status for itself."""
    return "shown" if status in VISIBLE else status.value


def place_rank(where: Where | None) -> int:
    """0 is the most exact; no place comes last."""
    return len(PLACE_ORDER) if where is None else PLACE_ORDER.index(where.precision)


def date_rank(when: When) -> tuple[int, int, int]:
    """Smaller is better: words that date the event before guesses from the publication, then precision, then days."""
    if when.start is None or when.end is None:
        return len(BASIS_ORDER), len(DATE_ORDER), 0
    trust = next((n for n, group in enumerate(BASIS_ORDER) if when.basis in group), len(BASIS_ORDER))
    return trust, DATE_ORDER.index(when.precision), (when.end - when.start).days


def unite(events: Sequence[Event]) -> Event:
    """One record of all of them, which the first leads: it gives the id, and what is told equally well twice.

    A reviewed report wins over unreviewed ones wherever it has the field. Quantities and tolls are never
    summed; those that contradict each other are kept and named in `conflicts`.
    """
    if len(events) == 1:
        return events[0]
    first = events[0]
    best = min(events, key=lambda e: (e.where is None, not e.reviewed, place_rank(e.where), -e.confidence, e.id))
    dated = min(events, key=lambda e: (e.when.start is None, not e.reviewed, date_rank(e.when), e.id))
    kind = _type(events)
    titled = best if best.event_type == kind else next(e for e in events if e.event_type == kind)
    killed, killed_conflict = unite_tolls([e.killed for e in events], "killed")
    injured, injured_conflict = unite_tolls([e.injured for e in events], "injured")
    conflicts = [c for e in events for c in e.conflicts]
    conflicts += [*killed_conflict, *injured_conflict, *_mass_conflicts([q for e in events for q in e.quantities])]
    surest = max(events, key=lambda e: (e.confidence, e.id))
    return replace(
        first,
        event_type=kind,
        title=titled.title,
        status=min((e.status for e in [e for e in events if e.reviewed] or events), key=STATUS_ORDER.index),
        when=dated.when,
        where=best.where,
        evidence=_evidence(events),
        actors=_actors(events),
        weapons=_once((w for e in events for w in e.weapons), str.casefold),
        quantities=unite_quantities([q for e in events for q in e.quantities]),
        killed=killed,
        injured=injured,
        origins=_once((o for e in events for o in e.origins), str.casefold),
        confidence=surest.confidence,
        factors=surest.factors,
        conflicts=_once(conflicts, str),
        reviewed=any(e.reviewed for e in events),
    )


def _type(events: Sequence[Event]) -> str:
    """The type most reports give; the reviewed one, else the earlier one on a tie."""
    for event in events:
        if event.reviewed:
            return event.event_type
    counts = Counter(e.event_type for e in events)
    return max(counts, key=lambda t: (counts[t], -[e.event_type for e in events].index(t)))


def _evidence(events: Sequence[Event]) -> tuple[Evidence, ...]:
    """All of it once: the leading report's article first, and within an article as it is read."""
    order = {a: n for n, a in enumerate(dict.fromkeys(a for e in events for a in e.article_ids))}

    def place(proof: Evidence) -> tuple[int, Span, Span, str]:
        return order[proof.article_id], proof.span, proof.trigger or proof.span, proof.rule

    return tuple(sorted({x for e in events for x in e.evidence}, key=place))


def _once(rows: Iterable[T], key: Callable[[T], object]) -> tuple[T, ...]:
    """Without repetitions; the first of equals stays."""
    kept: dict[object, T] = {}
    for row in rows:
        kept.setdefault(key(row), row)
    return tuple(kept.values())


def _actors(events: Sequence[Event]) -> tuple[Actor, ...]:
    """One name once for each role; a known side wins over an unknown one."""
    rows = [a for e in events for a in e.actors]
    sides = {(a.name.casefold(), a.role): a.side for a in reversed(rows) if a.side}
    kept = _once(rows, lambda a: (a.name.casefold(), a.role))
    return tuple(replace(a, side=a.side or sides.get((a.name.casefold(), a.role), "")) for a in kept)


def unite_quantities(rows: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Each figure once, in every form it is given: "almost 40 tonnes" and "80,000 pounds" both stay."""
    kept: list[Quantity] = []
    for row in rows:
        if not any(same_quantity(row, other) for other in kept):
            kept.append(row)
    return tuple(kept)


def _mass_conflicts(rows: Sequence[Quantity]) -> list[str]:
    """A sentence for each two masses of one thing that do not agree."""
    masses = _once((q for q in rows if q.kg is not None), lambda q: (q.kg, q.item.casefold()))
    return [
        f"Reports disagree on the mass: “{a.text}” and “{b.text}”."
        for n, a in enumerate(masses) for b in masses[n + 1 :]
        if (a.item.casefold() == b.item.casefold() or not a.item or not b.item) and not same_mass(a, b)
    ]


def unite_tolls(tolls: Sequence[Toll | None], word: str) -> tuple[Toll | None, list[str]]:
    """The widest bounds of all reports, and a sentence where their best figures differ; never a sum.

    "An unknown number" (low 0, nothing else) yields to a figure.
    """
    given = [t for t in tolls if t is not None]
    if not given:
        return None, []
    figures = [t for t in given if t.best or t.high is not None or t.low > 0] or given
    best = [t.best for t in figures if t.best is not None]
    highs = [t.high for t in figures if t.high is not None]
    first = figures[0]
    united = Toll(
        low=min(t.low for t in figures),
        best=Counter(best).most_common(1)[0][0] if best else None,
        high=max(highs) if len(highs) == len(figures) else None,
        who=next((t.who for t in figures if t.who), first.who),
        text=first.text,
    )
    differing = sorted(set(best))
    if len(differing) < 2:
        return united, []
    united = replace(united, low=min(united.low, differing[0]), high=max(highs + differing))
    figures_told = f"{', '.join(map(str, differing[:-1]))} and {differing[-1]}"
    return united, [f"Reports disagree on the number {word}: {figures_told}."]
