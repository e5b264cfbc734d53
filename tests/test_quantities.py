"""Quantities and tolls: golden sentences, one load in several forms, and what holds of any text."""

import time
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract.quantities import find_quantities, find_tolls, same_mass
from geo.records import Quantity


class Case(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    figures: list[tuple[str, float, str, str, float, float]]
    why: str
    tolls: list[tuple[str, int, int, int, str]] = []


class Cases(msgspec.Struct, forbid_unknown_fields=True):
    case: list[Case]


_FILE = Path(__file__).parent / "cases" / "quantities.toml"
CASES = msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), Cases).case

WORDS = st.sampled_from((
    "12 3 40 1,000 80,000 at least almost about up to between and 10-12 two hundred thousand dozens several a an no "
    "half million people soldiers were was killed killing wounded injured dead tonnes tons pounds of munitions "
    "500-pound bombs $400million £3m cost airstrikes captured others unknown number , . \n death toll rose deaths "
    "ſoldierſ K 1.5"
).split(" "))


def _or_none(value: float | None) -> float:
    return -1 if value is None else value


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.why[:50])
def test_golden_figures(case: Case) -> None:
    found = [
        (q.text, q.value, q.unit, q.item, _or_none(q.low), _or_none(q.high))
        for q in (f.quantity for f in find_quantities(case.text))
    ]
    assert found == case.figures, case.why


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.why[:50])
def test_golden_tolls(case: Case) -> None:
    found = [
        (f.kind, f.toll.low, _or_none(f.toll.best), _or_none(f.toll.high), f.toll.who) for f in find_tolls(case.text)
    ]
    assert found == case.tolls, case.why


def mass(words: str) -> Quantity:
    (found,) = find_quantities(words)
    return found.quantity


@pytest.mark.parametrize(("words", "kg"), [
    ("80,000 pounds of bombs", 36_287.39), ("40 tonnes", 40_000), ("40 short tons", 36_287.39),
    ("2 long tons", 2032.09), ("40 tons", 36_287.39), ("some 300kg of explosives", 300), ("500 lb", 226.8),
    ("a dozen kilos", 12),
])
def test_masses_in_kilograms(words: str, kg: float) -> None:
    assert mass(words).kg == pytest.approx(kg, rel=1e-4)


@pytest.mark.parametrize(("one", "other", "same"), [
    ("80,000 pounds of munitions", "almost 40 tonnes of bombs", True),
    ("80,000 pounds", "40 short tons", True),
    ("40 tons", "40 tonnes", True),
    ("35 tonnes", "40 tonnes", True),
    ("30 tonnes", "40 tonnes", False),
    ("up to 40 tonnes", "30 tonnes", True),
    ("up to 40 tonnes", "10 tonnes", False),
    ("at least 40 tonnes", "60 tonnes", True),
    ("at least 40 tonnes", "100 tonnes", False),
    ("between 20 and 40 tonnes", "22 tonnes", True),
    ("80,000 pounds", "60 tonnes", False),
])
def test_same_mass(one: str, other: str, same: bool) -> None:
    assert same_mass(mass(one), mass(other)) is same
    assert same_mass(mass(other), mass(one)) is same


def test_the_kind_of_a_bomb_is_no_load() -> None:
    assert not same_mass(mass("a 500-pound bomb"), mass("500 pounds of bombs"))


def test_money_has_no_mass() -> None:
    money = mass("They paid 500 pounds.")
    assert (money.unit, money.kg) == ("GBP", None)
    assert not same_mass(money, mass("500 pounds of rice"))


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=120))
@settings(max_examples=400, deadline=None)
def test_any_text(text: str) -> None:
    for found in find_quantities(text):
        quantity = found.quantity
        assert text[found.span.start:found.span.end] == quantity.text
        assert quantity.low is None or quantity.low <= quantity.value
        assert quantity.high is None or quantity.value <= quantity.high
        assert quantity.kg is None or quantity.kg >= 0
    for one in find_tolls(text):
        toll = one.toll
        assert text[one.span.start:one.span.end] == toll.text
        known = [n for n in (toll.low, toll.best, toll.high) if n is not None]
        assert toll.low >= 0
        assert known == sorted(known)
    assert find_tolls(text) == find_tolls(text)


@pytest.mark.parametrize(
    "text", ["a", "1", ",", " ", "\n", "one ", "1,111", "12 men ", "killed ", "about ", "three men and "]
)
def test_long_runs_take_linear_time(text: str) -> None:
    start = time.process_time()
    long = text * (15_000 // len(text))
    find_quantities(long)
    find_tolls(long)
    assert time.process_time() - start < 2
