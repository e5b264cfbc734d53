"""Distances, boxes and lines on the sphere, and their edges at 180°."""

from itertools import pairwise

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from geo.records import BBox, LonLat
from geo.spatial import bounds, contains, cut_line, distance_km, offset, within_km

points = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))


@given(points, points)
def test_distance_is_symmetric_and_at_most_half_way_round(a: LonLat, b: LonLat) -> None:
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-6)
    assert 0 <= distance_km(a, b) <= 20_016


@given(points, points, st.floats(0, 20_100))
def test_within_asks_the_distance(a: LonLat, b: LonLat, limit: float) -> None:
    assert within_km(a, b, limit) == (distance_km(a, b) <= limit)
    assert within_km(a, b, distance_km(a, b))


@given(points, points)
def test_distance_is_that_of_geopy(a: LonLat, b: LonLat) -> None:
    assert distance_km(a, b) == pytest.approx(great_circle((a.lat, a.lon), (b.lat, b.lon)).km, abs=1e-6)


def test_distance_is_short_across_the_antimeridian() -> None:
    assert distance_km(LonLat(179.9, 0), LonLat(-179.9, 0)) == pytest.approx(22.24, abs=0.05)


@given(points, st.floats(0, 5000), st.floats(0, 360))
def test_an_offset_lies_so_far_away_and_on_the_globe(start: LonLat, km: float, bearing: float) -> None:
    there = offset(start, km, bearing)
    assert -180 <= there.lon <= 180
    assert -90 <= there.lat <= 90
    assert distance_km(start, there) == pytest.approx(km, abs=1e-3)


def test_offsets_go_the_way_they_say() -> None:
    start = LonLat(43.13, 36.335)
    south, east = offset(start, 15, 180), offset(start, 15, 90)
    assert south == pytest.approx((43.13, 36.2001), abs=1e-4)
    assert east == pytest.approx((43.2974, 36.335), abs=1e-3)
    assert offset(LonLat(179.95, 0), 22.24, 90).lon == pytest.approx(-179.85, abs=0.01)


@given(st.lists(points, min_size=1, max_size=8))
def test_bounds_hold_every_point(pts: list[LonLat]) -> None:
    box = bounds(pts)
    assert box is not None
    assert all(contains(box, p) for p in pts)


def test_bounds_take_the_shorter_way_round() -> None:
    assert bounds([LonLat(179, 1), LonLat(-179, -1)]) == BBox(179, -1, -179, 1)
    assert bounds([LonLat(-90, 1), LonLat(90, -1)]) == BBox(-90, -1, 90, 1), "no need to cross 180°"
    assert bounds([]) is None


def test_a_line_is_cut_at_the_antimeridian_and_nowhere_else() -> None:
    whole = (LonLat(43, 35), LonLat(44, 36))
    assert cut_line(whole) == (whole,)
    west, east = cut_line([LonLat(170, 0), LonLat(-170, 10)])
    assert west[-1].lon == 180
    assert east[0].lon == -180
    assert west[-1].lat == east[0].lat == pytest.approx(5)


@pytest.mark.parametrize("line", [[(180, 0), (-180, 0)], [(1, 0), (-180, 5)], [(-180, 5), (170, 0)], [(180, 1)]])
def test_the_antimeridian_itself_is_no_reason_to_cut(line: list[tuple[float, float]]) -> None:
    (part,) = cut_line(LonLat(*p) for p in line)
    assert all(abs(a.lon - b.lon) <= 180 for a, b in pairwise(part))
    assert [abs(p.lon) for p in part] == [abs(lon) for lon, _ in line]
