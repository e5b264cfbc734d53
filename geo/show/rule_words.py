"""Why an event has its type, its status and its place, in plain words: the rules that reading left with it.

Rules are kept as reading gives them, in English: "shelling: fired; future" with a sentence, "behind in" with a place.
"""

import re

from geo.extract.merge_routes import BY_HAND
from geo.records import Evidence, Where
from geo.show import words
from geo.show.language import say, term

_STATUS = {
    "past": term("told as past"), "headline": term("a headline"),
    "named without a verb": term("named without a verb"),
    "spoken of as known": term("spoken of as known"), "told as a claim": term("told as a claim"),
    "more than a year before publication": term("more than a year before the article"),
    "its date lies ahead": term("its date lies ahead"), "future": term("told as still to come"),
    "negated": term("the sentence denies it"), "denied or prevented": term("denied or prevented"),
    "planned or asked for": term("planned or asked for"), "only possible": term("told as only possible"),
    "purpose, not deed": term("a purpose, not a deed"), "a name with a date in it": term("a name with a date in it"),
    "a stretch of past events": term("a stretch of past events"),
    "only the circumstance of something else": term("only the circumstance of something else"),
    "a kind of event, not one event": term("a kind of event, not one event"),
    "present progressive": term("told as going on"), "said to continue": term("said to go on"),
    "perfect with a date or a place of its own": term("told as done, with a day or a place of its own"),
    "perfect that opens a report": term("told as done, at the opening of a report"),
    "perfect without a date": term("told as done, without a day"),
    "habitual present": term("told as what is usual"), "habitual": term("told as what is usual"),
    "past perfect without a date": term("told as before the story, without a day"),
    "a participle that characterises": term("only describes something"),
    "said in passing of somebody": term("said of somebody in passing"),
    "only looked back on": term("only looked back on"),
    "a count of events, not one event": term("a count of events, not one event"),
    "an accident, by the words around it": term("an accident, by the words around it"),
    "the language of sport": term("the language of sport"),
    "a sum of events": term("a sum of events"), "a campaign, not one event": term("a campaign, not one event"),
    "movement without a place of its own": term("a movement without a place of its own"),
    "points back to what is not told here": term("points back to what is not told here"),
    "points back to an event told before": term("points back to an event told before"),
    "neither day nor place": term("neither day nor place is told"),
    "neither day nor place of its own": term("neither a day nor a place of its own is told"),
    "long before publication": term("long before the article"),
    "told in passing by a speaker": term("told in passing by a speaker"),
}
"""The rules of geo/extract/status.py, specific.py and senses.py, and of mentions that point back (events.py)."""
_PLACE = {
    "only says where another place lies": term("it only says where another place lies"),
    "bearing from a place": term("the sentence gives the direction from it"),
    "goal of a movement": term("the goal of a movement"),
    "of the trigger": term("the sentence says it of the event"),
    "part of a place": term("the sentence tells of a part of it"),
    "there": term("the sentence says that it was there"),
    "the place of its clause": term("the sentence says that it was there"),
    "object of the verb": term("it is what was acted on"), "pointed to": term("the sentence points to it"),
    "a side, not a place": term("named as a side, not as a place"),
    "in front of the trigger": term("it stands right before the words for the event"),
    "in front of a noun": term("it stands before a noun"), "subject of the verb": term("it is what acts"),
    "subject of the sentence": term("the sentence tells of it"),
    "apposed": term("it explains a word of the sentence"),
    "named in the sentence": term("it is named in the sentence"),
    "told before in the paragraph": term("named earlier in the paragraph"),
    "place of the event before": term("the place of the event told before"),
    "told of in the lead": term("named at the opening of the article"),
    "the country that the report speaks of": term("the country that the report speaks of"),
    "hub": term("the road or the way is called after it"), "stopped": term("they were stopped there"),
    "object": term("it is what was left or reached"),
}
"""The attribution rules of geo/extract (attribution.py, earlier.py, route_ends.py)."""
_CUES = {"verb": term("the word {cue} for a movement"), "noun": term("the word {cue} for a movement"),
         "line": term("the word {cue} for a way")}  # fmt: skip
_UNLISTED = "; in no gazetteer"
_CODED = "coded:"
_SENTENCE = re.compile(r"(?P<type>[\w-]+): (?P<cue>.+?)(?:; (?P<why>.+))?", re.S)
_MOVED = re.compile(r"route (?P<kind>verb|noun|line): (?P<cue>.+)", re.S)


def of_evidence(evidence: Evidence) -> str:
    """The word that told of it, and why it has its status; "" where no rule is kept."""
    if evidence.rule.startswith(_CODED):
        return say("as the table of events states it")
    if match := _MOVED.fullmatch(evidence.rule):
        return say(_CUES[match["kind"]], cue=words.quoted(match["cue"]))
    if match := _SENTENCE.fullmatch(evidence.rule):
        told = say("the word {cue}", cue=words.quoted(match["cue"]))
        why = status_rule(match["why"] or "")
        return say("; ").join(part for part in (told, why) if part)
    return words.clean(evidence.rule)


def status_of(evidence: Evidence) -> str:
    """Why it has its status; "" where the rule does not say."""
    match = None if _MOVED.fullmatch(evidence.rule) else _SENTENCE.fullmatch(evidence.rule)
    return status_rule(match["why"] or "") if match else ""


def status_rule(rule: str) -> str:
    """One of geo/extract/status.py in plain words."""
    return say(_STATUS[rule]) if rule in _STATUS else words.clean(rule)


def of_place(where: Where) -> str:
    """Why this of the places in the text is the place; "" where a person or a table gave it."""
    rule, unlisted, _ = where.rule.partition(_UNLISTED)
    if rule.startswith(_CODED) or rule in ("", BY_HAND):
        return ""
    told = _attributed(rule)
    return say("; ").join((told, say("it is in no gazetteer"))) if unlisted else told


def _attributed(rule: str) -> str:
    if rule in _PLACE:
        return say(_PLACE[rule])
    preposition = rule.removeprefix("behind ")
    if preposition != rule or re.fullmatch(r"[a-z]+(?: [a-z]+){0,3}", rule):
        return say("it stands behind {word}", word=words.quoted(preposition))
    return words.clean(rule)
