"""The patterns of dates, each with the resolver that says which days it means. A blank stands for any one space.

`core` is the expression; words outside it ("in", "on") only let it be recognised. Case does not matter save where
(?-i:…) says so: "may", "march" and "august" are words, "May said" is no date, and "Sunday Times" is a paper.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from re import Match, Pattern

from geo.extract import date_relative as relative
from geo.extract import date_sense as sense
from geo.extract.date_sense import Days, Frame, Resolver
from geo.extract.figures import any_of, spaced
from geo.extract.holidays import named_dates


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of expression."""

    pattern: Pattern[str]
    resolve: Resolver
    floating: bool = False
    """A weekday or a yearless day: which one is meant depends on where one looks from."""
    name: bool = False
    """A name with a date in it ("9/11"), not a date that is told."""
    offset: Callable[[Match[str]], int] | None = None
    """Days from what was told just before ("the previous day")."""


_MONTHS = any_of(sense.MONTHS)
_WEEKDAYS = any_of(sense.WEEKDAYS)
_SEASONS = any_of(sense.SEASONS)
_CLEAR = any_of(set(sense.MONTHS) - {"march", "may", "august"})
"""Months that are no other word."""

_MONTH = (r"(?P<month>(?-i:May|MAY|March|MARCH|August|AUGUST)|" + _CLEAR + r"|(?-i:Jan|JAN|Feb|FEB|Mar|MAR|Apr|APR|"
          r"Jun|JUN|Jul|JUL|Aug|AUG|Sept|SEPT|Sep|SEP|Oct|OCT|Nov|NOV|Dec|DEC)\b\.?)")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DAY2 = r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY_FIRST = rf"(?:(?:mon|tues?|wed|thu|thurs?|fri|sat|sun|{_WEEKDAYS})\b[.,]? \(?(?:the )?)?"
_YEAR = (r"(?:,? (?:of )?(?:(?P<year>(?:1[5-9]|20)\d\d)(?!(?-i:[a-z\d_%])|[.,]\d)|(?P<which>last|this|next) year\b)"
         r"| ?['\u2019](?P<short>\d\d)\b)")
_NO_YEAR = r"(?P<year>)(?P<which>)(?P<short>)"
_PART = r"(?:the )?(?P<part>early|mid|middle|late|beginning|start|end)(?:-| in | of | )"
_COUNT = rf"(?P<n>\d{{1,3}}|an?|a couple of|a few|several|{any_of(relative.NUMBERS)})"
_UNIT = r"(?P<unit>hour|day|week|month|year)s?"
_TIME = r"(?: (?:morning|afternoon|evening|night))?"
_PAPER = r"(?<![A-Za-z]\x20)"
""""World News Tonight", "USA Today": a capital behind another word makes it a title."""


@cache
def rules() -> tuple[Rule, ...]:
    """All of them; where two match the same words, the earlier holds."""
    return (*_names(), *_numbers(), *_days(), *_weekdays(), *_weeks_and_quarters(), *_months(), *_years(),
            *_relative(), *_running(), *_anchored(), *_seasons(), *_holidays())


def _names() -> list[Rule]:
    found = []
    for name in named_dates().names.values():
        tail = f"(?: (?:{any_of(name.tails)})){'' if name.tail_needed else '?'}" if name.tails else ""
        words = rf"(?<![\w/])(?P<core>(?:{any_of(name.heads)}){tail})(?![\w/])"
        found.append(Rule(spaced(words), _named(name.day), name=True))
    follow = named_dates().followers
    place = rf"(?-i:(?: [A-Z][a-z]{{1,20}})? (?:{any_of(follow.day)}))\b"
    ordinal = r"\d{1,2}(?:th|st|nd|rd)?"
    found += [
        Rule(spaced(rf"(?<!\w)(?P<core>{_MONTH} {ordinal}{place})"), sense.nothing, name=True),
        Rule(spaced(rf"(?<!\w)(?P<core>{ordinal} {_MONTH}{place})"), sense.nothing, name=True),
        Rule(spaced(rf"\b(?P<core>(?:{_WEEKDAYS}) (?-i:{any_of(follow.weekday)}))\b"), sense.nothing, name=True),
    ]
    return found


def _named(day: str) -> Resolver:
    known = date.fromisoformat(day) if day else None

    def resolve(match: Match[str], frame: Frame) -> Days | None:
        return sense.one_day(known) if known else None

    return resolve


def _not_counted() -> str:
    """In "In May 20 people were killed" and "in 2000 villages" the number counts what comes behind it."""
    return rf"(?! (?:{any_of(named_dates().followers.counted)})\b)"


def _numbers() -> list[Rule]:
    alone, done = r"(?<![\w/.-])", r"(?![\w/-]|\.\d)"
    iso = r"(?P<year>\d{4})(?P<sep>[-/])(?P<month>\d\d)(?P=sep)(?P<day>\d\d)"
    full = r"(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d\d)"
    short = r"(?P<a>\d{1,2})(?P<sep>/)(?P<b>\d{1,2})/(?P<year>\d\d)"
    return [
        Rule(spaced(rf"{alone}(?P<core>{iso})(?![\d/-])"), sense.iso),
        Rule(spaced(rf"{alone}(?P<core>{full}){done}"), sense.numeric),
        Rule(spaced(rf"{alone}(?P<core>{short}){done}"), sense.numeric),
    ]


def _days() -> list[Rule]:
    end = rf"(?![\w:%]|[.,]\d){_not_counted()}"
    to = r"(?: ?[-\u2010-\u2015/] ?| (?:to|until|through|and|or) (?:the )?)"
    alone, done = r"(?<![\w.,/-])", r"(?!\w|-\d)"
    capitals = any_of(month[:3].upper() for month in sense.MONTHS)
    patterns = (
        rf"{alone}(?P<core>{_WEEKDAY_FIRST}{_DAY} (?:of )?{_MONTH}(?!\w){_YEAR}?){done}",
        rf"{alone}(?P<core>{_DAY}{to}{_DAY2} (?:of )?{_MONTH}(?!\w){_YEAR}?){done}",
        rf"(?<!\w)(?P<core>{_WEEKDAY_FIRST}{_MONTH} (?:the )?{_DAY}{end}{_YEAR}?)",
        rf"(?<!\w)(?P<core>{_MONTH} {_DAY}{to}{_DAY2}{end}{_YEAR}?)",
        # Old wires: "3 JAN 90". A longer month is not read so: "11 December 30 people".
        rf"{alone}(?P<core>(?P<day>\d{{1,2}}) (?P<month>(?-i:{capitals})) (?P<short>\d\d)(?P<year>)(?P<which>))"
        r"(?!\w|[.,]\d)",
    )
    found = [Rule(spaced(pattern), sense.month_day, floating=True) for pattern in patterns]
    the_tenth = r"\bon (?P<core>the (?P<day>\d{1,2})(?:st|nd|rd|th)(?: of (?P<which>last|this) month)?)(?=[.,;:)]|$)"
    return [*found, Rule(spaced(the_tenth), relative.day_of_month)]


def _weekdays() -> list[Rule]:
    never = "".join(rf"(?<!{word}\x20)" for word in ("every", "each"))
    lead = (r"(?:(?P<over>overnight) (?:on |into )?|(?P<near>last|past|this|next|coming) |"
            r"(?:early|late|midday|noon) (?:on )?)?")
    week = r"(?: (?:of )?(?P<week>last|this|next) week\b)?"
    words = rf"(?<![\w-]){never}(?P<core>{lead}(?P<weekday>{_WEEKDAYS}){_TIME}{week})(?!\w)(?!-(?-i:[A-Z]))"
    return [Rule(spaced(words), relative.weekday, floating=True)]


def _months() -> list[Rule]:
    done = r"(?!\w|-\w| \d)"
    patterns = (
        rf"\b(?:in|since|during|until|till|throughout) (?:the month of )?(?P<core>{_MONTH})(?!\w|-\w|['’]s)"
        rf"(?! \d{{1,4}}\b{_not_counted()})",
        rf"(?<![\w-])(?P<core>(?:{_PART}|(?P<near>last|this|next|past) ){_MONTH}){done}",
        rf"\b(?:from|between) (?P<core>{_MONTH})(?= (?:to|until|till|through|and) (?:{_MONTHS})\b)",
        rf"\b(?:to|until|till|through|and) (?P<core>(?P<month>{_CLEAR})){done}",
        rf"\b(?:by|of|for|before|after|around|the|an?) (?P<core>(?P<month>{_CLEAR}))(?!\w|-\w| \d| (?-i:[A-Z]))",
        rf"\b(?P<core>(?P<month>{_CLEAR}))(?=['’]s\b)",
    )
    found = [Rule(spaced(pattern), sense.month, floating=True) for pattern in patterns]
    return [Rule(spaced(rf"(?<!\w)(?P<core>(?:{_PART})?{_MONTH}(?!\w){_YEAR})"), sense.month), *found]


def _weeks_and_quarters() -> list[Rule]:
    nth = r"(?P<nth>first|second|third|fourth|last)"
    week = rf"(?P<core>(?:the )?{nth} week (?:of|in) {_MONTH}(?!\w){_YEAR}?)(?!\w|-\w| \d)"
    year = r"(?P<year>(?:19|20)\d\d)"
    return [
        Rule(spaced(rf"\b{week}"), sense.week_of_month, floating=True),
        Rule(spaced(rf"\b(?P<core>(?:the )?(?P<nth>first|second|third|fourth|last) quarter (?:of |in )?{year})\b"),
             sense.quarter),
        Rule(spaced(rf"(?<![\w-])(?P<core>Q(?P<nth>[1-4])(?: (?:of )?|/|-){year})\b"), sense.quarter),
    ]


def _years() -> list[Rule]:
    year = rf"(?P<year>(?:1[5-9]|20)\d\d)(?!\w|-\w|[.,/]\d|%| ?per ?cent){_not_counted()}"
    before = r"\b(?:in|since|by|until|till|during|before|after|of|from|around|throughout|through)"
    to = r"(?:[-\u2010-\u2015/]| (?:to|and|until|through) )"
    span = rf"(?P<core>(?P<year>(?:19|20)\d\d){to}(?P<year2>(?:19|20)\d\d|\d\d))"
    decade = r"(?:(?P<part>early|mid|late)(?:-| )(?:the )?)?(?P<year>(?:1[89]|20)\d0)['’]?s"
    return [
        Rule(spaced(rf"{before} (?P<core>{year})"), sense.year),
        Rule(spaced(rf"\b(?P<core>{_PART}{year})"), sense.year),
        Rule(spaced(rf"\b(?:the|a|an|his|her|its|their) (?P<core>{year})(?= (?-i:[a-z])|['’]s)"), sense.year),
        Rule(spaced(rf"\b(?:from|between|in|of|during) {span}(?![\w%]|[.,/-]\d){_not_counted()}"), sense.years),
        Rule(spaced(rf"\b(?P<core>{decade})\b"), sense.decade),
    ]


def _relative() -> list[Rule]:
    near = r"(?P<near>last|this|next|coming|current)"
    unit = r"(?P<unit>weekend|week|month|quarter|year)"
    part = r"(?:(?:the )?(?P<part>earlier|later|early|late|mid|middle|beginning|start|end)(?:-| (?:in |of )?))?"
    today = rf"(?:earlier )?(?:(?-i:today|tonight|TODAY|TONIGHT)|{_PAPER}(?-i:Today|Tonight))"
    tomorrow = rf"(?:(?:early|late) )?(?:(?-i:tomorrow|TOMORROW)|{_PAPER}(?-i:Tomorrow)){_TIME}"
    return [
        Rule(spaced(rf"\b(?P<core>{today}|(?:(?:earlier|early|late) )?this (?:morning|afternoon|evening))\b"),
             relative.around_today(0)),
        Rule(spaced(r"\b(?P<core>later (?:today|this (?:morning|afternoon|evening)))\b"), relative.later_today),
        Rule(spaced(rf"\b(?P<core>(?:(?:early|late) )?yesterday{_TIME}|last night)\b"), relative.around_today(-1)),
        Rule(spaced(r"\b(?P<core>the day before yesterday)\b"), relative.around_today(-2)),
        Rule(spaced(rf"\b(?P<core>{tomorrow})\b"), relative.around_today(1)),
        Rule(spaced(r"\b(?P<core>the day after tomorrow)\b"), relative.around_today(2)),
        Rule(spaced(r"(?<![\w-])(?P<core>overnight)(?![\w-])"), relative.around_today(-1, 1)),
        Rule(spaced(rf"(?<![\w-])(?P<core>{part}{near} {unit})\b"), relative.period),
        # A lost blank, as in "Timeslast month" or "saidnext week"; "blast", "ballast" and "outlast" are words.
        Rule(spaced(rf"(?<=[a-z])(?<![bclpt])(?P<core>(?P<part>)(?P<near>last|next) {unit})\b"), relative.period),
        Rule(spaced(r"\b(?:over|at|during|on) (?P<core>the weekend)\b"), relative.over_weekend),
    ]


def _running() -> list[Rule]:
    over = r"\b(?:in|over|during|for|within|throughout|of)"
    return [
        Rule(spaced(rf"(?<![\w-])(?P<core>{_COUNT} {_UNIT} ago)\b"), relative.ago),
        Rule(spaced(rf"{over} (?P<core>(?:the )?(?:last|past) (?:{_COUNT} )?{_UNIT})\b"), relative.running),
        Rule(spaced(r"\b(?P<core>(?:the )?(?:last|past) few (?P<unit>hour|day|week|month|year)s)\b"),
             relative.recent),
        Rule(spaced(r"\b(?P<core>recent (?P<unit>hour|day|week|month|year)s)\b"), relative.recent),
        Rule(spaced(rf"\bin (?P<core>{_COUNT} {_UNIT}['’]? time)\b"), relative.from_now),
        Rule(spaced(rf"(?<![\w-])(?P<core>{_COUNT} {_UNIT} from now)\b"), relative.from_now),
    ]


def _anchored() -> list[Rule]:
    time = r"(?:day|night|morning|evening|afternoon)"
    patterns = (
        rf"(?<![\w-])(?P<core>{_COUNT} days? (?:earlier|later|before|afterwards))\b",
        rf"\b(?P<core>the (?:previous|following|next|same|preceding) {time}(?P<n>))\b",
        r"\b(?P<core>the day (?:before|after|prior)(?P<n>))(?=[.,;:)\n]|$)",
        rf"\b(?:on|later|earlier) (?P<core>that (?:same )?{time}(?P<n>))\b",
    )
    return [Rule(spaced(pattern), sense.nothing, offset=relative.offset) for pattern in patterns]


def _seasons() -> list[Rule]:
    part = r"(?:(?P<part>early|mid|late)(?:-| ))?"
    loose = r"(?P<season>(?-i:spring|summer|autumn|winter))"
    return [
        Rule(spaced(rf"\b(?P<core>{part}(?P<near>last|past|this|next) (?P<season>{_SEASONS}){_NO_YEAR})\b"),
             sense.season, floating=True),
        Rule(spaced(rf"(?<![\w-])(?P<near>)(?P<core>{part}(?P<season>{_SEASONS}){_YEAR})"), sense.season),
        Rule(spaced(rf"\b(?:in|since|during) (?P<near>)(?:the )?(?P<core>{part}{loose}{_NO_YEAR})(?![\w-]| of\b)"),
             sense.season, floating=True),
    ]


def _holidays() -> list[Rule]:
    near = r"(?:(?P<near>last|past|this|next) )?"
    table = named_dates().holidays
    sure = any_of(name for name, holiday in table.items() if not holiday.surname)
    unsure = any_of(name for name, holiday in table.items() if holiday.surname)
    before = r"\b(?:during|in|of|since|before|after|for|this|last|next)"
    words = (rf"(?<!\w)(?P<core>{near}(?P<holiday>{sure}){_YEAR}?)(?![\w-])",
             rf"{before} (?P<core>{near}(?P<holiday>{unsure}){_YEAR}?)(?![\w-])")
    return [Rule(spaced(pattern), sense.holiday, floating=True) for pattern in words]
