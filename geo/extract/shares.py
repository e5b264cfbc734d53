"""Which event of a sentence a figure belongs to: the one whose words stand nearest in the parse."""

from collections.abc import Sequence

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Words

from geo.extract.drafts import Draft, heads
from geo.extract.grammar import carrier, chain, is_verb, sentence_of, tokens_of, tree_distance, up
from geo.extract.quantities import FoundQuantity, find_quantities, find_tolls
from geo.records import Toll


class Figures:
    """Quantities and tolls of a text, each handed to the trigger of its sentence that stands nearest in the parse."""

    def __init__(self, doc: Doc, drafts: Sequence[Draft], text: str) -> None:
        self._doc = doc
        self._drafts = drafts
        self._quantities = find_quantities(text)
        self._tolls = find_tolls(text)

    def quantities(self, draft: Draft) -> tuple[FoundQuantity, ...]:
        """Figures under the trigger, its light verb or its helpers, or in the clause of one of them."""
        own = heads(draft)
        verbs = {v.i for i in own for v in self._verbs(i)}
        others = {i for d in self._drafts if d is not draft for i in d.trigger.tokens}
        found = []
        for figure in self._quantities:
            words = tokens_of(self._doc, figure.span.start, figure.span.end)
            if words is None or words.sent.start != sentence_of(self._doc[draft.trigger.head]).start:
                continue
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
        sentence = sentence_of(self._doc[draft.trigger.head])
        rivals = [d for d in self._drafts if sentence.start <= d.trigger.head < sentence.end]
        for found in self._tolls:
            words = tokens_of(self._doc, found.span.start, found.span.end)
            if found.kind == kind and words is not None and sentence.start <= words.start < sentence.end:
                nearest = min(rivals, key=lambda d: (self._distance(d, words), d.trigger.head))
                if nearest is draft:
                    return found.toll
        return None

    def _distance(self, draft: Draft, words: Words) -> int:
        return min(tree_distance(token, self._doc[i]) for token in words for i in heads(draft))
