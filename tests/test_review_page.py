"""The review page as Streamlit runs it, without a browser: what is offered, how it is said, what comes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.filters import Filter
from geo.keep import Store
from geo.records import Act, Ends
from geo.show import api, putright
from geo.show.pages import choices
from geo.show.shared import Settings, Shared, shared
from tests.test_corrections import TWO, filled, likely, told
from tests.test_pages import MAIN, WAIT_S, written
from tests.test_route_corrections import TWO as ROUTES


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Shared]:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    before = shared().settings
    filled(Store.open(url), *TWO, told(4, ("clash", 4, 2))).close()
    api.configure(Settings(url, served=True))
    yield shared()
    shared().store().close()
    api.configure(before)


def opened(page: str = "review.py") -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=WAIT_S).run()
    app.switch_page(page).run()
    assert not app.exception
    return app


def queue(app: AppTest) -> list[str]:
    return [b.key.removeprefix("at-") for b in app.button if b.key and b.key.startswith("at-")]


def test_the_most_useful_comes_first_and_is_accepted(here: Shared) -> None:
    app = opened()
    assert queue(app) == ["e0-0", "e4-0"]
    assert "2 left" in written(app)
    app.text_input(key="act-who").set_value("Ada").run()
    app.text_input(key="act-why").set_value("two photographs").run()
    app.button(key="act-accept").click().run()
    assert queue(app) == ["e4-0"]
    event = here.store().event("e0-0")
    assert event is not None
    assert event.reviewed
    (entry,) = here.store().corrections()
    assert (entry.who, entry.why, entry.act) == ("Ada", "two photographs", Act.ACCEPT)
    assert app.text_input(key="act-who").value == "Ada"
    assert app.text_input(key="act-why").value == ""
    app.button(key="act-undo").click().run()
    assert sorted(queue(app)) == ["e0-0", "e4-0"]
    assert not here.store().event("e0-0").reviewed  # type: ignore[union-attr]


def test_all_done_says_so(here: Shared) -> None:
    app = opened()
    for _ in range(2):
        app.button(key="act-reject").click().run()
    assert "Everything has been looked at." in written(app)
    app.segmented_control(key="review-view").set_value("Rejected").run()
    back = [b for b in app.button if b.key and b.key.startswith("back-")]
    assert len(back) == 2
    back[0].click().run()
    assert [e.id for e in here.store().to_review(5)[0]] == ["e4-0"]


def test_the_form_changes_type_and_date(here: Shared) -> None:
    app = opened()
    app.button(key="act-edit").click().run()
    app.selectbox(key="edit-e0-0-type").set_value("shelling_missile").run()
    app.date_input(key="edit-e0-0-end").set_value("2019-09-10").run()
    app.button(key="act-save").click().run()
    event = here.store().event("e0-0")
    assert event is not None
    assert event.event_type == "shelling_missile"
    assert (str(event.when.end), event.when.precision) == ("2019-09-10", "range")
    assert [c.act for c in here.store().corrections()] == [Act.RETYPE, Act.REDATE]
    app.button(key="act-undo").click().run()
    event = here.store().event("e0-0")
    assert event is not None
    assert (event.event_type, event.when.precision, event.reviewed) == ("airstrike", "day", False)


def test_two_who_edit_one_event_do_not_take_each_others_word_back(here: Shared) -> None:
    app = opened()
    app.button(key="act-edit").click().run()
    putright.correct(here, Act.RESTATUS, ["e0-0", "e1-0"], who="another", why="", status="claimed")
    app.selectbox(key="edit-e0-0-type").set_value("shelling_missile").run()
    assert [i.value for i in app.info] == [
        "Somebody put this right meanwhile. What you do not change stays as they left it."]
    app.button(key="act-save").click().run()
    event = here.store().event("e0-0")
    assert event is not None
    assert (event.event_type, event.status) == ("shelling_missile", "claimed")


def test_what_is_gone_is_said_and_nothing_is_kept(here: Shared) -> None:
    app = opened()
    putright.correct(here, Act.REJECT, ["e0-0", "e1-0"], who="another", why="")
    app.button(key="act-skip").click().run()
    assert queue(app) == ["e4-0"]
    with pytest.raises(ValueError, match="not there any more"):
        putright.correct(here, Act.ACCEPT, ["nobody"], who="", why="")
    assert len(here.store().corrections()) == 1


def test_look_alikes_are_those_of_the_merge_and_those_near(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/alike.sqlite"
    filled(Store.open(url), *likely(), told(4, ("airstrike", 1, 10)), told(5, ("airstrike", 4, 10))).close()
    here = Shared(Settings(url))
    event = here.store().event("e0-0")
    assert event is not None
    alike = [e.id for e in putright.look_alikes(here, event, 5)]
    assert "e5-0" not in alike  # in another country
    assert alike
    here.store().close()


def test_what_came_in_meanwhile_is_merged_first(here: Shared) -> None:
    here.store().add(told(2, ("airstrike", 0, 9)))
    putright.correct(here, Act.ACCEPT, ["e0-0"], who="", why="")
    event = here.store().event("e2-0")
    assert event is not None
    assert (len(event.member_ids), event.reviewed) == (3, True)


def test_the_form_of_a_route_turns_it_and_changes_status_and_day(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/routes.sqlite"
    before = shared().settings
    filled(Store.open(url), *ROUTES).close()
    api.configure(Settings(url, served=True))
    app = opened()
    app.button(key="act-edit").click().run()
    assert [b.key for b in app.button if b.key and b.key.startswith("act-add-")] == [
        "act-add-origin", "act-add-waypoint", "act-add-destination"]
    app.selectbox(key="edit-r1-0-status").set_value("planned").run()
    app.date_input(key="edit-r1-0-start").set_value("2019-09-03").run()
    app.date_input(key="edit-r1-0-end").set_value("2019-09-04").run()
    app.button(key="act-turn").click().run()
    assert [o.split("\\")[0] for o in app.radio(key="edit-r1-0-which").options] == ["To: Syria", "From: Mosul"]
    app.button(key="act-save").click().run()
    store = shared().store()
    assert [c.act for c in store.corrections()] == [Act.REVERSE, Act.RESTATUS, Act.REDATE]
    route = store.route("r0-0")
    assert route is not None
    assert (route.title, route.status) == ("Fighters: from Mosul to Syria", "planned")
    assert (str(route.when.end), route.reviewed) == ("2019-09-04", True)
    app.button(key="act-undo").click().run()
    back = store.route("r0-0")
    assert back is not None
    assert (back.title, back.status, back.reviewed) == ("Fighters: from Syria to Mosul", "past", False)
    with pytest.raises(ValueError, match="needs a place"):  # a route without any end is none
        putright.correct(shared(), Act.ENDS, ["r0-0"], who="", why="", ends=Ends())
    store.close()
    api.configure(before)


def test_what_is_called_alike_is_told_apart_and_the_one_meant_is_parted(tmp_path: Path) -> None:
    """Streamlit knows a choice by its label alone: of two alike the other one would be taken."""
    named = choices.distinct(["a", "b", "c", "d"], {"a": "x", "b": "x", "c": "x (2)", "d": "x"}.__getitem__)
    assert len({named(key) for key in "abcd"}) == 4
    assert named("a") == "x"
    url = f"sqlite:///{tmp_path}/parted.sqlite"
    before = shared().settings
    filled(Store.open(url), *(told(n, ("airstrike", 0, 9)) for n in range(3))).close()
    api.configure(Settings(url, served=True))
    store = shared().store()
    (event,) = store.events(Filter())
    app = AppTest.from_file(MAIN, default_timeout=WAIT_S).run()
    app.session_state["open-event"] = event.id
    app.switch_page("event.py").run()
    offered = app.multiselect(key=f"part-{event.id}")
    assert len({*offered.options}) == 3
    offered.set_value(["e0-0", "e1-0", "e2-0"]).run()
    app.button(key="act-part").click().run()
    assert [e.value[-19:] for e in app.error] == ["leave at least one."]
    app.multiselect(key=f"part-{event.id}").set_value(["e1-0"]).run()
    app.button(key="act-part").click().run()
    assert sorted(e.member_ids for e in store.events(Filter())) == [("e0-0", "e2-0"), ("e1-0",)]
    assert [link.page for link in app.get("page_link") if "id=e1-0" in link.query_string], "the log leads to it"
    api.configure(before)
