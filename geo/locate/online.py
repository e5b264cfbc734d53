"""Names the gazetteer lacks -> an online geocoder, when the user has asked for that. Nothing is asked otherwise.

One request a second for all processes together, each question once, every answer checked before it is believed and
marked as what it is. A service that fails costs the places it would have found, and never the run.
"""

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import msgspec
from geopy import exc
from geopy.adapters import URLLibAdapter
from geopy.geocoders import ArcGIS, GeoNames, Nominatim, OpenCage, Photon

from geo.locate.bundle import usual_radius
from geo.locate.gazetteer import LONGEST_NAME, Gazetteer
from geo.locate.kept_answers import KeptAnswers
from geo.locate.names import fold
from geo.locate.online_answers import READERS
from geo.records import BadInput, BadOption, BBox, LonLat, MentionKind, Place, Toponym, Unresolved
from geo.spatial import contains, distance_km

PATIENCE_S = 10.0
FAILURES = 3
"""After so many failures on end nothing more is asked in this run."""
MOST_ASKED = 1_000
"""Requests of one run; public services are not for bulk."""
RESULTS = 5
SCORE = 0.5
"""A rank below what the gazetteer itself finds: the name alone chose the place."""
WIDEST_KM = 2_500.0
MARGIN_DEGREES = 0.5
"""How far outside its country's box a place may lie: boxes are rough."""
REST_S = 60.0
"""After "too many requests" that names no time."""
KEYED = {"geonames": "user name", "opencage": "key"}
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, HTTPException)
"""What an answer in another layout than the service's own turns into, in geopy or in our readers."""


@dataclass(frozen=True, slots=True)
class Service:
    """Which geocoder is asked, and as whom."""

    name: str
    """A key of READERS."""
    agent: str
    """Who asks: the name of the application or user, best with an address to write to."""
    key: str = ""
    """GeoNames' user name or OpenCage's key."""
    address: str = ""
    """Of a server of one's own; "" is the public one."""


@dataclass(slots=True)
class Tally:
    """What came of the questions of one run."""

    asked: int = 0
    kept: int = 0
    """Answered from what was kept."""
    placed: int = 0
    failed: int = 0
    last_error: str = ""
    stopped: str = ""
    """Why nothing more is asked, "" while it is."""


def service_of(name: str, agent: str, key: str = "", address: str = "") -> Service:
    """BadOption with a sentence when the service is unknown, nobody says who asks, or a key is missing."""
    name = name.strip().casefold()
    if name not in READERS:
        raise BadOption(f"There is no online geocoder {name[:40]!r}; choose one of {', '.join(sorted(READERS))}.")
    if not agent.strip() or agent.casefold().startswith("geopy"):
        raise BadOption(
            f"{name} must be told who asks: set DATELINE_GEOCODER_AGENT to your own name or project and an address, "
            "such as “Our newsroom's map, maps@example.org”."
        )
    if not agent.isprintable() or not agent.isascii():
        raise BadOption("DATELINE_GEOCODER_AGENT may hold printable ASCII only: it travels in a header.")
    if name in KEYED and not key.strip():
        raise BadOption(f"{name} needs a {KEYED[name]} of your own: set DATELINE_GEOCODER_KEY.")
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise BadOption(f"{address[:80]!r} is not an http or https address.")
    return Service(name, agent.strip(), key.strip(), address.rstrip("/"))


class Online:
    """Asks one service for names that the gazetteer has not; one for each process."""

    def __init__(self, service: Service, answers: KeptAnswers, gazetteer: Gazetteer,
                 patience_s: float = PATIENCE_S) -> None:  # fmt: skip
        self.service, self.tally = service, Tally()
        self._answers, self._gazetteer = answers, gazetteer
        self._geocode = _client(service, patience_s)
        self._failures = 0
        self._shut = False

    def place_missing(self, toponyms: Sequence[Toponym]) -> tuple[Toponym, ...]:
        """The same toponyms; names that are in no gazetteer are asked for, inside the countries of the others.

        Names inside an organisation's name and demonyms are never asked for. The same name has one answer.
        """
        countries = _in_play(toponyms)
        asked = {t.mention.name: self.find(t.mention.name, countries) for t in toponyms if _is_missing(t)}
        return tuple(self._placed(t, asked.get(t.mention.name)) if _is_missing(t) else t for t in toponyms)

    def find(self, name: str, countries: frozenset[str]) -> Place | None:
        """The service's first hit that passes every check, kept or asked for; None for none, or when it fails."""
        if not fold(name) or len(name) > LONGEST_NAME or any("\ud800" <= c <= "\udfff" for c in name):
            return None
        if self._shut:
            return None
        try:
            return self._find(name, countries)
        except BadInput as error:  # the file of answers; without it nothing is asked, for nothing would be kept
            self._shut, self.tally.stopped = True, str(error)
            return None

    def _find(self, name: str, countries: frozenset[str]) -> Place | None:
        question = "|".join((self.service.name, self.service.address, fold(name), ",".join(sorted(countries))))
        known = self._answers.get(question)
        if known is not None:
            self.tally.kept += 1
            return msgspec.json.decode(known, type=Place) if known else None
        place, answered = self._ask(name, countries)
        if answered:
            self._answers.put(question, msgspec.json.encode(place).decode() if place else "")
        return place

    def _placed(self, toponym: Toponym, place: Place | None) -> Toponym:
        if place is None:
            return toponym
        self.tally.placed += 1
        why = f"online: {self.service.name} knows “{place.name}”; the gazetteer does not"
        return replace(toponym, place=place, unresolved=None, score=SCORE, reasons=(*toponym.reasons, why))

    def _ask(self, name: str, countries: frozenset[str]) -> tuple[Place | None, bool]:
        """(place, whether the service answered at all)."""
        tally = self.tally
        if tally.asked >= MOST_ASKED:
            tally.stopped = f"No more is asked in one run than {MOST_ASKED:,} names."
        if tally.stopped:
            return None, False
        self._answers.take_turn()
        tally.asked += 1
        try:
            with warnings.catch_warnings(action="ignore"):  # geopy warns of a bad latitude before it refuses it
                hits = list(self._geocode(name, sorted(countries)) or [])[:RESULTS]
            place = self._first(hits, countries)
        except exc.GeocoderRateLimited as error:
            self._answers.pause(error.retry_after or REST_S)
            return self._failed("it asks for fewer requests (429)", error)
        except (exc.GeocoderAuthenticationFailure, exc.GeocoderInsufficientPrivileges) as error:
            self._failures = FAILURES
            return self._failed("it refuses us; check the key and the agent", error)
        except exc.GeopyError as error:
            return self._failed(type(error).__name__.removeprefix("Geocoder"), error)
        except _BROKEN as error:
            return self._failed("its answer has another layout than expected", error)
        self._failures = 0
        return place, True

    def _first(self, hits: Sequence[Any], countries: frozenset[str]) -> Place | None:
        """The first hit that is a place; one in a strange layout is passed over, unless there are only such."""
        broken: Exception | None = None
        read = 0
        for hit in hits:
            try:
                place = self._checked(hit, countries)
            except _BROKEN as error:
                broken = error
                continue
            if place is not None:
                return place
            read += 1
        if broken is not None and not read:
            raise broken
        return None

    def _failed(self, what: str, error: BaseException) -> tuple[None, bool]:
        self.tally.failed += 1
        self.tally.last_error = f"{what}: {' '.join(str(error).split())[:120]}".replace(self.service.key or "\0", "…")
        self._failures += 1
        if self._failures >= FAILURES:
            self.tally.stopped = "Nothing more is asked in this run."
        return None, False

    def _checked(self, location: Any, countries: frozenset[str]) -> Place | None:
        """A place of what geopy gave; None when it is no place, lies nowhere, or in a country that is not in play."""
        hit = READERS[self.service.name](location.raw)
        if hit is None:
            return None
        point = LonLat(float(location.longitude), float(location.latitude))
        if not (abs(point.lon) <= 180 and abs(point.lat) <= 90) or point == (0.0, 0.0):  # NaN fails too
            return None
        country = hit.country or self._country_at(point, countries)
        if countries and country not in countries:
            return None
        unit = self._gazetteer.country(country) if country else None
        if unit is not None and unit.area is not None and not contains(_widened(unit.area), point):
            return None
        box = hit.box if hit.box is not None and _is_box(hit.box) else None
        radius = min(max(usual_radius(hit.feature_code), _half_across(box)), WIDEST_KM)
        name = " ".join(str(location.address).partition(",")[0].split())[:LONGEST_NAME]
        if not fold(name):
            return None
        within = ((unit.gazetteer_id, unit.name),) if unit else ()
        area = box if hit.feature_code.startswith(("PCL", "ADM")) else None
        return Place(hit.id, name, point, area, hit.feature_code, country, None, within, radius)

    def _country_at(self, point: LonLat, countries: frozenset[str]) -> str:
        """Of a service that tells no country: the one in play whose box holds the point, "" for none."""
        for code in sorted(countries):
            unit = self._gazetteer.country(code)
            if unit is not None and unit.area is not None and contains(unit.area, point):
                return code
        return ""


def summary(name: str, tallies: Iterable[Tally]) -> str:
    """One sentence for people on what the processes of a run have asked together, "" when nothing was missing."""
    told = list(tallies)
    asked, kept = sum(t.asked for t in told), sum(t.kept for t in told)
    placed, failed = sum(t.placed for t in told), sum(t.failed for t in told)
    stopped = " ".join(dict.fromkeys(t.stopped for t in told if t.stopped))
    if not (asked or kept or stopped):
        return ""
    last = next((t.last_error for t in reversed(told) if t.last_error), "")
    said = f"{name}: {asked} names asked, {kept} answered from what was kept, {placed} placed"
    return f"{said}{f', {failed} failed (last: {last})' if failed else ''}.{f' {stopped}' if stopped else ''}"


def _is_missing(toponym: Toponym) -> bool:
    mention = toponym.mention
    return (toponym.unresolved is Unresolved.NOT_IN_GAZETTEER and mention.kind is MentionKind.PLACE
            and not mention.nested_in)  # fmt: skip


def _in_play(toponyms: Sequence[Toponym]) -> frozenset[str]:
    """Countries that hold at least a fifth of the article's placed names; empty when nothing is placed."""
    counts = Counter(t.place.country_code for t in toponyms if t.place is not None and t.place.country_code)
    return frozenset(code for code, n in counts.items() if n * 5 >= counts.total())


def _widened(box: BBox) -> BBox:
    if box.west > box.east or box.east - box.west > 350:
        return BBox(box.west, box.south - MARGIN_DEGREES, box.east, box.north + MARGIN_DEGREES)
    return BBox(box.west - MARGIN_DEGREES, box.south - MARGIN_DEGREES, box.east + MARGIN_DEGREES,
                box.north + MARGIN_DEGREES)  # fmt: skip


def _is_box(box: BBox) -> bool:
    return all(map(math.isfinite, box)) and -90 <= box.south <= box.north <= 90 and \
        max(abs(box.west), abs(box.east)) <= 180  # fmt: skip


def _half_across(box: BBox | None) -> float:
    if box is None:
        return 0.0
    return distance_km(LonLat(box.west, box.south), LonLat(box.east, box.north)) / 2


def _client(service: Service, patience_s: float) -> Callable[[str, list[str]], Any]:
    """(name, countries) -> geopy's locations. urllib: it neither retries nor follows us with other libraries."""
    parts = urlsplit(service.address)
    common: dict[str, Any] = {"user_agent": service.agent, "timeout": patience_s, "adapter_factory": URLLibAdapter}
    if service.address:
        common |= {"scheme": parts.scheme, "domain": service.address.partition("://")[2]}
    many: dict[str, Any] = {"exactly_one": False}
    match service.name:
        case "nominatim":
            osm = Nominatim(**common)
            return lambda name, countries: osm.geocode(name, addressdetails=True, limit=RESULTS, language="en",
                                                       country_codes=[c.lower() for c in countries] or None, **many)
        case "photon":
            photon = Photon(**common)
            return lambda name, countries: photon.geocode(name, limit=RESULTS, language="en", **many)
        case "geonames":
            geonames = GeoNames(service.key, **common)
            return lambda name, countries: geonames.geocode(name, country=countries or None, **many)
        case "arcgis":
            arcgis = ArcGIS(**common)
            return lambda name, countries: arcgis.geocode(name, out_fields=["Addr_type", "Type"], **many)
    opencage = OpenCage(service.key, **common)
    return lambda name, countries: opencage.geocode(name, language="en", annotations=False,
                                                    country=countries or None, **many)  # fmt: skip
