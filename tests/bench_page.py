"""python -m tests.bench_page [N]: the page with N events in a real browser, beside plain folium; N is a million.

Prints what it costs to start, to paint, to change a filter and to move the map, in time, bytes and memory, each
figure beside the most that is promised. The exit status is 1 when a promise is broken. The network is refused. The
store is made once and kept in the cache folder. A machine that does other work meanwhile gives no good figures, so
the load is printed too.
"""

import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from geo.filters import Filter
from geo.keep import Snapshot
from geo.records import BBox
from geo.show.shared import Settings, Shared
from tests.browser.serving import QUIET, chromium_path, unused_port
from tests.many import fill

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
RUNS = 7
MARKERS = 1000
WAIT_MS = 120_000
SETTLED = """asked => new Promise((done, fail) => {
  setTimeout(() => fail(new Error(`The map never showed ${asked}.`)), 120000);
  const gone = asked.startsWith('!'), part = asked.replace('!', '');
  const now = () => requestAnimationFrame(() => done(performance.timeOrigin + performance.now()));
  const look = () => DL.state().query.includes(part) !== gone && !document.querySelector('.dl-stale')
    ? DL.idle().then(now) : setTimeout(look, 4);
  look(); })"""


@dataclass
class Traffic:
    """Bytes on the wire since the last `take`."""

    socket: int = 0
    api: int = 0
    kinds: dict[str, str] = field(default_factory=dict)

    def take(self) -> tuple[int, int]:
        taken = (self.socket, self.api)
        self.socket = self.api = 0
        return taken


class Table:
    """Rows as they are measured; remembers whether a promise was broken."""

    def __init__(self) -> None:
        self.broken = False

    def row(self, name: str, value: float, unit: str, most: float | None = None) -> None:
        over = most is not None and value > most
        self.broken |= over
        promised = "" if most is None else f"   promised {most:g} {unit}{'   BROKEN' if over else ''}"
        print(f"{name:52} {value:9.2f} {unit:3}{promised}", flush=True)


@dataclass(frozen=True)
class Server:
    """A running Streamlit server, and the moment it was started."""

    url: str
    began: float
    process: int

    def processor_s(self) -> float:
        """Seconds that processors worked for it so far: what waiting for other programs does not lengthen."""
        stat = Path(f"/proc/{self.process}/stat")
        if not stat.exists():
            return 0.0
        told = stat.read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(script: str, **env: str) -> Iterator[Server]:
    """A server of the script, until the block is left."""
    port = unused_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    own = {**os.environ, "DATELINE_TILES": "none", "PYTHONPATH": str(ROOT), **env}
    began = time.monotonic()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=own, stdout=quiet, stderr=quiet) as process:
        try:
            yield Server(f"http://{HOST}:{port}", began, process.pid)
        finally:
            process.terminate()
            process.wait(20)


def answered(url: str) -> None:
    deadline = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=WAIT_MS / 1000):
                return
        except urllib.error.URLError:
            time.sleep(0.02)
    raise SystemExit(f"{url} does not answer.")


def opened(browser: Browser, url: str) -> tuple[Page, float]:
    """A page, and the moment it was asked for."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    began = time.time()
    page.goto(url)
    return page, began


def counted(browser: Browser, url: str) -> tuple[Page, Traffic]:
    """A page that counts its traffic, which takes its time: what is timed to the first paint is not counted."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    page, traffic = context.new_page(), Traffic()

    def listen(socket: Any) -> None:
        socket.on("framereceived", lambda data: _add(traffic, len(data)))
        socket.on("framesent", lambda data: _add(traffic, len(data)))

    page.on("websocket", listen)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.on("Network.responseReceived", lambda e: traffic.kinds.update({e["requestId"]: e["response"]["url"]}))
    tools.on("Network.loadingFinished", lambda e: _loaded(traffic, e))
    page.goto(url)
    return page, traffic


def _add(traffic: Traffic, number: int) -> None:
    traffic.socket += number


def _loaded(traffic: Traffic, told: dict[str, Any]) -> None:
    if "/api/" in traffic.kinds.pop(told["requestId"], ""):
        traffic.api += int(told["encodedDataLength"])


def map_frame(page: Page) -> Frame:
    handle = page.wait_for_selector(".st-key-map-frame iframe", timeout=WAIT_MS)
    frame = handle.content_frame() if handle else None
    assert frame
    frame.wait_for_selector("[data-dl-drawn]", timeout=WAIT_MS)
    return frame


def rested(page: Page, frame: Frame) -> None:
    """Until neither the page nor the list beside the map has anything left to do."""
    page.wait_for_function("document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'")
    frame.wait_for_selector(".dl-cards li, .dl-counts tr")
    frame.evaluate("new Promise(done => setTimeout(() => DL.idle().then(done), 400))")  # the list waits for a rest
    page.wait_for_load_state("networkidle")


def start(table: Table, store: str) -> None:
    with served("app.py", DATELINE_STORE=store) as server:
        answered(f"{server.url}/api/health")
        table.row("start to first answer, store as it was before", time.monotonic() - server.began, "s", 10)
        table.row("  processor time of it", server.processor_s(), "s")


def ours(table: Table, browser: Browser, server: Server) -> None:
    url = server.url
    took = []
    for _ in range(1 + RUNS):
        page, began = opened(browser, url)
        frame = map_frame(page)
        took.append(frame.evaluate(SETTLED, "") / 1000 - began)
        rested(page, frame)
        page.context.close()
    warm = took[1:]  # the first page of a server imports the scripts
    table.row("first paint, server warm (median)", statistics.median(warm), "s", 3)
    table.row("  slowest of them", max(warm), "s")
    page, traffic = counted(browser, url)
    frame = map_frame(page)
    rested(page, frame)
    table.row("  to the browser: websocket", traffic.socket / 1000, "kB")
    change_filters(table, page, frame, traffic, server)
    move_the_map(table, page, frame, traffic)
    keep_what_is_open(table, page, frame)
    tools = page.context.new_cdp_session(page)
    tools.send("HeapProfiler.collectGarbage")
    table.row("heap of the page with its frame", tools.send("Runtime.getHeapUsage")["usedSize"] / 1e6, "MB", 80)
    page.context.close()


def change_filters(table: Table, page: Page, frame: Frame, traffic: Traffic, server: Server) -> None:
    """A type more or less, by its button in the filter row."""
    page.locator(".st-key-pop-types button").first.click()
    took, sockets, apis, work = [], [], [], []
    pills = page.locator(".st-key-f-types button")
    for name, asked in [("Airstrike", "type=airstrike"), ("Clash", "type=clash"), ("Raid", "type=raid")] * 3:
        if len(took) == RUNS:
            break
        pill = pills.filter(has_text=name).first
        traffic.take()
        began, worked = time.time(), server.processor_s()
        pill.click()
        took.append(frame.evaluate(SETTLED, asked) / 1000 - began)
        rested(page, frame)
        work.append(server.processor_s() - worked)
        socket, api = traffic.take()
        sockets.append(socket / 1000)
        apis.append(api / 1000)
        pill.click()
        frame.evaluate(SETTLED, f"!{asked}")  # or the next click would meet this one on its way
        rested(page, frame)
    page.keyboard.press("Escape")
    table.row("filter change, click to painted (median)", statistics.median(took), "s", 0.5)
    table.row("  slowest of them", max(took), "s")
    table.row("  processor time of the server, map and list", statistics.median(work), "s")
    table.row("  websocket, largest", max(sockets), "kB", 20)
    table.row("  API, largest", max(apis), "kB", 50)


def move_the_map(table: Table, page: Page, frame: Frame, traffic: Traffic) -> None:
    """Zooming in seven times and moving between; from the end of the movement to what is drawn there."""
    took, apis = [], []
    for step in range(RUNS):
        traffic.take()
        button = "Zoom in" if step % 4 < 2 else "Zoom out"
        frame.evaluate("name => document.querySelector(`[aria-label='${name}']`).click()", button)
        rested(page, frame)
        took.append(frame.evaluate("DL.state().took"))
        apis.append(traffic.take()[1] / 1000)
    table.row("view change, end of movement to drawn (median)", statistics.median(took), "ms", 150)
    table.row("  API, largest", max(apis), "kB", 50)


def keep_what_is_open(table: Table, page: Page, frame: Frame) -> None:
    frame.locator(".dl-card-title").first.click()
    frame.wait_for_selector(".dl-popup .dl-facts")
    rested(page, frame)
    zoom = frame.evaluate("DL.state().zoom")
    page.locator(".st-key-pop-types button").first.click()
    page.locator(".st-key-f-types button").filter(has_text="Airstrike").first.click()
    frame.evaluate(SETTLED, "type=airstrike")
    kept = frame.locator(".dl-popup").count() == 1 and frame.evaluate("DL.state().zoom") == zoom
    table.row("zoom and open card lost by a filter change", float(not kept), "", 0)


def ten_times(table: Table, store: str) -> None:
    """Ten times the rows in the snapshot: filter, view, bars and counts as one map movement asks for them."""
    here = Shared(Settings(store))
    one, rows = here.snapshot(), 10

    def tiled(value: Any) -> Any:
        return np.tile(value, rows)

    codes = {name: replace(getattr(one, name), of_row=tiled(getattr(one, name).of_row)) for name in (
        "types", "glyphs", "statuses", "precisions", "source_sets", "place_sets", "place_names", "points")}
    arrays = {name: tiled(getattr(one, name)) for name in (
        "ids", "titles", "start", "end", "confidence", "n_independent", "radius_km", "placed")}
    big: Snapshot = replace(one, **codes, **arrays)
    asked = Filter(types=("airstrike", "clash"))
    box = BBox(35, 31, 47, 38)

    def whole() -> None:
        mask = big.mask(asked)
        big.view(mask, box, 6)
        big.days(mask)
        big.facets(big.inside(mask, box))

    table.row(f"{len(big.ids):,} rows: filter, view, bars, counts", median(whole), "s", 1.5)


def median(work: Callable[[], None], runs: int = 3) -> float:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def plain(table: Table, browser: Browser, store: str) -> None:
    """One Marker with a Popup for each event, as folium's own pages are made."""
    with served("tests/bench_folium.py", DATELINE_STORE=store, BENCH_MARKERS=str(MARKERS)) as server:
        url = server.url
        answered(f"{url}/_stcore/health")
        took = []
        for _ in range(1 + RUNS):
            page, began = opened(browser, url)
            marks(page)
            took.append(time.time() - began)
            page.context.close()
        table.row(f"plain folium, {MARKERS:,} events: first paint (median)", statistics.median(took[1:]), "s")
        page, traffic = counted(browser, url)
        marks(page)
        traffic.take()
        page.locator("[data-testid=stSelectbox] input").click()
        began = time.time()
        page.get_by_role("option").nth(1).click()
        page.wait_for_function(f"{COUNT} < {MARKERS} && {COUNT} > 0", timeout=WAIT_MS)
        table.row("plain folium: filter change, click to painted", time.time() - began, "s")
        table.row("plain folium: websocket for it", traffic.take()[0] / 1000, "kB")
        page.context.close()


COUNT = "(document.querySelector('iframe')?.contentDocument?.querySelectorAll('.leaflet-marker-icon').length || 0)"


def marks(page: Page) -> None:
    page.wait_for_function(f"{COUNT} >= {MARKERS}", timeout=WAIT_MS)


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = user_cache_path("dateline") / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    store = os.environ.get("BENCH_STORE", f"sqlite:///{folder / f'made-{number}.sqlite'}")
    print(f"{number:,} events; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
    fill(store, number)
    table = Table()
    with served("app.py", DATELINE_STORE=store) as server:
        answered(f"{server.url}/api/health")
        table.row("start to first answer, store may have changed", time.monotonic() - server.began, "s")
        table.row("  processor time of it", server.processor_s(), "s")
    start(table, store)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(QUIET))
        with served("app.py", DATELINE_STORE=store) as server:
            answered(f"{server.url}/api/health")
            ours(table, browser, server)
        plain(table, browser, store)
        browser.close()
    ten_times(table, store)
    return int(table.broken)


if __name__ == "__main__":
    sys.exit(main())
