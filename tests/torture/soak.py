"""Hours of work in one process: articles come in, are merged and asked for; memory must not grow."""

import gc
import random
import tempfile
import time
from pathlib import Path

import numpy as np
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.keep import Store, merge
from geo.show import api
from tests.generated import KINDS, world
from tests.torture.score import Row

SLOPE = 1.0
"""Per cent of memory in an hour, over the second half of the time: caches fill in the first."""
ROUND = 40
STORE_MOST = 2000
"""Articles; a fuller store is left for a new one, so that what grows is not the store's own part of memory."""


def memory_mb() -> float:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096 / 1e6


def soak(seconds: float, *, slope: float | None = SLOPE) -> Row:
    """`slope` None: a short run, in which errors alone count."""
    dice, made = random.Random(4), world(STORE_MOST, seed=11).findings
    points: list[tuple[float, float]] = []
    wrong: list[str] = []
    rounds = kept = asked = 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() - begun < seconds:
            url = f"sqlite:///{folder}/{rounds}.sqlite"
            store = Store.open(url)
            client = TestClient(Starlette(routes=api.routes(api.Settings(url, served=True))))
            for start in range(0, len(made), ROUND):
                for found in made[start : start + ROUND]:
                    kept += store.add(found)
                merge(store)
                for route in ("cells?bbox=30,25,50,40&zoom=6&", "counts?", "list?", "days?", "events.geojson?"):
                    asked += 1
                    answer = client.get(f"/api/{route}type={dice.choice(list(KINDS))}")
                    if answer.status_code != 200:
                        wrong.append(f"/api/{route}: {answer.status_code} {answer.text[:100]}")
                points.append((time.monotonic() - begun, memory_mb()))
                if time.monotonic() - begun >= seconds:
                    break
            if len(store.article_ids()) != min(len(made), start + ROUND):
                wrong.append("an article is lost")
            if store.integrity() != "ok":
                wrong.append(store.integrity())
            store.close()
            for file in Path(folder).glob(f"{rounds}.sqlite*"):
                file.unlink()
            rounds += 1
            gc.collect()
    half = points[-1][0] / 2
    grown = _per_hour([point for point in points if point[0] >= half])
    if slope is not None and grown > slope:
        wrong.append(f"memory grows by {grown:.2f} % an hour")
    figures = (f"{seconds / 60:.1f} minutes, {kept:,} articles kept and merged, {asked:,} requests, "
               f"{points[-1][1]:.0f} MB, slope of the second half {grown:+.2f} %/h")  # fmt: skip
    return Row("soak", figures, tuple(wrong))


def _per_hour(points: list[tuple[float, float]]) -> float:
    """Growth in per cent of the mean, by a straight line through the points; 0 for fewer than three."""
    if len(points) < 3:
        return 0.0
    hours, mb = np.array([p[0] for p in points]) / 3600, np.array([p[1] for p in points])
    return float(np.polyfit(hours, mb, 1)[0] / mb.mean() * 100)
