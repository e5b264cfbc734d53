"""python -m tests.bench_articles: articles a second, with the share of each part, beside a plain baseline.

The articles are our own corpus (data/corpus/own.jsonl), joined and cut to 2,500 characters. Everything runs on one
core, and times are those of the processor, so that what else the machine does counts little; the two processes at the
end are measured by the clock, as they must be, and say little on a busy machine.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from geo.evaluate.places import Document, baseline
from geo.locate import DEFAULT_BUNDLE, Gazetteer, Tagger, find_mentions
from geo.locate.resolve import resolve
from geo.parse import parse
from geo.pipeline import Setup, Tools, read, toponyms_of
from geo.records import Article

CORPUS = Path(__file__).resolve().parent.parent / "data" / "corpus" / "own.jsonl"
LENGTH = 2_500
"""Code points of a usual news article."""
TARGET = 10.0
"""Articles a second on one core, for places alone."""
START_S = 3.0
PEAK_MB = 700
FIRST = ("import time; t = time.perf_counter(); from geo.locate import DEFAULT_BUNDLE; "
         "from geo.pipeline import Setup, toponyms_of; from geo.records import Article; "
         "tools = Setup(DEFAULT_BUNDLE).open(); "
         "toponyms_of(Article('1', '', '', 'Police went to Mosul.', '', None), tools); "
         "print(time.perf_counter() - t, time.process_time())")  # fmt: skip


def news() -> list[Article]:
    """Articles of the usual length, as many as the corpus gives."""
    made, text = [], ""
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        text = "\n\n".join(filter(None, (text, json.loads(line)["text"])))
        if len(text) >= LENGTH:
            made.append(Article(str(len(made)), "", "", text[:LENGTH], "", None))
            text = ""
    return made


class Clock:
    """Processor seconds spent inside the objects it wraps; calls within calls count once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = False

    @contextmanager
    def running(self) -> Iterator[None]:
        if self._inside:
            yield
            return
        self._inside, start = True, time.process_time()
        try:
            yield
        finally:
            self.seconds += time.process_time() - start
            self._inside = False

    def around(self, thing: Any) -> Any:
        """`thing` with every method timed."""
        return _Timed(thing, self)


class _Timed:
    def __init__(self, thing: Any, clock: Clock) -> None:
        self._thing, self._clock = thing, clock

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        if not callable(found):
            return found

        def timed(*values: Any, **named: Any) -> Any:
            with self._clock.running():
                return found(*values, **named)

        return timed


def best_s(work: Callable[[], object], runs: int = 3) -> float:
    """Least processor seconds of several calls: what the work takes when nothing disturbs it."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def shares(articles: Sequence[Article], tools: Tools) -> dict[str, float]:
    """Processor seconds of each part of locating all articles once."""
    models, names = Clock(), Clock()
    tagger, gazetteer = models.around(tools.tagger), names.around(tools.gazetteer)
    start = time.process_time()
    for article in articles:
        with models.running():
            doc = parse(article.text, names_only=True)
        resolve(find_mentions(article.text, doc, tagger, gazetteer), article.text, gazetteer)
    whole = time.process_time() - start
    return {"the two models": models.seconds, "the gazetteer": names.seconds,
            "the rest": whole - models.seconds - names.seconds}  # fmt: skip


_TOOLS: list[Tools] = []


def _open() -> None:
    _TOOLS.append(Setup(DEFAULT_BUNDLE).open())


def _work(article: Article) -> int:
    return len(toponyms_of(article, _TOOLS[0]))


def together(articles: Sequence[Article], processes: int) -> float:
    """Articles a second, by the clock, of so many processes that have their models open already."""
    with ProcessPoolExecutor(processes, get_context("spawn"), _open) as pool:
        list(pool.map(_work, articles[:2] * processes))
        start = time.perf_counter()
        list(pool.map(_work, articles))
        return len(articles) / (time.perf_counter() - start)


def main() -> int:
    """Prints all; each target with its verdict, which on a busy machine says more of the machine."""
    wall, processor = map(float, subprocess.run(
        [sys.executable, "-c", FIRST], check=True, capture_output=True, text=True).stdout.split())  # fmt: skip
    articles = news()
    tools = Tools(Gazetteer.open(), Tagger.open())
    documents = [Document(a.id, a.text, []) for a in articles]
    print(f"{len(articles)} articles of {LENGTH:,} characters, one core")
    for article in articles:
        toponyms_of(article, tools)
    plain = best_s(lambda: [baseline(d, tools) for d in documents])
    ours = best_s(lambda: [toponyms_of(a, tools) for a in articles])
    whole = best_s(lambda: [read(a, tools) for a in articles], runs=3)
    for name, taken in (("baseline: parser's names, largest population", plain), ("places", ours),
                        ("places, events and routes", whole)):  # fmt: skip
        print(f"  {name:46} {len(articles) / taken:6.1f} articles/s   {taken / plain:5.2f} x the baseline's time")
    parts = min((shares(articles, tools) for _ in range(3)), key=lambda p: sum(p.values()))
    total = sum(parts.values())
    print("  of the time for places: " + ", ".join(f"{name} {share / total:.0%}" for name, share in parts.items()))
    tagger = best_s(lambda: [tools.tagger.tag(a.text) for a in articles])
    entities = best_s(lambda: [parse(a.text, names_only=True) for a in articles])
    print(f"  the models alone: tagger {tagger / len(articles) * 1e3:.0f} ms, parser's names "
          f"{entities / len(articles) * 1e3:.0f} ms an article, together {len(articles) / (tagger + entities):.1f} "
          "articles/s at most")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    speed = len(articles) / ours
    verdicts = [(f"places: {speed:.1f} articles/s, wanted {TARGET:.0f}", speed >= TARGET),
                (f"start-up: {wall:.2f} s by the clock, {processor:.2f} s of the processor, wanted {START_S:.0f}",
                 min(wall, processor) <= START_S),
                (f"largest memory: {peak:.0f} MB, wanted {PEAK_MB}", peak <= PEAK_MB)]  # fmt: skip
    for words, holds in verdicts:
        print(f"  {words}: {'holds' if holds else 'MISSED'}")
    several = articles * 4
    one, two = together(several, 1), together(several, 2)
    print(f"  by the clock: one process {one:.1f}, two processes {two:.1f} articles/s ({two / one:.2f} times; "
          f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f})")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
