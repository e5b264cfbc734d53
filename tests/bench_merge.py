"""python -m tests.bench_merge [N]: keeping and merging what comes in, in a store of 1,000 articles and of N.

Made-up reports, N is 20,000 when nothing is said; times are those of the processor. Beside them the merge of all.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.keep import Store, merge
from tests.generated import world

AT_ONCE = 100
SINGLE = 30
BATCH = 500


def took(do: Callable[[], object]) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    do()
    return time.process_time() - began


def measured(folder: Path, size: int) -> tuple[float, float, float]:
    """Milliseconds an article for keeping and merging a hundred at once; the same for merging one alone, and the
    seconds of the merge of all."""
    findings = list(world(size + AT_ONCE + SINGLE, seed=5).findings)
    random.Random(5).shuffle(findings)
    old, lot, single = findings[:size], findings[size:][:AT_ONCE], findings[-SINGLE:]
    path = folder / f"{size}.sqlite"
    store = Store.open(f"sqlite:///{path}")
    for start in range(0, len(old), BATCH):
        store.add_all(old[start:start + BATCH])
    whole = took(lambda: merge(store, everything=True))

    def keep() -> None:
        for one in lot:
            store.add(one)
        merge(store)

    together = took(keep) / len(lot)
    alone = []
    for one in single:
        store.add(one)
        alone.append(took(lambda: merge(store)))
    print(f"{size:>9,} articles: {1000 * together:6.1f} ms an article kept and merged, a hundred at once; "
          f"{1000 * statistics.median(alone):6.1f} ms the merge of one; {whole:7.1f} s the merge of all; "
          f"{path.stat().st_size / size / 1000:.1f} kB an article")
    store.close()
    return 1000 * together, 1000 * statistics.median(alone), whole


def main(argv: list[str]) -> int:
    size = int(argv[0]) if argv else 20_000
    with TemporaryDirectory() as folder:
        small, large = (measured(Path(folder), n) for n in (1_000, size))
        print(f"a hundred at once cost {large[0] / small[0]:.2f} times as much, "
              f"one alone {large[1] / small[1]:.2f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
