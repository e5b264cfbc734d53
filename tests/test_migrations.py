"""Stores of older layouts: opened, brought up to date, and as good as one made today."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geo.filters import Filter
from geo.keep import Store, merge, schema
from geo.keep.migrations import STEPS
from geo.records import Act, Correction, StoreError

CASES = Path(__file__).parent / "cases"


def old(layout: int, folder: Path) -> str:
    """A store that Dateline wrote with this layout, as SQL."""
    path = folder / "old.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((CASES / f"store_layout_{layout}.sql").read_text("utf-8"))
    return f"sqlite:///{path}"


def layout_of(url: str) -> int:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        return int(db.execute("SELECT schema_version FROM meta").fetchone()[0])


def test_every_older_layout_has_its_step_and_its_case() -> None:
    assert sorted(STEPS) == list(range(1, schema.VERSION))
    assert all((CASES / f"store_layout_{layout}.sql").is_file() for layout in STEPS)


@pytest.mark.parametrize("layout", sorted(STEPS))
def test_an_old_store_opens_and_loses_nothing(layout: int, tmp_path: Path) -> None:
    url = old(layout, tmp_path)
    assert layout_of(url) == layout
    store = Store.open(url)
    assert layout_of(url) == schema.VERSION
    counts = store.counts()
    assert (counts["articles"], counts["reported_events"], counts["reported_routes"]) == (4, 4, 1)
    assert (counts["events"], counts["routes"], counts["quarantined"]) == (2, 1, 1)
    before = store.events(Filter()), store.routes(Filter())
    assert store.integrity() == "ok"
    store.close()
    again = Store.open(url)
    assert again.merge_due() == (layout < 3)
    merge(again)
    assert (again.events(Filter()), again.routes(Filter())) == before
    again.close()


@pytest.mark.parametrize("layout", sorted(STEPS))
def test_an_old_store_has_the_tables_and_columns_of_a_new_one(layout: int, tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/new.sqlite").close()
    url = old(layout, tmp_path)
    Store.open(url).close()
    shapes = []
    for path in (url.removeprefix("sqlite:///"), f"{tmp_path}/new.sqlite"):
        with closing(sqlite3.connect(path)) as db:
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            indexes = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
            columns = {t: {row[1:4] for row in db.execute(f"PRAGMA table_info('{t}')")} for t in tables}
            shapes.append((columns, indexes))
    assert shapes[0] == shapes[1]


def test_what_an_old_store_reports_can_be_put_right(tmp_path: Path) -> None:
    store = Store.open(old(1, tmp_path))
    merge(store)
    event = store.events(Filter())[0]
    store.correct(Correction("c", "2026-03-01T09:00:00Z", "", "", Act.REJECT, store.anchors(event.member_ids)))
    assert event not in store.events(Filter())
    store.close()


def test_a_broken_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = old(1, tmp_path)

    def fails(db: object) -> None:
        working(db)  # type: ignore[arg-type]
        raise StoreError("Halfway.")

    working = STEPS[1]
    monkeypatch.setitem(STEPS, 1, fails)
    with pytest.raises(StoreError, match="Halfway"):
        Store.open(url)
    monkeypatch.undo()
    assert layout_of(url) == 1
    store = Store.open(url)
    assert store.counts()["reported_events"] == 4
    store.close()
