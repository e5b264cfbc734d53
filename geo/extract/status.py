"""Trigger -> status: did it happen, does it go on, or is it planned, denied, habitual, long past?

The verb that carries the trigger decides, with the verbs that lend it tense ("continue to conduct") and
those that govern it ("plans to withdraw"). Nothing is dropped; what is not news is BACKGROUND.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc, Token

from geo.extract.event_words import event_words
from geo.extract.grammar import behind, carrier, chain, clause, forms, is_verb, sentence_of, up
from geo.extract.triggers import Trigger
from geo.records import Status, When

KNOWN_BY_NOUN = frozenset({"killing_execution", "kidnapping", "ground_attack", "bombing_ied", "suicide_attack"})
"""Types of which a noun takes it for granted that they happened."""
DEFINITE = frozenset({"the", "this", "that", "these", "those"})
UNDONE = frozenset({"prevent", "foil", "avert", "avoid", "thwart", "cancel", "postpone", "abort", "without"})
DENIALS = frozenset({"deny", "refute", "disprove", "disavow"})
"""With a clause: "denied that its forces had attacked"."""
CLEARED = frozenset({"acquit", "clear", "exonerate", "absolve"})
SPANS = frozenset({"year", "month", "week", "decade", "anniversary", "century"})
OLD_DAYS = 365
"""An event told so long after it happened is background to the news."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A status, the rule that gave it, and how sure that rule is (0..1)."""

    status: Status
    rule: str
    sure: float


def status_of(
    trigger: Trigger,
    doc: Doc,
    when: When | None,
    *,
    planned: bool,
    placed: bool,
    headline: bool,
    lead: bool,
    published: date | None,
) -> Judgement:
    """`when` is the event's own expression or None; `planned` that it lies ahead; `placed` that its sentence names
    a place of its own finer than a province; `headline` that it stands in a title, where the present tense is past;
    `lead` that it opens a dated report, where the perfect is news.
    """
    noun = doc[trigger.head]
    verb, links, how = _carrying(trigger, doc)
    if _looked_back_on(noun, links, dated=when is not None):
        return Judgement(Status.BACKGROUND, "only looked back on", 0.85)
    if _presupposed(trigger, noun, how, dated=when is not None and not planned):
        if when is not None and is_older(when, published, OLD_DAYS):
            return Judgement(Status.BACKGROUND, "more than a year before publication", 0.8)
        return Judgement(Status.REPORTED, "spoken of as known", 0.75)
    hidden = _irreal(trigger, noun, verb, links, how)
    if hidden is not None:
        return hidden
    if planned:
        return Judgement(Status.PLANNED, "its date lies ahead", 0.9)
    if when is not None and is_older(when, published, OLD_DAYS):
        return Judgement(Status.BACKGROUND, "more than a year before publication", 0.8)
    dated = when is not None
    noun_rule = _by_noun(noun, verb, how, dated=dated, placed=placed)
    if noun_rule is not None:
        return noun_rule
    tense = _by_tense(links, dated=dated, placed=placed, headline=headline, lead=lead)
    if tense.status in (Status.REPORTED, Status.ONGOING) and _claimed(noun, links):
        return Judgement(Status.CLAIMED, "told as a claim", 0.6)
    return tense


def _carrying(trigger: Trigger, doc: Doc) -> tuple[Token | None, tuple[Token, ...], str]:
    head = doc[trigger.head]
    if is_verb(head) and head.pos_ == "VERB" and not trigger.light and head.lower_ not in trigger.cue.nouns:
        return head, chain(head), "verb"
    verb, how = carrier(head)
    return verb, chain(verb) if verb is not None else (), how


def _words_on(links: Iterable[Token]) -> set[str]:
    """What stands on the verbs themselves: auxiliaries, adverbs, markers."""
    found: set[str] = set()
    for link in links:
        for child in link.children:
            if child.dep_ in ("aux", "auxpass", "advmod", "mark", "acomp", "neg", "det", "cc", "prt"):
                found |= forms(child)
    return found


def _presupposed(trigger: Trigger, noun: Token, how: str, *, dated: bool) -> bool:
    """ "rejected the murder of the mayor", "to protest a bomb attack on 3 May": whatever the verb says, it was done.

    Asked of nouns with a victim or a date of their own that no plan and no rescue governs.
    """
    if how in ("verb", "subject") or trigger.light is not None or trigger.type not in KNOWN_BY_NOUN:
        return False
    left = {w for c in noun.children if c.i < noun.i for w in forms(c)}
    definite = bool(left & DEFINITE) or any(c.dep_ == "poss" for c in noun.children)
    victim = trigger.type in ("killing_execution", "kidnapping") and bool(behind(noun, frozenset({"of"})))
    above = set().union(*(forms(h) for h in itertools.islice(up(noun), 3)))
    words = event_words().status
    ahead = (words.plans | words.chances | UNDONE) - {"commit", "order", "suspect", "decision"}
    if left & (words.chances | {"no", "another"}) or above & ahead:
        return False
    return (definite and victim) or (dated and noun.tag_ == "NN")


def _irreal(
    trigger: Trigger, noun: Token, verb: Token | None, links: tuple[Token, ...], how: str
) -> Judgement | None:
    words = event_words().status
    left = {w for c in noun.children if c.i < noun.i for w in forms(c)}
    if left & {"no", "neither"} or any(c.dep_ == "neg" for link in links for c in link.children):
        return Judgement(Status.NEGATED, "negated", 0.9)
    above = list(up(links[-1] if links and how in ("verb", "subject", "object") else noun))
    near = set().union(*(forms(t) for t in above[:2])) if above else set()
    governing = set().union(*(forms(link) for link in links[1:])) if links else set()
    if how == "object" and verb is not None:
        governing |= forms(verb) - forms(noun) if trigger.light != verb.i else set()
    if governing & words.negations or near & (
        words.negations - {"no", "deny", "stop", "fail", "reject", "halt"}
    ):
        return Judgement(Status.NEGATED, "denied or prevented", 0.8)
    if links and how != "behind" and links[-1].dep_ == "ccomp" and forms(links[-1].head) & DENIALS:
        return Judgement(Status.NEGATED, "denied or prevented", 0.8)
    on = _words_on(links)
    if on & {"will", "shall", "'ll", "’ll", "wo", "gon"}:
        return Judgement(Status.PLANNED, "future", 0.9)
    ahead = governing & words.plans
    infinitive = bool(links) and any(c.tag_ == "TO" for c in links[-1].children)
    if ahead or (infinitive and near & words.plans):
        return Judgement(Status.PLANNED, "planned or asked for", 0.85)
    if (on | governing | left) & words.chances or (infinitive and near & words.chances):
        return Judgement(Status.HYPOTHETICAL, "only possible", 0.8)
    if how not in ("verb", "object") and near & (words.chances | words.plans) - {
        "order",
        "call",
        "set",
        "warn",
        "could",
        "may",
        "can",
    }:
        return Judgement(Status.HYPOTHETICAL, "only possible", 0.7)
    bare = links[-1] if links else noun
    if infinitive and not (near & words.fulfilled) and bare.tag_ in ("VB", "VBP"):
        return Judgement(Status.PLANNED, "purpose, not deed", 0.8)
    return None


def _looked_back_on(noun: Token, links: tuple[Token, ...], *, dated: bool) -> bool:
    """ "Ten years since bombs tore through", "the anniversary of the attack", undated "acquitted of a murder"."""
    marks = (c for t in {noun, *links, *up(noun)} if is_verb(t) for c in t.children if c.dep_ in ("mark", "prep"))
    if any(c.lower_ == "since" and c.i and forms(c.nbor(-1)) & SPANS for c in marks):
        return True
    of = noun.head
    if of.dep_ != "prep" or of.lower_ not in ("of", "since", "for"):
        return False
    if is_verb(of.head):
        return not dated and bool(forms(of.head) & CLEARED)
    return "anniversary" in forms(of.head)


def is_older(when: When, published: date | None, days: int) -> bool:
    """Whether it was over so many days before publication; not where one of the two is unknown."""
    return when.end is not None and published is not None and (published - when.end).days > days


def _by_noun(noun: Token, verb: Token | None, how: str, *, dated: bool, placed: bool) -> Judgement | None:
    """Background by the noun itself: a span of years, a named date, a bare plural that only characterises."""
    if how == "verb":
        return None
    words = event_words().status
    modifiers = {w for c in noun.children if c.i < noun.i for g in (c, *c.children) for w in forms(g)}
    if any(c.text in words.months for c in noun.children if c.i < noun.i):
        return Judgement(Status.BACKGROUND, "a name with a date in it", 0.9)
    if modifiers & words.long and not dated:
        return Judgement(Status.BACKGROUND, "a stretch of past events", 0.8)
    head = next((h for h in up(noun) if h.pos_ != "ADP"), None)
    behind = next((h.lower_ for h in up(noun) if h.pos_ in ("ADP", "SCONJ", "VERB")), "")
    counted = any(c.dep_ == "nummod" for c in noun.children)
    definite = any(c.dep_ == "det" or c.dep_ == "poss" for c in noun.children)
    if (
        how == "behind"
        and behind in words.behind_us
        and not (dated or placed)
        and not definite
        and not counted
    ):
        partitive = head is not None and head.lower_ in ("series", "string", "wave", "spate", "number")
        if not partitive:
            return Judgement(Status.BACKGROUND, "only the circumstance of something else", 0.7)
    bare = noun.tag_ == "NNS" and not definite and not counted
    if bare and not (dated or placed) and how != "subject" and (verb is None or verb.tag_ in ("VBG", "VB", "NN")):
        going = verb is not None and _words_on(chain(verb)) & {"are", "is", "’re", "'re"}
        if not going and not (verb is not None and any(forms(v) & words.goes_on for v in chain(verb))):
            return Judgement(Status.BACKGROUND, "a kind of event, not one event", 0.7)
    return None


def _by_tense(links: tuple[Token, ...], *, dated: bool, placed: bool, headline: bool, lead: bool) -> Judgement:
    if not links:
        return Judgement(Status.REPORTED, "named without a verb", 0.8)
    words = event_words().status
    finite = links[-1]
    on = _words_on(links) | set().union(*(forms(link) for link in links[1:]))
    tags = {c.tag_ for c in finite.children if c.dep_ in ("aux", "auxpass")} | {finite.tag_}
    auxiliaries = {c.lower_ for c in finite.children if c.dep_ in ("aux", "auxpass")}
    present = bool(tags & {"VBP", "VBZ"}) and not (
        finite.tag_ == "VBP" and finite.lower_ in ("hit", "beat", "put", "set")
    )
    if present and finite.tag_ == "VBG" and not auxiliaries & {"has", "have", "’ve", "'ve", "been"}:
        return Judgement(Status.ONGOING, "present progressive", 0.9)
    if present and (on & words.goes_on):
        return Judgement(Status.ONGOING, "said to continue", 0.9)
    if auxiliaries & {"has", "have", "’ve", "'ve"} and present:
        if dated or placed:
            return Judgement(Status.REPORTED, "perfect with a date or a place of its own", 0.8)
        told_first = lead and "been" in auxiliaries and finite.dep_ in ("ROOT", "ccomp")
        if told_first and not on & words.habits:
            return Judgement(Status.REPORTED, "perfect that opens a report", 0.75)
        return Judgement(Status.BACKGROUND, "perfect without a date", 0.8)
    if headline:
        return Judgement(Status.REPORTED, "headline", 0.9)
    if present and (finite.tag_ in ("VBP", "VBZ") or auxiliaries & {"is", "are", "’re", "'re"}) and not dated:
        return Judgement(Status.BACKGROUND, "habitual present", 0.8)
    if on & words.habits:
        return Judgement(Status.BACKGROUND, "habitual", 0.8)
    if "had" in auxiliaries and not (dated or placed or _told_in_the_past(finite)):
        return Judgement(Status.BACKGROUND, "past perfect without a date", 0.7)
    if finite.dep_ == "acl" and finite.tag_ == "VBG" and not placed:
        return Judgement(Status.BACKGROUND, "a participle that characterises", 0.7)
    if finite.dep_ == "relcl" and not (dated or placed):
        return Judgement(Status.BACKGROUND, "said in passing of somebody", 0.6)
    return Judgement(Status.REPORTED, "past", 0.95)


def _told_in_the_past(verb: Token) -> bool:
    return any(forms(h) & event_words().status.telling and h.tag_ in ("VBD", "VBN") for h in up(verb))


def _claimed(noun: Token, links: tuple[Token, ...]) -> bool:
    words = _words_on(links) | {w for c in noun.children for w in forms(c)}
    top = links[-1] if links else noun
    governing = next((forms(h) for h in up(top) if is_verb(h)), frozenset())
    responsibility = any("responsibility" in forms(t) for t in sentence_of(noun))
    return (
        bool((words | governing) & event_words().status.claims)
        and not responsibility
        and clause(noun).lemma_ != "report"
    )
