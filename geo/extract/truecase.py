"""A text in capitals (old wires) or small letters throughout -> the same in ordinary case, code point for code point.

Everything is put in small letters and names get their capital back: words inside the spans of the place tagger
(which reads small letters as well), words that the parser takes for proper nouns, demonyms, months, weekdays, and
words that English does not have. The offsets of the result are those of the given text.
"""

import re
from functools import cache, lru_cache
from typing import Protocol

from geo.extract.triggers import vocabulary
from geo.locate.cues import rules
from geo.locate.tagger import TaggedSpan
from geo.parse import language, parse

CAPITALS = 0.8
"""From this share of capitals among the letters on, case says nothing."""
LEAST = 40
"""So many letters it takes to tell."""
CALENDAR = frozenset(
    "january february april june july september october november december monday tuesday wednesday thursday friday "
    "saturday sunday jan feb apr jun jul aug sep sept oct nov dec".split()
)
INITIALS = frozenset("us un eu uk usa ussr nato osce isis isil ied fbi cia".split())
"""Kept in capitals; other abbreviations are known by their full stops or the parser."""
WORDS_MOST = 1 << 14
"""Words of which it is remembered what they are; there is no end to the words of a feed."""
SMALL = frozenset("the a an of and or in on at to for from by with de la el las los del y e da do dos das".split())
"""Inside a name these keep a small letter unless the name begins with them."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BEGIN = re.compile(r"(?:\A|[^\s.][^\s.][.!?]['\"”’)]*\s+|\n\s*|\] |-- )['\"“‘(\[]*\Z")


class Tags(Protocol):
    """What the place tagger does."""

    def tag(self, text: str) -> tuple[TaggedSpan, ...]: ...


def in_capitals(text: str) -> bool:
    """Whether a text is written in capitals throughout."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= LEAST and sum(map(str.isupper, letters)) >= CAPITALS * len(letters)


def in_small_letters(text: str) -> bool:
    """Whether a text has letters and not one capital (some feeds, messages)."""
    return sum(map(str.isalpha, text)) >= LEAST and not any(map(str.isupper, text))


def truecase(text: str, tagger: Tags) -> str:
    """`text` in ordinary case, of the same length; unchanged where its own case says something."""
    if not in_capitals(text) and not in_small_letters(text):
        return text
    small = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    named = {i for s in tagger.tag(small) for i in range(s.start, s.end)}
    proper = {t.idx for t in parse(small) if t.pos_ == "PROPN"}
    letters = list(small)
    for match in _WORD.finditer(small):
        start, word = match.start(), match[0]
        if (word in INITIALS and (word != "us" or start in proper)) or _dotted(small, match.end(), word):
            letters[start : match.end()] = word.upper()
        elif _capital(small, start, word, start in named, start in proper):
            letters[start] = small[start].upper() if len(small[start].upper()) == 1 else small[start]
    return "".join(letters)


def _capital(small: str, start: int, word: str, named: bool, proper: bool) -> bool:
    if word == "i" or _BEGIN.search(small, max(0, start - 8), start) or word in CALENDAR or word in _demonyms():
        return True
    if word in SMALL:
        return named and small[max(0, start - 1) : start] != " "
    return named or _foreign(word) or (proper and not _spoken_of(word))


def _dotted(small: str, end: int, word: str) -> bool:
    """ "u.s.": single letters with full stops."""
    return len(word) == 1 and small[end : end + 1] == "." and small[end + 1 : end + 2].isalpha()


@cache
def _demonyms() -> frozenset[str]:
    return frozenset(w.lower() for w in (*rules().country_of, *rules().refused))


@lru_cache(WORDS_MOST)
def _spoken_of(word: str) -> bool:
    """A word for people, arms or places that the parser takes for a name: "gunmen", "jets"."""
    singular = word.removesuffix("men") + "man" if word.endswith("men") else word.removesuffix("s")
    return any({word, singular} & set(words) for words in vocabulary().classes.values())


@cache
def _known() -> frozenset[str]:
    """The words that the parser's lemmatiser lists."""
    lookups = getattr(language().get_pipe("lemmatizer"), "lookups")  # noqa: B009  its type does not say it has them
    tables = [lookups.get_table("lemma_index"), lookups.get_table("lemma_exc")]
    return frozenset(w for table in tables for words in table.values() for w in words)


@lru_cache(WORDS_MOST)
def _foreign(word: str) -> bool:
    """A longish word that is no form of an English one."""
    bare = word.removesuffix("'s").removesuffix("’s")
    if len(bare) < 4 or "'" in bare or "’" in bare:
        return False
    return not _inflected(bare)


def _inflected(word: str) -> bool:
    endings = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "r", "est", "n't")
    stems = {word, word.removesuffix("men") + "man"} | {word.removesuffix(e) for e in endings if word.endswith(e)}
    stems |= {s[:-1] + "y" for s in stems if s.endswith("i")} | {s + "e" for s in stems}
    stems |= {s[:-1] for s in stems if len(s) > 2 and s[-1] == s[-2]}
    return bool(stems & _known()) or language().vocab[word].is_stop
