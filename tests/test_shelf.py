"""The list of articles: its order, its search, what each tells; and the page that shows it a hundred at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.keep import Shelf, Store
from geo.records import Article, Findings
from geo.show import api
from geo.show.pages import articles as page
from geo.show.shared import Settings, shared
from tests.build import article
from tests.filled import dated, fill, undated
from tests.test_pages import opened, written


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield made
    made.close()


def made(number: int, day: date | None = None, **told: str) -> Article:
    return replace(article(f"Report {number} from the harbour.", day), id=f"a{number:03}", **told)


def add(store: Store, *given: Article) -> None:
    store.add_all([Findings(a, (), (), ()) for a in given])


def test_the_newest_come_first_and_undated_ones_last(store: Store) -> None:
    assert store.shelf(Shelf()).ids == ()
    add(store, made(1), made(2, date(2019, 1, 1)), made(3, date(2020, 1, 1)), made(4, date(2020, 1, 1)))
    first = store.shelf(Shelf())
    assert first.ids == ("a003", "a004", "a002", "a001")
    add(store, made(5, date(2019, 6, 1)))
    assert store.shelf(first).ids == ("a003", "a004", "a005", "a002", "a001")
    assert store.shelf(first) == store.shelf(Shelf())


def test_a_shelf_of_another_state_of_the_store_is_made_anew(store: Store, tmp_path: Path) -> None:
    add(store, made(1))
    other = Store.open(f"sqlite:///{tmp_path / 'other.sqlite'}")
    add(other, made(7), made(8))
    assert store.shelf(other.shelf(Shelf())).ids == ("a001",)
    other.close()


@pytest.mark.parametrize(("words", "found"), [
    (["harbour"], {"a001", "a002", "a003"}), (["HARBOUR", "have"], {"a002"}), (["Émile"], {"a003"}),
    (["émile"], {"a003"}), (['"quoted"'], {"a001"}), (["title"], set()), (["back\\slash"], {"a001"}),
    (["بغداد"], {"a002"}), (["a001"], set()),
])
def test_words_are_sought_in_title_publisher_and_text(store: Store, words: list[str], found: set[str]) -> None:
    haven = made(2, source="The Haven", title="بغداد")
    add(store, made(1, title='A "quoted" back\\slash'), haven, made(3, title="Émile"))
    assert store.holding(words) == found


def test_what_each_tells_is_counted(tmp_path: Path) -> None:
    store = fill(f"sqlite:///{tmp_path / 'store.sqlite'}")
    told = store.told([dated().id, undated().id, "none"])
    assert told == {i: len(f.events) + len(f.routes) for i in told if (f := store.findings(i))}
    assert set(told) == {dated().id, undated().id}
    store.close()


def test_the_page_turns_and_finds(tmp_path: Path) -> None:
    before = shared().settings
    url = f"sqlite:///{tmp_path / 'pages.sqlite'}"
    store = Store.open(url)
    add(store, *(made(n, date(2019, 1, 1)) for n in range(2 * page.PAGE + 1)))
    store.close()
    api.configure(Settings(url, served=True))
    try:
        app = opened("articles.py")
        assert "1–30 of 61" in written(app)
        next(b for b in app.button if b.label == "Oldest").click().run()
        assert "61–61 of 61" in written(app)
        assert len(app.get("page_link")) == 1
        app.text_input(key="articles-sought").set_value("report 17 harb").run()
        assert "1 article." in written(app)
    finally:
        shared().store().close()
        api.configure(before)
