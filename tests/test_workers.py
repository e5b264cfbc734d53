"""Several reading processes: the same store as with one, and clean ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.filters import Filter
from geo.ingest import ingest
from geo.keep import Store
from geo.locate import DEFAULT_BUNDLE, Gazetteer, Tagger
from geo.pipeline import Setup, Tools
from geo.records import Status, WorkerLost
from geo.reread import reread
from geo.workers import Workers, worked
from tests.build import article

ROOT = Path(__file__).resolve().parent.parent
TOWNS = ("Mosul", "Kirkuk", "Baghdad", "Raqqa", "Aleppo", "Tikrit")
ALL = Filter(statuses=tuple(Status))


@pytest.fixture(scope="module")
def tools(gazetteer: Gazetteer) -> Tools:
    return Tools(gazetteer, Tagger.open())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven articles of very different length, one of them twice, one twice in one file, and two bad files."""
    made = tmp_path_factory.mktemp("articles")
    for number, town in enumerate(TOWNS):
        text = f"Warplanes bombed a depot near {town} on 9 September 2019, killing {number + 2} fighters."
        rest = f"\n\nTalks in {town} went on." * 40 ** (number % 2)
        (made / f"{number}.txt").write_text(f"date 2019-09-11 {text}{rest}")
    (made / "3b.txt").write_bytes((made / "3.txt").read_bytes())
    line = json.dumps({"title": "Clash", "text": "Police clashed with gunmen in Homs on 3 September 2019."})
    (made / "more.jsonl").write_text(f"{line}\n{line}\nno JSON\n")
    (made / "empty.txt").write_text("")
    return made


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(Setup(DEFAULT_BUNDLE), 2) as made:
        yield made


def test_two_processes_keep_what_one_does(tmp_path: Path, folder: Path, tools: Tools, workers: Workers) -> None:
    one, two = (Store.open(f"sqlite:///{tmp_path / name}") for name in ("one.sqlite", "two.sqlite"))
    alone = ingest([folder], one, lambda: tools)
    together = ingest([folder], two, lambda: tools, workers=workers)
    assert together == alone
    assert alone.new == 7
    assert alone.unchanged == 2
    assert two.articles() == one.articles()
    assert [two.findings(i) for i in two.articles()] == [one.findings(i) for i in one.articles()]
    assert two.events(ALL) == one.events(ALL)
    assert two.quarantined() == one.quarantined()
    assert ingest([folder], two, lambda: tools, workers=workers).new == 0
    again = reread([*two.article_ids(), "no-such-article"], two, lambda: tools, workers=workers)
    assert (again.read, again.changed) == (7, 0)
    assert two.events(ALL) == one.events(ALL)


def test_a_worker_that_dies_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers(Setup(DEFAULT_BUNDLE), 1) as doomed:
        assert doomed.begin(article("Police went to Homs."))() is not None
        (process,) = doomed._pool._processes
        waiting = doomed.begin(article("Police left Homs. " * 2000))
        os.kill(process, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="fewer --jobs"):
            waiting()
        with pytest.raises(WorkerLost):
            doomed.begin(article("Police rest."))()


def test_one_poison_article_stays_alone() -> None:
    class Poison:
        gazetteer = tagger = online = None

    assert "could not be worked through" in worked(article("Police went to Homs."), Poison).reason  # type: ignore


def descendants(process: int) -> list[int]:
    """Processes below this one that still run, by /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    below = [process]
    for one in below:
        below += [child for child, parent in parents.items() if parent == one]
    return below[1:]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
def test_the_end_of_the_parent_is_the_end_of_all(tmp_path: Path, how: signal.Signals) -> None:
    source = tmp_path / "many.jsonl"
    lines = ({"text": f"Gunmen attacked a village near {TOWNS[n % 6]}, number {n}. " * 5} for n in range(2000))
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    command = [sys.executable, "-m", "geo", "ingest", "--jobs", "2", "--store", url, str(source)]
    child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    store = Store.open(url)
    deadline = time.monotonic() + 120
    while store.counts()["articles"] < 3 and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert child.poll() is None, child.communicate()[1]
    below = descendants(child.pid)
    assert below, "the workers are children"
    if how is signal.SIGINT:
        os.killpg(child.pid, how)  # as a terminal does: to the whole group
    else:
        child.kill()
    _, said = child.communicate(timeout=60)
    if how is signal.SIGINT:
        assert "Stopped when asked" in said
        assert "Traceback" not in said
        assert child.returncode == 1
    while any(Path(f"/proc/{one}").exists() for one in below) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{one}").exists() for one in below), "nobody is left waiting"
    assert store.integrity() == "ok"
    assert 3 <= store.counts()["articles"] < 2000
    store.close()
