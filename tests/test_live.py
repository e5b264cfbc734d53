"""A layer by its address, as GIS reads it: in parts, again and again, and through GDAL."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.keep import Store
from geo.records import Act, Anchor, Correction, Span
from geo.show import api
from geo.show.live import Answers, known, part, tag
from tests import many
from tests.filled import events, fill, routes

EVENTS = 1_200


@given(st.integers(1, 1000), st.integers(0, 1200), st.none() | st.integers(0, 1200))
def test_a_part_lies_in_the_whole(size: int, first: int, last: int | None) -> None:
    header = f"bytes={first}-{'' if last is None else last}"
    if first >= size or (last is not None and last < first):
        with pytest.raises(ValueError, match="outside"):
            part(header, size)
    else:
        assert part(header, size) == (first, size if last is None else min(size, last + 1))


@pytest.mark.parametrize(("header", "found"), [
    ("bytes=-3", (7, 10)), ("bytes=-99", (0, 10)), ("bytes=0-", (0, 10)), (None, None), ("", None), ("bytes=-", None),
    ("bytes=0-1,4-5", None), ("lines=0-1", None), ("bytes=a-b", None), (f"bytes=0-{'9' * 40}", None),
])
def test_other_ways_to_ask_for_a_part(header: str | None, found: tuple[int, int] | None) -> None:
    assert part(header, 10) == found


def test_a_tag_is_known_among_others() -> None:
    assert known('"a", W/"b"', '"b"')
    assert known("*", '"b"')
    assert not known(None, '"b"')
    assert not known('"bc"', '"b"')


def test_answers_that_were_asked_for_least_lately_go_first() -> None:
    kept = Answers(10)
    for name in ("s-a", "s-b"):
        kept.put(name, b"12345")
    assert kept.get("s-a") == b"12345"
    kept.put("s-c", b"1")
    assert (kept.get("s-a"), kept.get("s-b"), kept.get("s-c")) == (b"12345", None, b"1")
    kept.put("s-large", b"12345678901")
    assert kept.get("s-large") is None
    kept.put("s-a", b"1234567")
    assert (kept.get("s-a"), kept.get("s-c")) == (b"1234567", b"1")


def test_answers_of_an_earlier_state_of_the_store_go() -> None:
    kept = Answers()
    kept.put('"one-a"', b"1")
    kept.put('"one-b"', b"2")
    assert kept.get('"one-a"') == b"1"
    kept.put('"two-a"', b"3")
    assert (kept.get('"one-a"'), kept.get('"one-b"'), kept.get('"two-a"')) == (None, None, b"3")


def test_a_tag_tells_state_and_address(tmp_path: Path) -> None:
    store = fill(f"sqlite:///{tmp_path / 'store.sqlite'}")
    first, other = tag(store, "/a"), tag(store, "/b")
    assert first == tag(store, "/a") != other
    assert first.partition("-")[0] == other.partition("-")[0]
    store.replace_merged(events()[:1], ())
    assert tag(store, "/a").partition("-")[0] != first.partition("-")[0]
    store.close()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    fill(url).close()
    with TestClient(Starlette(routes=api.routes(api.Settings(store=url)))) as made:
        yield made


def test_parts_make_up_the_whole(client: TestClient) -> None:
    whole = client.get("/api/events.geojson")
    assert whole.headers["accept-ranges"] == "bytes"
    size = len(whole.content)
    ranges = [f"bytes={at}-{at + 999}" for at in range(0, size, 1000)]
    parts = [client.get("/api/events.geojson", headers={"Range": asked}) for asked in ranges]
    assert {answer.status_code for answer in parts} == {206}
    assert b"".join(answer.content for answer in parts) == whole.content
    assert parts[0].headers["content-range"] == f"bytes 0-999/{size}"
    beyond = client.get("/api/events.geojson", headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    other = client.get("/api/events.geojson", headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert other.status_code == 200
    head = client.head("/api/events.geojson")
    assert head.headers["content-length"] == str(size)


def test_what_did_not_change_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/api/events.geojson", params={"type": "airstrike"})
    tag = first.headers["etag"]
    again = client.get("/api/events.geojson", params={"type": "airstrike"}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/api/events.geojson", headers={"If-None-Match": tag}).status_code == 200, "another filter"


def test_a_correction_changes_tag_and_layer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    fill(url).close()
    with TestClient(Starlette(routes=api.routes(api.Settings(store=url)))) as client:
        old = client.get("/api/events.geojson")
        store = Store.open(url)
        report = next(r for r in store.reports(events()[4].member_ids))
        anchor = Anchor(report.id, report.evidence[0].article_id, "event", Span(0, 5), "sanctions")
        store.correct(Correction("c1", "2026-03-01T09:30:00Z", "Ann", "seen", Act.ACCEPT, (anchor,)))
        store.close()
        new = client.get("/api/events.geojson", headers={"If-None-Match": old.headers["etag"]})
        assert new.status_code == 200
        told = {f["id"]: f["properties"] for f in new.json()["features"]}
        put_right = [row for row in told.values() if row["reviewed"]]
        assert [(r["event_type"], r["reviewed_at"], r["reviewed_by"]) for r in put_right] == [
            ("sanctions", "2026-03-01T09:30:00Z", []),
        ], "who did it is not told to whoever reads the layer"
        assert put_right[0]["corrections"] == [
            {"made_at": "2026-03-01T09:30:00Z", "who": None, "act": "accept", "why": None}
        ]


def test_gdal_reads_the_live_layer(tmp_path: Path) -> None:
    """As QGIS does for a layer by its address; a thousand events come in many ranges."""
    path = tmp_path / "store.sqlite"
    many.fill(f"sqlite:///{path}", EVENTS)
    app = Starlette(routes=api.routes(api.Settings(store=f"sqlite:///{path}")))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        base = f"http://127.0.0.1:{port}/api"
        for address in (f"{base}/events.geojson", f"/vsicurl/{base}/events.geojson"):
            told = pyogrio.read_info(address)
            kinds = dict(zip(told["fields"], told["ogr_types"], strict=True))
            assert (told["driver"], told["features"], kinds["date_start"]) == ("GeoJSON", EVENTS, "OFTDate")
        narrowed = pyogrio.read_info(f"/vsicurl/{base}/events.geojson?type=airstrike&from=2016-01-01")
        assert 0 < narrowed["features"] < EVENTS
        with pytest.raises(pyogrio.errors.DataSourceError):
            pyogrio.read_info(f"/vsicurl/{base}/events.geojson?colour=red")
    finally:
        server.should_exit = True
        thread.join()


def test_routes_are_a_layer_too(client: TestClient) -> None:
    answer = client.get("/api/routes.geojson")
    assert (answer.headers["content-type"], answer.headers["accept-ranges"]) == ("application/geo+json", "bytes")
    assert [f["id"] for f in answer.json()["features"]] == [route.id for route in routes()]
