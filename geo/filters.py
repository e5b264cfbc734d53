"""Filter: what a reader asks for. One table of operators serves URL, API and CLI."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from geo import lexicon
from geo.records import BadFilter, BBox, RouteStatus, Status

VISIBLE = (Status.REPORTED, Status.ONGOING, Status.CLAIMED)
"""What is shown when no status is asked for."""

NO_SOURCE = "none"
"""The value of `source` that asks for articles whose publisher is not stated."""

ROUTE = "route"
"""The value of `type` that asks for routes."""

TEXT_LIMIT = 500

ORIGINS_MOST = 999

_ROUTE_STATUSES: dict[Status, tuple[RouteStatus, ...]] = {
    Status.REPORTED: (RouteStatus.PAST, RouteStatus.HABITUAL),
    Status.ONGOING: (RouteStatus.ONGOING,),
    Status.PLANNED: (RouteStatus.PLANNED,),
    Status.NEGATED: (RouteStatus.NEGATED, RouteStatus.BLOCKED),
    Status.BACKGROUND: (RouteStatus.BACKGROUND,),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Everything given must hold; () and None and "" ask for nothing."""

    since: date | None = None
    until: date | None = None
    """Inclusive. An event is inside when its interval touches the asked one; one without a date never is."""
    sources: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    place: str = ""
    """A gazetteer id or a name: of the event's place, or of a unit that contains it."""
    text: str = ""
    """Every word must stand in the title, a sentence, the place or an actor."""
    bbox: BBox | None = None
    min_confidence: float | None = None
    actor: str = ""
    """Every word must stand in the name of one who acts or is acted upon."""
    min_origins: int | None = None
    """Independent origins that tell it, at least; two articles that quote one statement are one."""

    @property
    def given(self) -> tuple[str, ...]:
        """The fields that ask for something, in the order of OPERATORS."""
        return tuple(op.field for op in OPERATORS if getattr(self, op.field) not in (None, "", ()))

    @property
    def event_statuses(self) -> frozenset[Status]:
        """The statuses of events that pass."""
        return frozenset(self.statuses or VISIBLE)

    @property
    def route_statuses(self) -> frozenset[RouteStatus]:
        """The statuses of routes that pass: "reported" asks for movements past and habitual, and so on."""
        return frozenset(r for s in self.event_statuses for r in _ROUTE_STATUSES.get(s, ()))

    @property
    def wants_routes(self) -> bool:
        """False when other types are asked for, and not routes."""
        return not self.types or ROUTE in self.types

    @property
    def wants_events(self) -> bool:
        """False when routes alone are asked for."""
        return not self.types or any(t != ROUTE for t in self.types)


@dataclass(frozen=True, slots=True)
class Operator:
    """One row: the key in URLs, the field, and how a value is read and written."""

    key: str
    field: str
    repeats: bool
    read: Callable[[str], Any]
    write: Callable[[Any], str]


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadFilter(f"{value!r} is not a day; write it as YYYY-MM-DD.") from None


def _type(value: str) -> str:
    known = (*lexicon.types().types, ROUTE)
    if value not in known:
        raise BadFilter(f"There is no type {value!r}; the types are {', '.join(known)}.")
    return value


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError:
        raise BadFilter(f"There is no status {value!r}; there are {', '.join(Status)}.") from None


def _text(value: str) -> str:
    if len(value) > TEXT_LIMIT:
        raise BadFilter(f"The search text has {len(value)} characters; at most {TEXT_LIMIT} are searched for.")
    return value


def read_bbox(value: str) -> BBox:
    """west,south,east,north in degrees; longitudes may run past 180 as map views do, and are wrapped."""
    parts = value.split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise BadFilter(f"bbox {value!r} is not four numbers; write west,south,east,north in degrees.") from None
    if not (-90 <= south <= north <= 90):
        raise BadFilter(f"bbox {value!r}: south and north must lie in -90..90, south first.")
    if not (-540 <= west <= 540 and -540 <= east <= 540):
        raise BadFilter(f"bbox {value!r}: west and east must be finite degrees.")
    if east - west >= 360:
        return BBox(-180.0, south, 180.0, north)
    return BBox(_wrap(west), south, _wrap(east), north)


def _wrap(lon: float) -> float:
    """The same meridian in -180..180; 180 stays 180."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def _fraction(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise BadFilter(f"{value!r} is not a confidence; give a number from 0 to 1.") from None
    if not 0 <= number <= 1:
        raise BadFilter(f"A confidence lies between 0 and 1, not at {value}.")
    return number


def _origins(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= ORIGINS_MOST):
        raise BadFilter(f"{value!r} is not a number of origins; give a whole number from 1 to {ORIGINS_MOST}.")
    return int(value)


OPERATORS = (
    Operator("from", "since", False, _day, date.isoformat),
    Operator("to", "until", False, _day, date.isoformat),
    Operator("source", "sources", True, str, str),
    Operator("type", "types", True, _type, str),
    Operator("status", "statuses", True, _status, str),
    Operator("place", "place", False, str, str),
    Operator("text", "text", False, _text, str),
    Operator("bbox", "bbox", False, read_bbox, lambda box: ",".join(f"{x:.6g}" for x in box)),
    Operator("min_confidence", "min_confidence", False, _fraction, lambda x: f"{x:g}"),
    Operator("actor", "actor", False, _text, str),
    Operator("min_origins", "min_origins", False, _origins, str),
)

_BY_KEY = {op.key: op for op in OPERATORS}
_BY_FIELD = {op.field: op for op in OPERATORS}


def read(params: Iterable[tuple[str, str]]) -> Filter:
    """The Filter of URL or CLI parameters. An unknown key, a bad value or a second single value is refused."""
    given: dict[str, list[str]] = {}
    for key, value in params:
        if key not in _BY_KEY:
            raise BadFilter(f"There is no filter {key!r}; the filters are {', '.join(_BY_KEY)}.")
        given.setdefault(key, []).append(value)
    fields: dict[str, Any] = {}
    for key, values in given.items():
        op = _BY_KEY[key]
        if op.repeats:
            fields[op.field] = tuple(dict.fromkeys(op.read(v) for v in values))
        elif len(values) > 1:
            raise BadFilter(f"The filter {key!r} may be given once, not {len(values)} times.")
        elif values[0]:
            fields[op.field] = op.read(values[0])
    result = Filter(**fields)
    if result.since and result.until and result.since > result.until:
        raise BadFilter(f"from {result.since} lies after to {result.until}; exchange them.")
    return result


def write(asked: Filter) -> tuple[tuple[str, str], ...]:
    """The parameters that `read` turns into the same Filter, in the order of OPERATORS."""
    pairs: list[tuple[str, str]] = []
    for field in asked.given:
        op, value = _BY_FIELD[field], getattr(asked, field)
        pairs += [(op.key, op.write(v)) for v in (value if op.repeats else (value,))]
    return tuple(pairs)


def query_string(asked: Filter) -> str:
    """`write` as the part of a URL after the question mark."""
    return urlencode(write(asked))
