"""The map in one file, opened from disk without a network: pins, popups, filters, and text that stays text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from geo.filters import Filter
from geo.keep.days import bars
from geo.records import Actor, Article, Event, Evidence, Route, Span
from geo.show import language
from geo.show.export import write
from geo.show.shown import Citation, Shown
from geo.show.webfiles import FILE_SCRIPTS
from tests.bench_export import copies
from tests.browser.layer_app import HOSTILE
from tests.browser.serving import Open
from tests.browser.test_layer import PIN
from tests.build import PLACES, article
from tests.filled import at, dated, events, routes, undated
from tests.test_export_roundtrip import far, spot

CITED = Citation(Filter(text="<b>bombs</b>"), date(2026, 11, 21), 7)
DRAWN_S = 5.0
SEEDS = (dated(), undated())


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Writes and opens a file; what it asked for elsewhere or did wrong is kept in `page.strangers`."""
    contexts = []

    def open_file(found: Sequence[Event], moved: Sequence[Route], told: Sequence[Article], **look: object) -> Page:
        path = tmp_path / "map.html"
        with path.open("wb") as out:
            write("html", Shown(found, moved, {a.id: a for a in told}, CITED), out)
        size = {"width": look.pop("width", 1200), "height": look.pop("height", 800)}
        context = browser.new_context(viewport=size, reduced_motion="reduce", offline=True, **look)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        wrong: list[str] = []
        page.strangers = wrong  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: None if asked.url == path.as_uri() else wrong.append(asked.url))
        page.goto(path.as_uri())
        page.locator(".dl-map[data-dl-drawn]").wait_for(state="attached")  # a function to wait for would need eval
        page.evaluate("DL.idle()")
        return page

    yield open_file
    for context in contexts:
        context.close()


def seeds(opened: Open, **look: object) -> Page:
    return opened(events(), routes(), SEEDS, **look)


def test_the_file_draws_pins_and_asks_nobody(opened: Open) -> None:
    page = seeds(opened)
    expect(page.locator(PIN)).to_have_count(4)
    expect(page.locator(".dl-edge")).to_contain_text("US announces sanctions")
    assert [legs > 0 for legs in page.evaluate("DL.state().routes")] == [True]
    expect(page.locator("#dl-bar output")).to_have_text("5 events, 1 route of 6")
    assert page.strangers == []  # type: ignore[attr-defined]


def test_a_popup_tells_what_the_article_says(opened: Open) -> None:
    page = seeds(opened)
    page.locator(".dl-pin[data-dl-key=e-airstrike]").focus()
    page.keyboard.press("Enter")
    popup = page.locator(".dl-popup")
    expect(popup).to_contain_text("Bombs were dropped on Qanus – located near the US military base in Qayyarah")
    expect(popup.locator("mark.dl-mark-trigger").first).to_have_text("Bombs were dropped")
    expect(popup).to_contain_text("the same load")
    expect(popup.locator("blockquote")).to_have_count(3)
    assert popup.locator("a").count() == 0, "no page of an app stands behind the file, and the seeds have no address"
    page.locator(".dl-popup .dl-close").click()
    page.locator(".dl-edge li button").click()
    expect(page.locator(".dl-popup")).to_contain_text("On Tuesday")
    assert page.strangers == []  # type: ignore[attr-defined]


def test_filters_change_pins_offline(opened: Open) -> None:
    page = seeds(opened)
    pins, count = page.locator(PIN), page.locator("#dl-bar output")
    page.get_by_label("Last day of the selection").fill("2019-08-31")
    expect(pins).to_have_count(1)
    expect(count).to_have_text("1 event, 0 routes of 6")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(pins).to_have_count(4)
    page.locator(".dl-pick-type summary").click()
    page.get_by_role("checkbox", name="Airstrike").check()
    expect(pins).to_have_count(1)
    expect(page.locator(".dl-pick-type summary")).to_have_text("Types: Airstrike")
    page.get_by_role("checkbox", name="Airstrike").uncheck()
    page.locator(".dl-pick-source summary").click()
    page.get_by_role("checkbox", name="ABC News").check()
    expect(count).to_have_text("2 events, 1 route of 6")
    expect(pins).to_have_count(2)
    page.get_by_label("First day of the selection").fill("2020-01-01")
    expect(count).to_have_text("Nothing matches; clear a filter.")
    expect(pins).to_have_count(0)
    page.get_by_role("button", name="Clear", exact=True).click()
    words_status_and_place(page)
    assert page.strangers == []  # type: ignore[attr-defined]


def words_status_and_place(page: Page) -> None:
    """Words stand in sentences, titles, places and actors, whole and all of them; a status; a place that is found."""
    pins, count = page.locator(PIN), page.locator("#dl-bar output")
    words = page.get_by_role("searchbox", name="Search", exact=True)
    none = "Nothing matches; clear a filter."
    for asked, told in (("BOMBS dropped", "2 events, 0 routes of 6"), ("bomb droppe", none), ("?!", none),
                        ("members isis", "1 event, 1 route of 6"), ("Qânus", "3 events, 1 route of 6")):
        words.fill(asked)
        words.press("Enter")
        expect(count).to_have_text(told)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(words).to_have_value("")
    page.locator(".dl-pick-status summary").click()
    page.get_by_role("checkbox", name="ongoing").check()
    expect(pins).to_have_count(1)
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_role("button", name="Search a place").click()
    field = page.get_by_role("searchbox", name="Search a place")
    field.fill("baghdad")
    expect(page.locator(".dl-found li")).to_have_text(["Baghdadtown on the base map · Iraq"])
    field.fill("qanus")
    expect(page.locator(".dl-found li").first).to_contain_text("island · Salah ad Din, Iraq")
    page.get_by_role("button", name="Only events here").click()
    expect(count).to_have_text("3 events, 1 route of 6")
    page.get_by_role("button", name="Place: Qanus Island ×").click()
    expect(pins).to_have_count(4)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Layers").click()
    page.get_by_role("checkbox", name="Heat").check()
    page.evaluate("DL.idle()")
    assert page.evaluate("DL.state().heat") > 0


def test_the_list_follows_map_timeline_and_counts(opened: Open) -> None:
    page = seeds(opened)
    rows, count = page.locator(".dl-cards li"), page.locator(".dl-count")
    expect(rows).to_have_count(6)
    rows.filter(has_text="Recruitment").locator("button").click()
    expect(page.locator(".dl-popup .dl-title")).to_have_text("Recruitment at the Al Hol camp")
    expect(rows.filter(has_text="Recruitment")).to_have_attribute("aria-current", "true")
    page.locator(".dl-lane").first.click()
    expect(page.locator(".dl-popup .dl-title")).to_have_text("Airstrike on Qanus Island")
    page.get_by_label("Last day of the selection").fill("2019-08-31")
    expect(rows.filter(has_not_text="Airstrike")).to_have_count(1)
    page.get_by_role("button", name="Clear dates").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Counts").click()
    page.locator(".dl-counts button", has_text="Airstrike").click()
    expect(page.locator(".dl-pick-type summary")).to_have_text("Types: Airstrike")
    expect(count).to_contain_text("1 event in view")
    page.get_by_role("button", name="Table").click()
    expect(page.locator(".dl-table tbody tr")).to_have_count(1)
    assert page.strangers == []  # type: ignore[attr-defined]


def test_the_file_is_cited_in_plain_text(opened: Open) -> None:
    page = seeds(opened)
    expect(page.locator("#dl-cite")).to_have_text(
        "Dateline, 5 events and 1 route, with “<b>bombs</b>”; exported 21 Nov 2026, data version 7."
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_sideways_scroll(opened: Open, scheme: str) -> None:
    page = seeds(opened, width=390, height=844, color_scheme=scheme)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    box = page.locator("#dl-file-map").bounding_box()
    assert box is not None
    assert box["height"] > 400


def hostile() -> tuple[list[Event], list[Route], list[Article]]:
    """Every attack in every text."""
    found, moved, told = [], [], []
    for number, text in enumerate(HOSTILE):
        one = article(f"{text} was hit.", None, title=text, source=text, url=f"javascript:window.pwn=1//{number}")
        spot = replace(PLACES["Mosul"], gazetteer_id=text, name=text, within=((text, text),))
        where = replace(at("Mosul"), place=spot, name_in_text=text, relation=text, alternatives=(spot,))
        said = (Evidence(one.id, Span(0, len(one.text)), text, Span(0, 2), Span(2, 4)),)
        found.append(replace(
            events()[0], id=f"e{number}", title=text, where=where, evidence=said, origins=(text,), weapons=(text,),
            actors=(Actor(text, "actor"), Actor(text, "target")), factors=((text, 0.5),), conflicts=(text,),
        ))
        moved.append(replace(routes()[0], id=f"r{number}", title=text, origins=(where,), movers=(text,), mode=text,
                             evidence=said, cited=(text,)))
        told.append(one)
    return found, moved, told


def test_no_text_runs_as_code(opened: Open) -> None:
    found, moved, told = hostile()
    page = opened(found, moved, told)
    scripts = 2 + len(FILE_SCRIPTS)
    assert page.locator("script").count() == scripts, "Leaflet, the layer's with the file's own, and the data"
    page.locator(".dl-pick-source summary").click()
    page.keyboard.press("Escape")
    for item in (*found, *moved):
        page.evaluate("id => DL.do({do: 'open', id, nonce: id})", item.id)
        page.evaluate("DL.idle()")
        page.locator(".dl-popup .dl-title").wait_for()
        page.locator(".dl-popup summary").click()
        if item.id == "e0":
            assert HOSTILE[0] in page.locator(".dl-popup").inner_text()
    page.get_by_role("button", name="Search a place").click()
    for field in (page.locator(".dl-search input"), page.locator("#dl-bar .dl-words")):
        field.fill(HOSTILE[0])
        field.press("Enter")
        page.evaluate("DL.idle()")
    page.locator(".dl-found .dl-more").first.click()
    expect(page.locator(".dl-pick-place")).to_contain_text("Place: ")
    assert page.evaluate("window.pwn") is None
    assert page.locator("a[href^=javascript], img[src=x]").count() == 0
    assert not page.strangers  # type: ignore[attr-defined]


def test_the_policy_refuses_what_is_not_the_files_own(opened: Open) -> None:
    """Even markup that got in would not run: the hashes name our scripts alone."""
    page = seeds(opened)
    page.evaluate("""() => {
      const box = document.createElement('div');
      box.innerHTML = '<img src=x onerror="window.pwn=1">';
      document.body.append(box);
      const script = document.createElement('script');
      script.textContent = 'window.pwn=2';
      document.body.append(script);
    }""")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.pwn") is None


def drag(page: Page, begin: float, end: float) -> None:
    """Over the bars, from one part of their width to another."""
    box = page.locator(".dl-bars").bounding_box()
    assert box is not None
    for n, part in enumerate((begin, end)):
        page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2, steps=4)
        (page.mouse.down, page.mouse.up)[n]()


def test_ten_thousand_events_are_drawn_brushed_and_filtered_in_time(opened: Open) -> None:
    made = copies(9_900)
    page = opened(made.events, made.routes, tuple(made.articles.values()))
    told = page.evaluate("DatelineLayer.answers(DatelineLayer.held, name => name)('/api/days', '')")
    days = [(e.when.start.toordinal(), e.when.end.toordinal()) for e in made.events if e.when.start and e.when.end]
    first, last = (np.array([span[n] for span in days], np.int32) for n in (0, 1))
    bars_ = bars(first, last, np.ones(len(days), np.bool_))
    assert told["sure"] == list(bars_.sure)
    assert told["loose"] == dict(bars_.loose)
    assert [round(n, 2) for n in told["spread"]] == pytest.approx(bars_.spread, abs=0.011)
    count = page.locator("#dl-bar output")
    drag(page, 0.3, 0.5)
    expect(page.locator(".dl-brush")).to_be_visible()
    expect(count).not_to_have_text("9,900 events, 99 routes of 9,999")
    page.evaluate("DL.idle()")
    chosen = page.evaluate("DL.state().days")
    inside = sum(e.when.end >= date.fromisoformat(chosen["from"]) and e.when.start <= date.fromisoformat(chosen["to"])
                 for e in made.events if e.when.start and e.when.end)
    expect(count).to_have_text(f"{inside:,} events, 0 routes of 9,999")
    expect(page.locator(".dl-count")).to_contain_text("in view")
    page.locator(".dl-bars").dblclick()
    expect(count).to_have_text("9,900 events, 99 routes of 9,999")
    took = page.evaluate("""async () => {
      const began = performance.now();
      DL.do({do: 'filter', query: 'from=2019-01-01'});
      await DL.idle();
      return performance.now() - began;
    }""")
    assert took / 1000 < DRAWN_S
    expect(page.locator(".dl-disc").first).to_be_visible()
    assert page.strangers == []  # type: ignore[attr-defined]


def test_what_lies_across_180_is_seen_together(opened: Open) -> None:
    made = far()
    one = made.events[0]
    spots = [replace(one, id=f"e{n}", where=spot(lon, 10)) for n, lon in enumerate((172, -172))]
    page = opened(spots, made.routes[:1], SEEDS)
    expect(page.locator(".dl-count")).to_have_text("2 events, 1 route in view")
    width = page.locator("#dl-file-map").bounding_box()["width"]  # type: ignore[index]
    pins = [pin["x"] for pin in (page.locator(PIN).nth(n).bounding_box() for n in (0, 1)) if pin]
    assert 100 < abs(pins[0] - pins[1]) < width, "16 degrees, not 344"
    assert page.evaluate("DL.state().zoom") > 3
    assert page.strangers == []  # type: ignore[attr-defined]


def test_an_arabic_file_runs_from_the_right(opened: Open) -> None:
    language.speak("ar")
    try:
        page = seeds(opened)
    finally:
        language.speak(language.ENGLISH)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    expect(page.locator(".dl-pick-type summary")).to_have_text("الأنواع: الكل")
    expect(page.locator("#dl-cite")).to_contain_text("صُدّر في 21 تشرين الثاني 2026")
    rail, spot = page.locator(".dl-rail").bounding_box(), page.locator("#dl-file-map").bounding_box()
    assert rail is not None
    assert spot is not None
    assert rail["x"] < spot["x"]
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
