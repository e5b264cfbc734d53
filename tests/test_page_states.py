"""Every page on a store that is empty, holds one article, cannot be used, or is taken away while the page is open."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import pytest
from streamlit.testing.v1 import AppTest

from geo.keep import Store, engine
from geo.records import Findings, StoreError
from geo.show import api
from geo.show.shared import Settings, shared
from tests.filled import dated, fill

ROOT = Path(__file__).resolve().parent.parent
MAIN = str(ROOT / "geo/show/pages/main.py")
PAGES = ("map", "articles", "article", "event", "sources", "add", "review", "places", "about")
NOBODY = 65534
WAIT_S = 60


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    before = shared().settings
    yield
    api.configure(before)


def opened(path: Path) -> AppTest:
    api.configure(Settings(f"sqlite:///{path}", served=True))
    return AppTest.from_file(MAIN, default_timeout=WAIT_S).run()


def told(app: AppTest, page: str) -> str:
    """What a page says in words of its own; never a traceback."""
    if page != "map":
        app.switch_page(f"{page}.py").run()
    assert not app.exception, (page, [e.message for e in app.exception])
    kinds = ("error", "warning", "info", "caption", "markdown", "html")
    texts = [getattr(e, "value", "") or e.proto.body for kind in kinds for e in app.get(kind)]
    return "\n".join(t for t in texts if t and "@import" not in t).replace("\\", "")


def test_an_empty_store_says_on_every_page_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    Store.open(f"sqlite:///{path}").close()
    app = opened(path)
    said = {page: told(app, page) for page in PAGES}
    for page in ("map", "articles", "sources", "review"):
        assert "No articles yet. Add a file, a feed or paste a text" in said[page], page
    assert "Choose an article on the Articles page." in said["article"]
    assert "Choose an event on the map." in said["event"]
    assert "Nothing is stored before you have seen what was found." in said["add"]
    assert "No article names a place yet." in said["places"]
    assert "About Dateline" in said["about"]
    shared().store().close()


def test_one_article_without_an_event_is_shown_on_every_page(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    store = Store.open(f"sqlite:///{path}")
    store.add(Findings(dated(), (), (), ()))
    store.close()
    app = opened(path)
    said = {page: told(app, page) for page in PAGES}
    assert "These articles report no event that can be shown." in said["map"]
    assert "1 article." in said["articles"]
    assert "1 source." in said["sources"]
    assert "Everything has been looked at." in said["review"]
    app.query_params["id"] = dated().id
    assert "No event or movement was found in it." in told(app, "article")
    shared().store().close()


def no_store(path: Path) -> None:
    path.write_text("These are words and no database. " * 40, "utf-8")


def other_tables(path: Path) -> None:
    sqlite3.connect(path).executescript("CREATE TABLE things (a); INSERT INTO things VALUES (1)").connection.close()


def newer(path: Path) -> None:
    fill(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET schema_version = 999")
    connection.commit()
    connection.close()


def folder(path: Path) -> None:
    path.mkdir()


UNUSABLE = {
    no_store: "file is not a database. Give the path of a store",
    other_tables: "is a SQLite file, but no store of Dateline; give another path",
    newer: "has the layout 999 of a newer Dateline",
    folder: "cannot be",
}


@pytest.mark.parametrize("make", UNUSABLE, ids=lambda make: make.__name__)
def test_a_store_that_cannot_be_used_is_said(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    make(path)
    app = opened(path)
    for page in PAGES if make is no_store else ("map", "add"):
        said = told(app, page)
        assert "The store of the articles cannot be used." in said, page
        assert UNUSABLE[make] in said, page
        assert [b.label for b in app.button] == ["Try again"], page


def test_once_the_store_is_mended_the_page_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    no_store(path)
    app = opened(path)
    path.unlink()
    fill(f"sqlite:///{path}").close()
    app.button[0].click().run()
    assert not app.error
    assert app.session_state["asked"] is not None
    shared().store().close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything; as somebody else the tests hold for root too."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(("closed", "sentence"), [
    ("file", "may be read and written by this user"), ("folder", "Give this user the right to read its folder"),
])
def test_without_the_right_to_read_it_is_said(closed: str, sentence: str, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    path = outer / "store.sqlite"
    fill(f"sqlite:///{path}").close()
    ours = [parent for parent in tmp_path.parents if parent.parent.is_relative_to(gettempdir())]
    for parent in (outer, tmp_path, *ours):
        parent.chmod(0o755)
    (path if closed == "file" else outer).chmod(0)
    try:
        with as_nobody(), pytest.raises(StoreError, match=sentence):
            Store.open(f"sqlite:///{path}")
    finally:
        outer.chmod(0o755)


def test_a_locked_store_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAIT_S", 0.05)
    path = tmp_path / "store.sqlite"
    fill(f"sqlite:///{path}").close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert "Another process is writing to it; wait for it to end and try again." in told(opened(path), "map")
    finally:
        other.close()


@pytest.mark.parametrize("deed", ["deleted", "replaced"])
def test_a_store_taken_away_while_the_page_is_open_is_said_and_nothing_is_lost(deed: str, tmp_path: Path) -> None:
    path, aside = tmp_path / "store.sqlite", tmp_path / "aside"
    fill(f"sqlite:///{path}").close()
    app = opened(path)
    assert not app.error
    aside.mkdir()
    for file in tmp_path.glob("store.sqlite*"):
        file.rename(aside / file.name)
    if deed == "replaced":
        shutil.copy(aside / "store.sqlite", path)
    for page in ("articles", "sources", "add", "map"):
        assert "was deleted, moved or replaced while it was open. Put it back" in told(app, page), page
    path.unlink(missing_ok=True)
    for file in aside.glob("*"):
        file.rename(tmp_path / file.name)
    assert "2 articles." in told(app, "articles")
    shared().store().close()
