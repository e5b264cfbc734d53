"""A made-up world of any size: articles that report incidents, some several times, some as copies of one wire story.

Towns and days are drawn as unevenly as in real reports; the same number and seed give the same records.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from geo.records import (
    UNKNOWN_WHEN,
    Actor,
    Article,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    LonLat,
    Place,
    Span,
    Status,
    Toll,
    When,
    Where,
)

FIRST = date(2014, 1, 1)
DAYS = 1825
PROVINCES, TOWNS = 30, 40
KINDS = {
    "airstrike": ("Warplanes bombed", "An air raid hit"), "shelling_missile": ("Shells fell on", "Artillery pounded"),
    "clash": ("Fighting broke out in", "Troops and gunmen fought in"), "bombing_ied": ("A bomb went off in",
    "A roadside device exploded in"), "protest_riot": ("Crowds marched in", "Hundreds protested in"),
    "arrest": ("Police held suspects in", "Security forces arrested men in"),
}  # fmt: skip
SIDES = ("government forces", "the rebels", "border guards", "the coalition", "gunmen", "militiamen", "the army")
SPEAKERS = ("a police officer", "the ministry", "residents", "a doctor", "the monitor", "an activist", "a farmer")
DETAILS = (
    "near the market", "close to the bridge", "on the southern edge", "around the old mill", "by the grain silo",
    "beside the school", "along the ring road", "in the northern quarter", "at the water works",
)  # fmt: skip
SYLLABLES = "al ba da far gha ha ja kar la ma na qa ra sa ta wa za bir deir kafr tall umm hor mir sin tob".split()


@dataclass(frozen=True, slots=True)
class World:
    """Article-level findings, one article each, in order of making."""

    findings: tuple[Findings, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(e for f in self.findings for e in f.events)

    @property
    def articles(self) -> dict[str, Article]:
        return {f.article.id: f.article for f in self.findings}


def world(n: int, seed: int = 1) -> World:
    """At least `n` reported events in about as many articles."""
    return World(tuple(told(n, seed)))


def told(n: int, seed: int = 1, days: int = DAYS) -> Iterator[Findings]:
    """The same over so many days, one after the other: a million do not have to be held at once."""
    dice = random.Random(seed)
    places = _towns(dice)
    uneven = list(accumulate(1 / (rank + 3) for rank in range(len(places))))
    articles = events = 0
    while events < n:
        town = dice.choices(places, cum_weights=uneven)[0]
        batch = _incident(dice, town, articles, days)
        yield from batch
        articles += len(batch)
        events += sum(len(f.events) for f in batch)


def towns(seed: int = 1) -> tuple[Place, ...]:
    """All towns of the world of this seed."""
    return tuple(_towns(random.Random(seed)))


def _name(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.randrange(2, 4))).capitalize()


def _towns(dice: random.Random) -> list[Place]:
    towns = []
    for p in range(PROVINCES):
        country = ("gn:1", "Northland", "IQ") if p % 2 else ("gn:2", "Southland", "SY")
        province = (f"gn:{10 + p}", f"{_name(dice)} Province")
        lon, lat = dice.uniform(36, 48), dice.uniform(30, 37)
        for t in range(TOWNS):
            point = LonLat(round(lon + dice.uniform(-0.8, 0.8), 5), round(lat + dice.uniform(-0.6, 0.6), 5))
            towns.append(Place(f"gn:{1000 + p * TOWNS + t}", _name(dice), point, None, "PPL", country[2],
                               dice.randrange(500, 90_000), (province, country[:2]), 3.0))  # fmt: skip
    dice.shuffle(towns)
    return towns


def _incident(dice: random.Random, town: Place, number: int, days: int) -> list[Findings]:
    """One incident as one to six articles tell it; two fifths of the further ones are copies of the first."""
    kind = dice.choice(list(KINDS))
    day = FIRST + timedelta(dice.randrange(days))
    killed = dice.choice((0, 0, 1, 2, 3, 5, 8, 12, 30))
    one, other = dice.sample(SIDES, 2)
    first = ""
    made = []
    for copy in range(min(6, 1 + int(dice.expovariate(0.9)))):
        speaker, opening = dice.choice(SPEAKERS), dice.choice(KINDS[kind])
        detail, detail2 = dice.sample(DETAILS, 2)
        text = (
            f"{opening} {town.name} {detail} on {day:%A}, {speaker} said, and {killed or 'no'} people were killed. "
            f"The men of {one} fought {other} {detail2} until hour {dice.randrange(24)}; report {number + copy}."
        )
        if copy and dice.random() < 0.4:
            text = f"({_name(dice)} Wire) {first}"
        first = first or text
        made.append(_report(dice, kind, town, day, killed, (one, other, speaker), text, f"{number + copy}"))
    return made


def _report(
    dice: random.Random, kind: str, town: Place, day: date, killed: int, who: tuple[str, str, str], text: str,
    salt: str,
) -> Findings:
    identity = hashlib.sha256(f"{salt} {text}".encode()).hexdigest()
    article = Article(identity, "", "", text, f"Paper {dice.randrange(40)}", day + timedelta(dice.randrange(3)))
    where = Where(town, town.name, GeoPrecision.EXACT, 3.0, rule="test")
    if dice.random() < 0.1:
        code, name = town.within[0]
        unit = Place(code, name, town.point, None, "ADM1", town.country_code, None, town.within[1:], 60.0)
        where = Where(unit, name, GeoPrecision.ADMIN1, 60.0, rule="test")
    when = When(day, day, DatePrecision.DAY, DateBasis.EXPRESSION, f"{day:%A}")
    if dice.random() < 0.1:
        when = UNKNOWN_WHEN
    end = text.index("killed.") + 7
    proof = Evidence(identity, Span(0, end), "test", Span(0, 5))
    event = Event(
        identity[:16], kind, f"{kind} in {town.name}", Status.REPORTED, when, where, (proof,),
        (Actor(who[0], "actor"), Actor(who[1], "target")), killed=Toll(killed, killed, killed, "people"),
        origins=(who[2],), confidence=0.7, factors=(("words", 0.7),),
    )  # fmt: skip
    return Findings(article, (), (event,), ())
