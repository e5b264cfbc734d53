"""The small map of the event and review pages: our own layer as a component, without a frame of its own."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import streamlit as st

from geo.records import Event, LonLat, Place, Route, Where
from geo.show import place_kinds, place_words, words
from geo.show.details import ROUTE_GLYPH, map_route, type_and_glyph
from geo.show.language import say, spoken
from geo.show.mapview import versioned
from geo.show.pages import parts
from geo.show.webfiles import WEB, glyph_table

OTHERS_MOST = 9
_FILES = ("glyphs.js", "basemap.js", "routes.js", "smallmap.js")
_STYLES = ("layer.css", "smallmap.css")
_component = st.components.v2.component(
    "dateline_small_map", js=(WEB / "smallmap.mount.js").read_text("utf-8"), isolate_styles=False
)


class Told(NamedTuple):
    """What the reader did on the map in this run."""

    moved: LonLat | None = None
    found: str = ""
    """A gazetteer id."""


def draw(key: str, points: Sequence[dict[str, Any]], *, route: Route | None = None,
         heard: Callable[[Told], None] | None = None) -> None:
    """Draws it, with the arrows of a route between its ends.

    With `heard`, which is told what the reader does there, the pin can be moved, by mouse and by the arrow keys, and
    places can be looked up.
    """
    editable = heard is not None

    def tell() -> None:
        told: Any = st.session_state.get(key) or {}
        moved = told.get("moved")
        point = LonLat(float(moved["lon"]), float(moved["lat"])) if moved else None
        if heard is not None:
            heard(Told(point, str(told.get("found") or "")))

    given = {
        "theme": parts.theme(), "basemap": versioned("basemap.json"), "glyphs": glyph_table(parts.theme()),
        "language": spoken(), "points": list(points), "route": map_route(route) if route else None,
        "editable": editable,
        "words": {
            "map": say("Small map of the place"), "zoom_in": say("Zoom in"), "zoom_out": say("Zoom out"),
            "drag": say("Drag it to where it happened, or move it with the arrow keys"),
            "steps": say("Arrow keys move it, with Shift in small steps; Enter puts it there, Escape takes it back."),
            "at": say("{lat}, {lon}: {km} km from where it was"),
            "taken": say("Put there."), "back": say("Back where it was."),
            "pick": say("put the event here"), "search": say("Find a place by its name"),
            "nothing": say("No place of that name is known."),
        },
    }
    files = ["/vendor/leaflet/leaflet.css", *map(versioned, _STYLES), "/vendor/leaflet/leaflet.js",
             *map(versioned, _FILES)]
    _component(key=key, data={"files": files, "given": given}, on_moved_change=tell, on_found_change=tell)


def points_of(found: Event | Route) -> list[dict[str, Any]]:
    """The chosen place, and the others that it might be; of a route its ends."""
    if isinstance(found, Route):
        return [_point(w, ROUTE_GLYPH, say(name), chosen=False) for name, w in place_words.wheres(found)]
    if found.where is None:
        return []
    _, glyph = type_and_glyph(found.event_type)
    return [chosen(found.where, glyph), *(other(p) for p in found.where.alternatives[:OTHERS_MOST])]


def chosen(where: Where, glyph: str) -> dict[str, Any]:
    """Where the event is, as it stands or as it is being changed."""
    return _point(where, glyph, say("chosen"), chosen=True)


def _point(where: Where, glyph: str, note: str, *, chosen: bool) -> dict[str, Any]:
    at = where.shown_at
    return {
        "id": where.place.gazetteer_id, "name": words.clean(where.place.name), "note": note, "lon": at.lon,
        "lat": at.lat, "radius_km": where.radius_km, "glyph": glyph, "precision": where.precision.value,
        "chosen": chosen,
    }


def other(place: Place) -> dict[str, Any]:
    """A place that it might be instead."""
    return {
        "id": place.gazetteer_id, "name": words.clean(place.name), "note": place_kinds.inside(place),
        "lon": place.point.lon, "lat": place.point.lat, "radius_km": 0, "glyph": "", "precision": "exact",
        "chosen": False,
    }
