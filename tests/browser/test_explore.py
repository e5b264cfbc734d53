"""Exploring in a real browser: timeline, list, table, counts, filters, tools, links, embedding; all of one state."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.serving import Open, Served, serving, the_map
from tests.many import fill as fill_many

MANY = 3000
WAIT = 20_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Three thousand made-up events over ten years."""
    folder = tmp_path_factory.mktemp("many")
    url = f"sqlite:///{folder / 'store.sqlite'}"
    fill_many(url, MANY)
    with serving(url, folder / "log") as made:
        yield made


@pytest.fixture
def opened(opened: Open) -> Open:
    """Opens pages and waits until map and list are there."""

    def opener(served: Served, path: str = "/", **look: object) -> Page:
        page = opened(served, path, **look)
        expect(the_map(page).locator("[data-dl-drawn]")).to_be_attached(timeout=2 * WAIT)
        return page

    return opener


def count(page: Page) -> Locator:
    return the_map(page).locator(".dl-count")


def shown(frame: FrameLocator) -> int:
    """Events in view, as the line above the list says."""
    return int(re.sub(r"\D", "", frame.locator(".dl-count b").inner_text().split("event")[0]))


def drag(page: Page, start: float, end: float) -> None:
    """Over the bars, in parts of their width."""
    box = the_map(page).locator(".dl-bars").bounding_box()
    assert box is not None
    y = box["y"] + 25
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + (start + end) / 2 * box["width"], y, steps=4)
    page.mouse.move(box["x"] + end * box["width"], y, steps=4)
    page.mouse.up()


def notes_and_strangers(page: Page, served: Served) -> None:
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    assert not served.strangers


# --- time


def test_a_brush_filters_map_list_dates_and_address_alike(opened: Open, many: Served) -> None:
    page = opened(many)
    frame = the_map(page)
    expect(count(page)).to_contain_text("events", timeout=WAIT)
    expect(frame.locator(".dl-time-note")).to_contain_text(
        re.compile(r"Hatched: known only .* to longer, spread evenly"), timeout=WAIT)
    everything = shown(frame)
    drag(page, 0.3, 0.6)
    page.wait_for_url(re.compile(r"from=\d{4}-\d\d-\d\d&to="), timeout=WAIT)
    expect(page.locator(".st-key-pop-dates button").first).not_to_contain_text("any")
    expect(frame.locator(".dl-brush")).to_be_visible()
    expect(frame.get_by_label("First day of the selection")).not_to_have_value("")
    expect(count(page)).not_to_contain_text(f"{everything:,} events", timeout=WAIT)
    chosen = shown(frame)
    assert 0 < chosen < everything
    frame.get_by_role("button", name="Clear dates").click()
    expect(count(page)).to_contain_text(f"{everything:,} events", timeout=WAIT)
    expect(frame.locator(".dl-brush")).to_be_hidden()
    notes_and_strangers(page, many)


def test_the_days_can_be_typed(opened: Open, served: Served) -> None:
    page = opened(served)
    frame = the_map(page)
    frame.get_by_label("First day of the selection").fill("2019-09-11")
    expect(frame.locator(".dl-cards li")).to_have_count(3, timeout=WAIT)
    page.wait_for_url("**from=2019-09-11**", timeout=WAIT)
    frame.get_by_label("Last day of the selection").fill("2019-09-01")  # before the first: they change places
    expect(frame.get_by_label("First day of the selection")).to_have_value("2019-09-01", timeout=WAIT)


def test_few_events_have_a_bar_each_as_long_as_what_is_known(opened: Open, served: Served) -> None:
    page = opened(served)
    frame = the_map(page)
    lanes = frame.locator(".dl-lane")
    expect(lanes).to_have_count(5, timeout=WAIT)
    widths = {
        lane.get_attribute("title") or "": (lane.bounding_box() or {"width": 0})["width"] for lane in lanes.all()
    }
    month = next(width for title, width in widths.items() if "in Aug 2019" in title)
    week = next(width for title, width in widths.items() if title.startswith("Airstrike"))
    day = next(width for title, width in widths.items() if "Tue 10 Sep 2019" in title)
    assert month > 5 * week > 5 * day
    lanes.filter(has_text="").first.click()
    expect(frame.locator(".dl-popup .dl-title")).to_be_visible(timeout=WAIT)


def test_play_goes_bar_by_bar_and_stops(opened: Open, served: Served) -> None:
    page = opened(served)
    frame = the_map(page)
    expect(frame.locator(".dl-lane")).to_have_count(5, timeout=WAIT)
    last = frame.get_by_label("Last day of the selection")
    for how in ("cumulative", "moving"):
        frame.get_by_label("How to play").select_option(how)
        frame.get_by_role("button", name="Play", exact=True).click()
        expect(frame.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        expect(last).not_to_have_value("", timeout=WAIT)
        early = last.input_value()
        expect(last).not_to_have_value(early, timeout=WAIT)
        frame.get_by_role("button", name="Pause", exact=True).click()
        expect(frame.get_by_role("button", name="Play", exact=True)).to_be_visible()
        page.wait_for_url(re.compile("to=2019"), timeout=WAIT)  # the page hears of it when it stops
        frame.get_by_role("button", name="Clear dates").click()
        page.wait_for_url(lambda url: "to=" not in url, timeout=WAIT)


# --- beside the map


def test_counts_follow_the_map_and_filter(opened: Open, many: Served) -> None:
    page = opened(many)
    frame = the_map(page)
    frame.get_by_role("button", name="Counts", exact=True).click()
    rows = frame.locator(".dl-counts").first.locator("tbody tr")
    expect(rows.first).to_be_visible(timeout=WAIT)
    expect(frame.locator(".dl-legend .dl-body")).to_be_hidden()
    whole = rows.first.inner_text()
    frame.get_by_role("button", name="Zoom in").click()
    frame.get_by_role("button", name="Zoom in").click()
    expect(rows.first).not_to_have_text(whole, timeout=WAIT)
    frame.locator(".dl-counts").first.locator("tbody button").first.click()
    page.wait_for_url("**type=**", timeout=WAIT)
    expect(rows).to_have_count(1, timeout=WAIT)


def test_a_table_sorts_flies_and_marks(opened: Open, many: Served) -> None:
    page = opened(many)
    frame = the_map(page)
    frame.get_by_role("button", name="Table", exact=True).click()
    frame.get_by_role("button", name="Confidence", exact=True).click()
    expect(frame.locator(".dl-table th[aria-sort=descending]")).to_have_text("Confidence", timeout=WAIT)
    numbers = [float(n) for n in frame.locator(".dl-table tbody td:last-child").all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)
    row = frame.locator(".dl-table tbody tr").nth(2)
    title = row.locator("th").inner_text().strip()
    row.locator("button").click()
    expect(frame.locator(".dl-popup .dl-title")).to_have_text(title, timeout=WAIT)
    expect(frame.locator(".dl-table tr.dl-chosen")).to_have_count(1, timeout=WAIT)
    page.wait_for_url("**event=made-**", timeout=WAIT)


def test_what_is_picked_on_the_map_is_marked_in_the_list(opened: Open, served: Served) -> None:
    page = opened(served)
    frame = the_map(page)
    expect(frame.locator(".dl-cards li")).to_have_count(6, timeout=WAIT)
    frame.locator("[data-dl-key='e-airstrike']").click()
    page.wait_for_url("**event=e-airstrike**", timeout=WAIT)
    expect(frame.locator(".dl-next")).to_have_text("1 of 3 here ›", timeout=WAIT)  # the page's run left it as it was
    page.keyboard.press("Escape")
    frame.locator("[data-dl-key='e-recruitment']").click()
    expect(frame.locator(".dl-cards li.dl-chosen")).to_contain_text("Recruitment", timeout=WAIT)
    page.keyboard.press("Escape")
    expect(frame.locator(".dl-cards li.dl-chosen")).to_have_count(0)
    page.wait_for_url(lambda url: "event=" not in url, timeout=WAIT)


# --- filters


def test_each_filter_shows_how_many_it_would_give_and_finds_a_place_by_name(opened: Open, served: Served) -> None:
    page = opened(served)
    page.locator(".st-key-pop-types button").first.click()
    expect(page.locator(".st-key-f-types button").filter(has_text="Airstrike")).to_have_text("Airstrike 1")
    page.keyboard.press("Escape")
    page.locator(".st-key-pop-status button").first.click()
    expect(page.locator(".st-key-f-statuses button").filter(has_text="ongoing")).to_have_text("ongoing 1")
    page.keyboard.press("Escape")
    page.locator(".st-key-pop-place button").first.click()
    page.locator(".dl-placebox input").fill("salah ad")
    found = page.locator(".dl-placebox li button").first
    expect(found).to_contain_text("Salah ad Din", timeout=WAIT)
    found.click()
    page.wait_for_url("**place=**", timeout=WAIT)
    expect(page.locator(".st-key-pop-place button").first).to_contain_text("Place: ", timeout=WAIT)


def test_actor_and_origins_filter(opened: Open, many: Served) -> None:
    page = opened(many, "/?actor=group+3&min_origins=4")
    frame = the_map(page)
    expect(page.locator(".st-key-pop-more button").first).to_contain_text("group 3, 4 origins")
    expect(count(page)).to_contain_text("event", timeout=WAIT)
    frame.locator(".dl-card-title").first.click()
    expect(frame.locator(".dl-popup")).to_contain_text("Group 3", timeout=WAIT)


def test_an_empty_result_names_the_filter_over_the_map(opened: Open, served: Served) -> None:
    page = opened(served, "/?type=sanctions&actor=nobody")
    box = page.locator(".st-key-nothing")
    expect(box).to_contain_text("Nothing matches.", timeout=WAIT)
    box.get_by_role("button", name="Drop it").click()
    expect(box).to_have_count(0, timeout=WAIT)
    expect(the_map(page).locator(".dl-cards li")).to_have_count(1, timeout=WAIT)
    assert "actor" not in page.url


# --- over the map


def test_many_without_a_point_are_counted_by_place_and_listed_and_so_is_a_full_spot(
    opened: Open, many: Served
) -> None:
    page = opened(many)
    frame = the_map(page)
    edge = frame.locator(".dl-edge li button").first
    expect(edge).to_contain_text(re.compile("province|whole country"), timeout=WAIT)
    edge.click()
    rows = frame.locator(".dl-popup .dl-list button")
    expect(rows.first).to_be_visible(timeout=WAIT)
    rows.first.click()
    expect(frame.locator(".dl-popup .dl-facts")).to_be_visible(timeout=WAIT)
    page.keyboard.press("Escape")
    expect(frame.locator(".dl-popup")).to_have_count(0)
    for _ in range(12):
        if frame.locator(".dl-popup .dl-list button").count():
            break
        frame.locator(".dl-disc").first.click()
        page.wait_for_function("f => f.contentWindow.DL.idle().then(() => true)",
                               arg=page.locator(".st-key-map-frame iframe").element_handle())
    expect(frame.locator(".dl-popup .dl-list button").first).to_be_visible(timeout=WAIT)
    assert frame.locator(".dl-popup .dl-list button").count() > 1


def test_a_place_is_searched_and_flown_to(opened: Open, served: Served) -> None:
    page = opened(served)
    frame = the_map(page)
    frame.get_by_role("button", name="Search a place").click()
    page.keyboard.type("baghdad")
    expect(frame.locator(".dl-found li").first).to_contain_text("Baghdad", timeout=WAIT)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"at=33\.\d+%2C44\.|at=33\.\d+,44\."), timeout=WAIT)
    page.keyboard.press("Escape")
    expect(frame.locator(".dl-search")).to_have_count(0)


def test_heat_base_maps_distance_and_coordinates(opened: Open, many: Served) -> None:
    page = opened(many)
    frame = the_map(page)
    state = "f => f.contentWindow.DL.state()"
    handle = page.locator(".st-key-map-frame iframe").element_handle()
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_label("Heat").check()
    page.wait_for_function(f"f => ({state})(f).heat > 0", arg=handle)
    frame.get_by_label("Heat").uncheck()
    frame.get_by_label("Dark", exact=True).check()
    expect(frame.locator(".dl-map.dl-dark")).to_have_count(1)
    frame.get_by_label("Plain, without names").check()
    page.wait_for_function(f"f => !({state})(f).labels.some(l => l.kind === 'city')", arg=handle)
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_role("button", name="Measure a distance").click()
    box = frame.locator(".leaflet-container").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 400, box["y"] + 250)
    page.mouse.click(box["x"] + 520, box["y"] + 320)
    expect(frame.locator(".dl-note")).to_contain_text(re.compile(r"\d km, as the crow flies"))
    page.keyboard.press("Escape")
    page.mouse.click(box["x"] + 400, box["y"] + 60, button="right")
    expect(frame.locator(".dl-popup .dl-more")).to_have_text(re.compile(r"Copy \d+\.\d{5}, \d+\.\d{5}"))


# --- links


def test_a_link_reopens_view_filter_and_event(opened: Open, served: Served) -> None:
    page = opened(served, "/?status=reported&status=ongoing")
    frame = the_map(page)
    frame.locator("[data-dl-key='e-recruitment']").click()
    expect(frame.locator(".dl-popup .dl-facts")).to_be_visible(timeout=WAIT)
    frame.get_by_role("button", name="Zoom in").click()
    page.wait_for_url(re.compile(r"event=e-recruitment.*at=|at=.*event=e-recruitment"), timeout=WAIT)
    handle = page.locator(".st-key-map-frame iframe").element_handle()
    zoom = page.evaluate("f => f.contentWindow.DL.state().zoom", handle)
    page.wait_for_url(lambda url: url.endswith(f",{zoom:g}"), timeout=WAIT)
    frame.get_by_role("button", name="Table").click()
    frame.get_by_role("button", name="Where").click()
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_label("Heat").check()
    page.wait_for_url(lambda url: url.endswith("show=table,place-up,heat"), timeout=WAIT)
    link = page.url.removeprefix(served.url)
    again = opened(served, link)
    expect(the_map(again).locator(".dl-popup .dl-title")).to_contain_text("Recruitment", timeout=WAIT)
    other = again.locator(".st-key-map-frame iframe").element_handle()
    again.wait_for_function("([f, zoom]) => f.contentWindow.DL.state().zoom === zoom", arg=[other, zoom])
    assert again.evaluate("f => f.contentWindow.DL.state().query", other) == "status=reported&status=ongoing"
    assert again.evaluate("f => f.contentWindow.DL.state().heat", other)
    expect(the_map(again).get_by_role("columnheader", name="Where")).to_have_attribute("aria-sort", "ascending")


def test_share_gives_the_link_the_frame_and_the_citation(opened: Open, served: Served) -> None:
    page = opened(served, "/?type=airstrike")
    page.wait_for_url("**at=**", timeout=WAIT)
    page.locator(".st-key-pop-share button").first.click()
    fields = page.locator(".dl-share input")
    expect(fields).to_have_count(3, timeout=WAIT)
    link, frame, cite = (fields.nth(n).input_value() for n in range(3))
    assert unquote(link) == unquote(page.url)
    assert frame.startswith('<iframe src="')
    assert "embed=1" in frame
    assert cite.startswith("Dateline, 1 event")
    assert "airstrike" in cite
    page.locator(".dl-share button").first.click()
    expect(page.locator(".dl-share button").first).to_have_text("Copied")


def test_an_embedded_map_has_no_chrome(opened: Open, served: Served) -> None:
    page = opened(served, "/?embed=1&type=airstrike", width=800, height=500)
    frame = the_map(page)
    expect(frame.locator(".dl-pin:not(.dl-route)")).to_have_count(1, timeout=WAIT)
    expect(page.locator("[data-testid=stHeader]")).to_be_hidden()
    expect(page.locator(".st-key-filters")).to_have_count(0)
    expect(frame.locator(".dl-rail")).to_have_count(0)
    expect(frame.locator(".dl-time")).to_be_visible()
    box = page.locator(".st-key-map-frame iframe").bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["y"]), round(box["height"])) == (0, 0, 500)
    way = frame.get_by_role("link", name="Open in Dateline")
    assert "embed" not in (way.get_attribute("href") or "")


BAD = (
    "/?at=north,pole,99&from=yesterday&colour=red&event=" + "%3Cimg%20src%3Dx%3E" * 200,
    "/?at=91,181,4&lang=xx&source=%00%ff%fe&place=%F0%9F&text=" + "a" * 10_000,
    "/?type=airstrike&text=%22&" + "&".join(f"k{n}=v" for n in range(1500)),
)
"""What the map's own script reads (at, event, lang) and what only a browser sends; the rest: tests/test_pages.py."""


@pytest.mark.parametrize("path", BAD, ids=lambda path: path[:30])
def test_bad_addresses_warn_and_never_break(opened: Open, served: Served, path: str) -> None:
    page = opened(served, path)
    expect(page.locator(".st-key-filters")).to_be_visible(timeout=WAIT)
    page.wait_for_function("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")
    assert page.locator("[data-testid=stAlert]").count() <= 7
    notes_and_strangers(page, served)


def test_a_busy_map_fits_the_phone(opened: Open, many: Served) -> None:
    page = opened(many, "/?from=2015-01-01&to=2016-12-31", width=390, height=844, theme="dark")
    expect(the_map(page).locator(".dl-disc").first).to_be_visible(timeout=WAIT)
    expect(the_map(page).locator(".dl-cards li").first).to_be_visible(timeout=WAIT)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
