"""Words round a name -> how exactly it says where: "near X", "15 km south of X", "the X region".

One rule of precision for places, events and routes alike. Words can only make a place less exact: a country stays a
country however near to it something lies, and a river is never a point.
"""

import re
from dataclasses import dataclass
from functools import cache

import msgspec

from geo.lexicon import load
from geo.locate.cues import any_of
from geo.records import GeoPrecision, LonLat, Place, Span
from geo.spatial import offset

NEAR_KM = 10.0
"""Radius added round a place that something is only said to be near."""
DIRECTION_SHARE = 0.4
"""Of a stated distance: how far off the reckoned point a compass word may be. Words round to eight directions, so up
to 22.5° to either side; the chord of that is 0.39 of the distance."""
LEAST_MOVED_KM = 1.0
BEARING_KM = 50.0
"""Radius added round a place that only gives the direction ("north of X")."""
UNIT_RADIUS_KM = {GeoPrecision.ADMIN1: 60.0, GeoPrecision.ADMIN2: 25.0}
"""For a unit that the gazetteer knows only by its chief town."""
MOST_KM = 500.0
"""A longer distance is a journey or a range, and says nothing of where something lies."""
REACH = 110
"""Code points before a name that are looked at."""
VAGUE = ("DSRT", "RGN", "MTS", "CONT", "SEA", "GULF", "OCN", "PLN", "PLAT", "AREA", "PEN", "ISLS", "LK", "RSV", "BAY",
         "FRST", "BSN", "DLTA", "CST", "ISTH", "DPR", "WTLD", "LGN", "FJD")  # fmt: skip
"""Beginnings of the feature codes of landscapes: an area without edges, not a point."""
LINES = ("STM", "RD", "RR", "CNL", "VAL", "STMS", "WAD", "STRT", "CHN", "SD", "GRGE")
"""Beginnings of the feature codes of what is long and narrow."""
_AT = frozenset({"", "on", "in", "at"})


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ways to say one relation, with a sentence of each kind."""

    says: str
    phrases: list[str]
    matches: str
    rejects: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plain list."""

    words: list[str]


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nouns that make a unit of a town's name."""

    admin1: list[str]
    admin2: list[str]


class Length(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit of length and how it is written."""

    km: float
    forms: list[str]


class Relations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/place_relations.toml."""

    before: list[Phrases]
    after: list[Phrases]
    spots: Words
    fillers: Words
    kinds: Words
    units: Units
    lengths: dict[str, Length]
    numbers: dict[str, float]
    bearings: dict[str, float]


@dataclass(frozen=True, slots=True)
class Relation:
    """How what is told lies to a place, as far as the words beside its name say."""

    words: str
    """"near", "south of", "15 km south of"; "" when the place itself is meant."""
    precision: GeoPrecision
    radius_km: float
    """Round `point`; it holds what is meant."""
    point: LonLat
    """Where that is: the place's point, moved where both distance and direction are stated."""
    km: float | None = None
    """The stated distance."""
    moved: bool = False
    """`point` is not the place's own."""


@dataclass(frozen=True, slots=True)
class _Patterns:
    distance: re.Pattern[str]
    bearing: re.Pattern[str]
    before: tuple[tuple[str, re.Pattern[str]], ...]
    after: tuple[tuple[str, re.Pattern[str]], ...]
    listed: re.Pattern[str]
    unit: re.Pattern[str]
    degrees: dict[str, float]
    km: dict[str, float]
    admin1: frozenset[str]


@cache
def relations() -> Relations:
    """The word list, read once."""
    return load("place_relations", Relations)


@cache
def _patterns() -> _Patterns:
    lists = relations()
    fillers, kinds = any_of(lists.fillers.words), any_of(lists.kinds.words)
    # "the rebel-held town of X", "the base in X": up to four words, the last of them a kind of place.
    gap = (rf"(?:(?:{fillers})\s+){{0,4}}?"
           rf"(?:(?:the\s+|an?\s+)?(?:[\w'’-]+\s+){{0,3}}(?:{kinds})\s+(?:of|in|at)\s+(?:the\s+)?)?")
    degrees = {way.replace("-", ""): value for way, value in lists.bearings.items()}
    ways = "|".join(way.replace("-", r"[-\s]?") for way in sorted(lists.bearings, key=lambda w: (-len(w), w)))
    units = any_of(form for length in lists.lengths.values() for form in length.forms)
    number = rf"(?P<number>\d[\d,]*(?:\.\d+)?|(?:{any_of(lists.numbers)}))"
    aside = r"(?:\s*\([^()\n]{1,30}\))?"
    bearing = rf"(?:(?:to\s+the|due|just|further|away\s+to\s+the)\s+)*(?P<way>{ways})"
    flags = re.IGNORECASE
    every = [*lists.units.admin1, *lists.units.admin2]
    side = rf"(?:['’]s?)?\s+(?:(?:{ways})(?:ern)?\s+)?"
    return _Patterns(
        re.compile(rf"(?<![\w.])(?:{number})[\s-]*(?P<unit>{units}){aside}\s+(?:away\s+)?(?:{bearing}\s+)?"
                   rf"(?:of|from|outside|off|inside)\s+{gap}$", flags),
        re.compile(rf"(?<![\w-]){bearing}\s+of\s+{gap}$", flags),
        tuple((row.says, re.compile(rf"(?<![\w-])(?:{any_of(row.phrases)})\s+{_second(row.says)}{gap}$", flags))
              for row in lists.before),
        tuple((row.says, re.compile(rf"{side}(?:{any_of(row.phrases)})(?!\w)"
                                    rf"(?!\s+(?:{any_of(lists.spots.words)})\b)", flags)) for row in lists.after),
        re.compile(r"[A-Z][\w'’-]*(?:[\s-][A-Z][\w'’-]*){0,3},?\s+(?:and|or|&)\s+(?:the\s+)?$"),
        re.compile(rf"\s+(?P<noun>{any_of(every)})$", flags),
        degrees, {form: length.km for length in lists.lengths.values() for form in length.forms},
        frozenset(lists.units.admin1),
    )  # fmt: skip


def _second(says: str) -> str:
    """Behind "between" the name is the first of two, or the second."""
    return r"(?:(?:the\s+)?[^\s.,;:()\n]+(?:\s[^\s.,;:()\n]+){0,4}\s+and\s+)?" if says == "between" else ""


def precision_of(place: Place, relation: str) -> GeoPrecision:
    """What a place and the words in front of it can say of a position, at best."""
    code = place.feature_code
    if code.startswith("PCL") or code == "TERR":
        return GeoPrecision.COUNTRY
    if code == "ADM1":
        return GeoPrecision.ADMIN1
    if code.startswith("ADM"):
        return GeoPrecision.ADMIN2
    if code.startswith(LINES):
        return GeoPrecision.LINEAR
    if code.startswith(VAGUE):
        return GeoPrecision.REGION
    return GeoPrecision.EXACT if relation in _AT else GeoPrecision.NEAR


def unit_said(words: str) -> GeoPrecision | None:
    """The level of "Kirkuk region" or "Taji district" by its last word, None where that names no unit."""
    found = _patterns().unit.search(f" {words}")
    if found is None:
        return None
    return GeoPrecision.ADMIN1 if found["noun"].lower() in _patterns().admin1 else GeoPrecision.ADMIN2


def radius_of(place: Place, precision: GeoPrecision, relation: str = "", km: float | None = None) -> float:
    """Kilometres round the place's point that hold what is meant."""
    if precision is GeoPrecision.NEAR:
        beyond = km if km is not None else BEARING_KM if relation.split(" of")[0] in relations().bearings else NEAR_KM
        return place.radius_km + beyond
    own = precision_of(place, "")
    return max(place.radius_km, UNIT_RADIUS_KM.get(precision, 0.0)) if precision is not own else place.radius_km


def moved_radius(place: Place, km: float) -> float:
    """Kilometres round a point reckoned so far from the place: its own size, and how loosely a compass word aims."""
    return place.radius_km + max(LEAST_MOVED_KM, DIRECTION_SHARE * km)


def relation_of(text: str, span: Span, place: Place) -> Relation:
    """Read off the words just before and behind the name at `span` of `text`; nothing across a line break.

    A name joined by "and" to one before it shares what stands before that one ("near X and Y").
    """
    before = text[max(0, span.start - REACH):span.start].rpartition("\n")[2]
    behind = text[span.end:span.end + 40].partition("\n")[0]
    name = text[span.start:span.end]
    unit = unit_said(name) or unit_said((re.match(r"\s+[a-z]+", behind) or [""])[0].strip())
    if precision_of(place, "") is GeoPrecision.EXACT and unit is not None:
        return Relation("", unit, radius_of(place, unit), place.point)
    words, km, bearing = _said(before, name + behind, len(name))
    precision = precision_of(place, words)
    radius = radius_of(place, precision, words, km)
    if precision is GeoPrecision.NEAR and km is not None and bearing is not None:
        there = offset(place.point, km, bearing)
        return Relation(words, precision, moved_radius(place, km), there, km, moved=True)
    return Relation(words, precision, radius, place.point, km)


def _said(before: str, name_on: str, length: int) -> tuple[str, float | None, float | None]:
    """(words, kilometres, degrees) of the relation, ("", None, None) when nothing is said."""
    patterns = _patterns()
    joined = patterns.listed.search(before)
    for part in (before, before[:joined.start()] if joined else ""):
        if not part:
            continue
        if far := patterns.distance.search(part):
            km = _kilometres(far["number"], far["unit"])
            if km <= MOST_KM:
                return _shown(far), km, _degrees(far["way"])
        if way := patterns.bearing.search(part):
            return f"{_together(way['way'])} of", None, _degrees(way["way"])
        for says, pattern in patterns.before:
            if pattern.search(part):
                return says, None, None
    for says, pattern in patterns.after:
        if pattern.match(name_on, length):
            return says, None, None
    return "", None, None


def _kilometres(number: str, unit: str) -> float:
    value = relations().numbers.get(" ".join(number.lower().split()))
    if value is None:
        value = float(number.replace(",", ""))
    return round(value * _patterns().km[" ".join(unit.lower().split())], 3)


def _shown(far: re.Match[str]) -> str:
    """ "15 km south of" as written, without what stands in brackets or between."""
    figure = f"{' '.join(far['number'].split())} {' '.join(far['unit'].split())}".lower()
    return f"{figure} {_together(far['way'])} of" if far["way"] else f"{figure} from"


def _degrees(way: str | None) -> float | None:
    return _patterns().degrees[re.sub(r"[-\s]", "", way.lower())] if way else None


def _together(way: str) -> str:
    return re.sub(r"\s+", "-", way.lower())
