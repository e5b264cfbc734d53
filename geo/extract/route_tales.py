"""How a sentence tells of a movement: is it real, and when was it."""

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Span as DocSpan
from spacy.tokens import Token

from geo.extract.dates import FoundDate
from geo.extract.grammar import up
from geo.extract.route_cues import Cue, cues, lemma
from geo.records import DateBasis, RouteStatus

ABOVE_LIMIT = 4
"""So many words above the cue may make it planned or denied: "announced plans to withdraw"."""
TIME_MARKS = frozenset({"as", "when", "after", "before", "since", "once", "until"})
TELLERS = frozenset({"nsubj", "nsubjpass"})
NEGATIONS = frozenset({"no", "not", "none", "neither", "nobody", "n't", "n’t", "never", "hardly"})


@dataclass(frozen=True, slots=True, eq=False)
class Tale:
    """A movement's cue in its sentence."""

    cue: Cue
    sentence: DocSpan
    one_end: bool
    mover: Token | None

    @property
    def carriers(self) -> tuple[Token, ...]:
        """The cue and the words above it that lend it reality, nearest first; up to the verb of the clause."""
        found = [self.cue.token]
        for head in up(self.cue.token):
            last = found[-1]
            if len(found) > ABOVE_LIMIT or last.dep_ in ("relcl", "conj", "parataxis"):
                break
            if last.dep_ == "advcl" and not (last.tag_ == "VB" and lemma(head) in cues().guards.transparent):
                break
            if last.dep_ == "acl" and last.tag_ != "VB":
                break
            if last.dep_ == "ccomp" and lemma(head) not in cues().guards.denying:
                break
            found.append(head)
        return tuple(found)

    @property
    def verb(self) -> Token:
        """The first verb among the carriers; the cue itself where there is none."""
        return next((t for t in self.carriers if t.pos_ in ("VERB", "AUX")), self.cue.token)


def status(tale: Tale, *, dated: bool, future: bool) -> RouteStatus:
    """Negated before planned before blocked; then by tense. Never a reason to drop the movement."""
    guards = cues().guards
    token, above = tale.cue.token, tale.carriers[1:]
    if _denied(tale) or any(lemma(t) in guards.denying and not _halts_on_way(tale, t) for t in above):
        return RouteStatus.NEGATED
    if future or _planned(tale):
        return RouteStatus.PLANNED
    if tale.cue.kind == "line":
        cut = token.dep_ in ("nsubjpass", "dobj", "nsubj") and lemma(token.head) in guards.cutting
        return RouteStatus.BLOCKED if cut else RouteStatus.HABITUAL
    if tale.one_end and not dated and _is_aside(tale):
        return RouteStatus.BACKGROUND
    return _by_tense(tale, dated=dated)


def _halts_on_way(tale: Tale, verb: Token) -> bool:
    """"stopped on their way" happened on the way; "stopped from going" never began."""
    return lemma(verb) in cues().guards.halting and tale.cue.token.dep_ == "pobj"


def _denied(tale: Tale) -> bool:
    """A "not" on the cue, on a verb that carries it, or on who moves."""
    for token in tale.carriers:
        for word in token.children:
            if word.dep_ == "neg" or (word.lower_ in NEGATIONS and word.dep_ in ("det", "advmod", "preconj")):
                return True
    if tale.mover is not None and any(t.lower_ in NEGATIONS for t in tale.mover.subtree if t.i <= tale.mover.i):
        return True
    token = tale.cue.token
    first = token.left_edge.i
    return first > tale.sentence.start and token.doc[first - 1].lower_ == "without"


def _planned(tale: Tale) -> bool:
    guards = cues().guards
    if any(lemma(t) in guards.planning for t in tale.carriers[1:]):
        return True
    for token in tale.carriers:
        modal = any(c.lower_ in guards.modals and c.dep_ in ("aux", "mark") for c in token.children)
        if modal or (token.dep_ == "advcl" and token.tag_ == "VB" and token is tale.carriers[-1]):
            return True
    return False


def _is_aside(tale: Tale) -> bool:
    """A subordinate clause of time: "as they withdrew into X", "after fleeing X"."""
    for token in tale.carriers:
        if token.dep_ == "pcomp" and token.head.lower_ in TIME_MARKS:
            return True
        if token.dep_ == "advcl" and any(c.lower_ in TIME_MARKS for c in token.children):
            return True
    return False


def _by_tense(tale: Tale, *, dated: bool) -> RouteStatus:
    guards = cues().guards
    verb, token = tale.verb, tale.cue.token
    words = {c.lower_ for c in verb.children}
    aux = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if words & guards.habits or (lemma(verb) == "use" and verb is not token and verb.tag_ == "VBD" and not dated):
        return RouteStatus.HABITUAL
    if token.dep_ in ("acl", "relcl") and token.tag_ == "VBG" and not aux:
        return RouteStatus.HABITUAL if not dated and _describes(token) else RouteStatus.PAST
    present = bool(aux & {"am", "is", "are", "'re", "’re", "'s"})
    if verb.tag_ == "VBG" or "being" in aux:
        if not present:
            return RouteStatus.PAST
        return RouteStatus.HABITUAL if tale.cue.habitual else RouteStatus.ONGOING
    # The base form without any auxiliary is the present of a verb that the tagger took for a noun.
    bare = verb is token and tale.cue.kind == "verb" and verb.tag_ in ("NN", "NNS", "VB") and not aux
    if verb.tag_ in ("VBP", "VBZ") or present or bare:
        return RouteStatus.HABITUAL
    return RouteStatus.PAST


def _describes(token: Token) -> bool:
    """Whether it says what movers do ("a hideout for men moving …") or what happened ("men moving … were killed")."""
    head = token.head
    if head.dep_ in TELLERS and head.head.tag_ in ("VBD", "VBN"):
        return False
    for above in up(head):
        if lemma(above) in cues().guards.hubs or above.tag_ in ("VBP", "VBZ") or lemma(above) == "be":
            return True
    return False


def when(tale: Tale, dates: Sequence[FoundDate]) -> tuple[FoundDate | None, bool]:
    """The date nearest to the cue in its sentence, and whether it lies ahead; never the date of the telling."""
    sentence = tale.sentence
    inside = [d for d in dates if sentence.start_char <= d.span.start < sentence.end_char]
    own = [d for d in inside if not _dates_telling(d, sentence)]
    if not own:
        return None, False
    nearest = min(own, key=lambda d: (abs(d.span.start - tale.cue.token.idx), d.span))
    return nearest, nearest.future


def _dates_telling(found: FoundDate, sentence: DocSpan) -> bool:
    """"officials said on Friday": a verb of telling right before the date, with at most its subject between."""
    if found.when.basis is DateBasis.REPORTING:
        return True
    before = [t for t in sentence if t.idx < found.span.start and t.pos_ not in ("ADP", "DET", "PUNCT")]
    return bool(before) and lemma(before[-1]) in cues().guards.speech
