"""Who or what moves: found from a cue, named in the words of the text."""

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from geo.extract.grammar import up
from geo.extract.route_cues import Cue, cues, lemma

PRONOUNS = frozenset({"they", "them", "who", "which", "that", "it", "he", "she", "we", "i", "you", "him", "her"})


@dataclass(frozen=True, slots=True, eq=False)
class Mover:
    """The head noun (None for a mover the cue itself implies) and the words."""

    token: Token | None
    words: str


def movers(found: Sequence[Cue], main: Cue) -> tuple[Mover, ...] | None:
    """All movers, () where the text names none, None where what "moves" is nothing that can (talks, a message)."""
    for cue in (main, *(c for c in found if c is not main)):
        heads = [m for h in _heads(cue) for m in _many(h)]
        if any(lemma(h) in cues().guards.abstract for h in heads):
            return None
        named = [Mover(h, w) for h in heads if (w := _words(h))]
        if named:
            return tuple({m.words.casefold(): m for m in named}.values())
    implied = next((c.mover for c in found if c.mover), "")
    return (Mover(None, implied),) if implied else ()


def mover_type(found: Sequence[Mover]) -> str:
    """By the head noun, else by a word before it ("ISIS members" are fighters); "" when not known."""
    for mover in found:
        words = [w.casefold().strip("[]") for w in mover.words.split()]
        heads = ([lemma(mover.token)] if mover.token is not None else []) + words[::-1]
        for word in heads:
            for kind, known in cues().movers.items():
                if word in known:
                    return kind
    return ""


def _heads(cue: Cue) -> list[Token]:
    token = cue.token
    if cue.kind == "line":
        # "uses the hills as a corridor": the one who uses it.
        verb = next((h for h in up(token) if h.pos_ == "VERB"), None)
        uses = verb is not None and lemma(verb) == "use"
        return _subjects(verb) if uses and verb is not None else []
    if cue.kind == "noun":
        if cue.carried == "itself":
            return [token]
        behind = [o for c in token.children if c.lower_ in ("of", "by") for o in c.children if o.dep_ == "pobj"]
        return behind or [c for c in token.children if c.dep_ in ("compound", "poss")][-1:] or _carried_by(token)
    objects = [c for c in token.children if c.dep_ in ("dobj", "dative")]
    passive = [c for c in token.children if c.dep_ == "nsubjpass"]
    reduced = token.dep_ == "acl" and token.tag_ == "VBN"
    if cue.carried in ("object", "either"):
        if passive or (objects and not cue.object_role):
            return passive or objects
        if reduced:
            return [token.head]
        if cue.carried == "object":
            return objects or _passive_subject(token)
    return _subjects(token)


def _carried_by(noun: Token) -> list[Token]:
    """"their flight took the family from A to B": the object of the verb."""
    if noun.dep_ != "nsubj":
        return []
    return [c for c in noun.head.children if c.dep_ == "dobj"]


def _passive_subject(verb: Token) -> list[Token]:
    """Shared with the verb it is joined to."""
    if verb.dep_ in ("conj", "xcomp"):
        return [c for c in verb.head.children if c.dep_ in ("nsubjpass", "nsubj")]
    return []


def _subjects(verb: Token) -> list[Token]:
    """Own subject, that of the verb it depends on, or the noun that a relative clause describes."""
    for _ in range(4):
        own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")]
        if own and own[0].lower_ in ("who", "which", "that") and verb.dep_ == "relcl":
            return [verb.head]
        if own:
            return [_antecedent(t) for t in own]
        if verb.dep_ in ("acl", "relcl"):
            return [verb.head]
        above = verb.head if verb.dep_ in ("conj", "xcomp", "advcl") else verb.head.head
        if verb.dep_ not in ("conj", "xcomp", "advcl", "pcomp") or above.i == verb.i:
            break
        if verb.dep_ == "xcomp":
            objects = [c for c in above.children if c.dep_ == "dobj"]
            if objects:
                return objects
        verb = above
    return []


def _antecedent(token: Token) -> Token:
    """"they": the last noun before it in the sentence that the word lists know as a mover."""
    if token.lower_ not in ("they", "them"):
        return token
    known = frozenset().union(*cues().movers.values())
    for other in reversed(list(token.sent)):
        if other.i < token.i and other.pos_ in ("NOUN", "PROPN") and lemma(other) in known:
            return other
    return token


def _many(head: Token) -> list[Token]:
    """Through measures ("thousands of families") to what is measured, with what is joined to it."""
    if lemma(head) in cues().measures.nouns or head.pos_ == "NUM":
        behind = [o for c in head.children if c.lower_ == "of" for o in c.children if o.dep_ == "pobj"]
        if behind:
            head = behind[0]
    return [head, *(t for t in head.conjuncts if t.i > head.i and t.pos_ in ("NOUN", "PROPN"))]


def _words(head: Token) -> str:
    """The head with its adjectives and nouns before it; "" for a pronoun."""
    if head.lower_ in PRONOUNS or head.pos_ == "PRON":
        return ""
    first = head.i
    sentence = head.sent
    while first > sentence.start:
        left = head.doc[first - 1]
        if left.text == "]":  # an editor's insertion: "[ISIS] members"
            opening = next((i for i in range(first - 2, max(sentence.start, first - 6) - 1, -1)
                            if head.doc[i].text == "["), first - 1)
            first = opening
            continue
        inside = head.is_ancestor(left) and left.pos_ in ("NOUN", "PROPN", "ADJ", "VERB")
        if not (inside or left.text in "-–"):
            break
        first -= 1
    words: str = head.doc[first : head.i + 1].text
    return words.replace("[", "").replace("]", "").strip("-– \n")
