"""Word lists and types of data/lexicon, read strictly: an unknown key is an error, not a surprise."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from geo.records import BadLexicon

FOLDER = Path(__file__).resolve().parent.parent / "data" / "lexicon"

T = TypeVar("T")


class EventType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of our event types with its crosswalk and how it is drawn."""

    label: str
    family: str
    """Events of one family may tell of the same thing and may be merged."""
    glyph: str
    """A key of [glyphs]: shape and colour."""
    plover: str
    acled: str
    mapped: bool
    """False: listed, never drawn as a pin of its own."""


class Glyph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shape and colours of a group of types; the palette is readable by colour-blind people."""

    label: str
    shape: str
    light: str
    dark: str


class Types(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/types.toml."""

    glyphs: dict[str, Glyph]
    types: dict[str, EventType]


def load(name: str, schema: type[T], folder: Path = FOLDER) -> T:
    """Decodes FOLDER/name.toml into `schema`; BadLexicon names the file and the key that does not fit, or the word
    that stands twice in one list (a slip of whoever added it)."""
    path = folder / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        for key, word in _doubled(table):
            raise BadLexicon(f"The word list {path} has {word!r} twice under {key!r}: take one out.")
        return msgspec.convert(table, schema)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadLexicon(f"The word list {path} cannot be used: {error}. Mend the file or restore it.") from error


def _doubled(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Key and word of every word that stands twice in one list, at any depth."""
    for key, value in table.items():
        rows = value if isinstance(value, list) else [value]
        counts = Counter(row for row in rows if isinstance(row, str))
        yield from ((key, word) for word, number in counts.items() if number > 1)
        for row in rows:
            if isinstance(row, dict):
                yield from _doubled(row)


@cache
def types() -> Types:
    """The event types; every type's glyph exists (checked here, once)."""
    table = load("types", Types)
    for key, event_type in table.types.items():
        if event_type.glyph not in table.glyphs:
            raise BadLexicon(f"types.toml: type {key!r} asks for the glyph {event_type.glyph!r}, not in [glyphs].")
    return table
