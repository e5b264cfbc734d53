"""Words of violence that mean something else: the shots of a match, the blast of a boiler, a count of attacks.

Such a mention reports no attack, whatever its sentence says of day and place.
"""

import re

from spacy.tokens import Token

from geo.extract.context import Context
from geo.extract.drafts import Draft
from geo.extract.event_words import event_words
from geo.extract.grammar import carrier, chain, forms, is_verb

MATCH_WORDS = 3
"""So many different words of sport, a score among them, make a text a report of a match."""
MATCH_SHARE = 0.3
"""As long as so many of its sentences hold one."""
_SCORE = re.compile(r"\d{1,3}[-–]\d{1,3}")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)|[a-z]*(?:first|second|third|[fhx]th|enth|ieth)")
BLAST = frozenset({"bombing_ied", "suicide_attack"})


def other_sense(context: Context, draft: Draft) -> str:
    """Why words of violence tell of no attack; "" where nothing in the text says so."""
    word = context.doc[draft.trigger.head]
    if _counted(word):
        return "a count of events, not one event"
    if draft.trigger.type in BLAST and _accident(context):
        return "an accident, by the words around it"
    if _match(context) and not _grave(context, draft):
        return "the language of sport"
    return ""


def is_ordinal(word: Token) -> bool:
    """Whether a noun is "the sixth" of its kind."""
    return any(_ORDINAL.fullmatch(c.lower_) for c in word.children if c.i < word.i)


def _counted(word: Token) -> bool:
    """ "Attacks doubled", "saw fewer kidnappings", "the number of clashes fell": more or fewer of them."""
    if is_verb(word):
        return False
    words = event_words().senses
    if any(c.lower_ in words.fewer for c in word.children if c.i < word.i):
        return True
    verb, how = carrier(word)
    plural = word.tag_ == "NNS" or any(h.lower_ in words.numbers for h in word.ancestors if not is_verb(h))
    return (
        verb is not None and how == "subject" and plural
        and any(forms(link) & words.trends for link in chain(verb))
        and not any(c.dep_ in ("dobj", "prt") for c in verb.children)
    )  # fmt: skip


def _accident(context: Context) -> bool:
    """A text with signs of an accident and no word of an attack."""
    words = event_words().senses
    seen = context.shapes
    return bool(seen & words.accidents) and not seen & words.attacks


def _match(context: Context) -> bool:
    words = event_words().senses.sport
    seen = {w for w in words if w in context.shapes}
    scored = any(_SCORE.search(s.text) for s in context.sentences)
    if len(seen) + scored < MATCH_WORDS:
        return False
    holding = sum(bool(_SCORE.search(s.text) or any(forms(t) & words for t in s)) for s in context.sentences)
    return holding >= MATCH_SHARE * len(context.sentences)


def _grave(context: Context, draft: Draft) -> bool:
    """Whether the sentence itself speaks of weapons, victims or police."""
    return any(forms(t) & event_words().senses.grave for t in context.sentences[draft.sentence])
