"""Features as typed tables: GeoPackage and FlatGeobuf through GDAL, GeoParquet through Arrow.

Every column has its type whatever the rows hold, so that a date stays a date when all of them are null. All is
WGS84 as in the GeoJSON the features come from.
"""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from shapely.geometry import shape

from geo import __version__
from geo.show.geojson import Feature
from geo.show.properties import DECIMALS, in_one

_TEXT, _LIST, _DAY = pa.string(), pa.list_(pa.string()), pa.date32()
_WHOLE, _NUMBER, _FLAG = pa.int32(), pa.float64(), pa.bool_()
_MOMENT = pa.timestamp("ms", "UTC")


def _records(**columns: Any) -> Any:
    return pa.list_(pa.struct(list(columns.items())))


_SENTENCES = _records(text=_TEXT, article_id=_TEXT, source=_TEXT, published=_DAY, url=_TEXT)
_ENDS = _records(
    role=_TEXT, name=_TEXT, gazetteer_id=_TEXT, lon=_NUMBER, lat=_NUMBER, geo_precision=_TEXT, radius_km=_NUMBER
)
_PUT_RIGHT: Mapping[str, Any] = {
    "reviewed": _FLAG, "reviewed_at": _MOMENT, "reviewed_by": _LIST,
    "corrections": _records(made_at=_MOMENT, who=_TEXT, act=_TEXT, why=_TEXT),
}
EVENT_COLUMNS: Mapping[str, Any] = {
    **dict.fromkeys(("id", "kind", "title", "event_type", "plover", "acled", "status"), _TEXT),
    "date_start": _DAY, "date_end": _DAY, "date_precision": _TEXT, "date_text": _TEXT, "date_basis": _TEXT,
    "published": _DAY,
    **dict.fromkeys(("place_name", "gazetteer_id", "country_code", "geo_precision"), _TEXT), "radius_km": _NUMBER,
    **dict.fromkeys(("actors", "targets", "weapons", "quantities"), _LIST),
    **dict.fromkeys(("killed_low", "killed_high", "injured_low", "injured_high"), _WHOLE),
    "confidence": _NUMBER, "n_articles": _WHOLE, "n_independent": _WHOLE,
    **dict.fromkeys(("origins", "sources", "urls", "article_ids"), _LIST),
    "snippet": _TEXT, "sentences": _SENTENCES, "conflicts": _LIST, **_PUT_RIGHT,
}
"""The properties of an event in their order, each with its type; a test holds them to properties.py."""
ROUTE_COLUMNS: Mapping[str, Any] = {
    **dict.fromkeys(("id", "kind", "title", "mover", "mode", "direction", "status"), _TEXT),
    **dict.fromkeys(("origins", "waypoints", "destinations"), _LIST),
    **dict.fromkeys(("origin_ids", "waypoint_ids", "destination_ids"), _LIST),
    "ends": _ENDS,
    "date_start": _DAY, "date_end": _DAY, "date_precision": _TEXT, "date_text": _TEXT, "date_basis": _TEXT,
    "published": _DAY, "snippet": _TEXT, "sentences": _SENTENCES,
    **dict.fromkeys(("sources", "urls", "article_ids"), _LIST),
    "n_articles": _WHOLE, "n_independent": _WHOLE, "cited": _LIST, "confidence": _NUMBER, "schematic": _FLAG,
    **_PUT_RIGHT,
}
COLUMNS: Mapping[str, Any] = {**EVENT_COLUMNS, **ROUTE_COLUMNS}
"""Both kinds in one table; what the other kind has is null."""

GEOMETRY = "geometry"
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold, SQLite ends a text at, or UTF-8 has no bytes for."""


def write_gpkg(features: Sequence[Feature], out: BinaryIO, made_on: date, about: str) -> None:
    """Two layers, events and routes, each described by `about`; both are there when empty. `made_on` is the date
    GeoPackage asks for."""
    # The time of day would make two runs differ in their bytes.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{made_on.isoformat()}T00:00:00.000Z"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "dateline.gpkg")
        layers = (("events", "event", EVENT_COLUMNS, "Point"), ("routes", "route", ROUTE_COLUMNS, "MultiLineString"))
        for name, kind, columns, shape_type in layers:
            rows = [f for f in features if f["properties"]["kind"] == kind]
            table = _table(_flat(rows), _flat_columns(columns), several=shape_type == "MultiLineString")
            _by_gdal(table, path, "GPKG", name, shape_type, append=path.exists(), DESCRIPTION=safe(about))
        out.write(path.read_bytes())


def write_fgb(features: Sequence[Feature], out: BinaryIO, about: str) -> None:
    """One layer, in the order given: a feature without a place would not fit a spatial index. Days become times."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "dateline.fgb")
        _by_gdal(_table(_flat(features), _flat_columns(COLUMNS)), path, "FlatGeobuf", "dateline",
                 SPATIAL_INDEX="NO", DESCRIPTION=safe(about))
        out.write(path.read_bytes())


def write_parquet(features: Sequence[Feature], out: BinaryIO, about: str) -> None:
    """GeoParquet 1.1: both kinds in one table, lists as lists, WKB in WGS84 (its default)."""
    table = _table(features, COLUMNS)
    shapes = [shape(f["geometry"]) for f in features if f["geometry"]]
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted({s.geom_type for s in shapes})}
    if shapes:
        column["bbox"] = [float(x) for x in shapely.total_bounds(shapes)]
    described = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    told = {"geo": json.dumps(described), "made_by": f"Dateline {__version__}", "citation": safe(about)}
    table = table.replace_schema_metadata(told)
    pq.write_table(table, out, compression="zstd")


def _table(features: Sequence[Feature], columns: Mapping[str, Any], *, several: bool = False) -> pa.Table:
    """The columns and their geometry as WKB; with `several` a line is one of several, so that all are of one type."""
    arrays = {
        name: pa.array([_value(f["properties"].get(name), type_) for f in features], type_)
        for name, type_ in columns.items()
    }
    arrays[GEOMETRY] = pa.array([_wkb(f["geometry"], several=several) for f in features], pa.binary())
    return pa.table(arrays)


def _value(value: Any, type_: Any) -> Any:
    if value is None:
        return None
    if type_ == _DAY:
        return date.fromisoformat(value)
    if type_ == _MOMENT:
        return _moment(value)
    if type_ == _LIST:
        return [safe(v) for v in value]
    if pa.types.is_list(type_):
        kinds = {part.name: part.type for part in type_.value_type}
        return [{name: _value(record[name], kind) for name, kind in kinds.items()} for record in value]
    return safe(value) if type_ == _TEXT else value


def _moment(text: str) -> datetime | None:
    """Null for what is no moment: a trail may have come from elsewhere."""
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    return made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)


def safe(text: str) -> str:
    """Text that every format can hold: what none can is the replacement character."""
    return _UNSAFE.sub("\ufffd", text)


def wkt(geometry: Mapping[str, Any] | None) -> str | None:
    """The geometry as well-known text, to six decimals."""
    return None if geometry is None else str(shapely.to_wkt(shape(geometry), rounding_precision=DECIMALS))


def _wkb(geometry: Mapping[str, Any] | None, *, several: bool) -> bytes | None:
    if geometry is None:
        return None
    if several and geometry["type"] == "LineString":
        geometry = {"type": "MultiLineString", "coordinates": [geometry["coordinates"]]}
    return bytes(shapely.to_wkb(shape(geometry)))


def _flat(features: Sequence[Feature]) -> list[Feature]:
    """With every list in one text: GDAL's formats have no lists that QGIS filters by."""
    return [
        {**f, "properties": {name: in_one(value) for name, value in f["properties"].items()}} for f in features
    ]


def _flat_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _TEXT if pa.types.is_list(type_) else type_ for name, type_ in columns.items()}


def _by_gdal(
    table: pa.Table, path: Path, driver: str, layer: str, shape_type: str = "Unknown", *, append: bool = False,
    **options: str,
) -> None:
    pyogrio.write_arrow(
        table, path, driver=driver, layer=layer, geometry_name=GEOMETRY, geometry_type=shape_type, crs="EPSG:4326",
        append=append, **options,
    )
