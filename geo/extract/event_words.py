"""The word lists behind the status, place and origin of events, read strictly."""

from functools import cache

import msgspec

from geo.lexicon import load

Words = frozenset[str]


class StatusWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each list is for stands in the file."""

    plans: Words
    negations: Words
    chances: Words
    claims: Words
    goes_on: Words
    behind_us: Words
    long: Words
    fulfilled: Words
    habits: Words
    months: Words
    campaigns: Words
    causes: Words
    reactions: Words
    speakers: Words
    telling: Words


class PlaceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each list is for stands in the file."""

    at: Words
    beside: Words
    source: Words
    compass: Words
    bearing: Words
    inner: Words
    skip: Words
    common: Words
    sites: Words
    titles: Words
    buildings: Words
    speech: Words

    @property
    def pointers(self) -> Words:
        """Words that lead away from the place behind them: "north of", not "the centre of"."""
        return self.bearing - self.inner


class OriginWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each list is for stands in the file."""

    telling: Words
    voices: Words
    pronouns: Words
    for_: Words = msgspec.field(name="for")


class EchoWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each list is for stands in the file."""

    definite: Words
    generic: Words
    blasts: Words
    other: Words


class SenseWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each list is for stands in the file."""

    sport: Words
    grave: Words
    accidents: Words
    attacks: Words
    trends: Words
    numbers: Words
    fewer: Words


class EventWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/event_words.toml."""

    status: StatusWords
    place: PlaceWords
    echo: EchoWords
    senses: SenseWords
    features: dict[str, tuple[str, ...]]
    """Noun -> beginnings of the GeoNames feature codes it may point back to."""
    origin: OriginWords


@cache
def event_words() -> EventWords:
    """The lists, loaded once per process."""
    return load("event_words", EventWords)
