"""Who really says so: how many independent origins stand behind the articles that report one event.

Ten papers that print one statement are one origin. Articles are tied together when they cite the same person or
body, share a quotation, or are near copies; what remains apart is counted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from zlib import crc32

import msgspec
from rapidfuzz import fuzz

from geo import lexicon
from geo.records import Article

QUOTE_WORDS = 8
"""So many words in a row between quotation marks are the same quotation."""
COPY_RATIO = 90
"""Sentences at least this alike (token-set ratio), of at least QUOTE_WORDS words, are copies."""
_QUOTED = re.compile(r"[“\"«]([^“”\"«»\n]{20,2000})[”\"»\n]")
_WORD = re.compile(r"\w+")


class Cited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/cited.toml."""

    titles: frozenset[str]
    small: frozenset[str]


@cache
def _cited() -> Cited:
    return lexicon.load("cited", Cited)


def quote_hashes(text: str) -> frozenset[int]:
    """A number for every QUOTE_WORDS words in a row inside a quotation, which may end with its paragraph."""
    found = set()
    for match in _QUOTED.finditer(text):
        words = _WORD.findall(match[1].casefold())
        found |= {crc32(" ".join(words[i : i + QUOTE_WORDS]).encode()) for i in range(len(words) - QUOTE_WORDS + 1)}
    return frozenset(found)


@lru_cache(maxsize=65536)
def _key(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others; all of them where only titles are left."""
    words = _WORD.findall(name.casefold())
    kept = tuple(w for w in words if len(w) > 1 and w not in _cited().titles and w not in _cited().small)
    return kept or tuple(words)


def same_origin(a: str, b: str) -> bool:
    """Equal but for titles, or one is the other's tail: "the coalition" and "the US-led coalition"."""
    one, other = sorted((_key(a), _key(b)), key=len)
    return bool(one) and other[len(other) - len(one) :] == one


def count_origins(
    cited: Mapping[str, Iterable[str]], sentences: Mapping[str, Sequence[str]], quotes: Mapping[str, frozenset[int]]
) -> int:
    """Groups of articles that share no origin, at least 1; keys are article ids.

    Someone cited by two articles ties them together even where one cites others too: what is not surely
    independent is not counted as such.
    """
    groups: list[list[str]] = []
    for article in sorted(cited):
        tied = [g for g in groups if any(_tied(article, other, cited, sentences, quotes) for other in g)]
        groups = [g for g in groups if g not in tied] + [[article, *(a for g in tied for a in g)]]
    return max(1, len(groups))


def _tied(
    a: str, b: str, cited: Mapping[str, Iterable[str]], sentences: Mapping[str, Sequence[str]],
    quotes: Mapping[str, frozenset[int]],
) -> bool:
    if any(same_origin(x, y) for x in cited[a] for y in cited[b]):
        return True
    if not quotes.get(a, frozenset()).isdisjoint(quotes.get(b, frozenset())):
        return True
    return any(_copied(x, y) for x in sentences.get(a, ()) for y in sentences.get(b, ()))


def _copied(a: str, b: str) -> bool:
    return min(len(a.split()), len(b.split())) >= QUOTE_WORDS and fuzz.token_sort_ratio(a, b) >= COPY_RATIO


def quotes_of(articles: Mapping[str, Article]) -> dict[str, frozenset[int]]:
    """`quote_hashes` of every article."""
    return {key: quote_hashes(article.text) for key, article in articles.items()}
