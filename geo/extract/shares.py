"""Which event of a sentence a figure belongs to: the one whose words stand nearest in the parse."""

from collections.abc import Sequence

from spacy.tokens import Span as Words
from spacy.tokens import Token

from geo.extract.context import Context
from geo.extract.drafts import Draft, heads
from geo.extract.grammar import carrier, chain, is_verb, tokens_of, tree_distance, up
from geo.extract.quantities import FoundQuantity, FoundToll, find_quantities, find_tolls
from geo.records import Toll


class Figures:
    """Quantities and tolls of a text, each handed to the trigger of its sentence that stands nearest in the parse."""

    def __init__(self, context: Context, drafts: Sequence[Draft]) -> None:
        self._doc = context.doc
        self._drafts: dict[int, list[Draft]] = {}
        for draft in drafts:
            self._drafts.setdefault(draft.sentence, []).append(draft)
        text = context.article.text
        self._quantities: dict[int, list[tuple[FoundQuantity, Words]]] = {}
        for figure in find_quantities(text):
            words = tokens_of(self._doc, figure.span.start, figure.span.end)
            if words is not None and len(words):
                self._quantities.setdefault(context.number(words.start), []).append((figure, words))
        self._owners: dict[int, list[tuple[FoundToll, Draft]]] = {}
        self._tolls: dict[int, list[tuple[FoundToll, Words]]] = {}
        for toll in find_tolls(text):
            words = tokens_of(self._doc, toll.span.start, toll.span.end)
            if words is not None and len(words):
                self._tolls.setdefault(context.number(words.start), []).append((toll, words))

    def quantities(self, draft: Draft) -> tuple[FoundQuantity, ...]:
        """Figures under the trigger, its light verb or its helpers, or in the clause of one of them."""
        own = heads(draft)
        verbs = {v.i for i in own for v in self._verbs(i)}
        others = {i for d in self._drafts[draft.sentence] if not _same(d, draft) for i in d.trigger.tokens}
        found = []
        for figure, words in self._quantities.get(draft.sentence, ()):
            path = [*words, *up(words.root)]
            stop = next((n for n, t in enumerate(path) if is_verb(t) and t.i not in own), len(path))
            nearest = path[stop].i if stop < len(path) else -1
            if others & {t.i for t in path[:stop]}:
                continue
            if any(t.i in own for t in path[:stop]) or nearest in verbs:
                found.append(figure)
        return tuple(found)

    def _verbs(self, i: int) -> tuple[Token, ...]:
        token = self._doc[i]
        verb = token if is_verb(token) else carrier(token)[0]
        return chain(verb) if verb is not None else ()

    def toll(self, draft: Draft, kind: str) -> Toll | None:
        """The first toll of this kind in the sentence that is nearer to this trigger than to any other."""
        if draft.sentence not in self._owners:
            self._owners[draft.sentence] = self._owned(draft.sentence)
        return next((t.toll for t, d in self._owners[draft.sentence] if t.kind == kind and _same(d, draft)), None)

    def _owned(self, sentence: int) -> list[tuple[FoundToll, Draft]]:
        rivals = self._drafts[sentence]
        return [
            (found, min(rivals, key=lambda d: (self._distance(d, words), d.trigger.head)))
            for found, words in self._tolls.get(sentence, ())
        ]

    def _distance(self, draft: Draft, words: Words) -> int:
        return min(tree_distance(token, self._doc[i]) for token in words for i in heads(draft))


def _same(a: Draft, b: Draft) -> bool:
    """Whichever of its words leads."""
    return a.trigger.head in {t.head for t in b.triggers}
