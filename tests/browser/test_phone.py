"""Filters behind one button, cards that fit a phone's map, coordinates by finger, distance by key; a store that is
taken away under an open page."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.serving import Open, Served, serving, the_map
from tests.browser.test_access import broken, map_frame, small
from tests.filled import fill

WAIT = 20_000
HOLD = """() => { const box = document.querySelector('#map_div'), at = box.getBoundingClientRect();
  window.finger = (name) => box.dispatchEvent(new (name === 'click' ? MouseEvent : PointerEvent)(name, {bubbles: true,
    cancelable: true, pointerType: 'touch', isPrimary: true, clientX: at.left + 250, clientY: at.top + 60}));
  window.finger('pointerdown'); }"""


def test_all_filters_stand_behind_one_button(opened: Open, served: Served) -> None:
    page = opened(served, "/?type=airstrike&from=2019-08-01", width=390, height=844)
    opener = page.get_by_role("button", name=re.compile("^Filters"))
    expect(opener).to_contain_text("2", timeout=2 * WAIT)
    expect(page.locator(".st-key-sheet")).to_be_hidden()
    opener.click()
    sheet = page.get_by_role("dialog", name="Filters")
    expect(sheet).to_be_visible()
    assert small(page.main_frame, ".st-key-sheet button") == []
    assert broken(page.main_frame) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    sheet.locator(".st-key-pop-types button").click()
    page.get_by_role("button", name="Sanctions 1").click()
    expect(sheet.get_by_role("button", name="Show 2 events")).to_be_visible(timeout=WAIT)
    page.keyboard.press("Escape")  # the choice of types
    expect(page.locator("[data-testid=stPopoverBody]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.get_by_role("dialog", name="Filters").get_by_role("button", name="Clear all").click()
    expect(opener).to_have_text("Filters", timeout=WAIT)
    page.get_by_role("button", name="Show 5 events").click()
    expect(page.locator(".st-key-sheet")).to_be_hidden()
    assert not served.strangers


def test_cards_over_the_map_fit_and_a_finger_held_asks_for_coordinates(opened: Open, served: Served) -> None:
    page = opened(served, "/", width=390, height=844)
    frame = the_map(page)
    expect(frame.locator(".dl-pin").first).to_be_visible(timeout=2 * WAIT)
    frame.get_by_role("button", name="Layers").click()
    menu, box = frame.locator(".dl-menu").bounding_box(), frame.locator("#map_div").bounding_box()
    assert menu is not None
    assert box is not None
    assert box["y"] <= menu["y"] < menu["y"] + menu["height"] <= box["y"] + box["height"]
    frame.get_by_role("button", name="Layers").click()
    inside = map_frame(page)
    inside.evaluate(HOLD)
    expect(frame.get_by_role("button", name=re.compile("^Copy"))).to_be_visible()
    inside.evaluate("() => ['pointerup', 'click'].forEach(window.finger)")
    expect(frame.get_by_role("button", name=re.compile("^Copy"))).to_be_visible()
    inside.evaluate("() => ['pointerdown', 'pointerup', 'click'].forEach(window.finger)")
    expect(frame.get_by_role("button", name=re.compile("^Copy"))).to_have_count(0)


def test_distance_by_key_alone(opened: Open, served: Served) -> None:
    page = opened(served)
    frame = the_map(page)
    expect(frame.locator(".dl-pin").first).to_be_visible(timeout=2 * WAIT)
    frame.get_by_role("button", name="Measure a distance").press("Enter")
    expect(frame.locator("#map_div")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    map_frame(page).evaluate("() => window.DL.idle()")
    page.keyboard.press("Enter")
    expect(frame.locator(".dl-note")).to_contain_text("km, as the crow flies")


def test_a_store_that_is_taken_away_is_said_and_back_again(opened: Open, tmp_path: Path) -> None:
    path, aside = tmp_path / "store.sqlite", tmp_path / "aside"
    fill(f"sqlite:///{path}").close()
    with serving(f"sqlite:///{path}", tmp_path / "log") as here:
        page = opened(here, "/articles")
        expect(page.get_by_text("2 articles.")).to_be_visible(timeout=2 * WAIT)
        aside.mkdir()
        for file in tmp_path.glob("store.sqlite*"):
            file.rename(aside / file.name)
        page.get_by_role("link", name="Sources").click()
        expect(page.get_by_text("was deleted, moved or replaced while it was open")).to_be_visible(timeout=WAIT)
        for file in aside.glob("*"):
            file.rename(tmp_path / file.name)
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("2 sources.")).to_be_visible(timeout=WAIT)
