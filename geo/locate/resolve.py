"""Mentions -> Toponyms: which of the places a name may mean, with the reasons and the runners-up.

Every candidate gets a sum of stated features. Names are first judged alone; then each speaks for the countries and
units of its candidates, the likelier the louder, and all are judged again, until a few passes have settled them.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import fuzz

from geo.locate.bundle import ARABIC
from geo.locate.cues import country_of, group_homes, town_words
from geo.locate.gazetteer import Candidate, Gazetteer, MatchKind
from geo.locate.names import ARTICLES, fold, skeleton
from geo.locate.seats import is_its_name, seated
from geo.records import Mention, MentionKind, Place, Toponym, Unresolved
from geo.spatial import distance_km

MATCH = {MatchKind.CANONICAL: 0.50, MatchKind.ALTERNATE: 0.30, MatchKind.ABBREVIATION: 0.45,
         MatchKind.RELAXED: 0.25, MatchKind.SKELETON: 0.05}  # fmt: skip
POPULATION = 0.12
"""Per power of ten of the population."""
COUNTRY_NAME = 0.90
CAPITAL = 0.40
SEAT = 0.10
"""A unit's chief town, found by its consonants: it needed one step, "X District" from a bare "X" needs two."""
FIRST_ORDER = 0.90
"""Not where the unit's own chief town is called the same: "in Homs" is the town, unless a word says the province."""
SECOND_ORDER = 0.05
PHYSICAL = 0.10
"""Seas, rivers, deserts, islands: they have no population to speak for them."""
VAST = 0.60
"""Seas and cross-border regions beat hamlets of the same name ("Middle East")."""
IN_COUNTRY = 1.60
"""Times the share of the article's names in that country."""
IN_UNIT = 2.00
"""Times the share of the article's names in that first- or second-order unit."""
FEW = 1.00
"""Names added to the article's count that speak for nothing: two names that merely suit each other prove little."""
WRITTEN_OUT = 1.50
"""The container stands beside the name: "Paris, Texas", "Mosul in Iraq"."""
NEAR = 0.45
"""Times a decay with the distance to the nearest placed names."""
NEAR_SCALE_KM = 120.0
PRESS = 1.00
"""Said by the town in the source's name ("The Paris News"), as if the article named it so many times more."""
PRESS_TOWN = 5_000
HOME = 0.80
"""The source's own country, from the ending of its address."""
GROUP = 1.00
"""Said by an armed group or observer named in the text or as the source, shared among the countries it belongs to."""
OF_GROUP = 0.7
"""Times the share of the groups named that belong to the place's country."""
HEADCOUNT = {"PPLC": 100_000, "PPLA": 20_000, "PPLA2": 5_000, "PPLA3": 2_000}
"""People assumed in a unit's chief town where nobody counted them: such a town is no hamlet."""
FOREIGN = 0.50
"""A name unknown in the countries in play is also compared by consonants there, if they have such a share."""
ALIKE = {2: 80.0, 3: 72.0}
"""How alike (0..100, edit similarity) two names of so few consonants must be spelt."""
ALIKE_LONG = 65.0
ALIKE_ANYWHERE = 80.0
"""The same where nothing says which country."""
VOWELS = frozenset("aeiouy")
WORTH_SAYING = 0.05
PASSES = 3
SOFTNESS = 0.30
"""Two candidates this far apart stand 2.7 to 1 when a name speaks for its neighbours."""
SURE_SHARE = 0.70
"""A name speaks for nearness only when its first candidate has so much of its weight."""
TIE = 0.05
"""Two small places closer than this, and far apart on the ground, are not told apart: of such guesses 31 in 88 were
right in local newspapers, 7 in 53 in old war reports."""
LEAST = 0.31
"""Of several places the best must have so much, or none is chosen: a foreign name without a population has 0.30."""
LEAST_BY_ALIAS = 0.90
"""A populated place found by another name than its own must have so much: 100,000 people, or something in the text
that points there; not where it is the only name. "Bule" in a report from Ituri is not Bulle in Switzerland."""
FAMOUS = 200_000
"""A town of so many is meant by its exact name before any that has only its consonants: Dublin is not Dubliany."""
SMALL = 15_000
FAR_KM = 161.0
FULL_SCORE = 3.5
MOST_ALTERNATIVES = 5
MOST_CANDIDATES = 60
TRANSLITERATED = ARABIC | frozenset(
    "IR AF PK IL ER ET UA RU BY GE AM AZ UZ TJ TM KG KZ TR".split()
)  # fmt: skip
"""Countries whose names are brought over from another script: only there are names compared by their consonants."""
_CONTAINER_GAP = re.compile(
    r"\s*(?:,|\(|in|,\s*in)\s*(?:the\s+)?(?:(?:north|south|east|west)\w*(?:-(?:east|west)\w*)?\s+)?(?:neighbou?ring\s+)?"
    r"|\s+(?:region|province|area|district)\s+of\s+|\s+of\s+",
    re.IGNORECASE,
)
_VAST_CODES = ("SEA", "OCN", "GULF", "RGN")
_PHYSICAL_CODES = (*_VAST_CODES, "BAY", "STM", "LK", "DSRT", "MT", "ISL", "PEN", "STRT", "PLN", "PLAT")


@dataclass(slots=True)
class _Context:
    """What the article's names bring into play: each spreads its weight over its candidates by likelihood."""

    countries: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    points: dict[str, Place] = field(default_factory=dict)
    own: dict[str, tuple[Counter[str], Counter[str]]] = field(default_factory=dict)
    """What each name itself put into the two sums, so that it never speaks for itself."""
    total: float = 0.0
    home: str = ""
    press: tuple[str, ...] = ()
    """Names of towns in the source's name, looked up like any name of the article."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Countries of the armed groups and observers named: they put countries in play, weakly."""
    beside: Counter[str] = field(default_factory=Counter)
    """How many names each name stands beside as their container: "Paris, Texas" speaks for Texas once, not twice."""


@dataclass(frozen=True, slots=True)
class _Judged:
    place: Place
    value: float
    reasons: tuple[str, ...]
    match: MatchKind


def resolve(
    mentions: Sequence[Mention], text: str, gazetteer: Gazetteer, *, source: str = ""
) -> tuple[Toponym, ...]:
    """One Toponym for each mention, in the same order; the same name has one sense in one article.

    A name without candidates stays, unresolved. `source` is the publisher as stated: the country ending of its
    address counts as a weak home country.
    """
    names = sorted({m.name for m in mentions if m.kind is MentionKind.PLACE})
    options = {name: gazetteer.candidates(name)[:MOST_CANDIDATES] for name in names}
    containers = _containers(mentions, text, options)
    press = _press(source, gazetteer)
    options = press | options
    names = sorted(options)
    context = _Context(home=_home(source), press=tuple(press), groups=group_homes(f"{source}\n{text}"))
    context.beside.update(unit for units in containers.values() for unit in units.values() if unit)
    chosen = {name: _judge(name, options[name], containers, context) for name in names}
    for _ in range(PASSES):
        context = _context_of(chosen, mentions, context)
        options = {name: _with_consonants(name, options[name], context, gazetteer) for name in names}
        chosen = {name: _judge(name, options[name], containers, context) for name in names}
    return tuple(_toponym(mention, chosen.get(mention.name, []), context, gazetteer) for mention in mentions)


def _containers(
    mentions: Sequence[Mention], text: str, options: dict[str, tuple[Candidate, ...]]
) -> dict[str, dict[str, str]]:
    """For each name the ids of units written beside it that hold one of its candidates, with the unit's words."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for first, second in pairwise(mentions):
        gap = text[first.span.end:second.span.start]
        if first.name == second.name or MentionKind.DEMONYM in (first.kind, second.kind):
            continue
        if not _CONTAINER_GAP.fullmatch(gap):
            continue
        ids = {c.place.gazetteer_id for c in options[second.name]}
        if gap.strip() == ",":
            ids -= seated(options[second.name])
        for candidate in options[first.name]:
            for unit, _ in candidate.place.within:
                if unit in ids:
                    found[first.name][unit] = second.name
                    found[second.name].setdefault(unit, "")
    return found


def _judge(
    name: str, candidates: tuple[Candidate, ...], containers: dict[str, dict[str, str]], context: _Context
) -> list[_Judged]:
    """All candidates, best first; ties go to the gazetteer's order of match, population and id."""
    judged = []
    towns_first = seated(candidates)
    for candidate in candidates:
        features = _features(candidate, containers.get(name, {}), context, name, towns_first)
        reasons = tuple(why for why, value in features if value >= WORTH_SAYING)
        judged.append(_Judged(candidate.place, sum(value for _, value in features), reasons, candidate.match))
    return sorted(judged, key=lambda j: -j.value)


def _features(
    candidate: Candidate, beside: dict[str, str], context: _Context, name: str, towns_first: frozenset[str]
) -> list[tuple[str, float]]:
    """(reason, value) of each feature that fired."""
    place, code = candidate.place, candidate.place.feature_code
    label = "" if candidate.matched_name == name else f" “{candidate.matched_name}”"
    found = [(f"{candidate.match.value} name{label}", MATCH[candidate.match])]
    if place.population:
        found.append((f"population {place.population:,}", POPULATION * math.log10(place.population + 1)))
    elif assumed := HEADCOUNT.get(code):
        found.append(("a unit's chief town", POPULATION * math.log10(assumed)))
    if code.startswith("PCL"):
        found.append(("a country", COUNTRY_NAME))
    elif code == "CONT":
        found.append(("a continent", COUNTRY_NAME))
    elif code == "ADM1" and place.gazetteer_id not in towns_first and is_its_name(candidate):
        found.append(("a first-order unit", FIRST_ORDER))
    elif code == "ADM2" and candidate.match is not MatchKind.SKELETON:
        found.append(("a second-order unit", SECOND_ORDER))
    elif code == "PPLC":
        found.append(("a capital", CAPITAL))
    elif code.startswith("PPLA") and candidate.match is MatchKind.SKELETON:
        found.append(("a unit's chief town", SEAT))
    elif code.startswith(_VAST_CODES) and candidate.match is MatchKind.CANONICAL:
        found.append(("a sea or region", VAST))
    elif code.startswith(_PHYSICAL_CODES):
        found.append(("a landscape name", PHYSICAL))
    found += [(f"“{words}” is written beside it", WRITTEN_OUT) for unit, words in beside.items()
              if words and unit in {i for i, _ in place.within}][:1]  # fmt: skip
    if beside.get(place.gazetteer_id) == "":
        found.append(("it holds the name written before it", WRITTEN_OUT / 2))
    return found + _coherence(place, context, name)


def _coherence(place: Place, context: _Context, name: str) -> list[tuple[str, float]]:
    """What the other names of the article say; a name never speaks for itself."""
    found = []
    own_countries, own_units = context.own.get(name, (Counter(), Counter()))
    others = context.total - sum(own_countries.values())
    if place.country_code and others > 0.5:
        share = (context.countries[place.country_code] - own_countries[place.country_code]) / (others + FEW)
        found.append((f"other names are in {place.country_code}", IN_COUNTRY * max(share, 0.0)))
    units = _units(place)
    if units and others > 0.5:
        labels = dict(_labels(place))
        share, unit = max((context.units[u] - own_units[u], u) for u in units)
        found.append((f"other names are in {labels[unit]}", IN_UNIT * max(share / (others + FEW), 0.0)))
    if not place.feature_code.startswith("PCL"):
        gaps = sorted(distance_km(place.point, p.point) for other, p in context.points.items()
                      if other != name and not p.feature_code.startswith(("PCL", "CONT", "ADM1")))[:2]  # fmt: skip
        near = sum(math.exp(-gap / NEAR_SCALE_KM) for gap in gaps) / 2
        if near > 0.05:
            found.append((f"{gaps[0]:.0f} km from another name", NEAR * near))
    if context.home and place.country_code == context.home:
        found.append(("the source's own country", HOME))
    if context.groups:
        share = sum(place.country_code in homes for homes in context.groups) / len(context.groups)
        found.append((f"groups of {place.country_code} are named", OF_GROUP * share))
    return found


def _labels(place: Place) -> tuple[tuple[str, str], ...]:
    return (*place.within, (place.gazetteer_id, place.name))


def _units(place: Place) -> tuple[str, ...]:
    """Ids of the units below the country that hold the place, itself included when it is one."""
    inner = place.within[:-1] if place.within and not place.feature_code.startswith("PCL") else ()
    own = (place.gazetteer_id,) if place.feature_code in ("ADM1", "ADM2") else ()
    return (*own, *(unit for unit, _ in inner))


def _context_of(chosen: dict[str, list[_Judged]], mentions: Sequence[Mention], before: _Context) -> _Context:
    """What the names say now; what the source and the groups say stays as before."""
    context = _Context(home=before.home, press=before.press, groups=before.groups, beside=before.beside)
    weights: Counter[str] = Counter(m.name for m in mentions)
    weights.update({name: -min(times, weights[name]) for name, times in before.beside.items()})
    weights.update(dict.fromkeys(before.press, PRESS))
    for name in sorted(chosen):
        if not chosen[name]:
            continue
        top = chosen[name][0].value
        shares = [math.exp((j.value - top) / SOFTNESS) for j in chosen[name]]
        countries: Counter[str] = Counter()
        units: Counter[str] = Counter()
        for judged, share in zip(chosen[name], shares, strict=True):
            part = weights[name] ** 0.5 * share / sum(shares)
            if judged.place.country_code:
                countries[judged.place.country_code] += part
            for unit in _units(judged.place):
                units[unit] += part
        if 1 / sum(shares) >= SURE_SHARE:
            context.points[name] = chosen[name][0].place
        context.own[name] = (countries, units)
        context.countries.update(countries)
        context.units.update(units)
    for mention in mentions:
        if mention.kind is MentionKind.DEMONYM and country_of(mention.name):
            context.countries[country_of(mention.name)] += 1
    for homes in before.groups:
        context.countries.update(dict.fromkeys(homes, GROUP / len(homes)))
    context.total = sum(context.countries.values())
    return context


def _with_consonants(
    name: str, known: tuple[Candidate, ...], context: _Context, gazetteer: Gazetteer
) -> tuple[Candidate, ...]:
    """The candidates, and where none lies in the countries in play those with the same consonants there.

    Only countries whose names come from another script are asked, and never for a country's own name. Where the
    text puts no country in play at all, they are all asked, and one country must have all the answers: "Near
    Makhmour, two strikes" says no more.
    """
    own = context.own.get(name, (Counter(), Counter()))[0]
    others = context.total - sum(own.values())
    in_play = {code for code, weight in context.countries.items() if code in TRANSLITERATED
               and weight - own[code] > 0 and (not known or weight - own[code] >= FOREIGN * others)}  # fmt: skip
    if any(c.match is MatchKind.CANONICAL and (c.place.population or 0) >= FAMOUS for c in known):
        return known
    if any(c.match is MatchKind.SKELETON or c.place.country_code in in_play or c.place.feature_code.startswith("PCL")
           for c in known):  # fmt: skip
        return known
    everywhere = not in_play and not known and not others
    if not in_play and not everywhere:
        return known
    asked = TRANSLITERATED if everywhere else frozenset(in_play)
    found = tuple(c for c in gazetteer.candidates(name, asked) if c.match is not MatchKind.SKELETON
                  or _alike(name, c.matched_name, ALIKE_ANYWHERE if everywhere else None))  # fmt: skip
    if everywhere and len({c.place.country_code for c in found}) > 1:
        return known
    return (*known, *found[:MOST_CANDIDATES])


def _alike(name: str, other: str, least: float | None = None) -> bool:
    """Whether names with the same consonants are also spelt alike; the fewer consonants, the liker they must be.

    "Qaboun" and "Kobane" agree in three consonants and are two towns, "al-Baghdadi" is not Baghdad but of it.
    """
    mine, its = _plain(name), _plain(other)
    if "i" in (mine[-1:], its[-1:]) and not {mine[-1:], its[-1:]} <= VOWELS:
        return False
    wanted = least or ALIKE.get(len(skeleton(name)), ALIKE_LONG)
    return fuzz.ratio(mine, its) >= wanted


def _plain(name: str) -> str:
    words = fold(name).split()
    return "".join(word for word in words if word not in ARTICLES) or "".join(words)


def _press(source: str, gazetteer: Gazetteer) -> dict[str, tuple[Candidate, ...]]:
    """Towns of some size, and larger units, that the source is called after."""
    found = {}
    for word in town_words(source):
        towns = tuple(c for c in gazetteer.candidates(word) if (c.place.population or 0) >= PRESS_TOWN
                      or c.place.feature_code.startswith(("PCL", "ADM1")))[:MOST_CANDIDATES]  # fmt: skip
        if towns:
            found[word] = towns
    return found


def _home(source: str) -> str:
    """ISO code from the ending of an address ("dailystar.com.lb" gives LB), "" when it has none."""
    ending = source.rstrip("/").rpartition(".")[2].upper()
    return {"UK": "GB"}.get(ending, ending) if len(ending) == 2 and "." in source else ""


def _toponym(mention: Mention, judged: list[_Judged], context: _Context, gazetteer: Gazetteer) -> Toponym:
    if mention.kind is MentionKind.DEMONYM:
        country = gazetteer.country(country_of(mention.name)) if country_of(mention.name) else None
        if country is None:
            return Toponym(mention, None, 0.0, ("a people of no single country",), (), Unresolved.NOT_A_PLACE)
        return Toponym(mention, country, 1.0, (f"the people of {country.name}",))
    if not judged:
        return Toponym(mention, None, 0.0, ("recognised, but not in the gazetteer",), (), Unresolved.NOT_IN_GAZETTEER)
    best, others = judged[0], judged[1:]
    small = (best.place.population or 0) < SMALL
    tie = small and bool(others) and best.value - others[0].value < TIE
    if tie and distance_km(best.place.point, others[0].place.point) > FAR_KM:
        return _open(mention, judged, f"{len(judged)} places of that name, and nothing tells them apart")
    if others and best.value < LEAST:
        return _open(mention, judged, "too little speaks for any place of that name")
    alias = best.match in (MatchKind.ALTERNATE, MatchKind.RELAXED) and best.place.feature_code.startswith("PPL")
    own = context.own.get(mention.name, (Counter(), Counter()))[0]
    if alias and best.value < LEAST_BY_ALIAS and context.total - sum(own.values()) > 1:
        return _open(mention, judged, "too little speaks for any place of that name")
    rest = others[:MOST_ALTERNATIVES]
    return Toponym(mention, best.place, _score(best), best.reasons, tuple(j.place for j in rest),
                   alternative_scores=tuple(map(_score, rest)))  # fmt: skip


def _open(mention: Mention, judged: list[_Judged], why: str) -> Toponym:
    """Several places or a doubtful one, and none is chosen."""
    some = judged[:MOST_ALTERNATIVES]
    return Toponym(mention, None, _score(judged[0]), (why,), tuple(j.place for j in some), Unresolved.AMBIGUOUS,
                   tuple(map(_score, some)))  # fmt: skip


def _score(judged: _Judged) -> float:
    return max(0.0, min(1.0, judged.value / FULL_SCORE))
