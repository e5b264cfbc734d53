"""Everyone can use the page: axe-core's rules of WCAG 2 A and AA, a phone's width and fingers, the keyboard alone.

One server, one browser, one tab; all that can be asked of a page is asked at one load of it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.serving import BLOCKS, Served, Tabs, the_map
from tests.filled import undated

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
OF_OTHERS: dict[tuple[str, str], str] = {
    ("meta-viewport", r"^meta"): "folium writes it into the frame, where it rules nothing; the window itself zooms",
}
"""(rule, pattern of the selector): what is not our markup, and why it stays."""
FAINT = (Path(__file__).parent / "faint.js").read_text("utf-8")
"""axe-core finds no elements under a point in the map's frame and so measures no contrast there: this does."""

PATHS = ("/?event=e-airstrike", "/articles", f"/article?id={undated().id}", "/event?id=e-airstrike",
         "/event?id=r-infiltration&do=edit", "/review", "/sources", "/add", "/places", "/about")
MAIN = ("/?event=e-airstrike", "/event?id=e-airstrike", "/review")
DESK, PHONE = (1400, 900), (390, 844)
FINGER = 44  # px, the least side of what is pressed on a phone
QUIET = "document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'"

GROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
SIDEWAYS = """[document.scrollingElement, document.querySelector('[data-testid=stMain]')]
  .some(node => node.scrollWidth > node.clientWidth)"""


@dataclass(frozen=True, slots=True)
class Look:
    """How the page is looked at."""

    language: str
    theme: Literal["light", "dark"]
    size: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.size[0]}"


LOOKS = (Look("en", "light", DESK), Look("ar", "dark", PHONE), Look("en", "dark", PHONE), Look("ar", "light", DESK))
SEEN = [(look, path) for n, look in enumerate(LOOKS) for path in (PATHS if n < 2 else MAIN)]
"""Every page in the two looks that have nothing in common, the main ones in all."""


@cache
def axe() -> str:
    """The script of axe-core, from the package that brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def tab(tabs: Tabs, served: Served) -> Iterator[Callable[[Look], Page]]:
    """One tab, looked at as is asked."""
    page = tabs.open(served, "/web/logo.svg")

    def look_at(look: Look) -> Page:
        width, height = look.size
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=look.theme)
        return page

    yield look_at
    tabs.give_back(page, sound=False)


def go(page: Page, served: Served, path: str, language: str = "en") -> None:
    page.goto(f"{served.url}{path}{'&' if '?' in path else '?'}lang={language}", wait_until="commit")
    ready(page, path)


def ready(page: Page, path: str) -> None:
    """Waits until the page of this path is drawn, and its map with it."""
    page.wait_for_function(f"{QUIET} && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')")
    if path.startswith("/?") or path == "/":
        expect(the_map(page).locator(".dl-cards li").first).to_be_visible(timeout=20_000)
        expect(the_map(page).locator(".dl-pin").first).to_be_visible(timeout=20_000)
    else:
        expect(page.locator(BLOCKS).nth(2)).to_be_attached(timeout=20_000)
    if "?event=" in path:
        expect(the_map(page).locator(".dl-popup .dl-title")).to_be_visible(timeout=20_000)


def map_frame(page: Page) -> Frame:
    handle = page.locator(".st-key-map-frame iframe").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    return frame


def broken(frame: Frame) -> list[str]:
    """Every broken rule: its name, the selector, and what axe says of it."""
    frame.evaluate(axe())
    found: list[list[str]] = frame.evaluate(
        """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ['violations'], iframes: false}))
           .violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.target.join(' '),
             [...node.any, ...node.all, ...node.none].map(check => check.message).join('; '), node.html]))""",
        RULES,
    )
    ours = [row for row in found if not any(row[0] == rule and re.search(where, row[1]) for rule, where in OF_OTHERS)]
    return [" | ".join(row) for row in ours]


@pytest.mark.parametrize(("look", "path"), SEEN, ids=lambda given: str(given).strip("/").split("&")[0])
def test_every_page_is_fit_for_everyone(tab: Callable[[Look], Page], served: Served, look: Look, path: str) -> None:
    page = tab(look)
    go(page, served, path, look.language)
    assert broken(page.main_frame) == []
    if path.startswith("/?"):
        assert broken(map_frame(page)) == []
        assert map_frame(page).evaluate(FAINT) == []
    assert page.evaluate(GROUND) == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[look.theme]
    assert page.evaluate(SIDEWAYS) is False
    if look.size == DESK:  # the same page, its window made as narrow as a phone
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.wait_for_function(f"!({SIDEWAYS})")
    assert not served.strangers


def small(frame: Frame, pattern: str) -> list[str]:
    """What can be pressed and is smaller than a finger."""
    found: list[str] = frame.evaluate(
        """([pattern, least]) => [...document.querySelectorAll(pattern)].filter(node => node.checkVisibility())
           .map(node => [node, node.getBoundingClientRect()])
           .filter(([, box]) => box.width && Math.min(box.width, box.height) < least)
           .map(([node, box]) => `${node.className} ${node.innerText} ${box.width | 0}x${box.height | 0}`)""",
        [pattern, FINGER],
    )
    return found


def test_what_is_pressed_on_a_phone_is_as_large_as_a_finger(tab: Callable[[Look], Page], served: Served) -> None:
    page = tab(LOOKS[2])
    go(page, served, "/")
    assert small(page.main_frame, ".st-key-filters button") == []
    pressed = ".dl-bar button, .dl-fold, .dl-switch button, .dl-time button.dl-tool, .dl-time input, .dl-time select"
    assert small(map_frame(page), pressed) == []
    go(page, served, "/add")
    assert small(page.main_frame, ".stFormSubmitButton button") == []


FOCUS = """(arrived) => {
  const frame = document.activeElement.contentDocument, on = (frame || document).activeElement;
  const ringed = (node) => { const style = getComputedStyle(node);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'; };
  const passing = on.tagName === 'BODY' || on.tagName === 'IFRAME' || on.tabIndex < 0
    || !on.matches(':focus');  // the calendar button inside a date field: the browser rings it itself
  return [Boolean(on.closest(arrived)), passing || ringed(on) || ringed(on.parentElement), on.outerHTML.slice(0, 90)];
}"""


def walk(page: Page, arrived: str) -> None:
    """Presses Tab until the focus is in what the selector names; whatever has it on the way shows it."""
    what = ""
    for _ in range(90):
        page.keyboard.press("Tab")
        there, shown, what = page.evaluate(FOCUS, arrived)
        assert shown, f"has the focus and does not show it: {what}"
        if there:
            return
    raise AssertionError(f"90 times Tab did not lead to {arrived}; last at {what}")


def test_from_the_search_to_an_event_by_key_alone(tab: Callable[[Look], Page], served: Served) -> None:
    page = tab(LOOKS[0])
    go(page, served, "/")
    walk(page, ".st-key-f-text")
    page.keyboard.type("Qanus")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=Qanus**")
    ready(page, "/")
    walk(page, ".dl-card-title")
    page.keyboard.press("Enter")
    expect(the_map(page).locator(".dl-popup .dl-title")).to_be_visible()
    page.wait_for_url(re.compile(r"[?&]event="))
    page.wait_for_function(QUIET)
    walk(page, ".dl-popup a[href*='/event']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/event\?"), wait_until="commit")
    expect(page.locator("h2, h3").first).to_be_visible(timeout=20_000)
