"""Dates: golden sentences, and what holds of any text."""

import time
import tomllib
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract.dates import dates_json, find_dates, past_part
from geo.extract.holidays import days_of, named_dates
from geo.records import DateBasis, DatePrecision, When

PUBLISHED = date(2019, 9, 11)


class Case(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    published: str
    dates: list[tuple[str, str, str, str]]
    why: str
    country: str = ""


class Cases(msgspec.Struct, forbid_unknown_fields=True):
    case: list[Case]


_FILE = Path(__file__).parent / "cases" / "dates.toml"
CASES = msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), Cases).case

WORDS = st.sampled_from((
    "on in from to since between and the last next this early late mid- Monday Tuesday May March 10 September 2019 "
    "31 February week month year weekend ago two days previous day before today Ramadan Easter 9/11 attacks , . - / "
    "' \n 2017-03-05 04/05/2021 1990s of 9999 0 will said summer Eid al-Adha a few hours 999 years ſunday İn"
).split(" "))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.why[:40]}-{c.country}")
def test_golden(case: Case) -> None:
    published = date.fromisoformat(case.published) if case.published else None
    found = [
        (d.when.text, str(d.when.start or ""), str(d.when.end or ""), d.when.precision.value)
        for d in find_dates(case.text, published, country=case.country)
    ]
    assert found == case.dates, case.why


@pytest.mark.parametrize(("words", "future"), [
    ("The talks will resume on Friday.", True),
    ("Elections are planned next month.", True),
    ("It is due later this week.", True),
    ("It was hit this week.", False),
    ("It was hit on Friday.", False),
])
@pytest.mark.parametrize("published", [PUBLISHED, None])
def test_what_lies_ahead_is_said(words: str, future: bool, published: date | None) -> None:
    assert [d.future for d in find_dates(words, published)] == [future]


@pytest.mark.parametrize(("words", "offset"), [
    ("The previous day a convoy left.", -1),
    ("Two days earlier it had left.", -2),
    ("It left the day before.", -1),
    ("Three days later it left.", 3),
    ("The same day it left.", 0),
])
def test_days_that_hang_on_the_event_before(words: str, offset: int) -> None:
    (found,) = find_dates(words, PUBLISHED)
    assert found.anchor_offset_days == offset
    assert found.when.precision is DatePrecision.UNKNOWN
    assert not found.future


def test_past_part_cuts_a_running_week_at_publication() -> None:
    (found,) = find_dates("Jets struck this week.", PUBLISHED)
    assert found.when.end == date(2019, 9, 15)
    cut = past_part(found.when, PUBLISHED)
    assert (cut.start, cut.end, cut.precision) == (date(2019, 9, 9), PUBLISHED, DatePrecision.WEEK)


@pytest.mark.parametrize("published", [None, date(2019, 9, 1), date(2019, 10, 1)])
def test_past_part_leaves_alone_what_is_not_under_way(published: date | None) -> None:
    when = When(date(2019, 9, 9), date(2019, 9, 15), DatePrecision.WEEK, DateBasis.EXPRESSION, "that week")
    assert past_part(when, published) == when


def test_json_follows_the_contract_and_knows_the_day_of_a_name() -> None:
    assert dates_json("a1", "The 9/11 attacks", PUBLISHED) == {
        "id": "a1",
        "dates": [{"start": 4, "end": 16, "phrase": "9/11 attacks", "date_start": "2001-09-11",
                   "date_end": "2001-09-11", "date_precision": "day"}],
    }


def test_offsets_count_code_points() -> None:
    (row,) = dates_json("a", "💥 on Tuesday", PUBLISHED)["dates"]
    assert (row["start"], row["end"]) == (5, 12)


@pytest.mark.parametrize(("name", "year", "day"), [
    ("Easter Sunday", 1954, "1954-04-18"), ("Easter Sunday", 1981, "1981-04-19"),
    ("Easter Sunday", 2038, "2038-04-25"),
    ("Thanksgiving", 2019, "2019-11-28"), ("Memorial Day", 2020, "2020-05-25"), ("Christmas Eve", 2019, "2019-12-24"),
])
def test_holidays_with_one_day(name: str, year: int, day: str) -> None:
    assert days_of(named_dates().holidays[name], year) == ((date.fromisoformat(day), date.fromisoformat(day)),)


@pytest.mark.parametrize(("name", "day"), [
    ("Ramadan", "2016-06-06"), ("Ramadan", "2017-05-27"), ("Ramadan", "2020-04-24"),
    ("Eid al-Adha", "2018-08-21"), ("Ashura", "2019-09-10"), ("Mawlid", "2021-10-19"),
])
def test_islamic_days_hold_the_day_that_was_kept(name: str, day: str) -> None:
    kept = date.fromisoformat(day)
    assert any(start <= kept <= end for start, end in days_of(named_dates().holidays[name], kept.year))


@given(st.lists(WORDS, max_size=14).map(" ".join), st.dates() | st.none(), st.sampled_from(["", "US", "IQ"]))
@settings(max_examples=300, deadline=None)
def test_any_words(text: str, published: date | None, country: str) -> None:
    found = find_dates(text, published, country=country)
    assert list(found) == sorted(found, key=lambda d: d.span)
    for one, following in pairwise(found):
        assert one.span.end <= following.span.start
    for one in found:
        assert text[one.span.start:one.span.end] == one.when.text
        assert (one.when.start is None) == (one.when.precision is DatePrecision.UNKNOWN)
    assert found == find_dates(text, published, country=country)


@given(st.text(max_size=200), st.dates() | st.none())
@settings(max_examples=200, deadline=None)
def test_any_text(text: str, published: date | None) -> None:
    for one in find_dates(text, published):
        assert text[one.span.start:one.span.end] == one.when.text


@given(st.dates(date(1950, 1, 1), date(2080, 1, 1)), st.sampled_from(
    ["Monday", "Thursday", "Sunday", "yesterday", "last week", "3 May", "in June", "last summer",
     "on Easter Sunday"]))
def test_the_past_is_meant(published: date, words: str) -> None:
    (found,) = find_dates(f"It was hit {words}.", published)
    assert found.when.start is not None
    assert published - timedelta(days=800) < found.when.start <= published
    assert not found.future


@pytest.mark.parametrize("text", ["a", "1", ",", " ", "\n", "1-", "3 ", "May ", "on Monday ", "last ", "from "])
def test_long_runs_take_linear_time(text: str) -> None:
    start = time.process_time()
    find_dates(text * (50_000 // len(text)), PUBLISHED)
    assert time.process_time() - start < 3
