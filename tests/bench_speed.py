"""python -m tests.bench_speed: speed as ratios, ours beside a plain baseline in the same process.

Read the ratios, not the seconds: machines differ and are noisy. Medians of several runs.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np

from geo.extract import merge_events
from geo.filters import Filter
from geo.keep import LightRow
from geo.keep.snapshots import build
from geo.locate import Gazetteer
from geo.records import BBox
from tests import bench_articles
from tests.generated import world

RUNS = 7
WORLD = BBox(-180, -85, 180, 85)


def median_s(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median wall-clock seconds of one call."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def look_up() -> None:
    """Median of the first look-up of a few hundred names."""
    names = [c.place.name for two in "al ba ka mo ra sa".split() for c in Gazetteer.open().search(two, 50)]
    fresh = Gazetteer.open()  # one that remembers nothing yet, over a file the system has in memory
    each = [median_s(lambda name=name: fresh.candidates(name), runs=1) for name in dict.fromkeys(names)]  # type: ignore[misc]
    print(f"look-up of a name, first time             {statistics.median(each) * 1e6:8.1f} µs ({len(each)} names)")


def snapshot(n: int) -> None:
    """Filter and view of n made-up events, as the API does them for one map movement."""
    random = np.random.default_rng(1)
    lon, lat = random.uniform(36, 48, n), random.uniform(30, 37, n)
    days = random.integers(date(2016, 1, 1).toordinal(), date(2019, 1, 1).toordinal(), n)
    kinds = np.array(["airstrike", "clash", "bombing_ied", "protest_riot"])[random.integers(0, 4, n)]
    rows = (
        LightRow(i, str(i), str(kinds[i]), "reported", int(days[i]), int(days[i]), float(lon[i]), float(lat[i]),
                 "exact", 1.0, "Somewhere", (f"source {i % 50}",), ("gn:99237",), 0.5, "An event", 1)
        for i in range(n)
    )
    start = time.perf_counter()
    made = build(rows, 1)
    built = time.perf_counter() - start
    year = Filter(since=date(2017, 1, 1), until=date(2017, 12, 31), types=("airstrike", "clash"))
    everything = median_s(lambda: made.view(made.mask(Filter()), WORLD, 6))
    filtered = median_s(lambda: made.view(made.mask(year), WORLD, 6))
    print(f"{n:>9,} events: built in {built:6.2f} s, view of all {everything * 1e3:6.1f} ms, "
          f"of a year and two types {filtered * 1e3:6.1f} ms")


def merging(n: int) -> None:
    """Joining n made-up reports, each of an article of its own; many articles are copies of another."""
    made = world(n)
    events, texts = made.events, made.articles
    start = time.process_time()
    merged = merge_events(events, texts)
    taken = time.process_time() - start
    print(f"{n:>9,} reports: merged into {len(merged):,} events in {taken:6.1f} s of processor time, "
          f"{taken / n * 1e6:5.0f} µs each")


def main() -> int:
    bench_articles.main()
    look_up()
    for n in (10_000, 30_000, 100_000):
        merging(n)
    for n in (10_000, 100_000, 1_000_000):
        snapshot(n)
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    print(f"largest memory of this run                {largest:8.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
