"""An article with what was found in it, laid out by sentence so that each draft asks only its own."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Words

from geo.extract.dates import FoundDate
from geo.extract.event_words import event_words
from geo.extract.grammar import forms, tokens_of
from geo.extract.sites import Site
from geo.records import Article, Toponym

DATELINE = re.compile(
    r"\s*(?:(?:[^\n.:;]|\.(?=\s?\d|\w\.|\s?\()){2,60}?(?:\([^()\n]{2,40}\)|\d)[^\n]{0,40}?"
    r"|[A-Z]{3}[A-Z /'-]{0,40}(?:, [A-Z][\w.]{1,15}){0,2})\s(?:--?|–|—)\s"
)
"""Place, then a dash; between them an agency in brackets or a date, unless the place stands in capitals: "GENEVA,
3 May (Reuters) -", "GAZA/JERUSALEM -", "SURREY, B.C. -"."""
QUOTES = frozenset({'"', "“", "”", "``", "''"})


@dataclass(frozen=True, slots=True)
class DatedWords:
    """A date expression and its tokens."""

    found: FoundDate
    words: Words


class Context:
    """Sentences are known by their number in the text, title included."""

    def __init__(
        self,
        article: Article,
        doc: Doc,
        toponyms: Sequence[Toponym],
        places: Sequence[Site],
        dates: Sequence[FoundDate],
    ) -> None:
        self.article = article
        self.doc = doc
        self.toponyms = toponyms
        self.places = places
        self.sentences: tuple[Words, ...] = tuple(doc.sents)
        self._starts = [s.start for s in self.sentences]
        self.body = next((n for n, s in enumerate(self.sentences) if s.end_char > article.body_start), 0)
        """Number of the first sentence of the running text."""
        self._places: dict[int, list[Site]] = {}
        for site in places:
            self._places.setdefault(self.number(site.head), []).append(site)
        self._dates: dict[int, list[DatedWords]] = {}
        for found in dates:
            words = tokens_of(doc, found.span.start, found.span.end)
            if words is not None and len(words):
                self._dates.setdefault(self.number(words.start), []).append(DatedWords(found, words))

    @cached_property
    def dateline_end(self) -> int:
        """Where the line ends that says from where and when a report was sent; the start of the body without one."""
        start = self.article.body_start
        found = DATELINE.match(self.article.text, start)
        return found.end() if found else start

    @cached_property
    def spoken(self) -> float:
        """Share of the sentences in which somebody says "I", "we" or "you" outside quotation marks, 0..1."""
        quoted, spoken = False, 0
        for sentence in self.sentences:
            said = False
            for token in sentence:
                if token.text.count("\n") > 1:
                    quoted = False
                elif token.text in QUOTES:
                    quoted = token.text == "“" or (token.text != "”" and not quoted)
                elif not quoted and token.lower_ in event_words().status.speakers:
                    said = True
            spoken += said
        return spoken / max(1, len(self.sentences))

    @cached_property
    def shapes(self) -> frozenset[str]:
        """Every word of the text in the shapes that word lists are asked by."""
        return frozenset().union(*map(forms, self.doc))

    def number(self, token: Token | int) -> int:
        """Number of the sentence that holds a token."""
        return bisect_left(self._starts, (token if isinstance(token, int) else token.i) + 1) - 1

    def places_in(self, sentence: int) -> Sequence[Site]:
        """The places that stand in a sentence, in order."""
        return self._places.get(sentence, ())

    def dates_in(self, sentence: int) -> Sequence[DatedWords]:
        """The date expressions that begin in a sentence, in order."""
        return self._dates.get(sentence, ())
