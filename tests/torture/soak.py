"""Hours of work in one process: articles are read, come in, are merged and asked for; memory must not grow.

What is found in most articles is made up beforehand, so that many come in. A few are read in earnest, and these are
full of words that never came before: whoever keeps every word would be found out.
"""

import gc
import hashlib
import random
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.allocator import few_arenas
from geo.keep import Store, merge
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools, read
from geo.records import Article
from geo.show import api
from tests.generated import KINDS, world
from tests.torture.score import Row

SLOPE = 1.0
"""Per cent of memory in an hour, over the second half of the time: caches fill in the first."""
ROUND = 40
READ = 2
"""Articles of a round that are read in earnest."""
FIRST = date(2019, 9, 11)
STORE_MOST = 2000
"""Articles; a fuller store is left for a new one, so that what grows is not the store's own part of memory."""


def memory_mb() -> float:
    """Memory of this process, in use and swapped out: a system short of it would make growth look like shrinking."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return sum(int(told[name].split()[0]) for name in ("VmRSS", "VmSwap")) * 1024 / 1e6


def strange(dice: random.Random, number: int) -> Article:
    """An article of which most words, names among them, are in no other."""
    def word() -> str:
        return "".join(dice.choices("abcdefghiklmnoprstuvwz", k=dice.randint(4, 10)))

    told = [f"Warplanes bombed {word().title()} near {word().title()} on Monday, General {word().title()} said."]
    told += [f"The {word()} {word()} of {word().title()} {word()}ed from {word().title()} to {word().title()}, "
             f"where {dice.randint(2, 90)} {word()} were {word()}ed." for _ in range(5)]  # fmt: skip
    text = " ".join([*told, f"Report {number}."])
    text = text.lower() if number % 4 == 0 else text
    return Article(hashlib.sha256(text.encode()).hexdigest(), "", "", text, f"Post {number % 9}", FIRST)


def soak(seconds: float, *, slope: float | None = SLOPE) -> Row:
    """`slope` None: a short run, in which errors alone count."""
    few_arenas()  # as every process of Dateline does
    dice, made = random.Random(4), world(STORE_MOST, seed=11).findings
    tools = Tools(Gazetteer.open(), Tagger.open())
    points: list[tuple[float, float, int]] = []
    wrong: list[str] = []
    rounds = kept = asked = told = 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() - begun < seconds:
            url = f"sqlite:///{folder}/{rounds}.sqlite"
            store = Store.open(url)
            client = TestClient(Starlette(routes=api.routes(api.Settings(url, served=True))))
            before = kept
            for start in range(0, len(made), ROUND):
                for found in made[start : start + ROUND]:
                    kept += store.add(found)
                for _ in range(READ):
                    told += 1
                    kept += store.add(read(strange(dice, told), tools))
                merge(store)
                for route in ("cells?bbox=30,25,50,40&zoom=6&", "counts?", "list?", "days?", "events.geojson?"):
                    asked += 1
                    answer = client.get(f"/api/{route}type={dice.choice(list(KINDS))}")
                    if answer.status_code != 200:
                        wrong.append(f"/api/{route}: {answer.status_code} {answer.text[:100]}")
                points.append((time.monotonic() - begun, memory_mb(), rounds))
                if time.monotonic() - begun >= seconds:
                    break
            if len(store.article_ids()) != kept - before:
                wrong.append("an article is lost")
            if store.integrity() != "ok":
                wrong.append(store.integrity())
            store.close()
            for file in Path(folder).glob(f"{rounds}.sqlite*"):
                file.unlink()
            rounds += 1
            gc.collect()
    highest = _highest(points)
    half = points[-1][0] / 2
    grown = _per_hour([point for point in highest if point[0] >= half])
    if slope is not None and grown > slope:
        wrong.append(f"memory grows by {grown:.2f} % an hour")
    parts = " ".join(f"{max(mb for _, mb in part):.1f}" for part in np.array_split(highest, min(6, len(highest))))
    figures = (f"{seconds / 60:.1f} minutes, {kept:,} articles kept and merged, {told:,} of them read, {asked:,} "
               f"requests, {rounds} stores, most MB in each sixth {parts}, slope of the second half {grown:+.2f} %/h")
    return Row("soak", figures, tuple(wrong))


def _highest(points: list[tuple[float, float, int]]) -> list[tuple[float, float]]:
    """(seconds, MB) at which each store that was filled had most: a store that fills takes more than an empty one,
    and a line through all points would tell at which of its moments the time was up. All points for few stores."""
    by_store: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for seconds, mb, number in points:
        by_store[number].append((seconds, mb))
    whole = [rows for number, rows in by_store.items() if number != points[-1][2]]
    if len(whole) < 6:
        return [(seconds, mb) for seconds, mb, _ in points]
    return [(rows[-1][0], max(mb for _, mb in rows)) for rows in whole]


def _per_hour(points: list[tuple[float, float]]) -> float:
    """Growth in per cent of the mean, by a straight line through the points; 0 for fewer than three."""
    if len(points) < 3:
        return 0.0
    hours, mb = np.array([p[0] for p in points]) / 3600, np.array([p[1] for p in points])
    return float(np.polyfit(hours, mb, 1)[0] / mb.mean() * 100)
