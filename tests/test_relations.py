"""Words beside a name: every row of the list, distances with their points, and what must stay as coarse as it is."""

import re

import pytest

from geo.locate import precision_of, relation_of
from geo.locate.relations import BEARING_KM, NEAR_KM, Relation, relations, unit_said
from geo.records import GeoPrecision, LonLat, Place, Span
from geo.spatial import distance_km
from tests.build import PLACES, place

TOWN = PLACES["Kirkuk"]
ROWS = [*relations().before, *relations().after]


def said(sentence: str, where: Place = TOWN) -> Relation:
    """Of the name in [brackets]."""
    found = re.search(r"\[(.+?)\]", sentence)
    assert found is not None
    text = sentence.replace("[", "").replace("]", "")
    return relation_of(text, Span(found.start(), found.start() + len(found[1])), where)


@pytest.mark.parametrize("row", ROWS, ids=[f"{n}-{row.says}" for n, row in enumerate(ROWS)])
def test_every_row_matches_and_rejects_its_sentences(row: object) -> None:
    got = said(row.matches)  # type: ignore[attr-defined]
    assert got.words == row.says  # type: ignore[attr-defined]
    assert got.precision is GeoPrecision.NEAR
    assert said(row.rejects).words == ""  # type: ignore[attr-defined]


DISTANCES = [
    ("A bomb went off 15 km south of [Kirkuk].", "15 km south of", 15, 180),
    ("A camp 60-kilometer north-west of the city of [Kirkuk]", "60 kilometer north-west of", 60, 315),
    ("about 25 miles (40 kilometers) southeast of [Kirkuk]", "25 miles southeast of", 40.234, 135),
    ("some ten kilometres to the west of [Kirkuk]", "ten kilometres west of", 10, 270),
    ("in a field 1,500 metres due east of the rebel-held town of [Kirkuk]", "1,500 metres east of", 1.5, 90),
    ("7.5 km north north east of [Kirkuk]", "7.5 km north-north-east of", 7.5, 22.5),
]


@pytest.mark.parametrize(("sentence", "words", "km", "bearing"), DISTANCES, ids=[row[1] for row in DISTANCES])
def test_distance_and_direction_move_the_point(sentence: str, words: str, km: float, bearing: float) -> None:
    got = said(sentence)
    assert got.words == words
    assert got.moved
    assert got.km == pytest.approx(km, abs=0.01)
    assert distance_km(TOWN.point, got.point) == pytest.approx(km, abs=0.01)
    assert (got.point.lon > TOWN.point.lon) == (0 < bearing < 180)
    assert (got.point.lat > TOWN.point.lat) == (bearing < 90 or bearing > 270)
    assert got.precision is GeoPrecision.NEAR
    assert got.radius_km == pytest.approx(TOWN.radius_km + max(1, 0.4 * km), abs=0.01)


def test_a_distance_without_direction_moves_nothing() -> None:
    for sentence in ("a village 30 km from [Kirkuk]", "20 miles outside [Kirkuk]"):
        got = said(sentence)
        assert got.precision is GeoPrecision.NEAR
        assert got.point == TOWN.point
        assert got.km is not None
        assert not got.moved


def test_a_direction_without_distance_is_wide() -> None:
    got = said("Fighters hid north-west of [Kirkuk]")
    assert (got.words, got.radius_km) == ("north-west of", TOWN.radius_km + BEARING_KM)
    assert said("near the base in [Kirkuk]").radius_km == TOWN.radius_km + NEAR_KM


def test_the_place_itself() -> None:
    for sentence in ("in [Kirkuk]", "[Kirkuk] was hit.", "He flew 900 km from [Kirkuk] to Baghdad.",
                     "in northern [Kirkuk]", "It lies near Mosul.\n[Kirkuk] is calm.",
                     "Near midnight police in [Kirkuk] met.",
                     "clashes between the army and [Kirkuk] tribes", "15 km south of Mosul, in [Kirkuk]"):
        got = said(sentence)
        assert (got.words, got.precision, got.point) == ("", GeoPrecision.EXACT, TOWN.point), sentence


def test_lists_share_what_stands_before_their_first_name() -> None:
    assert said("raids near Mosul and [Kirkuk]").words == "near"
    assert said("on the road between Mosul and [Kirkuk]").words == "between"
    assert said("on the road between [Kirkuk] and Mosul").words == "between"
    assert said("raids in Mosul and [Kirkuk]").words == ""


def test_a_head_noun_makes_a_unit_of_a_town() -> None:
    assert said("in the [Kirkuk] region of Iraq").precision is GeoPrecision.ADMIN1
    assert said("in [Kirkuk Province]").precision is GeoPrecision.ADMIN1
    assert said("in the [Kirkuk] district").precision is GeoPrecision.ADMIN2
    assert said("in the [Kirkuk] region").radius_km >= 60
    assert unit_said("regional") is None


@pytest.mark.parametrize(("code", "precision"), [
    ("STM", "linear"), ("STRT", "linear"), ("CNL", "linear"), ("DSRT", "region"), ("GULF", "region"),
    ("PLAT", "region"), ("PCLI", "country"), ("ADM1", "admin1"), ("ADM2", "admin2"), ("ADM3", "admin2"),
])  # fmt: skip
@pytest.mark.parametrize("words", ["", "near", "15 km south of", "border with"])
def test_words_never_make_a_coarse_place_a_point(code: str, precision: str, words: str) -> None:
    where = place("own:x", "X", 40.0, 35.0, code, "IQ", radius_km=100.0)
    assert precision_of(where, words) is GeoPrecision(precision)
    got = said(f"It lies {words} [X].", where)
    assert got.precision is GeoPrecision(precision)
    assert got.point == LonLat(40.0, 35.0)
    assert got.radius_km == 100.0
