"""A day as a table, a header or a tag states it -> a date. What can be read in two ways is refused, not guessed."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from geo.records import BadInput

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_TIME = r"(?:,?[ T]+(?:at )?\d{1,2}[:.]\d\d.{0,40})?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? +)?"
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_NAMED = tuple(
    re.compile(rf"{_WEEKDAY}{form},?[ -]+(?P<year>\d{{4}}){_TIME}", re.I)
    for form in (rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]+(?:of )?{_MONTH}",
                 rf"{_MONTH} +(?P<day>\d{{1,2}})(?:st|nd|rd|th)?")
)  # fmt: skip
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.]?)(\d{{1,2}})\2(\d{{1,2}})(?:\d{{6}}|{_TIME})", re.I)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){_TIME}", re.I)
_SECONDS = re.compile(r"[1-9]\d{9}(?:\d{3})?")
_SLASHES = re.compile(rf"(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.I)


def day_of(value: str) -> date:
    """The day of an ISO or e-mail time, of a day with its month as a word, or in figures where these leave no doubt.

    The day is as stated, in the time zone it is stated in. BadInput names a value that is none of these.
    """
    stated = value.strip()[:100]
    for read in (_figures, _iso, _named, _mail):
        try:
            if (found := read(stated)) is not None:
                return found
        except BadInput:
            raise
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    raise BadInput(f"The date {value[:40]!r} is not a day; write it as YYYY-MM-DD.")


def _iso(stated: str) -> date | None:
    return datetime.fromisoformat(stated).date()


def _named(stated: str) -> date | None:
    for pattern in _NAMED:
        if match := pattern.fullmatch(stated):
            return date(int(match["year"]), MONTHS.index(match["month"].lower()) + 1, int(match["day"]))
    return None


def _figures(stated: str) -> date | None:
    """2019/09/11, 20190911 and 11.09.2019; 25/09/2019 and 09/25/2019, but not 09/11/2019; seconds since 1970."""
    if _SECONDS.fullmatch(stated):
        return datetime.fromtimestamp(int(stated[:10]), UTC).date()
    if match := _YEAR_FIRST.fullmatch(stated):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := _DAY_FIRST.fullmatch(stated):
        return date(int(match[3]), int(match[2]), int(match[1]))
    if match := _SLASHES.fullmatch(stated):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        if one == other or one > 12 or other > 12:
            return date(year, *((one, other) if other > 12 else (other, one)))
        raise BadInput(f"The date {stated[:40]!r} can be read in two ways; write it as YYYY-MM-DD.")
    return None


def _mail(stated: str) -> date | None:
    return parsedate_to_datetime(stated).date()
