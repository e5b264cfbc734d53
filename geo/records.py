"""The frozen types that travel from article to map, and the errors of the house.

Coordinates are WGS84 decimal degrees, longitude before latitude everywhere in Python.
Absent is a value with a reason; broken is an exception from the GeoError tree.
"""

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class GeoError(Exception):
    """Root of all errors Dateline raises on purpose: one sentence saying what, which value, what to do."""


class BadInput(GeoError, ValueError):
    """An article, row or file that cannot be read; it is named, counted and quarantined."""


class NotFetched(BadInput):
    """An address that may not be asked, or that gave no answer that can be used."""


class BadOption(BadInput):
    """What was asked for makes no sense (an unknown column, country or service); nothing was begun."""


class NotWritten(GeoError, OSError):
    """A file that was asked for cannot be written."""


class BadFilter(GeoError, ValueError):
    """A filter or value that does not exist; refused, never ignored."""


class BadLexicon(GeoError, ValueError):
    """A word list under data/lexicon that does not follow its schema."""


class GazetteerMissing(GeoError, FileNotFoundError):
    """The gazetteer bundle or index is not where it should be."""


class ModelMissing(GeoError, FileNotFoundError):
    """The place tagger or the language model is missing, or is not the one that was checked."""


class StoreError(GeoError, RuntimeError):
    """The store cannot be opened, read or written."""


class WorkerLost(GeoError, RuntimeError):
    """A process that reads articles died."""


class LonLat(NamedTuple):
    """A point in GeoJSON order: degrees east -180..180, degrees north -90..90."""

    lon: float
    lat: float


class BBox(NamedTuple):
    """Degrees. west > east means that the box crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float


class Unresolved(StrEnum):
    """Why a recognised name has no place."""

    NOT_IN_GAZETTEER = "not_in_gazetteer"
    AMBIGUOUS = "ambiguous"
    NOT_A_PLACE = "not_a_place"


class GeoPrecision(StrEnum):
    """How exactly a report says where; LINEAR is a river or road, TOPIC a place only spoken about."""

    EXACT = "exact"
    NEAR = "near"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"
    REGION = "region"
    LINEAR = "linear"
    COUNTRY = "country"
    TOPIC = "topic"


class DatePrecision(StrEnum):
    """How exactly a report says when."""

    DAY = "day"
    RANGE = "range"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ONGOING = "ongoing"
    UNKNOWN = "unknown"


class DateBasis(StrEnum):
    """What an event's interval rests on; REPORTING means that the words date the telling, not the event, CODED that a
    table of events states it."""

    EXPRESSION = "expression"
    DATELINE = "dateline"
    INHERITED = "inherited"
    PUBLICATION = "publication"
    REPORTING = "reporting"
    MERGED = "merged"
    CODED = "coded"
    NONE = "none"


class Status(StrEnum):
    """What a report says of an event's reality."""

    REPORTED = "reported"
    ONGOING = "ongoing"
    CLAIMED = "claimed"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    BACKGROUND = "background"


class RouteStatus(StrEnum):
    """What a report says of a movement's reality."""

    PAST = "past"
    ONGOING = "ongoing"
    HABITUAL = "habitual"
    PLANNED = "planned"
    BLOCKED = "blocked"
    NEGATED = "negated"
    BACKGROUND = "background"


class MentionKind(StrEnum):
    """A demonym ("Iraqi") names a country's people; it is located, flagged, and never an event's place."""

    PLACE = "place"
    DEMONYM = "demonym"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points in Article.text, exactly as stored."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"A span needs 0 <= start < end; this one has start {self.start}, end {self.end}.")


@dataclass(frozen=True, slots=True)
class How:
    """How one field of an article was read: by which rule, and how sure that rule is (0..1)."""

    field: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read. `published` None means that the source gave no date; it is never today."""

    id: str
    url: str
    title: str
    text: str
    source: str
    published: date | None
    body_start: int = 0
    """First code point of the running text: a title line or a date prefix stands before it."""
    how: tuple[How, ...] = ()
    language: str = ""
    """ISO 639 code of the text's language, found when it is read; "" is not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """One gazetteer row."""

    gazetteer_id: str
    """Text with a prefix that names its source: gn:98182, ne:…, ap:ORQW, own:…"""
    name: str
    point: LonLat
    area: BBox | None
    feature_code: str
    """GeoNames feature code: PPLC, ADM1, ISL …"""
    country_code: str
    """ISO 3166-1 alpha-2; "" at sea or across borders."""
    population: int | None
    """None is unknown, 0 is nobody."""
    within: tuple[tuple[str, str], ...] = ()
    """(gazetteer id, name) of the units that contain it, innermost first."""
    radius_km: float = 0.0
    """Tolerance of the point, or half the extent of what it stands for."""

    def __post_init__(self) -> None:
        lon, lat = self.point
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise ValueError(f"Place {self.gazetteer_id!r} has the impossible point lon {lon}, lat {lat}.")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text that may be a place."""

    span: Span
    name: str
    """As written: text[span]."""
    found_by: str
    """model, gazetteer or both."""
    kind: MentionKind = MentionKind.PLACE
    nested_in: str = ""
    """The organisation's words when the name stands inside one ("Paris Police Department")."""


@dataclass(frozen=True, slots=True)
class Toponym:
    """A mention with its place, or with the reason why it has none."""

    mention: Mention
    place: Place | None
    score: float
    """0..1, a rank and not a probability."""
    reasons: tuple[str, ...] = ()
    alternatives: tuple[Place, ...] = ()
    unresolved: Unresolved | None = None
    alternative_scores: tuple[float, ...] = ()
    """One for each alternative, on the scale of `score`; () where nothing was weighed."""

    def __post_init__(self) -> None:
        if (self.place is None) == (self.unresolved is None):
            raise ValueError(f"Toponym {self.mention.name!r} needs either a place or a reason why it has none.")


@dataclass(frozen=True, slots=True)
class When:
    """An interval of days, both ends inclusive; both None is unknown."""

    start: date | None
    end: date | None
    precision: DatePrecision
    basis: DateBasis
    text: str = ""
    """The words that say it, "" if none."""

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None):
            raise ValueError(f"An interval needs both ends or neither; this one has {self.start} and {self.end}.")
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError(f"An interval cannot end ({self.end}) before it starts ({self.start}).")


UNKNOWN_WHEN = When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE)


@dataclass(frozen=True, slots=True)
class Where:
    """Where something is reported to have happened, and how exactly."""

    place: Place
    name_in_text: str
    precision: GeoPrecision
    radius_km: float
    relation: str = ""
    """The words between the event and the place: "north of", "near"."""
    rule: str = ""
    """The attribution rule that fired."""
    alternatives: tuple[Place, ...] = ()
    point: LonLat | None = None
    """Where the words put it when they state distance and direction from `place`; None is the place's own point."""

    @property
    def shown_at(self) -> LonLat:
        """The centre of `radius_km`, and where it is drawn."""
        return self.place.point if self.point is None else self.point


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as written and, where it is a mass, in kilograms."""

    value: float
    unit: str
    kg: float | None
    item: str
    approx: bool
    low: float | None
    """Bounds in `unit`: "almost 40" has high 40, "at least 12" has low 12."""
    high: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Toll:
    """People killed or injured. best 0 with high None means an unknown number above none."""

    low: int
    best: int | None
    high: int | None
    who: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it (role actor) or to whom (role target); side is a country code or "" when not known."""

    name: str
    role: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that says so, with the words in it that carried the decision."""

    article_id: str
    span: Span
    """The sentence."""
    rule: str
    trigger: Span | None = None
    place: Span | None = None
    """The words that name the place, where they stand in this sentence."""
    when: Span | None = None

    @property
    def says(self) -> int:
        """How many of what, where and when the sentence itself says, 0..3."""
        return sum(part is not None for part in (self.trigger, self.place, self.when))


@dataclass(frozen=True, slots=True)
class Event:
    """A reported event of one article, or of several once merged."""

    id: str
    """From article, type and span, so that re-runs keep it."""
    event_type: str
    """A key of data/lexicon/types.toml."""
    title: str
    status: Status
    when: When
    where: Where | None
    """None is no stated place: listed, not mapped."""
    evidence: tuple[Evidence, ...]
    """At least one."""
    actors: tuple[Actor, ...] = ()
    weapons: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    killed: Toll | None = None
    injured: Toll | None = None
    origins: tuple[str, ...] = ()
    """Who is cited, or the publisher where nobody is."""
    n_independent: int = 1
    """Independent origins, not articles."""
    confidence: float = 0.0
    """0..1, the product of `factors`."""
    factors: tuple[tuple[str, float], ...] = ()
    admiralty: str = ""
    conflicts: tuple[str, ...] = ()
    member_ids: tuple[str, ...] = ()
    """Ids of the article-level events joined in this one; () for an article-level event."""
    reviewed: bool = False
    """A person confirmed or corrected it."""

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"Event {self.id!r} has no evidence; an event needs at least one sentence.")

    @property
    def article_ids(self) -> tuple[str, ...]:
        """Ids of the articles that report it, in order of first evidence."""
        return tuple(dict.fromkeys(e.article_id for e in self.evidence))


@dataclass(frozen=True, slots=True)
class Route:
    """A reported movement, not a timetable: sets of ends, never a list of pairs."""

    id: str
    title: str
    origins: tuple[Where, ...]
    waypoints: tuple[Where, ...]
    destinations: tuple[Where, ...]
    movers: tuple[str, ...]
    mover_type: str
    """armed_group, civilians, goods, aircraft or person; "" when not known."""
    mode: str
    """move, flee, advance, withdraw, smuggle, transfer …"""
    certain_direction: bool
    ordered: bool
    """Whether the text orders the waypoints."""
    status: RouteStatus
    when: When
    evidence: tuple[Evidence, ...]
    cited: tuple[str, ...] = ()
    """Who is cited, as Event.origins."""
    n_independent: int = 1
    confidence: float = 0.0
    factors: tuple[tuple[str, float], ...] = ()
    member_ids: tuple[str, ...] = ()
    reviewed: bool = False

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"Route {self.id!r} has no evidence; a route needs at least one sentence.")
        if not (self.origins or self.destinations):
            raise ValueError(f"Route {self.id!r} has neither origin nor destination.")

    @property
    def article_ids(self) -> tuple[str, ...]:
        """Ids of the articles that report it, in order of first evidence."""
        return tuple(dict.fromkeys(e.article_id for e in self.evidence))


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found in one article."""

    article: Article
    toponyms: tuple[Toponym, ...] = ()
    events: tuple[Event, ...] = ()
    routes: tuple[Route, ...] = ()


class Act(StrEnum):
    """What a person did to put a finding right."""

    ACCEPT = "accept"
    REJECT = "reject"
    RETYPE = "retype"
    REDATE = "redate"
    RESTATUS = "restatus"
    MOVE = "move"
    ENDS = "ends"
    REVERSE = "reverse"
    SAME = "same"
    NOT_SAME = "not_same"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The report of one article that a correction is about, found again when a later reading gives it another id."""

    report_id: str
    article_id: str
    kind: str
    """event or route."""
    span: Span
    """Its first sentence."""
    event_type: str = ""
    """As the reading had it, before any correction; "" for a route."""
    trigger: Span | None = None


@dataclass(frozen=True, slots=True)
class Ends:
    """Between which places a route runs, as a person gives it."""

    origins: tuple[Where, ...] = ()
    waypoints: tuple[Where, ...] = ()
    destinations: tuple[Where, ...] = ()
    certain_direction: bool = True


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the audit trail. What it says holds until a later one says otherwise or undoes it."""

    id: str
    made_at: str
    """UTC, ISO 8601, to the second or finer: 2026-03-01T09:30:00Z."""
    who: str
    """"" is not stated."""
    why: str
    act: Act
    members: tuple[Anchor, ...] = ()
    """The reports it is about; of one event, unless the act is NOT_SAME."""
    others: tuple[Anchor, ...] = ()
    """Of SAME and NOT_SAME: the reports that are, or are not, of the members' event."""
    event_type: str = ""
    """Of RETYPE: a key of data/lexicon/types.toml."""
    when: When | None = None
    """Of REDATE."""
    where: Where | None = None
    """Of MOVE; None takes the place away: none is stated."""
    undoes: str = ""
    """Of UNDO: the id of the correction that no longer holds. An UNDO can itself be undone."""
    undone_by: str = ""
    """The id of the UNDO in force, "" while the correction holds. Worked out on reading, never kept."""
    status: str = ""
    """Of RESTATUS: a value of Status for events, of RouteStatus for routes."""
    ends: Ends | None = None
    """Of ENDS: all ends of a route, in the place of those it has."""
