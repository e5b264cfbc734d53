"""The language of the page: English as it stands in the code, or a catalogue of data/words.

As with gettext the English words are the keys, so that the code reads as the page does and a sentence without a
translation still says something. Names, titles and quoted text of articles are never translated.
"""

import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import msgspec

from geo import lexicon

FOLDER = Path(__file__).resolve().parents[2] / "data" / "words"
ENGLISH = "en"


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/words/<language>.toml."""

    name: str
    """The language's name for itself."""
    direction: str
    """ltr or rtl."""
    say: dict[str, str]
    """English to translation; both hold the same {names}."""
    count: dict[str, dict[str, str]]
    """English noun to its forms by CLDR plural category, "{n}" where the number stands."""


_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_FROM_RIGHT = re.compile("[\u0590-\u08ff]")
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """Codes of all languages that can be chosen, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def catalogue(language: str) -> Catalogue:
    """The words of one language; those of English are in the code."""
    if language == ENGLISH:
        return Catalogue("English", "ltr", {}, {})
    return lexicon.load(language, Catalogue, FOLDER)


def speak(language: str) -> None:
    """From here on this thread, and what it starts, speaks `language`; English where it is not known."""
    _spoken.set(language if language in languages() else ENGLISH)


def spoken() -> str:
    """The code of the present language."""
    return _spoken.get()


def direction() -> str:
    """ltr or rtl."""
    return catalogue(spoken()).direction


def term(english: str) -> str:
    """Marks words for the catalogue that are said later, by `say`."""
    return english


def say(english: str, **values: object) -> str:
    """The words in the present language, with `values` put where their {names} stand."""
    text = catalogue(spoken()).say.get(english, english)
    return text.format(**{k: apart(v) if isinstance(v, str) else v for k, v in values.items()}) if values else text


Patterns = tuple[tuple[re.Pattern[str], str], ...]
"""Sentences that are kept in English, each with the term that says it; its {names} are the groups of the pattern."""


def patterns(rows: Iterable[tuple[str, str]]) -> Patterns:
    """(expression, term) for `retold`; in the order in which they are tried."""
    return tuple((re.compile(expression, re.S), said) for expression, said in rows)


def retold(text: str, known: Patterns, value: Callable[[str], str] = str) -> str | None:
    """`text` in the present language by the first pattern that all of it fits, each group through `value`; None
    where it fits none."""
    for pattern, said in known:
        if match := pattern.fullmatch(text):
            return say(said, **{name: value(found) for name, found in match.groupdict().items()})
    return None


def counted(number: int, noun: str, plural: str = "") -> str:
    """1 event, 1,200 events, in the plural form that the language asks for."""
    forms = catalogue(spoken()).count.get(noun)
    if forms is None:
        return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
    return forms.get(_PLURALS[spoken()](number), forms["other"]).format(n=f"{number:,}")


def apart(text: str) -> str:
    """Text of other letters set apart (U+2068…2069) inside a line that runs from the right: its own marks and figures
    stay with it, and lists and arrows run as the line does. Elsewhere the text as it is."""
    return f"\u2068{text}\u2069" if _LATIN.search(text) and direction() == "rtl" else text


def way(text: str) -> str:
    """The dir of a block: a line of our own words runs as the page does, a name alone follows its letters."""
    return direction() if direction() == "rtl" and _FROM_RIGHT.search(text) else "auto"


def in_row(parts: Iterable[str]) -> str:
    """What is not empty, with the comma of the language between."""
    return say(", ").join(part for part in parts if part)


def _arabic(number: int) -> str:
    """Categories of the Unicode CLDR."""
    if number < 3:
        return ("zero", "one", "two")[number]
    if 3 <= number % 100 <= 10:
        return "few"
    return "many" if number % 100 >= 11 else "other"


_PLURALS: dict[str, Callable[[int], str]] = {"ar": _arabic}
