"""How long one correction takes in a large store: python -m tests.bench_corrections [EVENTS], default 100,000.

Prints for each act the median and the longest of some corrections of events drawn by seed, beside merging everything.
"""

import random
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.filters import Filter
from geo.keep import Store, merge
from geo.records import Act, Correction, Event
from tests.generated import world

TIMES = 15
BATCH = 500
ACTS = (Act.ACCEPT, Act.RETYPE, Act.REDATE, Act.MOVE, Act.SAME, Act.NOT_SAME, Act.REJECT)


def filled(path: Path, n: int) -> tuple[Store, float]:
    """A store of at least `n` reported events, and the seconds of its merge."""
    store = Store.open(f"sqlite:///{path}")
    findings = world(n).findings
    for start in range(0, len(findings), BATCH):
        store.add_all(findings[start:start + BATCH])
    began = time.perf_counter()
    merge(store)
    return store, time.perf_counter() - began


def one(store: Store, number: int, act: Act, event: Event, other: Event) -> float:
    """Seconds of one correction."""
    members = store.anchors(event.member_ids)
    others = store.anchors(other.member_ids) if act in (Act.SAME, Act.NOT_SAME) else ()
    entry = Correction(f"c{number}", "2026-03-01T09:00:00Z", "bench", "", act, members, others,
                       "clash" if act is Act.RETYPE else "", other.when if act is Act.REDATE else None,
                       other.where if act is Act.MOVE else None)
    began = time.perf_counter()
    store.correct(entry)
    return time.perf_counter() - began


def main(argv: list[str]) -> int:
    n = int(argv[0]) if argv else 100_000
    with TemporaryDirectory() as folder:
        store, merging = filled(Path(folder) / "bench.sqlite", n)
        counts = store.counts()
        told, joined = counts["reported_events"], counts["events"]
        print(f"{told:,} reports, {joined:,} events; merging everything {merging:.1f} s")
        dice, events = random.Random(1), store.events(Filter())
        number = 0
        for act in ACTS:
            took = []
            while len(took) < TIMES:
                event, other = (store.event(dice.choice(events).id) for _ in range(2))
                if event is None or other is None or event.id == other.id:
                    continue
                number += 1
                took.append(one(store, number, act, event, other))
            middle, longest = 1000 * statistics.median(took), 1000 * max(took)
            print(f"{act.value:9} median {middle:6.0f} ms   longest {longest:6.0f} ms")
        print(f"integrity: {store.integrity()}")
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
