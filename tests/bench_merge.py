"""python -m tests.bench_merge [N…]: keeping and merging one article in stores of 1,000 articles and of N, and more.

Made-up articles as long as real ones, N is 10,000 when nothing is said; extraction is left out. Times are those of
the processor. Steps are those of SQLite's machine: they tell of whole tables read, however busy the machine is.
"""

import os
import random
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, Pool, event

from geo.keep import Store, merge
from geo.records import Findings
from tests.generated import DAYS, told, towns
from tests.lengthened import lengthened
from tests.stocked import fill

SMALL = 1_000
SEED = 5
AT_ONCE, SINGLE = 200, 30
EXTRACTION_MS = 130.0
"""An article, as `bench_ingest` measures it; for the whole of ingest where nobody measured it in the same run."""
TARGET_SLOWER = 0.2
A_DAY = int(os.environ.get("A_DAY", "55"))
"""At most so many articles a day, all from the same towns: a store that is larger than 100,000 reaches further back.

How many reports are of one place and time is one question, how large the store is another. A_DAY=550 asks both of a
million articles.
"""
_STEP = 100


@dataclass
class Work:
    """What SQLite was asked to do."""

    statements: int = 0
    steps: int = 0


@contextmanager
def counted() -> Iterator[Work]:
    """Counts for all stores that are opened inside."""
    done = Work()

    def step() -> None:
        done.steps += _STEP

    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.set_progress_handler(step, _STEP)

    def asked(*_: object) -> None:
        done.statements += 1

    event.listen(Pool, "connect", connected)
    event.listen(Engine, "before_cursor_execute", asked)
    try:
        yield done
    finally:
        event.remove(Pool, "connect", connected)
        event.remove(Engine, "before_cursor_execute", asked)


@dataclass(frozen=True)
class Cost:
    """Milliseconds of the processor for one article, and what SQLite does for it."""

    known: float
    """To see whether it, or another version of it, is there."""
    kept: float
    """To add it, with the look for copies."""
    merged: float
    """To merge it, AT_ONCE articles together."""
    alone: float
    """To merge it by itself."""
    statements: float
    steps: float

    @property
    def whole(self) -> float:
        """As `ingest` does it."""
        return self.known + self.kept + self.merged


def took_ms(do: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    began = time.process_time()
    do()
    return 1000 * (time.process_time() - began)


def split(size: int) -> tuple[Iterator[Findings], list[Findings]]:
    """Articles for a store of about this size, and the later ones, drawn from among them."""
    later = set(random.Random(SEED).sample(range(size), AT_ONCE + SINGLE))
    held = [one for at, one in enumerate(_made(size)) if at in later]
    random.Random(SEED).shuffle(held)
    return (one for at, one in enumerate(_made(size)) if at not in later), held


def _made(size: int) -> Iterator[Findings]:
    return lengthened(told(size, SEED, max(DAYS, size // A_DAY)), towns(SEED))


def make(path: Path, size: int) -> tuple[float, float]:
    """The store. Seconds that merging everything took, and the largest memory in MB; of a process of its own."""
    fill(f"sqlite:///{path}", split(size)[0])
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_merge_all, (path,))


def _merge_all(path: Path) -> tuple[float, float]:
    store = Store.open(f"sqlite:///{path}")
    took = took_ms(lambda: merge(store, everything=True)) / 1000
    store.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return took, most / (1024**2 if sys.platform == "darwin" else 1024)


def cost(path: Path, later: Sequence[Findings]) -> Cost:
    """Of the later articles, in this store; they stay in it."""
    lot, single = later[:AT_ONCE], later[AT_ONCE:]
    with counted() as work:
        store = Store.open(f"sqlite:///{path}")
        known = took_ms(lambda: [store.known(one.article) for one in lot])
        kept = took_ms(lambda: _keep(store, lot))
        merged = took_ms(lambda: merge(store))
        statements, steps = work.statements / len(lot), work.steps / len(lot)
        alone = []
        for one in single:
            store.add(one)
            alone.append(took_ms(lambda: merge(store)))
        store.close()
    return Cost(known / len(lot), kept / len(lot), merged / len(lot), statistics.median(alone), statements, steps)


def _keep(store: Store, some: Iterable[Findings]) -> None:
    for one in some:
        store.add(one)


def measured(folder: Path, size: int) -> Cost:
    """Prints the row of a store of this size."""
    path = folder / f"{size}.sqlite"
    whole, most = make(path, size)
    room = path.stat().st_size / size / 1000
    found = cost(path, split(size)[1])
    print(f"{size:>9,} {found.known:7.2f} {found.kept:7.2f} {found.merged:7.2f} {found.whole:8.2f} "
          f"{found.alone:8.2f} {found.statements:10.1f} {found.steps:9,.0f} {room:8.1f} {whole:9.1f} {most:8,.0f}",
          flush=True)
    return found


def table(folder: Path, sizes: Sequence[int], extraction_ms: float) -> float:
    """Prints all rows; by how much ingest into the largest store is slower than into the smallest."""
    print("                      ms of the processor an article              of SQLite    kB an   merge of all\n"
          " articles   known    kept  merged  together    alone statements     steps  article         s       MB")
    costs = [measured(folder, size) for size in sizes]
    slower = (extraction_ms + costs[-1].whole) / (extraction_ms + costs[0].whole) - 1
    print(f"with {extraction_ms:.0f} ms of extraction an article costs {extraction_ms + costs[0].whole:.1f} ms at "
          f"{sizes[0]:,} and {extraction_ms + costs[-1].whole:.1f} ms at {sizes[-1]:,}: {slower:+.1%}, "
          f"target {TARGET_SLOWER:+.0%}")
    return slower


def main(argv: list[str]) -> int:
    sizes = [SMALL, *map(int, argv or ["10000"])]
    with TemporaryDirectory() as folder:
        return int(table(Path(folder), sizes, EXTRACTION_MS) > TARGET_SLOWER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
