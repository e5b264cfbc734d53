"""One filter for URL, API, CLI and caption; what is unknown is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import filters, lexicon
from geo.filters import ORIGINS_MOST, VISIBLE, Filter
from geo.records import BadFilter, BBox, RouteStatus, Status

days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
degrees = st.integers(-18000, 18000).map(lambda n: n / 100)


@st.composite
def asked(draw: st.DrawFn) -> Filter:
    since, until = sorted((draw(days), draw(days)))
    south, north = sorted((draw(degrees) / 2, draw(degrees) / 2))
    unique = {"unique": True, "max_size": 3}
    return Filter(
        since=draw(st.none() | st.just(since)),
        until=draw(st.none() | st.just(until)),
        sources=tuple(draw(st.lists(words.filter(bool), **unique))),  # type: ignore[arg-type]
        types=tuple(draw(st.lists(st.sampled_from([*lexicon.types().types, "route"]), **unique))),  # type: ignore[arg-type]
        statuses=tuple(draw(st.lists(st.sampled_from(Status), **unique))),  # type: ignore[arg-type]
        place=draw(words),
        text=draw(words),
        bbox=draw(st.none() | st.just(BBox(draw(degrees), south, draw(degrees.map(abs)), north))),
        min_confidence=draw(st.none() | st.integers(0, 100).map(lambda n: n / 100)),
        actor=draw(st.text(max_size=20)),
        min_origins=draw(st.none() | st.integers(1, ORIGINS_MOST)),
    )


@given(asked())
def test_a_url_gives_the_same_filter_back(wanted: Filter) -> None:
    assert filters.read(filters.write(wanted)) == wanted


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("colour", "red", "no filter 'colour'"),
        ("type", "picnic", "no type 'picnic'"),
        ("status", "true", "no status 'true'"),
        ("from", "11/09/2019", "YYYY-MM-DD"),
        ("from", "2019-02-30", "YYYY-MM-DD"),
        ("bbox", "1,2,3", "four numbers"),
        ("bbox", "1,2,3,nan", "south and north"),
        ("bbox", "inf,2,3,4", "finite"),
        ("bbox", "0,10,5,-10", "south first"),
        ("min_confidence", "nan", "between 0 and 1"),
        ("min_confidence", "1.5", "between 0 and 1"),
        ("min_origins", "0", "from 1 to"),
        ("min_origins", "2.5", "whole number"),
        ("min_origins", "9" * 5000, "from 1 to"),
        ("text", "x" * 501, "at most 500"),
    ],
)
def test_what_is_unknown_is_refused_with_a_sentence(key: str, value: str, says: str) -> None:
    with pytest.raises(BadFilter, match=says):
        filters.read([(key, value)])


def test_a_single_value_twice_and_crossed_days_are_refused() -> None:
    with pytest.raises(BadFilter, match="once"):
        filters.read([("from", "2019-01-01"), ("from", "2019-01-02")])
    with pytest.raises(BadFilter, match="exchange"):
        filters.read([("from", "2019-01-02"), ("to", "2019-01-01")])


def test_a_map_that_was_dragged_round_the_world_still_has_a_box() -> None:
    assert filters.read_bbox("170,-10,190,10") == BBox(170, -10, -170, 10)
    assert filters.read_bbox("-300,-10,100,10") == BBox(-180, -10, 180, 10)


def test_statuses_default_to_what_is_told_as_having_happened() -> None:
    assert Filter().event_statuses == set(VISIBLE)
    assert RouteStatus.HABITUAL in Filter().route_statuses
    assert RouteStatus.PLANNED not in Filter().route_statuses
    assert Filter(statuses=(Status.PLANNED,)).route_statuses == {RouteStatus.PLANNED}
