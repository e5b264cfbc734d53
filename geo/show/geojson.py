"""Events and routes -> RFC 7946 features, and our own checker of what we write.

Flat properties that open in QGIS as they are; null where nothing is known, never "".
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from geo import lexicon
from geo.records import Actor, Article, BBox, Event, Evidence, LonLat, Quantity, Route, Toll, When, Where
from geo.spatial import bounds, cut_line

DECIMALS = 6
"""About 0.1 m; RFC 7946, section 11.2."""

Feature = dict[str, Any]


def event_feature(event: Event, articles: Mapping[str, Article]) -> Feature:
    """A Point, the place's or the stated way off it, which geo_precision and radius_km qualify; null for no place."""
    geometry = None
    if event.where is not None:
        geometry = {"type": "Point", "coordinates": _position(event.where.shown_at)}
    return {"type": "Feature", "id": event.id, "geometry": geometry, "properties": event_properties(event, articles)}


def route_feature(route: Route, articles: Mapping[str, Article]) -> Feature:
    """Straight legs from each origin through the waypoints to each destination: a sketch, no road."""
    made = {"type": "Feature", "id": route.id, "geometry": route_geometry(route)}
    return {**made, "properties": route_properties(route, articles)}


def route_geometry(route: Route) -> dict[str, Any] | None:
    """Its legs, cut at 180°; None where no two places are known."""
    lines = [part for leg in legs(route) for part in cut_line(leg)]
    geometry: dict[str, Any] | None = None
    if len(lines) == 1:
        geometry = {"type": "LineString", "coordinates": [_position(p) for p in lines[0]]}
    elif lines:
        geometry = {"type": "MultiLineString", "coordinates": [[_position(p) for p in line] for line in lines]}
    return geometry


def direction(route: Route) -> str:
    """Whether the text says which end is the start: certain or uncertain."""
    return "certain" if route.certain_direction else "uncertain"


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


# --- properties


def event_properties(event: Event, articles: Mapping[str, Article]) -> dict[str, Any]:
    """The contract's flat properties of an event."""
    kind = lexicon.types().types.get(event.event_type)
    by_role = {role: _texts(_actor(a) for a in event.actors if a.role == role) for role in ("actor", "target")}
    return {
        "id": event.id,
        "kind": "event",
        "title": event.title or None,
        "event_type": event.event_type,
        "plover": (kind.plover if kind else "") or None,
        "acled": (kind.acled if kind else "") or None,
        "status": event.status.value,
        **_when(event.when),
        "published": _first_published(event.article_ids, articles),
        **_where(event.where),
        "actors": by_role["actor"],
        "targets": by_role["target"],
        "weapons": _texts(event.weapons),
        "quantities": _texts(_quantity(q) for q in event.quantities),
        **_toll("killed", event.killed),
        **_toll("injured", event.injured),
        "confidence": round(event.confidence, 4),
        "n_articles": len(event.article_ids),
        "n_independent": event.n_independent,
        "origins": _texts(event.origins),
        **_articles(event.article_ids, articles),
        "snippet": _snippet(event.evidence, articles),
        "conflicts": _texts(event.conflicts),
        "reviewed": event.reviewed,
    }


def route_properties(route: Route, articles: Mapping[str, Article]) -> dict[str, Any]:
    """The contract's flat properties of a route; `*_ids` stand beside the names in the same order."""
    sides = (("origin", route.origins), ("waypoint", route.waypoints), ("destination", route.destinations))
    return {
        "id": route.id,
        "kind": "route",
        "title": route.title or None,
        "mover": "; ".join(route.movers) or None,
        "mode": route.mode or None,
        "direction": direction(route),
        "status": route.status.value,
        **{f"{name}s": [end.name_in_text for end in ends] for name, ends in sides},
        **{f"{name}_ids": [end.place.gazetteer_id for end in ends] for name, ends in sides},
        "date_start": route.when.start.isoformat() if route.when.start else None,
        "date_end": route.when.end.isoformat() if route.when.end else None,
        "date_precision": route.when.precision.value,
        "snippet": _snippet(route.evidence, articles),
        **_articles(route.article_ids, articles),
        "n_articles": len(route.article_ids),
        "n_independent": route.n_independent,
        "confidence": round(route.confidence, 4),
        "schematic": True,
        "reviewed": route.reviewed,
    }


def _when(when: When) -> dict[str, Any]:
    return {
        "date_start": when.start.isoformat() if when.start else None,
        "date_end": when.end.isoformat() if when.end else None,
        "date_precision": when.precision.value,
        "date_text": when.text or None,
        "date_basis": when.basis.value,
    }


def _where(where: Where | None) -> dict[str, Any]:
    if where is None:
        return dict.fromkeys(("place_name", "gazetteer_id", "country_code", "geo_precision", "radius_km"))
    return {
        "place_name": where.place.name,
        "gazetteer_id": where.place.gazetteer_id,
        "country_code": where.place.country_code or None,
        "geo_precision": where.precision.value,
        "radius_km": round(where.radius_km, 3),
    }


def _toll(name: str, toll: Toll | None) -> dict[str, int | None]:
    return {f"{name}_low": toll.low if toll else None, f"{name}_high": toll.high if toll else None}


def _articles(ids: Sequence[str], articles: Mapping[str, Article]) -> dict[str, Any]:
    known = [articles[i] for i in ids if i in articles]
    urls = _texts(a.url for a in known)
    return {"sources": _texts(a.source for a in known), "urls": urls, "article_ids": list(ids)}


def _first_published(ids: Sequence[str], articles: Mapping[str, Article]) -> str | None:
    days = [a.published for i in ids if (a := articles.get(i)) and a.published]
    return min(days).isoformat() if days else None


def _snippet(evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> str | None:
    """The sentence that says most (what, where, when) exactly as it stands in its article; the first of equals."""
    known = [e for e in evidence if e.article_id in articles]
    if not known:
        return None
    best = max(known, key=lambda e: e.says)
    return articles[best.article_id].text[best.span.start : best.span.end]


def _actor(actor: Actor) -> str:
    return f"{actor.name} ({actor.side})" if actor.side else actor.name


def _quantity(quantity: Quantity) -> str:
    """As written, with kilograms beside a mass."""
    return f"{quantity.text} ({quantity.kg:,.0f} kg)" if quantity.kg is not None else quantity.text


def _texts(values: Iterable[str]) -> list[str]:
    return [v for v in dict.fromkeys(values) if v]


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
