"""Login through OpenID Connect, all parts real: a provider on loopback that signs, the app, Chromium.

The app is started from a folder of its own, where its secrets lie, as by somebody who keeps them apart from the code.
"""

import http.cookiejar
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.serving import HOST, ROOT, running, unused_port
from tests.filled import fill
from tests.oidc_provider import (
    CLIENT,
    SECRET,
    Fault,
    Provider,
    claiming,
    foreign_key,
    provider,
    public_key_as_secret,
    sound,
)

PEOPLE: dict[str, dict[str, object]] = {
    "ann": {"sub": "1", "email": "ann@example.org", "email_verified": True, "name": "Ann"},
    "eve": {"sub": "2", "email": "Eve@example.org", "email_verified": True, "name": "Eve"},
    "mallory": {"sub": "3", "email": "mallory@example.org", "email_verified": True, "name": "<b>Mallory"},
    "liar": {"sub": "4", "email": "eve@example.org", "email_verified": False, "name": "Eve"},
}
COOKIE_SECRET = "a planted secret that signs the cookies of this test"
EVENT = "/event?id=e-airstrike"
CLOSED = ("/", "/articles", EVENT, "/api/list", "/api/counts", "/api/events/e-airstrike", "/api/events.geojson",
          "/web/page.css", "/web/map-ar.js", "/vendor/leaflet/leaflet.js", "/_stcore/host-config",
          "/component/streamlit_folium.st_folium/index.html", "/media/x.csv")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Here:
    """The app that is served, its provider, and its log."""

    url: str
    provider: Provider
    log: Path


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("login")
    store, port, log = f"sqlite:///{folder / 'store.sqlite'}", unused_port(), folder / "log"
    fill(store).close()
    url = f"http://{HOST}:{port}"
    with provider(PEOPLE) as asked:
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit/secrets.toml").write_text("\n".join((
            "[auth]", f'redirect_uri = "{url}/oauth2callback"', f'cookie_secret = "{COOKIE_SECRET}"',
            f'client_id = "{CLIENT}"', f'client_secret = "{SECRET}"',
            f'server_metadata_url = "{asked.url}/.well-known/openid-configuration"',
        )), "utf-8")  # fmt: skip
        start = f'cd "{folder}" && exec "{sys.executable}" -m streamlit run "{ROOT}/app.py" --server.port {port}'
        more = {"DATELINE_STORE": store, "DATELINE_ACCESS": "oidc", "DATELINE_READERS": "ann@example.org",
                "DATELINE_EDITORS": "eve@example.org"}  # fmt: skip
        with running(["sh", "-c", start], [f"{url}/_stcore/health", f"{url}/api/health"], log, more):
            yield Here(url, asked, log)


class Caller:
    """A client that keeps cookies and follows where it is led, as a browser does, without one."""

    def __init__(self, here: Here) -> None:
        self.here, self.jar = here, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, address: str, cookie: str = "") -> tuple[int, str, str]:
        """Status, final address, text."""
        headers = {"Accept": "text/html"} | ({"Cookie": cookie} if cookie else {})
        asked = urllib.request.Request(address if "://" in address else self.here.url + address, headers=headers)
        try:
            with (urllib.request.urlopen(asked) if cookie else self._opener.open(asked)) as answer:
                return answer.status, answer.url, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.url, error.read().decode("utf-8", "replace")

    def log_in(self, person: str, fault: Fault = sound) -> tuple[int, str, str]:
        """Through all the redirects, the provider asked for `person` doing what `fault` says."""
        self.here.provider.fault = fault
        _, form, _ = self.get("/log-in?to=/")
        assert form.startswith(f"{self.here.provider.url}/authorize?"), form
        return self.get(f"{form}&person={person}")

    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.jar}


def test_who_is_not_logged_in_gets_no_answer_but_that_the_server_runs(here: Here) -> None:
    for path in CLOSED:
        status, _, text = Caller(here).get(path)
        assert status == 401, path
        assert "Log in to see this Dateline." in text
        assert "Qanus" not in text
    assert json.loads(Caller(here).get("/api/health")[2]) == {"status": "ok"}


@pytest.mark.parametrize(("person", "status"), [("ann", 200), ("eve", 200), ("mallory", 403), ("liar", 403)])
def test_who_is_listed_is_let_in(here: Here, person: str, status: int) -> None:
    caller = Caller(here)
    assert caller.log_in(person)[0] == status
    for path in ("/", "/api/list?whole=1", "/web/page.css", "/_stcore/host-config"):
        assert caller.get(path)[0] == status, path
    asked = here.provider.asked
    assert {"GET /.well-known/openid-configuration", "GET /authorize", "POST /token", "GET /keys"} <= {*asked}


@pytest.mark.parametrize("fault", [
    claiming(aud="another"), claiming(aud=["another"]), claiming(aud="another", azp=CLIENT), claiming(aud=None),
    claiming(azp="another"), claiming(nonce="another"), claiming(nonce=None), claiming(iss="https://another.example"),
    claiming(iss=None), claiming(sub=None), claiming(exp=int(time.time()) - 3600), claiming(exp=None),
    claiming(nbf=int(time.time()) + 3600), foreign_key, public_key_as_secret,
], ids=["aud", "aud-list", "aud-azp", "no-aud", "azp", "nonce", "no-nonce", "iss", "no-iss", "no-sub", "exp",
        "no-exp", "nbf", "foreign-key", "public-key-as-secret"])  # fmt: skip
def test_a_token_that_is_not_for_us_opens_nothing(here: Here, fault: Fault) -> None:
    caller = Caller(here)
    assert caller.log_in("eve", fault)[0] == 401
    assert caller.get("/api/list")[0] == 401


def test_an_answer_of_the_provider_serves_once_and_only_whom_it_was_asked_for(here: Here) -> None:
    eve, victim = Caller(here), Caller(here)
    here.provider.fault = sound
    _, form, _ = eve.get("/log-in?to=/")
    code = next(iter(here.provider.codes), None)
    assert code is None
    back = _without_following(eve, f"{form}&person=eve")
    assert back.startswith(f"{here.url}/oauth2callback?")
    assert victim.get(back)[0] == 401, "someone else's answer logs nobody in"
    assert eve.get(back)[0] == 200
    eve.jar.clear()
    assert eve.get(back)[0] == 401


def _without_following(caller: Caller, address: str) -> str:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: Any, **kwargs: Any) -> None:
            return None

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(caller.jar), Stay)
    with pytest.raises(urllib.error.HTTPError) as found:
        opener.open(address)
    return str(found.value.headers["Location"])


def test_a_cookie_that_was_changed_opens_nothing(here: Here) -> None:
    caller = Caller(here)
    caller.log_in("ann")
    kept = caller.cookies()["_streamlit_user"]
    payload, stamp, signature = kept.rsplit(".", 2)
    eve = Caller(here)
    eve.log_in("eve")
    theirs = eve.cookies()["_streamlit_user"].rsplit(".", 2)
    changed = (f"{theirs[0]}.{stamp}.{signature}", f"{payload}.{theirs[1]}A.{signature}", f"{payload}.{stamp}.",
               f"{payload}.{stamp}.{signature[::-1]}", "", "x", caller.cookies()["_streamlit_user_tokens"])
    assert caller.get("/api/list", f"_streamlit_user={kept}")[0] == 200
    for value in changed:
        assert caller.get("/api/list", f"_streamlit_user={value}")[0] == 401, value


def test_who_logged_out_is_out_also_with_a_copy_of_the_cookie(here: Here) -> None:
    caller = Caller(here)
    caller.log_in("ann")
    copied = f"_streamlit_user={caller.cookies()['_streamlit_user']}"
    assert caller.get("/api/list", copied)[0] == 200
    assert caller.get("/auth/logout")[0] == 401, "leads to the provider, and back to the login page"
    assert here.provider.asked[-1] == "GET /logout"
    assert "_streamlit_user" not in caller.cookies()
    assert caller.get("/api/list", copied)[0] == 401


# --- in a browser


@pytest.fixture
def people(browser: Browser, here: Here) -> Iterator[BrowserContext]:
    """A browser that reaches the app and the provider and nothing else."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    strangers: list[str] = []

    def note(asked: Request) -> None:
        if not asked.url.startswith((here.url, here.provider.url, "data:", "blob:")):
            strangers.append(asked.url)

    context.on("request", note)
    here.provider.fault = sound
    here.provider.sessions.clear()
    yield context
    context.close()
    assert not strangers


def said(page: Page) -> str:
    return " ".join(page.locator("body").inner_text().split())


def status_of(page: Page, here: Here, path: str) -> int:
    """What the server answers to this browser, with its cookies."""
    return page.request.get(here.url + path).status


def log_in(page: Page, person: str) -> None:
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Who are you?").fill(person)
    page.get_by_role("button", name="Continue").click()


def test_people_log_in_see_what_their_role_allows_and_log_out(people: BrowserContext, here: Here) -> None:
    page = people.new_page()
    page.goto(here.url + EVENT)
    assert said(page) == "Dateline Log in to see this Dateline. Log in"
    assert status_of(page, here, "/api/list") == 401

    log_in(page, "ann")  # a reader, who comes back to the page they asked for
    expect(page.get_by_role("heading", name="The reports, side by side")).to_be_visible(timeout=20_000)
    assert page.url.endswith(EVENT)
    assert status_of(page, here, "/api/list?whole=1") == 200
    expect(page.get_by_role("link", name="Sources")).to_be_visible()
    assert page.get_by_role("link", name="Review").count() == 0
    assert page.locator("[class*=st-key-act-]").count() == 0

    other = people.new_page()
    with other.expect_websocket() as live:
        other.goto(f"{here.url}/articles")
    expect(other.get_by_role("heading", name="Articles")).to_be_visible(timeout=20_000)
    with live.value.expect_event("close"):  # the other tab's connection ends with the login, too
        page.get_by_role("link", name="Log out").click()
    expect(page.get_by_text("Log in to see this Dateline.")).to_be_visible(timeout=20_000)
    assert here.provider.asked[-1] == "GET /logout"
    assert status_of(page, here, "/api/list") == 401
    other.close()

    log_in(page, "mallory")  # nobody here knows them
    expect(page.get_by_text("You are logged in as mallory@example.org")).to_be_visible()
    assert said(page) == ("Dateline You are logged in as mallory@example.org, but this Dateline is not open to you. "
                          "Ask whoever runs it. Log in as someone else")  # fmt: skip
    assert status_of(page, here, "/api/list") == 403
    page.get_by_role("link", name="Log in as someone else").click()

    log_in(page, "eve")  # an editor
    expect(page.get_by_role("link", name="Review")).to_be_visible(timeout=20_000)
    page.goto(here.url + EVENT)
    expect(page.get_by_role("button", name="Accept")).to_be_visible(timeout=20_000)


def test_no_secret_stands_in_the_log(here: Here) -> None:
    """Last of all: the log of every login above, also of those that failed."""
    written = here.log.read_text("utf-8", "replace")
    assert "OAuth token exchange failed" in written
    for secret in (COOKIE_SECRET, SECRET, *here.provider.given, *here.provider.sessions, *here.provider.codes):
        assert secret not in written
