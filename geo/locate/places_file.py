"""A user's own table of places, CSV or GeoJSON, into the user's places: `gazetteer add FILE`.

Columns or properties: name, lat, lon (GeoJSON: the geometry); optional alternates (between | or ;), feature, country,
population, radius_km, within and gazetteer_id. A row that does not fit is named and left out; the others are added.
"""

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.locate.additions import Added, Additions
from geo.locate.bundle import ABBREVIATION_MARK, Row
from geo.locate.gazetteer import LONGEST_NAME, Gazetteer
from geo.locate.names import fold, stems
from geo.records import BadInput, BBox, LonLat

COLUMNS = ("name", "alternates", "lat", "lon", "feature", "country", "population", "radius_km", "within",
           "gazetteer_id")  # fmt: skip
SYNONYMS = {"latitude": "lat", "y": "lat", "longitude": "lon", "lng": "lon", "x": "lon", "country_code": "country",
            "feature_code": "feature", "alternate_names": "alternates", "aliases": "alternates"}  # fmt: skip
LARGEST_FILE = 200 << 20
"""Bytes; whole countries come as GeoNames files through `gazetteer import`."""
MARGIN_DEGREES = 1.0
"""How far outside the box of its country a place may lie: boxes are rough."""
_CODE = re.compile(r"[A-Z]{2,4}[0-9A-Z]{0,2}")
_IDENT = re.compile(r"[a-z]{2,8}:[\w.-]{1,80}", re.ASCII)
_PARTS = re.compile(r"[|;]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    added: int
    complaints: tuple[str, ...]
    """A sentence for each row that was left out."""
    unused: tuple[str, ...]
    """Columns that mean nothing here."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would add, before anything is kept."""

    places: tuple[Added, ...]
    complaints: tuple[str, ...]
    """A sentence for each row that would be left out."""
    unused: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that leads to one of the places."""
        return tuple(dict.fromkeys(n for one in self.places for n in (one.row.name, *one.row.names)))


def add_file(path: Path, additions: Additions, gazetteer: Gazetteer) -> Outcome:
    """Adds the rows of one file, all in one transaction; BadInput when the file itself cannot be read.

    The same file again changes nothing. A row of the name and country of an added place near by is that place, moved.
    """
    checked = check_places(path, _bytes(path), additions, gazetteer)
    if checked.places:
        additions.put(checked.places)
    return Outcome(len({one.row.id for one in checked.places}), checked.complaints, checked.unused)


def check_places(path: Path, data: bytes, additions: Additions, gazetteer: Gazetteer) -> Checked:
    """The rows of a file's bytes as places; `path` gives its name and kind, and is not opened. Keeps nothing."""
    rows = list(_geojson(path, data) if path.suffix.casefold() in (".geojson", ".json") else _table(path, data))
    added: list[Added] = []
    complaints = []
    unused: dict[str, None] = {}
    for origin, row in rows:
        known = {_column(key): value for key, value in row.items()}
        unused.update(dict.fromkeys(str(key) for key in row if _column(key) not in COLUMNS and key != "box"))
        try:
            added.append(_added(known, additions, gazetteer, path.name))
        except BadInput:
            raise
        except ValueError as error:
            complaints.append(f"{path.name}, {origin}: {error}")
    return Checked(tuple(added), tuple(complaints), tuple(unused))


def _column(key: object) -> str:
    name = str(key).strip().casefold().replace(" ", "_")
    return SYNONYMS.get(name, name)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(f"{path} is larger than {LARGEST_FILE >> 20} MB. Whole countries: gazetteer import.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}. Give a CSV or GeoJSON file.") from error


def _text_of(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error


def _table(path: Path, data: bytes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """("line 2", row) of each row; the separator is the one the header uses."""
    text = _text_of(path, data)
    header = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header.count), strict=True)
    try:
        columns = {_column(name) for name in reader.fieldnames or ()}
        missing = [name for name in ("name", "lat", "lon") if name not in columns]
        if missing:
            lacks, usual = ", ".join(missing), ",".join(COLUMNS)
            raise BadInput(f"{path} has no column {lacks}. The first line names them: {usual}")
        for row in reader:
            if any(row.values()):
                yield f"line {reader.line_num}", {k: v for k, v in row.items() if k is not None}
    except csv.Error as error:
        raise BadInput(f"{path}, line {max(1, reader.line_num)}: {error}. Nothing was added.") from error


def _geojson(path: Path, data: bytes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """("feature 1", properties with lat, lon and, of an area, box) of each feature."""
    try:
        whole = json.loads(_text_of(path, data))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON: {error}. Give a GeoJSON FeatureCollection.") from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise BadInput(f"{path} is not a GeoJSON FeatureCollection: it has no list of features.")
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        row = dict(properties) if isinstance(properties, dict) else {}
        row.pop("box", None)
        points = list(_points(geometry.get("coordinates"))) if isinstance(geometry, dict) else []
        if points:
            if any(math.isnan(x) for x, _ in points):
                points = [(math.nan, math.nan)]
            west, east = min(x for x, _ in points), max(x for x, _ in points)
            south, north = min(y for _, y in points), max(y for _, y in points)
            row |= {"lon": (west + east) / 2, "lat": (south + north) / 2}
            if len(points) > 1:
                row["box"] = BBox(west, south, east, north)
        yield f"feature {number}", row


def _points(coordinates: object, depth: int = 0) -> Iterator[tuple[float, float]]:
    """All positions of a geometry, however its lists are nested (four deep at most: a MultiPolygon)."""
    if not isinstance(coordinates, list) or depth > 4:
        return
    if len(coordinates) >= 2 and all(isinstance(c, int | float) and not isinstance(c, bool) for c in coordinates[:2]):
        lon, lat = coordinates[:2]
        yield (float(lon), float(lat)) if abs(lon) <= 180 and abs(lat) <= 90 else (math.nan, math.nan)
        return
    for part in coordinates:
        yield from _points(part, depth + 1)


def _added(row: Mapping[str, Any], additions: Additions, gazetteer: Gazetteer, source: str) -> Added:
    """The place a row tells of; ValueError with a sentence when it does not fit."""
    name = _name(row.get("name"))
    if not fold(name):
        raise ValueError("a place without a name")
    point = LonLat(_number(row, "lon", 180), _number(row, "lat", 90))
    if point == (0.0, 0.0):
        raise ValueError("0, 0 is what missing coordinates turn into; give the real ones")
    country = _country(_text(row.get("country")), gazetteer)
    _inside(point, country, gazetteer)
    within = _text(row.get("within"))
    if within and gazetteer.get(within) is None:
        raise ValueError(f"within {within[:80]!r} is not the gazetteer id of a place; find it with gazetteer search")
    ident = _text(row.get("gazetteer_id")) or additions.id_for(name, country, point)
    if not _IDENT.fullmatch(ident):
        raise ValueError(f"{ident[:80]!r} is no gazetteer id; it is like own:my-village or gn:98182, or is left out")
    radius = _number(row, "radius_km", 5000, least=0) if _text(row.get("radius_km")) else None
    people = int(_number(row, "population", 10**9, least=0)) if _text(row.get("population")) else None
    names = tuple(dict.fromkeys(n for n in _alternates(row.get("alternates")) if fold(n) and n != name))
    place = Row(ident, name, point.lat, point.lon, _feature(_text(row.get("feature"))), country, population=people,
                area=row.get("box"), radius_km=radius, source=source, names=names)  # fmt: skip
    return Added(place, inside=within, unit=country)


def _text(value: object) -> str:
    """A cell in one line; "" for none. Half a character (a lone surrogate) cannot be kept."""
    text = "" if value is None else " ".join(str(value).split())
    if any("\ud800" <= c <= "\udfff" or c == "\x00" for c in text):
        raise ValueError("a character that is none (a lone surrogate or NUL)")
    return text


def _name(value: object) -> str:
    name = _text(value).lstrip(ABBREVIATION_MARK)
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name {name[:40]!r}… has more than {LONGEST_NAME} characters")
    return name


def _alternates(value: object) -> Iterator[str]:
    parts = value if isinstance(value, list) else _PARTS.split("" if value is None else str(value))
    return map(_name, parts)


def _number(row: Mapping[str, Any], key: str, most: float, least: float | None = None) -> float:
    text = _text(row.get(key))
    try:
        number = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        number = math.nan
    lowest = -most if least is None else least
    if not lowest <= number <= most:
        raise ValueError(f"{key} {text[:40]!r} is not a number from {lowest:g} to {most:g}")
    return number


def _country(text: str, gazetteer: Gazetteer) -> str:
    """The code for a code or a name; "" for none."""
    if not text or (len(text) == 2 and gazetteer.country(text.upper())):
        return text.upper()
    named = [c.place for c in gazetteer.candidates(text) if c.place.feature_code.startswith("PCL")]
    if not named:
        raise ValueError(f"{text[:80]!r} is not a country; write its two-letter code, such as IQ")
    return named[0].country_code


def _inside(point: LonLat, country: str, gazetteer: Gazetteer) -> None:
    """Swapped coordinates are the commonest slip; they mostly leave the country."""
    place = gazetteer.country(country) if country else None
    if place is None or place.area is None:
        return
    west, south, east, north = place.area
    width = (east - west) % 360 + 2 * MARGIN_DEGREES
    across = (point.lon - west + MARGIN_DEGREES) % 360 <= width
    if not (across and south - MARGIN_DEGREES <= point.lat <= north + MARGIN_DEGREES):
        raise ValueError(f"lat {point.lat:g}, lon {point.lon:g} is not in {place.name}; are lat and lon swapped?")


def _feature(text: str) -> str:
    """A GeoNames feature code; a word for a kind of place gives its code ("village" PPL), none means PPL."""
    if not text:
        return "PPL"
    if _CODE.fullmatch(text):
        return text
    for stem in stems(f"x {fold(text)}"):
        if stem.key == "x":
            return {"PCL": "PCLI", "AIR": "AIRF"}.get(stem.codes[0], stem.codes[0])
    raise ValueError(f"{text[:40]!r} is not a GeoNames feature code such as PPL, CMP, ADM2 or STM")
