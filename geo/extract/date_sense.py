"""What the words of a date on the calendar mean: days, seen from the publication and never from today.

Everything looks back, for news tells what has happened, unless the words or the sentence point ahead. A resolver
answers None where only a publication date could tell, and raises ValueError where there is no such day, so that the
words are no date at all. What is told from where one stands ("last week") has a module of its own, date_relative.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from geo.extract.holidays import Holiday, days_of, named_dates
from geo.records import DatePrecision

MONTH_FIRST = frozenset({"US", "PH", "FM", "PW"})
"""Countries (ISO codes) that write 09/10/2019 for 10 September."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a resolver may look at."""

    published: date | None
    country: str
    ahead: bool
    """The sentence points forward ("will", "plans"): the next such day is meant, not the last."""


@dataclass(frozen=True, slots=True)
class Days:
    start: date
    end: date
    precision: DatePrecision
    ahead: bool = False
    """Ahead by its own words ("later this week"), even where the interval begins today."""


Resolver = Callable[[re.Match[str], Frame], Days | None]

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def _month_number(name: str) -> int:
    return next(i for i, full in enumerate(MONTHS, 1) if full.startswith(name.lower().rstrip(".")[:3]))


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def month_back(day: date, months: int) -> tuple[date, date]:
    """First and last day of the month `months` before that of `day`."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1), _last_day(count // 12, count % 12 + 1)


def one_day(day: date) -> Days:
    return Days(day, day, DatePrecision.DAY)


def part_of(part: str | None, start: date, end: date, precision: DatePrecision) -> Days:
    """A third of a month (ten days) or a year (four months); early and late halves of a week share the Thursday."""
    name = (part or "").lower()
    name = {"beginning": "early", "start": "early", "middle": "mid", "end": "late"}.get(name, name)
    if precision == DatePrecision.WEEK:
        first, last = {"early": (0, 2), "mid": (1, 3), "late": (3, 6)}.get(name, (0, 6))
        return Days(start + timedelta(days=first), start + timedelta(days=last), precision)
    if precision == DatePrecision.MONTH:
        first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, end.day)}.get(name, (1, end.day))
        return Days(start.replace(day=first), start.replace(day=last), precision)
    first, last = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}.get(name, (1, 12))
    return Days(date(start.year, first, 1), _last_day(start.year, last), precision)


def _stated_year(match: re.Match[str], frame: Frame) -> int | None:
    """The year that the words give, by number or as "last year"; None where they give none."""
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("short"):
        return _full_year(int(groups["short"]), frame)
    if groups.get("which") and frame.published:
        return frame.published.year + {"last": -1, "this": 0, "next": 1}[groups["which"].lower()]
    return None


def _full_year(short: int, frame: Frame) -> int:
    """Two digits: the century that puts it nearest before the publication (or before 2070 where there is none)."""
    newest = frame.published.year + 1 if frame.published else 2069
    return newest - (newest - short) % 100


def _yearless(frame: Frame, build: Callable[[int], tuple[date, date]]) -> tuple[date, date] | None:
    """The last such interval that has begun by the publication, or the next one to end when the words point ahead."""
    if frame.published is None:
        return None
    years = range(frame.published.year - 8, frame.published.year + 9)
    built = []
    for year in years:
        try:
            built.append(build(year))
        except ValueError:  # 29 February of a common year
            continue
    if frame.ahead:
        return next((days for days in built if days[1] >= frame.published), None)
    return next((days for days in reversed(built) if days[0] <= frame.published), None)


def month_day(match: re.Match[str], frame: Frame) -> Days | None:
    month, first = _month_number(match["month"]), int(match["day"])
    last = int(match.groupdict().get("day2") or first)
    if last < first:
        raise ValueError(f"The days {first} to {last} of a month run backwards.")
    date(2000, month, first), date(2000, month, last)
    precision = DatePrecision.DAY if first == last else DatePrecision.RANGE
    year = _stated_year(match, frame)
    if year is not None:
        return Days(date(year, month, first), date(year, month, last), precision)
    if match["which"]:
        return None
    days = _yearless(frame, lambda y: (date(y, month, first), date(y, month, last)))
    return Days(*days, precision) if days else None


def month(match: re.Match[str], frame: Frame) -> Days | None:
    number = _month_number(match["month"])
    in_year = _year_of_month(match, frame, number)
    if in_year is None:
        return None
    start, end = date(in_year, number, 1), _last_day(in_year, number)
    return part_of(match.groupdict().get("part"), start, end, DatePrecision.MONTH)


def _year_of_month(match: re.Match[str], frame: Frame, number: int) -> int | None:
    """ "Last March", told in March, is a year ago, and "next March" a year ahead."""
    groups = match.groupdict()
    stated = _stated_year(match, frame)
    if stated is not None or groups.get("which") or frame.published is None:
        return stated
    near = (groups.get("near") or "").lower()
    if near == "this":
        return frame.published.year
    seen_from = frame.published
    if near in ("last", "past"):
        seen_from = seen_from.replace(day=1) - timedelta(days=1)
    elif near == "next":
        seen_from = _last_day(seen_from.year, seen_from.month) + timedelta(days=1)
    looking = replace(frame, published=seen_from, ahead=near == "next" or (frame.ahead and not near))
    days = _yearless(looking, lambda y: (date(y, number, 1), _last_day(y, number)))
    return days[0].year if days else None


def year(match: re.Match[str], frame: Frame) -> Days:
    year = int(match["year"])
    return part_of(match.groupdict().get("part"), date(year, 1, 1), date(year, 12, 31), DatePrecision.YEAR)


def years(match: re.Match[str], frame: Frame) -> Days:
    first, second = int(match["year"]), match["year2"]
    last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
    if last <= first:
        raise ValueError(f"The years {first} to {last} run backwards.")
    return Days(date(first, 1, 1), date(last, 12, 31), DatePrecision.RANGE)


def decade(match: re.Match[str], frame: Frame) -> Days:
    first = int(match["year"])
    start, end = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get((match["part"] or "").lower(), (0, 9))
    return Days(date(first + start, 1, 1), date(first + end, 12, 31), DatePrecision.RANGE)


def iso(match: re.Match[str], frame: Frame) -> Days:
    return one_day(date(int(match["year"]), int(match["month"]), int(match["day"])))


def numeric(match: re.Match[str], frame: Frame) -> Days:
    """09/10/2019. Dots put the day first everywhere; strokes and dashes as the publisher's country has it."""
    first, second = int(match["a"]), int(match["b"])
    year = int(match["year"]) if len(match["year"]) == 4 else _full_year(int(match["year"]), frame)
    readings = set()
    for month, day, fits in ((second, first, match["sep"] == "." or frame.country not in MONTH_FIRST),
                             (first, second, match["sep"] != "." and frame.country in (*MONTH_FIRST, ""))):
        if fits and 1 <= month <= 12:
            readings.add(date(year, month, day))
    if not readings and first <= 12 < second:  # against the country's habit, but there is no other way to read it
        readings.add(date(year, first, second))
    if not readings:
        readings.add(date(year, second, first))
    return Days(min(readings), max(readings), DatePrecision.DAY if len(readings) == 1 else DatePrecision.RANGE)


_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def week_of_month(match: re.Match[str], frame: Frame) -> Days | None:
    """Seven days each from the first of the month; the last week ends with the month."""
    number, nth = _month_number(match["month"]), match["nth"].lower()

    def build(year: int) -> tuple[date, date]:
        last = _last_day(year, number)
        if nth == "last":
            return last - timedelta(days=6), last
        start = date(year, number, 7 * _NTH[nth] - 6)
        return start, start + timedelta(days=6)

    year = _stated_year(match, frame)
    if year is None and match["which"]:
        return None
    days = build(year) if year is not None else _yearless(frame, build)
    return Days(*days, DatePrecision.RANGE) if days else None


def quarter(match: re.Match[str], frame: Frame) -> Days | None:
    """A quarter of a stated year."""
    nth = match["nth"].lower()
    number = int(nth) if nth.isdigit() else _NTH.get(nth, 4)
    year = int(match["year"])
    return Days(date(year, 3 * number - 2, 1), _last_day(year, 3 * number), DatePrecision.RANGE)


def season(match: re.Match[str], frame: Frame) -> Days | None:
    """Northern seasons of three whole months; a winter carries the year in which it begins."""
    first = SEASONS[match["season"].lower()]

    def build(of: int) -> tuple[date, date]:
        return date(of, first, 1), _last_day(of + (first + 2) // 13, (first + 1) % 12 + 1)

    stated, near = _stated_year(match, frame), (match["near"] or "").lower()
    if stated is not None:
        days: tuple[date, date] | None = build(stated)
    elif match["which"] or frame.published is None:
        return None
    elif near in ("last", "past"):
        today = frame.published
        days = next(d for d in (build(today.year - back) for back in range(3)) if d[1] < today)
    else:
        days = _yearless(replace(frame, ahead=frame.ahead or near == "next"), build)
    part = {"early": 0, "mid": 1, "late": 2}.get((match["part"] or "").lower())
    if days is not None and part is not None:
        days = month_back(days[0], -part)
    return Days(*days, DatePrecision.RANGE) if days else None


def holiday(match: re.Match[str], frame: Frame) -> Days | None:
    holiday = _holidays()[_plain(match["holiday"])]
    year = _stated_year(match, frame)
    precision = DatePrecision.DAY if holiday.kind != "islamic" and holiday.days == 1 else DatePrecision.RANGE
    if holiday.countries and frame.country not in holiday.countries:
        raise ValueError(f"{match['holiday']} is another day in {frame.country or 'every country'}.")
    if year is not None:
        times = days_of(holiday, year)
        return Days(*times[0], precision) if times else None
    if frame.published is None or match["which"]:
        return None
    ahead = frame.ahead or (match["near"] or "").lower() == "next"
    around = [t for y in range(frame.published.year - 2, frame.published.year + 3) for t in days_of(holiday, y)]
    if ahead:
        return next((Days(*t, precision) for t in around if t[1] >= frame.published), None)
    return next((Days(*t, precision) for t in reversed(around) if t[0] <= frame.published), None)


def nothing(match: re.Match[str], frame: Frame) -> None:
    """Needs an anchor that only the events can give, or is a name without a day."""


def _plain(name: str) -> str:
    return " ".join(name.replace("’", "'").lower().split())


@cache
def _holidays() -> dict[str, Holiday]:
    return {_plain(name): found for name, found in named_dates().holidays.items()}
