"""What we write is RFC 7946, whatever the records hold, and GDAL reads the same of it."""

import csv
import io
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.filters import Filter
from geo.records import (
    Actor,
    Article,
    BadFilter,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    GeoPrecision,
    LonLat,
    Place,
    Quantity,
    Route,
    RouteStatus,
    Span,
    Status,
    Toll,
    When,
    Where,
)
from geo.show.export import FORMATS, write
from geo.show.geojson import check, collection, dumps, event_feature, legs, route_feature
from geo.show.shown import Citation, Shown

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
points = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))
places = st.builds(lambda i, n, p, c: Place(f"gn:{i}", n, p, None, "PPL", c, None), st.integers(1, 9), texts, points,
                   st.sampled_from(["", "IQ"]))
wheres = st.builds(Where, places, texts, st.sampled_from(GeoPrecision), st.floats(0, 1e4))
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
whens = st.builds(lambda a, b, t: When(min(a, b), max(a, b), DatePrecision.RANGE, DateBasis.EXPRESSION, t),
                  days, days, texts) | st.just(When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE))
ARTICLE = Article("a1", "https://example.org/1", "T", "Bombs fell on the island. =1+1", "ABC", date(2019, 9, 11))
ARTICLES = {"a1": ARTICLE}
CITED = Citation(Filter(), date(2026, 11, 21), 1)
evidence = st.just((Evidence("a1", Span(0, 25), "rule"),))
events = st.builds(
    lambda i, t, w, p, e, a, q, k: Event(f"e{i}", "airstrike", t, Status.REPORTED, w, p, e, a, ("bomb",), q, k,
                                         origins=("US-led coalition",), confidence=0.5),
    st.integers(0, 10**6), texts, whens, st.none() | wheres, evidence,
    st.lists(st.builds(Actor, texts, st.sampled_from(["actor", "target"])), max_size=2).map(tuple),
    st.lists(st.builds(lambda v, t: Quantity(v, "t", v * 1000, "bombs", True, None, v, t), st.floats(0, 1e6), texts),
             max_size=2).map(tuple),
    st.none() | st.just(Toll(1, None, None, "jihadists")),
)
sides = st.lists(wheres, min_size=1, max_size=3).map(tuple)
routes = st.builds(
    lambda i, o, w, d, e, n: Route(f"r{i}", "A → B", o, w, d, ("fighters",), "armed_group", "move", True, True,
                                   RouteStatus.PAST, n, e),
    st.integers(0, 10**6), sides, st.lists(wheres, max_size=2).map(tuple), sides, evidence, whens,
)


def made(some_events: list[Event], some_routes: list[Route]) -> dict[str, Any]:
    return collection([*(event_feature(e, ARTICLES) for e in some_events),
                       *(route_feature(r, ARTICLES) for r in some_routes)])


unique = {"max_size": 4, "unique_by": lambda item: item.id}


@given(st.lists(events, **unique), st.lists(routes, **unique))  # type: ignore[arg-type]
def test_any_records_give_a_valid_collection(some_events: list[Event], some_routes: list[Route]) -> None:
    whole = made(some_events, some_routes)
    assert check(whole) == ()
    assert json.loads(dumps(whole)) == whole


@settings(max_examples=25, deadline=None)
@given(st.lists(events, min_size=1, **unique))  # type: ignore[arg-type]
def test_gdal_reads_the_same_events(tmp_path_factory: pytest.TempPathFactory, some_events: list[Event]) -> None:
    path = tmp_path_factory.getbasetemp() / "events.geojson"
    path.write_text(dumps(made(some_events, [])), "utf-8")
    meta, _, _, columns = pyogrio.raw.read(path)
    assert len(columns[0]) == len(some_events)
    assert list(columns[list(meta["fields"]).index("event_type")]) == ["airstrike"] * len(some_events)


def test_properties_of_the_contract(tmp_path: Path) -> None:
    wanted = (
        "id kind title event_type plover acled status date_start date_end date_precision date_text date_basis "
        "published place_name gazetteer_id country_code geo_precision radius_km actors targets weapons quantities "
        "killed_low killed_high injured_low injured_high confidence n_articles n_independent origins sources urls "
        "snippet reviewed"
    ).split()
    event = Event("e", "airstrike", "Airstrike", Status.REPORTED,
                  When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE), None, (Evidence("a1", Span(0, 25), "r"),))
    feature = event_feature(event, ARTICLES)
    assert set(wanted) <= set(feature["properties"])
    assert feature["geometry"] is None
    assert feature["properties"]["date_start"] is None
    assert feature["properties"]["date_text"] is None
    assert feature["properties"]["snippet"] == "Bombs fell on the island."
    assert feature["properties"]["published"] == "2019-09-11"


def where(name: str, lon: float, lat: float) -> Where:
    return Where(Place(f"own:{name}", name, LonLat(lon, lat), None, "PPL", "", None), name, GeoPrecision.EXACT, 1.0)


def route(origins: tuple[Where, ...], via: tuple[Where, ...], ends: tuple[Where, ...]) -> Route:
    return Route("r", "", origins, via, ends, (), "", "move", True, True, RouteStatus.PAST,
                 When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE), (Evidence("a1", Span(0, 25), "r"),))


def test_two_origins_over_a_hub_to_three_ends_are_five_legs_not_six() -> None:
    a, b, hub = where("a", 1, 1), where("b", 2, 2), where("hub", 3, 3)
    ends = (where("x", 4, 4), where("y", 5, 5), where("z", 6, 6))
    assert len(legs(route((a, b), (hub,), ends))) == 5
    assert len(legs(route((a, b), (), ends))) == 6
    assert legs(route((a,), (), (a,))) == ()


def test_a_route_over_the_antimeridian_is_cut() -> None:
    feature = route_feature(route((where("fiji", 178, -17),), (), (where("samoa", -172, -13),)), ARTICLES)
    assert feature["geometry"]["type"] == "MultiLineString"
    assert check(collection([feature])) == ()


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        ({"type": "Point", "coordinates": [999, 10]}, "longitude 999"),
        ({"type": "Point", "coordinates": [10, 95]}, "latitude 95"),
        ({"type": "Point", "coordinates": [math.nan, 1]}, "not finite"),
        ({"type": "Point", "coordinates": ["1", "2"]}, "positions of numbers"),
        ({"type": "Point", "coordinates": [1]}, "positions of numbers"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "two positions"),
        ({"type": "LineString", "coordinates": [[170, 0], [-170, 0]]}, "uncut"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}, "counter-clockwise"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "ends? where it starts"),
        ({"type": "Circle", "coordinates": [0, 0]}, "'Circle' does not exist"),
        ([], "None does not exist"),
    ],
)
def test_the_checker_names_what_is_wrong(geometry: Any, says: str) -> None:
    feature = {"type": "Feature", "id": "x", "geometry": geometry, "properties": {}}
    with pytest.raises(AssertionError, match=says):
        assert check({"type": "FeatureCollection", "features": [feature]}) == ()


def test_the_checker_looks_at_the_frame_too() -> None:
    twice = [{"type": "Feature", "id": "x", "geometry": None, "properties": None}] * 2
    wrong = check({"type": "FeatureCollection", "features": twice, "crs": {}, "bbox": [0, 5, 1, 2]})
    assert len(wrong) == 3
    assert check({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None, "properties": {}}]})
    assert check({}) != ()


def test_csv_cannot_become_a_formula_and_keeps_numbers() -> None:
    bad = Event("e", "airstrike", "=cmd|'/c calc'!A0", Status.REPORTED,
                When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE), where("@x", -70.5, -33.25),
                (Evidence("a1", Span(26, 30), "r"),))
    out = io.BytesIO()
    write("csv", Shown([bad], [], ARTICLES, CITED), out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue().decode()))
    assert row["title"] == "'=cmd|'/c calc'!A0"
    assert row["place_name"] == "'@x"
    assert row["snippet"] == "'=1+1"
    assert float(row["lon"]) == -70.5


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_writes_nothing_as_an_empty_file(name: str) -> None:
    write(name, Shown([], [], {}, CITED), io.BytesIO())


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(BadFilter, match="csv, fgb, geojson, geojsonl, gpkg"):
        write("docx", Shown([], [], {}, CITED), io.BytesIO())
