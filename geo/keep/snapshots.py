"""The snapshot made from the store's rows, and brought up to date by those that changed."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo import lexicon
from geo.keep.cells import mercator
from geo.keep.codes import BoolArray, Codes, IntArray, fixed, objects
from geo.keep.columns import NO_DAY, VAGUE, Snapshot
from geo.keep.rows import LightRow

_NOWHERE = (999.0, 999.0)


def build(rows: Iterable[LightRow], version: int) -> Snapshot:
    """From the store's light rows, in any order. Read `version` before the rows: then none is missed."""
    table = sorted(rows, key=lambda row: (row.start is None, row.start or 0, row.id))
    columns = list(zip(*table, strict=True)) if table else [()] * len(LightRow._fields)
    column = dict(zip(LightRow._fields, columns, strict=True))
    points = Codes.of([
        _NOWHERE if lon is None or lat is None else (lon, lat)
        for lon, lat in zip(column["lon"], column["lat"], strict=True)
    ])
    types, precisions, where = Codes.of(column["event_type"]), Codes.of(column["precision"]), _positions(points)
    return Snapshot(
        version=version, numbers=fixed(np.array(column["number"], np.int64)), ids=objects(column["id"]),
        titles=objects(column["title"]), start=_days(column["start"], NO_DAY.max),
        end=_days(column["end"], NO_DAY.min), confidence=fixed(np.array(column["confidence"], np.float64)),
        n_independent=fixed(np.array(column["n_independent"], np.int32)),
        radius_km=fixed(np.array(column["radius_km"], np.float64)), types=types, glyphs=types.mapped(_glyph),
        statuses=Codes.of(column["status"]), precisions=precisions, source_sets=Codes.of(column["sources"]),
        place_sets=Codes.of(column["place_keys"]), place_names=Codes.of(column["place_name"]), points=points,
        placed=_placed(types, precisions, where["lon"][points.of_row]), **where,
    )


def updated(old: Snapshot, touched: Collection[int], rows: Iterable[LightRow], version: int) -> Snapshot:
    """The snapshot in which the events of the numbers `touched` are as these rows tell, and gone where none does.

    Equals that of `build` from all rows, at a cost that the number of touched rows hardly changes.
    """
    fresh = build(rows, version)
    kept = np.flatnonzero(~np.isin(old.numbers, np.fromiter(touched, np.int64, len(touched))))
    source = np.insert(kept, _places(old, kept, fresh), len(old.ids) + np.arange(len(fresh.ids)))

    def rowed(name: str) -> Any:
        return fixed(np.concatenate([getattr(old, name), getattr(fresh, name)])[source])

    def coded(name: str) -> Codes:
        codes: Codes = getattr(old, name)
        return codes.joined(getattr(fresh, name), source)

    columns: dict[str, Any] = {name: rowed(name) for name in ROWED} | {name: coded(name) for name in CODED}
    return Snapshot(version=version, **columns, **_positions(columns["points"]))


ROWED = ("numbers", "ids", "titles", "start", "end", "confidence", "n_independent", "radius_km", "placed")
"""Columns of Snapshot with a value for each row."""
CODED = ("types", "glyphs", "statuses", "precisions", "source_sets", "place_sets", "place_names", "points")
"""Those of few distinct values."""


def _places(old: Snapshot, kept: NDArray[np.intp], fresh: Snapshot) -> NDArray[np.intp]:
    """Before which of the kept rows each fresh one comes: by first day, then id."""
    starts = old.start[kept]
    first = np.searchsorted(starts, fresh.start, "left").tolist()
    last = np.searchsorted(starts, fresh.start, "right").tolist()
    places = [
        bisect_left(kept, identity, low, high, key=lambda row: old.ids[row])
        for identity, low, high in zip(fresh.ids, first, last, strict=True)
    ]
    return np.array(places, np.intp)


def _positions(points: Codes) -> dict[str, Any]:
    """Degrees and Web Mercator of each distinct point; NaN for nowhere."""
    lonlat = np.array(points.values, np.float64).reshape(-1, 2)
    lonlat[lonlat == _NOWHERE[0]] = np.nan
    x, y = mercator(lonlat[:, 0], lonlat[:, 1])
    return {"lon": fixed(lonlat[:, 0].copy()), "lat": fixed(lonlat[:, 1].copy()), "x": fixed(x), "y": fixed(y)}


def _placed(types: Codes, precisions: Codes, lon: NDArray[np.float64]) -> BoolArray:
    known = lexicon.types().types
    drawn = types.mask(lambda name: name in known and known[name].mapped)
    placed: BoolArray = fixed(drawn & precisions.mask(lambda name: name not in VAGUE) & ~np.isnan(lon))
    return placed


def _days(values: Sequence[int | None], empty: int) -> IntArray:
    days = np.fromiter((empty if day is None else day for day in values), np.int32, len(values))
    made: IntArray = fixed(days)
    return made


def _glyph(event_type: str) -> str:
    """"" for a type that types.toml does not know (an older store): listed, never drawn."""
    known = lexicon.types().types.get(event_type)
    return known.glyph if known else ""
