"""Towns before the units that share their name: "in Homs" is the town, unless a word says the province."""

from geo.locate.gazetteer import Candidate, MatchKind
from geo.locate.names import fold, stems

WIDE_KM = 300.0
MILLION = 1_000_000
"""A unit wider than that is meant before its chief town (Quebec), unless so many live there (São Paulo)."""
RIVAL = 300_000
"""Nor where a chief town of so many people elsewhere has the name: Gaza is a city before it is in Mozambique."""
RANK = {kind: rank for rank, kind in enumerate(MatchKind)}


def seated(candidates: tuple[Candidate, ...]) -> frozenset[str]:
    """Ids of the units that share their name with their chief town, so that the bare name means the town."""
    towns = [c for c in candidates if c.place.feature_code in ("PPLA", "PPLC")]
    return frozenset(
        unit.place.gazetteer_id
        for unit in candidates
        if unit.place.feature_code == "ADM1" and any(_outranks(town, unit) for town in towns)
    )


def is_its_name(unit: Candidate) -> bool:
    """A unit's own name, or one that says its kind ("Hunan Province").

    Bare other names are seldom meant, such as Palmyra for the atoll that is a unit of the USA's outlying islands; no
    corpus of ours shows a difference.
    """
    return unit.match is not MatchKind.ALTERNATE or bool(stems(fold(unit.matched_name)))


def _outranks(town: Candidate, unit: Candidate) -> bool:
    people = town.place.population or 0
    alike = RANK[town.match] <= RANK[unit.match]
    if unit.place.gazetteer_id in {ident for ident, _ in town.place.within}:
        return people >= MILLION or (alike and unit.place.radius_km <= WIDE_KM)
    return alike and people >= RIVAL
