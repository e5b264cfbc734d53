"""Putting routes right: ends, direction, status and days, and that one act gives what merging everything gives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract import merge_routes
from geo.extract.routes import route_title
from geo.filters import Filter
from geo.keep import Store, merge
from geo.records import (
    Act,
    Correction,
    Ends,
    Evidence,
    Findings,
    GeoPrecision,
    Route,
    RouteStatus,
    Span,
    Status,
    When,
    Where,
)
from geo.show import geojson
from tests.build import PLACES, article
from tests.test_corrections import filled, on

ALL = Filter(statuses=tuple(Status))
TOWNS = ("Mosul", "Makhmur", "Kirkuk", "Kirkuk region", "Syria", "Aleppo", "Iraq")


def ends(*names: str) -> tuple[Where, ...]:
    coarse = {"Syria": GeoPrecision.COUNTRY, "Iraq": GeoPrecision.COUNTRY, "Kirkuk region": GeoPrecision.ADMIN1}
    return tuple(Where(PLACES[n], n, coarse.get(n, GeoPrecision.EXACT), 5.0, rule="test") for n in names)


def told(number: int, *parts: tuple[tuple[str, ...], tuple[str, ...], int | None]) -> Findings:
    """An article with one route for each (origins, destinations, day), each in a sentence of its own."""
    sentences = [f"Sentence {n} of article {number} tells of fighters who moved on. " for n in range(len(parts))]
    made = article("".join(sentences), on(9).start, source=f"Paper {number}")
    found, start = [], 0
    for n, (origins, goals, day) in enumerate(parts):
        proof = Evidence(made.id, Span(start, start + len(sentences[n]) - 1), "test", Span(start, start + 8))
        start += len(sentences[n])
        a, b = ends(*origins), ends(*goals)
        found.append(Route(
            f"r{number}-{n}", route_title(("fighters",), a, b), a, (), b, ("fighters",), "armed_group", "move",
            False, False, RouteStatus.PAST, on(day), (proof,), (f"Paper {number}",), confidence=0.4,
            factors=(("cue", 0.8), ("places", 0.9), ("direction not stated", 0.6)),
        ))
    return Findings(made, (), (), tuple(found))


def act(store: Store, number: int, kind: Act, *ids: str, **more: object) -> None:
    store.correct(Correction(f"c{number}", "2026-03-01T09:00:00Z", "Ada", "a map in the report", kind,
                             store.anchors(ids), **more))  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path}/store.sqlite")
    yield made
    made.close()


TWO = (told(0, (("Syria",), ("Mosul",), 9)), told(1, (("Syria",), ("Mosul",), 9)))
IDS = ("r0-0", "r1-0")


def only(store: Store) -> Route:
    (route,) = store.routes(ALL)
    return route


def names(wheres: tuple[Where, ...]) -> list[str]:
    return [w.place.name for w in wheres]


def test_ends_given_by_a_person_are_all_there_are(store: Store) -> None:
    filled(store, *TWO)
    before = only(store)
    given = Ends(ends("Syria", "Aleppo"), ends("Makhmur"), ends("Kirkuk"), certain_direction=True)
    act(store, 1, Act.ENDS, *IDS, ends=given)
    route = only(store)
    assert (names(route.origins), names(route.waypoints), names(route.destinations)) == (
        ["Syria", "Aleppo"], ["Makhmur"], ["Kirkuk"])  # Syria stays, though it contains Aleppo
    assert (route.reviewed, route.certain_direction, route.member_ids) == (True, True, IDS)
    assert route.title == "Fighters: from Syria and Aleppo to Kirkuk"
    assert route.factors == (("cue", 0.8), ("ends by hand", 1.0))
    act(store, 2, Act.UNDO, undoes="c1")
    assert only(store) == before


def test_the_direction_turns_and_turns_back(store: Store) -> None:
    filled(store, *TWO)
    act(store, 1, Act.REVERSE, *IDS)
    route = only(store)
    assert (names(route.origins), names(route.destinations), route.certain_direction) == (["Mosul"], ["Syria"], True)
    assert ("direction not stated", 0.6) not in route.factors
    act(store, 2, Act.REVERSE, *IDS)
    assert names(only(store).origins) == ["Syria"]
    act(store, 3, Act.UNDO, undoes="c2")
    act(store, 4, Act.UNDO, undoes="c3")  # the undoing undone
    assert names(only(store).origins) == ["Syria"]


def test_status_and_days_of_a_route(store: Store) -> None:
    filled(store, *TWO)
    act(store, 1, Act.RESTATUS, *IDS, status="planned")
    act(store, 2, Act.REDATE, *IDS, when=on(3))
    route = only(store)
    assert (route.status, route.when.start, route.reviewed) == (RouteStatus.PLANNED, on(3).start, True)
    assert store.routes(Filter()) == ()
    act(store, 3, Act.RESTATUS, *IDS, status="claimed")  # of events alone
    assert only(store).status is RouteStatus.PLANNED
    act(store, 4, Act.ENDS, *IDS, ends=Ends())  # a route needs an end
    assert names(only(store).destinations) == ["Mosul"]


def test_what_was_put_right_goes_out_in_the_export(store: Store) -> None:
    filled(store, *TWO)
    act(store, 1, Act.ENDS, *IDS, ends=Ends(ends("Aleppo"), (), ends("Kirkuk")))
    feature = geojson.route_feature(only(store), store.articles())
    assert (feature["properties"]["origins"], feature["properties"]["destinations"]) == (["Aleppo"], ["Kirkuk"])
    assert (feature["properties"]["reviewed"], feature["properties"]["direction"]) == (True, "certain")


def test_ends_outlive_reading_again_under_another_id(store: Store) -> None:
    filled(store, *TWO)
    act(store, 1, Act.ENDS, *IDS, ends=Ends(ends("Aleppo"), (), ends("Kirkuk")))
    for one in TWO:
        (route,) = one.routes
        proof = replace(route.evidence[0], span=Span(route.evidence[0].span.start, route.evidence[0].span.end - 4))
        store.renew(replace(one, routes=(replace(route, id=f"new-{route.id}", evidence=(proof,)),)))
    merge(store)
    assert (names(only(store).destinations), only(store).member_ids) == (["Kirkuk"], ("new-r0-0", "new-r1-0"))
    filled(store, *TWO, told(7, (("Iraq",), ("Makhmur",), 2)))
    assert ["Kirkuk"] in [names(r.destinations) for r in store.routes(ALL)]


def test_a_status_of_an_event_goes_before_what_others_report(tmp_path: Path) -> None:
    from tests.test_corrections import TWO as STRIKES

    store = filled(Store.open(f"sqlite:///{tmp_path}/events.sqlite"), *STRIKES)
    act(store, 1, Act.RESTATUS, "e0-0", "e1-0", status="planned")
    (event,) = store.events(ALL)
    assert (event.status, event.reviewed, len(event.member_ids)) == (Status.PLANNED, True, 2)
    assert store.events(Filter()) == ()
    act(store, 2, Act.UNDO, undoes="c1")
    assert len(store.events(Filter())) == 1
    store.close()


# --- the whole, at random

SIDES = st.lists(st.sampled_from(TOWNS), min_size=1, max_size=2, unique=True).map(tuple)
PARTS = st.tuples(SIDES, SIDES, st.none() | st.integers(7, 10))
CORPUS = st.lists(st.lists(PARTS, min_size=1, max_size=2), min_size=2, max_size=5)
KINDS = (Act.ACCEPT, Act.REJECT, Act.REDATE, Act.RESTATUS, Act.ENDS, Act.REVERSE, Act.UNDO)
DEEDS = st.lists(st.tuples(st.sampled_from(KINDS), *[st.integers(0, 50)] * 3), min_size=1, max_size=6)


def perform(store: Store, number: int, kind: Act, which: int, value: int, some: int) -> None:
    """One act on a route that is shown, or on one of its reports alone."""
    trail, things = store.corrections(), store.routes(ALL)
    more: dict[str, object] = {}
    if kind is Act.UNDO:
        if trail:
            act(store, number, kind, undoes=trail[which % len(trail)].id)
        return
    if not things:
        return
    ids = things[which % len(things)].member_ids
    match kind:
        case Act.REDATE:
            more["when"] = on(7 + value % 4) if value % 5 else on(None)
        case Act.RESTATUS:
            more["status"] = tuple(RouteStatus)[value % len(RouteStatus)].value
        case Act.ENDS:
            given = [ends(TOWNS[(value + n) % len(TOWNS)]) for n in range(3)]
            more["ends"] = Ends(given[0], given[1] if some % 2 else (), given[2] if value % 4 else ())
    act(store, number, kind, *(ids if some % 3 else ids[:1]), **more)


def anew(store: Store) -> tuple[Route, ...]:
    """What a merge of everything gives."""
    _, routes = store.reported()
    _, changed, _ = store.put_right()
    merged = merge_routes([r for route in routes if (r := changed.get(route.id, route))], store.articles())
    return tuple(sorted(merged, key=lambda r: r.id))


@settings(max_examples=20, deadline=None)
@given(CORPUS, DEEDS)
def test_one_act_gives_what_merging_everything_gives(
    corpus: list[list[tuple[tuple[str, ...], tuple[str, ...], int | None]]], acts: list[tuple[Act, int, int, int]],
) -> None:
    with TemporaryDirectory() as folder:
        store = filled(Store.open(f"sqlite:///{folder}/store.sqlite"),
                       *(told(n, *parts) for n, parts in enumerate(corpus)))
        for number, deed in enumerate(acts):
            perform(store, number, *deed)
            assert tuple(sorted(store.routes(ALL), key=lambda r: r.id)) == anew(store)
        assert store.integrity() == "ok"
        store.close()


def test_a_reviewed_day_goes_before_a_more_exact_one(store: Store) -> None:
    filled(store, *TWO)
    week = When(on(7).start, on(12).end, on(7).precision, on(7).basis)
    act(store, 1, Act.REDATE, "r0-0", when=week)
    assert only(store).when.start == week.start
