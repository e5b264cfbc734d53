"""What is shown -> files. Each format is one row of FORMATS; text in tables cannot become a formula.

The libraries of the heavy formats are loaded when one is asked for: they take longer than a small export.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from geo.records import BadFilter
from geo.show.geojson import collection, to_bytes
from geo.show.language import term
from geo.show.properties import in_one
from geo.show.shown import Shown

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet runs a text that starts so; an apostrophe before it keeps it text (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written, and what a reader is told of it."""

    write: Callable[[Shown, BinaryIO], None]
    label: str
    use: str
    media_type: str
    most: int | None = None
    """Events and routes it holds at most; None has no limit of its own."""


def write(format_: str, shown: Shown, out: BinaryIO) -> None:
    """All that is shown, in one of FORMATS; BadFilter names a format that does not exist, or is too small for it."""
    if format_ not in FORMATS:
        raise BadFilter(f"There is no format {format_!r}; the formats are {', '.join(sorted(FORMATS))}.")
    row, number = FORMATS[format_], len(shown.events) + len(shown.routes)
    if row.most is not None and number > row.most:
        raise BadFilter(f"{number:,} events and routes are too many for {format_} ({row.most:,}); narrow the filter.")
    row.write(shown, out)


def _geojson(shown: Shown, out: BinaryIO) -> None:
    made = {**collection(shown.features()), "citation": shown.citation()}
    out.write(to_bytes(made) + b"\n")


def _geojsonl(shown: Shown, out: BinaryIO) -> None:
    """One feature a line, without the record separators of RFC 8142: what GDAL and jq read."""
    for feature in shown.features():
        out.write(to_bytes(feature) + b"\n")


def _csv(shown: Shown, out: BinaryIO) -> None:
    """UTF-8 with a header, always the same columns; lon and lat of events, the geometry of both as WKT."""
    from geo.show.tables import COLUMNS, safe, wkt

    text = io.TextIOWrapper(out, "utf-8", "replace", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(["lon", "lat", *COLUMNS, "wkt"])
    for feature in shown.features():
        geometry, told = feature["geometry"], feature["properties"]
        point = geometry["coordinates"] if geometry and geometry["type"] == "Point" else (None, None)
        cells = (cell(told.get(name)) for name in COLUMNS)
        table.writerow([*point, *(safe(c) if isinstance(c, str) else c for c in cells), wkt(geometry)])
    text.detach()


def cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: a list in one text, and no text that it would take for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = in_one(value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _gpkg(shown: Shown, out: BinaryIO) -> None:
    from geo.show.tables import write_gpkg

    write_gpkg(shown.features(), out, shown.cited.exported, shown.citation())


def _fgb(shown: Shown, out: BinaryIO) -> None:
    from geo.show.tables import write_fgb

    write_fgb(shown.features(), out, shown.citation())


def _parquet(shown: Shown, out: BinaryIO) -> None:
    from geo.show.tables import write_parquet

    write_parquet(shown.features(), out, shown.citation())


def _kml(shown: Shown, out: BinaryIO) -> None:
    from geo.show.kml import write_kml

    write_kml(shown.features(), out, shown.citation())


def _html(shown: Shown, out: BinaryIO) -> None:
    from geo.show.mapfile import write_html

    write_html(shown, out)


HTML_MOST = 10_000
"""Events and routes in one HTML map: a browser filters and draws them all without a server's help."""

FORMATS: Mapping[str, Format] = {
    "geojson": Format(_geojson, "GeoJSON", term("web maps, QGIS"), "application/geo+json"),
    "geojsonl": Format(_geojsonl, term("GeoJSON lines"), term("streams, jq"), "application/geo+json-seq"),
    "csv": Format(_csv, "CSV", term("spreadsheets"), "text/csv"),
    "gpkg": Format(_gpkg, "GeoPackage", term("QGIS, with dates as dates"), "application/geopackage+sqlite3"),
    "parquet": Format(_parquet, "GeoParquet", term("pandas, DuckDB"), "application/vnd.apache.parquet"),
    "fgb": Format(_fgb, "FlatGeobuf", term("large layers in GIS"), "application/flatgeobuf"),
    "html": Format(_html, term("Map in one file"), term("opens offline in any browser"), "text/html", HTML_MOST),
    "kml": Format(_kml, "KML", term("Google Earth, with a time slider"), "application/vnd.google-earth.kml+xml"),
}
"""By the name on the command line, which is the ending of the file too."""
