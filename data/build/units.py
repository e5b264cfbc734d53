"""A place while gazetteer.py brings its parts together, and where its neighbours are."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from geo.records import LonLat
from geo.spatial import distance_km

HALFWAY_KM = (100.0, 322.0)
"""Two points so far apart are no longer one, and the middle is still within a hundred miles (161 km) of each."""


@dataclass
class Unit:
    """A place while its parts are brought together; `names` in order of preference, the first is the place's name."""

    id: str
    feature: str
    country: str
    names: list[str]
    point: tuple[float, float] | None = None
    admin1: str = ""
    admin2: str = ""
    population: int | None = None
    box: tuple[float, float, float, float] | None = None
    radius_km: float | None = None
    source: str = "geonames"
    abbreviations: list[str] = field(default_factory=list)
    members: list[tuple[float, float]] = field(default_factory=list)


class Grid:
    """Cities by degree cell, to ask for the nearest."""

    def __init__(self, cities: Iterable[Unit]) -> None:
        self._cells: dict[tuple[int, int], list[Unit]] = defaultdict(list)
        for city in cities:
            if city.point:
                self.add(city)

    def add(self, city: Unit) -> None:
        """One more."""
        assert city.point is not None
        self._cells[int(city.point[0] // 1), int(city.point[1] // 1)].append(city)

    def around(self, lon: float, lat: float, within: float = 2.0) -> list[Unit]:
        """Cities of this cell and its eight neighbours, at most `within` degrees off, nearest first."""
        cells = [(int(lon // 1) + x, int(lat // 1) + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
        found = [city for cell in cells for city in self._cells.get(cell, ())
                 if abs(city.point[0] - lon) < within and abs(city.point[1] - lat) < within]  # type: ignore[index]
        narrow = math.cos(math.radians(lat)) ** 2
        return sorted(found, key=lambda c: ((c.point[0] - lon) ** 2 * narrow + (c.point[1] - lat) ** 2, c.id))  # type: ignore[index]


def halfway(point: tuple[float, float], other: tuple[float, float] | None) -> tuple[float, float]:
    """The first point, or the middle between it and the other where they are moderately far apart."""
    if other and HALFWAY_KM[0] < distance_km(LonLat(*point), LonLat(*other)) <= HALFWAY_KM[1]:
        return (point[0] + other[0]) / 2, (point[1] + other[1]) / 2
    return point
