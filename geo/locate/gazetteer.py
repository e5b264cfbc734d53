"""From a name to the places it may mean.

Exact names come first, then names less their head word or article, then (only inside given countries) names with the
same consonants. Which of several places is meant is not decided here.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from platformdirs import user_cache_path, user_data_path

from geo.locate.additions import check
from geo.locate.bundle import (
    ABBREVIATION,
    ALTERNATE,
    ARABIC,
    CANONICAL,
    RELAXED,
    SCHEMA,
    STEM,
    in_use,
    ready_index,
    usual_radius,
)
from geo.locate.names import fold, skeleton, stems, without_article
from geo.locate.queries import SHIPPED, TOGETHER, Queries
from geo.locate.separate import separate_places
from geo.records import BadInput, BBox, LonLat, Place

DEFAULT_BUNDLE = Path(__file__).resolve().parent.parent.parent / "data" / "gazetteer.tsv.gz"
LONGEST_NAME = 120
"""Code points; longer words are no name and are not looked up."""
STAND_IN = {"CONT": 10**9, "OCN": 10**9, "RGN": 10**6, "SEA": 10**6, "DSRT": 10**5, "ADM1": 10**5, "STM": 50_000,
            "ADM2": 10**4}  # fmt: skip
"""Order among namesakes where nobody counts heads: as if so many lived there."""
_REMEMBERED = 10_000
_WAIT_S = 30.0
_IN_USE_S = 3600.0
"""So often a process that runs notes that it uses the index."""
_GLANCE_S = 1.0
"""How long a change to the user's places may go unseen by a process that runs."""


class MatchKind(StrEnum):
    """How a name led to a place, surest first."""

    CANONICAL = "canonical"
    ALTERNATE = "alternate"
    ABBREVIATION = "abbreviation"
    RELAXED = "relaxed"
    SKELETON = "skeleton"


_KINDS = {CANONICAL: MatchKind.CANONICAL, ALTERNATE: MatchKind.ALTERNATE, ABBREVIATION: MatchKind.ABBREVIATION,
          RELAXED: MatchKind.RELAXED, STEM: MatchKind.RELAXED}  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(MatchKind)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place a name may mean, and the name in the gazetteer that said so."""

    place: Place
    match: MatchKind
    matched_name: str


class Gazetteer:
    """Read-only; one connection per thread, so any thread may ask. What is added meanwhile is seen a second later."""

    def __init__(self, index: Path, bundle: Path, places: Path | None = None) -> None:
        """`places` is the file of the user's own places; it need not exist."""
        self._index, self._bundle, self._places = index, bundle, places
        self._local, self._lock = threading.local(), threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._version, self._look_again, self._say_again = 0, 0.0, 0.0
        self._remembered = lru_cache(_REMEMBERED)(self._candidates)
        self._unit = lru_cache(_REMEMBERED)(self._read_unit)

    @classmethod
    def open(
        cls,
        bundle: Path = DEFAULT_BUNDLE,
        cache_dir: Path | None = None,
        progress: Callable[[int, int], None] | None = None,
        places: Path | None = None,
    ) -> "Gazetteer":
        """Makes the index at first use (some seconds; `progress` gets rows done and rows in all).

        `places` is the file of the user's places when it is not at its usual place (own_places). Raises
        GazetteerMissing when there is no bundle, BadInput when it, a table beside it or the user's file is damaged.
        """
        index = ready_index(bundle, cache_dir or default_cache_dir(), progress, separate_places(bundle))
        gazetteer = cls(index, bundle, places or own_places(bundle))
        gazetteer._db()
        return gazetteer

    def candidates(self, name: str, countries: frozenset[str] | None = None) -> tuple[Candidate, ...]:
        """Places called so, surest match first, then by population, then by id; () for an unknown name.

        `countries` keeps places of those countries and places of no country (seas, long rivers), and permits
        matching by consonants. A weaker kind of match is tried only when the stronger ones give nothing.
        """
        if not name or len(name) > LONGEST_NAME:
            return ()
        self._refresh()
        return self._remembered(name, countries)

    def get(self, gazetteer_id: str) -> Place | None:
        """The place of this id, None when there is none."""
        found = self._ask(self._queries().place, gazetteer_id)
        return self._place(found[0]) if found else None

    def country(self, country_code: str) -> Place | None:
        """The country or territory of an ISO 3166-1 alpha-2 code, None when there is none."""
        found = self._ask("SELECT value FROM main.meta WHERE key = ?", f"country {country_code}")
        return self.get(found[0][0]) if found else None

    def search(self, name: str, limit: int = 20) -> tuple[Candidate, ...]:
        """For people who type: all exact candidates, then places whose name begins so, largest first."""
        exact = self.candidates(name)
        key = fold(name)
        if len(key) < 2 or len(key) > LONGEST_NAME or len(exact) >= limit:
            return exact[:limit]
        seen = {found.place.gazetteer_id for found in exact}
        rest = []
        for kind, label, *row in self._ask(self._queries().prefix, key, key + "\U0010ffff", ALTERNATE, limit * 4):
            place = self._place(row)
            if place.gazetteer_id not in seen:
                seen.add(place.gazetteer_id)
                rest.append(Candidate(place, _KINDS[kind], label or place.name))
        return (*exact, *rest)[:limit]

    def has_name(self, name: str) -> bool:
        """Whether some place is called exactly so (folded); abbreviations count only in their own case."""
        key = fold(name)
        rows = self._ask(self._queries().named, key, ABBREVIATION) if key else []
        return any(kind != ABBREVIATION or _same_case(name, label) for kind, label in rows)

    def known(self, country_code: str) -> int:
        """How many places of a country are known, the user's own with them."""
        return int(self._ask(self._queries().counted, country_code)[0][0])

    def coverage(self, country_code: str) -> str:
        """The same for people: "Iraq: 314 places known"; the code stands for a country that has no name here."""
        country, known = self.country(country_code), self.known(country_code)
        return f"{country.name if country else country_code}: {known:,} place{'' if known == 1 else 's'} known"

    def countries(self) -> Mapping[str, int]:
        """How many places are known by country code, in order; "" holds seas and what lies across borders."""
        return MappingProxyType({code: int(count) for code, count in self._ask(self._queries().tally)})

    def info(self) -> Mapping[str, str | int]:
        """rows, names, the bundle's sha256, the schema, and where the files are; rows and names as shipped, those
        beside the bundle with them."""
        meta = dict(self._ask("SELECT key, value FROM main.meta WHERE key IN ('rows', 'names', 'sha256')"))
        added = self._ask("SELECT count(*) FROM own.place")[0][0] if self._queries() is TOGETHER else 0
        return MappingProxyType({
            "rows": int(meta["rows"]), "names": int(meta["names"]), "sha256": meta["sha256"], "schema": SCHEMA,
            "bundle": str(self._bundle), "index": str(self._index), "added": added,
            "added_file": str(self._places or ""),
        })  # fmt: skip

    def _candidates(self, name: str, countries: frozenset[str] | None) -> tuple[Candidate, ...]:
        key = fold(name)
        found = self._exact(name, key, countries) or self._relaxed(name, key, countries)
        if not found and countries:
            found = self._like(key, countries)
        best: dict[str, Candidate] = {}
        for one in found:
            known = best.get(one.place.gazetteer_id)
            if known is None or _RANK[one.match] < _RANK[known.match]:
                best[one.place.gazetteer_id] = one
        return tuple(sorted(best.values(), key=_order))

    def _exact(self, name: str, key: str, countries: frozenset[str] | None) -> list[Candidate]:
        """"U.S." and "US" are the country alone; Us in France is for "Us", and in text all in capitals."""
        found = []
        for kind, label, *row in self._ask(self._queries().exact, key) if key else ():
            if kind == STEM or not _within(row[9], countries):
                continue
            if kind == ABBREVIATION and not _same_case(name, label):
                continue
            place = self._place(row)
            found.append(Candidate(place, _KINDS[kind], label or place.name))
        short = [one for one in found if one.match is MatchKind.ABBREVIATION]
        exact = [replace(one, matched_name=label) for one in short for label in one.matched_name.split("|")
                 if _letters(label) == _letters(name)]  # fmt: skip
        return exact or found

    def _relaxed(self, name: str, key: str, countries: frozenset[str] | None) -> list[Candidate]:
        """Less "the", less an Arabic article, less a head word whose kind of place then must fit."""
        if key.startswith("the "):
            plain = name.strip()[4:]
            return self._as_relaxed(self.candidates(plain, countries))
        bare = without_article(key)
        if bare:
            found = [one for one in self._exact(bare, bare, countries) if one.place.country_code in ARABIC]
            if found:
                return self._as_relaxed(found)
        for stem in stems(key):
            found = []
            for kind, label, *row in self._ask(self._queries().exact, stem.key):
                if kind != ABBREVIATION and stem.fits(row[8]) and _within(row[9], countries):
                    place = self._place(row)
                    found.append(Candidate(place, MatchKind.RELAXED, label or place.name))
            if found:
                return found
        return []

    def _as_relaxed(self, found: Iterable[Candidate]) -> list[Candidate]:
        weaker = {one: max(one.match, MatchKind.RELAXED, key=_RANK.__getitem__) for one in found}
        return [Candidate(one.place, match, one.matched_name) for one, match in weaker.items()]

    def _like(self, key: str, countries: frozenset[str]) -> list[Candidate]:
        """The same consonants inside the countries; a head word in the name still rules the kind of place."""
        ways = [(stem.key, stem.codes) for stem in stems(key)] or [(key, ("",))]
        found = []
        for words, codes in ways:
            for country in sorted(countries):
                for label, *row in self._ask(self._queries().like, skeleton(words), country):
                    if row[8].startswith(codes):
                        place = self._place(row)
                        found.append(Candidate(place, MatchKind.SKELETON, label or place.name))
        return found

    def _place(self, row: Sequence[Any]) -> Place:
        ident, name, lon, lat, west, south, east, north, feature, country, population, radius, parent = row
        area = None if west is None else BBox(west, south, east, north)
        return Place(
            ident, name, LonLat(lon, lat), area, feature or "", country or "", population, self._chain(ident, parent),
            usual_radius(feature or "") if radius is None else radius,
        )  # fmt: skip

    def _chain(self, ident: str, parent: int | str | None) -> tuple[tuple[str, str], ...]:
        """Units from the inside out; a user's units may name each other in a circle, which ends the chain."""
        chain: dict[str, str] = {}
        while parent is not None and len(chain) < 4:
            unit, name, parent = self._unit(parent)
            if not unit or unit == ident or unit in chain:
                break
            chain[unit] = name
        return tuple(chain.items())

    def _read_unit(self, parent: int | str) -> tuple[str, str, int | str | None]:
        """Id, name and parent of a unit given by row number, id or code ("IQ.18"); "" for an unknown one."""
        if isinstance(parent, int):
            ident, name, above = self._ask("SELECT id, name, parent FROM main.place WHERE n = ?", parent)[0]
            return ident, name, above
        found = self._ask(self._queries().place, parent if ":" in parent else self._coded(parent))
        return (found[0][0], found[0][1], found[0][-1]) if found else ("", "", None)

    def _coded(self, code: str) -> str:
        """Id of the unit of this code, else of the next larger one that is known, else ""."""
        while "." in code:
            found = self._ask(self._queries().coded, code)
            if found:
                return str(found[0][0])
            code = code.rpartition(".")[0]
        found = self._ask("SELECT value FROM main.meta WHERE key = ?", f"country {code}")
        return str(found[0][0]) if found else ""

    def _ask(self, query: str, *values: object) -> list[Any]:
        try:
            return self._db().execute(query, values).fetchall()
        except UnicodeEncodeError:  # half a character: nothing is called so
            return []
        except sqlite3.Error as error:
            raise BadInput(f"The gazetteer cannot be read: {error}. If this stays, remove {self._index}; it is made "
                           f"again, and check the added places in {self._places}.") from error  # fmt: skip

    def _queries(self) -> Queries:
        self._db()
        queries: Queries = self._local.queries
        return queries

    def _db(self) -> sqlite3.Connection:
        """This thread's connection, a new one when the user's file has changed: it may only just have come to be."""
        version = self._refresh()
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None or self._local.version != version:
            db = sqlite3.connect(f"{self._index.as_uri()}?mode=ro&immutable=1", uri=True, timeout=_WAIT_S)
            if self._seen is not None and self._places:
                check(self._places)
                db.execute("ATTACH ? AS own", (f"{self._places.absolute().as_uri()}?mode=ro",))
            self._local.queries = SHIPPED if self._seen is None else TOGETHER
            self._local.db, self._local.version = db, version
        return db

    def look_again(self) -> None:
        """For whoever has just added places in this process: they are seen at once."""
        self._look_again = 0.0

    def _refresh(self) -> int:
        """Looks at the user's file at most once a second; forgets what was remembered when it has changed."""
        now = time.monotonic()
        if now >= self._look_again:
            with self._lock:
                self._look_again = now + _GLANCE_S
                if now >= self._say_again:
                    self._say_again = now + _IN_USE_S
                    in_use(self._index)
                seen = _stamp(self._places)
                if seen != self._seen:
                    self._seen = seen
                    self._version += 1
                    self._remembered.cache_clear()
                    self._unit.cache_clear()
        return self._version


def _stamp(path: Path | None) -> tuple[int, ...] | None:
    """What changes when the file does; None when there is none or nothing in it yet."""
    try:
        stat = path.stat() if path else None
    except OSError:
        return None
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns) if stat and stat.st_size else None


def own_places(bundle: Path = DEFAULT_BUNDLE) -> Path:
    """Where the user's places are kept: the user's data folder, or beside a bundle of the user's own choice."""
    if bundle.absolute() == DEFAULT_BUNDLE:
        return user_data_path("dateline", appauthor=False) / "places.sqlite"
    return bundle.with_name(f"{bundle.name.removesuffix('.gz').removesuffix('.tsv')}.places.sqlite")


def default_cache_dir() -> Path:
    """Where the user's system keeps what can be made again."""
    return user_cache_path("dateline", appauthor=False)


def _order(found: Candidate) -> tuple[int, int, str]:
    size = found.place.population
    if size is None:
        size = STAND_IN.get(found.place.feature_code, 0)
    return _RANK[found.match], -size, found.place.gazetteer_id


def _within(country: str, countries: frozenset[str] | None) -> bool:
    return countries is None or not country or country in countries


def _same_case(name: str, label: str) -> bool:
    """"US" and "U.S." are the country, "us" is not; all capitals will do for "Calif."."""
    return _letters(name).isupper() or _letters(name) in map(_letters, label.split("|"))


def _letters(name: str) -> str:
    return "".join(c for c in name if c.isalnum())
