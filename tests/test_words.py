"""Findings in words: tables of records and what a reader sees."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.records import (
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    GeoPrecision,
    LonLat,
    Quantity,
    RouteStatus,
    Span,
    Status,
    Toll,
    When,
    Where,
)
from geo.show import language, source_words, words
from tests.build import PLACES, article, place

WED = date(2019, 9, 11)
P, B = DatePrecision, DateBasis


def days(first: str, last: str, precision: P, basis: B = B.EXPRESSION, text: str = "") -> When:
    return When(date.fromisoformat(first), date.fromisoformat(last), precision, basis, text)


WEEK = days("2019-09-09", "2019-09-11", P.WEEK, text="this week")
WHEN = [
    (WEEK, WED, "Within 9–11 Sep 2019", "known to the week: “this week”, article of Wed 11 Sep 2019"),
    (days("2019-09-10", "2019-09-10", P.DAY, text="On Tuesday"), WED,
     "Tue 10 Sep 2019", "“On Tuesday”, article of Wed 11 Sep 2019"),
    (days("2019-09-09", "2019-09-11", P.WEEK, B.MERGED, "this week"), WED,
     "Within 9–11 Sep 2019", "known to the week: “this week”, taken from the dated article"),
    (days("2019-08-01", "2019-08-31", P.MONTH, B.REPORTING, "last month"), WED,
     "In Aug 2019", "when it was said: “last month”, article of Wed 11 Sep 2019"),
    (days("2019-09-01", "2019-09-11", P.MONTH, text="earlier this month"), WED,
     "Within 1–11 Sep 2019", "known to the month: “earlier this month”, article of Wed 11 Sep 2019"),
    (days("2019-01-01", "2019-12-31", P.YEAR, text="this year"), None, "In 2019", "known to the year: “this year”"),
    (days("2019-09-11", "2019-09-11", P.ONGOING, text="currently"), WED,
     "Ongoing on 11 Sep 2019", "“currently”, article of Wed 11 Sep 2019"),
    (days("2019-07-28", "2019-08-04", P.RANGE), WED, "28 Jul–4 Aug 2019", "article of Wed 11 Sep 2019"),
    (days("2018-12-28", "2019-01-03", P.WEEK), None, "Within 28 Dec 2018–3 Jan 2019", "known to the week"),
    (days("2019-09-11", "2019-09-11", P.DAY, B.PUBLICATION), WED,
     "Wed 11 Sep 2019", "the day of the article, the text gives no other"),
    (When(None, None, P.UNKNOWN, B.NONE), None, "No date given", "article undated"),
    (When(None, None, P.UNKNOWN, B.NONE), WED, "No date given", "article of Wed 11 Sep 2019"),
]


@pytest.mark.parametrize(("when", "published", "text", "reason"), WHEN)
def test_when(when: When, published: date | None, text: str, reason: str) -> None:
    assert words.when_words(when, published) == (text, reason)


@given(st.dates(), st.integers(1, 400), st.sampled_from([P.WEEK, P.MONTH, P.YEAR]), st.sampled_from(list(B)))
def test_a_coarse_date_is_never_a_lone_day(start: date, more: int, precision: P, basis: B) -> None:
    end = date.fromordinal(min(start.toordinal() + more, date.max.toordinal()))
    text, reason = words.when_words(When(start, end, precision, basis, "about then"), None)
    assert text.startswith(("Within ", "In "))
    assert "approximately" not in text + reason
    assert start == end or words.day_words(start, weekday=True) not in text


def test_an_undated_article_beside_a_dated_one_says_so() -> None:
    dated, undated = article("Bombs fell this week."), article("Bombs fell.", None)
    event = Event("e", "airstrike", "t", Status.REPORTED, WEEK, None,
                  (Evidence(undated.id, Span(0, 5), ""), Evidence(dated.id, Span(0, 5), "")))
    told = {a.id: a for a in (dated, undated)}
    assert words.event_when(event, told).reason == (
        "known to the week: “this week”, article of Wed 11 Sep 2019; the other article is undated"
    )


QANUS, KIRKUK = PLACES["Qanus Island"], PLACES["Kirkuk region"]
G = GeoPrecision
TEXAS = place("gn:4736286", "Texas", -99.25, 31.25, "ADM1", "US", within=(("gn:6252001", "United States"),))
WHERE = [
    (Where(QANUS, "Qanus", G.EXACT, 5.0), "Qanus Island, Salah ad Din, Iraq", "named place, exact to about 5 km"),
    (Where(PLACES["Al Qayyarah"], "Qayyarah", G.NEAR, 15.0), "Near Al Qayyarah, Nineveh, Iraq", "within about 15 km"),
    (Where(PLACES["Baghdad"], "Baghdad", G.NEAR, 30.0, "north of"), "North of Baghdad, Iraq", "within about 30 km"),
    (Where(PLACES["Mosul"], "Mosul", G.NEAR, 14.0, "15 km south of", point=LonLat(43.13, 36.2)),
     "15 km south of Mosul, Nineveh, Iraq", "drawn at the stated distance, good to about 14 km"),
    (Where(PLACES["Salah ad Din"], "", G.ADMIN1, 90.0), "Somewhere in Salah ad Din province, Iraq", "not a point"),
    (Where(KIRKUK, "", G.ADMIN1, 60.0), "Somewhere in Kirkuk region, Iraq", "not a point"),
    (Where(TEXAS, "", G.ADMIN1, 500.0), "Somewhere in Texas, United States", "a whole state, not a point"),
    (Where(PLACES["Jazeera Desert"], "", G.REGION, 120.0), "Jazeera Desert", "region, not a point"),
    (Where(PLACES["Syria"], "Syria", G.COUNTRY, 300.0), "Syria", "whole country, not a point"),
    (Where(PLACES["Tigris"], "", G.LINEAR, 0.2), "Along Tigris", "a river or road; the point is good to about 1 km"),
    (Where(QANUS, "", G.TOPIC, 5.0), "Qanus Island, Salah ad Din, Iraq", "spoken about, not where it happened"),
    (None, "No place stated", "listed, not on the map"),
]


@pytest.mark.parametrize(("where", "text", "reason"), WHERE)
def test_where(where: Where | None, text: str, reason: str) -> None:
    assert words.where_words(where) == (text, reason)


TONNES = Quantity(40, "tonne", 40_000, "bombs", True, None, 40, "almost 40 tonnes")
POUNDS = Quantity(80_000, "pound", 36_287.39, "munitions", False, None, None, "80,000 pounds")
DRONES = Quantity(3, "", None, "drones", False, None, None, "three drones")


@pytest.mark.parametrize(("quantities", "text"), [
    ((TONNES, POUNDS, POUNDS), "“almost 40 tonnes” and “80,000 pounds” (36.3 t), the same load"),
    ((TONNES, DRONES), "“almost 40 tonnes”; “three drones”"),
    ((Quantity(80, "tonne", 80_000, "", True, None, None, "about 80 tonnes"), POUNDS),
     "“about 80 tonnes”; “80,000 pounds” (36.3 t)"),
    ((), ""),
])
def test_quantities_keep_every_form_and_are_never_summed(quantities: tuple[Quantity, ...], text: str) -> None:
    assert words.quantity_words(quantities).text == text


@pytest.mark.parametrize(("toll", "text"), [
    (Toll(1, None, None, "jihadists"), "unknown number, more than none"),
    (Toll(1, 0, None, "jihadists"), "unknown number, more than none"),
    (Toll(12, None, None, ""), "at least 12"),
    (Toll(12, 12, None, ""), "at least 12"),
    (Toll(12, 12, 12, ""), "12"),
    (Toll(5, None, 9, ""), "5–9"),
    (Toll(5, 7, 9, ""), "7 (5–9)"),
    (Toll(0, None, 20, ""), "at most 20"),
    (Toll(0, 0, 0, ""), "none"),
    (Toll(1200, 1200, 1200, ""), "1,200"),
])
def test_tolls(toll: Toll, text: str) -> None:
    assert words.toll_words(toll).text == text


@pytest.mark.parametrize(("sources", "independent", "cited", "text", "reason"), [
    (("", "ABC News"), 1, ("US-led coalition",),
     "2 articles, 1 independent origin", "both quote the US-led coalition"),
    (("a", "b", "c"), 1, ("Reuters",), "3 articles, 1 independent origin", "all 3 quote Reuters"),
    (("A", "B"), 2, ("A", "B"), "2 articles, 2 independent origins", "A; B"),
    (("A", "A"), 1, ("A",), "2 articles, 1 independent origin", "both by A"),
    (("A",), 1, ("A",), "1 article", ""),
    (("",), 1, ("US-led coalition",), "1 article", "citing the US-led coalition"),
])
def test_told_by(sources: tuple[str, ...], independent: int, cited: tuple[str, ...], text: str, reason: str) -> None:
    assert source_words.told_by_words(sources, independent, cited) == (text, reason)


def test_an_english_article_stands_in_english_alone() -> None:
    language.speak("ar")
    try:
        assert "the " not in source_words.told_by_words(["Reuters"], 1, ["coalition"]).reason
    finally:
        language.speak(language.ENGLISH)


def test_cleaning_takes_out_what_turns_or_breaks_a_line() -> None:
    assert words.clean("a\u202eb\x00c\nd\u2066e\ud800f") == "ab c def"


@given(st.text(alphabet=st.sampled_from("ab\u202e\n\u2069é\ud800 ")), st.data())
def test_spans_follow_the_cleaned_text(text: str, data: st.DataObject) -> None:
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    shown, (moved,) = words.cleaned(text, (span,))
    inside = words.clean(text[span.start:span.end])
    assert (shown[moved.start:moved.end] if moved else "") == inside


def test_every_status_has_its_word() -> None:
    assert all(words.status_words(status) for status in (*Status, *RouteStatus))
    assert set(words._PLACE_NOTES) == set(GeoPrecision)
