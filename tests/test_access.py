"""The gate: page, live connection, uploads and /api are closed to who is not let in; roles; pace; headers."""

import asyncio
import json
import logging
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from geo.records import Act
from geo.show import api, doorstep
from geo.show.access import (
    DEAR,
    HEALTH,
    ROLE_HEADER,
    SECRET_HEADER,
    USER_HEADER,
    Access,
    BadAccess,
    Gate,
    Role,
    read_access,
)
from geo.show.doorstep import WANTED, own
from geo.show.headers import WANTED as WANTED_HEADERS
from geo.show.headers import page_policy
from geo.show.logins import LASTS_DAYS, Login, Logins
from geo.show.pace import AT_ONCE, CROWD, PER_S, Pace
from geo.show.pages import acts, login
from geo.show.shared import Settings, Shared
from tests.filled import fill

ROOT = Path(__file__).resolve().parent.parent
HOME = "http://localhost"
"""What a browser at this machine calls it; starlette would say testserver."""
SECRET = "a planted secret 0123456789"
PROXY = Access("proxy", SECRET, editors=frozenset({"eve@example.org"}))
EVERYWHERE = ("/", "/map", "/articles", "/_stcore/host-config", "/_stcore/stream", "/web/layer.js", "/media/x.png",
              "/component/x/index.html", "/api/cells", "/api/events/e-1", "/api/../api/list", *DEAR)  # fmt: skip


def inner() -> Starlette:
    """Tells what comes through."""

    async def echo(request: Request) -> JSONResponse:
        names = (ROLE_HEADER, USER_HEADER, SECRET_HEADER)
        return JSONResponse({name: request.headers.getlist(name) for name in names})

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(websocket.headers.get(ROLE_HEADER, ""))
        await websocket.close()

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("<p>", media_type="text/html")

    return Starlette(routes=[Route("/page", page), WebSocketRoute("/_stcore/stream", talk),
                             Route("/{rest:path}", echo, methods=["GET", "PUT", "POST"])])  # fmt: skip


def client(access: Access, host: str = "192.0.2.7", **more: object) -> TestClient:
    return TestClient(Gate(inner(), access=access, **more), HOME, client=(host, 5000))  # type: ignore[arg-type]


def as_user(name: str, secret: str = SECRET) -> dict[str, str]:
    return {USER_HEADER: name, SECRET_HEADER: secret}


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("headers", [
    {}, {USER_HEADER: "eve@example.org"}, as_user("eve@example.org", "wrong"), as_user("eve@example.org", ""),
    as_user(""), {ROLE_HEADER: "editor"}, as_user("eve@example.org", SECRET + " "), {SECRET_HEADER: SECRET},
])
def test_behind_a_proxy_nothing_answers_without_its_secret_and_a_name(path: str, headers: dict[str, str]) -> None:
    answer = client(PROXY).get(path, headers=headers)
    assert answer.status_code == 401
    assert set(answer.json()) == {"error"}


def test_the_live_connection_is_closed_too() -> None:
    with pytest.raises(WebSocketDisconnect), client(PROXY).websocket_connect("/_stcore/stream"):
        pass
    with client(PROXY).websocket_connect("/_stcore/stream", headers=as_user("reader")) as talk:
        assert talk.receive_text() == "reader"
    with client(PROXY).websocket_connect("/_stcore/stream", headers=as_user("Eve@Example.org")) as talk:
        assert talk.receive_text() == "editor"


def test_who_is_let_in_is_named_to_the_page_and_the_secret_is_not() -> None:
    forged = as_user("reader") | {ROLE_HEADER: "editor"}
    assert client(PROXY).get("/", headers=forged).json() == {
        ROLE_HEADER: ["reader"], USER_HEADER: ["reader"], SECRET_HEADER: [],
    }
    spoofed = client(Access()).get("/", headers={USER_HEADER: "root", ROLE_HEADER: "nobody", SECRET_HEADER: "x"})
    assert spoofed.json() == {ROLE_HEADER: ["editor"], USER_HEADER: [], SECRET_HEADER: []}


def test_only_editors_upload() -> None:
    path = "/_stcore/upload_file/session/file"
    assert client(PROXY).put(path, headers=as_user("reader")).status_code == 403
    assert client(PROXY).put(path, headers=as_user("eve@example.org")).status_code == 200


def test_with_readers_named_only_they_and_editors_come_in() -> None:
    access = Access("proxy", SECRET, frozenset({"ann"}), frozenset({"eve"}))
    roles = {name: access.role(name) for name in ("Ann", "eve", "mallory", "", None)}
    assert roles == {"Ann": Role.READER, "eve": Role.EDITOR, "mallory": Role.NOBODY, "": Role.NOBODY,
                     None: Role.NOBODY}  # fmt: skip
    assert client(access).get("/api/list", headers=as_user("mallory")).status_code == 403


@pytest.mark.parametrize("path", HEALTH)
def test_health_answers_everyone(path: str) -> None:
    assert client(PROXY).get(path).status_code == 200


def cookie(told: object, secret: str = SECRET, name: str = "_streamlit_user") -> dict[str, str]:
    signed = create_signed_value(secret, name, json.dumps(told)).decode()
    return {"cookie": f"_streamlit_user={signed}"}


@pytest.fixture
def signed_by_us() -> Iterator[None]:
    before = st.get_option("server.cookieSecret")
    st.config.set_option("server.cookieSecret", SECRET)
    yield
    st.config.set_option("server.cookieSecret", before)


OIDC = Access("oidc", editors=frozenset({"eve@example.org"}))
PAGE = {"accept": "text/html,*/*"}


def at_the_door(**more: object) -> TestClient:
    return client(OIDC, logged_in=login.logged_in, login=lambda: "/auth/login?provider=x",
                  origin="https://map.example", **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("signed_by_us")
@pytest.mark.parametrize(("headers", "role"), [
    (cookie({"is_logged_in": True, "email": "ann@example.org"}), "reader"),
    (cookie({"is_logged_in": True, "email": "eve@example.org"}), "editor"),
    (cookie({"is_logged_in": True, "email": "eve@example.org", "email_verified": False, "sub": "7"}), "reader"),
    (cookie({"is_logged_in": False, "email": "eve@example.org"}), None),
    (cookie({"is_logged_in": True, "email": "eve@example.org"}, "another secret"), None),
    (cookie({"is_logged_in": True, "email": "eve@example.org"}, name="_streamlit_xsrf"), None),
    (cookie({"is_logged_in": True}), None), (cookie([1]), None), ({"cookie": "_streamlit_user=x"}, None), ({}, None),
    ({"cookie": "_streamlit_user=" + "a" * 5000 + "; \x01=;;;="}, None),
])
def test_the_login_cookie_of_streamlit_opens_api_and_page(headers: dict[str, str], role: str | None) -> None:
    gate = client(OIDC, logged_in=login.logged_in)
    for path in ("/api/list", "/"):
        answer = gate.get(path, headers=headers)
        assert (answer.json()[ROLE_HEADER] if answer.status_code == 200 else None) == (role and [role])


def test_a_browser_without_login_is_told_to_log_in_and_comes_back_to_where_it_wanted() -> None:
    gate = at_the_door()
    answer = gate.get("/event?id=e-1&x=<b>", headers=PAGE)
    assert answer.status_code == 401
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Log in to see this Dateline." in answer.text
    [link] = re.findall(r'href="([^"]+)"', answer.text)
    assert link == "https://map.example/log-in?to=%2Fevent%3Fid%3De-1%26x%3D%253Cb%253E"
    off = gate.get(link.removeprefix("https://map.example"), headers=PAGE, follow_redirects=False)
    assert (off.status_code, off.headers["location"]) == (303, "/auth/login?provider=x")
    kept = off.headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "Secure" in kept, "logins lead back to an https address"
    wanted = {"cookie": kept.split(";")[0]}
    assert gate.get("/", headers=PAGE | wanted).status_code == 401
    assert gate.get("/api/list", follow_redirects=False).status_code == 401
    assert gate.get("/auth/login").status_code == 200, "who has not logged in may log in"


@pytest.mark.usefixtures("signed_by_us")
def test_who_has_logged_in_is_led_back_once() -> None:
    ann = cookie({"is_logged_in": True, "email": "ann@example.org"})["cookie"]
    wanted = {"cookie": f"{ann}; {WANTED}=%2Fevent%3Fid%3De-1"}
    answer = at_the_door().get("/", headers=PAGE | wanted, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/event?id=e-1")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    for path in ("/articles", "/api/list", "/web/page.css"):
        assert at_the_door().get(path, headers=wanted, follow_redirects=False).status_code == 200


@given(some.text(max_size=40) | some.sampled_from((
    "//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "/\t/evil.example", "/ x", "/é",
    "/auth/logout", "/log-in?to=/", "/oauth2callback?state=x", "/" + "a" * 3000, "/a\r\nset-cookie: x=y", "/api/list",
)))  # fmt: skip
def test_the_way_back_leads_to_our_own_pages_alone(address: str) -> None:
    kept = own(address)
    assert kept in ("", address)
    assert not kept or re.fullmatch(r"/(?![/\\])[!-~]*", kept)
    assert not kept.startswith(("/auth", "/log-in", "/api", "/oauth2callback"))


@pytest.mark.usefixtures("signed_by_us")
def test_who_is_logged_in_and_not_listed_reads_one_sentence_in_their_language() -> None:
    closed = Access("oidc", readers=frozenset({"ann@example.org"}))
    mallory = cookie({"is_logged_in": True, "email": "<b>mallory@example.org"})
    gate = client(closed, logged_in=login.logged_in, origin="http://map.example")
    answer = gate.get("/", headers=PAGE | mallory | {"accept-language": "ar-IQ,ar;q=0.9,en;q=0.8"})
    assert answer.status_code == 403
    assert 'dir="rtl"' in answer.text
    assert "&lt;b&gt;mallory@example.org" in answer.text
    assert "<b>" not in answer.text
    assert gate.get("/api/list", headers=mallory).json() == {
        "error": "You are logged in, but not among the readers of this Dateline.",
    }


@pytest.mark.usefixtures("signed_by_us")
def test_logging_out_ends_the_login_wherever_its_cookie_was_copied_to() -> None:
    gate = at_the_door()
    told = {"is_logged_in": True, "email": "ann@example.org", "nonce": "1"}
    first, second = cookie(told), cookie(told | {"nonce": "2"})
    with gate.websocket_connect("/_stcore/stream", headers=first):
        assert gate.get("/auth/logout", headers=first).status_code == 200
    assert gate.get("/api/list", headers=first).status_code == 401
    with pytest.raises(WebSocketDisconnect), gate.websocket_connect("/_stcore/stream", headers=first):
        pass
    assert gate.get("/api/list", headers=second).status_code == 200, "another login of the same person holds"


def test_a_live_connection_lasts_no_longer_than_its_login() -> None:
    """Also when it is the age of the login that ends it, and nobody logs out."""

    async def closed_by(end: Callable[[Logins, set[str]], None]) -> list[Message]:
        good = {"a"}
        logins = Logins(lambda cookies: Login("ann", cookies["c"]) if cookies["c"] in good else None)
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        watch = asyncio.create_task(logins.watch({"c": "a"}, send))
        await asyncio.sleep(0)
        assert not sent
        end(logins, good)
        await asyncio.wait_for(watch, 5)
        return sent

    assert asyncio.run(closed_by(lambda logins, good: logins.end(Login("ann", "a"))))[0]["code"] == 1008
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.show.logins.ASKED_AGAIN_S", 0.01)
        assert asyncio.run(closed_by(lambda logins, good: good.clear()))[0]["type"] == "websocket.close"


@pytest.mark.usefixtures("signed_by_us")
def test_a_login_lasts_some_days(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = cookie({"is_logged_in": True, "email": "ann@example.org"})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + LASTS_DAYS * 86_400 - 10)
    assert at_the_door().get("/api/list", headers=headers).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + LASTS_DAYS * 86_400 + 10)
    assert at_the_door().get("/api/list", headers=headers).status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://[", ""])
@pytest.mark.parametrize("access", [Access(), PROXY])
def test_a_page_of_another_site_gets_no_answer(access: Access, origin: str) -> None:
    """Nor does Streamlit see it, which would ask a server elsewhere for its own outside address."""
    headers = as_user("eve@example.org") | {"origin": origin}
    gate = client(access)
    for path in ("/api/list", "/_stcore/health", "/_stcore/host-config"):
        assert gate.get(path, headers=headers).status_code == 403
    assert gate.put("/_stcore/upload_file/a/b", headers=headers).status_code == 403
    with pytest.raises(WebSocketDisconnect), gate.websocket_connect("/_stcore/stream", headers=headers):
        pass
    assert gate.get("/api/list", headers=headers | {"origin": "https://localhost:8443"}).status_code == 200


@pytest.mark.parametrize(("host", "status"), [
    ("localhost:8501", 200), ("127.0.0.1:8501", 200), ("[::1]:8501", 200), ("evil.example", 421),
    ("evil.example:8501", 421), ("my-laptop", 200), ("127.0.0.1.evil.example", 421), ("localhost@evil.example", 421),
    ("[", 421),
])
@pytest.mark.parametrize("asks", ["127.0.0.1", "192.0.2.7"])
def test_a_foreign_name_bent_to_this_machine_reads_nothing(asks: str, host: str, status: int) -> None:
    """Whoever asks: the server takes that address from X-Forwarded-For, where a bent page writes what it likes."""
    gate = client(Access(hosts=frozenset({"my-laptop"})), asks)
    assert gate.get("/api/list", headers={"host": host}).status_code == status


def test_dear_routes_are_limited_for_each_person_not_on_one_s_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.show.pace.AT_ONCE", 20)
    monkeypatch.setattr("geo.show.pace.PER_S", 0.001)
    gate = client(PROXY)
    answers = [gate.get("/api/events.geojson", headers=as_user("ann")) for _ in range(23)]
    assert [a.status_code for a in answers] == [200] * 20 + [429] * 3
    assert int(answers[-1].headers["retry-after"]) > 900
    assert gate.get("/api/events.geojson", headers=as_user("bob")).status_code == 200
    assert gate.get("/api/cells", headers=as_user("ann")).status_code == 200
    mine = client(Access(), "127.0.0.1")
    assert {mine.get("/api/events.geojson").status_code for _ in range(23)} == {200}
    office = client(Access())
    assert {office.get("/api/events.geojson").status_code for _ in range(20 * 3)} == {200}, "many behind one address"


@given(some.lists(some.floats(0, 30), max_size=300), some.sampled_from((1, CROWD)))
def test_the_pace_holds_whatever_the_rhythm(waits: list[float], people: int) -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    passed = 0
    for wait in waits:
        now[0] += wait
        passed += pace.wait_s("ann", people) == 0
    assert passed <= people * (AT_ONCE + now[0] * PER_S) + 1


@pytest.mark.parametrize("named", [True, False])
def test_fifty_readers_behind_one_address_are_not_limited(named: bool) -> None:
    """Each plays the timeline, at its quickest, for ten minutes: whether the proxy names them or not."""
    now = [0.0]
    pace = Pace(lambda: now[0])
    step_s = 0.35  # STEP of timeline.js
    for _ in range(int(600 / step_s)):
        now[0] += step_s
        for reader in range(CROWD):
            assert not (pace.wait_s(f"name {reader}") if named else pace.wait_s("at 192.0.2.7", CROWD))


@pytest.mark.parametrize(("environ", "words"), [
    ({"DATELINE_ACCESS": "closed"}, "open, proxy or oidc"),
    ({"DATELINE_ACCESS": "proxy"}, "DATELINE_PROXY_SECRET"),
    ({"DATELINE_ACCESS": "proxy", "DATELINE_PROXY_SECRET": "tooshort-123"}, "DATELINE_PROXY_SECRET"),
])
def test_settings_that_do_not_fit_are_refused_and_keep_the_secret(environ: dict[str, str], words: str) -> None:
    with pytest.raises(BadAccess, match=words) as error:
        read_access(environ)
    assert "tooshort" not in str(error.value)


def test_settings_are_read() -> None:
    environ = {"DATELINE_ACCESS": "proxy", "DATELINE_PROXY_SECRET": SECRET, "DATELINE_EDITORS": "Eve, bob ,"}
    made = read_access(environ)
    assert made == Access("proxy", SECRET, editors=frozenset({"eve", "bob"}))
    assert SECRET not in repr(made)
    assert read_access({}) == Access()


def test_headers_of_every_answer() -> None:
    answer = client(Access(), policy=page_policy("https://{s}.tiles.example/{z}/{x}/{y}.png")).get("/page")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "img-src 'self' data: blob: https://*.tiles.example;" in policy
    assert "frame-ancestors 'self'" in policy
    assert "content-security-policy" not in client(Access(), policy=policy).get("/").headers


@pytest.mark.parametrize("tiles", ["none", "https://a b/", "https://x;script-src *", "javascript://x", "//x", "https://"])
def test_a_strange_tile_address_opens_nothing(tiles: str) -> None:
    assert page_policy(tiles) == page_policy(None)


ANSWERS = (
    ("/", 200), ("/api/list", 200), ("/api/list?colour=red", 400), ("/api/events/none", 404), ("/api/none", 404),
    ("/api/none/at/all", 404), ("/api/events.geojson", 200), ("/api/routes.geojson", 200), ("/api/counts", 200),
    ("/web/page.css", 200), ("/web/none.css", 404), ("/web/map-ar.js", 200), ("/web/map-xx.js", 404),
    ("/web/glyphs/none-light.svg", 404), ("/vendor/leaflet/leaflet.js", 200), ("/_stcore/host-config", 200),
    ("/web/..%2f..%2fapp.py", 400), ("/api/..%2f..%2fapp.py", 400), ("/broken", 500),
)  # fmt: skip


def test_the_whole_page_of_streamlit_stands_behind_the_gate(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not our stand-in: Streamlit's own routes, with the page and the API of app.py. One may live in a process."""

    def broken(request: Request) -> None:
        raise RuntimeError("planted in /a/path")

    caplog.set_level(logging.DEBUG)
    settings = api.Settings(f"sqlite:///{tmp_path}/store.sqlite", served=True)
    made = st.App(ROOT / "geo/show/pages/main.py", routes=[*api.routes(settings), Route("/broken", broken)],
                  middleware=[Middleware(Gate, access=PROXY, policy=page_policy(None))],
                  exception_handlers={Exception: doorstep.broken})  # fmt: skip
    with TestClient(made, HOME, client=("192.0.2.7", 5000), raise_server_exceptions=False) as browser:
        for path, status in ANSWERS:
            closed = browser.get(path)
            assert closed.status_code == 401, path
            assert closed.headers["content-security-policy"].startswith("default-src 'none'")
            opened = browser.get(path, headers=as_user("ann"))
            assert opened.status_code == status, path
            assert [n for n, v in WANTED_HEADERS if opened.headers.get(n.decode()) != v.decode()] == [], path
            if (path.startswith("/api/") and "%" not in path) or "html" in opened.headers.get("content-type", ""):
                assert "content-security-policy" in opened.headers, path
            assert "planted" not in opened.text
            assert "Traceback" not in opened.text
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
            pass
        assert "default-src 'self'" in browser.get("/", headers=as_user("ann")).headers["content-security-policy"]
    assert SECRET not in caplog.text


def test_app_py_puts_the_gate_before_everything() -> None:
    source = (ROOT / "app.py").read_text("utf-8")
    assert re.search(r"st\.App\((?s:.*)middleware=\[gate, (?s:.*)on_script_error=frame\.failed,", source)


def test_with_settings_that_do_not_fit_nothing_is_served(tmp_path: Path) -> None:
    """And the reason is a sentence, not a traceback; what else does not fit is told above."""
    env = {**os.environ, "DATELINE_ACCESS": "oidc", "DATELINE_STORE": f"sqlite:///{tmp_path}/s.sqlite"}
    command = [sys.executable, ROOT / "app.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 1
    assert "login is not set up" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [*tmp_path.iterdir()], "not even a store was opened"


def test_a_reader_s_act_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a button of an open page is still there."""
    store = fill(f"sqlite:///{tmp_path}/store.sqlite")
    before = store.version()
    store.close()
    here = Shared(Settings(f"sqlite:///{tmp_path}/store.sqlite"))
    monkeypatch.setattr(login, "may_edit", lambda: False)
    assert acts.attempt(here, Act.ACCEPT, ["e-airstrike-a"]) is None
    assert here.store().version() == before
    monkeypatch.setattr(login, "may_edit", lambda: True)
    assert acts.attempt(here, Act.ACCEPT, ["e-airstrike-a"]) is not None
    assert here.store().version() > before


def test_uploads_and_what_the_server_tells_are_limited() -> None:
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    assert settings["server"]["maxUploadSize"] <= 25
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["showErrorLinks"] is False
    assert settings["client"]["disableDataExport"] is True, "Streamlit's own CSV is not safe from formulas"
    assert settings["browser"]["gatherUsageStats"] is False
    assert not {"enableXsrfProtection", "enableCORS"} & settings["server"].keys(), "both are on unless switched off"
