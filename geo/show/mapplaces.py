"""The places in a map that is a file of its own, each once: what its search finds, and where the findings are."""

from collections.abc import Sequence
from typing import Any

from geo.keep.rows import ends
from geo.locate.names import fold
from geo.records import Event, Place, Route
from geo.show import place_kinds, words

NAMES_MOST = 6
"""Other names of a place that articles give it; further ones are left out."""


class PlaceTable:
    """Places of events and ends of routes, the largest first; ties by name and id."""

    def __init__(self, found: Sequence[Event | Route]) -> None:
        places: dict[str, Place] = {}
        named: dict[str, dict[str, str]] = {}
        for where in (w for item in found for w in ends(item)):
            place = places.setdefault(where.place.gazetteer_id, where.place)
            names = named.setdefault(place.gazetteer_id, {})
            names.setdefault(fold(where.name_in_text), words.clean(where.name_in_text))
        ordered = sorted(places.values(), key=lambda p: (-(p.population or 0), p.name, p.gazetteer_id))
        self._at = {place.gazetteer_id: n for n, place in enumerate(ordered)}
        self.rows: list[dict[str, Any]] = [_row(place, named[place.gazetteer_id]) for place in ordered]

    def of(self, found: Event | Route) -> dict[str, Any]:
        """Numbers of its places, so many `own`, and behind them of units round these that are in the table too."""
        own = {self._at[w.place.gazetteer_id] for w in ends(found)}
        units = {self._at[i] for w in ends(found) for i, _ in w.place.within if i in self._at}
        return {"at": [*sorted(own), *sorted(units - own)], "own": len(own)}


def _row(place: Place, named: dict[str, str]) -> dict[str, Any]:
    own = fold(place.name)
    also = [name for key, name in named.items() if key not in (own, "")][:NAMES_MOST]
    return {
        "name": words.clean(place.name), "note": place_kinds.note(place), "also": also,
        "lon": round(place.point.lon, 5), "lat": round(place.point.lat, 5),
        "area": place.area and [round(x, 3) for x in place.area], "radius_km": round(place.radius_km, 1),
    }
