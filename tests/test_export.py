"""Files that other programs read: GDAL and Arrow as second readers, with types, dates, nulls and hostile text."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geo import filters
from geo.filters import OPERATORS, Filter
from geo.keep import Store
from geo.records import Act, Article, Correction, Event
from geo.show.export import FORMATS, write
from geo.show.kml import NAMESPACE
from geo.show.mapfile import unpacked
from geo.show.shown import PHRASES, Citation, Shown, asked_words, gather
from geo.show.tables import EVENT_COLUMNS, ROUTE_COLUMNS
from tests.filled import dated, events, fill, routes, undated

DAY = date(2026, 11, 21)
HOSTILE = "]]><b>&amp;\x01\x00\ud800<script>alert(1)</script>\u202e=1"
SAFE = "]]><b>&amp;\ufffd\ufffd\ufffd<script>alert(1)</script>\u202e=1"
"""The same in files: only what no format can hold is replaced."""
GDAL = {"gpkg": "events", "fgb": "dateline", "kml": "Dateline"}


def articles() -> Mapping[str, Article]:
    return {a.id: a for a in (dated(), undated())}


def shown(*more: Event) -> Shown:
    return Shown((*events(), *more), routes(), articles(), Citation(Filter(text="bombs"), DAY, 7))


def nowhere() -> Event:
    """Neither place nor day nor plain words."""
    last = events()[-1]
    return replace(last, id="e-hostile", title=HOSTILE, where=None, when=routes()[0].when, origins=(HOSTILE, "b"))


def made(name: str, what: Shown) -> bytes:
    out = io.BytesIO()
    write(name, what, out)
    return out.getvalue()


def read(name: str, tmp_path: Path, what: Shown) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Column types and rows as GDAL sees them; for GeoPackage the layer of events."""
    path = tmp_path / f"made.{name}"
    path.write_bytes(made(name, what))
    told = pyogrio.read_info(path, layer=GDAL[name])
    meta, _, geometry, columns = pyogrio.raw.read(path, layer=GDAL[name])
    names = [*map(str, meta["fields"]), "geometry"]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, geometry, strict=True)]
    return dict(zip(told["fields"], told["ogr_types"], strict=True)), rows


@pytest.mark.parametrize("name", sorted(GDAL))
def test_gdal_reads_every_row_as_it_was(name: str, tmp_path: Path) -> None:
    types, rows = read(name, tmp_path, shown(nowhere()))
    assert len(rows) == (6 if name == "gpkg" else 7)
    by_id = {row["id"]: row for row in rows}
    strike, lost = by_id["e-airstrike"], by_id["e-hostile"]
    assert types["killed_low"] == "OFTInteger"
    assert types["radius_km"] == "OFTReal"
    assert (strike["killed_low"], strike["n_articles"]) == (1, 2)
    assert strike["weapons"] == "F-15; F-35"
    assert shapely.from_wkb(strike["geometry"]).equals(shapely.Point(43.2742, 35.6731))
    assert (lost["title"], lost["geometry"]) == (SAFE, None)
    assert lost["origins"] == f"{SAFE}; b"


@pytest.mark.parametrize(("name", "kind", "value"), [
    ("gpkg", "OFTDate", "2019-09-09"), ("fgb", "OFTDateTime", "2019-09-09"), ("kml", "OFTString", "2019-09-09"),
])
def test_a_day_stays_a_day_beside_a_null(name: str, kind: str, value: str, tmp_path: Path) -> None:
    types, rows = read(name, tmp_path, shown(nowhere()))
    assert (types["date_start"], types["published"]) == (kind, kind)
    by_id = {row["id"]: str(row["date_start"]) for row in rows}
    assert by_id["e-airstrike"][:10] == value
    assert by_id["e-hostile"] in ("None", "NaT")


def test_a_date_column_of_nulls_alone_is_one_of_dates(tmp_path: Path) -> None:
    types, _ = read("gpkg", tmp_path, Shown((nowhere(),), (), articles(), shown().cited))
    assert types["date_start"] == "OFTDate"


def test_geopackage_holds_two_layers_with_a_crs(tmp_path: Path) -> None:
    path = tmp_path / "made.gpkg"
    path.write_bytes(made("gpkg", shown()))
    assert [str(name) for name, _ in pyogrio.list_layers(path)] == ["events", "routes"]
    told = pyogrio.read_info(path, layer="routes")
    assert (told["features"], told["crs"]) == (1, "EPSG:4326")
    _, _, geometry, _ = pyogrio.raw.read(path, layer="routes")
    assert shapely.from_wkb(geometry[0]).geom_type == "MultiLineString"


def test_geoparquet_keeps_types_lists_and_its_promises() -> None:
    table = pq.read_table(io.BytesIO(made("parquet", shown(nowhere()))))
    described = json.loads(table.schema.metadata[b"geo"])
    column = described["columns"][described["primary_column"]]
    assert described["version"] == "1.1.0"
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["MultiLineString", "Point"]
    assert column["bbox"][0] < 43.2742 < column["bbox"][2]
    rows = {row["id"]: row for row in table.to_pylist()}
    assert rows["e-airstrike"]["date_start"] == date(2019, 9, 9)
    assert rows["e-airstrike"]["weapons"] == ["F-15", "F-35"]
    assert rows["e-airstrike"]["reviewed"] is False
    assert rows["e-hostile"]["title"] == SAFE
    assert rows["e-hostile"]["geometry"] is None
    assert rows["r-infiltration"]["schematic"] is True


def _flags(name: str, what: Shown, tmp_path: Path) -> dict[str, bool]:
    """Of every row that the format holds, whether it says that a person reviewed it."""
    if name in ("gpkg", "fgb"):
        path = tmp_path / f"flags.{name}"
        path.write_bytes(made(name, what))
        rows = []
        for layer, _ in pyogrio.list_layers(path):
            meta, _, _, columns = pyogrio.raw.read(path, layer=layer)
            rows += [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)]
        return {row["id"]: bool(row["reviewed"]) for row in rows}
    data = made(name, what)
    match name:
        case "geojson":
            rows = [f["properties"] for f in json.loads(data)["features"]]
        case "geojsonl":
            rows = [json.loads(line)["properties"] for line in data.splitlines()]
        case "csv":
            rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        case "parquet":
            rows = pq.read_table(io.BytesIO(data)).to_pylist()
        case "kml":
            marks, field = ET.fromstring(data).iter(f"{{{NAMESPACE}}}Placemark"), f"{{{NAMESPACE}}}SimpleData"
            rows = [{"id": m.get("id"), **{str(f.get("name")): f.text for f in m.iter(field)}} for m in marks]
        case _:
            block = data.decode().partition('<script type="application/gzip" id="dl-data">')[2]
            rows = list(unpacked(block.partition("</script>")[0])["details"].values())
    return {str(row["id"]): row["reviewed"] in (True, "1", "true", "True") for row in rows}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_says_what_a_person_reviewed(name: str, tmp_path: Path) -> None:
    first, *rest = events()
    (movement,) = routes()
    what = replace(shown(), events=(replace(first, reviewed=True), *rest), routes=(replace(movement, reviewed=True),))
    flags = _flags(name, what, tmp_path)
    assert {identity for identity, flag in flags.items() if flag} == {first.id, movement.id}
    assert len(flags) == len(rest) + 2


def test_who_corrected_and_why_goes_out_only_where_it_is_asked_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    fill(url).close()
    store = Store.open(url)
    ids = store.anchors(events()[0].member_ids or (events()[0].id,))
    store.correct(Correction("c1", "2026-03-01T09:30:00Z", "Ann of the desk", "a source rang", Act.ACCEPT, ids))
    out, named = (gather(store, Filter(), Citation(Filter(), DAY, 7), names=names) for names in (False, True))
    store.close()
    for name in ("geojson", "geojsonl", "csv", "kml"):  # the others are made from the same features, and packed
        data, more = made(name, out), made(name, named)
        assert (b"accept" in data, b"Ann of the desk" in data, b"a source rang" in data) == (True, False, False), name
        assert (b"accept" in more, b"Ann of the desk" in more, b"a source rang" in more) == (True, True, True), name
    (told,) = [f["properties"] for f in named.features() if f["properties"]["reviewed"]]
    assert (told["reviewed_at"], told["reviewed_by"]) == ("2026-03-01T09:30:00Z", ["Ann of the desk"])


def test_kml_shows_text_as_text_and_days_as_a_span() -> None:
    quoted = replace(dated(), text=dated().text.replace("US announced", "<i>US</i> announced"))
    root = ET.fromstring(made("kml", replace(shown(nowhere()), articles={**articles(), quoted.id: quoted})))
    marks = root.findall(f".//{{{NAMESPACE}}}Placemark")
    span = marks[0].find(f"{{{NAMESPACE}}}TimeSpan")
    assert span is not None
    assert [part.text for part in span] == ["2019-09-09", "2019-09-12"], "it ends where its last day does"
    shown_as_html = [mark.findtext(f"{{{NAMESPACE}}}description") or "" for mark in marks]
    assert any("&lt;i&gt;US&lt;/i&gt;" in text for text in shown_as_html)
    assert not any("<i>" in text for text in shown_as_html)
    assert "bombs" in (root.findtext(f"{{{NAMESPACE}}}Document/{{{NAMESPACE}}}description") or "")


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_equal_input_gives_equal_bytes(name: str) -> None:
    assert made(name, shown()) == made(name, shown())


def test_the_columns_are_the_properties_of_the_contract() -> None:
    features = shown().features()
    assert list(features[0]["properties"]) == list(EVENT_COLUMNS)
    assert list(features[-1]["properties"]) == list(ROUTE_COLUMNS)


def test_every_column_is_documented() -> None:
    told = (Path(__file__).resolve().parent.parent / "docs" / "exports.md").read_text("utf-8")
    assert {name for name in (*EVENT_COLUMNS, *ROUTE_COLUMNS, *FORMATS) if f"`{name}`" not in told} == set()


def test_the_words_of_a_filter_are_those_of_every_operator() -> None:
    assert [*PHRASES] == [op.key for op in OPERATORS]
    asked = filters.read([
        ("from", "2019-09-01"), ("source", "ABC"), ("source", "none"), ("type", "airstrike"), ("text", "a\u202eb"),
        ("bbox", "1,2,3,4"), ("min_origins", "2"),
    ])
    assert asked_words(asked) == (
        "from 2019-09-01, source ABC or none, type airstrike, with “ab”, inside 1,2,3,4, "
        "told by at least 2 independent origins"
    )
    assert asked_words(Filter()) == ""
    assert asked_words(Filter(min_origins=1)) == "told by at least 1 independent origin"


def test_a_citation_names_filter_day_and_version() -> None:
    assert shown().citation() == (
        "Dateline, 5 events and 1 route, with “bombs”; exported 21 Nov 2026, data version 7."
    )
    assert ", no filter; " in Citation(Filter(), DAY, 1).line(0, 0)
