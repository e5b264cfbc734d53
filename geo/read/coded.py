"""A row of an event table (UCDP GED, ACLED, GDELT) -> an article that holds the row's words, and its one event.

Somebody else decided what happened, where and when. Their precision becomes ours through data/lexicon/codings.toml,
the source says that it is coded data, and what a row leaves out stays unknown.
"""

import calendar
import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from geo import lexicon
from geo.read.days import day_of
from geo.read.identity import article_id, checked
from geo.read.plain import publisher_of
from geo.records import (
    Actor,
    Article,
    BadInput,
    BadLexicon,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    How,
    LonLat,
    Place,
    Span,
    Status,
    Toll,
    When,
    Where,
)

FIELDS = frozenset(
    "id type start end day_precision lat lon place_precision place unit country first second killed killed_low"
    " killed_high headline text cited published url".split()
)
FIRST_DAY = date(1900, 1, 1)
"""Earlier days stand for none in such tables ("1753-01-01")."""
PRECISION_WORTH = {
    GeoPrecision.EXACT: 1.0, GeoPrecision.NEAR: 0.9, GeoPrecision.ADMIN2: 0.8, GeoPrecision.LINEAR: 0.8,
    GeoPrecision.ADMIN1: 0.7, GeoPrecision.REGION: 0.6, GeoPrecision.COUNTRY: 0.6, GeoPrecision.TOPIC: 0.5,
}
PART_LIMIT = 300
"""Characters of a name; notes may be longer."""
_LONG_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})")
_PLAIN_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\d{6})?")


class Coding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of data/lexicon/codings.toml."""

    name: str
    needs: tuple[str, ...]
    header: tuple[str, ...]
    """Of files that come without one; () where they never do."""
    trust: float
    two_way: frozenset[str]
    columns: dict[str, tuple[str, ...]]
    types: dict[str, str]
    places: dict[str, tuple[GeoPrecision, float]]
    days: dict[str, DatePrecision]


@cache
def codings() -> Mapping[str, Coding]:
    """By key; checked: every field is known, every type is one of ours."""
    table = lexicon.load("codings", dict[str, Coding])
    for key, coding in table.items():
        if strange := coding.columns.keys() - FIELDS:
            raise BadLexicon(f"codings.toml: [{key}.columns] has the unknown field {min(strange)!r}.")
        if strange := set(coding.types.values()) - lexicon.types().types.keys():
            raise BadLexicon(f"codings.toml: [{key}.types] has the unknown type {min(strange)!r}.")
    return table


def coding_of(names: Iterable[str]) -> str:
    """The key of the table whose columns these are, "" for no table of events."""
    given = {name.strip().lower() for name in names}
    return next((key for key, coding in codings().items() if given.issuperset(coding.needs)), "")


def headless(line: str) -> tuple[str, ...]:
    """The columns of a tab-separated line of numbers that comes without a header, () for any other line.

    GDELT's newer files have a column more for each of the three places than its older ones.
    """
    cells = line.rstrip("\r\n").split("\t")
    for coding in codings().values():
        older = tuple(name for name in coding.header if not name.endswith("_adm2code"))
        for header in (coding.header, older, older[:-1]):
            if header and len(cells) == len(header) and cells[0].isdecimal() and _PLAIN_DAY.fullmatch(cells[1]):
                return header
    return ()


def findings_of_row(fields: Mapping[str, Any], key: str) -> Findings:
    """BadInput, saying which field, for a row without an id, or whose day or point does not exist."""
    coding = codings()[key]
    row = _Row(fields, coding)
    identity = row.required("id")
    where, when = _where(row, key), _when(row)
    kind = _longest(coding.types, row.get("type"), "statement")
    text, how = _text(row, coding, kind, where)
    url = row.get("url") if publisher_of(row.get("url")) else ""
    # All that the row says makes its identity: a row that is coded anew is a new version of it.
    said = hashlib.sha256(repr(sorted((k, str(v)) for k, v in fields.items())).encode("utf-8", "replace")).hexdigest()
    article = Article(
        article_id(f"coded:{key}:{identity}:{said}", text), url, row.get("headline")[:PART_LIMIT], text, coding.name,
        _published(row), 0, (How("id", f"{key} {identity}", 1.0), *how, How("source", f"a table of {key}", 1.0)),
    )
    return Findings(article, (), (_event(row, key, kind, article, where, when),))


def _event(row: "_Row", key: str, kind: str, article: Article, where: Where | None, when: When) -> Event:
    coding = row.coding
    label = lexicon.types().types[kind]
    factors: tuple[tuple[str, float], ...] = (("coded data", coding.trust),)
    if where is not None:
        factors = (*factors, (f"place known as {where.precision.value}", PRECISION_WORTH[where.precision]))
    directed = not coding.two_way & {row.get("type").lower(), "*"}
    sides = (("first", "actor"), ("second", "target" if directed else "actor"))
    return Event(
        id=hashlib.sha256(f"{article.id}\nevent".encode()).hexdigest()[:24], event_type=kind,
        title=f"{label.label}, {where.place.name}" if where else label.label,
        status=Status.REPORTED, when=when, where=where,
        evidence=(Evidence(article.id, Span(0, len(article.text)), f"coded:{key}"),),
        actors=tuple(Actor(row.get(side), role) for side, role in sides if row.get(side)),
        killed=_toll(row), origins=_several(row.get("cited")) or (coding.name,),
        confidence=round(math.prod(value for _, value in factors), 6), factors=factors,
    )


class _Row:
    """Cells by field, as trimmed text, "" where there is none."""

    def __init__(self, fields: Mapping[str, Any], coding: Coding) -> None:
        self.coding = coding
        cells = {str(name).strip().lower(): value for name, value in fields.items()}
        self._cells = {
            field: next((text for name in names if (text := _cell(cells.get(name)))), "")
            for field, names in coding.columns.items()
        }

    def get(self, field: str) -> str:
        cell = self._cells.get(field, "")
        return cell if field in ("text", "url", "cited") else cell[:PART_LIMIT]

    def required(self, field: str) -> str:
        if not (value := self.get(field)):
            raise BadInput(f"The row has no {self.coding.columns[field][0]!r}.")
        return value

    def number(self, field: str) -> float:
        value = self.required(field)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise BadInput(f"The row's {self.coding.columns[field][0]!r} is {value[:40]!r}, which is no number.")
        return number

    def count(self, field: str) -> int | None:
        """A whole number that is not negative, None for anything else."""
        value = self.get(field).removesuffix(".0")
        return int(value) if value.isdecimal() and len(value) < 10 else None


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("\0", "").strip()


def _longest(table: Mapping[str, Any], code: str, otherwise: Any) -> Any:
    """The row of the code itself, else of its longest beginning that has one, else of ""."""
    for end in range(len(code), -1, -1):
        if code[:end] in table:
            return table[code[:end]]
    return otherwise


def _several(stated: str) -> tuple[str, ...]:
    """The parts of a cell that names several sources or days, each once."""
    return tuple(dict.fromkeys(part[:PART_LIMIT] for part in map(str.strip, stated.split(";")) if part))


def _where(row: _Row, key: str) -> Where | None:
    """None for a row that gives no point: it is listed and not mapped."""
    if not row.get("lat") and not row.get("lon"):
        return None
    lat, lon = row.number("lat"), row.number("lon")
    if abs(lat) > 90 or abs(lon) > 180:
        raise BadInput(f"The row's point, latitude {lat:g} and longitude {lon:g}, is not on Earth.")
    precision, radius_km = row.coding.places.get(row.get("place_precision"), (GeoPrecision.TOPIC, 500.0))
    units = tuple((f"{key}:{unit}", unit) for unit in (row.get("unit"), row.get("country")) if unit)
    name = row.get("place") or (units[0][1] if units else f"{lat:g}, {lon:g}")
    identity = hashlib.sha256(f"{name}\n{lat:.5f}\n{lon:.5f}".encode("utf-8", "replace")).hexdigest()[:16]
    place = Place(f"{key}:{identity}", name, LonLat(lon, lat), None, "", "", None, units, radius_km)
    return Where(place, name, precision, radius_km, rule=f"coded:{key}")


def _when(row: _Row) -> When:
    first = _day(row.required("start"))
    last = _day(row.get("end") or row.get("start"))
    if first is None or last is None or last < first:
        raise BadInput(f"The row's day {row.get('start')[:40]!r} to {row.get('end')[:40]!r} does not exist.")
    code = row.get("day_precision")
    precision = row.coding.days.get(code) or row.coding.days.get("", DatePrecision.UNKNOWN)
    if "end" not in row.coding.columns:
        first, last = _widened(first, precision)
    if precision is DatePrecision.DAY and first != last:
        precision = DatePrecision.RANGE
    if precision is DatePrecision.UNKNOWN:
        precision = DatePrecision.DAY if first == last else DatePrecision.RANGE
    return When(first, last, precision, DateBasis.CODED)


def _widened(day: date, precision: DatePrecision) -> tuple[date, date]:
    """The days that one day may stand for: it lies in the week, or is the middle of the month, that is meant."""
    if precision is DatePrecision.WEEK:
        return day - timedelta(3), day + timedelta(3)
    if precision is DatePrecision.MONTH:
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day, day


def _day(stated: str) -> date | None:
    """ISO, as "11 September 2019", or in figures only; None for what is no day and for days that stand for none."""
    try:
        if match := _PLAIN_DAY.fullmatch(stated):
            day = date(*map(int, match.groups()))
        elif match := _LONG_DAY.match(stated):
            day = datetime.strptime(f"{match[1]} {match[2][:3].title()} {match[3]}", "%d %b %Y").date()
        else:
            day = day_of(stated.replace(" 00:00:00.000", ""))
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None


def _published(row: _Row) -> date | None:
    """The first of the days on which its sources were published."""
    return min(filter(None, map(_day, _several(row.get("published")))), default=None)


def _toll(row: _Row) -> Toll | None:
    best = row.count("killed")
    if best is None:
        return None
    low, high = row.count("killed_low"), row.count("killed_high")
    return Toll(min(best, best if low is None else low), best, max(best, best if high is None else high), "people")


def _text(row: _Row, coding: Coding, kind: str, where: Where | None) -> tuple[str, tuple[How, ...]]:
    """The row's own words; put together from its columns, and saying so, where it has none."""
    words = "\n\n".join(dict.fromkeys(part for part in (row.get("headline"), row.get("text")) if part))
    if words:
        return checked(words), (How("text", "the words of the row", 1.0),)
    sides = " and ".join(side for side in (row.get("first"), row.get("second")) if side)
    label = lexicon.types().types[kind].label
    known = ", ".join(part for part in (sides, where.place.name if where else "") if part)
    made = f"{label} ({coding.name}, {row.get('id')}){': ' if known else ''}{known}."
    return checked(made), (How("text", "put together from the columns of the row", 1.0),)
