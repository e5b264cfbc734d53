"""What is written is read back by GDAL and Arrow as it was: counts, ids, positions, days, sentences, corrections.

Of the seeds, of routes across 180° and ends of the world, and of a store with every attack in every text.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shapely.geometry import shape

from geo.filters import Filter
from geo.records import Act, Actor, Article, Correction, Event, Evidence, LonLat, Route, Span, Where
from geo.show.export import cell, write
from geo.show.shown import Citation, Shown
from geo.show.tables import safe
from tests.browser.layer_app import HOSTILE
from tests.build import PLACES, article
from tests.filled import at, dated, events, routes, undated

CITED = Citation(Filter(), date(2026, 11, 21), 7)
ATTACKS = (
    *HOSTILE, '=HYPERLINK("http://x")', "+1", "-1+cmd", "@SUM(A1)", "＝1", "]]>", "\ud800", "a;b; c", 'say "no"\n,x',
)
Row = dict[str, Any]


def seeds() -> Shown:
    """With one event that two people put right, and one that has no place."""
    first, *rest = events()
    trail = tuple(Correction(f"c{n}", f"2026-03-0{n}T09:30:00Z", who, "as the ministry says", Act.ACCEPT)
                  for n, who in ((1, "Ann"), (2, "=Bob")))
    lost = replace(rest[-1], id="e-lost", where=None)
    told = {a.id: a for a in (dated(), undated())}
    return Shown((replace(first, reviewed=True), *rest, lost), routes(), told, CITED, {first.id: trail})


def spot(lon: float, lat: float) -> Where:
    return replace(at("Mosul"), point=LonLat(lon, lat))


def far() -> Shown:
    """Across 180° and to the ends of the world, with more decimals than are kept."""
    event, route = events()[0], routes()[0]
    spots = ((180.0, 90.0), (-180.0, -90.0), (179.9999999, 12.34567891), (-0.0000001, 0.0))
    made = [replace(event, id=f"e{n}", where=spot(*place)) for n, place in enumerate(spots)]
    moved = [
        replace(route, id="r-across", origins=(spot(170, 10),), waypoints=(), destinations=(spot(-170, 20),)),
        replace(route, id="r-one-place", origins=(spot(170, 10),), waypoints=(), destinations=()),
        replace(route, id="r-plain", origins=(spot(40, 35),), waypoints=(), destinations=(spot(41, 36),)),
    ]
    return Shown(made, moved, seeds().articles, CITED)


def attacked() -> Shown:
    """Every attack in every text that an article or a person gives."""
    found: list[Event] = []
    moved: list[Route] = []
    told: dict[str, Article] = {}
    trails: dict[str, tuple[Correction, ...]] = {}
    for number, text in enumerate(ATTACKS):
        whole = text.replace("\ud800", "?")  # half a character has no bytes that an article's id could be made of
        one = article(f"{whole} was hit.", None, title=text, source=text, url=f"javascript:window.pwn=1//{whole}")
        place = replace(PLACES["Mosul"], gazetteer_id=text, name=text)
        where = replace(at("Mosul"), place=place, name_in_text=text)
        said = (Evidence(one.id, Span(0, len(one.text)), text),)
        found.append(replace(events()[0], id=f"e{number}", title=text, where=where, evidence=said, origins=(text,),
                             weapons=(text,), actors=(Actor(text, "actor"),), conflicts=(text,), reviewed=True))
        moved.append(replace(routes()[0], id=f"r{number}", title=text, origins=(where,), movers=(text,), mode=text,
                             evidence=said, cited=(text,)))
        told[one.id] = one
        trails[f"e{number}"] = (Correction(f"c{number}", text, text, text, Act.MOVE),)
    return Shown(found, moved, told, CITED, trails)


def gdal(path: Path, **options: str) -> dict[str, Row]:
    """Rows by id, with the geometry's WKB under "geometry"; of all layers."""
    rows: dict[str, Row] = {}
    for layer, _ in pyogrio.list_layers(path):
        meta, _, geometry, columns = pyogrio.raw.read(path, layer=layer, **options)
        for row, wkb in zip(zip(*columns, strict=True), geometry, strict=True):
            told = dict(zip(meta["fields"], row, strict=True))
            rows[str(told["id"])] = {**told, "geometry": wkb}
    return rows


def arrow(path: Path) -> dict[str, Row]:
    return {row["id"]: row for row in pq.read_table(io.BytesIO(path.read_bytes())).to_pylist()}


READ: Mapping[str, Callable[[Path], dict[str, Row]]] = {
    "geojson": gdal, "geojsonl": gdal, "gpkg": gdal, "fgb": gdal, "kml": gdal, "parquet": arrow,
    "csv": lambda path: gdal(path, AUTODETECT_TYPE="YES"),
}


def day_of(value: Any) -> str | None:
    text = str(value)
    return None if text in ("None", "NaT", "") else text[:10]


def listed(value: Any) -> list[Any]:
    """A list of records, which most formats hold as JSON, with text as every format holds it."""
    found = json.loads(value or "[]") if isinstance(value, str | None) else list(value)
    return [{key: safe(part) if isinstance(part, str) else part for key, part in one.items()} for one in found]


@pytest.mark.parametrize("what", [seeds, far, attacked])
@pytest.mark.parametrize("name", sorted(READ))
def test_what_is_read_back_is_what_was_written(name: str, what: Callable[[], Shown], tmp_path: Path) -> None:
    shown, path = what(), tmp_path / f"made.{name}"
    with path.open("wb") as out:
        write(name, shown, out)
    rows, wanted = READ[name](path), {f["id"]: f for f in shown.features()}
    assert rows.keys() == wanted.keys()
    for identity, feature in wanted.items():
        row, told = rows[identity], feature["properties"]
        if feature["geometry"] is None:
            assert row["geometry"] is None
        else:
            drawn = shapely.from_wkb(row["geometry"])
            assert drawn.is_valid
            assert shapely.equals_exact(drawn.normalize(), _whole(shape(feature["geometry"]), drawn), 5e-7)
        for column in ("date_start", "date_end", "published"):
            assert day_of(row[column]) == told.get(column), column
        title = cell(told["title"]) if name == "csv" else told["title"]
        assert (row["title"] or "") == safe(title or "")
        assert int(row["n_articles"]) == told["n_articles"]
        assert bool(row["reviewed"]) == told["reviewed"]
        for records, column in (("sentences", "text"), ("sentences", "url"), ("corrections", "who")):
            found = [one[column] for one in listed(row[records])]
            assert found == [one[column] for one in listed(told[records])], column


def _whole(wanted: Any, drawn: Any) -> Any:
    """A line as one of several, where a layer has one type for all of its rows."""
    if drawn.geom_type == "MultiLineString" and wanted.geom_type == "LineString":
        wanted = shapely.MultiLineString([wanted])
    return wanted.normalize()


def test_a_layer_of_geopackage_has_one_type(tmp_path: Path) -> None:
    path = tmp_path / "made.gpkg"
    with path.open("wb") as out:
        write("gpkg", far(), out)
    layers = [str(layer) for layer, _ in pyogrio.list_layers(path)]
    types = {layer: pyogrio.read_info(path, layer=layer)["geometry_type"] for layer in layers}
    assert types == {"events": "Point", "routes": "MultiLineString"}


@pytest.mark.parametrize("name", sorted(READ))
def test_lines_across_180_are_cut(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"made.{name}"
    with path.open("wb") as out:
        write(name, far(), out)
    drawn = shapely.from_wkb(READ[name](path)["r-across"]["geometry"])
    assert [part.bounds for part in drawn.geoms] == [(170, 10, 180, 15), (-180, 15, -170, 20)]


@pytest.mark.parametrize("name", ["geojson", "gpkg", "fgb", "parquet", "kml"])
def test_the_citation_stands_in_the_file(name: str) -> None:
    out = io.BytesIO()
    write(name, seeds(), out)
    made = out.getvalue().decode(errors="replace")
    assert "Dateline, 6 events and 1 route, no filter; exported 21 Nov 2026, data version 7." in made
