"""What changed between two states of a store is known, or it is said that it is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from geo.filters import Filter
from geo.keep import Store, changes, merge
from geo.keep.snapshots import build
from geo.records import Act, Correction
from geo.show.shared import Settings, Shared
from tests.generated import world
from tests.test_columns import same_snapshot


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/dateline.sqlite"


@pytest.fixture
def store(url: str) -> Store:
    store = Store.open(url)
    store.add_all(world(60, seed=5).findings)
    merge(store)
    return store


def test_a_merge_makes_a_state_and_an_article_makes_none(store: Store) -> None:
    state = store.states()[0]
    assert store.changed(state) == frozenset()
    store.add_all(world(70, seed=5).findings)
    assert store.states()[0] == state
    merge(store)
    assert store.states(5)[:2] == (store.states()[0], state)
    new = store.changed(state)
    assert new
    assert {row.number for row in store.light_rows(new)} <= new


def test_corrections_make_states(store: Store) -> None:
    state, event = store.states()[0], store.events(Filter())[0]
    store.correct(Correction("c", "2026-03-01T09:00:00Z", "", "", Act.REJECT, store.anchors(event.member_ids)))
    gone = store.changed(state)
    assert gone
    assert event.id not in {row.id for row in store.light_rows(gone)}


def test_the_snapshot_follows_the_store(store: Store, url: str) -> None:
    page = Shared(Settings(url))
    for number in (60, 61, 75, 90):
        store.add_all(world(number, seed=5).findings)
        merge(store)
        assert same_snapshot(page.snapshot(), build(store.light_rows(), store.version()))


def test_a_number_is_never_used_again(store: Store) -> None:
    events, routes = list(store.events(Filter())), list(store.routes(Filter()))
    used = {row.number for row in store.light_rows()}
    store.replace_merged([], [])
    store.replace_merged([replace(event, title="Anew") for event in events], routes)
    assert used.isdisjoint({row.number for row in store.light_rows()})


def test_a_copy_that_went_its_own_way_is_another_history(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "copy.sqlite")
    copy = Store.open(f"sqlite:///{tmp_path}/copy.sqlite")
    shared = store.states()[0]
    for number, one in ((70, store), (75, copy)):
        one.add_all(world(number, seed=5).findings)
        merge(one)
    assert store.version() != 0
    assert store.changed(shared) and copy.changed(shared)  # noqa: PT018
    assert store.changed(copy.states()[0]) is None


def test_too_much_is_not_known(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEPT_MOST", 8)
    first = store.states()[0]
    events, routes = list(store.events(Filter())), list(store.routes(Filter()))
    states = []
    for number in range(6):  # two changes each: a number that goes and one that comes
        events[0] = replace(events[0], title=f"Title {number}")
        store.replace_merged(events, routes)
        states.append(store.states()[0])
    assert store.changed(first) is None
    assert store.changed(states[-1]) == frozenset()
    assert store.changed(states[-2]) is not None
    assert store.changed(states[0]) is None
    assert store.states(50)[0] == states[-1]
    assert all(store.changed(state) is not None for state in store.states(50))
    store.replace_merged([replace(event, title="All") for event in events], routes)
    assert store.states(50) == store.states()


def test_states_keep_step_with_versions(store: Store) -> None:
    with store._engines.reading() as db:
        versions = [row[0] for row in db.exec_driver_sql("SELECT version FROM states")]
    assert max(versions) <= store.version()
