"""Any text at all: 10,000 made-up ones, a few monstrous ones, and long ones whose cost must grow with their length.

The parser takes most of the time, so only some of the short texts go through all of it.
"""

import random
import time
from functools import cache
from itertools import pairwise

import pytest

from geo.locate import Gazetteer, Tagger, locate
from geo.parse import language, parse, whole_characters
from geo.records import Toponym

SEED = 20190911
TEXTS = 10_000
PARSED = 400
"""So many go through the whole parser; the others get their words only, without entities."""
PIECES = (
    "Mosul", "Qanus Island", "in", "near", "the", "Iraqi", "Al Hol camp", "New York Times",
    "U.S.", "D-Columbus", "São Paulo",
    "Paris, Texas", "15 km south of",
    "between", "and", "-", "—", "--", ".", ",", ",,", "\n", "\n\n", "\r\n", "\t", "“", "”", "((",
    "\"'‘“",
    "أربيل", "الموصل", "Москва", "東京", "👍🏽", "🇮🇶", "é", "e\u0301", "\u200b", "\u200f", "\u202e", "\u2066",
    "\ufeff", "\x00", "\x1b[31m",
    "\ud800", "\udfff", "\U0010ffff", "\u2028",
    "\x85", "İ", "ß", "ﬁ", "Ǆ", "’s", "'s", "AL-", "ISIS",
    "<b>Erbil</b>", "%s", "\\N{x}",
)  # fmt: skip


def made_up(chance: random.Random) -> str:
    """A short text: names and traps, any code points at all, or both; surrogates and NUL among them."""
    parts = []
    for _ in range(chance.randrange(9)):
        if chance.random() < 0.7:
            parts.append(chance.choice(PIECES))
        else:
            top = chance.choice((0x80, 0x700, 0x3100, 0x110000))
            parts.append("".join(chr(chance.randrange(top)) for _ in range(chance.randrange(1, 6))))
        parts.append(chance.choice((" ", " ", " ", "", "-", "\n")))
    return "".join(parts)


@cache
def tools() -> tuple[Tagger, Gazetteer]:
    return Tagger.open(), Gazetteer.open()


def check(text: str, found: tuple[Toponym, ...]) -> None:
    """What must hold of the toponyms of any text."""
    spans = [t.mention.span for t in found]
    assert all(text[t.mention.span.start:t.mention.span.end] == t.mention.name for t in found), ascii(text)
    assert all(a.end <= b.start for a, b in pairwise(spans)), ascii(text)
    assert all(0 <= t.score <= 1 for t in found)
    assert all((t.place is None) != (t.unresolved is None) for t in found)


def test_ten_thousand_texts() -> None:
    chance, (tagger, gazetteer) = random.Random(SEED), tools()
    began = time.monotonic()
    found_any = 0
    for number in range(TEXTS):
        text = made_up(chance)
        doc = parse(text) if number < PARSED else language().make_doc(whole_characters(text))
        found = locate(text, doc, tagger, gazetteer)
        check(text, found)
        found_any += bool(found)
    assert found_any > TEXTS / 10
    print(f"{TEXTS} texts in {time.monotonic() - began:.1f} s")


MONSTERS = {
    "one-long-word": "a" * 100_000,
    "commas": "," * 15_000,
    "nested-quotes": "“‘\"'" * 1_000 + "Mosul" + "'\"’”" * 1_000,
    "one-long-name": "Mosul" * 5_000,
    "right-to-left": "\u202e\u200f" * 5_000 + "الموصل",
    "blank-lines": "\n" * 50_000 + "Mosul",
    "hyphens": "Al-" * 5_000 + "Hol",
    "surrogates": "\ud83d" * 5_000 + " Mosul " + "\udc4d" * 5_000,
    "brackets": "(" * 4_000 + "in Mosul" + ")" * 4_000,
    "combining": "M" + "\u0301" * 20_000 + "osul",
    "capitals": "PARIS " * 3_000,
    "near-near": "15 km south of " * 1_500 + "Mosul",
}


@pytest.mark.parametrize("name", MONSTERS)
def test_monsters(name: str) -> None:
    text, (tagger, gazetteer) = MONSTERS[name], tools()
    began = time.monotonic()
    check(text, locate(text, parse(text), tagger, gazetteer))
    assert time.monotonic() - began < 30


def test_nothing_gives_nothing() -> None:
    tagger, gazetteer = tools()
    for text in ("", " ", "\n\n", "\u200b", "\x00"):
        assert locate(text, parse(text), tagger, gazetteer) == ()
