"""Text -> its language, by the small words it is full of and by its script. Events are read from English alone."""

import re
from collections import Counter
from functools import cache

import msgspec

from geo.lexicon import load

ENGLISH = "en"
LOOKED_AT = 20_000
"""So many code points from the start, and as many from the middle, tell the language."""
ENOUGH_WORDS = 12
"""A shorter text of Latin letters is not judged: a headline has few small words, and a name is of any language."""
SHARE = 0.15
"""Of the words, at least so many are small words of the language."""
DIFFERENT = 3
"""Of its small words, at least so many different ones: "for (int i" is not Croatian."""
AHEAD = 1.6
"""So many times as many as of English: "de" and "la" stand in English texts too."""
OTHER_SCRIPT = 0.5
"""Of the letters: from here on the text is written in that script."""
_WORD = re.compile(r"[^\W\d_]+")


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language and its most frequent small words."""

    name: str
    words: frozenset[str]


class Languages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/languages.toml."""

    languages: dict[str, Language]
    scripts: dict[str, tuple[str, ...]]
    """Code -> ranges of characters, "first-last"."""
    script_names: dict[str, str]


@cache
def _table() -> Languages:
    return load("languages", Languages)


@cache
def _scripts() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(f"[{''.join(ranges)}]") for code, ranges in _table().scripts.items()}


def language_of(text: str) -> str:
    """ISO 639 code; "" where the text is too short, or neither words nor script tell (tables, code, names)."""
    middle = len(text) // 2
    part = text if len(text) <= 2 * LOOKED_AT else text[:LOOKED_AT] + " " + text[middle : middle + LOOKED_AT]
    letters = sum(map(str.isalpha, part))
    script = _script(part, letters)
    words = _WORD.findall(part.casefold())
    if not script and len(words) < ENOUGH_WORDS:
        return ""
    counts = Counter(words)
    known = {code: row.words & counts.keys() for code, row in _table().languages.items()}
    scores = {
        code: sum(counts[w] for w in seen) / len(words) if len(seen) >= DIFFERENT else 0.0
        for code, seen in known.items()
    }
    best = max(sorted(scores), key=lambda code: scores[code])
    if script:
        return best if scores[best] >= SHARE / 2 and best != ENGLISH else script
    if scores[ENGLISH] >= SHARE / 2 and scores[best] < AHEAD * scores[ENGLISH]:
        return ENGLISH
    return best if scores[best] >= SHARE else ""


def _script(text: str, letters: int) -> str:
    """The script that most letters are of; "" for Latin letters and for too few."""
    if letters < ENOUGH_WORDS:
        return ""
    counts = {code: len(pattern.findall(text)) for code, pattern in _scripts().items()}
    counts["zh"] += counts["ja"]  # Japanese is written in both
    best = max(sorted(counts), key=lambda code: counts[code])
    if counts[best] < OTHER_SCRIPT * letters:
        return ""
    return "ja" if best == "zh" and counts["ja"] else best


def name_of(code: str) -> str:
    """The language in English; "" for none."""
    row = _table().languages.get(code)
    return row.name if row is not None else _table().script_names.get(code, code)


def is_read(code: str) -> bool:
    """Whether events and routes are read from texts of this language; a text of unknown language is."""
    return code in ("", ENGLISH)
