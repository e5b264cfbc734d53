"""Many readers who filter while an ingest runs: how long each waits, against one reader alone in the same run.

A session does as the page does: it changes its filter, asks for cells, counts, list and days of the new one, and
looks at what it got for some seconds before the next change. One change is timed from its first request to its last
answer.
"""

import http.client
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from geo.keep import Store, merge
from tests.generated import DAYS, FIRST, KINDS, world
from tests.torture.score import Row

ROOT = Path(__file__).resolve().parents[2]
RATIO = 5.0
REPORTS = 1.7
"""For each event of the made-up world."""
ALONE = 30
"""Changes of the one session that is alone."""
LOOK_S = (2.0, 6.0)
SERVER = """
import sys, uvicorn
from starlette.applications import Starlette
from geo.show import api
app = Starlette(routes=api.routes(api.Settings(sys.argv[1], served=True)))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""
INGEST = """
import sys, time
from geo.keep import Store, merge
from tests.generated import world
store = Store.open(sys.argv[1])
print("ready", flush=True)
for number, found in enumerate(world(int(sys.argv[2]), seed=77).findings):
    store.add(found)
    time.sleep(0.1)  # ten articles a second, as fast as reading them is with two cores
    if number % 300 == 299:
        merge(store)
"""


def fill(url: str, n: int) -> None:
    """A store with some n events: the reports of all are merged, as an ingest leaves them."""
    store = Store.open(url)
    made = world(int(n * REPORTS), seed=2).findings
    for start in range(0, len(made), 2000):
        store.add_all(made[start : start + 2000])
    merge(store, everything=True)
    store.close()


class _Reader:
    """One browser with one connection."""

    def __init__(self, port: int, seed: int) -> None:
        self._port, self._dice = port, random.Random(seed)
        self.taken: list[float] = []
        self.wrong: list[str] = []

    def change(self) -> None:
        first = FIRST.toordinal() + self._dice.randrange(DAYS - 400)
        asked: list[tuple[str, object]] = [
            ("from", FIRST.fromordinal(first)), ("to", FIRST.fromordinal(first + self._dice.choice((30, 365)))),
            *(("type", kind) for kind in self._dice.sample(list(KINDS), self._dice.randrange(3))),
        ]  # fmt: skip
        lon, lat = self._dice.uniform(36, 44), self._dice.uniform(30, 34)
        view: list[tuple[str, object]] = [("bbox", f"{lon},{lat},{lon + 6},{lat + 4}"), ("zoom", 7)]
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        try:
            wanted = {"cells": [*view, *asked], "counts": asked, "list": [view[0], *asked], "days": asked}
            for route, query in wanted.items():
                connection.request("GET", f"/api/{route}?{urlencode(query)}")
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    self.wrong.append(f"/api/{route}: {answer.status} {body[:120]!r}")
        except OSError as error:
            self.wrong.append(repr(error))
        finally:
            connection.close()
        self.taken.append(time.perf_counter() - begun)

    def browse(self, until: float) -> None:
        while time.monotonic() + (look := self._dice.uniform(*LOOK_S)) < until:
            time.sleep(look)  # reading what is shown
            self.change()


def sessions(n: int, events: int, seconds: float, *, ratio: float | None = RATIO) -> Row:
    """`n` sessions for so long over so many events; `ratio` None: errors alone count."""
    with tempfile.TemporaryDirectory() as folder:
        url, port = f"sqlite:///{folder}/store.sqlite", _free_port()
        fill(url, events)
        server = subprocess.Popen([sys.executable, "-c", SERVER, url, str(port)], cwd=ROOT)
        ingest: subprocess.Popen[bytes] | None = None
        try:
            _until_up(port)
            alone = _Reader(port, 0)
            for _ in range(ALONE):
                alone.change()
            more = str(int(seconds * 10))
            ingest = subprocess.Popen([sys.executable, "-c", INGEST, url, more], cwd=ROOT, stdout=subprocess.PIPE)
            assert ingest.stdout is not None
            ingest.stdout.readline()
            readers = [_Reader(port, 1 + number) for number in range(n)]
            _together([lambda r=r: r.browse(time.monotonic() + seconds) for r in readers])  # type: ignore[misc]
            added = len(Store.open(url).article_ids())
        finally:
            for process in (server, ingest):
                if process is not None:
                    process.kill()
                    process.wait()
    wrong = [w for r in (alone, *readers) for w in r.wrong]
    median = statistics.median(alone.taken[5:])
    taken = sorted(t for r in readers for t in r.taken)
    p95 = taken[int(0.95 * len(taken))]
    if ratio is not None and p95 > ratio * median:
        wrong.append(f"p95 {p95 * 1e3:.0f} ms is over {ratio:.0f} times the {median * 1e3:.0f} ms of one session")
    together = statistics.median(taken)
    figures = (f"{n} sessions, {events:,} events, {len(taken):,} changes of filter in {seconds:.0f} s; alone median "
               f"{median * 1e3:.0f} ms, together median {together * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms "
               f"({p95 / median:.1f} x); {added:,} articles by then")  # fmt: skip
    return Row("sessions", figures, tuple(wrong))


def _together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_up(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/api/counts")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("The server did not come up in a minute.")
