"""Findings in plain words, for popup, cards and pages: a value, and under it a small reason.

What is known to the week reads as a week, never as a day; what is not known says so.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from geo.extract.quantities import same_mass
from geo.records import (
    Article,
    DateBasis,
    DatePrecision,
    Event,
    GeoPrecision,
    Place,
    Quantity,
    Route,
    RouteStatus,
    Span,
    Status,
    Toll,
    When,
    Where,
)
from geo.show import relation_words
from geo.show.language import apart, in_row, say, term

_DAYS = (term("Mon"), term("Tue"), term("Wed"), term("Thu"), term("Fri"), term("Sat"), term("Sun"))
_MONTHS = (term("Jan"), term("Feb"), term("Mar"), term("Apr"), term("May"), term("Jun"),
           term("Jul"), term("Aug"), term("Sep"), term("Oct"), term("Nov"), term("Dec"))
OR = term("{first} or {last}")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\ufeff")
"""Marks that turn the letters round them; isolates (U+2068, U+2069) keep letters together and end with the line."""
_QUOTES = " “”\""
_UNIT_WORD = re.compile(r"\b(province|governorate|region|district|county|state|oblast|prefecture|department)\b", re.I)
_STATES = frozenset({"AT", "AU", "BR", "DE", "IN", "MM", "MX", "MY", "NG", "SD", "SS", "US", "VE"})
"""Countries whose first-level units are called states."""

_MODES = {
    "move": term("move"), "head": term("head for it"), "flee": term("flee"), "leave": term("leave"),
    "evacuate": term("evacuate"), "arrive": term("arrive"), "return": term("return"), "withdraw": term("withdraw"),
    "advance": term("advance"), "cross": term("cross"), "infiltrate": term("infiltrate"), "smuggle": term("smuggle"),
    "transport": term("transport"), "transfer": term("transfer"), "deport": term("deport"), "deploy": term("deploy"),
    "supply-line": term("supply line"), "corridor": term("corridor"), "road": term("road"),
}

_STATUS = {
    Status.REPORTED: term("reported"),
    Status.ONGOING: term("ongoing"),
    Status.CLAIMED: term("claimed by one side"),
    Status.PLANNED: term("planned"),
    Status.HYPOTHETICAL: term("only possible"),
    Status.NEGATED: term("said not to have happened"),
    Status.BACKGROUND: term("background"),
}
_ROUTE_STATUS = {
    RouteStatus.PAST: term("reported"),
    RouteStatus.ONGOING: term("ongoing"),
    RouteStatus.HABITUAL: term("habitual"),
    RouteStatus.PLANNED: term("planned"),
    RouteStatus.BLOCKED: term("blocked"),
    RouteStatus.NEGATED: term("said not to have happened"),
    RouteStatus.BACKGROUND: term("background"),
}
_PLACE_NOTES = {
    GeoPrecision.EXACT: term("exact place"),
    GeoPrecision.NEAR: term("near it"),
    GeoPrecision.ADMIN2: term("somewhere in a district"),
    GeoPrecision.ADMIN1: term("province, not a point"),
    GeoPrecision.REGION: term("region, not a point"),
    GeoPrecision.LINEAR: term("along a river or road"),
    GeoPrecision.COUNTRY: term("whole country, not a point"),
    GeoPrecision.TOPIC: term("spoken about, not mapped"),
}


def status_words(status: Status | RouteStatus) -> str:
    """How the event or the movement is told."""
    return say(_STATUS[status] if isinstance(status, Status) else _ROUTE_STATUS[status])


_KNOWN_TO = {
    DatePrecision.WEEK: term("known to the week"),
    DatePrecision.MONTH: term("known to the month"),
    DatePrecision.YEAR: term("known to the year"),
}


class Words(NamedTuple):
    """A value and the reason or limit to be written small under it; "" where there is none to give."""

    text: str
    reason: str = ""


# --- hostile text


def clean(text: str) -> str:
    """For display: control characters become spaces, bidi overrides and lone surrogates go; exports keep them."""
    return text if text.isprintable() else cleaned(text, ())[0]  # nothing that goes is printable, and most texts are


def cleaned(text: str, spans: Sequence[Span]) -> tuple[str, tuple[Span | None, ...]]:
    """`clean` with spans moved along; None for a span of which nothing is left."""
    dropped = [i for i, c in enumerate(text) if c in _BIDI or unicodedata.category(c) == "Cs"]
    gone = set(dropped)
    shown = "".join(
        " " if unicodedata.category(c) == "Cc" else c for i, c in enumerate(text) if i not in gone
    )
    moved: list[Span | None] = []
    for span in spans:
        start = span.start - bisect_left(dropped, span.start)
        end = min(span.end, len(text)) - bisect_left(dropped, min(span.end, len(text)))
        moved.append(Span(start, end) if start < end else None)
    return shown, tuple(moved)


# --- small pieces


def day_words(day: date, *, weekday: bool = False) -> str:
    """11 Sep 2019, or Wed 11 Sep 2019."""
    plain = say("{day} {month} {year}", day=day.day, month=say(_MONTHS[day.month - 1]), year=day.year)
    return say("{weekday} {date}", weekday=say(_DAYS[day.weekday()]), date=plain) if weekday else plain


def range_words(start: date, end: date) -> str:
    """Both ends, what they share said once: 9–11 Sep 2019, 28 Jul–4 Aug 2019."""
    if start == end:
        return day_words(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day_words(end)}"
    if start.year == end.year:
        return f"{start.day} {say(_MONTHS[start.month - 1])}–{day_words(end)}"
    return f"{day_words(start)}–{day_words(end)}"


def listed(names: Iterable[str], *, last: str = term("{first} and {last}")) -> str:
    """One, one and two, one, two and three."""
    items = [apart(n) for n in names if n]
    return items[0] if len(items) == 1 else say(last, first=in_row(items[:-1]), last=items[-1]) if items else ""


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """In typographic quotation marks; marks that stand there already are not doubled."""
    return apart(f"“{clean(text).strip(_QUOTES)}”")


def short(text: str, most: int) -> str:
    """Its first words, on one line; `most` code points of them."""
    whole = " ".join(text.split())
    return whole if len(whole) <= most else f"{whole[:most].rsplit(' ', 1)[0]} …"


# --- when


def when_words(when: When, published: date | None) -> Words:
    """`published` is the day of the article the words stand in; None when it is undated."""
    if when.start is None or when.end is None:
        return Words(say("No date given"), _article_of(published) if published else say("article undated"))
    return Words(capital(_interval(when, when.start, when.end)), _when_reason(when, published))


def when_short(when: When) -> str:
    """One line for cards and tables: within 9–11 Sep 2019, known to the week."""
    if when.start is None or when.end is None:
        return say("no date given")
    known = say("when it was said") if when.basis is DateBasis.REPORTING else _known_to(when)
    return in_row((_interval(when, when.start, when.end), known))


def _interval(when: When, start: date, end: date) -> str:
    match when.precision:
        case DatePrecision.ONGOING:
            return say("ongoing on {date}", date=day_words(end))
        case DatePrecision.DAY if start == end:
            return day_words(start, weekday=True)
        case DatePrecision.MONTH if start.day == 1 and _is_month_end(end) and _same_month(start, end):
            return say("in {month} {year}", month=say(_MONTHS[start.month - 1]), year=start.year)
        case DatePrecision.YEAR if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
            return say("in {year}", year=start.year if start.year == end.year else f"{start.year}–{end.year}")
        case DatePrecision.RANGE | DatePrecision.DAY:
            return range_words(start, end)
    return say("within {dates}", dates=range_words(start, end))


def _same_month(a: date, b: date) -> bool:
    return (a.year, a.month) == (b.year, b.month)


def _is_month_end(day: date) -> bool:
    return day == date.max or date.fromordinal(day.toordinal() + 1).day == 1


def _known_to(when: When) -> str:
    return say(_KNOWN_TO[when.precision]) if when.precision in _KNOWN_TO else ""


def _when_reason(when: When, published: date | None) -> str:
    said = quoted(when.text) if when.text else ""
    known = ": ".join(part for part in (_known_to(when), said) if part)
    article = _article_of(published) if published else ""
    match when.basis:
        case DateBasis.MERGED:
            parts = [known, say("taken from the dated article")]
        case DateBasis.INHERITED:
            parts = [known, say("taken from a sentence nearby"), article]
        case DateBasis.REPORTING:
            parts = [": ".join(part for part in (say("when it was said"), said) if part), article]
        case DateBasis.PUBLICATION:
            parts = [say("the day of the article, the text gives no other")]
        case DateBasis.DATELINE:
            parts = [known, say("from the first line")]
        case DateBasis.CODED:
            parts = [known, say("as the table of events states it")]
        case _:
            parts = [known, article]
    return in_row(parts)


def _article_of(published: date) -> str:
    return say("article of {date}", date=day_words(published, weekday=True))


def event_when(found: Event | Route, articles: Mapping[str, Article]) -> Words:
    """`when_words` with the article that dates it; the undated articles among several are owned up to."""
    told_in = [articles[i] for i in found.article_ids if i in articles]
    dated = [a.published for a in told_in if a.published]
    said = next((a.published for a in told_in if a.published and found.when.text in a.text), None)
    words = when_words(found.when, said or (dated[0] if dated else None))
    undated = len(told_in) - len(dated)
    if found.when.start is None or not undated or not dated or found.when.basis is DateBasis.MERGED:
        return words
    others = say("the other article is undated") if undated == 1 else say("{n} other articles are undated", n=undated)
    return Words(words.text, say("; ").join((words.reason, others)) if words.reason else others)


# --- where


def place_line(place: Place) -> str:
    """Name, first-level unit, country, as far as they are known and differ."""
    names = [place.name, *(name for _, name in place.within[-2:])]
    return clean(", ".join(dict.fromkeys(n for n in names if n)))


def where_words(where: Where | None) -> Words:
    """Where, and how far the point can be trusted; what is not a point says so."""
    if where is None:
        return Words(say("No place stated"), say("listed, not on the map"))
    line, km = place_line(where.place), say("about {km} km", km=max(1, round(where.radius_km)))
    name, *rest = line.split(", ", 1)
    inside = f", {rest[0]}" if rest else ""
    match where.precision:
        case GeoPrecision.EXACT:
            return Words(line, say("named place, exact to {km}", km=km))
        case GeoPrecision.NEAR:
            stated = say("drawn at the stated distance, good to {km}", km=km) if where.point else _within(km)
            return Words(capital(relation_words.beside(clean(where.relation).strip() or "near", line)), stated)
        case GeoPrecision.ADMIN2:
            unit = _unit(name, term("{name} district")) + inside
            return Words(say("Somewhere in {place}", place=unit), _within(km))
        case GeoPrecision.ADMIN1 if where.place.country_code in _STATES:
            return Words(say("Somewhere in {place}", place=line), say("a whole state, not a point"))
        case GeoPrecision.ADMIN1:
            unit = _unit(name, term("{name} province")) + inside
            return Words(say("Somewhere in {place}", place=unit), say("not a point"))
        case GeoPrecision.LINEAR:
            return Words(say("Along {place}", place=line), say("a river or road; the point is good to {km}", km=km))
        case GeoPrecision.COUNTRY:
            return Words(line, say("whole country, not a point"))
        case GeoPrecision.REGION:
            return Words(line, say("region, not a point"))
    return Words(line, say("spoken about, not where it happened"))


def _within(km: str) -> str:
    return say("within {km}", km=km)


def _unit(name: str, unit: str) -> str:
    return name if _UNIT_WORD.search(name) else say(unit, name=name)


def place_note(where: Where | None) -> str:
    """The precision in two or three words, for cards and the edge list."""
    return say(_PLACE_NOTES[where.precision]) if where else say("no place stated")


def ends_words(ends: Sequence[Where]) -> str:
    """The names of one role of a route."""
    return listed(clean(w.place.name) for w in ends)


# --- how much, how many


def mode_words(mode: str) -> str:
    """How a route is travelled."""
    return say(_MODES[mode]) if mode in _MODES else clean(mode).replace("_", " ")


def quantity_words(quantities: Sequence[Quantity]) -> Words:
    """Every form as written; masses that are one load are joined and said to be the same, never summed."""
    groups: list[list[Quantity]] = []
    seen: set[str] = set()
    for quantity in quantities:
        key = clean(quantity.text).casefold().strip()
        if key in seen:
            continue
        seen.add(key)
        home = next((g for g in groups if same_mass(g[0], quantity)), None)
        if home is None:
            groups.append([quantity])
        else:
            home.append(quantity)
    return Words(say("; ").join(_load(group) for group in groups))


def _load(group: Sequence[Quantity]) -> str:
    forms = [quoted(q.text) + (f" ({mass_words(q.kg)})" if q.kg and not _metric(q.unit) else "") for q in group]
    return in_row((listed(forms), say("the same load") if len(forms) > 1 else ""))


def _metric(unit: str) -> bool:
    return unit.casefold().rstrip("s") in ("tonne", "t", "metric ton", "kg", "kilogram", "kilogramme", "kilo")


def mass_words(kg: float) -> str:
    """Tonnes from 1,000 kg on."""
    return say("{n} t", n=f"{kg / 1000:,.1f}") if kg >= 1000 else say("{n} kg", n=f"{kg:,.0f}")


def toll_words(toll: Toll) -> Words:
    """A number only where one is given; the reason holds who, and the words it was read from."""
    reason = in_row((clean(toll.who), quoted(toll.text) if toll.text else ""))
    if toll.high is None:
        if toll.low > 1:
            return Words(say("at least {n}", n=f"{toll.low:,}"), reason)
        return Words(f"{toll.best:,}" if toll.best else say("unknown number, more than none"), reason)
    if toll.low == toll.high:
        return Words(f"{toll.low:,}" if toll.low else say("none"), reason)
    span = f"{toll.low:,}–{toll.high:,}" if toll.low > 0 else say("at most {n}", n=f"{toll.high:,}")
    return Words(f"{toll.best:,} ({span})" if toll.best else span, reason)
