"""Figures in a text: masses, money, counts, and how many were killed, injured or captured.

A figure belongs to the noun that it stands before, and to nothing else: "18,000 remaining fighters" is no toll.
"500-pound bomb" is a kind of bomb: its unit ends in " each" and its kg is the weight of one, never of a load.
No pattern nests a repetition without a bound, so time is linear in the text.
"""

import re
from dataclasses import dataclass
from functools import cache

import msgspec

from geo import lexicon
from geo.records import Quantity, Span, Toll

SAME_MASS = 0.15
"""Two masses that differ by no more than this share of the larger are one."""

BOUND_REACH = 2.0
""""At most 40" is met by 20 to 40 and "at least 12" by 12 to 24: further off it may well be another load."""

NEAR = 0.1
"""About 50 killed: 45 to 55; almost 50: 45 to 50."""

EACH = " each"
"""Ending of the unit of one item's weight."""

CUE_REACH = 60


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
class FoundQuantity:
    """A figure and the words that give it. A count and the weight of one of its items may overlap, nothing else."""

    span: Span
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class FoundToll:
    """How many were killed, injured or captured (`kind`), and the words that say so."""

    span: Span
    kind: str
    toll: Toll


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number with what its words say of its bounds."""

    value: float
    approx: bool
    low: float | None
    high: float | None


@cache
def units() -> Units:
    """The word list, read once."""
    return lexicon.load("units", Units)


def find_quantities(text: str) -> tuple[FoundQuantity, ...]:
    """Masses, money and counts of vehicles, strikes, rounds, people …, in order of appearance."""
    loads = _distinct([*_masses(text), *_money(text)])
    each = [f for f in loads if f.quantity.unit.endswith(EACH)]
    counts = _distinct([f for f in _counts(text) if not any(_overlap(f, load) for load in loads if load not in each)])
    return tuple(sorted([*loads, *counts], key=lambda f: (f.span, f.quantity.unit)))


def same_mass(a: Quantity, b: Quantity) -> bool:
    """Whether two figures may weigh the same load: near enough, within a stated bound, or so by another ton."""
    if a.unit.endswith(EACH) or b.unit.endswith(EACH):
        return False
    return any(_agree(a, x, b, y) for x in _readings_kg(a) for y in _readings_kg(b))


def _readings_kg(quantity: Quantity) -> tuple[float, ...]:
    """The mass by every ton, where the unit is one."""
    if quantity.kg is None or quantity.kg <= 0:
        return ()
    mass = units().mass
    tons = [mass[name].kg for name in ("tonne", "short ton", "long ton", "ton")]
    if quantity.unit not in mass or mass[quantity.unit].kg not in tons:
        return (quantity.kg,)
    factor = quantity.kg / mass[quantity.unit].kg
    return tuple(sorted({quantity.kg, *(factor * ton for ton in tons)}))


def _agree(a: Quantity, a_kg: float, b: Quantity, b_kg: float) -> bool:
    if abs(a_kg - b_kg) <= SAME_MASS * max(a_kg, b_kg):
        return True
    return _meets(a, a_kg, b_kg) or _meets(b, b_kg, a_kg)


def _meets(bounded: Quantity, kg: float, other_kg: float) -> bool:
    if bounded.high is not None and bounded.low is None:
        return kg / BOUND_REACH <= other_kg <= kg
    if bounded.low is not None and bounded.high is None:
        return kg <= other_kg <= kg * BOUND_REACH
    if bounded.low is not None and bounded.high is not None and bounded.value > 0:
        per_unit = kg / bounded.value
        return bounded.low * per_unit <= other_kg <= bounded.high * per_unit
    return False


def _distinct(found: list[FoundQuantity]) -> list[FoundQuantity]:
    """Leftmost, then longest."""
    kept: list[FoundQuantity] = []
    for one in sorted(found, key=lambda f: (f.span.start, -f.span.end, f.quantity.unit)):
        if not kept or one.span.start >= kept[-1].span.end:
            kept.append(one)
    return kept


def _overlap(a: FoundQuantity, b: FoundQuantity) -> bool:
    return a.span.start < b.span.end and b.span.start < a.span.end


# --- numbers --------------------------------------------------------------------------------------------------------

_S = r"[\x20\t\xa0\u202f\n]{1,2}"
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


def _any(words: tuple[str, ...] | list[str]) -> str:
    """An alternation of plain words, longest first."""
    return "|".join(re.escape(w).replace(r"\ ", _S) for w in sorted(words, key=lambda w: (-len(w), w)))


_SMALL = "|".join([*_ONES, *_TENS])
_WORDS = (rf"(?:(?:{_SMALL}|an?|half{_S}an?)[\x20-])?(?:{'|'.join(_GREAT)})"
          rf"(?:[\x20-](?:and{_S})?(?:{_SMALL}|{'|'.join(_GREAT)})){{0,5}}"
          rf"|(?:{_SMALL})(?:[\x20-](?:and{_S})?(?:{_SMALL}|{'|'.join(_GREAT)})){{0,6}}")
_NUMBER = rf"(?:(?:{_DIGITS})(?:{_MAGNITUDE})?|(?:{_WORDS})\b)"


@cache
def _figure_pattern() -> str:
    """Bounding words, then a number, a range or a vague number; groups mod, n, n2, vague, more."""
    words = units().words
    mods = _any([*words.high, *words.low, *words.about])
    return (rf"(?:(?P<mod>{mods}){_S}|(?P<between>between|from){_S}|~)?"
            rf"(?:(?P<vague>{_any(list(_VAGUE))})\b(?:{_S}of(?={_S}))?"
            rf"|(?P<n>{_NUMBER})(?:(?:{_S}(?:and|to|or){_S}|[-\u2013\u2014])(?P<n2>{_NUMBER})(?![-\u2013])"
            rf"|(?P<more>\+|{_S}(?:{_any(words.low_after)})\b))?)(?:{_S}of(?={_S}the{_S}))?")


_LEFT = r"(?<![\w.,$£€-])(?<!\d[/:])"


def _value(words: str) -> float | None:
    """None for words that do not add up to a number."""
    match = re.match(rf"(?P<digits>[\d,.]*\d)[\x20-]?(?P<unit>[a-z]*)$", words.lower())
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
    if words.lower().startswith("half"):
        return total + part
    return total + part


def _figure(match: re.Match[str]) -> _Figure | None:
    if match["vague"]:
        least = float(_VAGUE[" ".join(match["vague"].lower().split())])
        return _Figure(least, True, least, None)
    value = _value(match["n"])
    if value is None:
        return None
    if match["n2"]:
        upper = _value(match["n2"])
        joiner = match.string[match.end("n"):match.start("n2")].strip()
        if upper is None or (joiner == "and" and not match["between"]):
            return None
        if match["n2"].lower().split()[-1] in _GREAT and value < 1000 <= upper:  # "two to three thousand"
            scaled = value * _GREAT[match["n2"].lower().split()[-1]]
            value = scaled if scaled <= upper else value
        low, high = min(value, upper), max(value, upper)
        return _Figure((low + high) / 2, True, low, high)
    words = units().words
    mod = " ".join((match["mod"] or "").lower().split())
    if mod in words.high:
        return _Figure(value, True, None, value)
    if mod in words.low or match["more"]:
        return _Figure(value, True, value, None)
    return _Figure(value, bool(mod) or match[0].startswith("~"), None, None)


def _quantity(figure: _Figure, unit: str, kg_each: float | None, item: str, text: str) -> Quantity:
    kg = figure.value * kg_each if kg_each is not None else None
    return Quantity(figure.value, unit, kg, item, figure.approx, figure.low, figure.high, text)


# --- masses, money, counts ------------------------------------------------------------------------------------------

_BREAK = (r"(?!(?:of|in|on|at|to|and|or|by|for|with|from|as|when|who|that|which|were|was|are|is|be|been|had|has|have|"
          r"the|an?|said|into|near|after|before|during|while|since|until|over|per|than|but|not|no|killed|wounded|"
          r"injured|dead|january|february|march|april|may|june|july|august|september|october|november|december|"
          r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|percent|years?|months?|weeks?|days?|hours?|"
          r"minutes?|miles|km|kilomet(?:er|re)s|met(?:er|re)s|feet|dollars|euros|pounds?|tons?|tonnes?|kg)\b)")
_WORD = rf"{_BREAK}[A-Za-z][\w'’.-]{{0,24}}"
_ITEM = rf"(?:{_S}(?:worth{_S})?of{_S}(?P<item>{_WORD}(?:{_S}{_WORD}){{0,2}}))?"


@cache
def _mass_pattern() -> re.Pattern[str]:
    forms = _any([form for mass in units().mass.values() for form in mass.forms])
    return re.compile(rf"{_LEFT}{_figure_pattern()}[\x20\t\xa0\n-]{{0,2}}(?P<unit>{forms})(?P<noun>s?)\b"
                      rf"(?P<sterling>{_S}sterling\b)?{_ITEM}", re.IGNORECASE)


@cache
def _forms() -> dict[str, str]:
    return {form.lower(): name for name, mass in units().mass.items() for form in mass.forms}


_KIND = re.compile(rf"{_S}(?P<item>{_WORD}(?:{_S}{_WORD})?)")


def _masses(text: str) -> list[FoundQuantity]:
    found = []
    for match in _mass_pattern().finditer(text):
        figure = _figure(match)
        name = _forms().get(" ".join(match["unit"].lower().split()))
        if figure is None or name is None or match["sterling"] or match["noun"]:
            continue
        start, end = match.span()
        kg, item = units().mass[name].kg, match["item"] or ""
        if text[match.start("unit") - 1] == "-" and (kind := _KIND.match(text, match.end("unit"))):
            words = text[start:match.end("unit")]
            found.append(FoundQuantity(Span(start, match.end("unit")),
                                       _quantity(figure, name + EACH, kg, kind["item"], words)))
            continue
        if name == "pound" and match["unit"].lower().startswith("pound") and not item and _is_money(text, start):
            found.append(FoundQuantity(Span(start, end), _quantity(figure, "GBP", None, "", text[start:end])))
            continue
        end = match.end("unit")
        found.append(FoundQuantity(Span(start, end), _quantity(figure, name, kg, item, text[start:end])))
    return found


@cache
def _money_cue() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any(units().words.money_cues)})\b[^.!?\n]*$", re.IGNORECASE)


def _is_money(text: str, start: int) -> bool:
    return _money_cue().search(text[max(0, start - CUE_REACH):start]) is not None


@cache
def _money_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words, table = units().words, units()
    mods = _any([*words.high, *words.low, *words.about])
    before = (rf"(?<![\w$£€])(?:(?P<mod>{mods}){_S}|(?P<between>between|from){_S})?(?P<sign>{_any(list(table.money_signs))})"
              rf"[\x20]?(?P<n>(?:{_DIGITS})(?:{_MAGNITUDE})?)(?:(?:{_S}(?:and|to|or){_S}|[-\u2013\u2014])(?:{_any(list(table.money_signs))})"
              rf"(?P<n2>(?:{_DIGITS})(?:{_MAGNITUDE})?))?(?P<more>\+)?(?P<vague>)(?!\w){_ITEM}")
    after = rf"{_LEFT}{_figure_pattern()}{_S}(?P<sign>{_any(list(table.money_words))})\b{_ITEM}"
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


def _money(text: str) -> list[FoundQuantity]:
    found = []
    table = {k.lower(): v for k, v in (*units().money_signs.items(), *units().money_words.items())}
    for pattern in _money_patterns():
        for match in pattern.finditer(text):
            figure = _figure(match)
            if figure is None:
                continue
            start = match.start()
            end = match.start("item") if match["item"] else match.end()
            words = re.sub(rf"{_S}(?:worth{_S})?of{_S}$", "", text[start:end])
            unit = table[" ".join(match["sign"].lower().split())]
            found.append(FoundQuantity(Span(start, start + len(words)),
                                       _quantity(figure, unit, None, match["item"] or "", words)))
    return found


@cache
def _nouns() -> dict[str, str]:
    return {noun.lower(): unit for unit, nouns in units().count.items() for noun in nouns}


_TEXTUAL = r"(?!['’-]\w)"


@cache
def _count_pattern() -> re.Pattern[str]:
    noun = _any(list(_nouns()))
    return re.compile(rf"{_LEFT}{_figure_pattern()}{_S}(?P<item>(?:(?:{_WORD}|\d{{1,5}}-pound){_S}){{0,4}}?"
                      rf"(?P<noun>{noun}))(?!\w){_TEXTUAL}", re.IGNORECASE)


_YEAR_BEFORE = re.compile(rf"\b(?:in|since|by|of|during|until|from|january|february|march|april|may|june|july|august|"
                          rf"september|october|november|december),?{_S}$", re.IGNORECASE)


def _is_year(text: str, match: re.Match[str]) -> bool:
    """ "In 2014 Iraqi soldiers": a year that opens the sentence, not a count."""
    plain = match["n"] or ""
    return (len(plain) == 4 and plain.isdecimal() and plain[:2] in ("19", "20") and not match["mod"]
            and _YEAR_BEFORE.search(text[max(0, match.start() - 14):match.start()]) is not None)


def _counts(text: str) -> list[FoundQuantity]:
    found = []
    for match in _count_pattern().finditer(text):
        figure = _figure(match)
        if figure is None or _is_year(text, match):
            continue
        unit = _nouns()[" ".join(match["noun"].lower().split())]
        words = text[match.start():match.end()]
        found.append(FoundQuantity(Span(*match.span()), _quantity(figure, unit, None, match["item"], words)))
    return found


# --- tolls ----------------------------------------------------------------------------------------------------------

_UNKNOWN = rf"(?:an?{_S}(?:unknown|unspecified|undisclosed|undetermined|unconfirmed){_S}number{_S}of|unknown{_S}numbers{_S}of)"
_AUX = (rf"(?:{_S}(?:were|was|are|is|have|has|had|been|being|also|reportedly|either|all|confirmed|left|reported|"
        rf"believed|feared|found|shot|later|since|to{_S}have)){{0,4}}")
_ASIDE = r"(?:,[^,.;:!?\n]{1,80},)?"


@cache
def _toll_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = units().tolls
    people = _any([noun for noun, unit in _nouns().items() if unit == "person"])
    who = rf"(?P<who>(?:{_WORD}{_S}){{0,4}}?(?:{people}))(?!\w)"
    number = rf"(?:(?P<unknown>{_UNKNOWN})|(?P<none>no|zero)|{_figure_pattern()}|(?P<one>an?))"
    end = rf"(?=[.,;:!?)”\"’']|{_S}(?:and|in|at|on|near|when|as|including|after|during|while|by|across)\b|$)"
    found = []
    for kind, after, before in (("killed", words.killed, words.killed_by), ("injured", words.injured, words.injured_by),
                                ("captured", words.captured, words.captured_by)):
        found.append((kind, re.compile(rf"{_LEFT}{number}{_S}{who}{_ASIDE}{_AUX}{_S}(?:{_any(after)})\b(?!-)", re.IGNORECASE)))
        found.append((kind, re.compile(rf"(?<![\w-]){_REFUSED}(?:{_any(before)}){_S}{number}{_S}{who}", re.IGNORECASE)))
        if kind != "captured":
            bare = rf"{_LEFT}(?:(?P<unknown>{_UNKNOWN})|(?P<none>no)(?=\b)|{_figure_pattern()})(?P<one>)(?P<who>){_AUX}{_S}(?:{_any(after)})\b(?!-)"
            found.append((kind, re.compile(bare, re.IGNORECASE)))
            object_ = rf"(?<![\w-]){_REFUSED}(?:{_any(before)}){_S}(?P<unknown>)(?P<none>)(?P<one>)(?P<who>){_figure_pattern()}{end}"
            found.append((kind, re.compile(object_, re.IGNORECASE)))
    for kind, nouns in (("killed", words.killed_nouns), ("injured", words.injured_nouns)):
        pattern = rf"{_LEFT}(?P<unknown>)(?P<one>)(?P<who>)(?:(?P<none>no)|{_figure_pattern()}){_S}(?:(?:civilian|military|confirmed){_S})?(?:{_any(nouns)})\b(?!-|{_S}(?:threat|penalty|sentence|toll|squad))"
        found.append((kind, re.compile(pattern, re.IGNORECASE)))
    toll = rf"\bdeath{_S}toll{_S}(?:(?:has|had|then|later|now){_S})?(?:(?:of|at|to|is|was|stands|stood|rose|risen|reached|climbed|passed){_S}){{0,3}}(?P<unknown>)(?P<none>)(?P<one>)(?P<who>){_figure_pattern()}\b"
    found.append(("killed", re.compile(toll, re.IGNORECASE)))
    return tuple(found)


_REFUSED = (r"(?<!to )(?<!could )(?<!would )(?<!may )(?<!might )(?<!can )(?<!will )(?<!not )(?<!n't )(?<!should )"
            r"(?<!nearly )(?<!almost )")
"""Verbs that only speak of a killing that has not happened."""

_NOBODY = re.compile(rf"\b(?:(?P<both>no{_S}(?:civilian{_S}|military{_S})?casualties(?!{_S}figures))|(?:no{_S}one|no-one|nobody|none{_S}of{_S}them){_S}"
                     rf"(?:was|were|has{_S}been|had{_S}been){_S}(?:reported{_S})?(?P<verb>killed|injured|hurt|wounded|captured)"
                     rf"(?P<two>{_S}or{_S}(?:injured|hurt|wounded))?)\b", re.IGNORECASE)


def find_tolls(text: str) -> tuple[FoundToll, ...]:
    """Who was killed, injured and captured, and how many, in order; one figure gives one toll of a kind.

    An unknown number is at least one; "at least 12" has no most; "about 50" and "almost 50" reach NEAR away.
    """
    found = _nobody(text)
    for kind, pattern in _toll_patterns():
        for match in pattern.finditer(text):
            toll = _toll(text, match)
            if toll is not None:
                found.append(FoundToll(Span(*match.span()), kind, toll))
    kept: list[FoundToll] = []
    for one in sorted(found, key=lambda f: (f.kind, f.span.start, -f.span.end, f.toll.who)):
        if not kept or kept[-1].kind != one.kind or one.span.start >= kept[-1].span.end:
            kept.append(one)
    return tuple(sorted(kept, key=lambda f: (f.span, f.kind)))


def _nobody(text: str) -> list[FoundToll]:
    found = []
    for match in _NOBODY.finditer(text):
        verb = (match["verb"] or "").lower()
        kinds = {"killed", "injured"} if match["both"] or match["two"] else {"injured" if verb in ("hurt", "wounded") else verb}
        for kind in sorted(kinds):
            found.append(FoundToll(Span(*match.span()), kind, Toll(0, 0, 0, "", match[0])))
    return found


def _toll(text: str, match: re.Match[str]) -> Toll | None:
    """None where the figure is not one of people (a year, a fraction)."""
    who, words = match["who"] or "", match[0]
    if match["unknown"]:
        return Toll(1, None, None, who, words)
    if match["none"]:
        return Toll(0, 0, 0, who, words)
    if match["one"]:
        return Toll(1, 1, 1, who, words)
    figure = _figure(match)
    if figure is None or _is_year(text, match) or figure.value != int(figure.value) and not figure.low:
        return None
    value = int(figure.value)
    if match["vague"]:
        return Toll(value, None, None, who, words)
    if figure.low is not None and figure.high is not None:
        return Toll(int(figure.low), None, int(figure.high), who, words)
    if figure.low is not None:
        return Toll(value, value, None, who, words)
    return _near(figure, " ".join((match["mod"] or "").lower().split()), value, who, words)


def _near(figure: _Figure, mod: str, value: int, who: str, words: str) -> Toll:
    least = value - int(NEAR * value)
    if figure.high is not None:
        if mod in ("almost", "nearly", "close to", "just under", "just short of"):
            return Toll(least, value, value, who, words)
        return Toll(0, None, value, who, words)
    if figure.approx:
        return Toll(least, value, 2 * value - least, who, words)
    return Toll(value, value, value, who, words)
