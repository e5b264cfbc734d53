"""What stands round the map: bars over time, the list beside it, counts of what is in view, and places by name."""

from dataclasses import dataclass, replace
from typing import Any

from geo.filters import NO_SOURCE, Filter
from geo.locate.gazetteer import LONGEST_NAME
from geo.locate.names import fold
from geo.records import BadFilter, BBox, Event, GeoPrecision, Place, Route
from geo.show import place_kinds, source_words, titles, words
from geo.show.details import ROUTE_GLYPH, route_line, type_and_glyph
from geo.show.language import say
from geo.show.shared import Shared

LANES_MOST = 12
"""So few events get a bar of their own on the timeline."""
PAGE_MOST = 60
"""Rows of one answer of the list."""
OFFSET_MOST = 100_000
SOURCES_MOST = 12
PLACES_FOUND_MOST = 8
HEAT_MOST = 1500
SOLID = (GeoPrecision.EXACT, GeoPrecision.LINEAR)
"""Precisions of what is drawn with a full glyph, here as on the map."""
ORDERS = ("date", "type", "place", "origins", "confidence")


def days(here: Shared, asked: Filter) -> dict[str, Any]:
    """Bars of all events of the filter, whatever days it asks for: these are chosen on the bars."""
    snapshot = here.snapshot()
    mask = here.mask(replace(asked, since=None, until=None), snapshot)
    made = snapshot.days(mask, (asked.since, asked.until))
    few = int(mask.sum()) - made.undated <= LANES_MOST
    lanes = list(map(str, snapshot.ids[mask & (snapshot.end > 0)])) if few else []
    return {
        "version": snapshot.version, "unit": made.unit, "edges": [day.isoformat() for day in made.edges],
        "sure": made.sure, "spread": made.spread, "before": made.before, "after": made.after,
        "undated": made.undated, "loose": dict(made.loose),
        "lanes": [_lane(event) for event in here.store().events_of(lanes)],
    }


def _lane(event: Event) -> dict[str, Any]:
    return {
        "id": event.id, "glyph": type_and_glyph(event.event_type)[1], "title": titles.shown(event),
        "start": event.when.start, "end": event.when.end, "words": words.when_short(event.when),
        "precision": event.when.precision.value,
    }


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the list is asked for."""

    order: str = "date"
    descending: bool = True
    offset: int = 0
    whole: bool = False
    """Whether what is no point, and the routes, come behind the events in the box."""
    aside: str | None = None
    """Only what is no point and is at this place; "" is no place stated."""


def listing(here: Shared, asked: Filter, box: BBox | None, page: Page) -> dict[str, Any]:
    """A page of the events that the box draws; without a box, of all that the filter lets through."""
    snapshot = here.snapshot()
    mask = here.mask(asked, snapshot)
    seen = snapshot.inside(mask, box) if box else mask & snapshot.placed
    parts = [seen, mask & ~snapshot.placed] if page.whole else [seen]
    if page.aside is not None:
        parts = [snapshot.aside(mask, page.aside)]
    movements = _movements(here, asked, box) if page.whole else ()
    sizes = [int(part.sum()) for part in parts]
    store = here.store()
    rows: list[dict[str, Any]] = []
    skip, room = page.offset, PAGE_MOST
    for part, size in zip(parts, sizes, strict=True):
        if skip < size and room:
            found = snapshot.ordered(part, page.order, skip + room, descending=page.descending)[skip:]
            rows += map(card, store.events_of(snapshot.ids[found].tolist()))
            room -= len(found)
        skip = max(0, skip - size)
    rows += [card(route) for route in movements[skip:skip + room]]
    return {
        "version": snapshot.version, "in_view": sizes[0], "aside": sum(sizes[1:]), "routes": len(movements),
        "all": int(mask.sum()), "total": sum(sizes) + len(movements), "offset": page.offset, "rows": rows,
    }


def _movements(here: Shared, asked: Filter, box: BBox | None) -> tuple[Route, ...]:
    """Routes with an end in the box; the filter's own box holds as well."""
    if box is None or asked.bbox is not None:
        return here.store().routes(asked)
    return here.store().routes(replace(asked, bbox=box))


def card(found: Event | Route) -> dict[str, Any]:
    """One row of the list and the table, in words."""
    told = source_words.told_short(len(found.article_ids), found.n_independent)
    row = {
        "id": found.id, "title": titles.shown(found), "when": words.when_short(found.when), "told": told,
        "n_independent": found.n_independent, "confidence": round(found.confidence, 2), "reviewed": found.reviewed,
    }
    if isinstance(found, Route):
        moving = words.listed(words.clean(m) for m in found.movers)
        return row | {
            "kind": "route", "type": "route", "type_label": say("Route"), "glyph": ROUTE_GLYPH, "hollow": False,
            "status": words.status_words(found.status), "who": moving, "place": route_line(found),
            "where": say("drawn as a sketch, not a road"),
        }
    label, glyph = type_and_glyph(found.event_type)
    return row | {
        "kind": "event", "type": found.event_type, "type_label": label, "glyph": glyph,
        "hollow": bool(found.where and found.where.precision not in SOLID),
        "status": words.status_words(found.status), "who": "",
        "place": words.clean(found.where.place.name) if found.where else "", "where": words.place_note(found.where),
    }


def counts(here: Shared, asked: Filter, box: BBox | None) -> dict[str, Any]:
    """Numbers by type and by source of what the box draws, the most frequent first."""
    snapshot = here.snapshot()
    mask = here.mask(asked, snapshot)
    seen = snapshot.inside(mask, box) if box else mask
    facets = snapshot.facets(seen)
    types = sorted(facets.types.items(), key=lambda row: (-row[1], row[0]))
    sources = sorted(facets.sources.items(), key=lambda row: (-row[1], row[0]))
    rest = sources[SOURCES_MOST:]
    return {
        "version": snapshot.version, "in_view": int(seen.sum()), "total": int(mask.sum()),
        "types": [[key, *type_and_glyph(key), number] for key, number in types],
        "sources": [[key, source_label(key), number] for key, number in sources[:SOURCES_MOST]],
        "others": [len(rest), sum(number for _, number in rest)],
    }


def heat(here: Shared, asked: Filter, box: BBox, zoom: float) -> dict[str, Any]:
    """Counts in small cells of the view, [lon, lat, number], the largest HEAT_MOST."""
    snapshot = here.snapshot()
    return {"version": snapshot.version, "cells": snapshot.heat(here.mask(asked, snapshot), box, zoom, HEAT_MOST)}


def source_label(source: str) -> str:
    """A publisher, or the words for articles that name none."""
    return say(source_words.NOT_STATED) if source == NO_SOURCE else words.clean(source)


def places(here: Shared, asked: Filter, name: str) -> dict[str, Any]:
    """Places whose name is or begins so, each with the number of events there that the filter lets through.

    Those called exactly so come first, then those with events, then as the gazetteer ranks them: by their own name
    before by another one, then the larger population.
    """
    if len(name) > LONGEST_NAME:
        raise BadFilter(f"The name has {len(name)} characters; at most {LONGEST_NAME} are looked up.")
    found = here.gazetteer().search(name.strip(), 3 * PLACES_FOUND_MOST) if name.strip() else ()
    key = fold(name)
    exact = [fold(c.matched_name) == key for c in found]
    snapshot = here.snapshot()
    elsewhere = here.mask(replace(asked, place=""), snapshot)
    numbers = snapshot.place_counts(elsewhere, [c.place.gazetteer_id for c in found])
    known = sorted(zip(exact, numbers, found, strict=True), key=lambda row: (not row[0], not row[1]))
    return {"places": [_found(c.place, c.matched_name, number) for _, number, c in known[:PLACES_FOUND_MOST]]}


def _found(place: Place, name: str, events: int) -> dict[str, Any]:
    """One place that a `name` led to; the note tells it from others that are called so."""
    return {
        "id": place.gazetteer_id, "name": words.clean(place.name), "note": place_kinds.note(place, name),
        "lon": place.point.lon, "lat": place.point.lat, "area": place.area, "radius_km": place.radius_km,
        "events": events,
    }
