"""Doc -> triggers: the words that report an event, found with the cue list and checked against their clause."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
from spacy.tokens import Doc, Token

from geo.extract.grammar import (
    MODIFIERS,
    behind,
    carrier,
    forms,
    is_noun,
    is_verb,
    objects,
    phrase,
    subjects,
    with_conjuncts,
)
from geo.lexicon import load, types
from geo.records import BadLexicon

WORD_GAP = 4
"""So many other words may stand between the parts of "take … to … street"."""

ROLES = frozenset({"object", "subject", "with", "from", "of", "left", "verb", "near", "particle"})


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of one type that ask the same of their clause."""

    type: str
    matches: str
    """A sentence in which the cue reports its type."""
    rejects: str
    """A sentence with one of its words that reports nothing of this type."""
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """One of these must hold: "role:class", or both sides of "role:class & role:class"."""
    never: tuple[str, ...] = ()
    """None of these may hold."""
    effect: bool = False
    """What attacks do (kill, destroy, explode): yields to the attack that the same sentence tells of."""
    weight: float = 0.95
    """How sure the words are, 0..1."""


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/event_cues.toml."""

    classes: dict[str, tuple[str, ...]]
    patterns: dict[str, str]
    """Class name -> regular expression over a whole token, beside the words of the class."""
    light_verbs: tuple[str, ...]
    """Verbs that only lend tense to a noun: "launch an attack"."""
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One reported trigger; `tokens` are the indexes of its words, `head` of the word that carries it."""

    cue: Cue
    head: int
    tokens: tuple[int, ...]
    light: int | None = None
    """The light verb of a noun ("launched airstrikes")."""

    @property
    def type(self) -> str:
        return self.cue.type


@cache
def vocabulary() -> Vocabulary:
    """The cue list; every cue's type exists and every condition names a class and a role (checked once)."""
    table = load("event_cues", Vocabulary)
    for cue in table.cues:
        if cue.type not in types().types:
            raise BadLexicon(f"event_cues.toml: no event type {cue.type!r}; see types.toml.")
        for condition in (*cue.needs, *cue.never):
            for part in condition.split(" & "):
                role, _, group = part.partition(":")
                if role not in ROLES or not set(group.split("|")) <= set(table.classes):
                    raise BadLexicon(
                        f"event_cues.toml: the condition {part!r} of {cue.type} names no known role "
                        f"or class; roles are {', '.join(sorted(ROLES))}."
                    )
    return table


@cache
def members(group: str) -> frozenset[str]:
    """The words of a class of the vocabulary."""
    return frozenset(vocabulary().classes[group])


@cache
def pattern(group: str) -> re.Pattern[str]:
    """What a class takes beside its words: "F-15" is an aircraft."""
    return re.compile(vocabulary().patterns.get(group, r"(?!)"))


def belongs(token: Token, group: str) -> bool:
    """Whether a word is of a class; a capitalised name that is no place and no body counts as a person."""
    if group == "person" and token.pos_ == "PROPN" and token.ent_type_ in ("PERSON", "NORP"):
        return True
    return bool(forms(token) & members(group)) or pattern(group).fullmatch(token.text) is not None


def find_triggers(doc: Doc, places: frozenset[int], names: frozenset[int]) -> tuple[Trigger, ...]:
    """The triggers of a text in order; `names` are the indexes of words inside names
    (never triggers), `places` those that stand for a place.

    Longer phrases win over shorter ones inside them; a noun that its own light verb or trigger verb
    carries ("launched airstrikes", "car bomb exploded") gives one trigger, not two.
    """
    found: list[Trigger] = []
    taken: set[int] = set()
    for trigger in sorted(_candidates(doc, places, names), key=_rank):
        if taken.isdisjoint(trigger.tokens):
            taken.update(trigger.tokens)
            found.append(trigger)
    return tuple(sorted(found, key=lambda t: t.tokens))


def _rank(trigger: Trigger) -> tuple[int, int, int, int]:
    return -len(trigger.tokens), trigger.cue.effect, _order()[id(trigger.cue)], trigger.head


@cache
def _order() -> dict[int, int]:
    """The place of each cue in the list, by its identity: to compare two takes all their words."""
    return {id(cue): number for number, cue in enumerate(vocabulary().cues)}


def _candidates(doc: Doc, places: frozenset[int], names: frozenset[int]) -> Iterator[Trigger]:
    index = _index()
    for token in doc:
        if token.i in names:
            continue
        for shape in sorted(forms(token)):
            for cue, words, kind in index.get(shape, ()):
                tokens = _noun_words(token, words) if kind == "noun" else _verb_words(token, words)
                if tokens and names.isdisjoint(tokens) and _allowed(cue, token, places):
                    light = _light_verb(token) if kind == "noun" else None
                    yield Trigger(cue, token.i, tokens, light)


@cache
def _index() -> dict[str, tuple[tuple[Cue, tuple[str, ...], str], ...]]:
    """First word of a verb phrase or last word of a noun phrase -> cues in which it heads one."""
    index: dict[str, list[tuple[Cue, tuple[str, ...], str]]] = {}
    for cue in vocabulary().cues:
        for entry in cue.verbs:
            words = tuple(entry.split())
            index.setdefault(words[0], []).append((cue, words, "verb"))
        for entry in cue.nouns:
            words = tuple(entry.split())
            index.setdefault(words[-1], []).append((cue, words, "noun"))
    return {shape: tuple(rows) for shape, rows in index.items()}


def _noun_words(token: Token, words: tuple[str, ...]) -> tuple[int, ...]:
    """The tokens of a noun phrase that ends at `token`, hyphens skipped; () where it is none or modifies another."""
    gerund = token.tag_ == "VBG" and any(c.dep_ in MODIFIERS | {"det", "poss"} for c in token.children)
    if not (is_noun(token) or gerund) or _modifies_another(token):
        return ()
    tokens = [token.i]
    at = token.i
    for word in reversed(words[:-1]):
        at -= 1
        if at >= 0 and token.doc[at].text in ("-", "–"):
            at -= 1
        if at < token.sent.start or word not in forms(token.doc[at]):
            return ()
        tokens.append(at)
    return tuple(range(tokens[-1], token.i + 1))


def _modifies_another(token: Token) -> bool:
    """Said of "bombing" in "bombing campaign" and "attack helicopter", not in "attack victims were taken"."""
    if token.dep_ not in ("compound", "amod", "nmod") or token.i + 1 >= len(token.doc):
        return False
    after = token.nbor(1)
    return after.i <= token.head.i and not is_verb(token.head) and after.text not in (",", "and")


def _verb_words(token: Token, words: tuple[str, ...]) -> tuple[int, ...]:
    """The tokens of a verb with its particle or fixed object, other words between them allowed; () if not there."""
    if token.pos_ != "VERB" or (token.dep_ in ("amod", "compound") and token.i < token.head.i):
        return ()
    tokens, at = [token.i], token.i
    for word in words[1:]:
        reach = range(at + 1, min(at + 2 + WORD_GAP, token.sent.end))
        at = next((i for i in reach if word in forms(token.doc[i])), -1)
        if at < 0:
            return ()
        tokens.append(at)
    return tuple(tokens)


def _light_verb(token: Token) -> int | None:
    verb, how = carrier(token)
    if verb is not None and how in ("object", "subject") and forms(verb) & set(vocabulary().light_verbs):
        return verb.i
    return None


def _allowed(cue: Cue, token: Token, places: frozenset[int]) -> bool:
    def holds(condition: str) -> bool:
        return all(_holds(token, *part.partition(":")[::2], places) for part in condition.split(" & "))

    return (not cue.needs or any(map(holds, cue.needs))) and not any(map(holds, cue.never))


def _holds(token: Token, role: str, groups: str, places: frozenset[int]) -> bool:
    words = _in_role(token, role)
    return any(
        belongs(word, group) or (group == "place" and word.i in places)
        for group in groups.split("|")
        for word in words
    )


def _in_role(token: Token, role: str) -> Sequence[Token]:
    """The words that stand in a role to the trigger word."""
    if role == "near":
        return [t for t in token.sent if t.i != token.i]
    if role == "left":
        left = [c for c in token.children if c.i < token.i and c.dep_ in MODIFIERS | {"poss"}]
        return left + ([token.nbor(-1)] if token.i > token.sent.start else [])
    if role == "particle":
        return [c for c in token.children if c.dep_ == "prt"]
    if role == "verb":
        verb, _ = carrier(token)
        return [verb] if verb is not None else []
    if role == "of":
        heads = behind(
            token, frozenset({"of", "on", "against", "by", "in", "to", "from", "for", "with", "between", "at"})
        )
    elif role in ("with", "from"):
        heads = behind(token, frozenset({"with", "using", "by"} if role == "with" else {"from", "of", "out"}))
    else:
        heads = objects(token) if role == "object" else subjects(token)
    return [word for head in heads for one in with_conjuncts(head) for word in phrase(one)]
