"""How many places the gazetteer knows of the countries that the store tells of: where few, pins are missing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from geo.keep import PlaceUse
from geo.locate import Gazetteer
from geo.show.language import counted, say

THIN = 20.0
"""Known places for a million inhabitants below which villages are mostly missing. The shipped gazetteer has some 7 of
Iraq, 14 of Syria, 50 of the United States, 130 of Germany."""
MOST = 8


@dataclass(frozen=True, slots=True)
class Coverage:
    """One country."""

    code: str
    name: str
    """The code where the country has no name here."""
    known: int
    mentions: int
    """How often articles of the store name a place there."""
    thin: bool


def coverage(uses: Iterable[PlaceUse], gazetteer: Gazetteer) -> tuple[Coverage, ...]:
    """The countries that articles name places in, the most often named first, at most MOST; ties by code."""
    counts: Counter[str] = Counter()
    for use in uses:
        if use.place.country_code:
            counts[use.place.country_code] += use.n_mentions
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
    return tuple(of_country(code, gazetteer, mentions) for code, mentions in ordered)


def of_country(code: str, gazetteer: Gazetteer, mentions: int = 0) -> Coverage:
    """One country by its ISO code."""
    country, known = gazetteer.country(code), gazetteer.known(code)
    people = country.population if country else None
    thin = bool(people) and known < THIN * (people or 0) / 1e6
    return Coverage(code, country.name if country else code, known, mentions, thin)


def words(row: Coverage) -> str:
    """For people: "Iraq: 314 places known"."""
    return say("{country}: {places} known", country=row.name, places=counted(row.known, "place"))
