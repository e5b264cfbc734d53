"""Named days: name + year -> days. Rules and names are in data/lexicon/named_dates.toml."""

from datetime import date, timedelta
from functools import cache
from typing import Literal

import msgspec

from geo import lexicon

_ISLAMIC_EPOCH = 227015
"""Ordinal of 1 Muharram 1 AH, 19 July 622 Gregorian: the civil epoch of the tabular calendar."""


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one named day is found; which fields count depends on `kind` (see the word list)."""

    kind: Literal["fixed", "easter", "nth", "islamic"]
    month: int = 1
    day: int = 1
    offset: int = 0
    weekday: int = 0
    nth: int = 1
    days: int = 1
    surname: bool = False
    countries: tuple[str, ...] = ()


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name with a date in it ("September 11 attacks"): heads, each with or without a tail."""

    heads: tuple[str, ...]
    tails: tuple[str, ...] = ()
    tail_needed: bool = False
    day: str = ""


class Followers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that make a name, or a count, of the date before them."""

    weekday: tuple[str, ...]
    day: tuple[str, ...]
    counted: tuple[str, ...]


class NamedDates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/named_dates.toml."""

    holidays: dict[str, Holiday]
    names: dict[str, Name]
    followers: Followers


@cache
def named_dates() -> NamedDates:
    """The word list, read once."""
    return lexicon.load("named_dates", NamedDates)


def days_of(holiday: Holiday, year: int) -> tuple[tuple[date, date], ...]:
    """First and last day of every time the holiday begins in `year`: one, but for Islamic days none to two."""
    if holiday.kind == "islamic":
        return _islamic(holiday, year)
    if holiday.kind == "easter":
        first = _easter(year) + timedelta(days=holiday.offset)
    elif holiday.kind == "nth":
        first = _nth_weekday(year, holiday.month, holiday.weekday, holiday.nth)
    else:
        first = date(year, holiday.month, holiday.day)
    return ((first, first + timedelta(days=holiday.days - 1)),)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, the one after the church's spring full moon."""
    golden = year % 19
    century = year // 100
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    if moon == 29 or (moon == 28 and golden > 10):
        moon -= 1
    full_moon = date(year, 3, 21) + timedelta(days=moon)
    return full_moon + timedelta(days=6 - full_moon.weekday() or 7)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _islamic(holiday: Holiday, year: int) -> tuple[tuple[date, date], ...]:
    """A day wider on both sides: the month begins when the new moon is seen, not when the table says."""
    found = []
    around = (year - 622) * 33 // 32
    for islamic_year in range(max(around - 1, 1), around + 4):
        day_number = (29 * (holiday.month - 1) + holiday.month // 2 + holiday.day
                      + 354 * (islamic_year - 1) + (3 + 11 * islamic_year) // 30)
        first = date.fromordinal(_ISLAMIC_EPOCH + day_number - 1)
        if first.year == year:
            found.append((first - timedelta(days=1), first + timedelta(days=holiday.days)))
    return tuple(found)
