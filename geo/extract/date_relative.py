"""What dates mean that are told from where one stands: "on Tuesday", "last week", "two months ago".

Days, seen from the publication; None without one. Weeks run from Monday to Sunday; "a year ago" is a calendar year.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from geo.extract.date_sense import WEEKDAYS, Days, Frame, Resolver, month_back, one_day, part_of
from geo.records import DatePrecision

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FEW = {"day": (2, 6), "week": (2, 5), "month": (2, 5)}
"""How many "a few" and "several" are, at the least and at the most."""
RECENT_DAYS = {"hour": 1, "day": 7, "week": 28, "month": 92, "year": 1096}
"""How far back "in recent weeks" reaches."""


def weekday(match: re.Match[str], frame: Frame) -> Days | None:
    if frame.published is None:
        return None
    number = WEEKDAYS.index(match["weekday"].lower())
    near, week = (match["near"] or "").lower(), (match["week"] or "").lower()
    monday = frame.published - timedelta(days=frame.published.weekday())
    back = (frame.published.weekday() - number) % 7
    if week:
        day = monday + timedelta(days=number + {"last": -7, "previous": -7, "this": 0, "next": 7}[week])
    elif near == "this":
        day = monday + timedelta(days=number)
    elif near in ("next", "coming") or (frame.ahead and back and near not in ("last", "past")):
        day = frame.published + timedelta(days=7 - back)
    else:
        day = frame.published - timedelta(days=back or (7 if near in ("last", "past") else 0))
    if match["over"]:
        return Days(day, day + timedelta(days=1), DatePrecision.RANGE)
    return one_day(day)


def around_today(offset: int, span: int = 0) -> Resolver:
    """`span` more days after the first; words that only fit an ordinary day."""

    def resolve(match: re.Match[str], frame: Frame) -> Days | None:
        if frame.published is None:
            return None
        start = frame.published + timedelta(days=offset)
        return Days(start, start + timedelta(days=span), DatePrecision.RANGE if span else DatePrecision.DAY)

    return resolve


def later_today(match: re.Match[str], frame: Frame) -> Days | None:
    return Days(frame.published, frame.published, DatePrecision.DAY, ahead=True) if frame.published else None


def period(match: re.Match[str], frame: Frame) -> Days | None:
    """this / last / next week, month, year, quarter or weekend, or an early, late, earlier or later part of it."""
    today = frame.published
    if today is None:
        return None
    unit, part = match["unit"].lower(), (match["part"] or "").lower()
    step = {"last": -1, "next": 1, "coming": 1}.get(match["near"].lower(), 0)
    monday = today - timedelta(days=today.weekday())
    if unit == "weekend":
        return _weekend(today, step)
    if unit == "week":
        start, precision = monday + timedelta(days=7 * step), DatePrecision.WEEK
        end = start + timedelta(days=6)
    elif unit == "month":
        (start, end), precision = month_back(today, -step), DatePrecision.MONTH
    elif unit == "quarter":
        start = month_back(today, (today.month - 1) % 3 - 3 * step)[0]
        return Days(start, month_back(start, -2)[1], DatePrecision.RANGE, ahead=step > 0)
    else:
        start, end, precision = date(today.year + step, 1, 1), date(today.year + step, 12, 31), DatePrecision.YEAR
    if part == "earlier":
        return Days(start, min(end, max(today, start)), precision)
    if part == "later":
        return Days(max(start, min(today, end)), end, precision, ahead=step >= 0)
    return replace(part_of(part, start, end, precision), ahead=step > 0)


def _weekend(today: date, step: int) -> Days:
    """The weekend under way or just gone; "this" one, told from Monday to Friday, is still to come."""
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    under_way = today.weekday() >= 5
    if step == 0 and not under_way:
        saturday += timedelta(days=7)
    elif step:
        saturday += timedelta(days=7 if step > 0 else (-7 if under_way else 0))
    return Days(saturday, saturday + timedelta(days=1), DatePrecision.RANGE, ahead=saturday > today)


def over_weekend(match: re.Match[str], frame: Frame) -> Days | None:
    return _weekend(frame.published, 0 if frame.published.weekday() >= 5 else -1) if frame.published else None


def _number(words: str) -> int | None:
    """None for "a few" and "several"."""
    plain = words.lower()
    if plain.isdecimal():
        return int(plain)
    if plain in NUMBERS:
        return NUMBERS.index(plain) + 1
    return {"a": 1, "an": 1}.get(plain, 2 if "couple" in plain else None)


def _back(today: date, unit: str, count: int) -> Days:
    """The day, week, month or year that lies `count` of them before today's, whole."""
    if unit == "day":
        return one_day(today - timedelta(days=count))
    if unit == "week":
        start = today - timedelta(days=today.weekday() + 7 * count)
        return Days(start, start + timedelta(days=6), DatePrecision.WEEK)
    if unit == "month":
        return Days(*month_back(today, count), DatePrecision.MONTH)
    return Days(date(today.year - count, 1, 1), date(today.year - count, 12, 31), DatePrecision.YEAR)


def ago(match: re.Match[str], frame: Frame) -> Days | None:
    today, unit, count = frame.published, match["unit"].lower(), _number(match["n"])
    if today is None:
        return None
    if unit == "hour":
        back = today - timedelta(days=-(-(count or 6) // 24))
        return Days(back, today, DatePrecision.RANGE)
    if count is None:
        if unit not in FEW:
            return None
        least, most = FEW[unit]
        return Days(_back(today, unit, most).start, _back(today, unit, least).end, DatePrecision.RANGE)
    return _back(today, unit, count)


def running(match: re.Match[str], frame: Frame) -> Days | None:
    """The last so many days up to publication ("in the past two weeks", "over the last month")."""
    today, unit = frame.published, match["unit"].lower()
    if today is None:
        return None
    count = _number(match["n"]) if match["n"] else 1
    if count is None:
        return Days(today - timedelta(days=RECENT_DAYS[unit]), today, DatePrecision.RANGE)
    if unit == "hour":
        return Days(today - timedelta(days=-(-count // 24)), today, DatePrecision.RANGE)
    if unit in ("day", "week"):
        return Days(today - timedelta(days=count * (7 if unit == "week" else 1)), today, DatePrecision.RANGE)
    first, last = month_back(today, count * (12 if unit == "year" else 1))
    return Days(first.replace(day=min(today.day, last.day)), today, DatePrecision.RANGE)


def recent(match: re.Match[str], frame: Frame) -> Days | None:
    """ "In recent weeks": as far back as RECENT_DAYS says."""
    if frame.published is None:
        return None
    back = timedelta(days=RECENT_DAYS[match["unit"].lower()])
    return Days(frame.published - back, frame.published, DatePrecision.RANGE)


def from_now(match: re.Match[str], frame: Frame) -> Days | None:
    count = _number(match["n"])
    if frame.published is None or count is None or match["unit"].lower() == "hour":
        return None
    return replace(_back(frame.published, match["unit"].lower(), -count), ahead=True)


def day_of_month(match: re.Match[str], frame: Frame) -> Days | None:
    if frame.published is None:
        return None
    number, which = int(match["day"]), (match["which"] or "").lower()
    back = 1 if which == "last" or (not which and number > frame.published.day) else 0
    return one_day(month_back(frame.published, back)[0].replace(day=number))


def offset(match: re.Match[str]) -> int:
    count = _number(match["n"]) if match["n"] else 1
    words = match["core"].lower()
    if "same" in words or words.startswith("that"):
        return 0
    return (count or 3) * (-1 if re.search("previous|before|earlier|prior", words) else 1)
