"""Putting right: from what a person says on a page to a correction in the store, and what to look at next."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import numpy as np

from geo.extract.likeness import family
from geo.extract.merge_routes import BY_HAND
from geo.keep import merge
from geo.locate.relations import precision_of, radius_of
from geo.records import (
    Act,
    BadInput,
    Correction,
    DateBasis,
    DatePrecision,
    Ends,
    Event,
    GeoPrecision,
    LonLat,
    Place,
    Route,
    When,
    Where,
)
from geo.show.shared import Shared
from geo.spatial import distance_km, within_km

WORDS_MOST = 500
"""Code points of a name or a note."""
NEAR_KM = 60.0
NEAR_DAYS = 14
PIN_KM = 1.0
"""How far a point that a person gave may be off, unless they say otherwise."""
UNIT_KM = 60.0
"""A point lies in the units of a known place that is so near, else in none that is known."""


def members_of(found: Event | Route) -> tuple[str, ...]:
    """The reports that make it up; itself when it is one."""
    return found.member_ids or (found.id,)


def correct(
    here: Shared, act: Act, ids: Iterable[str], *, who: str, why: str, others: Iterable[str] = (),
    event_type: str = "", when: When | None = None, where: Where | None = None, undoes: str = "", status: str = "",
    ends: Ends | None = None,
) -> Correction:
    """Puts it right now, for everyone; BadInput when there is nothing that it could be about."""
    if ends is not None and not (ends.origins or ends.destinations):
        raise BadInput("A route needs a place that it comes from or leads to; to take it out, mark it wrong.")
    store = here.store()
    merge(store)  # nothing to do, unless articles came in meanwhile
    members, rest = store.anchors(ids), store.anchors(others)
    if not members and act is not Act.UNDO:
        raise BadInput("What was to be put right is not there any more; reload the page.")
    made_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    entry = Correction(
        uuid.uuid4().hex, made_at, who.strip()[:WORDS_MOST], why.strip()[:WORDS_MOST], act, members, rest,
        event_type, when, where, undoes, status=status, ends=ends,
    )
    store.correct(entry)
    return entry


def last_undoable(trail: Sequence[Correction]) -> Correction | None:
    """The latest act that still holds."""
    return next((c for c in reversed(trail) if c.act is not Act.UNDO and not c.undone_by), None)


# --- what a person gives


def days(start: date | None, end: date | None, precision: DatePrecision) -> When:
    """A person's dates; both None is "not known". One day given is that day."""
    if start is None and end is None:
        return When(None, None, DatePrecision.UNKNOWN, DateBasis.EXPRESSION)
    first, last = sorted((start or end or date.min, end or start or date.min))
    if precision is DatePrecision.UNKNOWN or (precision is DatePrecision.DAY and first != last):
        precision = DatePrecision.DAY if first == last else DatePrecision.RANGE
    return When(first, last, precision, DateBasis.EXPRESSION)


def at_place(place: Place, before: Where | None, precision: GeoPrecision | None = None) -> Where:
    """It is in this place of the gazetteer; as exactly as such a place can say, or as the person says.

    The text's own name for it stays where the place is one of those that the name may mean.
    """
    exact = precision or precision_of(place, "")
    meant = {p.gazetteer_id for p in (before.place, *before.alternatives)} if before else set()
    name = before.name_in_text if before and place.gazetteer_id in meant else place.name
    return Where(place, name, exact, radius_of(place, exact), rule=BY_HAND)


def at_point(point: LonLat, name: str, before: Where | None, radius_km: float = PIN_KM) -> Where:
    """A spot that a person gave, as a place of its own in the units of whatever known place is near."""
    known = [p for p in ((before.place, *before.alternatives) if before else ())
             if within_km(p.point, point, UNIT_KM + p.radius_km)]
    near = min(known, key=lambda p: distance_km(p.point, point), default=None)
    spot = f"{point.lon:.5f} {point.lat:.5f} {name}"
    place = Place(
        f"own:pin-{hashlib.sha256(spot.encode('utf-8', 'replace')).hexdigest()[:12]}",
        name.strip()[:WORDS_MOST] or f"{point.lat:.4f}, {point.lon:.4f}", point, None, "SPOT",
        near.country_code if near else "", None, near.within if near else (), radius_km,
    )
    known_as = place.name if name.strip() or before is None else before.name_in_text
    return Where(place, known_as, GeoPrecision.EXACT, radius_km, rule=BY_HAND)


def read_point(text: str) -> LonLat | None:
    """"35.67, 43.27": latitude and longitude in degrees, in the digits of any script; None for anything else."""
    numbers = text.translate({ord("٫"): ".", ord("،"): " ", ord(","): " ", ord(";"): " ", ord("°"): " "}).split()
    try:
        lat, lon = map(float, numbers)
    except ValueError:
        return None
    return LonLat(lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None


# --- what else it might be


def near(here: Shared, event: Event, most: int) -> tuple[Event, ...]:
    """Events of the same family within NEAR_KM and NEAR_DAYS, the nearest first; () without place or day."""
    if event.where is None or event.when.start is None or event.when.end is None:
        return ()
    snapshot, point = here.snapshot(), event.where.shown_at
    kin = snapshot.types.mask(lambda t: family(t) == family(event.event_type))
    first, last = event.when.start.toordinal() - NEAR_DAYS, event.when.end.toordinal() + NEAR_DAYS
    rows = np.flatnonzero(kin & snapshot.placed & (snapshot.start <= last) & (snapshot.end >= first))
    spots = snapshot.points.of_row[rows]
    apart = {int(s): distance_km(point, LonLat(float(snapshot.lon[s]), float(snapshot.lat[s])))
             for s in np.unique(spots) if abs(float(snapshot.lat[s]) - point.lat) < 1}
    found = sorted((apart[int(s)], str(snapshot.ids[row])) for row, s in zip(rows, spots, strict=True)
                   if apart.get(int(s), NEAR_KM + 1) <= NEAR_KM)
    nearest = [identity for _, identity in found if identity != event.id][:most]
    return here.store().events_of(nearest)


def look_alikes(here: Shared, event: Event, most: int) -> tuple[Event, ...]:
    """What the merge found too alike to be passed over, then what is near in place and time."""
    pairs = here.store().maybe_same(most, members_of(event))
    first = [p.other if p.one.id == event.id else p.one for p in pairs]
    both = {e.id: e for e in (*first, *near(here, event, most))}
    return tuple(both.values())[:most]
