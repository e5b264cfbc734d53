"""Text and publication date -> the intervals of days that the text speaks of.

One rule is one pattern and one resolver. Where rules overlap, the leftmost and then the longest match wins; then
neighbours are joined ("from Monday to Wednesday", "since 3 May"). Everything looks back from the publication date:
news tells what has happened, and a weekday equal to the publication's means that very day. Weeks run from Monday to
Sunday. Without a publication date, relative words stay words. No pattern nests a repetition, so time is linear.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from geo.extract.date_rules import Rule, rules
from geo.extract.date_sense import Days, Frame
from geo.extract.figures import spaced
from geo.records import DateBasis, DatePrecision, Span, When

CUE_REACH = 120
"""Code points before a date within which "will" or "plans" makes it a coming one."""

BEFORE_REACH = 24
"""Code points before a date in which "since" or "between" belongs to it."""


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
class _Hit:
    start: int
    end: int
    rule: Rule
    match: re.Match[str]
    days: Days | None


@dataclass(frozen=True, slots=True)
class _Joined:
    """One date with its neighbours; `used` hits went into it."""

    start: int
    end: int
    days: Days | None
    used: int = 1


def find_dates(text: str, published: date | None, *, country: str = "") -> tuple[FoundDate, ...]:
    """All dates that `text` tells, in order, not overlapping; names with a date in them are left out.

    `country` (ISO code of the publisher) says how 09/10/2019 is read; "" keeps both readings as one interval.
    """
    return tuple(found for found, is_name in _find(text, published, country) if not is_name)


def past_part(when: When, published: date | None) -> When:
    """What of `when` had gone by at publication; of something told as having happened, the rest cannot count."""
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
    """Every date, and whether it is only a name."""
    hits = _choose(_hits(text, published, country))
    found: list[tuple[FoundDate, bool]] = []
    at = 0
    while at < len(hits):
        free_from = found[-1][0].span.end if found else 0
        joined = _joined(text, hits[at:at + 2], free_from, published, country)
        found.append((_found(text, joined, hits[at], published), hits[at].rule.name))
        at += joined.used
    return found


def _found(text: str, joined: _Joined, hit: _Hit, published: date | None) -> FoundDate:
    span, days, words = Span(joined.start, joined.end), joined.days, text[joined.start:joined.end]
    if days is None:
        offset = hit.rule.offset(hit.match) if hit.rule.offset and joined.used == 1 else None
        ahead = offset is None and (_FORWARD.match(words) is not None or _points_ahead(text, joined.start))
        return FoundDate(span, When(None, None, DatePrecision.UNKNOWN, DateBasis.EXPRESSION, words), ahead, offset)
    ahead = days.ahead or (published is not None and days.start > published)
    return FoundDate(span, When(days.start, days.end, days.precision, DateBasis.EXPRESSION, words), ahead)


def _hits(text: str, published: date | None, country: str) -> list[_Hit]:
    hits = []
    for rule in rules():
        for match in rule.pattern.finditer(text):
            start, end = match.span("core")
            frame = Frame(published, country, rule.floating and _points_ahead(text, start))
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

_TO = spaced(r"(?: (?:to|until|till|through)(?: on)? (?:the )?| ?[-\u2010-\u2015] ?)")
_AND = spaced(r" and (?:the )?")
_LIST = spaced(r"(?: (?:and|or|to) |, |[-\u2010-\u2015])")
_BEFORE = spaced(r"\b(?P<word>from|between|since|week of|week beginning|week starting)(?: the)?(?: early| late)? $")
_FORWARD = spaced(r"(?:next|later|tomorrow|coming)\b")


def _joined(text: str, hits: list[_Hit], free_from: int, published: date | None, country: str) -> _Joined:
    """The first of `hits` with the words before it, and the second where both are the ends of one interval."""
    hit = hits[0]
    before = _BEFORE.search(text, max(free_from, hit.start - BEFORE_REACH), hit.start)
    word = " ".join(before["word"].lower().split()) if before else ""
    start = before.start() if before else hit.start
    if hit.rule.name or hit.rule.offset:
        return _Joined(hit.start, hit.end, hit.days)
    if len(hits) > 1 and not (hits[1].rule.name or hits[1].rule.offset):
        following = hits[1]
        glue = text[hit.end:following.start]
        if _TO.fullmatch(glue) or (word == "between" and _AND.fullmatch(glue)):
            return _Joined(start, following.end, _range(hit, following, country), 2)
        if hit.rule.floating and following.match.groupdict().get("year") and _LIST.fullmatch(glue) and following.days:
            return _Joined(hit.start, hit.end, _retry(hit, Frame(following.days.start, country, ahead=False)))
    if word == "since":
        return _Joined(start, hit.end, _since(hit.days, published))
    if word.startswith("week") and hit.days and hit.days.precision == DatePrecision.DAY:
        monday = hit.days.start - timedelta(days=hit.days.start.weekday())
        return _Joined(start, hit.end, Days(monday, monday + timedelta(days=6), DatePrecision.WEEK))
    return _Joined(hit.start, hit.end, hit.days)


def _range(first: _Hit, last: _Hit, country: str) -> Days | None:
    """From the first day of one to the last of the other; a floating first is looked for before the last."""
    if last.days is None:
        return None
    start = _retry(first, Frame(last.days.start, country, ahead=False)) if first.rule.floating else first.days
    if start is None or start.start > last.days.end:
        return None
    return Days(start.start, last.days.end, DatePrecision.RANGE)


def _retry(hit: _Hit, frame: Frame) -> Days | None:
    try:
        return hit.rule.resolve(hit.match, frame)
    except (ValueError, OverflowError):
        return hit.days


def _since(days: Days | None, published: date | None) -> Days | None:
    if days is None or published is None or days.start > published:
        return None
    return Days(days.start, published, DatePrecision.RANGE)


_CUE = spaced(r"\b(?:(?P<ahead>will|shall|scheduled|upcoming|is due|are due|was due|due to (?:be|begin|start|take|"
              r"meet|hold|resume|expire|end|open|arrive)|plans?|planned|planning|expected to|ahead of|is set to|"
              r"are set to|to be held)|said|says|told|announced|reported|warned|added|confirmed|claimed|was|were|"
              r"had)\b")
_STOP = re.compile(r"[.!?;][\s\"'”’]|\n")


def _points_ahead(text: str, start: int) -> bool:
    """Whether the last verb of the sentence before `start` points forward; a verb of telling in between does not."""
    before = text[max(0, start - CUE_REACH):start]
    sentence_start = max((stop.end() for stop in _STOP.finditer(before)), default=0)
    ahead = [cue["ahead"] is not None for cue in _CUE.finditer(before, sentence_start)]
    return bool(ahead) and ahead[-1]
