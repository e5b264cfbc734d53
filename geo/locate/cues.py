"""The word lists of recognition, compiled once: demonyms, words beside a place, names that are none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import msgspec

from geo.lexicon import load

TOWN_WORD = 4
"""Letters a source's word must keep to be looked up as its town."""
GLUED = 5
"""A newspaper's word at least so long is known with the next word run into it ("New York Timeslast month")."""


class Demonyms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/demonyms.toml."""

    refused: list[str]
    countries: dict[str, list[str]]


class Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/place_cues.toml."""

    before: list[str]
    struck: list[str]
    heads: list[str]
    capital_heads: list[str]
    directions: list[str]
    people: list[str]
    civic: list[str]
    seats: list[str]
    press: list[str]


class NotPlaces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/not_places.toml; the keys are reasons, for people."""

    exact: dict[str, list[str]]
    after: dict[str, list[str]]
    before: dict[str, list[str]]


class Groups(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/groups.toml."""

    countries: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The word lists, compiled once."""

    country_of: dict[str, str]
    refused: frozenset[str]
    demonym: re.Pattern[str]
    cue: re.Pattern[str]
    struck: re.Pattern[str]
    head: re.Pattern[str]
    tail: re.Pattern[str]
    directions: frozenset[str]
    civic: frozenset[str]
    seats: frozenset[str]
    press: frozenset[str]
    exact: re.Pattern[str]
    exact_words: frozenset[str]
    people: re.Pattern[str]
    after: re.Pattern[str]
    before: re.Pattern[str]


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, longest first; any white space will do for a blank."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=lambda w: (-len(w), w)))


@cache
def rules() -> Rules:
    """The word lists of recognition, read once."""
    demonyms, cues, refused = load("demonyms", Demonyms), load("place_cues", Cues), load("not_places", NotPlaces)
    country_of = {word: code for code, words in demonyms.countries.items() for word in words}
    exact = [word for words in refused.exact.values() for word in words]
    after = [re.escape(word) for words in refused.after.values() for word in words]
    after += [re.escape(word) + "[a-z]+" for word in refused.after["media"] if len(word) >= GLUED]
    heads = f"(?:{any_of(cues.heads)})|(?:{any_of(w.title() for w in [*cues.heads, *cues.capital_heads])})"
    return Rules(
        country_of, frozenset(demonyms.refused),
        re.compile(rf"(?<!\w)(?:{any_of(country_of)})(?!\w)"),
        re.compile(rf"(?:^|(?<!\w))(?:{any_of(cues.before)})\s+(?:the\s+)?$", re.IGNORECASE),
        re.compile(rf"(?<![\w-])(?:{any_of(cues.struck)})\s+(?=[A-Z]|al-)", re.MULTILINE),
        re.compile(rf"\s+(?:{heads})(?!\w)"),
        re.compile(rf"\s+(?:{heads})$"),
        frozenset(cues.directions), frozenset(cues.civic), frozenset(cues.seats),
        frozenset(cues.press),
        re.compile(rf"(?<!\w)(?:{any_of(w for w in exact if ' ' in w or '-' in w)})(?!\w)"), frozenset(exact),
        re.compile(rf"\s+(?:{any_of(cues.people)})(?!\w)"),
        re.compile(rf"\s(?:{'|'.join(after)})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{any_of(w for words in refused.before.values() for w in words)})\.?[\s-]+$"),
    )  # fmt: skip


def country_of(demonym: str) -> str:
    """The country code of "Iraqi" or "Iraqis"; "" when the word names no single country."""
    return rules().country_of.get(demonym, "")


@cache
def _groups() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    homes: dict[str, tuple[str, ...]] = {}
    for code, names in load("groups", Groups).countries.items():
        for name in names:
            homes[name] = (*homes.get(name, ()), code)
    return re.compile(rf"(?<![\w-])(?:{any_of(homes)})(?!\w)"), homes


def group_homes(text: str) -> tuple[tuple[str, ...], ...]:
    """For each known group that the text names, in alphabetical order, the codes of the countries it belongs to."""
    pattern, homes = _groups()
    return tuple(homes[name] for name in sorted({" ".join(hit.split()) for hit in pattern.findall(text)}))


def town_words(source: str) -> tuple[str, ...]:
    """What is left of a publisher's name or address without the words of the press; () when nothing is.

    "The Paris News" and "www.theparisnews.com" both give "Paris"; of a page's address only the host counts.
    """
    host = re.sub(r"^[a-z]+://", "", source.strip()).partition("/")[0]
    is_host = "." in host and " " not in host
    parts = re.split(r"[.\s-]+", (host.rpartition(".")[0].removeprefix("www.") if is_host else source).lower())
    left = [_without_press(part) if is_host else part for part in parts if part not in rules().press]
    left = [part for part in left if len(part) >= TOWN_WORD and part not in rules().press]
    return tuple(part.title() for part in left) if is_host else (" ".join(left).title(),) if left else ()


def _without_press(part: str) -> str:
    """One label of an address, less the words of the press run into either end of it."""
    while True:
        ends = [w for w in rules().press if len(w) > 2 and len(w) < len(part)]
        shorter = min((part.removeprefix(w).removesuffix(w) for w in ends), key=len, default=part)
        if shorter == part:
            return part
        part = shorter
