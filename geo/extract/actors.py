"""Who did it, to whom and with what, where the parse of the trigger's clause says so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from geo.extract.grammar import behind, carrier, forms, is_noun, is_verb, objects, phrase, subjects, with_conjuncts
from geo.extract.triggers import Trigger, belongs
from geo.records import Actor, MentionKind, Toponym

PARTIES = ("armed", "person", "crowd", "official", "forces", "sanctioner", "aircraft")
"""Classes of words that can act or be acted on; a building is no target of ours."""
WEAPONS = ("munition", "projectile", "aircraft", "bomb")
NOT_WEAPONS = frozenset(
    {"air", "car", "charge", "device", "mine", "plane", "aviation", "airforce", "airstrike", "raf", "shell"}
)
PRONOUNS = frozenset(
    {"he", "she", "it", "they", "who", "which", "that", "we", "i", "you", "him", "her", "them", "himself"}
)


def find_actors(doc: Doc, triggers: Sequence[Trigger]) -> tuple[Actor, ...]:
    """Actors, then targets, as written, each once; `with_sides` says whose they are."""
    doers: list[str] = []
    done_to: list[str] = []
    for trigger in triggers:
        word = doc[trigger.head]
        verb = word if is_verb(word) else None
        if verb is None:
            carrying, how = carrier(word)
            done_to += _names(behind(word, frozenset({"against", "on", "of"})), trigger)
            doers += _names(behind(word, frozenset({"by"})), trigger)
            verb = carrying if how == "object" else None
            if carrying is not None and how == "subject":
                done_to += _names(objects(carrying), trigger)
        else:
            done_to += _names((*objects(verb), *behind(verb, frozenset({"against"}))), trigger)
        if verb is not None:
            doers += _names(subjects(verb) or _parted(verb), trigger)
            doers += [
                n for h in behind(verb, frozenset({"from"})) if belongs(h, "aircraft") for n in _names((h,), trigger)
            ]
    actors = [Actor(name, "actor") for name in dict.fromkeys(doers)]
    return (*actors, *(Actor(name, "target") for name in dict.fromkeys(done_to) if name not in doers))


def sides_named(toponyms: Sequence[Toponym]) -> dict[str, str]:
    """Names of countries and peoples in a text, and the country's code."""
    return {
        t.mention.name: t.place.country_code
        for t in toponyms
        if t.place is not None
        and (t.mention.kind is MentionKind.DEMONYM or t.place.feature_code.startswith("PCL"))
    }


def with_sides(found: Sequence[Actor], codes: Mapping[str, str]) -> tuple[Actor, ...]:
    """The actors with the code of the first of `sides_named` in their words ("Iraqi troops": IQ).

    Whoever is "US-led" or "Iran-backed" is not that country's.
    """
    return tuple(replace(actor, side=actor.side or _side(actor.name, codes)) for actor in found)


def _side(words: str, codes: Mapping[str, str]) -> str:
    hits = []
    for name, code in codes.items():
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w|\s?-\s?\w)", words)
        if match:
            hits.append((match.start(), -len(name), code))
    return min(hits)[2] if hits else ""


def _parted(verb: Token) -> tuple[Token, ...]:
    """ "as jets, alongside drones, launched strikes": the parser hangs the subject behind "as" on the verb before.

    Asked where an active verb joined to another has an object and no subject of its own.
    """
    active = verb.dep_ == "conj" and verb.tag_ == "VBD" and any(c.dep_ == "dobj" for c in verb.children)
    if not active:
        return ()
    hung = [c for c in verb.head.children if c.dep_ == "prep" and verb.head.i < c.i < verb.i]
    first = next((n for n, c in enumerate(hung) if c.lower_ in ("as", "while")), None)
    if first is None:
        return ()
    with_them = [c for c in hung[first:] if c is hung[first] or c.lower_ == "alongside"]
    return tuple(o for c in with_them for o in c.children if o.dep_ == "pobj")


def _names(heads: Sequence[Token], trigger: Trigger) -> list[str]:
    found = []
    for head in heads:
        joint = _one_phrase(head)
        if joint:
            found.append(joint)
            continue
        for one in with_conjuncts(head):
            named = one.pos_ == "PROPN" and one.ent_type_ in ("ORG", "PERSON", "NORP")
            party = named or any(
                belongs(word, group) for group in PARTIES for word in (one, *behind(one, frozenset({"of"})))
            )
            if is_noun(one) and one.i not in trigger.tokens and one.lower_ not in PRONOUNS and party:
                found.append(_words(one))
    return found


def _one_phrase(head: Token) -> str:
    """ "U.S. F-15 and F-35 aircraft": the parser sees two things joined where a number after the name shows one."""
    last = head.conjuncts[-1] if head.conjuncts else head
    numbered = any(c.i == head.i + 1 and c.dep_ == "nummod" for c in head.children)
    if not numbered or last.i < head.i or not is_noun(last) or not any(belongs(last, g) for g in PARTIES):
        return ""
    return " ".join(head.doc[head.left_edge.i : last.i + 1].text.split())


def _words(noun: Token) -> str:
    """The noun with what stands in front of it and, after "number of", its kind; without articles."""
    inner = behind(noun, frozenset({"of"}))
    if (
        inner
        and noun.pos_ != "PROPN"
        and noun.tag_ in ("NN", "NNS")
        and not forms(noun) & {"member", "commander", "leader"}
    ):
        noun = inner[0]
    left = [c for c in noun.children if c.i < noun.i and c.dep_ in ("compound", "amod", "nmod", "poss", "npadvmod")]
    start = min((c.left_edge.i for c in left), default=noun.i)
    words: str = noun.doc[start : noun.i + 1].text
    return " ".join(words.split()).strip("“”\"'‘’[]() ")


def find_weapons(doc: Doc, triggers: Sequence[Trigger]) -> tuple[str, ...]:
    """Aircraft and munitions in the clause's own phrases, as written, each once, in order."""
    found: dict[int, str] = {}
    for trigger in triggers:
        word = doc[trigger.head]
        carrying, how = carrier(word)
        verb = word if is_verb(word) else carrying if how in ("object", "subject") else None
        heads = [word, *behind(word, frozenset({"by", "with", "of", "from", "using"}))]
        if verb is not None:
            heads += [
                *subjects(verb),
                *objects(verb),
                *behind(verb, frozenset({"with", "from", "by", "using", "as", "alongside"})),
            ]
        for head in heads:
            for one in with_conjuncts(head):
                for part in phrase(one):
                    if any(belongs(part, group) for group in WEAPONS) and not forms(part) & NOT_WEAPONS:
                        found[part.i] = part.text.lower() if part.pos_ == "NOUN" else part.text
    return tuple(dict.fromkeys(found[i] for i in sorted(found)))
