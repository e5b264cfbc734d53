"""Numbers as texts write them, in digits or words, with what the words round them say of the true number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import msgspec

from geo import lexicon


class Mass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One unit of mass."""

    kg: float
    forms: tuple[str, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words round a figure; see the word list."""

    high: tuple[str, ...]
    low: tuple[str, ...]
    about: tuple[str, ...]
    low_after: tuple[str, ...]
    money_cues: tuple[str, ...]


class TollWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """X: "12 people X"; X_by: "X 12 people"; X_nouns: "no X"."""

    killed: tuple[str, ...]
    killed_by: tuple[str, ...]
    injured: tuple[str, ...]
    injured_by: tuple[str, ...]
    captured: tuple[str, ...]
    captured_by: tuple[str, ...]
    killed_nouns: tuple[str, ...]
    injured_nouns: tuple[str, ...]


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/units.toml."""

    mass: dict[str, Mass]
    money_signs: dict[str, str]
    money_words: dict[str, str]
    count: dict[str, tuple[str, ...]]
    words: Words
    tolls: TollWords


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what its words say of its bounds."""

    value: float
    approx: bool
    low: float | None
    high: float | None


@cache
def units() -> Units:
    """The word list, read once."""
    return lexicon.load("units", Units)


SPACE = r"(?:[\x20\t\xa0\u202f]{1,3}|\r?\n)"
"""Between two words of one expression: blanks or one line end, never an empty line."""

_ONES = {name: number for number, name in enumerate(
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
     "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"))}
_TENS = {name: 10 * number for number, name in enumerate(
    ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)}
_GREAT = {"hundred": 100, "dozen": 12, "score": 20, "thousand": 1000, "million": 10**6, "billion": 10**9,
          "trillion": 10**12}
_SHORT = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12}
_VAGUE = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "tens of thousands": 20_000,
          "hundreds of thousands": 200_000, "millions": 2 * 10**6, "several": 3, "a few": 2, "a handful": 3,
          "several dozen": 36, "several hundred": 300, "several thousand": 3000, "a few dozen": 24,
          "a few hundred": 200, "a few thousand": 2000}
"""The least that such a word stands for; there is no most."""

_DIGITS = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?"
_MAGNITUDE = r"(?:(?:[\x20-]?(?:thousand|million|billion|trillion))|(?:k|m|mn|bn|tn)(?![\w]))"


def any_of(words: Iterable[str]) -> str:
    """An alternation of plain words, longest first, with either apostrophe."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(w).replace(r"\ ", SPACE).replace("'", "['’]") for w in longest_first)


_SMALL = "|".join([*_ONES, *_TENS])
_WORDS = (rf"(?:(?:{_SMALL}|an?|half{SPACE}an?)[\x20-])?(?:{'|'.join(_GREAT)})"
          rf"(?:[\x20-](?:and{SPACE})?(?:{_SMALL}|{'|'.join(_GREAT)})){{0,5}}"
          rf"|(?:{_SMALL})(?:[\x20-](?:and{SPACE})?(?:{_SMALL}|{'|'.join(_GREAT)})){{0,6}}")
DIGITAL = rf"(?:{_DIGITS})(?:{_MAGNITUDE})?"
_NUMBER = rf"(?:{DIGITAL}|(?>{_WORDS})\b)"


def compiled(pattern: str) -> re.Pattern[str]:
    """Without case, and in ASCII: else a long s would match "soldiers" and be found in no list."""
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def spaced(pattern: str) -> re.Pattern[str]:
    """As `compiled`; a blank in the pattern is a SPACE."""
    return compiled(pattern.replace(" ", SPACE))


@cache
def figure_pattern() -> str:
    """Bounding words, then a number, a range or a vague number: the groups that `figure_of` reads."""
    words = units().words
    mods = any_of([*words.high, *words.low, *words.about])
    return (rf"(?:(?P<mod>{mods}){SPACE}|(?P<between>between|from){SPACE}|~)?"
            rf"(?:(?P<vague>{any_of(_VAGUE)})\b(?:{SPACE}of(?={SPACE}))?"
            rf"|(?P<n>{_NUMBER})(?(between){SPACE}(?:and|to){SPACE}(?P<n2>{_NUMBER})"
            rf"|(?:(?:{SPACE}(?:to|or){SPACE}|[-\u2013\u2014])(?P<n3>{_NUMBER})(?![-\u2013])"
            rf"|(?P<more>\+|{SPACE}(?:{any_of(words.low_after)})\b))?))(?:{SPACE}of(?={SPACE}the{SPACE}))?")


LEFT = r"(?<![\w.,$£€-])(?<!\d[/:])"
"""What may not stand before a figure: it would be part of a name (F-15), a sum or a time."""


def _value(words: str) -> float | None:
    """None for words that do not add up to a number."""
    match = re.match(r"(?P<digits>[\d,.]*\d)[\x20-]?(?P<unit>[a-z]*)$", words.lower())
    if match:
        factor = _GREAT.get(match["unit"], _SHORT.get(match["unit"], 1))
        return float(match["digits"].replace(",", "")) * factor
    total, part = 0.0, 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in ("and", "a", "an"):
            part = part or (1 if word != "and" else part)
        elif word == "half":
            part = 0.5
            continue
        elif word in _ONES or word in _TENS:
            part += _ONES.get(word, _TENS.get(word, 0))
        elif word in ("hundred", "dozen", "score"):
            part = (part or 1) * _GREAT[word]
        elif word in _GREAT:
            total, part = total + (part or 1) * _GREAT[word], 0.0
        else:
            return None
    return total + part


def _range(value: float, second: str) -> Figure | None:
    upper = _value(second)
    if upper is None:
        return None
    factor = _GREAT.get(re.split(r"[\s\d.,-]+", second.lower())[-1], 1)
    if value < upper and value * factor <= upper:  # "two to three thousand": the thousand goes with both
        value *= factor
    low, high = min(value, upper), max(value, upper)
    return Figure((low + high) / 2, True, low, high)


def figure_of(match: re.Match[str]) -> Figure | None:
    """What a match of `figure_pattern` says; None where the words do not add up to a number."""
    if match["vague"]:
        least = float(_VAGUE[" ".join(match["vague"].lower().split())])
        return Figure(least, True, least, None)
    value = _value(match["n"])
    if value is None:
        return None
    second = match["n2"] or match["n3"]
    if second:
        return _range(value, second)
    words = units().words
    mod = " ".join((match["mod"] or "").lower().split())
    if mod in words.high:
        return Figure(value, True, None, value)
    if mod in words.low or match["more"]:
        return Figure(value, True, value, None)
    return Figure(value, bool(mod) or match[0].startswith("~"), None, None)


@cache
def counted_nouns() -> dict[str, str]:
    """Lower-case noun -> what it counts: person, vehicle, strike …"""
    return {noun.lower(): unit for unit, nouns in units().count.items() for noun in nouns}


_MONTHS = ("january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|apr|aug|"
           "sept?|oct|nov|dec")
BREAK = (r"(?!(?:of|in|on|at|to|and|or|by|for|with|from|as|when|who|that|which|were|was|are|is|be|been|had|has|have|"
         r"the|an?|said|into|near|after|before|during|while|since|until|over|per|than|but|not|no|killed|wounded|"
         rf"injured|dead|{_MONTHS}|"
         r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|percent|years?|months?|weeks?|days?|hours?|"
         r"minutes?|miles|km|kilomet(?:er|re)s|met(?:er|re)s|feet|dollars|euros|pounds?|tons?|tonnes?|kg)\b)")
WORD = rf"{BREAK}(?:(?-i:(?:[A-Z]\.){{2,4}})|[A-Za-z][\w'’-]{{0,24}})"

MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS})\.?{SPACE}$", re.IGNORECASE | re.ASCII)
_YEAR_BEFORE = re.compile(rf"\b(?:in|since|by|of|during|until|from|{_MONTHS}),?{SPACE}$", re.IGNORECASE | re.ASCII)


def is_year(text: str, match: re.Match[str]) -> bool:
    """ "In 2014 Iraqi soldiers": a year that opens the sentence, not a count."""
    plain = match["n"] or ""
    return (len(plain) == 4 and plain.isdecimal() and plain[:2] in ("19", "20") and not match["mod"]
            and _YEAR_BEFORE.search(text[max(0, match.start() - 14):match.start()]) is not None)
