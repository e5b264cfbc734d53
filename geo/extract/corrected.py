"""What people put right -> the reports as corrected, and what they said of reports being one event.

A step on records alone: the reading is never changed, so that undoing a correction brings back what was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from geo.extract.events import title_of
from geo.extract.likeness import family
from geo.extract.links import Said
from geo.extract.merge_routes import BY_HAND
from geo.extract.routes import route_title
from geo.lexicon import types
from geo.records import (
    Act,
    Anchor,
    Correction,
    Event,
    Evidence,
    Place,
    Route,
    RouteStatus,
    Span,
    Status,
    Where,
)

Report = Event | Route
EVENT, ROUTE = "event", "route"
EVENT_STATUSES, ROUTE_STATUSES = frozenset(s.value for s in Status), frozenset(s.value for s in RouteStatus)
Settled = tuple[str, tuple[str, ...] | None]
"""What a person settled: the name of its factor, and the factors in whose place that stands (None: of all)."""
OF_ENDS = ("places", "ends linked by word order", "one end only", "direction not stated", "an end without a place")
"""Factors that say how sure a reading is of a route's ends."""
BINDING = frozenset({Act.ACCEPT, Act.RETYPE, Act.REDATE, Act.RESTATUS, Act.MOVE, Act.SAME})
"""Who says one thing of several reports takes them for one event."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """In the place of a report that is none."""

    by: str
    """The id of the correction."""


def anchor(report: Report) -> Anchor:
    """What a correction of this report, as it was read, is known by."""
    proof = report.evidence[0]
    if isinstance(report, Event):
        return Anchor(report.id, proof.article_id, EVENT, proof.span, report.event_type, proof.trigger)
    return Anchor(report.id, proof.article_id, ROUTE, proof.span, "", proof.trigger)


def holding(trail: Sequence[Correction]) -> tuple[Correction, ...]:
    """Those of a trail (oldest first) that are not undone, without the UNDOs themselves."""
    return tuple(c for c in with_undone(trail) if c.act is not Act.UNDO and not c.undone_by)


def with_undone(trail: Sequence[Correction]) -> tuple[Correction, ...]:
    """The trail, oldest first, with `undone_by` filled in. A later UNDO of an UNDO lets the first act hold again."""
    undone: dict[str, str] = {}
    for entry in reversed(trail):
        if entry.act is Act.UNDO and entry.undoes and entry.id not in undone:
            undone.setdefault(entry.undoes, entry.id)
    return tuple(replace(entry, undone_by=undone.get(entry.id, "")) for entry in trail)


def found_again(anchors: Iterable[Anchor], reports: Sequence[Report]) -> dict[str, str]:
    """For each anchor's report id the id that one article's report has now; one that is gone is left out.

    Where the id is no longer there, the report of the same kind is taken that shares the sentence: of the same type
    or family before others, then the one whose deed is told by the same words. One that has its own anchor is not
    given away; of several that fit equally well, none is.
    """
    known = {r.id: r for r in reports}
    asked = {a.report_id: a for a in anchors}
    found = {i: i for i in asked if i in known}
    for identity, lost in sorted(asked.items()):
        if identity in found:
            continue
        ranked = sorted(
            (_fit(lost, report), report.id) for report in reports
            if report.id not in asked and _kind(report) == lost.kind and _shares(lost, report)
        )
        if ranked and (len(ranked) == 1 or ranked[0][0] < ranked[1][0]):
            found[identity] = ranked[0][1]
    return found


def _kind(report: Report) -> str:
    return EVENT if isinstance(report, Event) else ROUTE


def _overlap(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _shares(lost: Anchor, report: Report) -> bool:
    return any(_overlap(lost.span, proof.span) for proof in report.evidence)


def _fit(lost: Anchor, report: Report) -> tuple[bool, bool, bool, int]:
    """Smaller fits better."""
    kind = report.event_type if isinstance(report, Event) else ""
    told = any(_told_by(lost, proof) for proof in report.evidence)
    shared = max(_overlap(lost.span, proof.span) for proof in report.evidence)
    return kind != lost.event_type, family(kind) != family(lost.event_type), not told, -shared


def _told_by(lost: Anchor, proof: Evidence) -> bool:
    return lost.trigger is not None and proof.trigger is not None and _overlap(lost.trigger, proof.trigger) > 0


def corrected(
    reports: Sequence[Report], corrections: Sequence[Correction], ids: Mapping[str, str]
) -> dict[str, Report | Rejected]:
    """Of one article's reports those that someone corrected, as they are now; `ids` is what `found_again` gave.

    `corrections` are those that hold, oldest first; a later one overrides an earlier one in what it says.
    """
    read = {r.id: r for r in reports}
    now: dict[str, Report] = {}
    gone: dict[str, Rejected] = {}
    for entry in corrections:
        for member in entry.members:
            identity = ids.get(member.report_id, "")
            if identity not in read or entry.act in (Act.SAME, Act.NOT_SAME):
                continue
            if entry.act is Act.REJECT:
                gone[identity] = Rejected(entry.id)
                continue
            gone.pop(identity, None)  # who corrects a report takes it for one
            now[identity] = put_right(now.get(identity, read[identity]), entry)
    return {**now, **gone}


def put_right(report: Report, entry: Correction) -> Report:
    """The report after one correction that neither rejects nor joins it; itself where the act is not for its kind."""
    made, settled = _route_after(report, entry) if isinstance(report, Route) else _event_after(report, entry)
    if settled is None:
        return report
    factors, confidence = _settled(report.factors, *settled)
    return replace(made, reviewed=True, factors=factors, confidence=confidence)


def _event_after(report: Event, entry: Correction) -> tuple[Event, Settled | None]:
    settled: Settled
    match entry.act:
        case Act.RETYPE if entry.event_type in types().types:
            made, settled = replace(report, event_type=entry.event_type), ("type by hand", ("words",))
        case Act.REDATE if entry.when is not None:
            made, settled = replace(report, when=entry.when), ("date by hand", ("date", "days"))
        case Act.RESTATUS if entry.status in EVENT_STATUSES:
            made, settled = replace(report, status=Status(entry.status)), ("status by hand", ("status",))
        case Act.MOVE:
            moved = _moved(report.where, entry.where)
            made, settled = replace(report, where=moved), ("place by hand", ("place", "precision"))
        case Act.ACCEPT:
            made, settled = report, ("reviewed", None)
        case _:
            return report, None
    return replace(made, title=_title(report, made)), settled


def _route_after(report: Route, entry: Correction) -> tuple[Route, Settled | None]:
    settled: Settled
    match entry.act:
        case Act.REDATE if entry.when is not None:
            made, settled = replace(report, when=entry.when), ("date by hand", ())
        case Act.RESTATUS if entry.status in ROUTE_STATUSES:
            told_as = tuple(f"told as {status}" for status in RouteStatus)
            made, settled = replace(report, status=RouteStatus(entry.status)), ("status by hand", told_as)
        case Act.ENDS if entry.ends is not None and (entry.ends.origins or entry.ends.destinations):
            given = entry.ends
            made = replace(
                report, origins=by_hand(given.origins), waypoints=by_hand(given.waypoints),
                destinations=by_hand(given.destinations), certain_direction=given.certain_direction,
            )
            settled = ("ends by hand", OF_ENDS)
        case Act.REVERSE:
            made = replace(
                report, origins=by_hand(report.destinations), waypoints=by_hand(report.waypoints[::-1]),
                destinations=by_hand(report.origins), certain_direction=True,
            )
            settled = ("ends by hand", ("direction not stated",))
        case Act.ACCEPT:
            made, settled = report, ("reviewed", None)
        case _:
            return report, None
    if report.title == _route_title(report):
        made = replace(made, title=_route_title(made))
    return made, settled


def _route_title(route: Route) -> str:
    return route_title(route.movers[:2], route.origins, route.destinations)


def by_hand(ends: Iterable[Where]) -> tuple[Where, ...]:
    """The same ends, marked as given by a person: merging takes them as they are."""
    return tuple(replace(end, rule=BY_HAND) for end in ends)


def _settled(
    factors: Sequence[tuple[str, float]], name: str, gone: tuple[str, ...] | None
) -> tuple[tuple[tuple[str, float], ...], float]:
    """Factors and confidence when a person settled what `gone` names (None: everything)."""
    kept = tuple((n, v) for n, v in factors if gone is not None and n not in gone and n != name)
    return (*kept, (name, 1.0)), round(prod(v for _, v in kept), 6)


def _title(before: Event, after: Event) -> str:
    """A title that was made of type and place is made anew; any other stays."""
    if before.event_type not in types().types or before.title != title_of(before.event_type, before.where):
        return before.title
    return title_of(after.event_type, after.where)


def _moved(before: Where | None, given: Where | None) -> Where | None:
    """The place as given, with the one the reading had among its alternatives."""
    if given is None or before is None:
        return given
    others: dict[str, Place] = {p.gazetteer_id: p for p in (before.place, *before.alternatives, *given.alternatives)}
    others.pop(given.place.gazetteer_id, None)
    return replace(given, alternatives=tuple(others.values()))


def statements(corrections: Iterable[Correction], ids: Mapping[str, str]) -> tuple[Said, ...]:
    """What the corrections (those that hold, oldest first) say of events being one, by the ids of now."""
    said = []
    for entry in corrections:
        one, other = (
            tuple(sorted({ids[a.report_id] for a in side if a.kind == EVENT and a.report_id in ids}))
            for side in (entry.members, entry.others)
        )
        if entry.act is Act.NOT_SAME and one and other:
            said.append(Said(False, one, other))
        elif entry.act in BINDING and len({*one, *other}) > 1:
            said.append(Said(True, one, other))
    return tuple(said)
