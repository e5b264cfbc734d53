"""Cues and groups of places of a sentence -> movements.

The parse is asked which cue each group belongs to, and which cues tell of one movement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Token

from geo.extract.grammar import up
from geo.extract.route_cues import Cue, cues, lemma
from geo.extract.route_ends import Group

CLIMB_LIMIT = 8
"""So many words above a group a cue is looked for."""
FINITE_TAGS = frozenset({"VBD", "VBP", "VBZ", "MD"})


@dataclass(slots=True, eq=False)
class Movement:
    """Cues that tell of one movement, with the groups of places that belong to them."""

    cues: list[Cue]
    groups: list[tuple[Cue, Group, bool]] = field(default_factory=list)
    """With whether the parse says so."""

    @property
    def main(self) -> Cue:
        """Verbs before nouns before lines; the first of the most telling kind. A line that itself "crosses" leads."""
        verbs = {c.token.i for c in self.cues if c.kind == "verb"}
        for cue in self.cues:
            if cue.kind == "line" and cue.token.dep_ == "nsubj" and cue.token.head.i in verbs:
                return cue
        return min(self.cues, key=lambda c: (("verb", "noun", "line").index(c.kind), c.token.i))


def movements_in(found: Sequence[Cue], groups: Sequence[Group]) -> list[Movement]:
    """Gives each group to its cue, then puts together the cues of one movement, in order of text."""
    by_token = {c.token.i: c for c in found} | {i: c for c in found for i in c.links}
    linked: dict[int, list[tuple[Cue, Group, bool]]] = {}
    last: tuple[Cue, Group] | None = None
    for group in groups:
        cue, sure = _cue_of(group, by_token, found, last)
        if cue is not None and not _is_distance(group, cue, sure=sure):
            linked.setdefault(cue.token.i, []).append((cue, group, sure))
            last = (cue, group)
    movements: list[Movement] = []
    for cue in found:
        host = next((m for m in movements if any(_same_movement(other, cue) for other in m.cues)), None)
        if host is None:
            host = Movement([])
            movements.append(host)
        host.cues.append(cue)
        host.groups += linked.get(cue.token.i, [])
    for movement in movements:
        movement.groups.sort(key=lambda row: row[1].start)
    return [m for m in movements if m.groups]


def _cue_of(
    group: Group, by_token: dict[int, Cue], found: Sequence[Cue], last: tuple[Cue, Group] | None
) -> tuple[Cue | None, bool]:
    """The cue a group belongs to, and whether the parse says so; else the group before it, else the order."""
    anchor = group.anchor
    if anchor.i in by_token:
        return by_token[anchor.i], True
    if not group.preposition:
        return None, False
    for step, head in enumerate(up(anchor)):
        if head.i in by_token:
            cue = by_token[head.i]
            if anchor.i < cue.token.i and (cue.kind != "verb" or _is_speaker_seat(anchor, cue)):
                break
            if not _verb_between(cue.token, anchor):
                return cue, True
            break
        if head.pos_ == "VERB" or step >= CLIMB_LIMIT:
            break
    if last is not None and _follows(last[1], group):
        return last[0], False
    before = [c for c in found if c.token.i < anchor.i]
    if before and not _verb_between(before[-1].token, anchor) and role_of(before[-1], group):
        return before[-1], False
    return None, False


def _is_speaker_seat(anchor: Token, cue: Cue) -> bool:
    """"From X, an officer said they moved to Y": what opens the sentence goes with the telling."""
    sentence = anchor.sent
    if anchor.i > sentence.start + 1:
        return False
    return any(lemma(h) in cues().guards.speech for h in up(cue.token))


def _verb_between(cue: Token, anchor: Token) -> bool:
    """A finite verb or a semicolon between the two: the end belongs to another clause."""
    low, high = sorted((cue.i, anchor.i))
    return any(
        t.text in ";:" or "\n" in t.text
        or (t.tag_ in FINITE_TAGS and t.dep_ not in ("aux", "auxpass", "amod"))
        for t in cue.doc[low + 1 : high]
    )


def _follows(before: Group, group: Group) -> bool:
    """"from A through B into C": only small words between two groups."""
    between = group.anchor.doc[before.end : group.first]
    return len(between) <= 4 and all(
        t.is_punct or t.pos_ in ("CCONJ", "ADV", "PART", "DET") or lemma(t) in cues().guards.places
        or t.lower_ in cues().guards.chaining for t in between
    )


def _is_distance(group: Group, cue: Cue, *, sure: bool) -> bool:
    """"60 km from X", "a short drive to X"."""
    if not group.preposition or group.first <= group.anchor.sent.start:
        return False
    before = group.anchor.doc[group.first - 1]
    measures = before.pos_ != "VERB" and lemma(before) in cues().guards.distance
    return measures and not (sure and cue.kind == "verb" and group.preposition != "from")


def _same_movement(first: Cue, second: Cue) -> bool:
    """Whether a later cue tells of the same movement as an earlier one of its sentence."""
    a, b = first.token, second.token
    for one, other in ((a, b), (b, a)):
        if one.dep_ in ("conj", "advcl", "xcomp", "pcomp", "acl", "prep", "dep") and not _own_subject(one):
            head = one.head if one.dep_ != "pcomp" else one.head.head
            if head.i == other.i:
                return True
    noun, verb = (first, second) if first.kind != "verb" else (second, first)
    if noun.kind != "verb":
        if verb.kind == "verb":
            above = next((h for h in up(noun.token) if h.pos_ == "VERB"), noun.token)
            return _hangs_on(noun.token, verb.token) or _told_of_mover(verb.token, above)
        return a.i in {h.i for h in up(b)} and abs(a.i - b.i) <= CLIMB_LIMIT and not _verb_between(a, b)
    return _told_of_mover(a, b) or _told_of_mover(b, a)


def _own_subject(verb: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)


def _hangs_on(noun: Token, verb: Token) -> bool:
    """The noun is subject, object or means of the verb."""
    for head in up(noun):
        if head.i == verb.i:
            return True
        if head.pos_ in ("VERB", "AUX"):
            return False
    return False


def _told_of_mover(inner: Token, outer: Token) -> bool:
    """"Families who fled X arrived in Y", "Families fleeing X arrived in Y"."""
    if inner.dep_ not in ("relcl", "acl"):
        return False
    return inner.head.dep_ in ("nsubj", "nsubjpass") and inner.head.head.i == outer.i


def role_of(cue: Cue, group: Group) -> str:
    """What a group is to a cue: origin, waypoint, destination, both or ""."""
    words = cues().prepositions
    if group.preposition in cue.prepositions:
        return cue.prepositions[group.preposition]
    if not group.preposition:
        if group.anchor.i in cue.links:
            return "both"
        return cue.object_role if group.anchor.i == cue.token.i else ""
    if cue.kind == "line" and group.preposition == "with":
        return "both"
    for role, known in (("origin", words.origin), ("destination", words.destination), ("waypoint", words.waypoint),
                        ("both", words.both)):
        if group.preposition in known:
            return role
    return ""
