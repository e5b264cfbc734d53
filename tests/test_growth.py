"""What keeping one article costs must not grow with the store: no statement on its way goes through a whole table."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from geo.filters import Filter
from geo.keep import Store, merge
from geo.records import Act, Correction, Findings
from tests.generated import told, towns
from tests.lengthened import lengthened
from tests.stocked import stock

SMALL = ("meta", "unmerged", "search VIRTUAL TABLE INDEX 0:=", "(subquery", "CONSTANT ROW", "LIST SUBQUERY")
"""One row, what waits to be merged, one row of the text index, values of the statement's own."""
FIRST_ROW = re.compile(r"LIMIT \? OFFSET \?$")
WHOLE_KIND = re.compile(r"_days \(kind=\?(?: AND type=\?)?\)")


@contextmanager
def listened() -> Iterator[dict[str, Any]]:
    """Every statement to any store, with the values of its first run."""
    heard: dict[str, Any] = {}

    def hear(_c: object, _k: object, statement: str, values: Any, _x: object, many: bool) -> None:
        heard.setdefault(statement, values[0] if many else values)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def through_all(path: Path, heard: dict[str, Any]) -> list[str]:
    """Those of the statements that go through a table or an index as a whole."""
    found = []
    with closing(sqlite3.connect(path)) as db:
        for statement, values in heard.items():
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            scans = [step for step in plan if step.startswith("SCAN") and not any(name in step for name in SMALL)]
            if WHOLE_KIND.search(" ".join(plan)) or (scans and not FIRST_ROW.search(statement)):
                found.append(f"{' '.join(statement.split())}: {'; '.join(plan)}")
    return found


def newer(one: Findings) -> Findings:
    """The article after a change at its source."""
    article = replace(one.article, id=one.article.id[::-1], text=f"{one.article.text} It ended.")
    events = tuple(
        replace(e, id=e.id[::-1], evidence=tuple(replace(p, article_id=article.id) for p in e.evidence))
        for e in one.events
    )
    return replace(one, article=article, events=events)


@pytest.fixture(scope="module")
def findings() -> list[Findings]:
    made = list(lengthened(told(500, seed=3), towns(seed=3)))
    random.Random(3).shuffle(made)
    return made


def fed(store: Store, some: list[Findings]) -> None:
    for one in some:
        store.known(one.article)
        store.add(one)
        store.ledger.close(one.article.url, "00", 1, [])
        store.ledger.articles_in(one.article.url, "00")


def changed(store: Store, some: list[Findings]) -> None:
    for one in some:
        store.add(newer(one))


@pytest.mark.parametrize(("way", "of"), [(fed, slice(300, None)), (changed, slice(200))])
def test_no_statement_goes_through_a_whole_table(
    way: Callable[[Store, list[Findings]], None], of: slice, findings: list[Findings], tmp_path: Path
) -> None:
    path = tmp_path / "store.sqlite"
    stock(f"sqlite:///{path}", findings[:300])
    store = Store.open(f"sqlite:///{path}")
    unchanged = {one.article.id for one in findings[200:]}
    one = next(e for e in store.events(Filter(types=("clash",))) if unchanged.issuperset(e.article_ids))
    store.correct(Correction("c", "2026-03-01T09:00:00Z", "", "", Act.RETYPE, store.anchors(one.member_ids),
                             event_type="shelling_missile"))
    with listened() as heard:
        way(store, findings[of])
        merge(store)
    assert len(heard) > 40
    assert through_all(path, heard) == []
    store.close()


def test_counting_looks_at_no_article(findings: list[Findings], tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    stock(f"sqlite:///{path}", findings[:20])
    store = Store.open(f"sqlite:///{path}")
    with listened() as heard:
        store.counts()
    with closing(sqlite3.connect(path)) as db:
        plans = {s: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {s}", v)] for s, v in heard.items()}
    assert [s for s, plan in plans.items() if not all("COVERING INDEX" in step for step in plan)] == []
    store.close()


def test_a_stocked_store_is_as_if_each_article_was_added(findings: list[Findings], tmp_path: Path) -> None:
    """Save the numbers by which copies are found."""
    findings = findings[:150]
    stock(f"sqlite:///{tmp_path}/stocked.sqlite", findings)
    stocked, added = (Store.open(f"sqlite:///{tmp_path}/{name}.sqlite") for name in ("stocked", "added"))
    added.add_all(findings)
    merge(added)
    assert stocked.integrity() == "ok"
    for ask in (Store.counts, Store.places, Store.first_copies, Store.sources, Store.reported, Store.article_ids):
        assert ask(stocked) == ask(added)
    assert stocked.events(Filter()) == added.events(Filter())
    assert all(stocked.findings(one.article.id) == one for one in findings)
    for store in (stocked, added):
        store.close()
