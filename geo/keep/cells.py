"""Too many events for points: counts in cells of Web Mercator, neighbours merged so that no grid shows.

The merging follows the idea of Mapbox's supercluster (greedy, within a radius in pixels), on cells
instead of single points: its cost depends on the size of the view, not on the number of events.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.records import BBox

CELL_PX = 56
TILE_PX = 256
CELLS_MOST = 20_000
"""No screen has so many cells; a wider view at a deep zoom gets larger ones."""
MAX_LAT = 85.0511287798066
"""Web Mercator ends here; what lies beyond is drawn on the edge."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A marker that stands for several events, at their mean position."""

    lon: float
    lat: float
    count: int
    glyphs: dict[str, int]
    """Numbers by glyph, the most frequent first."""
    bbox: BBox
    """Of the events themselves; west > east across 180°."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Distinct points with the number of events of each glyph there."""

    lon: FloatArray
    lat: FloatArray
    x: FloatArray
    y: FloatArray
    counts: NDArray[np.signedinteger[Any]]
    """Points by glyphs."""


def mercator(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Degrees to 0..1, x from west to east, y from north to south."""
    sine = np.sin(np.radians(np.clip(lat, -MAX_LAT, MAX_LAT)))
    return (lon + 180) / 360, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def degrees(x: float, y: float) -> tuple[float, float]:
    """The inverse of `mercator`; x past 1 comes out past 180 and is wrapped."""
    lon = x * 360 - 180
    return lon - 360 if lon > 180 else lon, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def grouped(points: Grouped, glyphs: Sequence[str], bbox: BBox, zoom: float) -> tuple[Cell, ...]:
    """Cells over the points, largest first; the counts add up to those of the points."""
    x = points.x.copy()
    if bbox.west > bbox.east:  # one unbroken strip: what lies east of 180° goes behind it
        x[points.lon < bbox.west] += 1
    per_world = 2.0**zoom * TILE_PX / CELL_PX
    span = max(float(np.ptp(x)) * float(np.ptp(points.y)), 1e-12)
    per_world = min(per_world, math.sqrt(CELLS_MOST / span))
    column, row = np.floor(x * per_world).astype(np.int64), np.floor(points.y * per_world).astype(np.int64)
    column, row = column - column.min(), row - row.min()
    key = column * (row.max() + 1) + row
    full = np.bincount(key) > 0  # a table of all cells in the span is small, and needs no sorting
    cell_of = (np.cumsum(full) - 1)[key]
    weight = points.counts.sum(axis=1)
    merged_into = _merge(_means(x, points.y, weight, cell_of, int(full.sum())), per_world)
    return _cells(points, x, weight, merged_into[cell_of], glyphs)


def _means(
    x: FloatArray, y: FloatArray, weight: NDArray[np.int64], of: NDArray[np.integer[Any]], n: int
) -> FloatArray:
    """x, y and weight of each of n groups, one row each."""
    total = np.bincount(of, weight, n)
    return np.column_stack([np.bincount(of, x * weight, n) / total, np.bincount(of, y * weight, n) / total, total])


def _merge(means: FloatArray, per_world: float) -> NDArray[np.intp]:
    """For each cell the cell that takes it in: the heaviest first takes all free ones within a cell's width."""
    at = means[:, :2] * per_world
    by_place: dict[tuple[int, int], int] = {
        (int(cx), int(cy)): index for index, (cx, cy) in enumerate(np.floor(at))
    }
    into = np.full(len(means), -1, np.intp)
    for index in np.lexsort((np.arange(len(means)), -means[:, 2])).tolist():
        if into[index] >= 0:
            continue
        into[index] = index
        cx, cy = int(at[index, 0]), int(at[index, 1])
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                other = by_place.get((cx + dx, cy + dy), index)
                if into[other] < 0 and math.dist(at[index], at[other]) < 1:
                    into[other] = index
    return into


def _cells(
    points: Grouped, x: FloatArray, weight: NDArray[np.int64], group: NDArray[np.intp], glyphs: Sequence[str]
) -> tuple[Cell, ...]:
    used = np.bincount(group) > 0
    of = (np.cumsum(used) - 1)[group].astype(np.uint16)  # CELLS_MOST fits, and short numbers are sorted quickly
    n = int(used.sum())
    means = _means(x, points.y, weight, of, n)
    order = np.argsort(of, kind="stable")
    first = np.searchsorted(of[order], np.arange(n))
    counts = np.add.reduceat(points.counts[order], first, axis=0)
    sides = [
        pick.reduceat(values[order], first)
        for pick, values in ((np.minimum, x), (np.minimum, points.lat), (np.maximum, x), (np.maximum, points.lat))
    ]
    cells = []
    for index in np.lexsort((means[:, 1], means[:, 0], -means[:, 2])).tolist():
        lon, lat = degrees(*means[index, :2].tolist())
        by_glyph = sorted(zip(counts[index].tolist(), glyphs, strict=True), key=lambda pair: (-pair[0], pair[1]))
        west, south, east, north = (float(side[index]) for side in sides)
        box = BBox(degrees(west, 0.5)[0], south, degrees(east, 0.5)[0], north)
        cells.append(Cell(lon, lat, int(means[index, 2]), {name: n for n, name in by_glyph if n}, box))
    return tuple(cells)
