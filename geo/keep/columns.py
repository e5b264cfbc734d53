"""The light columns of all merged events as numpy arrays: filter masks, cells of a view, facets and bounds.

Many events share a place, so everything about position is reckoned once for each distinct point. Arrays
are read-only and may be shared by threads.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo import lexicon
from geo.filters import NO_SOURCE, Filter
from geo.keep.cells import TILE_PX, Cell, Grouped, grouped
from geo.keep.codes import BoolArray, Codes, IntArray, fixed
from geo.keep.days import Bars, bars
from geo.keep.rows import asked_keys, asked_sources
from geo.records import BBox, GeoPrecision

FloatArray = NDArray[np.float64]

WORLD = BBox(-180.0, -90.0, 180.0, 90.0)
POINTS_MOST = 600
"""More events than this in view are drawn as cells: an answer stays under some 20 kB on the wire."""
UNPLACED_MOST = 12
EDGE_MOST = 12
HEAT_PX = 12
NO_DAY = np.iinfo(np.int32)
"""Unknown days: start is its largest value and end its smallest, so that no asked interval touches them."""

VAGUE = frozenset({"", GeoPrecision.COUNTRY, GeoPrecision.REGION, GeoPrecision.ADMIN1, GeoPrecision.TOPIC})
"""Precisions ("" is no place) of events that are listed at the map's edge and never drawn as points."""


@dataclass(frozen=True, slots=True)
class Point:
    """One event as the map draws it."""

    id: str
    lon: float
    lat: float
    type: str
    glyph: str
    precision: str
    radius_km: float
    status: str
    title: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """One event that is listed instead of drawn; place "" is none stated."""

    id: str
    type: str
    glyph: str
    title: str
    place: str
    precision: str


@dataclass(frozen=True, slots=True)
class Edge:
    """How many events are listed instead of drawn, since no more than this is known of their place; "" is none."""

    place: str
    precision: str
    count: int
    glyph: str
    """Of one of them."""


@dataclass(frozen=True, slots=True)
class View:
    """What a map view shows: points alone, or cells with the points that stand alone in theirs."""

    in_view: int
    points: tuple[Point, ...] | None
    cells: tuple[Cell, ...] | None
    unplaced: tuple[Unplaced, ...]
    """The first UNPLACED_MOST of the whole mask, wherever the view is."""
    unplaced_total: int
    edge: tuple[Edge, ...]
    """The EDGE_MOST places that most of these are at."""
    edge_places: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Numbers of events by type, publisher (NO_SOURCE where not stated) and status; none that is 0."""

    types: dict[str, int]
    sources: dict[str, int]
    statuses: dict[str, int]


@dataclass(frozen=True, slots=True)
class Spread:
    """Where masked events are: what is the same in every view of them, whatever its box and zoom."""

    points: NDArray[np.intp]
    """Distinct points at which some are drawn."""
    counts: IntArray
    """Of each of these points, by glyph."""
    totals: NDArray[np.int64]
    bounds: BBox | None
    """Smallest box round those that are drawn, across 180° where that is shorter; None for none."""
    unplaced: tuple[Unplaced, ...]
    unplaced_total: int
    edge: tuple[Edge, ...]
    edge_places: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All merged events at one version of the store, by first day (unknown last), then id."""

    version: int
    numbers: NDArray[np.int64]
    """Of the events in the store."""
    ids: NDArray[np.object_]
    """Event ids, row by row; `ids[mask]` are those that pass."""
    titles: NDArray[np.object_]
    start: IntArray
    end: IntArray
    confidence: FloatArray
    n_independent: IntArray
    radius_km: FloatArray
    types: Codes
    glyphs: Codes
    statuses: Codes
    precisions: Codes
    source_sets: Codes
    place_sets: Codes
    place_names: Codes
    points: Codes
    """(lon, lat) of the place; NaN for none is kept as the impossible (999, 999)."""
    lon: FloatArray
    """Of each distinct point, not of each row."""
    lat: FloatArray
    x: FloatArray
    """Web Mercator, 0..1 from west to east and from north to south; of each distinct point."""
    y: FloatArray
    placed: BoolArray
    """Rows that are drawn as points: precise enough, and of a type that is mapped."""

    def mask(self, asked: Filter, told: Collection[int] | None = None) -> BoolArray:
        """The rows whose events `Store.event_ids` gives; `told`: what `Store.text_numbers` gives for text and actor.

        ValueError when one of these is asked for without them: the snapshot holds no sentences and no names.
        """
        if not asked.wants_events:
            return np.zeros(len(self.ids), np.bool_)
        result = MASKS["statuses"](self, asked)
        for name, rows in MASKS.items():
            if name in ("statuses", *BY_NUMBER) or getattr(asked, name) in (None, "", ()):
                continue
            result &= rows(self, asked)
        if any(getattr(asked, name) for name in BY_NUMBER):
            result &= self._numbered(told)
        return result

    def _numbered(self, numbers: Collection[int] | None) -> BoolArray:
        if numbers is None:
            raise ValueError("A text or actor was asked for; hand in what Store.text_numbers gives for it.")
        last = int(self.numbers.max(initial=0))
        found = np.fromiter(numbers, np.int64, len(numbers))
        wanted = np.zeros(last + 1, np.bool_)
        wanted[found[found <= last]] = True
        rows: BoolArray = wanted[self.numbers]
        return rows

    def _inside(self, box: BBox) -> BoolArray:
        """Of distinct points, edges counted in; NaN is never inside."""
        west, east = self.lon >= box.west, self.lon <= box.east
        across: BoolArray = (west | east) if box.west > box.east else (west & east)
        return across & (self.lat >= box.south) & (self.lat <= box.north)

    def spread(self, mask: BoolArray) -> Spread:
        """Where the masked events are; worth keeping as long as the mask is."""
        n = len(self.glyphs.values)
        drawn = mask & self.placed
        pairs = self.points.of_row[drawn] * np.int32(n) + self.glyphs.of_row[drawn]
        counts = np.bincount(pairs, minlength=len(self.lon) * n).reshape(len(self.lon), n)
        used = np.flatnonzero(counts.any(axis=1))
        counts = fixed(counts[used].astype(np.int32))
        edge = np.flatnonzero(mask & ~self.placed)
        unplaced = tuple(self._unplaced(int(row)) for row in edge[:UNPLACED_MOST])
        bounds = _bounds(self.lon[used], self.lat[used])
        return Spread(fixed(used), counts, fixed(counts.sum(axis=1)), bounds, unplaced, len(edge), *self._edge(edge))

    def view(self, mask: BoolArray, bbox: BBox, zoom: float, spread: Spread | None = None) -> View:
        """What a map of this box and zoom (256-pixel tiles) draws of the masked events; `spread` of the same mask."""
        spread = spread or self.spread(mask)
        inside = self._inside(bbox)[spread.points]
        in_view = int(spread.totals[inside].sum())
        points = cells = None
        if in_view <= POINTS_MOST:
            points = tuple(self._point(int(row)) for row in self._at(mask, spread.points[inside]))
        else:
            at = spread.points[inside]
            there = Grouped(self.lon[at], self.lat[at], self.x[at], self.y[at], spread.counts[inside])
            cells = grouped(there, self.glyphs.values, bbox, zoom)
            rows = self._alone(mask, at[spread.totals[inside] == 1], cells)
            points = tuple(self._point(row) for row in rows.values())
            cells = tuple(cell for number, cell in enumerate(cells) if number not in rows)
        return View(in_view, points, cells, spread.unplaced, spread.unplaced_total, spread.edge, spread.edge_places)

    def _at(self, mask: BoolArray, points: NDArray[np.intp]) -> NDArray[np.intp]:
        """The masked rows that are drawn at these points."""
        wanted = np.zeros(len(self.lon), np.bool_)
        wanted[points] = True
        return np.flatnonzero(wanted[self.points.of_row] & mask & self.placed)

    def _edge(self, rows: NDArray[np.intp]) -> tuple[tuple[Edge, ...], int]:
        """The places of these rows, those with most rows first, and the number of places."""
        codes, first, number = np.unique(self.place_names.of_row[rows], return_index=True, return_counts=True)
        order = np.lexsort((codes, -number))[:EDGE_MOST]
        found = tuple(
            Edge(str(self.place_names.values[codes[at]]), self._value(self.precisions, rows[first[at]]),
                 int(number[at]), self._value(self.glyphs, rows[first[at]]))
            for at in order.tolist()
        )
        return found, len(codes)

    def aside(self, mask: BoolArray, place: str) -> BoolArray:
        """The masked rows of one place of View.edge."""
        rows: BoolArray = mask & ~self.placed & self.place_names.mask(lambda name: name == place)
        return rows

    def _alone(self, mask: BoolArray, used: NDArray[np.intp], cells: Sequence[Cell]) -> dict[int, int]:
        """By number of the cell, the row of each cell that holds one event; the first POINTS_MOST of them.

        `used`: the points in view with one masked event.
        """
        single = [at for at, cell in enumerate(cells) if cell.count == 1][:POINTS_MOST]
        if not single:
            return {}
        used = used[np.argsort(self.lon[used])]
        lons, lats = self.lon[used], self.lat[used]
        point_of: dict[int, int] = {}  # distinct point to cell; a cell's place went through Mercator and back
        for number in single:
            cell = cells[number]
            first = int(np.searchsorted(lons, cell.lon - _NEAR))
            near = slice(first, first + 50)
            close = (np.abs(lons[near] - cell.lon) < _NEAR) & (np.abs(lats[near] - cell.lat) < _NEAR)
            if np.count_nonzero(close) == 1:
                point_of[int(used[near][close][0])] = number
        rows = self._at(mask, np.array(list(point_of), np.intp))
        return {point_of[int(self.points.of_row[row])]: int(row) for row in rows}

    def _point(self, row: int) -> Point:
        at = int(self.points.of_row[row])
        return Point(
            self.ids[row], float(self.lon[at]), float(self.lat[at]), self._value(self.types, row),
            self._value(self.glyphs, row), self._value(self.precisions, row), float(self.radius_km[row]),
            self._value(self.statuses, row), self.titles[row], _day(self.start[row]), _day(self.end[row]),
        )

    def _unplaced(self, row: int) -> Unplaced:
        return Unplaced(
            self.ids[row], self._value(self.types, row), self._value(self.glyphs, row), self.titles[row],
            self._value(self.place_names, row), self._value(self.precisions, row),
        )

    @staticmethod
    def _value(codes: Codes, row: int) -> str:
        return str(codes.values[codes.of_row[row]])

    def facets(self, mask: BoolArray) -> Facets:
        """Counts over the masked rows; an event with two publishers counts for both."""
        sources: dict[str, int] = {}
        for names, number in self.source_sets.counted(mask):
            for name in names:
                sources[name or NO_SOURCE] = sources.get(name or NO_SOURCE, 0) + number
        return Facets(
            dict(self.types.counted(mask)), dict(sorted(sources.items())), dict(self.statuses.counted(mask)),
        )

    def days(self, mask: BoolArray, keep: tuple[date | None, date | None] = (None, None)) -> Bars:
        """The masked events over time; the days of `keep` lie within the bars."""
        start, end = self.start[mask], self.end[mask]
        dated = end > 0
        days = [day.toordinal() for day in keep if day]
        return bars(start, end, dated, (min(days), max(days)) if days else None)

    def heat(self, mask: BoolArray, bbox: BBox, zoom: float, most: int) -> tuple[tuple[float, float, int], ...]:
        """(lon, lat, number) of the masked events in cells of HEAT_PX pixels, the largest `most`."""
        seen = self.inside(mask, bbox)
        counts = np.bincount(self.points.of_row[seen], minlength=len(self.lon))
        used = np.flatnonzero(counts)
        per_world = 2.0**zoom * TILE_PX / HEAT_PX
        column = np.floor(self.x[used] * per_world).astype(np.int64)
        row = np.floor(self.y[used] * per_world).astype(np.int64)
        _, first, cell = np.unique(column * (int(per_world) + 2) + row, return_index=True, return_inverse=True)
        number = np.bincount(cell, counts[used], len(first)).astype(np.int64)
        largest = np.argsort(-number, kind="stable")[:most]
        at = used[first[largest]]
        return tuple(
            (round(float(lon), 4), round(float(lat), 4), int(n))
            for lon, lat, n in zip(self.lon[at], self.lat[at], number[largest], strict=True)
        )

    def inside(self, mask: BoolArray, box: BBox) -> BoolArray:
        """The masked rows that a map of this box draws."""
        seen: BoolArray = mask & self.placed & self._inside(box)[self.points.of_row]
        return seen

    def ordered(self, mask: BoolArray, by: str, most: int, *, descending: bool) -> NDArray[np.intp]:
        """The first `most` masked rows by one of ORDERS, unknown days last.

        Ties: the later last day, then more independent origins, then higher confidence, then id.
        """
        rows = np.flatnonzero(mask)
        keys = ORDERS[by](self)[rows].astype(np.float64)
        if by == "date":
            keys[self.end[rows] <= 0] = -np.inf if descending else np.inf
        if descending:
            keys = -keys
        if len(rows) > most:  # what cannot come among the first is not sorted
            near = keys <= np.partition(keys, most - 1)[most - 1]
            rows, keys = rows[near], keys[near]
        ties = (rows, -self.confidence[rows], -self.n_independent[rows], -self.end[rows].astype(np.int64))
        return rows[np.lexsort((*ties, keys))][:most]

    def place_counts(self, mask: BoolArray, keys: Sequence[str]) -> tuple[int, ...]:
        """For each key of a place, how many masked events are there or in a unit it stands for."""
        found = dict.fromkeys(keys, 0)
        for names, number in self.place_sets.counted(mask):
            for name in found.keys() & set(names):
                found[name] += number
        return tuple(found[key] for key in keys)


MASKS: dict[str, Callable[[Snapshot, Filter], BoolArray]] = {
    "since": lambda snap, asked: snap.end >= (asked.since or date.min).toordinal(),
    "until": lambda snap, asked: snap.start <= (asked.until or date.max).toordinal(),
    "sources": lambda snap, asked: snap.source_sets.mask(_touches(asked_sources(asked.sources))),
    "types": lambda snap, asked: snap.types.mask(frozenset(asked.types).__contains__),
    "statuses": lambda snap, asked: snap.statuses.mask(asked.event_statuses.__contains__),
    "place": lambda snap, asked: snap.place_sets.mask(_touches(asked_keys(asked.place))),
    "text": lambda snap, asked: snap._numbered(None),
    "bbox": lambda snap, asked: snap._inside(asked.bbox or WORLD)[snap.points.of_row],
    "min_confidence": lambda snap, asked: snap.confidence >= (asked.min_confidence or 0.0),
    "actor": lambda snap, asked: snap._numbered(None),
    "min_origins": lambda snap, asked: snap.n_independent >= (asked.min_origins or 1),
}
"""One mask for each field of Filter; a test holds it against filters.OPERATORS."""

ORDERS: dict[str, Callable[[Snapshot], NDArray[Any]]] = {
    "date": lambda snap: snap.end,
    "type": lambda snap: _ranks(snap.types, _label)[snap.types.of_row],
    "place": lambda snap: _ranks(snap.place_names, str.casefold)[snap.place_names.of_row],
    "origins": lambda snap: snap.n_independent,
    "confidence": lambda snap: snap.confidence,
}
"""What a table may be sorted by."""

BY_NUMBER = ("text", "actor")
"""Fields whose rows the store finds."""

_NEAR = 1e-7
"""Degrees within which two places are one."""


def _bounds(lons: FloatArray, lats: FloatArray) -> BBox | None:
    if not len(lons):
        return None
    lons = np.unique(lons)
    # The widest empty gap between neighbouring longitudes is left out; the last gap runs across 180°.
    gaps = np.append(np.diff(lons), lons[0] + 360 - lons[-1])
    # Equal gaps: the one across 180° is left out, so that the box does not cross it needlessly.
    widest = len(gaps) - 1 - int(np.argmax(gaps[::-1]))
    west, east = lons[(widest + 1) % len(lons)], lons[widest]
    return BBox(float(west), float(lats.min()), float(east), float(lats.max()))


def _touches(wanted: tuple[str, ...]) -> Callable[[tuple[str, ...]], bool]:
    asked = frozenset(wanted)
    return lambda values: not asked.isdisjoint(values)


def _ranks(codes: Codes, key: Callable[[Any], str]) -> NDArray[np.int64]:
    """The place of each distinct value in the order of `key`."""
    ranks = np.empty(len(codes.values), np.int64)
    for rank, code in enumerate(sorted(range(len(codes.values)), key=lambda code: key(codes.values[code]))):
        ranks[code] = rank
    return ranks


def _label(event_type: str) -> str:
    known = lexicon.types().types.get(event_type)
    return known.label if known else event_type


def _day(ordinal: np.int32) -> date | None:
    return None if ordinal in (NO_DAY.max, NO_DAY.min) else date.fromordinal(int(ordinal))
