"""What the Sources page says of each publisher: how much, over which months, and how well it tells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.keep import Store
from geo.keep.publishers import Publisher
from geo.records import Act, Correction, Findings
from geo.show import api, source_table
from geo.show.shared import Settings, shared
from tests.build import article
from tests.filled import dated, events, fill
from tests.test_pages import opened, written

LONG = " ".join(f"The convoy number {n} passed the bridge of the old town at dawn." for n in range(40))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield made
    made.close()


def only(store: Store, name: str) -> Publisher:
    return next(row for row in store.publishers() if row.name == name)


def test_articles_are_counted_by_month(store: Store) -> None:
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2020, 1, 31), None)
    told = [replace(article(f"Text {n}.", day), source="Post") for n, day in enumerate(days)]
    store.add_all([Findings(one, (), (), ()) for one in told])
    row = only(store, "Post")
    assert row.months == ((12 * 2019 + 11, 1), (12 * 2020, 2))
    assert (row.n_articles, row.n_dated, row.first, row.last) == (4, 3, date(2019, 12, 31), date(2020, 1, 31))
    assert (row.n_told, row.confidence, row.n_copies, row.n_corrected) == (0, None, 0, 0)


def test_copies_count_for_who_printed_them(store: Store) -> None:
    wire = [replace(article(f"{LONG} {name}.", date(2020, 1, 1)), source=name) for name in ("Agency", "Post")]
    store.add_all([Findings(one, (), (), ()) for one in wire])
    assert sorted(row.n_copies for row in store.publishers()) == [0, 1]


def test_events_points_confidence_and_corrections(tmp_path: Path) -> None:
    store = fill(f"sqlite:///{tmp_path / 'store.sqlite'}")
    row = only(store, dated().source)
    of_it = [e for e in events() if dated().id in e.article_ids]
    assert row.n_told == len(of_it)
    assert row.confidence == pytest.approx(sum(e.confidence for e in of_it) / len(of_it), abs=1e-3)
    assert 0 < row.n_unplaced < row.n_told
    strike = store.anchors(events()[0].member_ids[:1])
    steps = ((Act.ACCEPT, "", 0), (Act.REJECT, "", 1), (Act.UNDO, "c1", 0), (Act.UNDO, "c2", 1))
    for number, (act, undoes, so_far) in enumerate(steps):
        about = () if undoes else strike
        store.correct(Correction(f"c{number}", f"2026-01-01T00:00:0{number}Z", "", "", act, about, undoes=undoes))
        assert sum(p.n_corrected for p in store.publishers()) == so_far, act
    store.close()


@pytest.mark.parametrize(("days", "bars"), [
    ((date(2019, 1, 1), date(2023, 12, 31)), 60), ((date(2019, 1, 1), date(2024, 1, 1)), 21),
    ((date(1900, 1, 1), date(2024, 1, 1)), 25), ((date(1, 1, 1), date(9999, 1, 1)), 100), ((), 0),
])
def test_bars_are_few(store: Store, days: tuple[date, ...], bars: int) -> None:
    told = [replace(article(f"On {day}.", day), source="Post") for day in days or (None,)]
    store.add_all([Findings(one, (), (), ()) for one in told])
    made = source_table.table(store.publishers())
    (row,) = made["rows"]
    assert (len(row["bars"]), sum(row["bars"]), len(made["span"])) == (bars, len(days), 2 if days else 0)


def test_the_articles_of_one_publisher(tmp_path: Path) -> None:
    before, url = shared().settings, f"sqlite:///{tmp_path / 'articles.sqlite'}"
    store = Store.open(url)
    told = [("Post", 2), ("<b>Wire</b>", 1), ("", 1)]
    store.add_all([Findings(replace(article(f"{name} {n}.", None), source=name), (), (), ())
                   for name, many in told for n in range(many)])
    store.close()
    api.configure(Settings(url, served=True))
    try:
        for asked, number in (("Post", "2 articles."), ("none", "1 article."), ("<b>Wire</b>", "1 article."),
                              ("x' OR 1=1 --", "No article of this publisher is here.")):
            app = opened("articles.py")
            app.query_params["source"] = asked
            app.run()
            assert number in written(app), asked
            assert "<b>Wire</b>" not in written(app).replace("\\<b\\>Wire\\<\\/b\\>", "")
        app.button(key="articles-all").click().run()
        assert "4 articles." in written(app)
    finally:
        shared().store().close()
        api.configure(before)
