"""The gate: page, live connection, uploads and /api are closed to who is not let in; roles; pace; headers."""

import json
import logging
import re
import tomllib
from collections.abc import Iterator
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
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from geo.records import Act
from geo.show import api
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
    page_policy,
    read_access,
)
from geo.show.pace import AT_ONCE, Pace
from geo.show.pages import acts, login
from geo.show.shared import Settings, Shared
from tests.filled import fill

ROOT = Path(__file__).resolve().parent.parent
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
    return TestClient(Gate(inner(), access=access, **more), client=(host, 5000))  # type: ignore[arg-type]


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


def test_a_browser_without_login_is_sent_to_log_in() -> None:
    gate = client(OIDC, logged_in=login.logged_in, login=lambda: "/auth/login?provider=x")
    answer = gate.get("/map", headers={"accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/login?provider=x")
    assert gate.get("/api/list", follow_redirects=False).status_code == 401
    assert gate.get("/auth/login").status_code == 200, "who has not logged in may log in"


@pytest.mark.parametrize(("host", "status"), [
    ("localhost:8501", 200), ("127.0.0.1:8501", 200), ("[::1]:8501", 200), ("evil.example", 421),
    ("evil.example:8501", 421), ("my-laptop", 200), ("127.0.0.1.evil.example", 421), ("localhost@evil.example", 421),
])
def test_a_foreign_name_bent_to_this_machine_reads_nothing(host: str, status: int) -> None:
    gate = client(Access(hosts=frozenset({"my-laptop"})), "127.0.0.1")
    assert gate.get("/api/list", headers={"host": host}).status_code == status


def test_from_elsewhere_the_host_is_the_server_s_business() -> None:
    assert client(Access()).get("/api/list", headers={"host": "dateline.example"}).status_code == 200


def test_dear_routes_are_limited_for_each_person_and_not_on_one_s_own_machine() -> None:
    gate = client(PROXY)
    answers = [gate.get("/api/events.geojson", headers=as_user("ann")) for _ in range(AT_ONCE + 3)]
    assert {a.status_code for a in answers[:AT_ONCE]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert gate.get("/api/events.geojson", headers=as_user("bob")).status_code == 200
    assert gate.get("/api/cells", headers=as_user("ann")).status_code == 200
    mine = client(Access(), "127.0.0.1")
    assert {mine.get("/api/events.geojson").status_code for _ in range(AT_ONCE + 3)} == {200}


@given(some.lists(some.floats(0, 30), max_size=300))
def test_the_pace_holds_whatever_the_rhythm(waits: list[float]) -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    passed = 0
    for wait in waits:
        now[0] += wait
        passed += pace.wait_s("ann") == 0
    assert passed <= AT_ONCE + now[0] + 1


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


def test_the_whole_page_of_streamlit_stands_behind_the_gate(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not our stand-in: Streamlit's own routes, with the page and the API of app.py."""
    caplog.set_level(logging.DEBUG)
    settings = api.Settings(f"sqlite:///{tmp_path}/store.sqlite", served=True)
    made = st.App(ROOT / "geo/show/pages/main.py", routes=api.routes(settings),
                  middleware=[Middleware(Gate, access=PROXY, policy=page_policy(None))])  # fmt: skip
    with TestClient(made, client=("192.0.2.7", 5000)) as browser:
        for path in ("/", "/_stcore/host-config", "/api/counts", "/web/page.css", "/api/events.geojson"):
            closed = browser.get(path)
            assert closed.status_code == 401, path
            opened = browser.get(path, headers=as_user("ann"))
            assert opened.status_code == 200, path
            assert opened.headers["x-content-type-options"] == "nosniff"
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
            pass
        assert "default-src 'self'" in browser.get("/", headers=as_user("ann")).headers["content-security-policy"]
    assert SECRET not in caplog.text


def test_app_py_puts_the_gate_before_everything() -> None:
    source = (ROOT / "app.py").read_text("utf-8")
    assert re.search(r"st\.App\(.*middleware=\[gate\]", source)


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
    assert settings["browser"]["gatherUsageStats"] is False
    assert not {"enableXsrfProtection", "enableCORS"} & settings["server"].keys(), "both are on unless switched off"
