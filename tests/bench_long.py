"""Seconds and memory of one very long text, each length in a process of its own.

    python -m tests.bench_long [KILOBYTES...]        100 1000 10000 when nothing is said; minutes

The text is made of the two seed articles over and over, with numbers put in, so that no two paragraphs are the same.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

from geo.locate import DEFAULT_BUNDLE
from geo.pipeline import Setup, read
from geo.read import read_bytes
from geo.records import Article

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def long_text(length: int) -> str:
    """So many code points of news."""
    paragraphs = [p for path in sorted(SEEDS.iterdir()) for p in path.read_text("utf-8").split("\n") if p.strip()]
    made: list[str] = []
    size = number = 0
    while size < length:
        made.append(f"{paragraphs[number % len(paragraphs)]} Report number {number}.")
        size += len(made[-1]) + 2
        number += 1
    return "\n\n".join(made)[:length]


def one(length: int) -> None:
    """Prints a row of the table: length, seconds, characters a second, peak memory, what was found."""
    tools = Setup(DEFAULT_BUNDLE).open()
    read(Article("warm", "", "", "Police went to Mosul.", "", None), tools)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    article = read_bytes(long_text(length).encode(), "long.txt").articles[0]
    wall, cpu = time.perf_counter(), time.process_time()
    found = read(article, tools)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = length / cpu / 1000
    print(f"| {length / 1000:,.0f} kB | {wall:.0f} s | {cpu:.0f} s | {rate:.1f} kB/s | {base:.0f} MB | "
          f"{peak:.0f} MB | {len(found.toponyms):,} | {len(found.events):,} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(int(sys.argv[2]))
    else:
        print(f"| text | wall | processor | rate | memory before | peak | toponyms | events |\n|{'---|' * 8}")
        for kilobytes in sys.argv[1:] or ("100", "1000", "10000"):
            subprocess.run([sys.executable, "-m", "tests.bench_long", "one", f"{kilobytes}000"], check=True)
