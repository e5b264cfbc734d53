"""Putting right: what a correction does to reports and to the merge, and that it holds whatever is read again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract import merge as merge_module
from geo.extract import merge_corrected, merge_routes, timeline
from geo.extract.corrected import anchor, found_again, holding, put_right, with_undone
from geo.extract.links import Links, Said, resolve
from geo.filters import Filter
from geo.keep import Store, merge
from geo.records import (
    Act,
    Article,
    Correction,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    Route,
    RouteStatus,
    Span,
    Status,
    StoreError,
    When,
    Where,
)
from tests.build import PLACES, article

ALL = Filter(statuses=tuple(Status))
SPOTS = (("Mosul", GeoPrecision.EXACT), ("Qanus Island", GeoPrecision.EXACT), ("Salah ad Din", GeoPrecision.ADMIN1),
         ("Iraq", GeoPrecision.COUNTRY), ("Aleppo", GeoPrecision.NEAR))
TYPES = ("airstrike", "shelling_missile", "clash")


def at(number: int) -> Where:
    name, precision = SPOTS[number]
    return Where(PLACES[name], name, precision, PLACES[name].radius_km or 5.0, rule="test")


def on(day: int | None) -> When:
    if day is None:
        return When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE)
    return When(date(2019, 9, day), date(2019, 9, day), DatePrecision.DAY, DateBasis.EXPRESSION, "that day")


def told(number: int, *parts: tuple[str, int | None, int | None], published: int | None = 9) -> Findings:
    """An article with one event for each (type, place, day), each in a sentence of its own."""
    words = f"of article {number % 3} tells of a strike by the coalition. "
    sentences = [f"Sentence {n} {words}" for n in range(len(parts))]
    text = "".join(sentences) + f"Article {number}."
    made = article(text, date(2019, 9, published) if published else None, source=f"Paper {number}")
    events, start = [], 0
    for n, (kind, place, day) in enumerate(parts):
        span = Span(start, start + len(sentences[n]) - 1)
        start += len(sentences[n])
        events.append(Event(
            f"e{number}-{n}", kind, f"{kind} {n}", Status.REPORTED, on(day), None if place is None else at(place),
            (Evidence(made.id, span, "test", Span(span.start, span.start + 8)),), confidence=0.6,
            factors=(("words", 0.75), ("place", 0.8)), origins=(f"Paper {number}",),
        ))
    return Findings(made, (), tuple(events))


def moved(made: Article, number: int, goal: str) -> Route:
    where = Where(PLACES[goal], goal, GeoPrecision.EXACT, 5.0)
    return Route(
        f"r{number}", f"Syria to {goal}", (Where(PLACES["Syria"], "Syria", GeoPrecision.COUNTRY, 300.0),), (),
        (where,), ("fighters",), "armed_group", "move", True, False, RouteStatus.PAST, on(9),
        (Evidence(made.id, Span(0, 20), "test", Span(0, 4)),), confidence=0.5, factors=(("words", 0.5),),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path}/store.sqlite")
    yield made
    made.close()


def filled(store: Store, *findings: Findings) -> Store:
    for one in findings:
        store.add(one)
    merge(store)
    return store


def entry(store: Store, number: int, act: Act, ids: tuple[str, ...], others: tuple[str, ...] = (),
          **more: object) -> Correction:
    return Correction(f"c{number}", f"2026-03-01T09:{number:02}:00Z", "Ada", "seen the photograph", act,
                      store.anchors(ids), store.anchors(others), **more)  # type: ignore[arg-type]


def correct(store: Store, number: int, act: Act, *ids: str, **more: object) -> None:
    store.correct(entry(store, number, act, ids, **more))  # type: ignore[arg-type]


TWO = (told(0, ("airstrike", 0, 9)), told(1, ("airstrike", 0, 9)))


def only(store: Store) -> Event:
    (event,) = store.events(ALL)
    return event


# --- one act at a time


def test_accepting_marks_it_reviewed_and_settles_its_confidence(store: Store) -> None:
    filled(store, *TWO)
    assert (only(store).reviewed, only(store).confidence < 1) == (False, True)
    correct(store, 1, Act.ACCEPT, "e0-0", "e1-0")
    assert (only(store).reviewed, only(store).confidence, only(store).factors) == (True, 1.0, (("reviewed", 1.0),))
    correct(store, 2, Act.UNDO, undoes="c1")
    assert (only(store).reviewed, only(store).confidence < 1) == (False, True)


def test_what_is_rejected_is_gone_and_comes_back(store: Store) -> None:
    filled(store, *TWO)
    before, version = only(store), store.version()
    correct(store, 1, Act.REJECT, "e0-0", "e1-0")
    assert store.events(ALL) == ()
    assert store.event("e0-0") is None
    assert store.text_numbers("coalition") == frozenset()
    assert list(store.light_rows()) == []
    assert store.version() > version
    correct(store, 2, Act.UNDO, undoes="c1")
    assert only(store) == before
    assert store.integrity() == "ok"


def test_a_new_type_wins_over_what_others_report(store: Store) -> None:
    filled(store, *TWO)
    correct(store, 1, Act.RETYPE, "e0-0", "e1-0", event_type="clash")
    assert (only(store).event_type, only(store).reviewed) == ("clash", True)
    assert ("type by hand", 1.0) in only(store).factors


def test_a_moved_pin_keeps_the_place_it_had_among_its_alternatives(store: Store) -> None:
    filled(store, *TWO)
    correct(store, 1, Act.MOVE, "e0-0", "e1-0", where=at(4))
    where = only(store).where
    assert where is not None
    assert (where.place.name, [p.name for p in where.alternatives]) == ("Aleppo", ["Mosul"])
    assert store.event_ids(Filter(place="Syria")) == {only(store).id}


def test_a_moved_pin_joins_what_is_reported_there(store: Store) -> None:
    filled(store, told(0, ("airstrike", 0, 9)), told(1, ("airstrike", 4, 9)))
    assert len(store.events(ALL)) == 2
    correct(store, 1, Act.MOVE, "e0-0", where=at(4))
    assert only(store).member_ids == ("e0-0", "e1-0")


def test_a_new_date(store: Store) -> None:
    filled(store, *TWO)
    correct(store, 1, Act.REDATE, "e0-0", "e1-0", when=on(3))
    assert only(store).when.start == date(2019, 9, 3)


def test_same_joins_whatever_place_and_day_say_and_not_same_parts(store: Store) -> None:
    filled(store, told(0, ("airstrike", 0, 9)), told(1, ("airstrike", 4, 2)))
    correct(store, 1, Act.SAME, "e0-0", others=("e1-0",))
    assert only(store).member_ids == ("e0-0", "e1-0")
    correct(store, 2, Act.NOT_SAME, "e0-0", others=("e1-0",))
    assert len(store.events(ALL)) == 2
    correct(store, 3, Act.UNDO, undoes="c2")
    assert len(store.events(ALL)) == 1


def test_routes_are_accepted_and_rejected(store: Store) -> None:
    one, two = told(0), told(1)
    filled(store, replace(one, routes=(moved(one.article, 0, "Mosul"),)),
           replace(two, routes=(moved(two.article, 1, "Mosul"),)))
    (before,) = store.routes(Filter())
    assert before.member_ids == ("r0", "r1")
    correct(store, 1, Act.ACCEPT, "r0", "r1")
    assert store.routes(Filter())[0].reviewed
    correct(store, 2, Act.REJECT, "r0", "r1")
    assert store.routes(Filter()) == ()
    correct(store, 3, Act.UNDO, undoes="c2")
    correct(store, 4, Act.UNDO, undoes="c1")
    assert store.routes(Filter()) == (before,)


def test_a_correction_waits_for_the_merge(store: Store) -> None:
    store.add(TWO[0])
    with pytest.raises(StoreError, match="merge before correcting"):
        correct(store, 1, Act.ACCEPT, "e0-0")


def test_an_unknown_correction_cannot_be_undone_and_no_id_is_used_twice(store: Store) -> None:
    filled(store, *TWO)
    with pytest.raises(StoreError, match="no correction 'c9'"):
        correct(store, 1, Act.UNDO, undoes="c9")
    correct(store, 1, Act.ACCEPT, "e0-0")
    with pytest.raises(StoreError, match="already"):
        correct(store, 1, Act.ACCEPT, "e0-0")
    assert len(store.corrections()) == 1


def test_the_trail_keeps_everything_with_who_and_why(store: Store) -> None:
    filled(store, *TWO)
    correct(store, 1, Act.REJECT, "e0-0", "e1-0")
    correct(store, 2, Act.UNDO, undoes="c1")
    first, second = store.corrections()
    assert (first.act, first.who, first.why, first.undone_by) == (Act.REJECT, "Ada", "seen the photograph", "c2")
    assert (second.act, second.undoes, second.undone_by) == (Act.UNDO, "c1", "")
    assert store.corrections(["e1-0"]) == (first, second)
    assert store.corrections(["nobody"]) == ()


# --- what is read again


def test_a_report_that_joins_later_finds_the_correction_in_force(store: Store) -> None:
    filled(store, *TWO)
    correct(store, 1, Act.RETYPE, "e0-0", "e1-0", event_type="shelling_missile")
    filled(store, told(2, ("airstrike", 0, 9)))
    assert len(only(store).member_ids) == 3
    assert (only(store).event_type, only(store).reviewed) == ("shelling_missile", True)


def test_corrections_outlive_an_ingest_that_brings_nothing_new(store: Store) -> None:
    filled(store, *TWO)
    correct(store, 1, Act.REJECT, "e0-0", "e1-0")
    filled(store, *TWO, told(5, ("clash", 4, 2)))
    assert [e.event_type for e in store.events(ALL)] == ["clash"]


def test_corrections_hold_when_a_later_reading_gives_other_ids(store: Store) -> None:
    """The same sentence, read anew: another id, another end of the sentence, another type of the same family."""
    filled(store, *TWO)
    correct(store, 1, Act.MOVE, "e0-0", "e1-0", where=at(4))
    again = []
    for one in TWO:
        (event,) = one.events
        span = event.evidence[0].span
        proof = replace(event.evidence[0], span=Span(span.start, span.end - 5))
        again.append(replace(one, events=(
            replace(event, id=f"new-{event.id}", event_type="shelling_missile", evidence=(proof,)),
        )))
    for one in again:
        assert store.renew(one)
    merge(store)
    event = only(store)
    assert (event.where.place.name if event.where else "", event.reviewed) == ("Aleppo", True)
    assert event.member_ids == ("new-e0-0", "new-e1-0")
    assert store.integrity() == "ok"


def test_an_anchor_is_not_given_to_another_deed_of_the_sentence() -> None:
    made = told(0, ("airstrike", 0, 9)).events[0]
    lost = replace(anchor(made), report_id="gone")
    clash = replace(made, id="x", event_type="clash")
    strike = replace(made, id="y", event_type="shelling_missile")
    assert found_again([lost], [clash, strike]) == {"gone": "y"}
    assert found_again([lost], [strike, replace(strike, id="z")]) == {}
    assert found_again([lost, anchor(strike)], [strike]) == {"y": "y"}
    elsewhere = Evidence(made.evidence[0].article_id, Span(900, 950), "test")
    assert found_again([lost], [replace(strike, evidence=(elsewhere,))]) == {}


# --- pure steps


def act(number: int, kind: Act, undoes: str = "") -> Correction:
    return Correction(f"c{number}", "", "", "", kind, undoes=undoes)


def test_an_undo_can_be_undone() -> None:
    trail = [act(1, Act.REJECT), act(2, Act.UNDO, "c1"), act(3, Act.UNDO, "c2")]
    assert [c.undone_by for c in with_undone(trail)] == ["", "c3", ""]
    assert [c.id for c in holding(trail)] == ["c1"]
    assert holding(trail[:2]) == ()


def test_a_title_of_type_and_place_follows_the_correction() -> None:
    event = replace(told(0, ("airstrike", 0, 9)).events[0], title="Airstrike in Mosul")
    assert put_right(event, replace(act(1, Act.RETYPE), event_type="clash")).title == "Clash in Mosul"
    assert put_right(event, replace(act(1, Act.MOVE), where=None)).title == "Airstrike"
    named = replace(event, title="A title of somebody")
    assert put_right(named, replace(act(1, Act.MOVE), where=None)).title == "A title of somebody"


def test_the_last_word_on_being_one_wins() -> None:
    ab, a_b = Said(True, ("a",), ("b",)), Said(False, ("a",), ("b",))
    assert resolve([ab, a_b]).groups == ()
    assert resolve([a_b, ab]) == Links((("a", "b"),), {})
    three = resolve([Said(True, ("a", "b", "c")), a_b])
    assert three.groups in ((("a", "c"),), (("b", "c"),))
    assert three.parted(["a"], ["x", "b"])
    assert not three.parted(["a"], ["c"])


IDS = st.sampled_from("abcdef")
SAID = st.builds(Said, st.booleans(), st.lists(IDS, min_size=1, max_size=3).map(tuple),
                 st.lists(IDS, max_size=2).map(tuple))


@given(st.lists(SAID, max_size=6))
def test_links_never_contradict_themselves(statements: list[Said]) -> None:
    links = resolve(statements)
    seen = [i for group in links.groups for i in group]
    assert len(seen) == len(set(seen))
    for group in links.groups:
        assert not links.parted(group, group)
    assert all(a in links.apart[b] for a in links.apart for b in links.apart[a])
    if statements:
        last = statements[-1]
        if last.same:
            assert len({*last.one, *last.other}) < 2 or any({*last.one, *last.other} <= {*g} for g in links.groups)
        else:
            assert all(a == b or b in links.apart[a] for a in last.one for b in last.other)


# --- the whole, at random


def part() -> st.SearchStrategy[tuple[str, int | None, int | None]]:
    return st.tuples(st.sampled_from(TYPES), st.none() | st.integers(0, len(SPOTS) - 1),
                     st.none() | st.integers(7, 10))


CORPUS = st.lists(st.tuples(st.lists(part(), min_size=1, max_size=3), st.none() | st.integers(8, 12)),
                  min_size=3, max_size=8)


@st.composite
def deeds(draw: st.DrawFn) -> list[tuple[Act, int, int, int]]:
    """Acts, each with two numbers that pick the things it is about and one that picks its value."""
    pick = st.integers(0, 50)
    return [(draw(st.sampled_from(Act)), draw(pick), draw(pick), draw(pick)) for _ in range(draw(st.integers(1, 7)))]


def perform(store: Store, number: int, deed: tuple[Act, int, int, int]) -> None:
    kind, one, other, value = deed
    things, trail = store.events(ALL), store.corrections()
    more: dict[str, object] = {}
    if kind is Act.UNDO:
        if trail:
            correct(store, number, kind, undoes=trail[one % len(trail)].id)
        return
    if not things:
        return
    ids = things[one % len(things)].member_ids
    if kind is Act.SAME:
        more["others"] = things[other % len(things)].member_ids
    elif kind is Act.NOT_SAME:
        more["others"] = ids[1:]
        ids = ids[:1]
    elif kind is Act.RETYPE:
        more["event_type"] = TYPES[value % len(TYPES)]
    elif kind is Act.REDATE:
        more["when"] = on(7 + value % 5) if value % 6 else on(None)
    elif kind is Act.MOVE:
        more["where"] = at(value % len(SPOTS)) if value % 7 else None
    correct(store, number, kind, *ids, **more)


def anew(store: Store) -> tuple[Event, ...]:
    """What a merge of everything gives."""
    events, routes = store.reported()
    changed, _, links = store.put_right()
    assert merge_routes(routes, store.articles()) == ()
    return tuple(sorted(merge_corrected(events, store.articles(), changed, links).events, key=lambda e: e.id))


@settings(max_examples=30, deadline=None)
@given(CORPUS, deeds(), st.sampled_from((1, 2, 40)))
def test_one_correction_gives_what_merging_everything_gives(
    corpus: list[tuple[list[tuple[str, int | None, int | None]], int | None]],
    acts: list[tuple[Act, int, int, int]], neighbours: int,
) -> None:
    """Also where blocks are so full that the merge compares with few neighbours only."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "NEIGHBOURS", neighbours)
        store = Store.open(f"sqlite:///{folder}/store.sqlite")
        filled(store, *(told(n, *parts, published=day) for n, (parts, day) in enumerate(corpus)))
        for number, deed in enumerate(acts):
            perform(store, number, deed)
            assert tuple(sorted(store.events(ALL), key=lambda e: e.id)) == anew(store)
        assert store.integrity() == "ok"
        store.close()


@settings(max_examples=25, deadline=None)
@given(CORPUS, deeds(), st.randoms(use_true_random=False))
def test_corrections_give_the_same_whatever_the_order_of_the_articles(
    corpus: list[tuple[list[tuple[str, int | None, int | None]], int | None]],
    acts: list[tuple[Act, int, int, int]], chance: object,
) -> None:
    """A trail carried over to a store that has none of the articles yet holds for them as they come in."""
    findings = [told(n, *parts, published=day) for n, (parts, day) in enumerate(corpus)]
    with TemporaryDirectory() as folder:
        first = filled(Store.open(f"sqlite:///{folder}/a.sqlite"), *findings)
        for number, deed in enumerate(acts):
            perform(first, number, deed)
        chance.shuffle(findings)  # type: ignore[attr-defined]
        second = Store.open(f"sqlite:///{folder}/b.sqlite")
        for one in first.corrections():
            second.correct(replace(one, undone_by=""))
        filled(second, *findings)
        assert second.events(ALL) == first.events(ALL)
        assert second.corrections() == first.corrections()
        first.close()
        second.close()


# --- what is offered for review


def test_the_most_useful_looks_come_first(store: Store) -> None:
    sure = told(2, ("clash", 0, 9))
    sure = replace(sure, events=(replace(sure.events[0], confidence=0.95, factors=(("words", 0.95),)),))
    alone = told(4, ("clash", 4, 2))
    filled(store, sure, *TWO, alone)
    found, number = store.to_review(2)
    assert ([e.id for e in found], number) == (["e0-0", "e4-0"], 3)
    correct(store, 1, Act.ACCEPT, "e0-0", "e1-0")
    assert [e.id for e in store.to_review(9)[0]] == ["e4-0", "e2-0"]


def likely() -> tuple[Findings, Findings]:
    """Two reports that the merge finds alike, and too little so: a province and a place in it, a day apart."""
    one, other = told(0, ("airstrike", 1, 8)), told(1, ("airstrike", 2, 9))
    return one, other


def test_possibly_the_same_is_offered_until_someone_says(store: Store) -> None:
    filled(store, *likely())
    (pair,) = store.maybe_same(5)
    assert {pair.one.id, pair.other.id} == {"e0-0", "e1-0"}
    assert merge_module.MAYBE <= pair.likeness < merge_module.SAME
    assert store.maybe_same(5, ["e1-0"]) == (pair,)
    assert store.maybe_same(5, ["nobody"]) == ()
    correct(store, 1, Act.NOT_SAME, "e0-0", others=("e1-0",))
    assert store.maybe_same(5) == ()
    correct(store, 2, Act.UNDO, undoes="c1")
    assert store.maybe_same(5) == (pair,)
    correct(store, 3, Act.SAME, "e0-0", others=("e1-0",))
    assert store.maybe_same(5) == ()
    assert only(store).member_ids == ("e0-0", "e1-0")


def test_what_was_rejected_is_listed_with_who_did_it(store: Store) -> None:
    filled(store, *TWO, told(4, ("clash", 4, 2)))
    correct(store, 1, Act.REJECT, "e0-0", "e1-0")
    correct(store, 2, Act.REJECT, "e4-0")
    assert [(entry.id, [r.id for r in reports]) for entry, reports in store.rejected()] == [
        ("c2", ["e4-0"]), ("c1", ["e0-0", "e1-0"]),
    ]
    correct(store, 3, Act.UNDO, undoes="c2")
    assert [entry.id for entry, _ in store.rejected()] == ["c1"]


def test_a_correction_made_while_all_is_merged_is_not_lost(store: Store) -> None:
    filled(store, *TWO)
    store.add(told(4, ("clash", 4, 2)))
    events, routes = store.reported()
    changed, _, links = store.put_right()
    slow = merge_corrected(events, store.articles(), changed, links)
    other = Store.open(store.url)  # as another process, that merges first and then puts right
    merge(other)
    correct(other, 1, Act.REJECT, "e0-0", "e1-0")
    other.close()
    store.replace_merged(slow.events, routes, (slow.read, slow.changed))
    assert store.merge_due()
    merge(store)
    assert [e.id for e in store.events(ALL)] == ["e4-0"]
    assert not store.merge_due()


# --- newer versions of an article


def version(number: int, extra: str) -> Findings:
    """One article under one address, with the same report behind more and more words."""
    (event,) = told(0, ("airstrike", 0, 9)).events
    body = told(0, ("airstrike", 0, 9)).article.text + "It was the third such strike this month, residents said. " * 6
    made = article(extra + body, date(2019, 9, 9), source="Paper 0", url="https://example.org/news/strike")
    proof = event.evidence[0]
    moved = Evidence(made.id, Span(proof.span.start + len(extra), proof.span.end + len(extra)), "test",
                     Span(len(extra), len(extra) + 8))
    return Findings(made, (), (replace(event, id=f"v{number}", evidence=(moved,)),))


def test_corrections_go_over_to_a_newer_version_of_the_article(store: Store) -> None:
    filled(store, version(1, ""))
    correct(store, 1, Act.MOVE, "v1", where=at(4))
    filled(store, version(2, "Updated. "))
    event = only(store)
    assert (event.member_ids, event.where and event.where.place.name) == (("v2",), "Aleppo")
    assert [c.id for c in store.corrections(["v2"])] == ["c1"]
    correct(store, 2, Act.RETYPE, "v2", event_type="clash")
    assert (only(store).event_type, only(store).where and only(store).where.place.name) == ("clash", "Aleppo")
    filled(store, version(3, "Updated again. "))
    assert (only(store).member_ids, only(store).event_type) == (("v3",), "clash")
    assert (anew(store)[0].event_type, len(anew(store))) == ("clash", 1)
    correct(store, 3, Act.UNDO, undoes="c1")
    assert (only(store).event_type, only(store).where and only(store).where.place.name) == ("clash", "Mosul")
    assert tuple(sorted(store.events(ALL), key=lambda e: e.id)) == anew(store)


def test_what_a_newer_version_no_longer_says_is_not_corrected_in_it(store: Store) -> None:
    filled(store, version(1, ""))
    correct(store, 1, Act.REJECT, "v1")
    newer = version(2, "Updated. ")
    text = newer.article.text.replace("Sentence 0 of", "Sentence nought of", 1)
    made = article(text, date(2019, 9, 9), source="Paper 0", url=newer.article.url)
    proof = replace(newer.events[0].evidence[0], article_id=made.id)
    filled(store, Findings(made, (), (replace(newer.events[0], evidence=(proof,)),)))
    assert [e.id for e in store.events(ALL)] == ["v2"]
