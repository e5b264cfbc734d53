"""Stores of older layouts: opened, brought up to date, and as good as one made today."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from geo.filters import Filter
from geo.keep import Store, merge, restore, schema
from geo.keep.migrations import STEPS
from geo.keep.payload import unpack
from geo.keep.remerge import rules
from geo.records import Act, Correction, StoreError, Toponym

CASES = Path(__file__).parent / "cases"


def old(layout: int, folder: Path) -> str:
    """A store that Dateline wrote with this layout, as SQL."""
    path = folder / "old.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((CASES / f"store_layout_{layout}.sql").read_text("utf-8"))
    return f"sqlite:///{path}"


def row_of(url: str, query: str) -> Any:
    """The first value of the first row."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        return db.execute(query).fetchone()[0]


def layout_of(url: str) -> int:
    return int(row_of(url, "SELECT schema_version FROM meta"))


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
    followed = row_of(url, "SELECT rules FROM meta")
    again = Store.open(url)
    assert again.merge_due() == (layout < 3 or followed not in ("", rules()))
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


@pytest.mark.parametrize("layout", sorted(STEPS))
def test_the_places_of_old_articles_are_read_and_take_less_room(layout: int, tmp_path: Path) -> None:
    url = old(layout, tmp_path)
    room = "SELECT sum(length(toponyms)) FROM articles"
    before, first = row_of(url, room), row_of(url, "SELECT toponyms FROM articles WHERE source = 'Northern Post'")
    store = Store.open(url)
    assert row_of(url, room) < before / 2
    found = store.findings("n" * 64)
    assert found is not None
    assert found.toponyms == unpack(first, tuple[Toponym, ...])
    assert len(found.toponyms) == 2
    store.close()


def test_what_was_reckoned_from_an_old_store_follows_the_new_one(tmp_path: Path) -> None:
    url = old(5, tmp_path)
    stamp = row_of(url, "SELECT stamp FROM states ORDER BY version DESC")
    store = Store.open(url)
    assert store.states() == (stamp,)
    assert store.changed(stamp) == frozenset()
    store.close()


@pytest.mark.parametrize("layout", sorted(STEPS))
def test_an_old_backup_is_restored_under_a_page_that_is_open(layout: int, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    backup = Path(old(layout, tmp_path / "kept").removeprefix("sqlite:///"))
    page = Store.open(f"sqlite:///{tmp_path}/store.sqlite")
    assert page.article_ids() == ()
    restore(page.url, backup)
    assert layout_of(f"sqlite:///{backup}") == layout
    assert layout_of(page.url) == schema.VERSION
    assert all(page.findings(identity) for identity in page.article_ids())
    assert (page.counts()["articles"], page.integrity()) == (4, "ok")
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp" or path.name.startswith(".")]
    page.close()


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
