"""Text and publication date -> the intervals of days that the text speaks of.

One rule is one pattern and one resolver. Where rules overlap, the leftmost and then the longest match wins; then
neighbours are joined ("from Monday to Wednesday", "since 3 May"). Everything looks back from the publication date:
news tells what has happened, and a weekday equal to the publication's means that very day. Weeks run from Monday to
Sunday. Without a publication date, relative words stay words. No pattern nests a repetition, so time is linear.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from geo.extract.holidays import Holiday, days_of, named_dates
from geo.records import DateBasis, DatePrecision, Span, When

MONTH_FIRST = frozenset({"US", "PH", "FM", "PW"})
"""Countries (ISO codes) that write 09/10/2019 for 10 September."""

CUE_REACH = 120
"""Code points before a date within which "will" or "plans" makes it a coming one."""

FEW = {"day": (2, 6), "week": (2, 5), "month": (2, 5)}
"""How many "a few" and "several" are, at the least and at the most."""

RECENT_DAYS = {"hour": 1, "day": 7, "week": 28, "month": 92, "year": 1096}
"""How far back "in recent weeks" reaches."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """Words that say when, and what they mean; `when` has no days where that cannot be known from these words."""

    span: Span
    when: When
    future: bool
    """It lies ahead of the publication: something planned, not something that has happened."""
    anchor_offset_days: int | None = None
    """Set for "the previous day" and the like: days to add to what was told just before."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a resolver may look at."""

    published: date | None
    country: str
    ahead: bool
    """The sentence points forward ("will", "plans"): the next such day is meant, not the last."""


@dataclass(frozen=True, slots=True)
class _Days:
    start: date
    end: date
    precision: DatePrecision
    ahead: bool = False
    """Ahead by its own words ("later this week"), even where the interval begins today."""


_Resolver = Callable[[re.Match[str], _Frame], _Days | None]


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    resolve: _Resolver
    """None: not to be known without a publication date. ValueError: no such day, so no date at all."""
    floating: bool = False
    """A weekday or a yearless day: which one is meant depends on where one looks from."""
    name: bool = False
    offset: Callable[[re.Match[str]], int] | None = None


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    rule: _Rule
    match: re.Match[str]
    days: _Days | None


_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

_S = r"(?:[ \t\xa0\u202f]{1,3}|\r?\n)"
_DASH = r"[-\u2010-\u2015/]"
_END = r"(?!\w|-\w)"
_PART = r"(?:the[ ])?(?P<part>(?i:early|mid|middle|late|beginning|start|end))(?:-|[ ]in[ ]|[ ]of[ ]|[ ])"
_MONTH = (r"(?P<month>May|MAY|March|MARCH|August|AUGUST|(?i:january|february|april|june|july|september|october|november"
          r"|december)|(?:Jan|JAN|Feb|FEB|Mar|MAR|Apr|APR|Jun|JUN|Jul|JUL|Aug|AUG|Sept|SEPT|Sep|SEP|Oct|OCT|Nov|NOV"
          r"|Dec|DEC)\b\.?)")
_WEEKDAY = "(?i:" + "|".join(_WEEKDAYS) + ")"
_DAY = r"(?P<day>\d{1,2})(?i:st|nd|rd|th)?"
_YEAR = rf"(?:,?{_S}(?:of{_S})?(?:(?P<year>(?:1[5-9]|20)\d\d)(?![\w%]|[.,]\d)|(?P<which>(?i:last|this|next)){_S}(?i:year)\b)|{_S}?['\u2019](?P<short>\d\d)\b)"
_LEAD_DAY = rf"(?:(?i:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|{'|'.join(_WEEKDAYS)})\b[.,]?{_S}\(?(?:the{_S})?)?"
_COUNT = rf"(?P<n>\d{{1,3}}|(?i:an?|a{_S}couple{_S}of|a{_S}few|several|{'|'.join(_NUMBERS)}))"
_UNIT = r"(?P<unit>(?i:hour|day|week|month|year))s?"
_TIME = rf"(?:{_S}(?i:morning|afternoon|evening|night))?"


def find_dates(text: str, published: date | None, *, country: str = "") -> tuple[FoundDate, ...]:
    """All dates that `text` tells, in order, not overlapping; names with a date in them are left out.

    `country` (ISO code of the publisher) says how 09/10/2019 is read; "" keeps both readings as one interval.
    """
    return tuple(found for found, is_name in _find(text, published, country) if not is_name)


def past_part(when: When, published: date | None) -> When:
    """What of `when` had gone by at publication: where something is told as having happened, the rest cannot count."""
    if published is None or when.start is None or when.end is None or not when.start <= published < when.end:
        return when
    return replace(when, end=published)


def dates_json(article_id: str, text: str, published: date | None, *, country: str = "") -> dict[str, Any]:
    """The answer of `python -m geo dates` for one text; names that speak of a known day ("9/11") are in it."""
    rows = [
        {
            "start": found.span.start,
            "end": found.span.end,
            "phrase": found.when.text,
            "date_start": found.when.start.isoformat() if found.when.start else None,
            "date_end": found.when.end.isoformat() if found.when.end else None,
            "date_precision": found.when.precision.value,
        }
        for found, is_name in _find(text, published, country)
        if not is_name or found.when.start
    ]
    return {"id": article_id, "dates": rows}


def _find(text: str, published: date | None, country: str) -> list[tuple[FoundDate, bool]]:
    hits = _choose(_hits(text, published, country))
    found = []
    at = 0
    while at < len(hits):
        start, end, days, used = _joined(text, hits, at, published, country)
        found.append((_found(text, start, end, days, hits[at], used, published), hits[at].rule.name))
        at += used
    return found


def _found(text: str, start: int, end: int, days: _Days | None, hit: _Hit, used: int, published: date | None) -> FoundDate:
    words = text[start:end]
    offset = hit.rule.offset(hit.match) if hit.rule.offset and used == 1 else None
    if days is None:
        ahead = re.match(r"(?i:next|later|tomorrow|coming)\b", words) is not None or _points_ahead(text, start)
        unknown = When(None, None, DatePrecision.UNKNOWN, DateBasis.EXPRESSION, words)
        return FoundDate(Span(start, end), unknown, ahead and offset is None, offset)
    ahead = days.ahead or (published is not None and days.start > published)
    return FoundDate(Span(start, end), When(days.start, days.end, days.precision, DateBasis.EXPRESSION, words), ahead)


def _hits(text: str, published: date | None, country: str) -> list[_Hit]:
    hits = []
    for rule in _rules():
        for match in rule.pattern.finditer(text):
            start, end = match.span("core")
            frame = _Frame(published, country, rule.floating and _points_ahead(text, start))
            try:
                days = rule.resolve(match, frame)
            except (ValueError, OverflowError):
                continue
            hits.append(_Hit(start, end, rule, match, days))
    return hits


def _choose(hits: list[_Hit]) -> list[_Hit]:
    """Leftmost, then longest, then the earlier rule."""
    chosen: list[_Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if not chosen or hit.start >= chosen[-1].end:
            chosen.append(hit)
    return chosen


# --- joining neighbours ---------------------------------------------------------------------------------------------

_TO = re.compile(rf"(?:{_S}(?i:to|until|till|through)(?:{_S}on)?{_S}(?:the{_S})?|{_S}?[-\u2010-\u2015]{_S}?)")
_AND = re.compile(rf"{_S}and{_S}(?:the{_S})?")
_LIST = re.compile(rf"(?:{_S}(?:and|or|to){_S}|,{_S}|[-\u2010-\u2015])")
_BEFORE = re.compile(rf"\b(?P<word>(?i:from|between|since|week{_S}of|week{_S}beginning|week{_S}starting))"
                     rf"(?:{_S}the)?(?:{_S}(?:early|late))?{_S}$")


def _joined(text: str, hits: list[_Hit], at: int, published: date | None, country: str) -> tuple[int, int, _Days | None, int]:
    """(start, end, days, hits used) of the date that begins with hit `at`, together with its neighbour where it has one."""
    hit = hits[at]
    following = hits[at + 1] if at + 1 < len(hits) else None
    before = _BEFORE.search(text, max(0, hit.start - 24), hit.start)
    word = before["word"].lower() if before else ""
    plain = not (hit.rule.name or hit.rule.offset)
    if following is not None and plain and not (following.rule.name or following.rule.offset):
        glue = text[hit.end:following.start]
        if _TO.fullmatch(glue) or (word == "between" and _AND.fullmatch(glue)):
            start = before.start() if before and word in ("from", "between") else hit.start
            return start, following.end, _range(hit, following, country), 2
        if hit.rule.floating and following.match.groupdict().get("year") and _LIST.fullmatch(glue) and following.days:
            seen_from = _Frame(following.days.start, country, ahead=False)
            return hit.start, hit.end, _retry(hit, seen_from), 1
    if before and plain and word == "since":
        return before.start(), hit.end, _since(hit.days, published), 1
    if before and plain and word.startswith("week") and hit.days and hit.days.precision == DatePrecision.DAY:
        monday = hit.days.start - timedelta(days=hit.days.start.weekday())
        return before.start(), hit.end, _Days(monday, monday + timedelta(days=6), DatePrecision.WEEK), 1
    return hit.start, hit.end, hit.days, 1


def _range(first: _Hit, last: _Hit, country: str) -> _Days | None:
    """From the first day of one to the last of the other; a floating first end is looked for before the last one."""
    if last.days is None:
        return None
    start = _retry(first, _Frame(last.days.start, country, ahead=False)) if first.rule.floating else first.days
    if start is None or start.start > last.days.end:
        return None
    return _Days(start.start, last.days.end, DatePrecision.RANGE)


def _retry(hit: _Hit, frame: _Frame) -> _Days | None:
    try:
        return hit.rule.resolve(hit.match, frame)
    except (ValueError, OverflowError):
        return hit.days


def _since(days: _Days | None, published: date | None) -> _Days | None:
    if days is None or published is None or days.start > published:
        return None
    return _Days(days.start, published, DatePrecision.RANGE)


_CUE = re.compile(r"\b(?:(?P<ahead>will|shall|scheduled|upcoming|is due|are due|was due|due to (?:be|begin|start|take|"
                  r"meet|hold|resume|expire|end|open|arrive)|plans?|planned|planning|expected to|ahead of|is set to|"
                  r"are set to|to be held)|said|says|told|announced|reported|warned|added|confirmed|claimed|was|were|"
                  r"had)\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?;][\s\"'”’]|\n")


def _points_ahead(text: str, start: int) -> bool:
    """Whether the last verb of the sentence before `start` points forward; a verb of telling in between does not."""
    before = text[max(0, start - CUE_REACH):start]
    sentence_start = max((stop.end() for stop in _STOP.finditer(before)), default=0)
    ahead = [cue["ahead"] is not None for cue in _CUE.finditer(before, sentence_start)]
    return bool(ahead) and ahead[-1]


# --- resolvers ------------------------------------------------------------------------------------------------------


def _month_number(name: str) -> int:
    return next(i for i, full in enumerate(_MONTHS, 1) if full.startswith(name.lower().rstrip(".")[:3]))


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _month_back(day: date, months: int) -> tuple[date, date]:
    """First and last day of the month `months` before that of `day`."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1), _last_day(count // 12, count % 12 + 1)


def _day(day: date) -> _Days:
    return _Days(day, day, DatePrecision.DAY)


def _part_of(part: str | None, start: date, end: date, precision: DatePrecision) -> _Days:
    """A third of a month (ten days) or a year (four months); early and late halves of a week share the Thursday."""
    name = {"beginning": "early", "start": "early", "middle": "mid", "end": "late"}.get((part or "").lower(), (part or "").lower())
    if precision == DatePrecision.WEEK:
        first, last = {"early": (0, 2), "mid": (1, 3), "late": (3, 6)}.get(name, (0, 6))
        return _Days(start + timedelta(days=first), start + timedelta(days=last), precision)
    if precision == DatePrecision.MONTH:
        first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, end.day)}.get(name, (1, end.day))
        return _Days(start.replace(day=first), start.replace(day=last), precision)
    first, last = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}.get(name, (1, 12))
    return _Days(date(start.year, first, 1), _last_day(start.year, last), precision)


def _stated_year(match: re.Match[str], frame: _Frame) -> int | None:
    """The year that the words give, by number or as "last year"; None where they give none."""
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("short"):
        return _full_year(int(groups["short"]), frame)
    if groups.get("which") and frame.published:
        return frame.published.year + {"last": -1, "this": 0, "next": 1}[groups["which"].lower()]
    return None


def _full_year(short: int, frame: _Frame) -> int:
    """Two digits: the century that puts it nearest before the publication (or before 2070 where there is none)."""
    newest = frame.published.year + 1 if frame.published else 2069
    return newest - (newest - short) % 100


def _yearless(frame: _Frame, build: Callable[[int], tuple[date, date]]) -> tuple[date, date] | None:
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


def _month_day(match: re.Match[str], frame: _Frame) -> _Days | None:
    month, first = _month_number(match["month"]), int(match["day"])
    last = int(match.groupdict().get("day2") or first)
    if last < first:
        raise ValueError(f"The days {first} to {last} of a month run backwards.")
    date(2000, month, first), date(2000, month, last)
    precision = DatePrecision.DAY if first == last else DatePrecision.RANGE
    year = _stated_year(match, frame)
    if year is not None:
        return _Days(date(year, month, first), date(year, month, last), precision)
    if match["which"]:
        return None
    days = _yearless(frame, lambda y: (date(y, month, first), date(y, month, last)))
    return _Days(*days, precision) if days else None


def _month(match: re.Match[str], frame: _Frame) -> _Days | None:
    month, groups = _month_number(match["month"]), match.groupdict()
    year = _stated_year(match, frame)
    if year is None:
        if groups.get("which") or frame.published is None:
            return None
        near = (groups.get("near") or "").lower()
        if near == "this":
            year = frame.published.year
        else:
            looked_from = replace(frame, ahead=frame.ahead or near == "next")
            if near:  # "last March", told in March, is a year ago; "next March" a year ahead
                month_start = frame.published.replace(day=1)
                shifted = month_start - timedelta(days=1) if near == "last" else _last_day(month_start.year, month_start.month) + timedelta(days=1)
                looked_from = replace(looked_from, published=shifted)
            days = _yearless(looked_from, lambda y: (date(y, month, 1), _last_day(y, month)))
            if days is None:
                return None
            year = days[0].year
    return _part_of(groups.get("part"), date(year, month, 1), _last_day(year, month), DatePrecision.MONTH)


def _year(match: re.Match[str], frame: _Frame) -> _Days:
    year = int(match["year"])
    return _part_of(match.groupdict().get("part"), date(year, 1, 1), date(year, 12, 31), DatePrecision.YEAR)


def _years(match: re.Match[str], frame: _Frame) -> _Days:
    first, second = int(match["year"]), match["year2"]
    last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
    if last <= first:
        raise ValueError(f"The years {first} to {last} run backwards.")
    return _Days(date(first, 1, 1), date(last, 12, 31), DatePrecision.RANGE)


def _decade(match: re.Match[str], frame: _Frame) -> _Days:
    first = int(match["year"])
    start, end = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get((match["part"] or "").lower(), (0, 9))
    return _Days(date(first + start, 1, 1), date(first + end, 12, 31), DatePrecision.RANGE)


def _iso(match: re.Match[str], frame: _Frame) -> _Days:
    return _day(date(int(match["year"]), int(match["month"]), int(match["day"])))


def _numeric(match: re.Match[str], frame: _Frame) -> _Days:
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
    return _Days(min(readings), max(readings), DatePrecision.DAY if len(readings) == 1 else DatePrecision.RANGE)


def _weekday(match: re.Match[str], frame: _Frame) -> _Days | None:
    if frame.published is None:
        return None
    number = _WEEKDAYS.index(match["weekday"].lower())
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
        return _Days(day, day + timedelta(days=1), DatePrecision.RANGE)
    return _day(day)


def _around_today(offset: int, span: int = 0) -> _Resolver:
    """`span` more days after the first; words that only fit an ordinary day."""

    def resolve(match: re.Match[str], frame: _Frame) -> _Days | None:
        if frame.published is None:
            return None
        start = frame.published + timedelta(days=offset)
        return _Days(start, start + timedelta(days=span), DatePrecision.RANGE if span else DatePrecision.DAY)

    return resolve


def _later_today(match: re.Match[str], frame: _Frame) -> _Days | None:
    return _Days(frame.published, frame.published, DatePrecision.DAY, ahead=True) if frame.published else None


def _period(match: re.Match[str], frame: _Frame) -> _Days | None:
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
        (start, end), precision = _month_back(today, -step), DatePrecision.MONTH
    elif unit == "quarter":
        start = _month_back(today, (today.month - 1) % 3 - 3 * step)[0]
        return _Days(start, _month_back(start, -2)[1], DatePrecision.RANGE, ahead=step > 0)
    else:
        start, end, precision = date(today.year + step, 1, 1), date(today.year + step, 12, 31), DatePrecision.YEAR
    if part == "earlier":
        return _Days(start, min(end, max(today, start)), precision)
    if part == "later":
        return _Days(max(start, min(today, end)), end, precision, ahead=step >= 0)
    return replace(_part_of(part, start, end, precision), ahead=step > 0)


def _weekend(today: date, step: int) -> _Days:
    """The weekend under way or just gone; "this" one, told from Monday to Friday, is still to come."""
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    under_way = today.weekday() >= 5
    if step == 0 and not under_way:
        saturday += timedelta(days=7)
    elif step:
        saturday += timedelta(days=7 if step > 0 else (-7 if under_way else 0))
    return _Days(saturday, saturday + timedelta(days=1), DatePrecision.RANGE, ahead=saturday > today)


def _over_weekend(match: re.Match[str], frame: _Frame) -> _Days | None:
    return _weekend(frame.published, 0 if frame.published.weekday() >= 5 else -1) if frame.published else None


def _number(words: str) -> int | None:
    """None for "a few" and "several"."""
    plain = words.lower()
    if plain.isdecimal():
        return int(plain)
    if plain in _NUMBERS:
        return _NUMBERS.index(plain) + 1
    return {"a": 1, "an": 1}.get(plain, 2 if "couple" in plain else None)


def _back(today: date, unit: str, count: int) -> _Days:
    """The day, week, month or year that lies `count` of them before today's, whole."""
    if unit == "day":
        return _day(today - timedelta(days=count))
    if unit == "week":
        start = today - timedelta(days=today.weekday() + 7 * count)
        return _Days(start, start + timedelta(days=6), DatePrecision.WEEK)
    if unit == "month":
        return _Days(*_month_back(today, count), DatePrecision.MONTH)
    return _Days(date(today.year - count, 1, 1), date(today.year - count, 12, 31), DatePrecision.YEAR)


def _ago(match: re.Match[str], frame: _Frame) -> _Days | None:
    today, unit, count = frame.published, match["unit"].lower(), _number(match["n"])
    if today is None:
        return None
    if unit == "hour":
        back = today - timedelta(days=-(-(count or 6) // 24))
        return _Days(back, today, DatePrecision.RANGE)
    if count is None:
        if unit not in FEW:
            return None
        least, most = FEW[unit]
        return _Days(_back(today, unit, most).start, _back(today, unit, least).end, DatePrecision.RANGE)
    return _back(today, unit, count)


def _running(match: re.Match[str], frame: _Frame) -> _Days | None:
    """The last so many days up to publication ("in the past two weeks", "in recent months")."""
    today, unit, words = frame.published, match["unit"].lower(), match.groupdict().get("n")
    if today is None:
        return None
    count = _number(words) if words else None
    if count is None:
        days = RECENT_DAYS[unit] if match["recent"] or words else {"hour": 1, "day": 1, "week": 7, "month": 31, "year": 365}[unit]
        return _Days(today - timedelta(days=days), today, DatePrecision.RANGE)
    if unit == "hour":
        return _Days(today - timedelta(days=-(-count // 24)), today, DatePrecision.RANGE)
    if unit in ("day", "week"):
        return _Days(today - timedelta(days=count * (7 if unit == "week" else 1)), today, DatePrecision.RANGE)
    month = _month_back(today, count * (12 if unit == "year" else 1))
    return _Days(month[0].replace(day=min(today.day, month[1].day)), today, DatePrecision.RANGE)


def _from_now(match: re.Match[str], frame: _Frame) -> _Days | None:
    count = _number(match["n"])
    if frame.published is None or count is None or match["unit"].lower() == "hour":
        return None
    return replace(_back(frame.published, match["unit"].lower(), -count), ahead=True)


def _season(match: re.Match[str], frame: _Frame) -> _Days | None:
    """Northern seasons of three whole months; a winter carries the year in which it begins."""
    month = _SEASONS[match["season"].lower()]

    def build(year: int) -> tuple[date, date]:
        return date(year, month, 1), _last_day(year + (month + 2) // 13, (month + 1) % 12 + 1)

    near, year = (match["near"] or "").lower(), _stated_year(match, frame)
    if year is None and (match["which"] or frame.published is None):
        return None
    if year is not None:
        days: tuple[date, date] | None = build(year)
    elif near in ("last", "past"):
        days = next(d for d in (build(frame.published.year - back) for back in range(3)) if d[1] < frame.published)  # type: ignore[union-attr, operator]
    else:
        days = _yearless(replace(frame, ahead=frame.ahead or near == "next"), build)
    if days is None:
        return None
    part = (match["part"] or "").lower()
    if part in ("early", "late", "mid", "beginning", "start", "middle", "end"):
        index = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1}.get(part, 2)
        middle = _month_back(days[0], -index)
        days = middle
    return _Days(*days, DatePrecision.RANGE)


def _holiday(match: re.Match[str], frame: _Frame) -> _Days | None:
    holiday = _holidays()[_plain(match["holiday"])]
    year = _stated_year(match, frame)
    precision = DatePrecision.DAY if holiday.kind != "islamic" and holiday.days == 1 else DatePrecision.RANGE
    if holiday.countries and frame.country not in holiday.countries:
        raise ValueError(f"{match['holiday']} is another day in {frame.country or 'every country'}.")
    if year is not None:
        times = days_of(holiday, year)
        return _Days(*times[0], precision) if times else None
    if frame.published is None or match["which"]:
        return None
    ahead = frame.ahead or (match["near"] or "").lower() == "next"
    around = [t for y in range(frame.published.year - 2, frame.published.year + 3) for t in days_of(holiday, y)]
    if ahead:
        return next((_Days(*t, precision) for t in around if t[1] >= frame.published), None)
    return next((_Days(*t, precision) for t in reversed(around) if t[0] <= frame.published), None)


def _day_of_month(match: re.Match[str], frame: _Frame) -> _Days | None:
    if frame.published is None:
        return None
    number, which = int(match["day"]), (match["which"] or "").lower()
    back = 1 if which == "last" or (not which and number > frame.published.day) else 0
    return _day(_month_back(frame.published, back)[0].replace(day=number))


def _nothing(match: re.Match[str], frame: _Frame) -> None:
    """Needs an anchor that only the events can give, or is a name without a day."""


def _offset(match: re.Match[str]) -> int:
    count = _number(match["n"]) if match["n"] else 1
    words = match["core"].lower()
    if "same" in words or words.startswith("that"):
        return 0
    return (count or 3) * (-1 if re.search("previous|before|earlier|prior", words) else 1)


# --- rules ----------------------------------------------------------------------------------------------------------


def _plain(name: str) -> str:
    return " ".join(name.replace("’", "'").lower().split())


@cache
def _holidays() -> dict[str, Holiday]:
    return {_plain(name): holiday for name, holiday in named_dates().holidays.items()}


def _words(forms: tuple[str, ...]) -> str:
    """An alternation of plain words, longest first, with our kind of space and either apostrophe."""
    return "|".join(re.escape(form).replace(r"\ ", _S).replace("'", "['’]") for form in sorted(forms, key=lambda f: (-len(f), f)))


def _rule(pattern: str, resolve: _Resolver, **more: Any) -> _Rule:
    return _Rule(re.compile(pattern), resolve, **more)


@cache
def _rules() -> tuple[_Rule, ...]:
    return (*_name_rules(), *_calendar_rules(), *_month_rules(), *_relative_rules(), *_holiday_rules())


def _name_rules() -> tuple[_Rule, ...]:
    rules = []
    for name in named_dates().names.values():
        tail = f"(?:{_S}(?:{_words(name.tails)})){'' if name.tail_needed else '?'}" if name.tails else ""
        day = date.fromisoformat(name.day) if name.day else None

        def resolve(match: re.Match[str], frame: _Frame, day: date | None = day) -> _Days | None:
            return _day(day) if day else None

        rules.append(_rule(rf"(?<![\w/])(?P<core>(?i:{_words(name.heads)}){tail})(?![\w/])", resolve, name=True))
    follow = named_dates().followers
    day_name = rf"{_MONTH}{_S}\d{{1,2}}(?:th|st|nd|rd)?|\d{{1,2}}(?:th|st|nd|rd)?{_S}{_MONTH.replace('month', 'month2')}"
    rules.append(_rule(rf"\b(?P<core>(?:{day_name}){_S}(?:[A-Z][a-z]+{_S})?(?:{_words(follow.day)}))\b", _nothing, name=True))
    rules.append(_rule(rf"\b(?P<core>(?:{_WEEKDAY}){_S}(?:{_words(follow.weekday)}))\b", _nothing, name=True))
    return tuple(rules)


def _calendar_rules() -> tuple[_Rule, ...]:
    no_count = rf"(?!{_S}(?:{_words(named_dates().followers.counted)})\b)"
    year = rf"(?P<year>(?:1[5-9]|20)\d\d){_END}(?![.,/]\d|%|{_S}?(?:per{_S}?cent)){no_count}"
    return (
        _rule(r"(?<![\w/.-])(?P<core>(?P<year>\d{4})(?P<sep>[-/])(?P<month>\d{2})(?P=sep)(?P<day>\d{2}))(?![\d/-])", _iso),
        _rule(r"(?<![\w/.-])(?P<core>(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d\d))(?![\w/-]|\.\d)", _numeric),
        _rule(r"(?<![\w/.-])(?P<core>(?P<a>\d{1,2})(?P<sep>/)(?P<b>\d{1,2})/(?P<year>\d\d))(?![\w/-]|\.\d)", _numeric),
        _rule(rf"\b(?i:in|since|by|until|till|during|before|after|of|from|around|throughout|through|late|early|mid){_S}"
              rf"(?P<core>{year})", _year),
        _rule(rf"\b(?P<core>{_PART}{year})", _year),
        _rule(rf"\b(?i:the|a|an|his|her|its|their){_S}(?P<core>{year})(?={_S}[a-z]|['’]s)", _year),
        _rule(rf"\b(?i:from|between|in|of|during){_S}(?P<core>(?P<year>(?:19|20)\d\d)(?:{_DASH}|{_S}(?i:to|and|until|through){_S})"
              rf"(?P<year2>(?:19|20)\d\d|\d\d))(?![\w%]|[.,/-]\d){no_count}", _years),
        _rule(rf"\b(?P<core>(?:(?P<part>(?i:early|mid|late))[- ](?:the{_S})?)?(?P<year>(?:1[89]|20)\d0)['’]?s)\b", _decade),
        _rule(rf"(?<![\w-])(?<!every )(?<!each )(?<!Every )(?<!Each )(?P<core>(?:(?P<over>(?i:overnight)){_S}(?:on{_S}|into{_S})?"
              rf"|(?P<near>(?i:last|past|this|next|coming)){_S}|(?i:early|late|midday|noon){_S}(?:on{_S})?)?(?P<weekday>{_WEEKDAY}){_TIME}"
              rf"(?:{_S}(?:of{_S})?(?P<week>(?i:last|previous|this|next)){_S}(?i:week)\b)?)(?!\w)(?!-[A-Z])", _weekday, floating=True),
    )


def _month_rules() -> tuple[_Rule, ...]:
    no_count = rf"(?!{_S}(?:{_words(named_dates().followers.counted)})\b)"
    day_end = rf"(?![\w:%]|[.,]\d){no_count}"
    to = rf"(?:{_S}?{_DASH}{_S}?|{_S}(?i:to|until|through|and|or){_S}(?:the{_S})?)"
    day2 = r"(?P<day2>\d{1,2})(?i:st|nd|rd|th)?"
    clear = r"(?i:january|february|april|june|july|september|october|november|december)"
    return (
        _rule(rf"(?<![\w.,/-])(?P<core>{_LEAD_DAY}{_DAY}{_S}(?:of{_S})?{_MONTH}(?!\w){_YEAR}?)(?!\w|-\d)", _month_day, floating=True),
        _rule(rf"(?<![\w.,/-])(?P<core>{_DAY}{to}{day2}{_S}(?:of{_S})?{_MONTH}(?!\w){_YEAR}?)(?!\w|-\d)", _month_day, floating=True),
        _rule(rf"(?<!\w)(?P<core>{_LEAD_DAY}{_MONTH}{_S}(?:the{_S})?{_DAY}{day_end}{_YEAR}?)", _month_day, floating=True),
        _rule(rf"(?<!\w)(?P<core>{_MONTH}{_S}{_DAY}{to}{day2}{day_end}{_YEAR}?)", _month_day, floating=True),
        _rule(rf"(?<![\w.,/-])(?P<core>(?P<day>\d{{1,2}}){_S}(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
              rf"{_S}(?P<short>\d\d)(?P<year>)(?P<which>))(?![\w.,]\d|\w)", _month_day),
        _rule(rf"(?<!\w)(?P<core>(?:{_PART})?{_MONTH}(?!\w){_YEAR})", _month),
        _rule(rf"\b(?i:in|since|during|until|till|throughout){_S}(?:the{_S}month{_S}of{_S})?(?P<core>{_MONTH})(?!\w|-\w|{_S}\d|['’]s)", _month, floating=True),
        _rule(rf"(?<![\w-])(?P<core>(?:{_PART}|(?P<near>(?i:last|this|next|past)){_S}){_MONTH})(?!\w|-\w|{_S}\d)", _month, floating=True),
        _rule(rf"\b(?i:from|between){_S}(?P<core>{_MONTH})(?={_S}(?i:to|until|till|through|and){_S}(?i:{'|'.join(_MONTHS)})\b)", _month, floating=True),
        _rule(rf"\b(?i:to|until|till|through|and){_S}(?P<core>(?P<month>{clear}))(?!\w|-\w|{_S}\d)", _month, floating=True),
        _rule(rf"\b(?i:by|of|for|before|after|around|the|an?){_S}(?P<core>(?P<month>{clear}))(?!\w|-\w|{_S}\d|{_S}[A-Z])", _month, floating=True),
        _rule(rf"\b(?P<core>(?P<month>{clear}))(?=['’]s\b)", _month, floating=True),
        _rule(rf"\bon{_S}(?P<core>the{_S}(?P<day>\d{{1,2}})(?:st|nd|rd|th)(?:{_S}of{_S}(?P<which>last|this){_S}month)?)(?=[.,;:)]|{_S}?$)", _day_of_month),
    )


def _relative_rules() -> tuple[_Rule, ...]:
    near = r"(?P<near>(?i:last|this|next|coming|current))"
    unit = r"(?P<unit>(?i:weekend|week|month|quarter|year))"
    part = (rf"(?:(?:the{_S})?(?P<part>(?i:earlier|later|early|late|mid|middle|beginning|start|end))"
            rf"(?:-|{_S}(?:in{_S}|of{_S})?))?")
    over = r"\b(?i:in|over|during|for|within|throughout|of)"
    return (
        _rule(rf"\b(?P<core>(?:(?i:earlier){_S})?(?i:today)|(?i:tonight)|(?:(?i:earlier|early|late){_S})?(?i:this){_S}(?i:morning|afternoon|evening))\b", _around_today(0)),
        _rule(rf"\b(?P<core>(?i:later){_S}(?i:today|this{_S}(?:morning|afternoon|evening)))\b", _later_today),
        _rule(rf"\b(?P<core>(?:(?i:early|late){_S})?(?i:yesterday){_TIME}|(?i:last){_S}(?i:night))\b", _around_today(-1)),
        _rule(rf"\b(?P<core>(?i:the){_S}(?i:day){_S}(?i:before){_S}(?i:yesterday))\b", _around_today(-2)),
        _rule(rf"\b(?P<core>(?:(?i:early|late){_S})?(?i:tomorrow){_TIME})\b", _around_today(1)),
        _rule(rf"\b(?P<core>(?i:the){_S}(?i:day){_S}(?i:after){_S}(?i:tomorrow))\b", _around_today(2)),
        _rule(r"(?<![\w-])(?P<core>(?i:overnight))(?![\w-])", _around_today(-1, 1)),
        # Some sites print "Timeslast month": a lost space before a word that no English word ends in.
        _rule(rf"(?<![A-Za-z0-9_-])(?P<core>{part}{near}{_S}{unit})\b", _period),
        _rule(rf"(?<=[a-z]s)(?P<core>(?P<part>)(?P<near>last){_S}{unit})\b", _period),
        _rule(rf"\b(?i:over|at|during|on){_S}(?P<core>(?i:the){_S}(?i:weekend))\b", _over_weekend),
        _rule(rf"(?<![\w-])(?P<core>{_COUNT}{_S}{_UNIT}{_S}(?i:ago))\b", _ago),
        _rule(rf"{over}{_S}(?P<core>(?:the{_S})?(?i:last|past){_S}(?P<recent>)(?:{_COUNT}{_S})?{_UNIT})\b", _running),
        _rule(rf"\b(?P<core>(?i:recent)(?P<recent>){_S}(?P<n>){_UNIT})(?<=s)\b", _recent),
        _rule(rf"\bin{_S}(?P<core>{_COUNT}{_S}{_UNIT}['’]?{_S}time)\b", _from_now),
        _rule(rf"(?<![\w-])(?P<core>{_COUNT}{_S}{_UNIT}{_S}from{_S}now)\b", _from_now),
        _rule(rf"(?<![\w-])(?P<core>(?:{_COUNT}){_S}(?i:days?){_S}(?i:earlier|later|before|afterwards))(?=[.,;:)\n]|{_S}|$)", _nothing, offset=_offset),
        _rule(rf"\b(?P<core>(?i:the){_S}(?i:previous|following|next|same|preceding){_S}(?:day|night|morning|evening|afternoon)(?P<n>))\b", _nothing, offset=_offset),
        _rule(rf"\b(?P<core>(?i:the){_S}(?i:day){_S}(?:before|after|prior)(?P<n>))(?=[.,;:)\n]|$)", _nothing, offset=_offset),
        _rule(rf"\b(?:(?i:on|later|earlier){_S})(?P<core>that{_S}(?:same{_S})?(?:day|night|morning|evening|afternoon)(?P<n>))\b", _nothing, offset=_offset),
    )


def _recent(match: re.Match[str], frame: _Frame) -> _Days | None:
    if frame.published is None:
        return None
    return _Days(frame.published - timedelta(days=RECENT_DAYS[match["unit"].lower()]), frame.published, DatePrecision.RANGE)


def _holiday_rules() -> tuple[_Rule, ...]:
    near = rf"(?:(?P<near>(?i:last|past|this|next)){_S})?"
    table = named_dates().holidays
    sure = _words(tuple(name for name, holiday in table.items() if not holiday.surname))
    unsure = _words(tuple(name for name, holiday in table.items() if holiday.surname))
    seasons = "|".join(_SEASONS)
    return (
        _rule(rf"(?<!\w)(?P<core>{near}(?P<holiday>{sure}){_YEAR}?)(?![\w-])", _holiday, floating=True),
        _rule(rf"\b(?i:during|in|of|since|before|after|for|this|last|next){_S}(?P<core>{near}(?P<holiday>{unsure}){_YEAR}?)(?![\w-])", _holiday, floating=True),
        _rule(rf"\b(?P<core>(?:(?P<part>(?i:early|mid|late))(?:-|{_S}))?(?P<near>(?i:last|past|this|next)){_S}(?P<season>(?i:{seasons}))(?P<year>)(?P<which>)(?P<short>))\b", _season, floating=True),
        _rule(rf"(?<![\w-])(?P<near>)(?P<core>(?:(?P<part>(?i:early|mid|late))(?:-|{_S}))?(?P<season>(?i:{seasons})){_YEAR})", _season),
        _rule(rf"\b(?i:in|since|during){_S}(?P<near>)(?:the{_S})?(?:(?P<part>(?i:early|mid|late))(?:-|{_S}))?(?P<core>(?P<season>spring|summer|autumn|winter))(?P<year>)(?P<which>)(?P<short>)(?![\w-]|{_S}of\b)", _season, floating=True),
    )
