"""How many were killed, injured or captured, as low, best and high, with who they were.

A number is a toll only where a verb or noun of dying stands with it: "12 people were killed", "killing five",
"dozens wounded", "no casualties". Groups told together ("three soldiers and two civilians were killed") are one toll.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from geo.extract.figures import (
    LEFT,
    WORD,
    any_of,
    counted_nouns,
    figure_of,
    figure_pattern,
    is_year,
    spaced,
    units,
)
from geo.records import Span, Toll

NEAR = 0.1
"""About 50 killed: 45 to 55; almost 50: 45 to 50."""

GROUP_REACH = 120
"""Code points to the left in which "three soldiers and" may belong to "two civilians were killed"."""

_CLOSE_BELOW = ("almost", "nearly", "close to", "just under", "just short of")


@dataclass(frozen=True, slots=True)
class FoundToll:
    """How many were killed, injured or captured (`kind`), and the words that say so."""

    span: Span
    kind: str
    toll: Toll


def find_tolls(text: str) -> tuple[FoundToll, ...]:
    """Who was killed, injured and captured, and how many, in order; one figure gives one toll of a kind.

    An unknown number is at least one; "at least 12" and "dozens" have no most; "up to 12" may be none.
    """
    found = _nobody(text)
    for kind, pattern in _toll_patterns():
        for match in pattern.finditer(text):
            toll = _toll(text, match)
            if toll is not None:
                found.append(_with_group(text, match, FoundToll(Span(*match.span()), kind, toll)))
    kept: list[FoundToll] = []
    for one in sorted(found, key=lambda f: (f.kind, f.span.start, -f.span.end, f.toll.who)):
        if not kept or kept[-1].kind != one.kind or one.span.start >= kept[-1].span.end:
            kept.append(one)
    return tuple(sorted(kept, key=lambda f: (f.span, f.kind)))


_UNKNOWN = (r"(?P<unknown>an? (?:unknown|unspecified|undisclosed|undetermined|unconfirmed) number of|"
            r"unknown numbers of)")
_AUX = (r"(?: (?:were|was|are|is|have|has|had|been|being|also|reportedly|either|all|confirmed|left|reported|"
        r"believed|feared|found|shot|later|since|to have)){0,4}")
_ASIDE = r"(?:,[^,.;:!?\n]{1,80},)?"
_END = r"(?=[.,;:!?)”\"’']| (?:and|in|at|on|near|when|as|including|after|during|while|by|across)\b|$)"
_REFUSED = "".join(rf"(?<!{word}\x20)" for word in (
    "to", "could", "would", "may", "might", "can", "will", "not", "n't", "should", "nearly", "almost"))
"""What makes of "kill" a killing that has not happened."""

_NO_WHO = "(?P<one>)(?P<who>)"


@cache
def _who() -> str:
    people = any_of(noun for noun, unit in counted_nouns().items() if unit == "person")
    return rf"(?:of )?(?P<who>them|those|(?:{WORD} ){{0,4}}?(?:{people}))(?!\w)"


@cache
def _toll_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = units().tolls
    figure = figure_pattern()
    number = rf"(?:{_UNKNOWN}|(?P<none>no|zero)|{figure}|(?P<one>an?)(?! \w{{1,20}}th\b))"
    bare = rf"(?:{_UNKNOWN}|(?P<none>no)\b|{figure}){_NO_WHO}"
    only = rf"(?P<unknown>)(?P<none>){_NO_WHO}{figure}"
    found = []
    kinds = (("killed", words.killed, words.killed_by), ("injured", words.injured, words.injured_by),
             ("captured", words.captured, words.captured_by))
    for kind, after, before in kinds:
        told, tells = any_of(after), rf"(?<![\w-]){_REFUSED}(?:{any_of(before)})"
        found.append((kind, rf"{LEFT}{number} {_who()}{_ASIDE}{_AUX} (?:{told})\b(?!-)"))
        found.append((kind, rf"{tells} {number} {_who()}"))
        if kind != "captured":
            found.append((kind, rf"{LEFT}{bare}{_AUX} (?:{told})\b(?!-)"))
            found.append((kind, rf"{tells} {only}{_END}"))
    for kind, nouns in (("killed", words.killed_nouns), ("injured", words.injured_nouns)):
        found.append((kind, rf"{LEFT}(?P<unknown>){_NO_WHO}(?:(?P<none>no)|{figure}) "
                            rf"(?:(?:civilian|military|confirmed) )?(?:{any_of(nouns)})\b"
                            r"(?!-| (?:threat|penalty|sentence|toll|squad))"))
    found.append(("killed", r"\bdeath toll (?:(?:has|had|then|later|now) )?(?:(?:of|at|to|is|was|stands|stood|rose|"
                            rf"risen|reached|climbed|passed) ){{0,3}}{only}\b"))
    return tuple((kind, spaced(pattern)) for kind, pattern in found)


_NOBODY = spaced(r"\b(?:(?P<both>no (?:civilian |military )?casualties(?! figures))|"
                  r"(?:no one|no-one|nobody|none of them) "
                  r"(?:was|were|has been|had been) (?:reported )?(?P<verb>killed|injured|hurt|wounded|captured)"
                  r"(?P<two> or (?:injured|hurt|wounded))?)\b")


def _nobody(text: str) -> list[FoundToll]:
    found = []
    for match in _NOBODY.finditer(text):
        verb = (match["verb"] or "").lower()
        kinds = {"injured" if verb in ("hurt", "wounded") else verb}
        if match["both"] or match["two"]:
            kinds = {"killed", "injured"}
        found += [FoundToll(Span(*match.span()), kind, Toll(0, 0, 0, "", match[0])) for kind in sorted(kinds)]
    return found


def _toll(text: str, match: re.Match[str]) -> Toll | None:
    """None where the figure is not one of people: a year, a fraction, words that are no number."""
    who, words = match["who"] or "", match[0]
    if match["unknown"]:
        return Toll(1, None, None, who, words)
    if match["none"]:
        return Toll(0, 0, 0, who, words)
    if match["one"]:
        return Toll(1, 1, 1, who, words)
    figure = figure_of(match)
    if figure is None or is_year(text, match) or (not figure.approx and figure.value != int(figure.value)):
        return None
    value = int(figure.value)
    if match["vague"]:
        return Toll(value, None, None, who, words)
    if figure.low is not None and figure.high is not None:
        return Toll(int(figure.low), None, int(figure.high), who, words)
    if figure.low is not None:
        return Toll(value, value, None, who, words)
    least = value - int(NEAR * value)
    if figure.high is not None:
        close = " ".join((match["mod"] or "").lower().split()) in _CLOSE_BELOW
        return Toll(least, value, value, who, words) if close else Toll(0, None, value, who, words)
    if figure.approx:
        return Toll(least, value, 2 * value - least, who, words)
    return Toll(value, value, value, who, words)


@cache
def _group_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """"three soldiers and", before a toll, and "and two civilians", behind one; only plain numbers are added."""
    group = rf"(?:{figure_pattern()}|(?P<one>an?)) {_who()}"
    before, behind = rf"{LEFT}{group}(?: and|, and) $", rf"(?: and|, and) {group}(?!{_AUX} (?:\w+ed|hurt)\b)"
    return spaced(before), spaced(behind)


def _with_group(text: str, match: re.Match[str], found: FoundToll) -> FoundToll:
    """The toll together with the groups that share its verb ("three soldiers and two civilians were killed")."""
    if found.toll.best is None or not match["who"] or match["none"]:
        return found
    left, right = _group_patterns()
    start, end = found.span.start, found.span.end
    verb_first = match.end("who") == match.end()
    other = right.match(text, end) if verb_first else left.search(text, max(0, start - GROUP_REACH), start)
    if other is None or other["who"].lower() == "others":
        return found
    figure = None if other["one"] else figure_of(other)
    if not other["one"] and (figure is None or figure.approx):
        return found
    more = 1 if figure is None else int(figure.value)
    start, end = (start, other.end()) if verb_first else (other.start(), end)
    toll, who = found.toll, (found.toll.who, other["who"])
    summed = replace(toll, low=toll.low + more, best=(toll.best or 0) + more,
                     high=None if toll.high is None else toll.high + more,
                     who=" and ".join(who if verb_first else reversed(who)), text=text[start:end])
    return FoundToll(Span(start, end), found.kind, summed)
