"""What may befall a store: backup and back, a full disk, a read-only disk, a cut WAL, two writers, a busy reader."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from geo.filters import Filter
from geo.keep import Store, merge, restore
from geo.records import StoreError
from tests.generated import world

ROOT = Path(__file__).resolve().parent.parent
MADE = world(120, seed=5).findings

WRITER = """
import resource, sys
from geo.keep import Store, merge
from geo.records import StoreError
from tests.generated import world
url, first, last, most = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
store = Store.open(url)
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    for found in world(120, seed=5).findings[first:last]:
        store.add(found)
        print(found.article.id, flush=True)
    merge(store)
except StoreError as error:
    print("ERROR", error, flush=True)
if len(sys.argv) > 5:
    sys.stdin.readline()
"""


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def filled(path: Path, n: int = 20) -> Store:
    store = Store.open(url_of(path))
    for found in MADE[:n]:
        store.add(found)
    merge(store)
    return store


def run_writer(path: Path, first: int, last: int, most: int = 0, *more: str) -> "subprocess.Popen[str]":
    args = [sys.executable, "-c", WRITER, url_of(path), str(first), str(last), str(most), *more]
    return subprocess.Popen(args, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# --- backup and back


def test_a_backup_is_the_way_back(tmp_path: Path) -> None:
    store = filled(tmp_path / "store.sqlite")
    store.backup(tmp_path / "copy.sqlite")
    before, version = store.articles(), store.version()
    for found in MADE[20:30]:
        store.add(found)
    page = Store.open(store.url)
    seen = page.version()
    store.close()
    kept = restore(store.url, tmp_path / "copy.sqlite")
    assert page.articles() == before, "a page that is open shows the restored state"
    assert page.version() > max(version, seen), "and knows that something changed"
    assert page.integrity() == "ok"
    page.close()
    assert kept is not None
    former = Store.open(url_of(kept))
    assert len(former.articles()) == 30
    former.close()


def test_a_store_is_restored_where_there_is_none(tmp_path: Path) -> None:
    filled(tmp_path / "store.sqlite", 3).backup(tmp_path / "copy.sqlite")
    assert restore(url_of(tmp_path / "new.sqlite"), tmp_path / "copy.sqlite") is None
    store = Store.open(url_of(tmp_path / "new.sqlite"))
    assert (len(store.articles()), store.integrity()) == (3, "ok")
    store.close()


def test_a_damaged_store_is_put_aside_and_restored(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = filled(path)
    store.backup(tmp_path / "copy.sqlite")
    store.close()
    path.write_bytes(b"\x00 no store any more " * 99)
    kept = restore(url_of(path), tmp_path / "copy.sqlite")
    assert kept is not None
    assert kept.read_bytes().startswith(b"\x00 no store")
    again = Store.open(url_of(path))
    assert len(again.articles()) == 20
    again.close()


@pytest.mark.parametrize("spoil", ["missing", "no store", "cut", "newer", "itself"])
def test_what_is_no_sound_backup_changes_nothing(tmp_path: Path, spoil: str) -> None:
    store = filled(tmp_path / "store.sqlite")
    source = tmp_path / "copy.sqlite"
    store.backup(source)
    store.close()
    if spoil == "missing":
        source.unlink()
    elif spoil == "no store":
        source.write_text("words", "utf-8")
    elif spoil == "cut":
        source.write_bytes(source.read_bytes()[:40_000])
    elif spoil == "newer":
        with closing(sqlite3.connect(source)) as db:
            db.execute("UPDATE meta SET schema_version = 99")
            db.commit()
    before = (tmp_path / "store.sqlite").read_bytes()
    with pytest.raises(StoreError):
        restore(store.url, tmp_path / "store.sqlite" if spoil == "itself" else source)
    assert (tmp_path / "store.sqlite").read_bytes() == before


def test_damage_inside_the_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    filled(path).close()
    data = bytearray(path.read_bytes())
    for at in range(30_000, len(data) - 4096, 9_000):
        data[at : at + 64] = bytes(64)
    path.write_bytes(bytes(data))
    assert _found_wrong(url_of(path))


def _found_wrong(url: str) -> bool:
    """Either it does not open, or it says what is wrong."""
    try:
        with closing(Store.open(url)) as store:
            return store.integrity() != "ok"
    except StoreError:
        return True


# --- hardships


def test_a_store_whose_maker_was_killed_at_once_is_made(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with closing(sqlite3.connect(path)) as blank:
        blank.execute("PRAGMA journal_mode = WAL")
        blank.execute("CREATE TABLE a (b)")
        blank.execute("DROP TABLE a")
    assert path.stat().st_size
    store = Store.open(url_of(path))
    assert store.add(MADE[0])
    store.close()


def test_a_store_whose_maker_was_killed_before_it_had_a_wal_file_is_made(tmp_path: Path) -> None:
    """What is left is a journal by which only a writer can take back what was begun."""
    begun, path = tmp_path / "begun.sqlite", tmp_path / "store.sqlite"
    with closing(sqlite3.connect(begun, isolation_level=None)) as maker:
        maker.execute("CREATE TABLE a (b)")
        maker.execute("DROP TABLE a")
        maker.execute("PRAGMA cache_size = 1")
        maker.execute("BEGIN")
        maker.execute("CREATE TABLE a (b)")
        maker.executemany("INSERT INTO a VALUES (?)", [("x" * 900,)] * 200)  # more than it holds back from the disk
        for end in ("", "-journal"):
            shutil.copy(f"{begun}{end}", f"{path}{end}")
    assert Path(f"{path}-journal").stat().st_size
    store = Store.open(url_of(path))
    assert store.add(MADE[0])
    assert store.integrity() == "ok"
    store.close()


@pytest.mark.parametrize("most", [250_000, 300_000, 420_000])
def test_a_full_disk_says_so_and_keeps_what_was_reported(tmp_path: Path, most: int) -> None:
    """No file may grow beyond `most`: SQLite sees that as a disk that takes no more."""
    path = tmp_path / "store.sqlite"
    filled(path, 2).close()
    process = run_writer(path, 2, 120, most)
    told = process.communicate()[0].splitlines()
    assert told[-1].startswith("ERROR"), told[-1]
    assert "safe" in told[-1]
    store = Store.open(url_of(path))
    assert store.integrity() == "ok"
    assert set(told[:-1]) <= set(store.articles())
    for found in MADE:
        store.add(found)
    merge(store)
    assert len(store.articles()) == len(MADE), "with room again it goes on"
    store.close()


RESTORER = """
import resource, sys
from pathlib import Path
from geo.keep import restore
from geo.records import StoreError
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    restore(sys.argv[1], Path(sys.argv[2]))
except StoreError as error:
    print(error)
"""


def test_a_restore_without_room_leaves_a_sound_store_where_it_is(tmp_path: Path) -> None:
    """It took a copy that could not be written for a store that cannot be read, and moved it away."""
    path, backup = tmp_path / "store.sqlite", tmp_path / "backup.sqlite"
    store = filled(path, 30)
    store.backup(backup)
    for found in MADE[30:40]:
        store.add(found)
    kept = set(store.articles())
    store.close()
    args = [sys.executable, "-c", RESTORER, url_of(path), str(backup)]
    told = subprocess.run(args, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.strip().endswith("Nothing was changed.")
    with closing(Store.open(url_of(path))) as store:
        assert set(store.articles()) == kept
    names = {p.name.removesuffix("-wal").removesuffix("-shm") for p in tmp_path.iterdir()}
    assert names == {path.name, backup.name}


def as_nobody(work: str, folder: Path) -> str:
    """What `work` prints when it runs without root's power to write everywhere."""
    start = "import os, sys, geo.keep\nif os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
    args = [sys.executable, "-c", start + work, str(folder)]
    return subprocess.run(args, cwd=ROOT, capture_output=True, text=True, check=True).stdout


READ_ONLY = """
from geo.keep import Store
from geo.records import StoreError
store = Store.open(f"sqlite:///{sys.argv[1]}/store.sqlite")
print(len(store.articles()), store.counts()["articles"])
try:
    store.quarantine("a", "b", "c")
except StoreError as error:
    print(error)
"""


@pytest.fixture
def still() -> Iterator[Path]:
    """A folder with a store in which nobody may write any more."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    filled(folder / "store.sqlite", 4).close()
    (folder / "store.sqlite").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_disk_is_read_and_says_why_it_is_not_written(still: Path) -> None:
    told = as_nobody(READ_ONLY, still).splitlines()
    assert told[0] == "4 4"
    assert "cannot be written" in told[1]


def test_a_cut_wal_loses_only_what_stood_behind_the_cut(tmp_path: Path) -> None:
    """As after a power cut that the disk did not survive whole: what opens is a state the store was in."""
    path = tmp_path / "store.sqlite"
    filled(path, 2).close()
    process = run_writer(path, 2, 40, 0, "wait")
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(38)]
    process.kill()
    process.communicate()
    wal = Path(f"{path}-wal").read_bytes()
    chance, order = random.Random(3), [found.article.id for found in MADE[:40]]
    for n in range(12):
        folder = tmp_path / str(n)
        folder.mkdir()
        shutil.copy(path, folder / "store.sqlite")
        cut = chance.randrange(len(wal))
        torn = wal[:cut] if n % 2 else wal[:cut] + os.urandom(min(4096, len(wal) - cut)) + wal[cut + 4096 :]
        (folder / "store.sqlite-wal").write_bytes(torn)
        store = Store.open(url_of(folder / "store.sqlite"))
        kept = set(store.articles())
        assert store.integrity() == "ok"
        assert kept == set(order[: len(kept)]), "the first so many, in the order they came"
        for found in MADE[:40]:
            store.add(found)
        assert set(store.articles()) == set(order)
        store.close()
    assert set(told) == set(order[2:])


def test_two_ingests_and_a_reader_at_once(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = filled(path, 1)
    writers = [run_writer(path, 0, 80), run_writer(path, 40, 120)]
    most = 0
    while any(w.poll() is None for w in writers):
        now = len(store.article_ids())
        assert now >= most, "what was once seen stays"
        most = now
    told = [line for w in writers for line in w.communicate()[0].splitlines()]
    assert not [line for line in told if line.startswith("ERROR")]
    assert set(store.articles()) == {found.article.id for found in MADE}
    assert store.integrity() == "ok"
    merge(store)
    alone = Store.open(url_of(tmp_path / "alone.sqlite"))
    for found in MADE:
        alone.add(found)
    merge(alone)
    assert store.reported() == alone.reported()
    assert store.events(Filter()) == alone.events(Filter()), "in whatever order they came"
    store.close()
    alone.close()

