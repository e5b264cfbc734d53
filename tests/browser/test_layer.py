"""The map layer alone in a real browser, fed with canned answers; everything off 127.0.0.1 is refused and counted."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.layer_app import HOSTILE
from tests.browser.serving import HOST, Open, running, unused_port

PIN = ".dl-pin:not(.dl-route):not(.dl-disc)"
NEAR = (f"http://{HOST}:", "data:", "blob:")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A server for each scene; scene -> address."""
    folder, addresses = tmp_path_factory.mktemp("layer"), {}
    with ExitStack() as stack:
        for scene in ("seeds", "busy", "hostile"):
            port = unused_port()
            addresses[scene] = f"http://{HOST}:{port}"
            command = [sys.executable, "-m", "tests.browser.layer_app", str(port), scene]
            stack.enter_context(running(command, [addresses[scene]], folder / scene, {}))
        yield addresses


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What the pages share is a cache."""
    made = browser.new_context(viewport={"width": 1022, "height": 690}, reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    made, wrong = context.new_page(), []
    made.strangers = wrong  # type: ignore[attr-defined]
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("request", lambda asked: None if asked.url.startswith(NEAR) else wrong.append(asked.url))
    yield made
    made.close()


@pytest.fixture
def show(page: Page, servers: dict[str, str]) -> Open:
    """Opens a scene and waits until the layer says that all is drawn."""

    def opener(scene: str, query: str = "") -> Page:
        page.goto(f"{servers[scene]}/{query}")
        page.wait_for_selector("[data-dl-drawn]", timeout=15_000)
        idle(page)
        return page

    return opener


def idle(page: Page) -> None:
    page.evaluate("() => DL.idle()")


def do(page: Page, command: dict[str, object]) -> None:
    page.evaluate("c => DL.do(c)", command)
    idle(page)


def strangers(page: Page) -> list[str]:
    """Requests to elsewhere and errors of scripts."""
    found: list[str] = page.strangers  # type: ignore[attr-defined]
    return found


def test_pins_routes_and_base_map_are_drawn_without_the_internet(show: Open) -> None:
    page = show("seeds")
    assert page.locator(PIN).count() == 4
    state = page.evaluate("DL.state()")
    words = {label["text"] for label in state["labels"]}
    assert state["routes"] == [5], "two origins, three destinations over one waypoint"
    assert {"Mosul", "Makhmour", "Jazeera desert", "Kirkuk region", "Syria"} <= words
    assert "Baghdad" in words, "base labels"
    assert next(label for label in state["labels"] if label["text"] == "Syria")["second"] == "whole country"
    assert page.locator(".dl-edge li").count() == 1
    wide = page.evaluate("""async () => {
      const asked = performance.getEntriesByType("resource").find((one) => one.name.includes("basemap.json")).name;
      const base = DatelineLayer.readBasemap(await (await fetch(asked)).json());
      const wide = base.countries.filter((c) => c.rings.some(({ box }) => box[2] - box[0] > 0.9)).map((c) => c.name);
      const named = (lon, lat) => (DatelineLayer.countryAt(base, lon, lat) || {}).name;
      return [wide, named(178, 67), named(-178, 67)];
    }""")
    assert wide == [["Antarctica"], "Russia", "Russia"], "no other country is a band round the world: Russia, Fiji"
    assert not strangers(page)


def test_no_card_lies_over_a_pin_at_first(show: Open) -> None:
    page = show("seeds")
    cards = [page.locator(name).bounding_box() for name in (".dl-legend", ".dl-edge", ".dl-bar >> nth=0")]
    for pin in page.locator(PIN).all():
        box = pin.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        assert not any(c and c["x"] < x < c["x"] + c["width"] and c["y"] < y < c["y"] + c["height"] for c in cards)


def test_popup_says_what_the_api_says(show: Open) -> None:
    page = show("seeds")
    page.get_by_role("button", name="Air, missile, shelling: Airstrike on Qanus Island").click()
    idle(page)
    words = page.locator(".dl-words")
    expect(words).to_have_text(
        "Bombs were dropped on Qanus – located near the base in Qayyarah – amid a series of attacks."
    )
    expect(words.locator("mark")).to_have_text("Qanus")
    assert page.locator(".dl-popup a[target=_blank]").get_attribute("rel") == "noopener noreferrer"
    expect(page.locator(".dl-next")).to_have_text("1 of 3 here ›")
    page.locator(".dl-next").click()
    idle(page)
    expect(page.locator(".dl-next")).to_have_text("2 of 3 here ›")
    page.keyboard.press("Escape")
    expect(page.locator(".dl-popup")).to_have_count(0)
    assert page.evaluate("document.activeElement.dataset.dlKey") == "ev2", "focus is back on the pin"


def test_a_route_opens_from_its_line_and_from_the_keyboard(show: Open) -> None:
    page = show("seeds")
    page.locator(".dl-route").first.focus()
    page.keyboard.press("Enter")
    idle(page)
    expect(page.locator(".dl-kind strong")).to_have_text("Route")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.dlKey") == "rt1"


def test_enter_on_a_cluster_zooms_or_lists(show: Open) -> None:
    page = show("busy")
    disc = page.locator(".dl-disc[title='730 events']").first
    before = page.evaluate("DL.state().zoom")
    disc.focus()
    page.keyboard.press("Enter")
    idle(page)
    page.wait_for_function("z => DL.state().zoom > z", arg=before)
    page.get_by_role("button", name="Reset view").click()
    idle(page)
    pile = page.locator(".dl-disc[title='5 events']")
    pile.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dl-list button")).to_have_count(5)
    page.locator(".dl-list button").nth(1).click()
    idle(page)
    expect(page.locator(".dl-next")).to_have_text("2 of 5 here ›")


def test_filters_leave_the_card_open(show: Open) -> None:
    page = show("seeds")
    do(page, {"do": "filter", "query": "", "open": "ev4", "nonce": 1})
    expect(page.locator(".dl-popup .dl-title")).to_be_visible()
    do(page, {"do": "filter", "query": "", "open": "ev1", "nonce": 1})
    assert page.evaluate("DL.state().selected") == "ev4", "a nonce is heard once"
    do(page, {"do": "filter", "query": "text=one"})
    assert page.locator(PIN).count() == 1
    expect(page.locator(".dl-popup")).to_be_visible()


def test_failures_are_said_and_can_be_tried_again(show: Open) -> None:
    page = show("seeds")
    do(page, {"do": "filter", "query": "text=bad"})
    expect(page.locator(".dl-note")).to_contain_text("text=bad is not <b>known</b>.")
    do(page, {"do": "filter", "query": "text=fail"})
    expect(page.locator(".dl-note")).to_contain_text("The map could not load events.")
    page.evaluate("() => DL.do({do: 'filter', query: ''})")
    idle(page)
    expect(page.locator(".dl-note")).to_be_hidden()


def test_online_tiles_that_cannot_be_had_leave_the_offline_map(show: Open) -> None:
    page = show("seeds", "?tiles=https://tiles.invalid/{z}/{x}/{y}.png")
    expect(page.locator(".dl-note")).to_contain_text("Online map not reachable, offline map shown.", timeout=10_000)
    assert page.locator(PIN).count() == 4


def test_picks_are_told(show: Open) -> None:
    page = show("seeds")
    page.evaluate("window.told = []; window.Streamlit = { setComponentValue: v => window.told.push(v) }")
    page.locator(PIN).last.click()
    page.locator(".dl-edge li button").click()
    idle(page)
    told = page.evaluate("window.told")
    assert len(told) == 2
    assert told[1]["picked"] == "ev5"
    assert told[0]["nonce"] != told[1]["nonce"]


def test_reference_places_are_asked_for(show: Open) -> None:
    page = show("seeds")
    page.get_by_role("button", name="Layers").click()
    page.get_by_label("Reference places").check()
    idle(page)
    labels = page.evaluate("DL.state().labels")
    assert {"kind": "mention", "text": "Baghdad", "second": "mentioned only"} in labels


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_runs_as_code(show: Open, theme: str) -> None:
    page = show("hostile", f"?theme={theme}")
    assert page.locator(PIN).count() == len(HOSTILE)
    page.get_by_role("button", name="Layers").click()
    page.get_by_label("Reference places").check()
    page.locator(".dl-more").click()
    for number in range(len(HOSTILE)):
        pin = page.locator(f".dl-pin[data-dl-key=ev{number}]:not(.dl-route)")
        pin.hover(force=True)
        pin.focus()
        page.keyboard.press("Enter")
        idle(page)
        page.locator(".dl-popup summary").click()
        page.keyboard.press("Escape")
    for row in page.locator(".dl-edge li button").all():
        row.click()
        idle(page)
        page.keyboard.press("Escape")
    page.locator(".dl-route").first.focus()
    page.keyboard.press("Enter")
    idle(page)
    expect(page.locator(".dl-title")).to_have_text(HOSTILE[1])
    shown = {label["text"] for label in page.evaluate("DL.state().labels")}
    assert HOSTILE[0] in shown, "a route's end, as plain text"
    assert page.evaluate("window.pwn") is None
    assert page.locator("a[href^=javascript], img[src=x], .dl-map script").count() == 0
    assert not any("\u202e" in text for text in page.locator(".dl-edge li").all_inner_texts())
    assert not strangers(page)
