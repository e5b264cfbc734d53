"""A reader is offered nothing that would be refused: every page, each button pressed; editors sign by name.

The layer before the page (tests/test_access.py) says who is what; here is what the pages make of it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from geo.records import Act
from geo.show import api, putright
from geo.show.access import ROLE_HEADER
from geo.show.pages import login
from geo.show.shared import Settings, Shared, shared
from tests.filled import fill, undated
from tests.test_pages import MAIN, written

PAGES = sorted(set(re.findall(r'st\.Page\("(\w+\.py)"', Path(MAIN).read_text("utf-8"))))
IDS = {"event.py": ("e-airstrike-a", "r-infiltration-a", "rejected"), "article.py": (undated().id,)}
OPEN = [(page, identity) for page in PAGES for identity in IDS.get(page, ("",))]
OF_EDITORS = ("act-", "pair-", "back-", "edit-", "place-", "add-", "check-", "read-", "part-", "alike-",
              "review-", "at-")  # fmt: skip
"""How the keys of what only editors may use begin."""
REASON = "Only editors may "
HAVE_A_REASON = {"add.py", "event.py", "places.py", "review.py"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Shared]:
    """One event is rejected: what can be brought back is offered to editors alone, too."""
    before = shared().settings
    url = f"sqlite:///{tmp_path}/store.sqlite"
    fill(url).close()
    api.configure(Settings(url, served=True))
    found = shared().found("e-clearance")
    assert found is not None
    putright.correct(shared(), Act.REJECT, putright.members_of(found), who="Eve", why="")
    yield shared()
    shared().store().close()
    api.configure(before)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "may_edit", lambda: False)


def opened_at(page: str, identity: str, **params: str) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=30)
    app.query_params.update(params)
    if identity == "rejected":
        identity = shared().store().rejected()[0][1][0].id
    if identity:
        app.session_state[f"open-{page.removesuffix('.py')}"] = identity
    app.run()
    app.switch_page(page).run()
    assert not app.exception
    return app


def offered(app: AppTest) -> list[str]:
    """Keys of all that can be pressed or filled in and belongs to editors, and the kinds that have no key."""
    kinds = ("button", "text_input", "text_area", "selectbox", "multiselect", "radio", "date_input", "checkbox",
             "segmented_control", "download_button")  # fmt: skip
    keys = [e.key or e.label for kind in kinds for e in app.get(kind)]
    files = [f"file_uploader {e.proto.label}" for e in app.get("file_uploader")]
    return [key for key in keys if str(key).startswith(OF_EDITORS)] + files


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(("page", "identity"), OPEN)
def test_a_reader_is_offered_no_act_and_told_why(here: Shared, page: str, identity: str) -> None:
    before = here.store().version(), len(here.store().corrections())
    app = opened_at(page, identity)
    assert offered(app) == []
    assert (REASON in written(app)) == (page in HAVE_A_REASON)
    for n in range(len(app.button)):
        app.button[n].click().run()
        assert not app.exception
        app = opened_at(page, identity)
    assert (here.store().version(), len(here.store().corrections())) == before


@pytest.mark.parametrize(("page", "identity"), [row for row in OPEN if row[0] in HAVE_A_REASON])
def test_an_editor_is_offered_them(here: Shared, page: str, identity: str) -> None:
    app = opened_at(page, identity)
    assert offered(app)
    assert REASON not in written(app)


@pytest.mark.usefixtures("reader")
def test_a_link_that_opens_the_form_opens_none_for_a_reader(here: Shared) -> None:
    assert offered(opened_at("event.py", "e-airstrike-a", do="edit")) == []


@pytest.mark.parametrize(("role", "may"), [("reader", False), ("editor", True), ("", True)])
def test_the_card_on_the_map_knows_who_may_put_right(here: Shared, role: str, may: bool) -> None:
    served = TestClient(Starlette(routes=api.routes(here.settings)))
    headers = {ROLE_HEADER: role} if role else {}
    assert served.get("/api/events/e-airstrike-a", headers=headers).json()["may_edit"] is may


def test_who_logged_in_signs_with_their_own_name(here: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "name", lambda: "eve@example.org")
    app = opened_at("event.py", "e-airstrike-a")
    assert [(w.value, w.disabled) for w in app.text_input if w.label.startswith("Your name")] == [
        ("eve@example.org", True)]
    app.session_state["act-who"] = "Someone Else"
    app.button(key="act-accept").click().run()
    assert here.store().corrections()[-1].who == "eve@example.org"
