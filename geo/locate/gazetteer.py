"""From a name to the places it may mean.

Exact names come first, then names less their head word or article, then (only inside given countries) names with the
same consonants. Which of several places is meant is not decided here.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from platformdirs import user_cache_path

from geo.locate.bundle import ABBREVIATION, ALTERNATE, ARABIC, CANONICAL, RELAXED, SCHEMA, STEM, ready_index
from geo.locate.names import fold, skeleton, stems, without_article
from geo.records import BBox, LonLat, Place

DEFAULT_BUNDLE = Path(__file__).resolve().parent.parent.parent / "data" / "gazetteer.tsv.gz"
LONGEST_NAME = 120
"""Code points; longer words are no name and are not looked up."""
STAND_IN = {"CONT": 10**9, "OCN": 10**9, "RGN": 10**6, "SEA": 10**6, "DSRT": 10**5, "ADM1": 10**5, "STM": 50_000,
            "ADM2": 10**4}  # fmt: skip
"""Order among namesakes where nobody counts heads: as if so many lived there."""
_REMEMBERED = 50_000

_PLACE = ("p.n, p.id, p.name, p.lon, p.lat, p.west, p.south, p.east, p.north, p.feature, p.country, p.population, "
          "p.radius_km, p.parent")  # fmt: skip
_EXACT = f"SELECT n.kind, n.label, {_PLACE} FROM name n JOIN place p ON p.n = n.place WHERE n.key = ?"
_PREFIX = (f"SELECT n.kind, n.label, {_PLACE} FROM name n JOIN place p ON p.n = n.place "
           "WHERE n.key > ? AND n.key < ? AND n.kind <= ? "
           "ORDER BY p.population DESC, p.id, n.key LIMIT ?")  # fmt: skip
_LIKE = (f"SELECT s.label, {_PLACE} FROM skeleton s JOIN place p ON p.n = s.place "
         "WHERE s.key = ? AND s.country = ?")  # fmt: skip


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
    """Read-only; one connection per thread, so any thread may ask."""

    def __init__(self, index: Path, bundle: Path) -> None:
        self._index, self._bundle = index, bundle
        self._local = threading.local()
        self._remembered = lru_cache(_REMEMBERED)(self._candidates)
        self._unit = lru_cache(_REMEMBERED)(self._read_unit)

    @classmethod
    def open(
        cls,
        bundle: Path = DEFAULT_BUNDLE,
        cache_dir: Path | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> "Gazetteer":
        """Makes the index at first use (some seconds; `progress` gets rows done and rows in all).

        Raises GazetteerMissing when there is no bundle, BadInput when it is damaged.
        """
        return cls(ready_index(bundle, cache_dir or default_cache_dir(), progress), bundle)

    def candidates(self, name: str, countries: frozenset[str] | None = None) -> tuple[Candidate, ...]:
        """Places called so, surest match first, then by population, then by id; () for an unknown name.

        `countries` keeps places of those countries and places of no country (seas, long rivers), and permits
        matching by consonants. A weaker kind of match is tried only when the stronger ones give nothing.
        """
        if not name or len(name) > LONGEST_NAME:
            return ()
        return self._remembered(name, countries)

    def get(self, gazetteer_id: str) -> Place | None:
        """The place of this id, None when there is none."""
        row = self._db().execute(f"SELECT {_PLACE} FROM place p WHERE p.id = ?", (gazetteer_id,)).fetchone()
        return self._place(row) if row else None

    def country(self, country_code: str) -> Place | None:
        """The country or territory of an ISO 3166-1 alpha-2 code, None when there is none."""
        row = self._db().execute("SELECT value FROM meta WHERE key = ?", (f"country {country_code}",)).fetchone()
        return self.get(row[0]) if row else None

    def search(self, name: str, limit: int = 20) -> tuple[Candidate, ...]:
        """For people who type: all exact candidates, then places whose name begins so, largest first."""
        exact = self.candidates(name)
        key = fold(name)
        if len(key) < 2 or len(key) > LONGEST_NAME or len(exact) >= limit:
            return exact[:limit]
        bounds = (key, key + "\U0010ffff", ALTERNATE, limit * 4)
        seen = {found.place.gazetteer_id for found in exact}
        rest = []
        for kind, label, *row in self._db().execute(_PREFIX, bounds):
            place = self._place(row)
            if place.gazetteer_id not in seen:
                seen.add(place.gazetteer_id)
                rest.append(Candidate(place, _KINDS[kind], label or place.name))
        return (*exact, *rest)[:limit]

    def has_name(self, name: str) -> bool:
        """Whether some place is called exactly so (folded); abbreviations count only in their own case."""
        key = fold(name)
        rows = self._db().execute("SELECT kind, label FROM name WHERE key = ? AND kind <= ?", (key, ABBREVIATION))
        return any(kind != ABBREVIATION or _same_case(name, label) for kind, label in rows) if key else False

    def info(self) -> Mapping[str, str | int]:
        """rows, names, the bundle's sha256, the schema, and where both files are."""
        meta = dict(self._db().execute("SELECT key, value FROM meta WHERE key NOT LIKE 'country %'"))
        return MappingProxyType({
            "rows": int(meta["rows"]), "names": int(meta["names"]), "sha256": meta["sha256"], "schema": SCHEMA,
            "bundle": str(self._bundle), "index": str(self._index),
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
        for kind, label, *row in self._db().execute(_EXACT, (key,)) if key else ():
            if kind == STEM or not _within(row[10], countries):
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
            for kind, label, *row in self._db().execute(_EXACT, (stem.key,)):
                if kind != ABBREVIATION and stem.fits(row[9]) and _within(row[10], countries):
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
                for label, *row in self._db().execute(_LIKE, (skeleton(words), country)):
                    if row[9].startswith(codes):
                        place = self._place(row)
                        found.append(Candidate(place, MatchKind.SKELETON, label or place.name))
        return found

    def _place(self, row: Iterable[object]) -> Place:
        _, ident, name, lon, lat, west, south, east, north, feature, country, population, radius, parent = row
        area = None if west is None else BBox(west, south, east, north)  # type: ignore[arg-type]
        return Place(
            ident, name, LonLat(lon, lat), area, feature, country, population, self._chain(parent), radius,  # type: ignore[arg-type]
        )  # fmt: skip

    def _chain(self, parent: object) -> tuple[tuple[str, str], ...]:
        chain: list[tuple[str, str]] = []
        while isinstance(parent, int) and len(chain) < 4:
            ident, name, parent = self._unit(parent)
            chain.append((ident, name))
        return tuple(chain)

    def _read_unit(self, n: int) -> tuple[str, str, int | None]:
        row: tuple[str, str, int | None] = (
            self._db().execute("SELECT id, name, parent FROM place WHERE n = ?", (n,)).fetchone()
        )
        return row

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = sqlite3.connect(f"{self._index.as_uri()}?mode=ro&immutable=1", uri=True)
        return db


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
