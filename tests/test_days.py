"""Bars over time: nothing is lost, nothing claims a day that is not known."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.keep.days import BARS_MOST, Bars, bars

DAY = date(2019, 9, 9).toordinal()


def of(*intervals: tuple[int, int], undated: int = 0, keep: tuple[int, int] | None = None) -> Bars:
    first = np.array([a for a, _ in intervals] + [np.iinfo(np.int32).max] * undated, np.int32)
    last = np.array([b for _, b in intervals] + [np.iinfo(np.int32).min] * undated, np.int32)
    return bars(first, last, last > 0, keep)


def test_no_event_gives_no_bar() -> None:
    assert of(undated=3) == Bars("day", (), (), (), 0, 0, 3, ())


def test_one_day_is_one_bar_and_a_month_is_spread() -> None:
    made = of((DAY, DAY), (DAY + 1, DAY + 1), (DAY, DAY + 29))
    assert made.unit == "day"
    assert made.sure[:3] == (1, 1, 0)
    assert made.spread[0] == pytest.approx(1 / 30, abs=0.01)
    assert made.loose == (("month", 1),)


@pytest.mark.parametrize(("days", "unit"), [
    (1, "day"), (90, "day"), (1400, "week"), (5000, "month"), (15_000, "quarter"), (200_000, "years"),
    (date.max.toordinal() - 1, "years"),
])
def test_the_unit_grows_with_the_span(days: int, unit: str) -> None:
    low = 1 if days > DAY else DAY
    made = of((low, low), (low + days - 1, low + days - 1))
    assert made.unit == unit
    assert sum(made.sure) == 2
    assert 1 <= len(made.sure) <= BARS_MOST
    assert made.edges[0].toordinal() <= low


def test_weeks_begin_on_monday() -> None:
    made = of((DAY + 3, DAY + 3), (DAY + 700, DAY + 700))
    assert made.unit == "week"
    assert {edge.weekday() for edge in made.edges} == {0}


def test_outliers_stand_aside_and_are_counted() -> None:
    many = [(DAY + n % 300, DAY + n % 300) for n in range(1000)]
    made = of((1, 1), (DAY + 40_000, DAY + 40_000), *many)
    assert (made.before, made.after) == (1, 1)
    assert sum(made.sure) == 1000
    assert of((1, 1), *many, keep=(5, DAY)).before == 0


intervals = st.lists(
    st.tuples(st.integers(1, date.max.toordinal()), st.integers(0, 4000)).map(
        lambda pair: (pair[0], min(pair[0] + pair[1], date.max.toordinal()))
    ), max_size=40,
)


@given(intervals, st.integers(0, 3))
def test_every_event_is_counted_once(pairs: list[tuple[int, int]], undated: int) -> None:
    made = of(*pairs, undated=undated)
    loose = sum(number for _, number in made.loose)
    assert sum(made.sure) + loose + made.before + made.after + made.undated == len(pairs) + undated
    assert len(made.edges) == len(made.sure) + 1 or not made.sure
    assert sum(made.spread) == pytest.approx(loose, abs=0.01 * len(made.sure) + 0.1)
    assert list(made.edges) == sorted(set(made.edges)) or made.edges[-1] == date.max
