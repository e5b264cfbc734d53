"""Fetching: what must never be asked is not asked, and what is asked comes within bounds. No test leaves loopback."""

import gzip
import socket
import ssl
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geo.read.address import is_open, target_of
from geo.read.fetch import REDIRECT_LIMIT, USER_AGENT, Door, page_of
from geo.records import NotFetched
from tests.webserver import PUBLIC, Reply, Web, serving

CASES = tomllib.loads((Path(__file__).parent / "cases" / "ssrf.toml").read_text("utf-8"))
HERE = "http://public.example/"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def _id(case: dict[str, Any]) -> str:
    return f"{case.get('sends_to', case['url'])!r:.60}"


@pytest.mark.parametrize("case", CASES["refused"], ids=_id)
def test_what_leads_inside_is_refused_at_once(case: dict[str, Any], web: Web) -> None:
    web.names["inside.example"] = ["10.1.2.3"]
    if "means" in case:
        web.names[case["url"].split("/")[2]] = case["means"]
    if "sends_to" in case:
        web.otherwise = Reply(status=302, headers={"Location": case["sends_to"]})
    begun = time.monotonic()
    with pytest.raises(NotFetched) as refusal:
        web.door().fetch(case["url"])
    assert time.monotonic() - begun < 1
    assert str(refusal.value).endswith((".", "?"))
    assert "secret" not in str(refusal.value)
    if "sends_to" not in case:
        assert web.connected_to == []
    assert {address for address, _ in web.connected_to} <= set(PUBLIC)
    assert {port for _, port in web.connected_to} <= {80}


@pytest.mark.parametrize("case", CASES["taken"], ids=_id)
def test_what_is_public_is_fetched(case: dict[str, Any], web: Web) -> None:
    web.otherwise = Reply(b"here")
    assert web.door().fetch(case["url"]).data == b"here"
    assert len(web.connected_to) == 1


def test_a_name_that_changes_its_meaning_changes_nothing(web: Web) -> None:
    """DNS rebinding: the second answer would be loopback, but nobody asks twice."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    web.otherwise = Reply(b"here")
    door = Door(resolve=lambda host, port: next(answers), connect=web._connect)
    assert door.fetch(HERE).data == b"here"
    assert web.connected_to == [("93.184.216.34", 80)]
    with pytest.raises(NotFetched, match=r"127\.0\.0\.1"):
        door.fetch(HERE)


def test_each_redirect_is_checked_followed_and_counted(web: Web) -> None:
    web.replies = {("", f"/{n}"): Reply(status=301, headers={"Location": f"/{n + 1}"}) for n in range(9)}
    web.replies["", f"/{REDIRECT_LIMIT}"] = Reply(b"the end")
    seen: list[str] = []
    answer = web.door().fetch(f"{HERE}0", before=lambda target: seen.append(target.path))
    assert (answer.url, answer.data) == (f"{HERE}{REDIRECT_LIMIT}", b"the end")
    assert seen == [f"/{n}" for n in range(REDIRECT_LIMIT + 1)]
    web.replies["", f"/{REDIRECT_LIMIT}"] = Reply(status=301, headers={"Location": "/6"})
    with pytest.raises(NotFetched, match="one redirect too many"):
        web.door().fetch(f"{HERE}0")


def test_says_who_asks_and_for_what(web: Web) -> None:
    web.door().fetch("http://public.example/a?b=c#part", headers={"If-None-Match": '"x"'})
    (asked,) = web.asked
    assert (asked.host, asked.path) == ("public.example", "/a?b=c")
    assert asked.headers["user-agent"] == USER_AGENT
    assert asked.headers["if-none-match"] == '"x"'
    assert "authorization" not in asked.headers
    assert "cookie" not in asked.headers


def test_proxies_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    web.otherwise = Reply(b"here")
    assert web.door().fetch(HERE).data == b"here"


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(b"x" * 2_000), "more than 0 MB"),
        (Reply(b"", headers={"Content-Length": "9999"}), "more than 0 MB"),
        (Reply(b"x" * 10, headers={"Content-Length": "900"}), "broke off"),
        (Reply(gzip.compress(b"x" * 2_000), headers={"Content-Encoding": "gzip"}), "more than 0 MB"),
        (Reply(gzip.compress(b"abc" * 99)[:-9], headers={"Content-Encoding": "gzip"}), "broke off"),
        (Reply(b"no gzip", headers={"Content-Encoding": "gzip"}), "cannot be fetched"),
        (Reply(b"x", headers={"Content-Encoding": "br"}), "not asked for"),
        (Reply(b"zz\r\n", headers={"Transfer-Encoding": "chunked"}), "cannot be fetched"),
    ],
)
def test_answers_out_of_bounds_are_refused(web: Web, reply: Reply, says: str) -> None:
    web.otherwise = reply
    with pytest.raises(NotFetched, match=says):
        web.door(size_limit=1_000).fetch(HERE)


def test_a_bomb_is_refused_early(web: Web) -> None:
    web.otherwise = Reply(gzip.compress(b"\0" * 300_000_000, 9), headers={"Content-Encoding": "gzip"})
    begun = time.monotonic()
    with pytest.raises(NotFetched, match="bomb"):
        web.door().fetch(HERE)
    assert time.monotonic() - begun < 1


def test_a_packed_answer_is_unpacked(web: Web) -> None:
    web.otherwise = Reply(gzip.compress(b"words " * 50), headers={"Content-Encoding": "gzip"})
    assert web.door().fetch(HERE).data == b"words " * 50


@pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_gets_no_more_time(drip: bytes) -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            conversation, _ = listening.accept()
            with conversation:
                conversation.recv(9999)
                conversation.sendall(drip)
                while not stop.wait(0.02):
                    try:
                        conversation.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        door = Door(lambda host, port: PUBLIC, lambda *to: socket.create_connection(listening.getsockname()),
                    longest_s=0.3)
        begun = time.monotonic()
        with pytest.raises(NotFetched, match=r"did not answer within 0\.3 seconds"):
            door.fetch(HERE)
        assert time.monotonic() - begun < 1
        stop.set()
        thread.join()


def test_a_status_is_told_and_no_body_of_it_is_taken_for_the_page(web: Web) -> None:
    web.otherwise = Reply(b"sorry", 503, {"Retry-After": "7"})
    answer = web.door().fetch(HERE)
    assert (answer.status, answer.headers["retry-after"]) == (503, "7")
    with pytest.raises(NotFetched, match="503, Service Unavailable"):
        page_of(answer)
    web.otherwise = Reply(b"")
    with pytest.raises(NotFetched, match="nothing in it"):
        page_of(web.door().fetch(HERE))


def test_https_is_checked_against_the_name_and_never_left(web: Web) -> None:
    """The loopback server speaks no TLS, so this ends in the handshake: nothing is sent in the clear."""
    with pytest.raises(NotFetched, match="cannot be fetched"):
        web.door().fetch("https://public.example/")
    assert web.connected_to == [("93.184.216.34", 443)]
    assert web.asked == []
    names: list[str | None] = []

    class Context:
        def wrap_socket(self, sock: socket.socket, *, server_hostname: str) -> socket.socket:
            names.append(server_hostname)
            return sock

    web.otherwise = Reply(status=302, headers={"Location": HERE})
    with pytest.raises(NotFetched, match="from https"):
        web.door(trust=Context).fetch("https://public.example/")
    assert names == ["public.example"]
    trust = Door().trust()
    assert trust.check_hostname
    assert trust.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_open_addresses(ip: str) -> None:
    assert is_open(ip)


def test_the_host_header_has_a_port_only_where_it_is_not_the_usual_one() -> None:
    assert target_of("http://a.example:80/").authority == "a.example"
    assert target_of("https://a.example:8443/").authority == "a.example:8443"
    assert target_of("http://[2606:4700::1111]/").authority == "[2606:4700::1111]"
