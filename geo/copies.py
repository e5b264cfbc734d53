"""Which texts are one text: copies that several publishers print, and later versions of one article.

Texts are compared by the runs of SHINGLE words they share. Candidates come from MinHash bands (Broder 1997), so the
work grows with the number of articles and not with its square; the share itself is then counted exactly.
"""

import hashlib
import re
from enum import StrEnum

import rensa

SHINGLE = 4
WORDS_LEAST = 40
"""A shorter text is no wire story: two of its kind may agree by chance."""
BANDS, ROWS = 8, 4
"""Texts that share eight tenths of their runs meet in a band with 98 %, those that share four tenths with 19 %."""
SEED = 20190911
COPY = 0.8
"""Of the shorter text's runs, in the other: so much makes a copy, under other headlines and with other ends."""
VERSION = 0.3
"""At one address, so much is the same article after changes; less is another one that took its place."""
EXCERPT = 0.6
"""Of the length: a shorter text that stands in the longer one is its summary or beginning."""
_WORD = re.compile(r"\w+")


class Relation(StrEnum):
    """What a text is to an older one of the same address."""

    SAME = "same"
    EXCERPT = "excerpt"
    VERSION = "version"
    OTHER = "other"


def runs(text: str) -> frozenset[str]:
    """Every SHINGLE words in a row, without case and punctuation; the words themselves where there are fewer."""
    words = _WORD.findall(text.casefold())
    return frozenset(" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))


def shared(a: frozenset[str], b: frozenset[str]) -> float:
    """The part of the smaller set that stands in the other, 0..1."""
    return len(a & b) / max(1, min(len(a), len(b)))


def bands(text: str) -> tuple[int, ...]:
    """Numbers of which near-copies very likely have one in common; () for a text too short to be one."""
    found = runs(text)
    if len(found) < WORDS_LEAST:
        return ()
    made = rensa.RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    made.update([run.encode("utf-8", "replace").decode() for run in sorted(found)])
    digest = made.digest()
    return tuple(
        int.from_bytes(hashlib.blake2b(repr((i, digest[i * ROWS : (i + 1) * ROWS])).encode(), digest_size=8).digest(),
                       "big", signed=True)
        for i in range(BANDS)
    )


def likeness(a: str, b: str) -> float:
    """`shared` of two texts; 0 where the shorter is too short to be a copy."""
    one, other = runs(a), runs(b)
    return shared(one, other) if min(len(one), len(other)) >= WORDS_LEAST else 0.0


def relation(new: str, old: str) -> Relation:
    """What a text found at an address is to the one that was found there before."""
    if _WORD.findall(new) == _WORD.findall(old):
        return Relation.SAME
    one, other = runs(new), runs(old)
    part = shared(one, other)
    if part >= COPY and len(one) < EXCERPT * len(other):
        return Relation.EXCERPT
    return Relation.VERSION if part >= VERSION else Relation.OTHER
