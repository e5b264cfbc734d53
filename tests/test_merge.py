"""Joining reports: within one article, across articles, and how many independent origins they have."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract.independence import count_origins, pieces, quote_hashes
from geo.extract.likeness import place_score, score
from geo.extract.merge import (
    MAYBE,
    SAME,
    admiralty,
    join_within,
    maybe_same,
    merge_events,
    pairs_of,
    reports_of,
)
from geo.extract.merge_routes import join_routes_within, merge_routes
from geo.extract.unite import layer, unite_quantities, unite_tolls
from geo.records import (
    UNKNOWN_WHEN,
    Actor,
    Article,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    GeoPrecision,
    LonLat,
    Quantity,
    Route,
    RouteStatus,
    Span,
    Status,
    Toll,
    When,
    Where,
)
from geo.spatial import offset
from tests.build import PLACES, article
from tests.generated import world

WEEK = When(date(2019, 9, 9), date(2019, 9, 11), DatePrecision.WEEK, DateBasis.EXPRESSION, "this week")
TONNES = Quantity(40, "tonne", 40_000, "bombs", True, None, 40, "almost 40 tonnes of bombs")
POUNDS = Quantity(80_000, "pound", 36_287.4, "munitions", False, None, None, "80,000 pounds of munitions")
COALITION = Actor("US-led coalition", "actor")
PRECISIONS = {"Iraq": GeoPrecision.COUNTRY, "Syria": GeoPrecision.COUNTRY, "Salah ad Din": GeoPrecision.ADMIN1}


def where(name: str, precision: GeoPrecision | None = None) -> Where:
    place = PLACES[name]
    return Where(place, name, precision or PRECISIONS.get(name, GeoPrecision.EXACT), place.radius_km)


def day(n: int) -> When:
    return When(date(2019, 9, n), date(2019, 9, n), DatePrecision.DAY, DateBasis.EXPRESSION, "that day")


def event(made: Article, start: int, kind: str = "airstrike", at: str | None = "Qanus Island", when: When = WEEK,
          **more: object) -> Event:
    """A report whose evidence is the words of `made` from `start` on; its id follows from both."""
    fields: dict[str, object] = {
        "id": f"{made.id[:6]}-{kind}-{start:04}", "event_type": kind, "title": f"{kind} {at}",
        "status": Status.REPORTED, "when": when, "where": where(at) if at else None,
        "confidence": 0.7, "factors": (("words", 0.7),),
        "evidence": (Evidence(made.id, Span(start, start + 60), "test", Span(start, start + 4)),),
    }
    return Event(**(fields | more))  # type: ignore[arg-type]


STATEMENT = "“We are denying them the ability to hide on the island and in its thick vegetation”, they said. "
DATED = article("An island was annihilated by almost 40 tonnes of bombs. " + STATEMENT + "x" * 400)
UNDATED = article("Aircraft dropped 80,000 pounds of munitions on the island. " + STATEMENT + "y" * 400, None,
                  source="ABC News")
ARTICLES = {a.id: a for a in (DATED, UNDATED)}


def seed_like() -> list[Event]:
    """What the two seeds report, in records: five mentions of the strike, a ground attack, clearance twice."""
    return [
        event(DATED, 0, at=None, quantities=(TONNES,), origins=("US-led coalition",)),
        event(DATED, 60, kind="shelling_missile", origins=("US-led coalition",)),
        event(DATED, 120, killed=Toll(0, None, None, "jihadists"), origins=("US-led coalition",)),
        event(DATED, 180, actors=(COALITION,), when=UNKNOWN_WHEN, origins=("US-led coalition",)),
        event(DATED, 240, quantities=(POUNDS,), weapons=("F-15 Strike Eagle",), origins=("US-led coalition",)),
        event(DATED, 300, kind="ground_attack"),
        event(DATED, 360, kind="clearance_operation", status=Status.ONGOING, origins=("US-led coalition",)),
        event(UNDATED, 0, at="Iraq", when=UNKNOWN_WHEN, origins=("ABC News",)),
        event(UNDATED, 60, quantities=(POUNDS,), when=UNKNOWN_WHEN, actors=(COALITION,), origins=("coalition",)),
        event(UNDATED, 120, kind="clearance_operation", status=Status.ONGOING, when=UNKNOWN_WHEN,
              origins=("coalition",)),
    ]


def joined() -> tuple[Event, ...]:
    rows = seed_like()
    return tuple(e for a in ARTICLES.values() for e in join_within([r for r in rows if r.article_ids == (a.id,)], a))


def test_five_mentions_of_the_strike_are_one_event() -> None:
    rows = join_within([e for e in seed_like() if e.article_ids == (DATED.id,)], DATED)
    assert [e.event_type for e in rows] == ["airstrike", "ground_attack", "clearance_operation"]
    strike = rows[0]
    assert strike.id == seed_like()[0].id, "the first mention gives the id"
    assert len(strike.evidence) == 5
    assert [e.span for e in strike.evidence] == sorted(e.span for e in strike.evidence)
    assert strike.where is not None
    assert strike.where.place.name == "Qanus Island"
    assert strike.when == WEEK
    assert strike.quantities == (TONNES, POUNDS), "both forms stay and nothing is added up"
    assert strike.member_ids == ()
    assert strike.conflicts == ()


def test_the_seeds_make_one_strike_with_two_articles_and_one_origin() -> None:
    merged = merge_events(joined(), ARTICLES)
    by_type = {e.event_type: e for e in merged}
    assert len(merged) == 3
    strike = by_type["airstrike"]
    assert set(strike.article_ids) == set(ARTICLES)
    assert strike.n_independent == 1
    assert strike.admiralty == "F2"
    assert strike.quantities == (TONNES, POUNDS)
    assert len(strike.member_ids) == 2
    assert strike.id in strike.member_ids
    assert strike.when == WEEK, "the dated article leads and keeps its own basis"
    assert set(by_type["clearance_operation"].article_ids) == set(ARTICLES)
    assert by_type["ground_attack"].article_ids == (DATED.id,)


def test_an_undated_report_takes_the_date_from_the_other_article() -> None:
    """The article published first leads; where its report has no date, the date it gets is marked as merged."""
    early = replace(DATED, published=date(2019, 9, 9), id="0" * 64)
    late = replace(UNDATED, published=date(2019, 9, 10), id="1" * 64)
    first = event(early, 0, when=UNKNOWN_WHEN, actors=(COALITION,), quantities=(POUNDS,))
    second = replace(event(late, 0, actors=(COALITION,), quantities=(POUNDS,), when=day(9)), id="z")
    (merged,) = merge_events([first, second], {early.id: early, late.id: late})
    assert merged.id == first.id
    assert (merged.when.start, merged.when.basis) == (date(2019, 9, 9), DateBasis.MERGED)


def test_words_that_date_the_event_win_over_a_guess_from_the_publication() -> None:
    guess = When(date(2019, 9, 11), date(2019, 9, 11), DatePrecision.DAY, DateBasis.PUBLICATION)
    (one,) = join_within([event(DATED, 0, when=guess), event(DATED, 60, when=WEEK)], DATED)
    assert one.when == WEEK


def test_visible_and_hidden_are_not_joined() -> None:
    rows = [event(DATED, 0), event(DATED, 60, status=Status.PLANNED), event(DATED, 120, status=Status.NEGATED)]
    assert len(join_within(rows, DATED)) == 3
    assert len(join_within([rows[0], replace(rows[0], id="b", status=Status.CLAIMED)], DATED)) == 1


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"kind": "ground_attack"}, "another family"),
        ({"at": "Baghdad"}, "another place"),
        ({"when": day(20)}, "another day"),
        ({"kind": "arrest"}, "another type"),
    ],
)
def test_what_differs_stays_apart(more: Mapping[str, object], why: str) -> None:
    one = event(DATED, 0, actors=(COALITION,))
    other = event(UNDATED, 0, **({"actors": (COALITION,)} | dict(more)))  # type: ignore[arg-type]
    assert len(merge_events([one, other], ARTICLES)) == 2, why
    assert len(join_within([one, replace(other, evidence=event(DATED, 60).evidence)], DATED)) == 2, why


def test_days_one_apart_may_be_one_event_and_two_apart_not() -> None:
    one = event(DATED, 0, when=day(10), quantities=(POUNDS,), actors=(COALITION,))
    for n, count in ((11, 1), (12, 2)):
        other = event(UNDATED, 0, when=day(n), quantities=(POUNDS,), actors=(COALITION,))
        assert len(merge_events([one, other], ARTICLES)) == count


def test_two_points_close_by_may_be_one_place() -> None:
    """Different rows of the gazetteer, three kilometres apart, on one side of a cell's edge or on both."""
    here = where("Qanus Island")
    for step in range(12):
        lon = 42.0 + step * 0.05
        points = [LonLat(lon + n * 0.03, 35) for n in (0, 1)]
        places = [replace(here.place, gazetteer_id=f"x:{p.lon}", within=(), point=p) for p in points]
        ends = [replace(here, place=place) for place in places]
        rows = [event(made, 0, where=end, when=day(10), actors=(COALITION,)) for made, end in
                zip((DATED, UNDATED), ends, strict=True)]
        assert len(merge_events(rows, ARTICLES)) == 1


def test_a_stated_distance_tells_two_places_of_one_name_apart() -> None:
    mosul = where("Mosul", GeoPrecision.NEAR)

    def off(km: float, bearing: float) -> Where:
        return replace(mosul, radius_km=mosul.radius_km + 0.4 * km, point=offset(mosul.place.point, km, bearing))

    assert place_score(off(15, 180), off(15, 180)) == 1.0
    assert place_score(mosul, off(15, 180)) == 0.8, "a short way outside, in words that round"
    assert place_score(mosul, off(60, 180)) is None
    assert place_score(off(60, 0), off(60, 180)) is None
    near_by = where("Al Qayyarah", GeoPrecision.NEAR)
    assert place_score(near_by, mosul) is None
    assert place_score(near_by, off(60, 170)) == 0.8, "where it is said to be counts, not where it is reckoned from"


def test_a_coarse_place_that_fits_two_events_joins_neither() -> None:
    rows = [event(DATED, 0), event(DATED, 60, at="Mosul"), event(DATED, 120, at="Iraq")]
    assert [e.where.place.name for e in join_within(rows, DATED) if e.where] == ["Qanus Island", "Mosul", "Iraq"]
    assert len(join_within([rows[0], rows[2]], DATED)) == 1


def test_contradicting_tolls_are_kept_and_named() -> None:
    toll, conflicts = unite_tolls([Toll(12, 12, 12, "people"), Toll(60, 60, 60, "people")], "killed")
    assert toll is not None
    assert (toll.low, toll.high) == (12, 60)
    assert conflicts == ["Reports disagree on the number killed: 12 and 60."]
    toll, conflicts = unite_tolls([Toll(0, None, None, "jihadists"), Toll(12, 12, 12, "people"), None], "killed")
    assert toll is not None
    assert (toll.low, toll.best, toll.high, conflicts) == (12, 12, 12, [])


def test_contradiction_lowers_the_rating_but_still_joins() -> None:
    rows = [event(DATED, 0, when=day(10), killed=Toll(12, 12, 12, ""), actors=(COALITION,)),
            event(UNDATED, 0, when=day(10), killed=Toll(60, 60, 60, ""), actors=(COALITION,))]
    (merged,) = merge_events(rows, ARTICLES)
    assert merged.conflicts == ("Reports disagree on the number killed: 12 and 60.",)
    assert merged.admiralty == "F4"
    assert merged.confidence < 0.7


def test_quantities_are_never_summed_or_doubled() -> None:
    assert unite_quantities([POUNDS, TONNES, POUNDS]) == (POUNDS, TONNES)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("US-led coalition", "the coalition", True),
        ("a spokesperson for the coalition", "US-led coalition", True),
        ("Maj. Gen. Eric Hill", "Major General Eric T Hill", True),
        ("Reuters", "AFP", False),
        ("interior ministry", "defence ministry", False),
        ("the Iraqi interior ministry", "interior ministry", True),
        ("", "Reuters", False),
    ],
)
def test_names_of_one_origin(a: str, b: str, *, same: bool) -> None:
    assert count_origins({"1": [a], "2": [b]}, {}, {}) == count_origins({"1": [b], "2": [a]}, {}, {}) == 2 - same


def test_origins_are_counted_not_articles() -> None:
    assert count_origins({"a": ["coalition"], "b": ["US-led coalition"]}, {}, {}) == 1
    assert count_origins({"a": ["coalition"], "b": ["a local doctor"]}, {}, {}) == 2
    assert count_origins({"a": ["coalition"], "b": ["doctor"], "c": ["doctor", "coalition"]}, {}, {}) == 1
    quotes = {"a": quote_hashes(STATEMENT), "b": quote_hashes("He said: " + STATEMENT)}
    assert count_origins({"a": ["x"], "b": ["y"]}, {}, quotes) == 1
    copied = "Two men were shot dead in the market on Sunday by gunmen on motorcycles."
    assert count_origins({"a": ["x"], "b": ["y"]}, {"a": [copied], "b": [copied]}, {}) == 1


WIRE = (
    "Two shells fell on the old market of the town on Monday. The men who fired them were not seen by anyone. "
    "A nurse at the clinic counted nine people who were hurt. Shops along the main street stayed closed all day. "
    "The mayor asked the families to stay indoors until evening."
)


@pytest.mark.parametrize(("other", "origins"), [
    (WIRE, 1),
    ("TOWN (Wire) - " + WIRE.replace("old market", "market") + " Our reporter adds that it rained.", 1),
    (WIRE.split(" A nurse")[0] + " Nothing more is known about it, and no one has said who may have done it.", 2),
    ("The shells hit the market early on Monday, when few were there. Nine were hurt, the clinic said later.", 2),
])
def test_syndicated_copies_are_one_origin(other: str, origins: int) -> None:
    """A copy with another dateline, another first sentence and a line of its own is a copy; a shared fact is not."""
    cited = {"a": ["Northern Post"], "b": ["Southern Post"]}
    assert count_origins(cited, {}, {}, {"a": WIRE, "b": other}) == origins


def test_origins_are_tied_through_others_in_any_order() -> None:
    cited = {"a": ["the US-led coalition"], "b": ["coalition", "a doctor"], "c": ["Doctor"], "d": ["residents"]}
    for keys in ("abcd", "dcba", "bdac"):
        assert count_origins({k: cited[k] for k in keys}, {}, {}) == 2
    assert pieces("Too short. And so is this one here!") == pieces("and so is this one here")


def test_a_second_independent_origin_is_a_stated_factor() -> None:
    plain = {k: replace(a, text=f"{k} words of its own about it", id=k) for k, a in (("a", DATED), ("b", UNDATED))}
    rows = [event(plain["a"], 0, when=day(10), actors=(COALITION,), origins=("the coalition",)),
            event(plain["b"], 0, when=day(10), actors=(COALITION,), origins=("a local doctor",))]
    (merged,) = merge_events(rows, plain)
    assert merged.n_independent == 2
    assert merged.admiralty == "F1"
    assert merged.factors[-1][0] == "2 independent origins"
    assert merged.confidence == pytest.approx(0.7 * merged.factors[-1][1])
    assert merged.confidence <= 1


def test_admiralty_says_what_cannot_be_judged() -> None:
    assert admiralty(event(DATED, 0, at=None, when=UNKNOWN_WHEN), 1) == "F6"
    assert admiralty(event(DATED, 0, origins=("police",), status=Status.CLAIMED), 1) == "F3"


def test_two_events_of_one_article_never_become_one_through_a_third() -> None:
    """One report that fits both joins the likelier one only."""
    rows = [event(DATED, 0, when=day(10)), event(DATED, 60, when=day(12)), event(UNDATED, 0, when=UNKNOWN_WHEN,
            quantities=(POUNDS,)), ]
    merged = merge_events(rows, ARTICLES)
    assert all(len({m.split("-")[0] for m in e.member_ids}) == len(e.member_ids) for e in merged)


def test_half_alike_pairs_are_offered() -> None:
    rows = [event(DATED, 0, when=UNKNOWN_WHEN, at="Salah ad Din"), event(UNDATED, 0, when=UNKNOWN_WHEN)]
    plain = {k: replace(a, text=str(n) * 100) for n, (k, a) in enumerate(ARTICLES.items())}
    merged, maybe = merge_events(rows, plain), maybe_same(rows, plain)
    assert len(merged) + len(maybe) >= 2
    assert all(0.45 <= s < SAME for _, _, s in maybe)


many = st.lists(
    st.builds(
        lambda n, start, kind, at, days, status: event(
            replace(DATED, id=f"{n:02}" * 32, published=date(2019, 9, 11) if n % 3 else None),
            start * 10, kind, at, day(days) if days else UNKNOWN_WHEN, status=status, origins=(f"o{n % 2}",)),
        st.integers(0, 9), st.integers(0, 9), st.sampled_from(["airstrike", "shelling_missile", "arrest"]),
        st.sampled_from(["Qanus Island", "Mosul", "Iraq", "Salah ad Din", None]),
        st.integers(0, 5).map(lambda d: d * 2),
        st.sampled_from([Status.REPORTED, Status.CLAIMED, Status.PLANNED]),
    ), max_size=14, unique_by=lambda e: e.id,
)


@settings(max_examples=60, deadline=None)
@given(many, st.randoms(use_true_random=False))
def test_merging_does_not_depend_on_order_and_loses_nothing(rows: list[Event], random: object) -> None:
    articles = {e.article_ids[0]: replace(DATED, id=e.article_ids[0], published=date(2019, 9, 11)) for e in rows}
    merged = merge_events(rows, articles)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge_events(shuffled, articles) == merged
    assert sorted(m for e in merged for m in e.member_ids) == sorted(e.id for e in rows)
    assert {p for e in merged for p in e.evidence} == {p for e in rows for p in e.evidence}
    for result in merged:
        assert result.id in result.member_ids
        assert result.member_ids == tuple(sorted(result.member_ids))
        assert 0 <= result.confidence <= 1
        assert 1 <= result.n_independent <= len(result.article_ids)


@settings(max_examples=60, deadline=None)
@given(many)
def test_blocks_lose_no_pair(rows: list[Event]) -> None:
    """What the blocks find is what comparing every two finds."""
    articles = {e.article_ids[0]: replace(DATED, id=e.article_ids[0], published=date(2019, 9, 11)) for e in rows}
    reports = reports_of(rows, articles, {})
    every = [
        (score(a, b), a.event.id, b.event.id) for a, b in combinations(reports, 2)
        if a.article_id != b.article_id and layer(a.event.status) == layer(b.event.status)
    ]
    wanted = sorted((p for p in every if p[0] >= MAYBE), key=lambda p: (-p[0], p[1], p[2]))
    assert pairs_of(reports) == wanted


def test_any_order_of_the_same_articles_gives_the_same_events() -> None:
    made = world(400, seed=3)
    merged = merge_events(made.events, made.articles)
    assert any(len(e.article_ids) > 2 for e in merged)
    for seed in range(3):
        findings = list(made.findings)
        Random(seed).shuffle(findings)
        events = [e for f in findings for e in f.events]
        assert merge_events(events, {f.article.id: f.article for f in findings}) == merged


@settings(max_examples=60, deadline=None)
@given(many, st.randoms(use_true_random=False))
def test_joining_within_does_not_depend_on_order_and_loses_no_evidence(rows: list[Event], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    once = join_within(rows, DATED)
    assert join_within(shuffled, DATED) == once
    assert {p for e in once for p in e.evidence} == {p for e in rows for p in e.evidence}


def route(
    made: Article, start: int, origins: tuple[str, ...], destinations: tuple[str, ...], **more: object
) -> Route:
    fields: dict[str, object] = {
        "id": f"{made.id[:6]}-{start}", "title": "", "origins": tuple(where(n) for n in origins), "waypoints": (),
        "destinations": tuple(where(n) for n in destinations), "movers": ("terrorists",), "mover_type": "armed_group",
        "mode": "move", "certain_direction": True, "ordered": False, "status": RouteStatus.HABITUAL,
        "when": UNKNOWN_WHEN,
        "evidence": (Evidence(made.id, Span(start, start + 40), "test", Span(start, start + 4)),),
        "cited": ("US-led coalition",), "confidence": 0.8, "factors": (("cue", 0.8),),
    }
    return Route(**(fields | more))  # type: ignore[arg-type]


FULL = (("Syria", "Jazeera Desert"), ("Mosul", "Makhmur", "Kirkuk region"))


def test_a_coarser_telling_joins_the_route_and_adds_no_end() -> None:
    hub = route(DATED, 60, *FULL, waypoints=(where("Qanus Island"),))
    coarse = route(DATED, 0, ("Syria",), ("Iraq",), status=RouteStatus.PAST)
    (one,) = join_routes_within([coarse, hub], DATED)
    assert [w.place.name for w in one.destinations] == ["Mosul", "Makhmur", "Kirkuk region"]
    assert [w.place.name for w in one.origins] == ["Syria", "Jazeera Desert"]
    assert len(one.evidence) == 2
    assert one.status is RouteStatus.HABITUAL


def test_the_route_of_two_articles_is_one_with_one_origin() -> None:
    rows = [route(DATED, 0, *FULL, waypoints=(where("Qanus Island"),)),
            route(UNDATED, 0, *FULL, cited=("coalition",)),
            route(UNDATED, 60, (), ("Syria",), status=RouteStatus.BACKGROUND)]
    merged = merge_routes(rows, ARTICLES)
    assert merged == merge_routes(rows[::-1], ARTICLES)
    assert len(merged) == 2
    full = next(r for r in merged if r.origins)
    assert set(full.article_ids) == set(ARTICLES)
    assert full.n_independent == 1
    assert len(full.member_ids) == 2
    assert full.id == rows[0].id
    assert [w.place.name for w in full.waypoints] == ["Qanus Island"]


def test_the_way_back_is_another_route() -> None:
    rows = [route(DATED, 0, ("Syria",), ("Mosul",)), route(DATED, 60, ("Mosul",), ("Syria",))]
    assert len(join_routes_within(rows, DATED)) == 2


def test_planned_routes_join_no_others() -> None:
    rows = [route(DATED, 0, *FULL), route(DATED, 60, *FULL, status=RouteStatus.PLANNED)]
    assert len(join_routes_within(rows, DATED)) == 2


def test_two_events_without_a_place_are_one_only_where_the_words_say_so() -> None:
    """Likely words and one day do not make two towns' strikes one when neither town was recognised."""
    first = article("Warplanes bombed Aville on Tuesday, killing 9 people, the army said. " + "x" * 80, source="A")
    second = article("Warplanes bombed Beeburg on Tuesday, killing 11 people, the army said. " + "y" * 80, source="B")
    copy = article("Warplanes bombed Aville on Tuesday, killing 9 people, the army said. " + "z" * 80, source="C")
    articles = {a.id: a for a in (first, second, copy)}
    merged = merge_events([event(a, 0, at=None, when=day(10)) for a in articles.values()], articles)
    assert sorted(len(e.article_ids) for e in merged) == [1, 2]
    (pair,) = [e for e in merged if len(e.article_ids) == 2]
    assert set(pair.article_ids) == {first.id, copy.id}


def test_rows_of_one_coded_table_are_never_one_event_and_an_article_may_join_one_of_them() -> None:
    """Whoever coded a table told its events apart; two strikes on one town in a day stay two."""
    made = [article(f"Number {n}: jets struck Mosul on Tuesday, killing four people, the army said. {n}")
            for n in range(3)]
    told = [event(one, 0, at="Mosul", when=day(10)) for one in made]
    coded = [replace(e, evidence=(replace(e.evidence[0], rule="coded:ucdp"),)) for e in told[:2]]
    by_id = {one.id: one for one in made}
    assert [len(e.article_ids) for e in merge_events(told, by_id)] == [3]
    assert sorted(len(e.article_ids) for e in merge_events([*coded, told[2]], by_id)) == [1, 2]
