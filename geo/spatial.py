"""Distances and boxes on the sphere."""

from collections.abc import Iterable
from itertools import pairwise
from math import atan2, cos, hypot, pi, radians, sin

from antimeridian import fix_line_string
from geopy.distance import EARTH_RADIUS, great_circle
from shapely import LineString

from geo.records import BBox, LonLat

KM_PER_DEGREE = EARTH_RADIUS * pi / 180
"""Of latitude, on the sphere that distances are measured on."""


def distance_km(a: LonLat, b: LonLat) -> float:
    """Great-circle distance; up to 0.5 % off the ellipsoid.

    The formula of geopy's great_circle without its parsing of points: resolution asks thousands of times an article.
    """
    south, north, turn = radians(a.lat), radians(b.lat), radians(b.lon - a.lon)
    across = cos(north) * sin(turn)
    along = cos(south) * sin(north) - sin(south) * cos(north) * cos(turn)
    ahead = sin(south) * sin(north) + cos(south) * cos(north) * cos(turn)
    return float(EARTH_RADIUS) * atan2(hypot(across, along), ahead)


def within_km(a: LonLat, b: LonLat, limit: float) -> bool:
    """Whether `distance_km` is at most `limit`; quick where the latitudes alone are further apart."""
    return abs(a.lat - b.lat) * KM_PER_DEGREE <= limit + 1e-9 and distance_km(a, b) <= limit


def offset(point: LonLat, km: float, bearing: float) -> LonLat:
    """The point so far along the great circle that leaves at `bearing`, degrees clockwise from north.

    Over a pole it goes on along the other side; the longitude stays within -180..180. km < 0 is the opposite way.
    """
    there = great_circle(kilometers=km).destination((point.lat, point.lon), bearing)
    return LonLat(float(there.longitude), float(there.latitude))


def bounds(points: Iterable[LonLat]) -> BBox | None:
    """Smallest box round the points, None for no points. The shorter way round: west > east across 180°, and of two
    ways of one length the one that does not cross it. The store's snapshot reckons the same from its columns."""
    pts = list(points)
    if not pts:
        return None
    lons = sorted(p.lon for p in pts)
    lats = [p.lat for p in pts]
    # The box leaves out the widest empty gap between neighbouring longitudes.
    gaps = [(b - a, a, b) for a, b in pairwise(lons)]
    gaps.append((lons[0] + 360 - lons[-1], lons[-1], lons[0]))
    _, east, west = max(reversed(gaps), key=lambda gap: gap[0])
    return BBox(west, min(lats), east, max(lats))


def contains(box: BBox, point: LonLat) -> bool:
    """Edges count as inside."""
    if not box.south <= point.lat <= box.north:
        return False
    if box.west <= box.east:
        return box.west <= point.lon <= box.east
    return point.lon >= box.west or point.lon <= box.east


def _on_one_side(points: tuple[LonLat, ...]) -> tuple[LonLat, ...]:
    """180° west is 180° east: a point there is written with the sign of its neighbour, so that no cut is needed."""
    made: list[LonLat] = []
    for at, point in enumerate(points):
        neighbour = made[-1] if made else points[min(at + 1, len(points) - 1)]
        across = abs(point.lon) == 180 and point.lon * neighbour.lon < 0
        made.append(LonLat(-point.lon, point.lat) if across else point)
    return tuple(made)


def cut_line(points: Iterable[LonLat]) -> tuple[tuple[LonLat, ...], ...]:
    """The parts of a line cut at 180°, as RFC 7946 asks (section 3.1.9); one part where it need not be cut."""
    pts = _on_one_side(tuple(points))
    if all(abs(a.lon - b.lon) <= 180 for a, b in pairwise(pts)):
        return (pts,)
    fixed = fix_line_string(LineString(pts), great_circle=False)
    parts = getattr(fixed, "geoms", (fixed,))
    return tuple(tuple(LonLat(x, y) for x, y in part.coords) for part in parts)
