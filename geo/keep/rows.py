"""The records that the store hands out beside the frozen types, and the keys that places are asked for by."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from geo.filters import NO_SOURCE
from geo.records import Event, Place, Route, Where


class LightRow(NamedTuple):
    """What the snapshot needs of one merged event; days are proleptic ordinals (date.toordinal)."""

    number: int
    """Of the merged event in its store; never used again for another."""
    id: str
    event_type: str
    status: str
    start: int | None
    end: int | None
    lon: float | None
    lat: float | None
    precision: str
    """A GeoPrecision, "" without a place."""
    radius_km: float
    place_name: str
    sources: tuple[str, ...]
    """Publishers of all its articles, sorted; "" is an article without one."""
    place_keys: tuple[str, ...]
    """As `place_keys` gives them."""
    confidence: float
    title: str
    n_independent: int
    """Independent origins that tell it."""


@dataclass(frozen=True, slots=True)
class PlaceUse:
    """A gazetteer place and how often articles name it."""

    place: Place
    n_mentions: int
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An input that could not be read, kept so that it is named and not read again."""

    origin: str
    reason: str
    sha256: str
    input: str = ""
    """The file or address to read it from again, where `origin` names a part of it; "" is not known."""


def ends(found: Event | Route) -> tuple[Where, ...]:
    """The places something is drawn at: an event's one place or none, a route's ends and waypoints."""
    if isinstance(found, Event):
        return () if found.where is None else (found.where,)
    return (*found.origins, *found.waypoints, *found.destinations)


def name_key(name: str) -> str:
    """A name as the `place` filter compares it: case and the way accents are encoded do not matter."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def place_keys(wheres: Iterable[Where]) -> tuple[str, ...]:
    """Ids and name keys of the places and of every unit that contains them; sorted, no repeats, no ""."""
    keys: set[str] = set()
    for where in wheres:
        for identity, name in ((where.place.gazetteer_id, where.place.name), *where.place.within):
            keys |= {identity, name_key(name)}
    return tuple(sorted(keys - {""}))


def asked_keys(place: str) -> tuple[str, ...]:
    """What a `place` filter looks for among `place_keys`: the id as given, or the name."""
    return tuple(sorted({place.strip(), name_key(place)}))


def asked_sources(sources: Iterable[str]) -> tuple[str, ...]:
    """Publishers as they are kept: the filter's word for "not stated" becomes ""."""
    return tuple(sorted({"" if source == NO_SOURCE else source for source in sources}))
