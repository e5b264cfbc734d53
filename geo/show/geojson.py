"""Events and routes -> RFC 7946 features, and our own checker of what we write.

The properties: properties.py.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from geo.records import Article, BBox, Correction, Event, LonLat, Route, Where
from geo.show.properties import DECIMALS, event_properties, route_properties
from geo.show.properties import direction as direction
from geo.spatial import bounds, cut_line

Feature = dict[str, Any]

_UNHELD = re.compile("[\x00\ud800-\udfff]")


def event_feature(event: Event, articles: Mapping[str, Article], trail: Sequence[Correction] = ()) -> Feature:
    """A Point, the place's or the stated way off it, which geo_precision and radius_km qualify; null for no place."""
    geometry = None
    if event.where is not None:
        geometry = {"type": "Point", "coordinates": _position(event.where.shown_at)}
    told = event_properties(event, articles, trail)
    return {"type": "Feature", "id": event.id, "geometry": geometry, "properties": told}


def route_feature(route: Route, articles: Mapping[str, Article], trail: Sequence[Correction] = ()) -> Feature:
    """Straight legs from each origin through the waypoints to each destination: a sketch, no road."""
    made = {"type": "Feature", "id": route.id, "geometry": route_geometry(route)}
    return {**made, "properties": route_properties(route, articles, trail)}


def route_geometry(route: Route) -> dict[str, Any] | None:
    """Its legs, cut at 180°; None where no two places are known."""
    lines = [part for leg in legs(route) for part in cut_line(leg)]
    geometry: dict[str, Any] | None = None
    if len(lines) == 1:
        geometry = {"type": "LineString", "coordinates": [_position(p) for p in lines[0]]}
    elif lines:
        geometry = {"type": "MultiLineString", "coordinates": [[_position(p) for p in line] for line in lines]}
    return geometry


def legs(route: Route) -> tuple[tuple[LonLat, ...], ...]:
    """The legs a sketch is drawn from, each of two different points; () when only one place is known.

    Origins meet at the first waypoint and part from the last; without one, each origin is drawn to each destination.
    """
    origins, via, ends = (_points(side) for side in (route.origins, route.waypoints, route.destinations))
    if via:
        pairs = [(o, via[0]) for o in origins]
        pairs += pairwise(via)
        pairs += [(via[-1], d) for d in ends]
    else:
        pairs = [(o, d) for o in origins for d in ends]
    return tuple((a, b) for a, b in dict.fromkeys(pairs) if a != b)


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    """A FeatureCollection with the bbox of its points, west > east where they lie across 180°."""
    listed = list(features)
    made: dict[str, Any] = {"type": "FeatureCollection", "features": listed}
    box = bounds(LonLat(*p) for f in listed if f["geometry"] for p in _positions(f["geometry"]))
    if box is not None:
        made["bbox"] = [round(x, DECIMALS) for x in box]
    return made


def dumps(value: Mapping[str, Any]) -> str:
    """JSON text, the same bytes for the same value; a number that is not finite is an error, never NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def to_bytes(value: Mapping[str, Any]) -> bytes:
    """`dumps` in UTF-8; U+0000, which ends a text for readers, and half a character are replaced by U+FFFD."""
    text = dumps(value)
    try:
        return (dumps(_held(value)) if r"\u0000" in text else text).encode()
    except UnicodeEncodeError:
        return dumps(_held(value)).encode()


def _held(value: Any) -> Any:
    """The same with text that every reader holds."""
    if isinstance(value, str):
        return _UNHELD.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {key: _held(part) for key, part in value.items()}
    return [_held(part) for part in value] if isinstance(value, list | tuple) else value



def _points(ends: Sequence[Where]) -> list[LonLat]:
    return list(dict.fromkeys(end.shown_at for end in ends))


def _position(point: LonLat) -> list[float]:
    return [round(point.lon, DECIMALS), round(point.lat, DECIMALS)]


# --- the checker: RFC 7946, and what our readers rely on


def check(made: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences on what breaks RFC 7946 in a FeatureCollection; () when nothing does. Any JSON value is survived."""
    wrong: list[str] = []
    if made.get("type") != "FeatureCollection":
        wrong.append(f"The outermost type is {made.get('type')!r}, not 'FeatureCollection'.")
    if "crs" in made:
        wrong.append("There is a member 'crs'; RFC 7946 took it out, all is WGS84.")
    features = made.get("features")
    if not isinstance(features, list):
        return (*wrong, "'features' is not a list.")
    if "bbox" in made:
        wrong += _wrong_bbox(made["bbox"])
    seen: set[object] = set()
    for number, feature in enumerate(features):
        wrong += [f"Feature {number}: {words}" for words in _wrong_feature(feature, seen)]
    try:
        dumps(made)
    except (TypeError, ValueError) as error:
        wrong.append(f"It cannot be written as JSON: {error}.")
    return tuple(wrong)


def _wrong_feature(feature: Any, seen: set[object]) -> list[str]:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        return ["it is no Feature."]
    wrong = []
    identity = feature.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int | float):
        wrong.append("its id is neither text nor a number.")
    elif identity in seen:
        wrong.append(f"its id {identity!r} is used twice.")
    else:
        seen.add(identity)
    if "geometry" not in feature or not isinstance(feature.get("properties"), Mapping | None):
        wrong.append("it needs the members geometry and properties.")
    if feature.get("geometry") is not None:
        wrong += _wrong_geometry(feature["geometry"])
    return wrong


def _wrong_geometry(geometry: Any) -> list[str]:
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            return ["a GeometryCollection without geometries."]
        return [words for part in parts for words in _wrong_geometry(part)]
    if kind not in _DEPTH:
        return [f"the geometry type {kind!r} does not exist."]
    coordinates = geometry.get("coordinates")
    if not _is_nested(coordinates, _DEPTH[kind]):
        return [f"the coordinates of its {kind} are not positions of numbers at the right depth."]
    wrong = [words for position in _positions(geometry) for words in _wrong_position(position)]
    lines = {"LineString": [coordinates], "MultiLineString": coordinates}.get(kind, [])
    for line in lines:
        if len(line) < 2:
            wrong.append("a line needs two positions.")
        if any(abs(a[0] - b[0]) > 180 for a, b in pairwise(line)):
            wrong.append("a line crosses 180° uncut.")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    for polygon in polygons:
        for index, ring in enumerate(polygon):
            wrong += _wrong_ring(ring, outer=index == 0)
    return wrong


_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def _is_nested(value: Any, depth: int) -> bool:
    if not isinstance(value, list | tuple):
        return False
    if depth == 0:
        return len(value) >= 2 and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)
    return all(_is_nested(part, depth - 1) for part in value)


def _positions(geometry: Mapping[str, Any]) -> Iterable[Sequence[float]]:
    """All positions of a geometry whose nesting is right."""
    level = [geometry["coordinates"]]
    for _ in range(_DEPTH[geometry["type"]]):
        level = [part for parts in level for part in parts]
    return level


def _wrong_position(position: Sequence[float]) -> list[str]:
    if not all(math.isfinite(x) for x in position):
        return [f"the position {list(position)} is not finite."]
    wrong = []
    if not -180 <= position[0] <= 180:
        wrong.append(f"the longitude {position[0]} is outside -180..180.")
    if not -90 <= position[1] <= 90:
        wrong.append(f"the latitude {position[1]} is outside -90..90.")
    if len(position) > 3:
        wrong.append("a position has more than three numbers.")
    return wrong


def _wrong_ring(ring: Sequence[Sequence[float]], *, outer: bool) -> list[str]:
    if len(ring) < 4 or list(ring[0]) != list(ring[-1]):
        return ["a ring needs four positions and must end where it starts."]
    doubled = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    clockwise = doubled > 0
    if clockwise == outer:
        return ["an outer ring must run counter-clockwise, a hole clockwise."]
    return []


def _wrong_bbox(box: Any) -> list[str]:
    if not _is_nested(box, 0) or len(box) != 4:
        return ["bbox is not four numbers."]
    west, south, east, north = BBox(*box)
    wrong = [w for corner in ((west, south), (east, north)) for w in _wrong_position(corner)]
    if south > north:
        wrong.append("bbox has its south above its north.")
    return [f"bbox: {words}" for words in wrong]
