"""Findings -> files. Each format is one row of FORMATS; text in tables cannot become a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from geo.records import Article, BadFilter, Event, Route
from geo.show.geojson import Feature, collection, dumps, event_feature, route_feature

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a text that starts so; an apostrophe before it keeps it text (OWASP, CSV injection)."""

Writer = Callable[[Sequence[Feature], BinaryIO], None]


def write(
    format_: str, events: Iterable[Event], routes: Iterable[Route], articles: Mapping[str, Article], out: BinaryIO
) -> None:
    """What is shown, in one of FORMATS; BadFilter names a format that does not exist."""
    if format_ not in FORMATS:
        raise BadFilter(f"There is no format {format_!r}; the formats are {', '.join(sorted(FORMATS))}.")
    features = [event_feature(e, articles) for e in events] + [route_feature(r, articles) for r in routes]
    FORMATS[format_](features, out)


def _geojson(features: Sequence[Feature], out: BinaryIO) -> None:
    out.write(dumps(collection(features)).encode() + b"\n")


def _geojsonl(features: Sequence[Feature], out: BinaryIO) -> None:
    """One feature a line, without the record separators of RFC 8142: what GDAL and jq read."""
    for feature in features:
        out.write(dumps(feature).encode() + b"\n")


def _csv(features: Sequence[Feature], out: BinaryIO) -> None:
    """UTF-8 with a header; lon and lat of events, lists joined with "; "."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    names = list(dict.fromkeys(name for f in features for name in f["properties"]))
    table = csv.writer(text)
    table.writerow(["lon", "lat", *names])
    for feature in features:
        geometry = feature["geometry"]
        point = geometry["coordinates"] if geometry and geometry["type"] == "Point" else (None, None)
        table.writerow([*point, *(_cell(feature["properties"].get(name)) for name in names)])
    text.detach()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(str(v) for v in value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


FORMATS: Mapping[str, Writer] = {"csv": _csv, "geojson": _geojson, "geojsonl": _geojsonl}
