"""The lines that reports stand in, and in which of them others look for their like: the same place, a unit and
what it contains, or two points close by.

A report looks in some lines only, and in each at its neighbours in time only (`timeline`), so that the work grows
with the number of reports, not with its square. The merge of everything and that of what is new both go by them.
"""

from math import cos, floor, radians, sin
from typing import NamedTuple

from geo.extract.likeness import FINE, REACH_KM, family
from geo.extract.unite import layer
from geo.records import Event, GeoPrecision, LonLat

AT, WITHIN, NEAR = "at", "within", "near"
EARTH_KM = 6371.0
"""Only the size of the cells hangs on it. Stores keep their numbers, so it stays as it is."""

Cell = tuple[int, int, int]
_STEPS = [(i, j, k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]
HALF = _STEPS[: len(_STEPS) // 2 + 1]
"""A cell itself and half of its neighbours: every two neighbours meet once."""


class Line(NamedTuple):
    """Reports of one family and layer that are AT one unit, WITHIN one, or NEAR each other in one cell."""

    kind: str
    layer: str
    family: str
    unit: str
    """An id, "country XX", or "" for no place; of a cell its three numbers."""


def stands_in(event: Event) -> tuple[Line, ...]:
    """The lines that the report is found in."""
    where, group = event.where, (layer(event.status), family(event.event_type))
    lines = [Line(AT, *group, unit) for unit in _units(event)]
    if where is None:
        return tuple(lines)
    country = f"country {where.place.country_code}"
    lines += [Line(WITHIN, *group, key) for key in sorted({i for i, _ in where.place.within} | {country})]
    if where.precision in FINE:
        lines.append(_near(group, _cell(where.shown_at)))
    return tuple(lines)


def looks_in(event: Event) -> tuple[Line, ...]:
    """The lines in which the report looks for its like."""
    group = layer(event.status), family(event.event_type)
    lines = [Line(kind, *group, unit) for unit in _units(event) for kind in (AT, WITHIN)]
    if event.where is not None and event.where.precision in FINE:
        x, y, z = _cell(event.where.shown_at)
        lines += [_near(group, (x + i, y + j, z + k)) for i, j, k in HALF]
    return tuple(lines)


def lookers(line: Line) -> tuple[Line, ...]:
    """The lines whose reports look in this one: what `looks_in` says, the other way round."""
    if line.kind != NEAR:
        return (line._replace(kind=AT),)
    x, y, z = map(int, line.unit.split())
    return tuple(_near((line.layer, line.family), (x - i, y - j, z - k)) for i, j, k in HALF)


def _units(event: Event) -> tuple[str, ...]:
    if event.where is None:
        return ("",)
    place = event.where.place
    if event.where.precision is GeoPrecision.COUNTRY and place.country_code:
        return place.gazetteer_id, f"country {place.country_code}"
    return (place.gazetteer_id,)


def _near(group: tuple[str, str], cell: Cell) -> Line:
    return Line(NEAR, *group, "{} {} {}".format(*cell))


def _cell(point: LonLat) -> Cell:
    """The cube of REACH_KM the point lies in; cubes know no poles and no 180th meridian."""
    lon, lat = radians(point.lon), radians(point.lat)
    xyz = cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)
    x, y, z = (floor(v * EARTH_KM / REACH_KM) for v in xyz)
    return x, y, z
