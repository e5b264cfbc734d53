"""Putting right in a real browser: by key and by mouse, kept in the store, out in the exports, and there after more
articles come in. Each test has events of its own, so that their order does not matter."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.extract.routes import route_title
from geo.filters import Filter
from geo.keep import Store, merge
from geo.records import (
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    Route,
    RouteStatus,
    Span,
    Status,
    When,
    Where,
)
from tests.browser.serving import HOSTILE, Open, Served, serving
from tests.build import PLACES, article


def report(number: int, day: int, paper: str, name: str = "Mosul", **more: Any) -> Findings:
    """An article of one sentence with one event, that could also have happened in Kirkuk."""
    text = f"Report {number}: aircraft bombed a market in {name} on Friday, {paper} said."
    made = article(text, date(2019, 9, 20), source=paper)
    at = text.index(name)
    where = Where(PLACES[name], name, GeoPrecision.EXACT, 8.0, rule="test", alternatives=(PLACES["Kirkuk"],))
    event = Event(
        f"e{number}-{paper[0]}", "airstrike", f"Strike {number}", Status.REPORTED,
        When(date(2019, 9, day), date(2019, 9, day), DatePrecision.DAY, DateBasis.EXPRESSION, "on Friday"), where,
        (Evidence(made.id, Span(0, len(text)), "airstrike: bombed; done", Span(text.index("bombed"), at - 12),
                  Span(at, at + len(name))),),
        confidence=0.2 + number / 100, factors=(("words", 0.2 + number / 100),), origins=(paper,), **more,
    )
    return Findings(made, (), (event,))


def everything() -> list[Findings]:
    """Strikes on days far apart; 5 and 8 are told by two papers, 6 and 7 are alike but not alike enough."""
    found = [report(n, 2 * n, "Alpha Post") for n in range(1, 6)]
    found += [report(5, 10, "Beta Times"), report(8, 20, "Alpha Post"), report(8, 20, "Beta Times")]
    found.append(report(6, 14, "Alpha Post", "Qanus Island"))
    unit = report(7, 15, "Beta Times", "Qanus Island")
    where = Where(PLACES["Salah ad Din"], "Qanus Island", GeoPrecision.ADMIN1, 90.0, rule="test")
    found.append(replace(unit, events=(replace(unit.events[0], where=where),)))
    return [*found, report(9, 24, "Alpha Post"), movement()]


def movement() -> Findings:
    """Fighters from Syria to a Mosul that could also be Kirkuk; sure enough to come last in the queue."""
    text = "Fighters moved from Syria to Mosul, Alpha Post said."
    made = article(text, date(2019, 9, 20), source="Alpha Post")
    syria = Where(PLACES["Syria"], "Syria", GeoPrecision.COUNTRY, 300.0, rule="test")
    mosul = Where(PLACES["Mosul"], "Mosul", GeoPrecision.EXACT, 8.0, rule="test", alternatives=(PLACES["Kirkuk"],))
    route = Route(
        "r1-A", route_title(("fighters",), (syria,), (mosul,)), (syria,), (), (mosul,), ("fighters",), "armed_group",
        "move", True, False, RouteStatus.PAST, When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE),
        (Evidence(made.id, Span(0, len(text)), "route verb: move", Span(9, 14)),), ("Alpha Post",), confidence=0.9,
        factors=(("cue", 0.9),),
    )
    return Findings(made, (), (), (route,))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = f"sqlite:///{tmp_path_factory.mktemp('review') / 'store.sqlite'}"
    store = Store.open(made)
    for findings in everything():
        store.add(findings)
    merge(store)
    store.close()
    return made


@pytest.fixture(scope="module")
def served(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reports of `everything`: these tests decide on them."""
    with serving(url, tmp_path_factory.mktemp("log") / "log") as made:
        yield made


@pytest.fixture
def page(opened: Open, served: Served, request: pytest.FixtureRequest) -> Iterator[Page]:
    yield opened(served, f"/{getattr(request, 'param', 'review')}")
    assert not served.strangers


def asked(served: Served, identity: str) -> dict[str, Any] | None:
    """What the API tells of an event, None when it is gone."""
    try:
        with urllib.request.urlopen(f"{served.url}/api/events/{identity}", timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None


def exported(served: Served) -> dict[str, dict[str, Any]]:
    with urllib.request.urlopen(f"{served.url}/api/events.geojson", timeout=10) as answer:
        return {f["properties"]["title"]: f for f in json.load(answer)["features"]}


def settled(page: Page) -> None:
    page.wait_for_function("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")


def in_hand(page: Page, title: str, *, yes: bool = True) -> None:
    """Waits until the card in hand has this title, or has it no more."""
    card: Locator = page.locator("[class*='st-key-card-chosen'] button", has_text=title)
    expect(card).to_have_count(1 if yes else 0, timeout=10_000)
    settled(page)


def take(page: Page, title: str) -> None:
    """Takes the card of this title in hand."""
    card = page.locator("[class*='st-key-card-'] button", has_text=title)
    expect(card).to_be_visible(timeout=20_000)
    card.click()
    in_hand(page, title)


def test_the_first_is_accepted_by_key(page: Page, served: Served) -> None:
    take(page, "Strike 1")
    before = asked(served, "e1-A")
    assert before
    assert not before["reviewed"]
    page.keyboard.press("a")
    expect(page.locator("body")).to_contain_text("Done: Strike 1", timeout=10_000)
    after = asked(served, "e1-A")
    assert after
    assert (after["reviewed"], after["confidence"]) == (True, 1.0)
    assert exported(served)["Strike 1"]["properties"]["reviewed"] is True
    in_hand(page, "Strike 1", yes=False)


def test_rejecting_takes_it_off_the_map_and_undo_brings_it_back(page: Page, served: Served) -> None:
    take(page, "Strike 2")
    page.keyboard.press("x")
    expect(page.locator("body")).to_contain_text("Done: Strike 2", timeout=10_000)
    assert asked(served, "e2-A") is None
    assert "Strike 2" not in exported(served)
    settled(page)
    page.keyboard.press("u")
    in_hand(page, "Strike 2")
    assert asked(served, "e2-A")
    assert "Strike 2" in exported(served)


def test_keys_go_through_the_queue_and_rest_while_one_types(page: Page, served: Served) -> None:
    take(page, "Strike 3")
    note = page.get_by_label("Note for the log")
    note.click()
    page.keyboard.type("axe ?")
    expect(note).to_have_value("axe ?")
    assert asked(served, "e3-A")
    page.locator(".st-key-panel-review").click(position={"x": 5, "y": 5})
    in_hand(page, "Strike 3")
    page.keyboard.press("j")
    in_hand(page, "Strike 3", yes=False)
    page.keyboard.press("k")
    in_hand(page, "Strike 3")
    page.keyboard.press("?")
    expect(page.get_by_text("M join with another")).to_be_visible(timeout=10_000)
    page.keyboard.press("e")
    expect(page.locator(".st-key-act-save")).to_be_visible(timeout=10_000)
    page.locator(".st-key-act-cancel button").click()
    expect(page.locator(".st-key-act-save")).to_have_count(0, timeout=10_000)
    settled(page)
    page.keyboard.press("s")
    expect(page.locator("[class*='st-key-card-'] button", has_text="Strike 3")).to_have_count(0, timeout=10_000)


@pytest.mark.parametrize("page", ["event?id=e3-A&do=edit"], indirect=True)
def test_the_pin_moves_to_another_candidate(page: Page, served: Served) -> None:
    expect(page.locator("[data-drawn='2']").first).to_be_attached(timeout=20_000)
    page.locator("label", has_text="Kirkuk").click()
    settled(page)
    page.get_by_label("Note for the log").fill("the mayor says so")
    page.locator(".st-key-act-save button").click()
    expect(page.get_by_text("place changed: Kirkuk")).to_be_visible(timeout=15_000)
    expect(page.locator("body")).to_contain_text("the mayor says so")
    feature = exported(served)["Strike 3"]
    assert (feature["properties"]["place_name"], feature["properties"]["reviewed"]) == ("Kirkuk", True)
    assert feature["geometry"]["coordinates"] == [44.392, 35.468]


@pytest.mark.parametrize("page", ["event?id=e4-A&do=edit"], indirect=True)
def test_the_pin_is_dragged_to_a_spot_of_its_own(page: Page, served: Served) -> None:
    pin = page.locator(".st-key-panel-edit .leaflet-marker-draggable").first
    expect(page.locator(".st-key-panel-edit [data-drawn='2']")).to_be_attached(timeout=20_000)
    pin.scroll_into_view_if_needed()
    box = pin.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=5)
    page.mouse.up()
    expect(page.get_by_text("The spot on the map")).to_be_visible(timeout=15_000)
    settled(page)
    page.get_by_label("Name of this spot").fill("Old mill")
    page.locator(".st-key-act-save button").click()  # at once: what the field holds is saved, not what it held
    expect(page.get_by_text("place changed: Old mill")).to_be_visible(timeout=15_000)
    feature = exported(served)["Strike 4"]
    assert feature["properties"]["gazetteer_id"].startswith("own:pin-")
    lon, lat = feature["geometry"]["coordinates"]
    assert (lon > 43.13, lat < 36.335) == (True, True)


@pytest.mark.parametrize("page", ["event?id=e9-A&do=edit"], indirect=True)
def test_the_pin_is_moved_by_key_alone(page: Page, served: Served) -> None:
    expect(page.locator(".st-key-panel-edit [data-drawn='2']")).to_be_attached(timeout=20_000)
    settled(page)
    pin = page.get_by_role("button", name=re.compile("^Mosul. Arrow keys move it"))
    pin.focus()
    said = page.locator(".st-key-panel-edit .dl-small-said")
    expect(said).to_contain_text("Escape takes it back")
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(said).to_contain_text("km from where it was")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Back where it was.")
    page.keyboard.press("Enter")  # nothing was moved: nothing is put anywhere
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The spot on the map: 36.")).to_be_visible(timeout=15_000)
    settled(page)
    field = page.get_by_label("Or coordinates: latitude, longitude")
    field.fill("north of it")
    field.press("Enter")
    expect(page.get_by_text("That is no latitude and longitude")).to_be_visible(timeout=15_000)
    field.fill("36.5, 43.25")
    field.press("Enter")
    expect(page.get_by_text("The spot on the map: 36.5000, 43.2500")).to_be_visible(timeout=15_000)
    settled(page)
    page.locator(".st-key-act-save button").press("Enter")
    expect(page.get_by_text("place changed: 36.5000, 43.2500")).to_be_visible(timeout=15_000)
    assert exported(served)["Strike 9"]["geometry"]["coordinates"] == [43.25, 36.5]


def movements(served: Served) -> list[tuple[list[str], list[str], bool]]:
    with urllib.request.urlopen(f"{served.url}/api/routes.geojson", timeout=10) as answer:
        told = [f["properties"] for f in json.load(answer)["features"]]
    return [(p["origins"], p["destinations"], p["reviewed"]) for p in told]


@pytest.mark.parametrize("page", ["event?id=r1-A&do=edit"], indirect=True)
def test_a_route_gets_another_end_and_is_turned_round(page: Page, served: Served) -> None:
    form = page.locator(".st-key-panel-edit")
    form.locator("label", has_text="To: Mosul").click()
    expect(form.locator("label", has_text="Kirkuk")).to_be_visible(timeout=20_000)
    settled(page)
    form.locator("label", has_text="Kirkuk").click()
    expect(form.locator("label", has_text="To: Kirkuk")).to_be_visible(timeout=15_000)
    page.locator(".st-key-act-turn button").click()
    expect(form.locator("label", has_text="From: Kirkuk")).to_be_visible(timeout=15_000)
    page.locator(".st-key-act-save button").click()
    expect(page.get_by_text("ends changed: Kirkuk → Syria")).to_be_visible(timeout=15_000)
    assert movements(served) == [(["Mosul"], ["Syria"], True)]  # the article's name for what may be Kirkuk
    expect(page.locator("[data-testid='stMain'] h2")).to_contain_text("from Mosul to Syria")
    settled(page)
    page.locator(".st-key-act-undo button").click()
    expect(page.get_by_text("undone later")).to_be_visible(timeout=15_000)
    assert movements(served) == [(["Syria"], ["Mosul"], False)]


@pytest.mark.parametrize("page", ["review?lang=ar"], indirect=True)
def test_the_queue_in_arabic_by_key_alone(page: Page) -> None:
    """Onwards is to the left; letters are known by their place, whatever the layout writes there."""
    held = page.locator("[class*='st-key-card-chosen'] button")
    expect(page.locator(".dl-small-map[data-drawn]")).to_be_attached(timeout=30_000)
    first = held.inner_text()
    page.keyboard.press("ArrowRight")  # there is none before the first
    page.keyboard.press("ArrowLeft")
    expect(held).not_to_have_text(first, timeout=15_000)
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(held).to_have_text(first, timeout=15_000)
    settled(page)
    page.context.new_cdp_session(page).send("Input.dispatchKeyEvent", {
        "type": "keyDown", "code": "KeyE", "key": "ث", "text": "ث", "windowsVirtualKeyCode": 69,
    })
    panel = page.locator(".st-key-panel-edit")
    expect(panel).to_be_focused(timeout=15_000)
    settled(page)
    kind = panel.get_by_role("combobox", name="النوع")
    expect(kind).to_be_visible(timeout=15_000)
    page.keyboard.press("Tab")
    expect(kind).to_be_focused()


@pytest.mark.parametrize("page", ["event?id=e2-A&do=edit"], indirect=True)
def test_a_place_is_found_by_its_name(page: Page, served: Served) -> None:
    field = page.get_by_label("Find a place by its name")
    expect(field).to_be_visible(timeout=20_000)
    field.fill("Tikr")
    page.locator(".dl-small-find li button", has_text=re.compile("^Tikr")).first.click(timeout=60_000)
    expect(page.locator(".st-key-panel-edit label", has_text="Tikr")).to_be_visible(timeout=15_000)
    settled(page)
    page.locator(".st-key-act-save button").click()
    expect(page.get_by_text("place changed: Tikr")).to_be_visible(timeout=15_000)
    assert exported(served)["Strike 2"]["properties"]["place_name"].startswith("Tikr")


@pytest.mark.parametrize("page", ["event?id=e5-A"], indirect=True)
def test_reports_are_parted_and_joined_again(page: Page, served: Served) -> None:
    told = asked(served, "e5-A")
    assert told
    assert told["id"] == asked(served, "e5-B")["id"]  # type: ignore[index]
    settled(page)  # a run that draws the form anew would close what opens
    page.get_by_text("Join with another event, or part its reports").click()
    page.locator("[class*='st-key-part-'] input").click()
    page.get_by_role("option", name=re.compile("Beta Times")).click()
    page.keyboard.press("Escape")
    settled(page)
    page.locator(".st-key-act-part button").click()
    expect(page.get_by_text("parted: not one event")).to_be_visible(timeout=15_000)
    assert asked(served, "e5-A")["id"] != asked(served, "e5-B")["id"]  # type: ignore[index]
    settled(page)
    expect(page.locator(".st-key-act-undo button")).to_have_count(1)
    page.locator(".st-key-act-undo button").click()
    expect(page.get_by_text("undone later")).to_be_visible(timeout=15_000)
    assert asked(served, "e5-A")["id"] == asked(served, "e5-B")["id"]  # type: ignore[index]


def test_two_that_might_be_one_are_asked_about(page: Page, served: Served) -> None:
    page.get_by_text("Might be the same", exact=True).click()
    expect(page.get_by_text("Do these two tell of one event?")).to_be_visible(timeout=20_000)
    expect(page.locator("[class*='st-key-panel-pair-']")).to_have_count(2)
    assert asked(served, "e6-A")["id"] != asked(served, "e7-B")["id"]  # type: ignore[index]
    settled(page)
    page.keyboard.press("m")
    expect(page.get_by_text("Do these two tell of one event?")).to_have_count(0, timeout=15_000)
    assert asked(served, "e6-A")["id"] == asked(served, "e7-B")["id"]  # type: ignore[index]


@pytest.mark.parametrize("page", ["event?id=e8-A"], indirect=True)
def test_a_correction_outlives_what_is_read_later(page: Page, served: Served, url: str) -> None:
    expect(page.locator(".st-key-act-accept")).to_be_visible(timeout=20_000)
    page.locator(".st-key-act-accept button").click()
    expect(page.get_by_text("· accepted")).to_be_visible(timeout=15_000)
    other = Store.open(url)
    for findings in (*everything(), report(8, 20, "Gamma News")):
        other.add(findings)
    merge(other)
    (event,) = (e for e in other.events(Filter()) if "e8-G" in e.member_ids)
    other.close()
    assert (event.reviewed, len(event.member_ids)) == (True, 3)
    told = asked(served, "e8-G")
    assert told
    assert told["reviewed"]
    page.reload()
    expect(page.locator("body")).to_contain_text("3 articles", timeout=20_000)
    expect(page.locator("body")).to_contain_text("reviewed")


@pytest.mark.parametrize("page", ["event?id=e1-A"], indirect=True)
def test_names_and_notes_are_only_text(page: Page) -> None:
    page.get_by_label("Your name, for the log").fill(HOSTILE)
    page.get_by_label("Note for the log").fill(HOSTILE)
    page.get_by_label("Note for the log").press("Enter")
    settled(page)
    page.locator(".st-key-act-reject button").click()
    expect(page.get_by_text("This was rejected.")).to_be_visible(timeout=15_000)
    expect(page.locator("body")).to_contain_text("top.pwn=1")
    page.locator(".st-key-act-back button").click()
    expect(page.locator(".st-key-act-reject")).to_be_visible(timeout=15_000)
    assert page.evaluate("window.pwn") is None
    assert page.locator("a[href^='javascript'], img[src='x']").count() == 0
