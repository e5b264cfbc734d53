"""Movements: every cue's own sentences, golden sentences, and the two seeds with names handed in."""

import json
import re
import tomllib
from datetime import date
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract.dates import FoundDate, find_dates
from geo.extract.origins import origins_by_sentence
from geo.extract.route_cues import cues
from geo.extract.routes import closed_spans, find_routes
from geo.parse import parse
from geo.records import (
    Article,
    GeoPrecision,
    LonLat,
    Mention,
    MentionKind,
    Place,
    Route,
    RouteStatus,
    Span,
    Toponym,
    Unresolved,
    Where,
)
from tests.build import SEED_NAMES, article, toponyms

ROOT = Path(__file__).resolve().parent.parent
MARK = re.compile(r"\{(?:(origin|waypoint|destination):)?([^}]*)\}")
CASES = tomllib.loads((ROOT / "tests/cases/routes.toml").read_text("utf-8"))["case"]


def unmark(marked: str) -> tuple[str, tuple[Toponym, ...], dict[str, list[str]]]:
    """The text without marks, a toponym for each marked name, and the names by role."""
    text, found = "", []
    wanted: dict[str, list[str]] = {"origin": [], "waypoint": [], "destination": []}
    last = 0
    for match in MARK.finditer(marked):
        text += marked[last : match.start()]
        role, name = match[1], match[2]
        place = Place(f"x:{name}", name, LonLat(0.0, 0.0), None, "PPL", "", None)
        found.append(Toponym(Mention(Span(len(text), len(text) + len(name)), name, "both"), place, 1.0))
        text, last = text + name, match.end()
        if role:
            wanted[role].append(name)
    return text + marked[last:], tuple(found), wanted


def routes_in(text: str, names: tuple[Toponym, ...], published: date | None = date(2019, 9, 11)) -> tuple[Route, ...]:
    made = article(text, published)
    doc = parse(text)
    return find_routes(made, doc, names, find_dates(text, published), origins_by_sentence(made, doc))


def visible(routes: tuple[Route, ...]) -> list[Route]:
    """What a reader is shown or told of: not what was only planned, denied, or told in passing."""
    hidden = (RouteStatus.NEGATED, RouteStatus.PLANNED, RouteStatus.BACKGROUND)
    return [r for r in routes if r.status not in hidden]


def names_of(ends: tuple[Where, ...]) -> list[str]:
    return [e.name_in_text for e in ends]


def by_role(routes: list[Route]) -> list[dict[str, list[str]]]:
    return [
        {"origin": names_of(r.origins), "waypoint": names_of(r.waypoints), "destination": names_of(r.destinations)}
        for r in routes
    ]


ALL_CUES = [*cues().verb, *cues().noun, *cues().line]


@pytest.mark.parametrize("cue", ALL_CUES, ids=lambda c: f"{type(c).__name__} {min(c.lemmas)}")
def test_cue_reads_its_matches_sentence(cue: object) -> None:
    text, names, wanted = unmark(cue.matches)  # type: ignore[attr-defined]
    found = visible(routes_in(text, names)) or list(routes_in(text, names))
    assert by_role(found) == [wanted]
    assert found[0].mode == cue.mode  # type: ignore[attr-defined]


@pytest.mark.parametrize("cue", ALL_CUES, ids=lambda c: f"{type(c).__name__} {min(c.lemmas)}")
def test_cue_leaves_its_rejects_sentence_alone(cue: object) -> None:
    text, names, _ = unmark(cue.rejects)  # type: ignore[attr-defined]
    assert by_role(visible(routes_in(text, names))) == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["slug"])
def test_golden_sentences(case: dict[str, object]) -> None:
    unknown = set(case) - {"slug", "why", "text", "status", "certain", "mode", "movers", "mover_type", "none"}
    assert not unknown, f"unknown keys {unknown}"
    text, names, wanted = unmark(str(case["text"]))
    found = routes_in(text, names)
    if case.get("none"):
        assert by_role(visible(found)) == [], case["why"]
        return
    assert by_role(list(found)) == [wanted], case["why"]
    route = found[0]
    assert route.status.value == case.get("status", "past"), case["why"]
    assert route.certain_direction is case.get("certain", True), case["why"]
    for key in ("mode", "mover_type"):
        assert getattr(route, key) == case.get(key, getattr(route, key)), case["why"]
    assert list(route.movers) == case.get("movers", list(route.movers)), case["why"]


def seed(number: int) -> tuple[Article, tuple[Toponym, ...], tuple[Route, ...]]:
    gold = json.loads((ROOT / "tests/cases/seeds_gold.json").read_text("utf-8"))["articles"][number]
    text = (ROOT / "seeds" / gold["file"]).read_text("utf-8")
    published = date.fromisoformat(gold["date"]) if gold["date"] else None
    made = article(text, published, body_start=gold["body_start"], source=gold["publisher"] or "")
    names = toponyms(text, SEED_NAMES, {"British": "United States", "Iraqi": "Iraq"})
    doc = parse(text, body_start=gold["body_start"])
    return made, names, find_routes(made, doc, names, find_dates(text, published), origins_by_sentence(made, doc))


@pytest.mark.parametrize("number", [0, 1])
def test_the_seeds_tell_of_the_same_route(number: int) -> None:
    _, _, found = seed(number)
    full = [r for r in found if len(r.origins) > 1 and r.destinations]
    assert len(full) == 1
    assert names_of(full[0].origins) == ["Syria", "Jazeera desert"]
    assert names_of(full[0].destinations) == ["Mosul", "Makhmour", "Kirkuk region"]
    assert full[0].status is RouteStatus.HABITUAL
    assert full[0].mover_type == "armed_group"
    assert full[0].certain_direction
    assert full[0].when.start is None
    precisions = {e.name_in_text: e.precision for e in (*full[0].origins, *full[0].destinations)}
    assert precisions == {
        "Syria": GeoPrecision.COUNTRY, "Jazeera desert": GeoPrecision.REGION, "Mosul": GeoPrecision.EXACT,
        "Makhmour": GeoPrecision.EXACT, "Kirkuk region": GeoPrecision.ADMIN1,
    }


def test_the_island_is_the_hub_of_the_first_seed() -> None:
    _, _, found = seed(0)
    full = next(r for r in found if len(r.origins) > 1)
    assert [w.place.name for w in full.waypoints] == ["Qanus Island"]


@pytest.mark.parametrize("number", [0, 1])
def test_the_seeds_show_no_other_route(number: int) -> None:
    """Neither strongholds driven out of, nor plans for Afghanistan, nor "a different one", nor "left Britain"."""
    _, _, found = seed(number)
    for route in visible(found):
        assert {o.place.name for o in route.origins} <= {"Syria", "Jazeera Desert"}
        assert {d.place.name for d in route.destinations} <= {"Mosul", "Makhmur", "Kirkuk region", "Iraq"}


def test_a_plan_is_kept_and_hidden() -> None:
    _, _, found = seed(0)
    planned = [r for r in found if r.status is RouteStatus.PLANNED]
    assert [names_of(r.origins) for r in planned] == [["Afghanistan", "Syria"]]


def test_a_withdrawal_told_in_passing_is_background() -> None:
    _, _, found = seed(1)
    assert [r.status for r in found if names_of(r.destinations) == ["Syria"]] == [RouteStatus.BACKGROUND]


def test_ends_are_closed_to_events_and_hubs_are_not() -> None:
    made, names, found = seed(0)
    closed = {made.text[s.start : s.end] for s in closed_spans(found, names)}
    assert {"Mosul", "Makhmour", "Kirkuk region", "Jazeera desert"} <= closed
    assert not any("Qanus" in words for words in closed)
    starts = {s.start for s in closed_spans(found, names)}
    assert made.text.rindex("Syria") not in starts, "only the very words that name the end are closed"


def test_demonyms_and_names_in_organisations_are_never_ends() -> None:
    text = "Fighters moved from Hama to Aleppo."
    place = Place("x:1", "Hama", LonLat(0, 0), None, "PPL", "", None)
    for mention in (
        Mention(Span(20, 24), "Hama", "both", MentionKind.DEMONYM),
        Mention(Span(20, 24), "Hama", "both", nested_in="Hama Council"),
    ):
        found = routes_in(text, (Toponym(mention, place, 1.0),))
        assert found == ()


def test_an_end_without_a_place_lowers_the_confidence_but_keeps_the_route() -> None:
    text, names, _ = unmark("Fighters moved from {origin:Hama} to {destination:Aleppo}.")
    lost = Toponym(names[0].mention, None, 0.0, unresolved=Unresolved.NOT_IN_GAZETTEER)
    (whole,), (half,) = routes_in(text, names), routes_in(text, (lost, names[1]))
    assert names_of(half.origins) == []
    assert half.confidence < whole.confidence
    assert routes_in(text, (lost,)) == ()


def test_a_date_ahead_makes_it_planned() -> None:
    text, names, _ = unmark("Families move from {origin:Hama} to {destination:Aleppo} on Friday.")
    (found,) = find_dates(text, date(2019, 9, 11))
    ahead = FoundDate(found.span, found.when, True)
    (route,) = find_routes(article(text), parse(text), names, (ahead,), {})
    assert route.status is RouteStatus.PLANNED


def test_the_date_of_the_telling_is_not_the_date_of_the_movement() -> None:
    text, names, _ = unmark("Families fled from {origin:Hama} to {destination:Aleppo}, officials said on Friday.")
    (route,) = routes_in(text, names)
    assert route.when.start is None
    assert route.cited == ("officials",)


def test_confidence_is_the_product_of_its_factors() -> None:
    for number in (0, 1):
        for route in seed(number)[2]:
            assert route.confidence == pytest.approx(prod(weight for _, weight in route.factors), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([c.matches for c in ALL_CUES]), st.sampled_from(["", "It rained. ", "Nobody was hurt. "]))
def test_evidence_lies_in_the_text_and_runs_agree(marked: str, before: str) -> None:
    text, names, _ = unmark(before + marked)
    found = routes_in(text, names)
    assert found == routes_in(text, names)
    for route in found:
        proof = route.evidence[0]
        assert text[proof.span.start : proof.span.end].strip() == text[proof.span.start : proof.span.end]
        assert proof.trigger is not None
        assert proof.span.start <= proof.trigger.start < proof.trigger.end <= proof.span.end
