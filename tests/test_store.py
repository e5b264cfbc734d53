"""The store: what goes in comes out, filters mean what they say, and a kill loses nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.filters import OPERATORS, Filter
from geo.keep import Store
from geo.keep.where import CLAUSES
from geo.records import (
    Actor,
    BBox,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    Span,
    Status,
    StoreError,
    When,
    Where,
)
from tests.build import PLACES, article, toponyms
from tests.findings import corpora, filters

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path}/dateline.sqlite")
    yield made
    made.close()


def strike(number: int = 0, source: str = "ABC News", name: str = "Mosul") -> Findings:
    told = article(f"{number}: Bombs fell on {name}, Iraqi officers said. Nine died.", source=source)
    day = date(2019, 9, 1 + number)
    event = Event(
        f"e{number}", "airstrike", f"Airstrike on {name}", Status.REPORTED,
        When(day, day, DatePrecision.DAY, DateBasis.EXPRESSION), Where(PLACES[name], name, GeoPrecision.EXACT, 8.0),
        (Evidence(told.id, Span(0, told.text.index(".") + 1), "test"),), (Actor("US-led coalition", "actor"),),
        confidence=0.7,
    )
    return Findings(told, toponyms(told.text, {name: name}, {"Iraqi": "Iraq"}), (event,))


def test_an_article_is_added_once(store: Store) -> None:
    assert store.add(strike())
    version = store.version()
    assert not store.add(strike())
    assert (version, store.version()) == (1, 1)
    assert store.has_article(strike().article.id)
    assert store.findings(strike().article.id) == strike()
    assert store.article("no such") is None
    assert store.findings("no such") is None


def test_an_article_that_is_read_the_same_again_changes_nothing(store: Store) -> None:
    store.add(strike())
    version = store.version()
    assert not store.renew(strike())
    assert store.version() == version
    assert store.renew(replace(strike(), toponyms=strike().toponyms[:1]))
    assert store.findings(strike().article.id) == replace(strike(), toponyms=strike().toponyms[:1])


@pytest.mark.parametrize("spoilt", [b"", b"[]", b"no toponyms"])
def test_a_row_that_is_spoilt_is_told(store: Store, tmp_path: Path, spoilt: bytes) -> None:
    store.add(strike())
    with closing(sqlite3.connect(tmp_path / "dateline.sqlite")) as db:
        db.execute("UPDATE articles SET toponyms = ?", (spoilt,))
        db.commit()
    with pytest.raises(StoreError, match="restore a backup"):
        store.findings(strike().article.id)


def test_what_is_merged_answers_to_its_members(store: Store) -> None:
    one, two = strike(0), strike(1, "")
    store.add(one)
    store.add(two)
    assert store.merge_due()
    evidence = one.events[0].evidence + two.events[0].evidence
    store.replace_merged([replace(one.events[0], id="m", evidence=evidence, member_ids=("e0", "e1"))], [])
    assert not store.merge_due()
    assert [e and e.id for e in map(store.event, ("m", "e0", "e1", "e2"))] == ["m", "m", "m", None]
    for publisher in ("ABC News", "none"):
        assert store.event_ids(Filter(sources=(publisher,))) == {"m"}
    assert store.sources() == (("", 1), ("ABC News", 1))
    assert store.integrity() == "ok"


def test_only_changed_rows_are_written(store: Store) -> None:
    for number in range(3):
        store.add(strike(number))
    events, routes = store.reported()
    store.replace_merged(events, routes)
    version = store.version()
    store.replace_merged(events, routes)
    assert store.version() == version
    store.replace_merged([replace(events[0], title="Another"), events[1]], routes)
    assert store.version() == version + 1
    assert {e.title for e in store.events(Filter())} == {"Another", events[1].title}
    assert (store.event_ids(Filter(text="another")), store.integrity()) == ({events[0].id}, "ok")


def test_an_article_that_comes_while_merging_keeps_the_merge_due(store: Store) -> None:
    store.add(strike(0))
    events, routes = store.reported()
    store.add(strike(1))
    store.replace_merged(events, routes)
    assert store.merge_due()


def test_places_leave_out_peoples_names(store: Store) -> None:
    store.add(strike(0))
    store.add(strike(1))
    (used,) = store.places()
    assert (used.place, used.n_mentions, len(used.article_ids)) == (PLACES["Mosul"], 2, 2)


@pytest.mark.parametrize(
    ("asked", "hit"),
    [
        (Filter(place="gn:99072"), True), (Filter(place="MOSUL"), True), (Filter(place="iraq"), True),
        (Filter(place="Syria"), False), (Filter(bbox=BBox(43, 36, 44, 37)), True),
        (Filter(bbox=BBox(170, 36, 44, 37)), True), (Filter(bbox=BBox(44, 36, 43, 37)), False),
        (Filter(since=date(2019, 9, 1), until=date(2019, 9, 1)), True), (Filter(since=date(2019, 9, 2)), False),
        (Filter(types=("route",)), False), (Filter(types=("route", "airstrike")), True),
        (Filter(statuses=(Status.PLANNED,)), False), (Filter(sources=("none",)), False),
        (Filter(min_confidence=0.7), True), (Filter(min_confidence=0.71), False),
        (Filter(text="us-led BOMBS mosul airstrike"), True), (Filter(text="nine"), False),
        (Filter(text="bomb"), False),
    ],
    ids=str,
)
def test_filters(store: Store, asked: Filter, hit: bool) -> None:
    store.add(strike())
    store.replace_merged(*store.reported())
    assert [e.id for e in store.events(asked)] == ["e0"] * hit
    assert store.event_ids(asked) == {e.id for e in store.events(asked)}


def test_every_operator_has_its_clause() -> None:
    assert CLAUSES.keys() == {op.field for op in OPERATORS}


HOSTILE = ('"', "'", "*", "(", ")", "a AND", "NEAR(", "a NOT b", "title:", "-x", "^", "\0", "\ud800", "a\0b",
           "{}", ";--", "x" * 5000, '""""', "a" + " b" * 400, "", "  ", "ﷺ", "́", "\U000e0001", "+",
           "colname : x", "a OR")


@pytest.mark.parametrize("words", HOSTILE, ids=lambda w: ascii(w)[:20])
def test_hostile_searches_are_harmless(store: Store, words: str) -> None:
    store.text_numbers(words)


@given(words=st.lists(st.text(st.characters()) | st.sampled_from(HOSTILE), max_size=6).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_any_search_is_harmless(words: str, searched: Store) -> None:
    assert len(searched.text_numbers(words)) <= 1
    searched.event_ids(Filter(text=words, place=words.encode("utf-8", "replace").decode()))


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path_factory.mktemp('searched')}/dateline.sqlite")
    made.add(strike())
    made.replace_merged(*made.reported())
    yield made
    made.close()


@given(corpus=corpora(), asked=filters())
@settings(max_examples=40, deadline=None)
def test_a_store_gives_back_what_it_was_given(corpus: tuple[Findings, ...], asked: Filter) -> None:
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/dateline.sqlite")
        for findings in corpus:
            store.add(findings)
            assert store.findings(findings.article.id) == findings
        events, routes = store.reported()
        assert set(events) == {e for f in corpus for e in f.events}
        assert set(routes) == {r for f in corpus for r in f.routes}
        store.replace_merged(events, routes)
        found = store.events(asked)
        assert set(found) <= set(events)
        assert [e.id for e in found] == [
            e.id for e in sorted(found, key=lambda e: (e.when.start is None, e.when.start or date.min, e.id))
        ]
        assert set(store.routes(asked)) <= set(routes)
        assert store.integrity() == "ok"
        store.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: replace(f, events=(replace(f.events[0], confidence=float("nan")),)), "cannot be kept"),
        (lambda f: replace(f, events=(f.events[0], f.events[0])), "UNIQUE"),
        (lambda f: replace(f, article=replace(f.article, title="\ud800")), "cannot be kept"),
        (lambda f: replace(f, events=(replace(f.events[0], weapons=["F-15"]),)), "does not come back"),
    ],
    ids=["NaN", "twice the same id", "half a character", "a list for a tuple"],
)
def test_what_cannot_be_kept_leaves_nothing_behind(
    store: Store, change: Callable[[Findings], Findings], words: str
) -> None:
    with pytest.raises(StoreError, match=words):
        store.add(change(strike()))
    assert not any(store.counts().values())
    assert store.add(strike())


def test_a_merged_event_rests_on_kept_articles(store: Store) -> None:
    with pytest.raises(StoreError, match="add it first"):
        store.replace_merged(strike().events, [])
    assert store.events(Filter()) == ()


def test_quarantine_notes_each_input_once(store: Store) -> None:
    assert store.quarantine("a\udc80.txt", "The file is empty.", "")
    assert not store.quarantine("a\udc80.txt", "The file is still empty.", "")
    (row,) = store.quarantined()
    assert (row.origin, row.reason) == ("a?.txt", "The file is still empty.")


def test_a_backup_is_a_store(store: Store, tmp_path: Path) -> None:
    store.add(strike())
    store.backup(tmp_path / "copy.sqlite")
    copy = Store.open(f"sqlite:///{tmp_path}/copy.sqlite")
    assert copy.findings(strike().article.id) == strike()
    copy.close()
    with pytest.raises(StoreError, match="itself"):
        store.backup(tmp_path / "dateline.sqlite")
    for folder in (Path(), Path(".."), tmp_path):
        with pytest.raises(StoreError, match="is a folder; give the name of a file in it"):
            store.backup(folder)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://me:secret@host/db", "SQLite file for now"), ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"), ("nonsense", "not a store's URL"),
        ("sqlite:////no/such/folder/x.sqlite", "does not exist"),
    ],
)
def test_urls_that_are_refused(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


def test_files_that_are_refused(tmp_path: Path, store: Store) -> None:
    (tmp_path / "text").write_text("This is no database, but a text long enough to be looked at. " * 20)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(f"sqlite:///{tmp_path}/text")
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE meta (x)")
    with pytest.raises(StoreError, match="no store of Dateline"):
        Store.open(f"sqlite:///{tmp_path}/other")
    with closing(sqlite3.connect(tmp_path / "dateline.sqlite")) as newer:
        newer.execute("UPDATE meta SET schema_version = 99")
        newer.commit()
    with pytest.raises(StoreError, match="newer Dateline"):
        Store.open(f"sqlite:///{tmp_path}/dateline.sqlite")
