"""Place names of a sentence -> what each could be to a movement: read off the words to their left.

The preposition that stands before a name is surer than the parse: a small parser hangs "towards X" on the wrong
word far more often than a writer puts the wrong word before X. Only which movement it belongs to is asked of the
parse (routes.py).
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token
from spacy.tokens import Span as DocSpan

from geo.extract.grammar import tokens_of
from geo.extract.route_cues import cues, lemma
from geo.locate import NEAR_KM, Relation, precision_of, radius_of, relation_of, unit_said
from geo.records import GeoPrecision, MentionKind, Place, Span, Toponym, Where

JOINERS = frozenset({",", "and", "or", "&", "/", "as", "well", "both", "then"})
QUOTES = frozenset("\"'“”‘’«»()[]-–")
MODIFIER_LIMIT = 8
"""So many words may stand between a preposition and the name: "from the rebel-held northern town X"."""
CHAIN_LIMIT = 3
"""So many places are read through: "from the prison in the north of X"."""
LONGEST_PREPOSITION = 4
WORDS_BESIDE = 30
"""So many words on either side are looked at for a stated distance."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A toponym with its tokens."""

    toponym: Toponym
    tokens: DocSpan


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Places joined by commas and "and", which share what stands before the first of them."""

    places: tuple[Named, ...]
    preposition: str
    """"" for a direct object."""
    anchor: Token
    """The preposition's last word, or the verb of a direct object."""
    near: bool
    """ "a checkpoint near X": X is only near it."""

    @property
    def first(self) -> int:
        """Index of the preposition's first word; behind the verb of a direct object."""
        return int(self.anchor.i) - len(self.preposition.split()) + 1

    @property
    def start(self) -> int:
        """Index of the first token of the first name."""
        return int(self.places[0].tokens.start)

    @property
    def end(self) -> int:
        """Index behind the last token of the last name."""
        return int(self.places[-1].tokens.end)


def named_places(doc: Doc, toponyms: Sequence[Toponym]) -> tuple[Named, ...]:
    """Names that can be an end: no demonym, and none inside an organisation's name."""
    found = []
    for toponym in toponyms:
        mention = toponym.mention
        if mention.kind is MentionKind.PLACE and not mention.nested_in:
            tokens = tokens_of(doc, mention.span.start, mention.span.end)
            if tokens is not None and not _is_modifier(tokens):
                found.append(Named(toponym, tokens))
    return tuple(sorted(found, key=lambda n: n.tokens.start))


def _is_modifier(tokens: DocSpan) -> bool:
    """"X-led coalition", "X's army", "X warplanes": the name says whose, not where."""
    doc = tokens.doc
    if tokens.end >= len(doc):
        return False
    behind = doc[tokens.end]
    if behind.tag_ == "POS":
        return True
    if behind.text in "-–" and not behind.whitespace_ and not doc[behind.i - 1].whitespace_:
        return True
    head = tokens.root.head
    before_noun = tokens.root.dep_ == "compound" and head.i == tokens.end and head.pos_ == "NOUN"
    return bool(before_noun and not _is_feature(head))


def _first_token(name: Named) -> int:
    return int(name.tokens.start)


def groups_in(sentence: DocSpan, names: Sequence[Named]) -> tuple[Group, ...]:
    """The groups of one sentence that stand behind a preposition or a verb, in order; `names` in order of text."""
    first = bisect_left(names, sentence.start, key=_first_token)
    inside = names[first:bisect_left(names, sentence.end, key=_first_token)]
    joined: list[list[Named]] = []
    for name in inside:
        last = joined[-1][-1] if joined else None
        if last is not None and _contains(name, last):
            continue
        if last is not None and _is_joined(last, name):
            joined[-1].append(name)
        else:
            joined.append([name])
    joined = [_closed_list(places) for places in joined]
    taken = frozenset(i for n in inside for i in range(n.tokens.start, n.tokens.end))
    found = (_group(tuple(places), sentence, taken) for places in joined)
    return tuple(g for g in found if g is not None)


def _closed_list(places: list[Named]) -> list[Named]:
    """A list ends with "and"; what stands only behind a comma begins something else ("to X, Y said")."""
    doc = places[0].tokens.doc
    while len(places) > 1:
        between = {t.lower_ for t in doc[places[-2].tokens.end : places[-1].tokens.start]}
        if between & {"and", "or", "&", "/"}:
            break
        places = places[:-1]
    return places


def _contains(outer: Named, inner: Named) -> bool:
    """"Mosul, Iraq" and "the Kirkuk region of Iraq": the second name only says where the first lies."""
    doc = inner.tokens.doc
    between = [t for t in doc[inner.tokens.end : outer.tokens.start] if not t.is_quote]
    if between and lemma(between[0]) in cues().guards.places:
        between = between[1:]
    words = [t.lower_ for t in between if t.pos_ not in ("DET", "ADJ")]
    if words in (["of"], ["in"]):
        return True
    return words == [","] and _within(inner.toponym.place, outer.toponym.place)


def _within(inner: Place | None, outer: Place | None) -> bool:
    return inner is not None and outer is not None and outer.gazetteer_id in {i for i, _ in inner.within}


def _is_joined(left: Named, right: Named) -> bool:
    """Only joiners, articles and adjectives between the two; a place noun may close the left name."""
    between = list(left.tokens.doc[left.tokens.end : right.tokens.start])
    if between and _is_feature(between[0]):
        between = between[1:]
    if not any(t.lower_ in JOINERS for t in between):
        return False
    return all(t.lower_ in JOINERS or t.pos_ in ("DET", "ADJ") or _is_feature(t) or t.lower_ == "neighbouring"
               or (t.lower_ == "of" and _is_feature(t.nbor(-1))) for t in between)


def _is_feature(token: Token) -> bool:
    return lemma(token) in cues().guards.places or token.lower_ in cues().guards.places


def _group(places: tuple[Named, ...], sentence: DocSpan, taken: frozenset[int]) -> Group | None:
    """Reads leftwards from the first name to the preposition or verb that governs it."""
    words = cues().prepositions
    at, near, inner = places[0].tokens.start, False, ""
    for _ in range(CHAIN_LIMIT):
        stop, nouns = _skip_phrase(at, sentence.doc, sentence.start, taken)
        if stop is None or (inner and nouns and lemma(nouns[-1]) in cues().guards.abstract):
            return None
        if inner == "of" and nouns and not _is_feature(nouns[-1]):
            return None
        preposition, first = _preposition(stop, sentence.start)
        if not preposition:
            if not _is_verbal(stop) or (inner and nouns and not _is_feature(nouns[-1])):
                return None
            return Group(places, "", stop, near)
        if preposition not in words.place:
            return Group(places, preposition, stop, near)
        near = near or preposition in words.near
        before = stop.doc[first - 1] if first > sentence.start else None
        if before is None:
            return None
        if _is_verbal(before) or before.pos_ in ("ADV", "PRON") or before.dep_ == "prt":
            return Group(places, preposition, stop, near)
        if preposition == "at" and before.i in taken:
            return Group(places, preposition, stop, near)
        if _is_container(before, taken):
            return None
        at, inner = first, preposition
    return None


def _is_verbal(token: Token) -> bool:
    """Verbs, and the participles that the tagger takes for prepositions or adjectives."""
    return token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB")


def _is_container(before: Token, taken: frozenset[int]) -> bool:
    """"Qanus, near X", "the Kirkuk region of X": the preposition hangs on another place name."""
    while before.i > 0 and (before.is_punct or before.lower_ in ("located", "situated", "just")):
        before = before.nbor(-1)
    return before.i in taken or (_is_feature(before) and before.i - 1 in taken)


def _skip_phrase(at: int, doc: Doc, start: int, taken: frozenset[int]) -> tuple[Token | None, tuple[Token, ...]]:
    """The first word left of token `at` that is no part of its noun phrase, and the phrase's nouns in order.

    None where the sentence begins or another name stands before.
    """
    nouns: list[Token] = []
    for i in range(at - 1, max(start, at - 1 - MODIFIER_LIMIT) - 1, -1):
        token = doc[i]
        if i in taken:
            return None, ()
        if token.pos_ in ("NOUN", "PROPN") and not _is_known(token):
            nouns.insert(0, token)
        elif not (token.pos_ in ("DET", "ADJ", "NUM") or token.tag_ in ("PRP$", "POS") or token.text in QUOTES
                  or token.lower_ == "neighbouring" or token.dep_ == "amod"):
            return token, tuple(nouns)
    return None, ()


@cache
def _known() -> frozenset[str]:
    """Every preposition of the word list, and the second half of "linking A with B"."""
    words = cues().prepositions
    general = words.origin | words.destination | words.waypoint | words.both | words.place | {"with"}
    return general | {p for row in cues().verb for p in row.prepositions}


def _is_known(token: Token) -> bool:
    return token.lower_ in _known()


def _preposition(stop: Token, start: int) -> tuple[str, int]:
    """The longest preposition that ends at `stop`, and the index of its first word; "" where it is none."""
    for length in range(LONGEST_PREPOSITION, 0, -1):
        first = stop.i - length + 1
        if first >= start:
            words = stop.doc[first : stop.i + 1].text.lower()
            if words in _known():
                return words, first
    return "", stop.i


def where(named: Named, rule: str, *, near: bool) -> Where | None:
    """The end as a record; None for a name without a place."""
    toponym = named.toponym
    place = toponym.place
    if place is None:
        return None
    precision = _precision(place, named)
    said = _beside(named.tokens, place)
    if precision is GeoPrecision.EXACT and said.moved:  # a bare distance would be that of the journey
        return Where(place, toponym.mention.name, said.precision, said.radius_km, said.words, rule,
                     toponym.alternatives, said.point)
    radius = radius_of(place, precision)
    if near and precision is GeoPrecision.EXACT:
        precision, radius = GeoPrecision.NEAR, radius + NEAR_KM
    return Where(place, toponym.mention.name, precision, radius, "near" if near else "", rule, toponym.alternatives)


def _beside(tokens: DocSpan, place: Place) -> Relation:
    """What the words beside a name say; only they are made into text, however long the document."""
    doc = tokens.doc
    first = max(0, tokens.start - WORDS_BESIDE)
    text = doc[first : tokens.end + WORDS_BESIDE].text
    start = tokens.start_char - doc[first].idx
    return relation_of(text, Span(start, start + len(tokens.text)), place)


def _precision(place: Place, named: Named) -> GeoPrecision:
    """From the feature code; a town named as a unit ("the X region") stands for the unit."""
    precision = precision_of(place, "")
    if precision is not GeoPrecision.EXACT:
        return precision
    doc = named.tokens.doc
    behind = doc[named.tokens.end].lower_ if named.tokens.end < len(doc) else ""
    return unit_said(behind) or unit_said(named.tokens[-1].lower_) or GeoPrecision.EXACT
