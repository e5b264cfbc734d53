"""kill -9 at random points of an ingestion: what was acknowledged is kept and whole; going on gives the same store.

The children are forked, so that a round costs a fraction of a second. They go the real way from a file to the store,
with the merge at its end; what is found in each article is made up beforehand, as loading a model takes seconds.
"""

import json
import os
import random
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from unittest import mock

from geo import workers
from geo.filters import Filter
from geo.ingest import Progress, ingest
from geo.keep import Store
from geo.records import Article, Findings, Status
from tests.generated import world
from tests.torture.score import Row

ROWS = 150
EARLY, FIRST_S = 0.2, 0.08
"""This share of the kills hits the first moments, in which a new store is made."""
MADE = {found.article.text: found for found in world(ROWS, seed=9).findings[:ROWS]}


def lines(folder: Path) -> Path:
    """The articles of the made-up world as a file."""
    path = folder / "articles.jsonl"
    articles = [found.article for found in MADE.values()]
    rows = [{"text": a.text, "source": a.source, "date": str(a.published)} for a in articles]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def made_up(article: Article, toolbox: object, tell: object) -> Findings:
    """What was made up for this text, under the id the article has in the file."""
    found = MADE[article.text]
    events = tuple(
        replace(e, evidence=tuple(replace(p, article_id=article.id) for p in e.evidence)) for e in found.events
    )
    return replace(found, article=article, events=events)


def keep_all(file: Path, url: str, progress: Progress = lambda name, done, total: None) -> None:
    """One ingestion, from opening the store to closing it."""
    with mock.patch.object(workers, "read", made_up):
        store = Store.open(url)
        ingest([file], store, lambda: None, progress)  # type: ignore[arg-type, return-value]
        store.close()


def contents(store: Store) -> tuple[dict[str, Findings | None], object]:
    """All that is in it."""
    everything = Filter(statuses=tuple(Status))
    return {i: store.findings(i) for i in store.article_ids()}, store.events(everything)


def kills(rounds: int, seed: int = 1) -> Row:
    """So many kills. After each the store is looked at; up to three hit one ingestion, which then ends."""
    dice = random.Random(seed)
    wrong: list[str] = []
    killed = begun = acknowledged_all = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = lines(folder)
        started = time.monotonic()
        keep_all(file, f"sqlite:///{folder}/whole.sqlite")
        usual = time.monotonic() - started
        whole = Store.open(f"sqlite:///{folder}/whole.sqlite")
        wanted = contents(whole)
        order = list(dict.fromkeys(e.article_ids[0] for e in whole.reported()[0]))
        whole.close()
        while killed < rounds and begun < 20 * rounds:
            url = f"sqlite:///{folder}/{begun}.sqlite"
            begun += 1
            done = 0
            for _ in range(dice.choice((1, 2, 3))):
                most = FIRST_S if dice.random() < EARLY else 1.15 * usual
                told, ended = _killed(file, url, dice.uniform(0, most))
                done = max(done, told)
                killed += not ended
                wrong += _looked_at(url, done, wanted, len(order))
                if ended or killed >= rounds:
                    break
            acknowledged_all += done
            keep_all(file, url)
            store = Store.open(url)
            if contents(store) != wanted:
                wrong.append(f"round {begun}: read again to the end, the store differs from one never killed")
            store.close()
    figures = f"{killed} kills in {begun} ingestions of {ROWS} articles, {acknowledged_all:,} acknowledged"
    return Row("kill -9", figures, tuple(wrong))


def _killed(file: Path, url: str, after_s: float) -> tuple[int, bool]:
    """How many articles the child said were kept, and whether it ended before the kill."""
    read_end, write_end = os.pipe()
    child = os.fork()

    def tell(name: str, done: int, total: int) -> None:
        os.write(write_end, f"{done}\n".encode())

    if child == 0:
        os.close(read_end)
        try:
            keep_all(file, url, tell)
            os._exit(0)
        finally:
            os._exit(3)
    os.close(write_end)
    time.sleep(after_s)  # the random point of the kill
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(read_end) as told:
        lines = told.read().splitlines()
    return max((int(line) for line in lines if line.isdigit()), default=0), os.WIFEXITED(status)


def _looked_at(url: str, done: int, wanted: tuple[dict[str, Findings | None], object], most: int) -> list[str]:
    store = Store.open(url)
    try:
        kept, _ = contents(store)
        wrong = [] if store.integrity() == "ok" else [f"{url}: {store.integrity()}"]
    finally:
        store.close()
    if len(kept) < min(done, most):
        wrong.append(f"{done} articles were acknowledged, {len(kept)} are there")
    if [i for i, found in kept.items() if found != wanted[0].get(i)]:
        wrong.append("an article is half there")
    return wrong
