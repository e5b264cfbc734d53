"""Versions and copies: one article that changed, one text that several print; linear in the number of articles."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.copies import Relation, bands, likeness, relation
from geo.filters import Filter
from geo.keep import Store, merge
from geo.keep.versions import key_of
from geo.records import Article, DateBasis, DatePrecision, Event, Evidence, Findings, How, Span, Status, When
from tests.build import article

WIRE = (
    "Coalition jets dropped tons of bombs on an island in the river on Tuesday, the military said. The strikes were "
    "meant to deny armed men a place to hide on their way between two provinces, a spokesman told reporters in the "
    "capital. Villagers on the eastern bank heard blasts from the early morning and saw smoke over the reeds. Nobody "
    "was reported killed. A local official said that people had left the island weeks before and that their fields "
    "had been burnt in the summer. Aid workers asked both sides to let them cross."
)
OTHER = " ".join(f"word{n} about{n % 7} something{n % 11} else" for n in range(60))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/store.sqlite")


def found(text: str, url: str = "", **more: str) -> Findings:
    told = article(text, url=url, **more)  # type: ignore[arg-type]
    evidence = (Evidence(told.id, Span(0, 20), "test"),)
    when = When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE)
    event = Event(f"e{told.id[:20]}", "airstrike", "Airstrike", Status.REPORTED, when, None, evidence)
    return Findings(told, (), (event,))


def shown(store: Store) -> set[str]:
    merge(store)
    return {a for event in store.events(Filter()) for a in event.article_ids}


def test_a_near_copy_is_found_and_another_text_is_not() -> None:
    copy = f"NEW HEADLINE\n\n{WIRE.replace('Tuesday', 'Tuesday morning')} More from our reporter follows here."
    assert likeness(WIRE, copy) > 0.8
    assert set(bands(WIRE)) & set(bands(copy))
    assert likeness(WIRE, OTHER) < 0.1
    assert not set(bands(WIRE)) & set(bands(OTHER))


def test_short_texts_are_never_copies() -> None:
    assert bands("Fire in the market. Nobody was hurt.") == ()
    assert likeness("Fire in the market.", "Fire in the market.") == 0


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_texts_can_be_compared(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == likeness(b, a)
    assert bands(a) == bands(a)
    assert relation(a, a) is Relation.SAME
    relation(a, b)


def test_what_a_text_is_to_an_older_one_of_its_address() -> None:
    assert relation(WIRE.replace(", ", " , ") + "\n", WIRE) is Relation.SAME
    assert relation(WIRE[:200], WIRE) is Relation.EXCERPT
    assert relation(WIRE, WIRE[:200]) is Relation.VERSION
    assert relation(WIRE.replace("Nobody was reported killed", "Three people were killed"), WIRE) is Relation.VERSION
    assert relation(OTHER, WIRE) is Relation.OTHER


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.news.example/a/?utm_source=x&id=7#top", "news.example/a?id=7"),
        ("http://news.example/a?id=7", "news.example/a?id=7"),
        ("https://news.example/", ""), ("", ""), ("http://[bad", ""),
    ],
)
def test_what_an_address_is_known_by(url: str, key: str) -> None:
    assert key_of(article("x", url=url)) == key


def test_an_article_that_changed_is_a_new_version_and_the_old_one_stays_readable(store: Store) -> None:
    old = found(WIRE, "https://news.example/a")
    new = found(WIRE.replace("Nobody was", "Three people were"), "https://www.news.example/a?utm_source=feed")
    assert store.add(old)
    assert not store.known(new.article)
    assert store.add(new)
    assert shown(store) == {new.article.id}
    assert store.versions(old.article.id) == store.versions(new.article.id) == (old.article.id, new.article.id)
    assert store.findings(old.article.id) == old
    assert not store.add(old)
    assert shown(store) == {new.article.id}


def test_the_same_words_or_a_part_of_them_at_the_address_are_known(store: Store) -> None:
    store.add(found(WIRE, "https://news.example/a"))
    assert store.known(article(WIRE, url="https://news.example/a?utm_source=x"))
    assert store.known(article(WIRE[:200], url="https://news.example/a"))
    assert not store.known(article(WIRE, url="https://news.example/b"))


def test_another_text_at_the_same_address_replaces_nothing(store: Store) -> None:
    one, other = found(WIRE, "https://news.example/live"), found(OTHER, "https://news.example/live")
    store.add(one)
    store.add(other)
    assert shown(store) == {one.article.id, other.article.id}


def test_a_row_coded_anew_replaces_the_row(store: Store) -> None:
    rows = [found(text) for text in ("Four killed.", "Five killed.")]
    rows = [replace(f, article=replace(f.article, how=(How("id", "ucdp 7", 1.0),))) for f in rows]
    for row in rows:
        store.add(row)
    assert shown(store) == {rows[1].article.id}


def test_copies_know_each_other_and_the_first_of_them(store: Store) -> None:
    first = found(WIRE, "https://wire.example/1")
    second = found(f"Our own headline. {WIRE}", "https://paper.example/x")
    third = found(f"{WIRE} With agencies.", "https://post.example/y")
    for one in (first, found(OTHER, "https://other.example/z"), second, third):
        store.add(one)
    ids = [f.article.id for f in (first, second, third)]
    assert [c.article_id for c in store.copies(ids[0])] == ids[1:]
    assert [c.article_id for c in store.copies(ids[2])] == ids[:2]
    assert all(c.likeness >= 0.8 for c in store.copies(ids[1]))
    assert store.first_copies() == {ids[1]: ids[0], ids[2]: ids[0]}
    changed = found(WIRE.replace("Tuesday", "Monday"), "https://wire.example/1")
    store.add(changed)
    assert set(store.first_copies().values()) == {ids[1]}
    assert changed.article.id in store.first_copies()


def test_the_time_for_copies_grows_with_the_number_of_articles(store: Store) -> None:
    dice = random.Random(1)
    words = [f"w{n}" for n in range(4000)]

    def texts(n: int) -> list[Article]:
        return [article(" ".join(dice.choices(words, k=120)), url=f"https://a.example/{dice.random()}")
                for _ in range(n)]

    def seconds(articles: list[Article]) -> float:
        begun = time.perf_counter()
        for one in articles:
            store.add(Findings(one))
        return time.perf_counter() - begun

    early = seconds(texts(100))
    seconds(texts(600))
    assert seconds(texts(100)) < 3 * early + 0.2
