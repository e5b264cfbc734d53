"""Figures in a text: masses, money and counts; `tolls`, handed on here, has the killed, injured and captured.

A figure belongs to the noun that it stands before, and to nothing else: "18,000 remaining fighters" is no toll.
"500-pound bomb" is a kind of bomb: its unit ends in " each" and its kg is the weight of one, never of a load.
No pattern nests a repetition without a bound, so time is linear in the text.
"""

import re
from dataclasses import dataclass
from functools import cache

from geo.extract.figures import (
    BREAK,
    DIGITAL,
    LEFT,
    MONTH_BEFORE,
    SPACE,
    WORD,
    Figure,
    any_of,
    compiled,
    counted_nouns,
    figure_of,
    figure_pattern,
    is_year,
    units,
)
from geo.extract.tolls import FoundToll, find_tolls
from geo.records import Quantity, Span

__all__ = ["EACH", "FoundQuantity", "FoundToll", "find_quantities", "find_tolls", "same_mass"]

SAME_MASS = 0.15
"""Two masses that differ by no more than this share of the larger are one."""

BOUND_REACH = 2.0
""""At most 40" is met by 20 to 40 and "at least 12" by 12 to 24: further off it may well be another load."""

EACH = " each"
"""Ending of the unit of one item's weight."""

CUE_REACH = 60
"""Code points before "500 pounds" in which "cost" or "paid" makes it money."""


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A figure and the words that give it. A count and the weight of one of its items may overlap, nothing else."""

    span: Span
    quantity: Quantity


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


def _quantity(figure: Figure, unit: str, kg_each: float | None, item: str, text: str) -> Quantity:
    kg = figure.value * kg_each if kg_each is not None else None
    return Quantity(figure.value, unit, kg, item, figure.approx, figure.low, figure.high, text)


def _distinct(found: list[FoundQuantity]) -> list[FoundQuantity]:
    """Leftmost, then longest."""
    kept: list[FoundQuantity] = []
    for one in sorted(found, key=lambda f: (f.span.start, -f.span.end, f.quantity.unit)):
        if not kept or one.span.start >= kept[-1].span.end:
            kept.append(one)
    return kept


def _overlap(a: FoundQuantity, b: FoundQuantity) -> bool:
    return a.span.start < b.span.end and b.span.start < a.span.end


# --- masses, money, counts ------------------------------------------------------------------------------------------

_MORE = rf"(?<!s){SPACE}{BREAK}(?!\w{{1,24}}(?:ed|ing)\b)[A-Za-z][\w'’-]{{0,24}}"
"""The next word of an item: none after a plural ("bombs dropped"), and no participle."""

_ITEM = rf"(?:{SPACE}(?:worth{SPACE})?of{SPACE}(?P<item>{BREAK}[A-Za-z][\w'’-]{{0,24}}(?:{_MORE}){{0,2}}))?"


@cache
def _mass_pattern() -> re.Pattern[str]:
    forms = any_of(form for mass in units().mass.values() for form in mass.forms)
    return compiled(rf"{LEFT}{figure_pattern()}(?:{SPACE}|-)?(?P<unit>{forms})(?P<noun>s?)\b"
                      rf"(?P<sterling>{SPACE}sterling\b)?{_ITEM}")


@cache
def _forms() -> dict[str, str]:
    return {form.lower(): name for name, mass in units().mass.items() for form in mass.forms}


_KIND = compiled(rf"{SPACE}(?P<item>{BREAK}[A-Za-z][\w'’-]{{0,24}}(?:{_MORE})?)")


def _masses(text: str) -> list[FoundQuantity]:
    found = []
    for match in _mass_pattern().finditer(text):
        figure = figure_of(match)
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
    return compiled(rf"\b(?:{any_of(units().words.money_cues)})\b[^.!?\n]*$")


def _is_money(text: str, start: int) -> bool:
    return _money_cue().search(text[max(0, start - CUE_REACH):start]) is not None


@cache
def _money_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words, signs = units().words, any_of(units().money_signs)
    mods = any_of([*words.high, *words.low, *words.about])
    before = (rf"(?<![\w$£€])(?:(?P<mod>{mods}){SPACE}|(?P<between>between|from){SPACE})?(?P<sign>{signs})\x20?"
              rf"(?P<n>{DIGITAL})(?(between){SPACE}(?:and|to){SPACE}(?:{signs})(?P<n2>{DIGITAL})"
              rf"|(?:(?:{SPACE}(?:to|or){SPACE}|[-\u2013\u2014])(?:{signs})(?P<n3>{DIGITAL})|(?P<more>\+))?)"
              rf"(?P<vague>)(?!\w){_ITEM}")
    after = rf"{LEFT}{figure_pattern()}{SPACE}(?P<sign>{any_of(units().money_words)})\b{_ITEM}"
    return compiled(before), compiled(after)


def _money(text: str) -> list[FoundQuantity]:
    found = []
    table = {k.lower(): v for k, v in (*units().money_signs.items(), *units().money_words.items())}
    for pattern in _money_patterns():
        for match in pattern.finditer(text):
            figure = figure_of(match)
            if figure is None:
                continue
            start = match.start()
            end = match.start("item") if match["item"] else match.end()
            words = re.sub(rf"{SPACE}(?:worth{SPACE})?of{SPACE}$", "", text[start:end])
            unit = table[" ".join(match["sign"].lower().split())]
            found.append(FoundQuantity(Span(start, start + len(words)),
                                       _quantity(figure, unit, None, match["item"] or "", words)))
    return found


@cache
def _count_pattern() -> re.Pattern[str]:
    noun = any_of(counted_nouns())
    return compiled(rf"{LEFT}{figure_pattern()}{SPACE}(?P<item>(?:(?:{WORD}|\d{{1,5}}-pound){SPACE}){{0,4}}?"
                      rf"(?P<noun>{noun}))(?!\w|['’-]\w)")


def _counts(text: str) -> list[FoundQuantity]:
    found = []
    for match in _count_pattern().finditer(text):
        figure = figure_of(match)
        if figure is None or is_year(text, match):
            continue
        unit = counted_nouns()[" ".join(match["noun"].lower().split())]
        before = text[max(0, match.start() - 12):match.start()]
        if unit != "person" and figure.value <= 31 and MONTH_BEFORE.search(before):
            continue  # "September 11 terror attacks"
        words = text[match.start():match.end()]
        found.append(FoundQuantity(Span(*match.span()), _quantity(figure, unit, None, match["item"], words)))
    return found
