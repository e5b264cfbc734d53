"""Online geocoders, against a local server: what is asked, what is believed, what is kept, and what fails."""

import http.server
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from geo import cli
from geo.locate import Gazetteer, KeptAnswers, Online, service_of, summary
from geo.locate.kept_answers import LONGEST_PAUSE_S, NOTHING_DAYS, SPACING_S
from geo.locate.online import FAILURES
from geo.locate.online_answers import READERS
from geo.records import BadInput, LonLat, Mention, MentionKind, Span, Toponym, Unresolved
from tests.build import PLACES

ME = "Dateline's own tests, tests@example.org"
VILLAGE = {
    "osm_type": "node", "osm_id": 4711, "lat": "36.02", "lon": "43.55", "class": "place", "type": "village",
    "display_name": "Kharaba Jabr, Nineveh, Iraq", "boundingbox": ["36.00", "36.04", "43.53", "43.57"],
    "address": {"country_code": "iq"},
}  # fmt: skip
SHOP = VILLAGE | {"class": "shop", "type": "bakery", "osm_id": 1}
OTHER_COUNTRY = VILLAGE | {"osm_id": 2, "lat": "33.9", "lon": "-84.5", "address": {"country_code": "us"}}
LYING = VILLAGE | {"osm_id": 3, "lat": "51.5", "lon": "-0.1"}
"""Says Iraq and lies in London."""


@dataclass
class Server:
    """Answers each request with what `says` makes of its parameters; keeps paths, agents and times."""

    says: Callable[[dict[str, list[str]]], tuple[int, bytes]] = lambda _: (200, b"[]")
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    address: str = ""


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    gone = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.times.append(time.monotonic())
            state.asked.append(parse_qs(urlsplit(self.path).query))
            state.agents.append(self.headers["User-Agent"])
            status, body = state.says(state.asked[-1])
            if status == 0:
                gone.wait(5)  # no answer before the other side gives up
                return
            self.send_response(status)
            for key, value in {"Content-Type": "application/json", **state.headers}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{served.server_port}"
    yield state
    gone.set()
    served.shutdown()
    served.server_close()


@dataclass
class Clock:
    """Time that passes only where somebody sleeps."""

    now: float = 1_000_000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def answers(tmp_path: Path, clock: Clock) -> KeptAnswers:
    return KeptAnswers(tmp_path / "online.sqlite", now=lambda: clock.now, sleep=clock.sleep)


def online(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer, name: str = "nominatim", **more: Any
) -> Online:
    return Online(service_of(name, ME, "secret-key", server.address), answers, gazetteer, **more)


def toponym(name: str, place: str = "", kind: MentionKind = MentionKind.PLACE, nested_in: str = "") -> Toponym:
    mention = Mention(Span(0, len(name)), name, "model", kind, nested_in)
    if place:
        return Toponym(mention, PLACES[place], 0.9, ("test",))
    return Toponym(mention, None, 0.0, (), (), Unresolved.NOT_IN_GAZETTEER)


def saying(*hits: dict[str, Any]) -> Callable[[object], tuple[int, bytes]]:
    return lambda _: (200, json.dumps(hits).encode())


def test_a_missing_name_is_placed_marked_and_asked_once(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer
) -> None:
    server.says = saying(VILLAGE)
    asking = online(server, answers, gazetteer)
    missing = toponym("Kharaba Jabr")
    first, second, mosul = asking.place_missing([missing, missing, toponym("Mosul", "Mosul")])
    assert first.place is not None
    assert (first.place.gazetteer_id, first.place.name) == ("osm:node/4711", "Kharaba Jabr")
    assert (first.place.point, first.place.country_code) == (LonLat(43.55, 36.02), "IQ")
    assert first.place.within[0][1] == "Iraq"
    assert first.unresolved is None
    assert first.reasons[-1].startswith("online: nominatim")
    assert second == first
    assert mosul == toponym("Mosul", "Mosul")
    again = online(server, KeptAnswers(answers.path), gazetteer)  # as another run does
    assert again.place_missing([missing, toponym("Mosul", "Mosul")])[0] == first
    assert len(server.asked) == 1
    assert (server.asked[0]["q"], server.asked[0]["countrycodes"]) == (["Kharaba Jabr"], ["iq"])
    assert server.agents == [ME]
    assert summary("nominatim", [again.tally]) == "nominatim: 0 names asked, 1 answered from what was kept, 1 placed."


def test_nothing_else_is_asked_for(server: Server, answers: KeptAnswers, gazetteer: Gazetteer) -> None:
    left = [toponym("Mosul", "Mosul"), toponym("Moslawis", kind=MentionKind.DEMONYM),
            toponym("Kharaba", nested_in="Bank of Kharaba"), toponym("…"), toponym("x" * 500), toponym("\ud83d Hill"),
            Toponym(toponym("Hamdan").mention, None, 0.1, (), (), Unresolved.AMBIGUOUS)]  # fmt: skip
    assert list(online(server, answers, gazetteer).place_missing(left)) == left
    assert server.asked == []


@pytest.mark.parametrize("hits", [(), (SHOP,), (OTHER_COUNTRY,), (LYING,)],
                         ids=["nothing", "a shop", "another country", "a lie about the country"])  # fmt: skip
def test_what_is_not_believed_is_nothing_and_kept_as_such(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer, clock: Clock, hits: tuple[dict[str, Any], ...]
) -> None:
    server.says = saying(*hits)
    asking = online(server, answers, gazetteer)
    assert asking.find("Kharaba Jabr", frozenset({"IQ"})) is None
    assert asking.find("Kharaba Jabr", frozenset({"IQ"})) is None
    assert len(server.asked) == 1
    clock.now += (NOTHING_DAYS + 1) * 86_400
    assert asking.find("Kharaba Jabr", frozenset({"IQ"})) is None
    assert len(server.asked) == 2, "after a month it may be there"


def test_a_hit_in_a_strange_layout_is_passed_over(server: Server, answers: KeptAnswers, gazetteer: Gazetteer) -> None:
    server.says = saying({"lat": "1", "lon": "1", "display_name": "postcode"}, SHOP, VILLAGE)
    found = online(server, answers, gazetteer).find("Kharaba Jabr", frozenset())
    assert found is not None
    assert found.gazetteer_id == "osm:node/4711"


def test_requests_are_a_second_apart_between_processes_too(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer, clock: Clock
) -> None:
    beside = KeptAnswers(answers.path, now=lambda: clock.now, sleep=clock.sleep)
    one, other = online(server, answers, gazetteer), online(server, beside, gazetteer)
    for number in range(4):
        (one, other)[number % 2].find(f"Kharaba {number}", frozenset())
    assert clock.slept == [SPACING_S] * 3
    clock.now -= 10 * LONGEST_PAUSE_S  # a clock set back must not be waited out
    answers.take_turn()
    assert clock.slept == [SPACING_S] * 3


def test_threads_never_share_a_turn(tmp_path: Path) -> None:
    slept: list[float] = []
    kept = KeptAnswers(tmp_path / "online.sqlite", now=lambda: 5.0, sleep=slept.append)
    threads = [threading.Thread(target=kept.take_turn) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slept) == [1, 2, 3, 4, 5, 6, 7]


GARBAGE = {
    "not JSON": b"<html>no</html>", "cut off": b'[{"lat": "36.', "a number": b"7", "null entries": b"[null]",
    "empty objects": b"[{}]", "other types": b'[{"lat": [], "lon": {}, "display_name": 3}]', "not UTF-8": b"\xff\xfe",
    "no numbers": json.dumps([VILLAGE | {"lat": "NaN"}]).encode(), "out of range": json.dumps(
        [VILLAGE | {"lat": "361"}]).encode(), "no id": json.dumps([{**VILLAGE, "osm_id": "x"}]).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_counted_and_never_kept_or_raised(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer, name: str, body: bytes
) -> None:
    server.says = lambda _: (200, body)
    asking = online(server, answers, gazetteer, name)
    assert asking.find("Kharaba Jabr", frozenset({"IQ"})) is None
    assert asking.tally.asked == 1
    assert asking.tally.failed in (0, 1)
    assert answers.count() == (0 if asking.tally.failed else 1)
    if name == "nominatim":
        assert asking.tally.failed == 1, summary("nominatim", [asking.tally])


@pytest.mark.parametrize("status", [500, 503, 404])
def test_a_failing_service_is_left_alone_after_a_few_tries(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer, status: int
) -> None:
    server.says = lambda _: (status, b"down")
    asking = online(server, answers, gazetteer)
    found = asking.place_missing([toponym(f"Kharaba {n}") for n in range(9)])
    assert all(t.place is None for t in found)
    assert len(server.asked) == asking.tally.failed == FAILURES
    assert "3 failed" in summary("nominatim", [asking.tally])
    assert "Nothing more is asked" in summary("nominatim", [asking.tally])
    assert answers.count() == 0, "a failure is no answer"


def test_too_many_requests_make_everybody_wait(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer, clock: Clock
) -> None:
    server.says, server.headers = lambda _: (429, b"slower"), {"Retry-After": "40"}
    asking = online(server, answers, gazetteer)
    asking.find("Kharaba Jabr", frozenset())
    server.says = saying(VILLAGE)
    assert asking.find("Kharaba Jabr", frozenset()) is not None
    assert clock.slept == [40.0]
    server.says, server.headers = lambda _: (429, b"slower"), {"Retry-After": "999999999"}
    asking.find("Kharaba", frozenset())
    asking.find("Kharaba", frozenset())
    assert max(clock.slept) <= LONGEST_PAUSE_S


def test_a_refusal_ends_the_asking_and_hides_the_key(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer
) -> None:
    server.says = lambda _: (403, b"secret-key is unknown")
    asking = online(server, answers, gazetteer, "opencage")
    asking.place_missing([toponym("Kharaba 1"), toponym("Kharaba 2")])
    assert len(server.asked) == 1
    assert "refuses" in summary("nominatim", [asking.tally])
    assert "secret-key" not in summary("nominatim", [asking.tally])


def test_a_silent_service_is_given_up(server: Server, answers: KeptAnswers, gazetteer: Gazetteer) -> None:
    server.says = lambda _: (0, b"")
    asking = online(server, answers, gazetteer, patience_s=0.2)
    assert asking.find("Kharaba Jabr", frozenset()) is None
    assert "TimedOut" in summary("nominatim", [asking.tally])


def test_no_service_at_all(answers: KeptAnswers, gazetteer: Gazetteer) -> None:
    asking = Online(service_of("photon", ME, address="http://127.0.0.1:9"), answers, gazetteer)
    assert asking.find("Kharaba Jabr", frozenset()) is None
    assert asking.tally.failed == 1


OTHERS = {
    "photon": ({"features": [{"geometry": {"coordinates": [43.55, 36.02]}, "properties": {
        "osm_type": "N", "osm_id": 4711, "osm_key": "place", "osm_value": "village", "name": "Kharaba Jabr",
        "countrycode": "IQ", "extent": [43.53, 36.04, 43.57, 36.0]}}]}, "osm:node/4711"),
    "geonames": ({"geonames": [{"geonameId": 4711, "name": "Kharaba Jabr", "lat": "36.02", "lng": "43.55",
                                "fcode": "PPL", "countryCode": "IQ", "countryName": "Iraq"}]}, "gn:4711"),
    "arcgis": ({"candidates": [{
        "address": "Kharaba Jabr", "location": {"x": 43.55, "y": 36.02},
        "attributes": {"Addr_type": "Locality", "Type": "City"}}]}, "arcgis:36.02000,43.55000"),
    "opencage": ({"status": {"code": 200}, "results": [{
        "formatted": "Kharaba Jabr, Iraq", "geometry": {"lat": 36.02, "lng": 43.55},
        "components": {"_category": "place", "_type": "village", "country_code": "iq"},
        "bounds": {"southwest": {"lat": 36.0, "lng": 43.5}, "northeast": {"lat": 36.04, "lng": 43.6}},
    }]}, "opencage:36.02000,43.55000"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_every_service_is_read(server: Server, answers: KeptAnswers, gazetteer: Gazetteer, name: str) -> None:
    answer, ident = OTHERS[name]
    server.says = lambda _: (200, json.dumps(answer).encode())
    asking = online(server, answers, gazetteer, name)
    found = asking.find("Kharaba Jabr", frozenset({"IQ", "SY"}))
    assert found is not None, summary("nominatim", [asking.tally])
    assert (found.gazetteer_id, found.name, found.country_code) == (ident, "Kharaba Jabr", "IQ")
    assert found.feature_code == "PPL"
    assert 0 < found.radius_km < 50
    assert server.agents == [ME]


@pytest.mark.parametrize(("name", "agent", "key", "address", "says"), [
    ("nominatim", "", "", "", "DATELINE_GEOCODER_AGENT"), ("nominatim", "geopy/2.5", "", "", "who asks"),
    ("nominatim", "a\r\nHost: b", "", "", "ASCII"), ("mapquest", ME, "", "", "arcgis, geonames"),
    ("opencage", ME, " ", "", "DATELINE_GEOCODER_KEY"), ("geonames", ME, "", "", "user name"),
    ("photon", ME, "", "file:///etc/passwd", "not an http"),
])  # fmt: skip
def test_what_cannot_be_asked_is_a_sentence(name: str, agent: str, key: str, address: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        service_of(name, agent, key, address)


def test_a_damaged_file_of_answers_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "online.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(BadInput, match="Remove the file"):
        KeptAnswers(path)


def test_answers_that_cannot_be_kept_end_the_asking_not_the_run(
    server: Server, answers: KeptAnswers, gazetteer: Gazetteer
) -> None:
    server.says = saying(VILLAGE)
    asking = online(server, answers, gazetteer)
    answers.path.write_bytes(b"no database" * 1000)
    missing = [toponym("Kharaba 1"), toponym("Kharaba 2")]
    assert list(asking.place_missing(missing)) == missing
    assert server.asked == []
    assert "Remove the file" in summary("nominatim", [asking.tally])


def test_the_command_asks_only_when_told(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "default_cache_dir", lambda: tmp_path)
    server.says = saying(VILLAGE)
    line = json.dumps({"id": "1", "text": "Gunmen attacked the village of Kharabajabrun, near Mosul in Iraq."})

    def located(*options: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
        status = cli.main(["locate", *options])
        said = capsys.readouterr()
        return status, said.out, said.err

    try:
        status, out, err = located()
        assert (status, server.asked, err) == (0, [], ""), err
        assert "not_in_gazetteer" in out
        status, out, err = located("--geocoder", "nominatim")
        assert (status, out, server.asked) == (2, "", [])
        assert "DATELINE_GEOCODER_AGENT" in err
        monkeypatch.setenv("DATELINE_GEOCODER_AGENT", ME)
        monkeypatch.setenv("DATELINE_GEOCODER_ADDRESS", server.address)
        status, out, err = located("--geocoder", "nominatim")
        assert status == 0
        assert "osm:node/4711" in out
        assert "nominatim: 1 names asked" in err
        assert len(server.asked) == 1
    finally:
        cli._tools.cache_clear()
