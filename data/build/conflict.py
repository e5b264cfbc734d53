"""Places that conflict is reported from, for gazetteer.py: UCDP's of Syria.

Each is a place that is there already, which then gets its names, or a row of its own.
"""

import csv
from collections import defaultdict
from pathlib import Path

from units import Grid, Unit

from geo.locate.names import skeleton
from geo.records import LonLat
from geo.spatial import distance_km

SOURCES = Path(__file__).resolve().parent / "sources"
TABLE = SOURCES / "ucdp_places.csv"
MARK = "ucdp"
"""In the bundle's column of sources."""
SAME_KM = 5.0
NEAR_DEGREES = 0.25


def add_conflict_places(places: dict[str, Unit]) -> None:
    """Adds the table's rows, the places with the most events first.

    A place is there already when a row of the same kind stands within SAME_KM and is called alike: by the same
    consonants, or, of air bases, by any name. The name without its kind ("Al Rukban" of the camp) is kept where
    nothing else bears it.
    """
    there = [unit for unit in places.values() if unit.point]
    grid, codes = Grid(there), unit_codes(there)
    kept: list[tuple[Unit, str]] = []
    for row in table():
        unit = read(row, codes)
        assert unit.point is not None
        known = next((other for other in grid.around(*unit.point, NEAR_DEGREES) if is_same(unit, other)), None)
        if known:
            known.names += unit.names
            if not known.source.endswith(MARK):
                known.source += f"+{MARK}"
        else:
            grid.add(unit)
            kept.append((unit, unit.names[0]))
    bare_names(kept, there)
    for unit, _ in kept:
        places[unit.id] = unit


def table() -> list[dict[str, str]]:
    """All rows in the order in which they are added."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: (-int(row.get("events") or 0), row["id"]))


def unit_codes(there: list[Unit]) -> dict[tuple[str, str], str]:
    """Code of a first-order unit by country and the consonants of any of its names, and by the code itself."""
    codes = {}
    for unit in there:
        if unit.feature == "ADM1":
            codes[unit.country, unit.admin1] = unit.admin1
            codes.update(((unit.country, skeleton(name)), unit.admin1) for name in unit.names)
    return codes


def read(row: dict[str, str], codes: dict[tuple[str, str], str]) -> Unit:
    """A row of the table; its unit is given by code or by name."""
    names = [row["name"], *(name for name in row["names"].split("|") if name)]
    unit = Unit(row["id"], row["feature"], row["country"], names, (float(row["lon"]), float(row["lat"])), source=MARK)
    inside = row["admin1"]
    unit.admin1 = codes.get((unit.country, inside)) or codes.get((unit.country, skeleton(inside)), "")
    unit.radius_km = float(row["radius_km"]) if row["radius_km"] else None
    return unit


def is_same(unit: Unit, other: Unit) -> bool:
    """Whether two rows mean one place."""
    kind, others = unit.feature[:3], other.feature[:3]
    if kind != others or unit.point is None or other.point is None:
        return False
    if distance_km(LonLat(*unit.point), LonLat(*other.point)) > SAME_KM:
        return False
    return kind == "AIR" or bool({*map(skeleton, unit.names)} & {*map(skeleton, other.names)} - {""})


def bare_names(kept: list[tuple[Unit, str]], there: list[Unit]) -> None:
    """Takes from camps, fields, bases the name without its kind where a town or anything else is called so."""
    called: dict[str, set[str]] = defaultdict(set)
    for unit in (*there, *(unit for unit, _ in kept)):
        for key in map(skeleton, unit.names):
            called[key].add(unit.id)
    for unit, first in kept:
        if not unit.feature.startswith("PPL"):
            unit.names = [name for name in unit.names if name == first or len(called[skeleton(name)]) == 1]
