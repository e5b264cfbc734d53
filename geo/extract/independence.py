"""Who really says so: how many independent origins stand behind the articles that report one event.

Ten papers that print one statement are one origin. Articles are tied together when they cite the same person or
body, share a quotation, print near copies of the sentences that report it, or are near copies as a whole, as
syndicated stories are; what remains apart is counted.
"""

import re
from collections import Counter
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
"""Sentences at least this alike (token-sort ratio), of at least QUOTE_WORDS words, are copies."""
RUN_WORDS = 4
PIECE_WORDS = 5
COPY_PIECES = 4
"""Fewer common pieces than this are a phrase that two writers may both have used."""
_MARKS = re.compile(r"[^\w\s'’-]+|\s-+\s|\n\s*\n")
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


@lru_cache(maxsize=1 << 14)
def _key(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others; all of them where only titles are left."""
    words = _WORD.findall(name.casefold())
    kept = tuple(w for w in words if len(w) > 1 and w not in _cited().titles and w not in _cited().small)
    return kept or tuple(words)


def count_origins(
    cited: Mapping[str, Iterable[str]], sentences: Mapping[str, Sequence[str]], quotes: Mapping[str, frozenset[int]],
    texts: Mapping[str, str] | None = None,
) -> int:
    """Groups of articles that share no origin, at least 1; keys are article ids, `texts` their whole texts.

    Someone cited by two articles ties them together even where one cites others too: what is not surely
    independent is not counted as such. The order of the articles has no part in it.
    """
    groups = _Groups(sorted(cited))
    _tie_by_names(groups, cited)
    for article in groups.articles:
        groups.tie_all(article, [("quote", number) for number in quotes.get(article, ())])
    if groups.several():
        _tie_by_sentences(groups, sentences)
    if groups.several() and texts:
        _tie_by_texts(groups, {a: pieces(texts.get(a, "")) for a in groups.articles})
    return max(1, groups.count())


class _Groups:
    """Articles tied together, directly or through others."""

    def __init__(self, articles: Sequence[str]) -> None:
        self.articles = articles
        self._head = {a: a for a in articles}
        self._first: dict[object, str] = {}

    def head(self, article: str) -> str:
        """One article that stands for the whole group."""
        while self._head[article] != article:
            self._head[article] = self._head[self._head[article]]
            article = self._head[article]
        return article

    def tie(self, a: str, b: str) -> None:
        self._head[self.head(a)] = self.head(b)

    def tie_all(self, article: str, marks: Iterable[object]) -> None:
        """With every article that was given one of these marks before."""
        for mark in marks:
            self.tie(article, self._first.setdefault(mark, article))

    def count(self) -> int:
        return len({self.head(a) for a in self.articles})

    def several(self) -> bool:
        return self.count() > 1


def _tie_by_names(groups: _Groups, cited: Mapping[str, Iterable[str]]) -> None:
    """Names equal but for titles, and one that is another's tail: "the coalition" of "the US-led coalition"."""
    keys = {article: {_key(name) for name in cited[article]} - {()} for article in groups.articles}
    for article, own in keys.items():
        groups.tie_all(article, own)
    known = {key: article for article, own in keys.items() for key in own}
    for key, article in known.items():
        for start in range(1, len(key)):
            if (tail := known.get(key[start:])) is not None:
                groups.tie(article, tail)


def _tie_by_sentences(groups: _Groups, sentences: Mapping[str, Sequence[str]]) -> None:
    """Sentences that report the event and are near copies; only those that share a run of words are compared."""
    seen: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for article in groups.articles:
        for sentence in sentences.get(article, ()):
            words = sentence.split()
            if len(words) < QUOTE_WORDS:
                continue
            runs = {tuple(words[i : i + RUN_WORDS]) for i in range(len(words) - RUN_WORDS + 1)}
            for other, copy in sorted({row for run in runs for row in seen.get(run, ())}):
                if groups.head(other) != groups.head(article) and fuzz.token_sort_ratio(sentence, copy) >= COPY_RATIO:
                    groups.tie(article, other)
            for run in runs:
                seen.setdefault(run, []).append((article, sentence))


def _tie_by_texts(groups: _Groups, texts: Mapping[str, frozenset[int]]) -> None:
    """Syndicated stories: half of the shorter text's pieces, and at least COPY_PIECES, stand in the other too."""
    holders: dict[int, list[str]] = {}
    for article in groups.articles:
        shared = Counter(other for piece in texts[article] for other in holders.get(piece, ()))
        for other, number in sorted(shared.items()):
            if number >= COPY_PIECES and 2 * number >= min(len(texts[article]), len(texts[other])):
                groups.tie(article, other)
        for piece in texts[article]:
            holders.setdefault(piece, []).append(article)


def pieces(text: str) -> frozenset[int]:
    """A number for each run of at least PIECE_WORDS words between two marks of punctuation."""
    found = set()
    for part in _MARKS.split(text.casefold()):
        words = _WORD.findall(part)
        if len(words) >= PIECE_WORDS:
            found.add(crc32(" ".join(words).encode("utf-8", "surrogatepass")))
    return frozenset(found)


def quotes_of(articles: Mapping[str, Article]) -> dict[str, frozenset[int]]:
    """`quote_hashes` of every article."""
    return {key: quote_hashes(article.text) for key, article in articles.items()}
