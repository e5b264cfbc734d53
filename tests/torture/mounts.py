"""A disk that is full, and one that may only be read: real mounts, in a namespace of Linux.

The row runs itself anew under `unshare`: there anybody may mount, and all mounts go with the process. Where neither
root nor anybody else may do that, the row fails and says so.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo import workers
from geo.filters import Filter
from geo.keep import Store, merge
from geo.read.polite import Visitor
from geo.records import Act, Correction, Event, StoreError
from geo.show import api
from geo.watch import Watch
from geo.watch_config import Config, Folder
from tests.test_migrations import layout_of, old
from tests.torture.kills import MADE, contents, keep_all, lines, made_up
from tests.torture.score import Row

ROOT = Path(__file__).resolve().parents[2]
ROOM = "32m"
"""Of the disk; little of it is left where it shall run full."""
LITTLE_KB = 300
OLD_LAYOUT = 2


PATIENCE_S = 120


def page_answers(url: str) -> str:
    """What is wrong with a Dateline that serves this store in a process of its own; "" for nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    quiet, env = subprocess.DEVNULL, {**os.environ, "DATELINE_STORE": url}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=quiet, stderr=quiet) as server:
        try:
            return _answers(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.wait(20)


def _answers(address: str, server: "subprocess.Popen[bytes]") -> str:
    until, said = time.monotonic() + PATIENCE_S, "it never answered"
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=10) as answer:
                return "" if json.load(answer)["events"] else "it shows no event"
        except OSError as error:
            said = str(error)
        time.sleep(0.2)
    return said if server.poll() is None else f"the page ended with {server.returncode}"


def rejection(store: Store, event: Event) -> Correction:
    """Somebody takes the event away."""
    return Correction("c1", "2026-03-01T09:00:00Z", "tester", "", Act.REJECT, store.anchors(event.member_ids))


class Disk:
    """A mounted disk of its own size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> "Disk":
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", self.folder], check=True)
        return self

    def __exit__(self, *error: object) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/store.sqlite"

    def fill(self, but_kb: int = 0) -> None:
        """Takes what room there is, save so many kB."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            try:
                while ballast.write(bytes(4096)):
                    pass
            except OSError:
                pass
            ballast.truncate(max(0, ballast.tell() - but_kb * 1024))

    def make_room(self) -> None:
        (self.folder / "ballast").unlink()

    def only_read(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)


class Trials:
    """What is tried, and what should not have happened."""

    def __init__(self, work: Path) -> None:
        self.work, self.done = work, 0
        self.wrong: list[str] = []
        self.articles = lines(work)
        keep_all(self.articles, f"sqlite:///{work}/whole.sqlite")
        with closing(Store.open(f"sqlite:///{work}/whole.sqlite")) as whole:
            self.whole = contents(whole)

    def demand(self, holds: object, sentence: str) -> None:
        self.done += 1
        if not holds:
            self.wrong.append(sentence)
            print(f"WRONG {sentence}", flush=True)

    def refused(self, what: str, deed: Callable[[], object]) -> None:
        """A StoreError and nothing else."""
        try:
            deed()
        except StoreError as error:
            self.demand(str(error).endswith("."), f"{what}: {error} is no sentence")
        else:
            self.demand(False, f"{what} was done, where nothing can be written")

    def same(self, what: str, url: str) -> None:
        """The store is that of a run that never met a full disk, and sound."""
        with closing(Store.open(url)) as store:
            self.demand(contents(store) == self.whole, f"{what}: the store differs from one that always had room")
            self.demand(store.integrity() == "ok", f"{what}: {store.integrity()}")

    def command(self, what: str, *words: str, rc: int = 1, to: Path | None = None, **env: str) -> None:
        """A command of the terminal: its exit status, and a sentence where it fails."""
        with (to or Path(os.devnull)).open("wb") as out:
            done = subprocess.run([sys.executable, "-m", "geo", *words], cwd=ROOT, stdout=out, stderr=subprocess.PIPE,
                                  text=True, check=False, env={**os.environ, **env})  # fmt: skip
        said = done.stderr.strip()
        self.demand(done.returncode == rc, f"{what}: exit status {done.returncode}, not {rc}: {said[-200:]}")
        self.demand("Traceback" not in said and (rc == 0 or said), f"{what}: no sentence but {said[-300:]!r}")

    # --- a full disk

    def ingest_full(self, disk: Disk) -> None:
        Store.open(disk.url).close()
        for _ in range(3):
            disk.fill(LITTLE_KB)
            told: list[int] = []

            def tell(name: str, done: int, total: int, told: list[int] = told) -> None:
                told.append(done)

            self.refused("an ingestion", lambda tell=tell: keep_all(self.articles, disk.url, tell))  # type: ignore[misc]
            with closing(Store.open(disk.url)) as store:
                kept, acknowledged = len(store.article_ids()), min(max(told, default=0), len(MADE))
                self.demand(kept >= acknowledged, f"{acknowledged} were acknowledged, {kept} are kept")
            disk.make_room()
        keep_all(self.articles, disk.url)
        self.same("ingestion after room was made", disk.url)

    def merge_full(self, disk: Disk) -> None:
        with mock.patch("geo.ingest.merge"):
            keep_all(self.articles, disk.url)
        store = Store.open(disk.url)
        self.demand(store.merge_due(), "nothing is to be merged")
        disk.fill()
        self.refused("a merge", lambda: merge(store))
        self.demand(store.merge_due(), "a merge that failed counts as done")
        disk.make_room()
        merge(store)
        store.close()
        self.same("merge after room was made", disk.url)

    def correct_full(self, disk: Disk) -> None:
        keep_all(self.articles, disk.url)
        store = Store.open(disk.url)
        event = store.events(Filter())[0]
        entry = rejection(store, event)
        disk.fill()
        self.refused("a correction", lambda: store.correct(entry))
        self.demand(not store.corrections(), "a correction that failed is in the trail")
        self.demand(store.event(event.id) is not None, "a correction that failed took its event away")
        disk.make_room()
        store.correct(entry)
        self.demand(store.event(event.id) is None and len(store.corrections()) == 1, "a correction was not done")
        store.close()

    def migrate_full(self, disk: Disk) -> None:
        url = old(OLD_LAYOUT, disk.folder)
        disk.fill()
        self.refused("a migration", lambda: Store.open(url))
        self.demand(layout_of(url) == OLD_LAYOUT, "a migration that failed changed the layout")
        disk.make_room()
        with closing(Store.open(url)) as store:
            self.demand(store.counts()["articles"] == 4, "a migration lost an article")
            self.demand(store.integrity() == "ok", store.integrity())

    def commands_full(self, disk: Disk) -> None:
        keep_all(self.articles, disk.url)
        backup, export = disk.folder / "backup.sqlite", disk.folder / "export.geojson"
        self.command("backup", "backup", str(backup), "--store", disk.url, rc=0)
        before, names = backup.read_bytes(), {path.name for path in disk.folder.iterdir()} | {"ballast"}
        store = Store.open(disk.url)
        self.demand(store.version(), "a store that is open")
        disk.fill()
        self.command("backup, full", "backup", str(backup), "--store", disk.url)
        self.demand(backup.read_bytes() == before, "a backup that failed harmed the one before")
        self.command("restore, full", "restore", str(self.work / "whole.sqlite"), "--store", disk.url)
        self.command("export, full", "export", "-o", str(export), "--store", disk.url)
        self.command("export to a stream, full", "export", "--store", disk.url, to=disk.folder / "stream")
        here = str(disk.folder)
        self.command("index of the gazetteer, full", "gazetteer", "search", "Mosul", XDG_CACHE_HOME=here)
        self.command("a place of one's own, full", "gazetteer", "add", str(self.place()), XDG_DATA_HOME=here)
        self.command("ingest, full", "ingest", str(self.articles), "seeds", "--again", "--store", disk.url)
        self.command("a new store, full", "ingest", "seeds", "--store", f"sqlite:///{disk.folder}/new.sqlite")
        left = {path.name.removesuffix("-wal").removesuffix("-shm") for path in disk.folder.iterdir()} - names
        self.demand(left <= {"stream", "new.sqlite", "dateline", "store.sqlite"}, f"left lying about: {sorted(left)}")
        store.close()
        disk.make_room()
        self.same("after commands on a full disk", disk.url)

    def watch_full(self, disk: Disk) -> None:
        """A watcher complains, and goes on by itself when there is room."""
        folder = self.work / "watched"
        folder.mkdir(exist_ok=True)
        (folder / self.articles.name).write_bytes(self.articles.read_bytes())
        os.utime(folder / self.articles.name, (time.time() - 60,) * 2)
        store = Store.open(disk.url)
        said: list[str] = []
        paused: list[float] = []

        def pause(seconds: float) -> None:
            paused.append(seconds)
            if len(paused) == 1:
                disk.make_room()

        clock = [time.time()]

        def now() -> float:
            clock[0] += 10
            return clock[0]

        watch = Watch(Config((), (Folder(folder, 1.0),), ""), store, lambda: None, Visitor(), now, pause,  # type: ignore[arg-type, return-value]
                      stop=lambda: len(store.article_ids()) == len(self.whole[0]) and not store.merge_due(),
                      say=said.append)  # fmt: skip
        with store.watched():
            pass
        disk.fill(LITTLE_KB)
        with mock.patch.object(workers, "read", made_up):
            watch.run()
        store.close()
        self.demand(any("again in" in words for words in said), f"a watcher said only {said}")
        self.same("watching after room was made", disk.url)

    def served(self, disk: Disk, how: str) -> None:
        """The API in this process, and the page in one of its own."""
        client = TestClient(Starlette(routes=api.routes(api.Settings(disk.url, served=True))))
        for route in ("health", "cells?bbox=30,25,50,40&zoom=6", "counts", "list", "days", "events.geojson"):
            answer = client.get(f"/api/{route}")
            said = f"{answer.status_code} {answer.text[:100]}"
            self.demand(answer.status_code == 200, f"{how}: /api/{route} gave {said}")
        said = page_answers(disk.url)
        self.demand(said == "", f"{how}: {said}")

    def serve_full(self, disk: Disk) -> None:
        """While someone has it open: the file that readers share takes room as well."""
        keep_all(self.articles, disk.url)
        with closing(Store.open(disk.url)) as store:
            self.demand(store.version(), "a store that is open")
            disk.fill()
            self.served(disk, "page on a full disk")

    # --- a disk that may only be read

    def read_only(self, disk: Disk) -> None:
        keep_all(self.articles, disk.url)
        ancient = old(OLD_LAYOUT, disk.folder)
        disk.only_read()
        copy, url = self.work / "copy.sqlite", disk.url
        with closing(Store.open(url)) as store:
            self.demand(contents(store) == self.whole, "a store on a read-only disk reads otherwise")
            entry = rejection(store, store.events(Filter())[0])
            self.refused("a correction", lambda: store.correct(entry))
            self.refused("a watcher's lock", lambda: store.watched().__enter__())
            self.refused("a merge", lambda: merge(store, everything=True))
        self.refused("a migration", lambda: Store.open(ancient))
        self.command("backup away, read-only", "backup", str(copy), "--store", url, rc=0)
        self.same("backup of a read-only disk", f"sqlite:///{copy}")
        self.command("export away, read-only", "export", "-o", str(self.work / "x.geojson"), "--store", url, rc=0)
        self.command("looking, read-only", "ingest", "--dry-run", "seeds", "--store", url, rc=0)
        self.command("quarantine, read-only", "quarantine", "list", "--store", url, rc=0)
        self.command("export, read-only", "export", "-o", str(disk.folder / "x.geojson"), "--store", url)
        self.command("backup, read-only", "backup", str(disk.folder / "b.sqlite"), "--store", url)
        self.command("restore, read-only", "restore", str(copy), "--store", url)
        self.command("ingest, read-only", "ingest", "seeds", "--store", url)
        self.command("a new store, read-only", "ingest", "seeds", "--store", f"sqlite:///{disk.folder}/new.sqlite")
        here = str(disk.folder)
        self.command("index of the gazetteer, read-only", "gazetteer", "search", "Mosul", XDG_CACHE_HOME=here)
        self.served(disk, "page on a read-only disk")

    def read_only_unfinished(self, disk: Disk) -> None:
        """Whoever wrote was killed, and what he wrote last is in the file beside the store still."""
        url = f"sqlite:///{self.work}/open.sqlite"
        store = Store.open(url)
        for found in list(MADE.values())[:20]:
            store.add(found)
        for ending in ("", "-wal"):
            (disk.folder / f"store.sqlite{ending}").write_bytes(Path(f"{self.work}/open.sqlite{ending}").read_bytes())
        store.close()
        disk.only_read()
        try:
            with closing(Store.open(disk.url)) as there:
                self.demand(len(there.article_ids()) == 20, "what was written last before a kill is not read")
        except StoreError as error:
            self.demand("-wal" in str(error), f"a store that was not closed: {error}")

    def place(self) -> Path:
        path = self.work / "places.csv"
        path.write_text("name,lat,lon\nOur Village,35.5,43.5\n", "utf-8")
        return path

    def every(self) -> Iterator[tuple[str, Callable[[Disk], None]]]:
        for name in ("ingest_full", "merge_full", "correct_full", "migrate_full", "watch_full", "commands_full",
                     "serve_full", "read_only", "read_only_unfinished"):  # fmt: skip
            yield name, getattr(self, name)


@contextmanager
def _trial(name: str, trials: Trials) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # whatever it is, it is what is looked for
        trials.demand(False, f"{name}: {error!r:.300}")


def inside(work: Path, names: tuple[str, ...]) -> None:
    """All trials, each on a disk of its own; prints what is wrong and how many things were looked at."""
    trials = Trials(work)
    for name, trial in trials.every():
        if names and name not in names:
            continue
        folder = work / name
        folder.mkdir()
        with Disk(folder) as disk, _trial(name, trials):
            trial(disk)
        print(json.dumps({"name": name}), flush=True)
    print(f"DONE {trials.done}", flush=True)


def mounts(*names: str) -> Row:
    """Every trial, or those of these names."""
    tried: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        me = [sys.executable, "-m", "tests.torture.mounts", folder, *names]
        for ways in (["unshare", "--user", "--map-root-user", "--mount"], ["unshare", "--mount"]):
            may = subprocess.run([*ways, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True,
                                 check=False)  # fmt: skip
            if may.returncode:
                tried.append(f"{' '.join(ways)}: {may.stderr.strip()[:150]}")
                continue
            done = subprocess.run([*ways, *me], cwd=ROOT, capture_output=True, text=True, check=False)
            said = done.stdout.splitlines()
            wrong = [line.removeprefix("WRONG ") for line in said if line.startswith("WRONG")]
            end = next((line.split()[1] for line in said if line.startswith("DONE")), "")
            if not end:
                wrong.append(f"it ended before its time ({done.returncode}): {done.stderr.strip()[-300:]}")
            return Row("disk full, read-only", f"9 disks mounted, {end or 'not all'} things looked at", tuple(wrong))
    return Row("disk full, read-only", "not tried", ("no disk can be mounted here; " + "; ".join(tried),))


if __name__ == "__main__":
    inside(Path(sys.argv[1]), tuple(sys.argv[2:]))
