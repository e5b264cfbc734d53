"""The cues of movements: data/lexicon/route_cues.toml, and where they stand in a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import msgspec
from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from geo import lexicon

Role = Literal["origin", "waypoint", "destination", "both", "place"]
Needs = Literal["any", "both", "destination", "origin"]
VERB_TAGS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
ADVERBIAL = frozenset({"prep", "advmod", "prt", "npadvmod"})


class Prepositions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Role of the place behind a preposition; several words are one preposition."""

    origin: frozenset[str]
    destination: frozenset[str]
    waypoint: frozenset[str]
    both: frozenset[str]
    place: frozenset[str]
    near: frozenset[str]


class Guards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words, by lemma, that forbid or colour the reading of a movement."""

    abstract: frozenset[str]
    speech: frozenset[str]
    distance: frozenset[str]
    planning: frozenset[str]
    denying: frozenset[str]
    modals: frozenset[str]
    halting: frozenset[str]
    cutting: frozenset[str]
    serving: frozenset[str]
    linking: frozenset[str]
    leading: frozenset[str]
    hubs: frozenset[str]
    being: frozenset[str]
    habits: frozenset[str]
    transparent: frozenset[str]
    chaining: frozenset[str]
    places: frozenset[str]


class Measures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nouns that count movers ("thousands of families")."""

    nouns: frozenset[str]


class VerbCue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verbs that tell of a movement."""

    lemmas: frozenset[str]
    mode: str
    needs: Needs
    carried: Literal["subject", "object", "either"]
    matches: str
    rejects: str
    object: Literal["", "origin", "waypoint", "destination"] = ""
    particles: frozenset[str] = frozenset()
    """One of these must go with the verb ("pull back")."""
    except_particles: frozenset[str] = frozenset()
    """None of these may ("a bomb went off")."""
    prepositions: dict[str, Role] = {}
    certain: bool = True
    habitual: bool = False


class NounCue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nouns that tell of a movement."""

    lemmas: frozenset[str]
    mode: str
    needs: Needs
    matches: str
    rejects: str
    habitual: bool = False
    self_moving: bool = False
    """The noun itself moves (a convoy)."""


class LineCue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nouns of lines along which something moves."""

    lemmas: frozenset[str]
    modifiers: frozenset[str]
    mode: str
    mover: str
    plain: bool
    matches: str
    rejects: str


class RouteCues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/route_cues.toml."""

    prepositions: Prepositions
    guards: Guards
    movers: dict[str, frozenset[str]]
    measures: Measures
    verb: tuple[VerbCue, ...]
    noun: tuple[NounCue, ...]
    line: tuple[LineCue, ...]


@cache
def cues() -> RouteCues:
    """The word lists, read once."""
    return lexicon.load("route_cues", RouteCues)


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """One cue where it stands."""

    token: Token
    kind: Literal["verb", "noun", "line"]
    mode: str
    needs: Needs
    carried: str = "subject"
    object_role: str = ""
    prepositions: dict[str, Role] = field(default_factory=dict)
    certain: bool = True
    habitual: bool = False
    mover: str = ""
    plain: bool = False
    links: frozenset[int] = frozenset()
    """Tokens of a line's own verb: "the road linking A with B"."""


def find_cues(sentence: DocSpan, taken: frozenset[int]) -> tuple[Cue, ...]:
    """Cues in order; `taken` are the tokens of place names, which are never cues (the town of March)."""
    found = []
    for token in sentence:
        if token.i in taken:
            continue
        cue = _verb(token) or _line(token) or _noun(token)
        if cue is not None:
            found.append(cue)
    return tuple(found)


def lemma(token: Token) -> str:
    """Lower-case lemma; the tagger leaves it capitalised where it takes a word for a name."""
    return str(token.lemma_).lower()


def _verb(token: Token) -> Cue | None:
    # A root with a subject is a verb, whatever the tagger says ("fighters pass between …").
    is_root = token.dep_ == "ROOT" and any(c.dep_ == "nsubj" for c in token.children)
    if (token.tag_ not in VERB_TAGS and not is_root) or token.dep_ in ("amod", "compound", "aux", "auxpass"):
        return None
    for row in cues().verb:
        if lemma(token) not in row.lemmas or (row.particles and not row.particles & _particles(token)):
            continue
        if not row.except_particles & _particles(token) and not (row.carried != "subject" and _moves_nothing(token)):
            return Cue(token, "verb", row.mode, row.needs, row.carried, row.object, row.prepositions, row.certain,
                       row.habitual)
    return None


def _moves_nothing(verb: Token) -> bool:
    """"take place", "send a message": the object is nothing that travels on a road."""
    return any(c.dep_ == "dobj" and lemma(c) in cues().guards.abstract for c in verb.children)


def _particles(token: Token) -> frozenset[str]:
    """Small words of the verb: "pulled back", "set off"; taken from the parse and from the next word."""
    near = [c for c in token.children if c.dep_ in ADVERBIAL and c.i > token.i]
    near += list(token.doc[token.i + 1 : token.i + 2])
    return frozenset(t.lower_ for t in near)


def _noun(token: Token) -> Cue | None:
    if token.pos_ not in ("NOUN", "PROPN", "VERB") or token.dep_ == "compound":
        return None
    for row in cues().noun:
        if lemma(token) in row.lemmas or token.lower_ in row.lemmas:
            carried = "itself" if row.self_moving else "of"
            return Cue(token, "noun", row.mode, row.needs, carried, habitual=row.habitual)
    return None


def _line(token: Token) -> Cue | None:
    named_verb = token.dep_ == "compound" and lemma(token.head) in cues().guards.leading
    if token.pos_ not in ("NOUN", "PROPN") or (token.dep_ == "compound" and not named_verb):
        return None
    before = [t for t in token.lefts if t.pos_ in ("NOUN", "PROPN", "ADJ", "VERB")]
    words = {lemma(t) for t in before} | {t.lower_ for t in before}
    for row in cues().line:
        if lemma(token) in row.lemmas and (not row.modifiers or row.modifiers & words):
            certain = not row.plain and bool(row.modifiers or lemma(token) == "corridor")
            return Cue(token, "line", row.mode, "any", certain=certain, habitual=True, mover=row.mover,
                       plain=row.plain, links=frozenset(_links(token)))
    return None


def _links(token: Token) -> Iterator[int]:
    """The line's own verbs: participles behind it ("linking"), and what it is the subject of ("leads")."""
    guards = cues().guards
    for child in token.children:
        if child.dep_ in ("acl", "relcl") and lemma(child) in guards.linking | guards.leading:
            yield child.i
    # The tagger takes "runs" behind a noun for a noun.
    if token.dep_ in ("nsubj", "nsubjpass", "compound") and lemma(token.head) in guards.linking | guards.leading:
        yield token.head.i
