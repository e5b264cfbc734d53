"""The HTTP routes on a store filled by hand from the seeds."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.filters import Filter
from geo.keep import Store, merge
from geo.records import GeoPrecision, Route
from geo.show import api, explore, geojson, glyphs
from geo.show.details import event_details, route_details, safe_link
from geo.show.shared import Settings, Shared, shared
from tests.filled import dated, events, fill, routes, undated
from tests.generated import world

ARTICLES = {a.id: a for a in (dated(), undated())}
IRAQ = "bbox=38,29,49,38&zoom=6"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('api') / 'store.sqlite'}"
    fill(url).close()
    with TestClient(Starlette(routes=api.routes(Settings(url, served=True)))) as made:
        yield made
    shared().store().close()


def get(client: TestClient, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_cells_give_points_and_name_what_is_no_point(client: TestClient) -> None:
    answer = get(client, f"/api/cells?{IRAQ}")
    assert (answer["total"], answer["in_view"], answer["unplaced_total"]) == (5, 4, 1)
    assert answer["cells"] is None
    assert {p["id"] for p in answer["points"]} == {"e-airstrike", "e-clearance", "e-ground", "e-recruitment"}
    assert [u["id"] for u in answer["unplaced"]] == ["e-sanctions"]
    assert [round(x, 2) for x in answer["bounds"]] == [41.15, 35.67, 43.27, 36.38]
    strike = next(p for p in answer["points"] if p["id"] == "e-airstrike")
    assert strike | {"lon": 0, "lat": 0} == {
        "id": "e-airstrike", "lon": 0, "lat": 0, "type": "airstrike", "glyph": "air", "precision": "exact",
        "radius_km": 5.0, "status": "reported", "title": "Airstrike on Qanus Island",
        "start": "2019-09-09", "end": "2019-09-11",
    }


def test_places_by_name_say_which_they_are(client: TestClient) -> None:
    """Those called exactly so first, by their own name and the larger before others; events then, then size."""
    mosul = get(client, "/api/places?name=Mosul")["places"]
    assert [p["name"] for p in mosul[:2]] == ["Mosul", "Mosul"]
    assert mosul[0]["note"].startswith("city · Ninawa, Iraq · 1,")
    assert mosul[1]["note"] == "district · Ninawa, Iraq"
    told = get(client, "/api/places?name=Mosul&lang=ar")["places"]
    assert told[1]["note"].startswith("قضاء · ")
    tripoli = get(client, "/api/places?name=tripoli")["places"]
    assert [p["note"].split(" · ")[1] for p in tripoli[:2]] == ["Tarabulus, Libya", "Ash Shimal, Lebanon"]
    begun = [p["name"] for p in get(client, "/api/places?name=bagh")["places"]]
    assert begun[:2] == ["Bagh", "Bagh"]
    assert begun.index("Baghdad") < begun.index("Baghlan")


@pytest.mark.parametrize(("query", "ids"), [
    ("type=airstrike", {"e-airstrike"}),
    ("type=airstrike&type=sanctions", {"e-airstrike", "e-sanctions"}),
    ("from=2019-08-15&to=2019-08-20", {"e-recruitment"}),
    ("source=ABC%20News", {"e-airstrike", "e-clearance"}),
    ("source=none&type=sanctions", {"e-sanctions"}),
    ("status=ongoing", {"e-clearance"}),
    ("text=vegetation", {"e-airstrike"}),
    ("min_confidence=0.65", {"e-airstrike", "e-sanctions"}),
    ("type=route", set()),
])
def test_cells_and_geojson_answer_every_filter_alike(client: TestClient, query: str, ids: set[str]) -> None:
    cells = get(client, f"/api/cells?bbox=-180,-85,180,85&zoom=2&{query}")
    assert {p["id"] for p in (*cells["points"], *cells["unplaced"])} == ids
    assert {f["id"] for f in get(client, f"/api/events.geojson?{query}")["features"]} == ids
    assert cells["total"] == len(ids)


def test_a_second_bbox_belongs_to_the_filter(client: TestClient) -> None:
    answer = get(client, "/api/cells?bbox=-180,-85,180,85&zoom=2&bbox=40,36,42,37")
    assert [p["id"] for p in answer["points"]] == ["e-recruitment"]


BAD = [
    "/api/cells", "/api/cells?bbox=1,2,3&zoom=4", f"/api/cells?{IRAQ}x", "/api/cells?bbox=38,29,49,38&zoom=23",
    "/api/cells?bbox=38,29,49,38&zoom=-1", "/api/cells?bbox=38,29,49,38&zoom=nan",
    "/api/cells?bbox=nan,29,49,38&zoom=3", "/api/cells?bbox=38,39,49,28&zoom=3", "/api/cells?bbox=1e400,1,2,3&zoom=3",
    f"/api/cells?{IRAQ}&type=xyz", f"/api/cells?{IRAQ}&colour=red", f"/api/cells?{IRAQ}&from=yesterday",
    f"/api/cells?{IRAQ}&source=Nobody", f"/api/cells?{IRAQ}&min_confidence=2", f"/api/cells?{IRAQ}&status=sure",
    f"/api/cells?{IRAQ}&from=2020-01-02&to=2020-01-01", f"/api/cells?{IRAQ}&text={'a' * 501}",
    "/api/events.geojson?zoom=3", "/api/routes.geojson?map=2", "/api/places.geojson?type=xyz",
    "/api/events/e-airstrike?from=2020-01-01",
]


@pytest.mark.parametrize("url", BAD)
def test_a_bad_parameter_is_refused_in_one_line(client: TestClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert re.fullmatch(r"[^\n]{10,}", answer.json()["error"])


@pytest.mark.parametrize("identity", ["nobody", "a" * 300, "%00", "..%5Cx", "%F0%9F%92%A3", "e-airstrike'--"])
def test_an_unknown_id_is_not_found(client: TestClient, identity: str) -> None:
    assert client.get(f"/api/events/{identity}").status_code == 404


@given(st.lists(st.tuples(st.sampled_from(["bbox", "zoom", "text", "type", "place", "source", "from"]), st.text())))
@settings(deadline=None)
def test_no_parameter_breaks_the_server(client: TestClient, pairs: list[tuple[str, str]]) -> None:
    safe = [(k, v.encode("utf-8", "ignore").decode()) for k, v in pairs]
    for path in ("/api/cells", "/api/events.geojson", "/api/routes.geojson"):
        assert client.get(path, params=safe).status_code in (200, 400)


@pytest.mark.parametrize("identity", ["e-airstrike", "e-airstrike-b"])
def test_details_by_own_and_by_member_id(client: TestClient, identity: str) -> None:
    answer = get(client, f"/api/events/{identity}")
    assert answer["id"] == "e-airstrike"
    assert answer["when"]["text"] == "Within 9–11 Sep 2019"
    facts = {fact["label"]: fact["text"] for fact in answer["facts"]}
    assert facts["Used"] == "“almost 40 tonnes” and “80,000 pounds” (36.3 t), the same load"
    assert facts["Killed"] == "unknown number, more than none"
    assert answer["told_by"] == {
        "text": "2 articles, 1 independent origin", "reason": "both quote the US-led coalition",
    }
    first = answer["sentences"][0]
    marked = {m["kind"]: first["text"][m["start"]:m["end"]] for m in first["marks"]}
    assert marked == {"trigger": "Bombs were dropped", "place": "Qanus"}
    assert first["article"]["page"] == f"/article?id={dated().id}"
    assert "80,000 pounds" in [s["text"][m["start"]:m["end"]] for s in answer["sentences"] for m in s["marks"]]


def test_details_of_a_route(client: TestClient) -> None:
    answer = get(client, "/api/events/r-infiltration")
    assert (answer["kind"], answer["glyph"], answer["when"]["text"]) == ("route", "route", "No date given")
    assert answer["where"]["text"] == "Syria and Jazeera Desert → Qanus Island → Mosul, Makhmur and Kirkuk region"


def test_the_map_gets_no_more_of_a_route_than_it_draws(client: TestClient) -> None:
    plain = get(client, "/api/routes.geojson")["features"][0]
    for_map = get(client, "/api/routes.geojson?map=1")["features"][0]
    assert plain["geometry"] == for_map["geometry"]
    assert set(for_map["properties"]) == {"id", "title", "status", "direction", "ends"}
    assert [e["name"] for e in plain["properties"]["ends"]] == [e["name"] for e in for_map["properties"]["ends"]]
    assert [(e["role"], e["name"], e["precision"]) for e in for_map["properties"]["ends"]] == [
        ("origin", "Syria", "country"), ("origin", "Jazeera Desert", "region"), ("waypoint", "Qanus Island", "exact"),
        ("destination", "Mosul", "exact"), ("destination", "Makhmur", "exact"),
        ("destination", "Kirkuk region", "admin1"),
    ]


def test_reference_places_are_what_no_shown_thing_is_at(client: TestClient) -> None:
    names = {f["properties"]["name"] for f in get(client, "/api/places.geojson")["features"]}
    assert names == {"Afghanistan", "Al Qayyarah", "Baghdad", "Iraq", "Salah ad Din"}
    fewer = {f["properties"]["name"] for f in get(client, "/api/places.geojson?type=sanctions")["features"]}
    assert "Mosul" in fewer


@pytest.mark.parametrize("path", ["/api/events.geojson", "/api/routes.geojson"])
def test_geojson_is_valid_and_says_what_it_is(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert not geojson.check(answer.json())


def test_the_export_holds_what_is_shown(client: TestClient) -> None:
    made = json.loads(api.export_bytes(shared(), api.Filter(), "geojson", date(2026, 11, 21)))
    assert not geojson.check(made)
    assert {f["id"] for f in made["features"]} == {e.id for e in events()} | {r.id for r in routes()}


def test_answers_carry_safe_headers_and_a_tag(client: TestClient) -> None:
    answer = client.get("/api/events/e-airstrike")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    again = client.get("/api/events/e-airstrike", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_files_are_kept_for_good_only_with_a_version(client: TestClient) -> None:
    assert "immutable" in client.get("/web/page.css?v=1").headers["cache-control"]
    assert client.get("/web/page.css").headers["cache-control"] == "no-cache"
    for path in ("/web/map-ar.js", "/web/basemap.json"):
        assert "immutable" in client.get(f"{path}?v=1").headers["cache-control"]
        assert client.get(path).headers["cache-control"] == "no-cache"
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert client.get(path).headers["content-encoding"] == "gzip"
        assert client.get(path).content == plain.content
    assert client.get("/vendor/leaflet/leaflet.css").status_code == 200
    for path in ("/web/../SOURCES.md", "/web/%2e%2e/SOURCES.md", "/vendor/leaflet/..%2f..%2f__init__.py"):
        assert client.get(path).status_code in (400, 404)


def test_every_glyph_has_its_image(client: TestClient) -> None:
    for name in glyphs.names():
        for theme in glyphs.THEMES:
            answer = client.get(f"/web/glyphs/{name}.hollow-{theme}.svg")
            assert answer.headers["content-type"].startswith("image/svg+xml"), name
    assert client.get("/web/glyphs/nothing-light.svg").status_code == 404
    assert client.get("/web/glyphs/air-pink.svg").status_code == 404


def test_articles_that_wait_for_the_merge_change_no_snapshot(tmp_path: Path) -> None:
    made = world(40, seed=4).findings
    store = Store.open(f"sqlite:///{tmp_path}/store.sqlite")
    for found in made[:20]:
        store.add(found)
    merge(store)
    here = Shared(Settings(store.url))
    first = here.snapshot()
    for found in made[20:]:
        store.add(found)
        assert here.snapshot() is first
    merge(store)
    second = here.snapshot()
    assert second is not first
    assert len(second.ids) == len(store.events(Filter()))
    assert here.snapshot() is second
    store.close()


def test_the_snapshot_follows_the_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.sqlite'}"
    store = fill(url)
    before = shared().settings
    with TestClient(Starlette(routes=api.routes(Settings(url)))) as client:
        assert get(client, "/api/health")["events"] == 5
        store.replace_merged(events()[:2], ())
        assert get(client, "/api/health")["events"] == 2
    shared().store().close()
    store.close()
    api.configure(before)


@pytest.mark.parametrize(("url", "kept"), [
    ("https://example.org/a?b=1", True), ("http://example.org", True), ("javascript:alert(1)", False),
    ("JaVaScRiPt:alert(1)", False), ("data:text/html,x", False), ("//example.org", False), ("", False),
    ("http://", False), ("https://example.org/\u202egpj.exe", False), ("http://[bad", False),
])
def test_only_plain_web_addresses_become_links(url: str, kept: bool) -> None:
    assert safe_link(url) == (url if kept else "")


def test_marks_never_overlap_and_stay_inside() -> None:
    for found in (*events(), *routes()):
        told = (route_details if isinstance(found, Route) else event_details)(found, ARTICLES)  # type: ignore[operator]
        for sentence in told["sentences"]:
            ends = [0, *(x for m in sentence["marks"] for x in (m["start"], m["end"])), len(sentence["text"])]
            assert ends == sorted(ends)


def test_an_event_is_told_in_the_language_asked_for(client: TestClient) -> None:
    english, arabic = (client.get("/api/events/e-airstrike", params={"lang": code}) for code in ("en", "ar"))
    assert english.status_code == arabic.status_code == 200
    assert english.json()["title"] == "Airstrike on Qanus Island"
    assert arabic.json()["title"] == "غارة جوية على \u2068Qanus Island\u2069"
    assert english.json()["facts"][0]["label"] == "Who"
    assert arabic.json()["facts"][0]["label"] == "من"


@pytest.mark.parametrize("precision", GeoPrecision)
def test_the_list_shows_a_glyph_as_the_map_does(precision: GeoPrecision) -> None:
    """D.isHollow in data/web/glyphs.js: solid where the text names the very place, or the river or road."""
    event = events()[0]
    assert event.where is not None
    row = explore.card(replace(event, where=replace(event.where, precision=precision)))
    assert row["hollow"] == (precision not in (GeoPrecision.EXACT, GeoPrecision.LINEAR))
