"""Every rule that reading leaves with a finding can be told to a person, in each language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.records import Evidence, GeoPrecision, Span, Where
from geo.show import rule_words
from geo.show.language import ENGLISH, speak
from tests.build import PLACES

EXTRACT = Path(__file__).resolve().parent.parent / "geo" / "extract"


def literals(module: str, function: str, argument: int) -> set[str]:
    """The literal strings that stand as this argument of calls of this function."""
    return {
        call.args[argument].value
        for call in ast.walk(ast.parse((EXTRACT / f"{module}.py").read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == function and len(call.args) > argument
        and isinstance(call.args[argument], ast.Constant)
    }  # fmt: skip


def returned(module: str) -> set[str]:
    """The literal strings that functions of the module return, "" aside."""
    return {
        node.value.value for node in ast.walk(ast.parse((EXTRACT / f"{module}.py").read_text("utf-8")))
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    } - {""}


def evidence(rule: str) -> Evidence:
    return Evidence("a", Span(0, 1), rule)


def where(rule: str) -> Where:
    return Where(PLACES["Mosul"], "Mosul", GeoPrecision.EXACT, 5.0, rule=rule)


@pytest.fixture
def arabic() -> Iterator[None]:
    speak("ar")
    yield
    speak(ENGLISH)


@pytest.mark.usefixtures("arabic")
def test_every_rule_of_status_and_of_place_is_said() -> None:
    of_status = literals("status", "Judgement", 1) | literals("events", "Judgement", 1)
    of_status |= returned("specific") | returned("senses")
    assert len(of_status) > 20
    assert {rule for rule in of_status if rule_words.status_rule(rule) == rule} == set()
    of_place = literals("attribution", "_Role", 2) | literals("earlier", "_attribution", 1)
    of_place |= literals("earlier", "where_of", 3) | {"place of the event before"}
    assert len(of_place) > 20
    assert {rule for rule in of_place if not rule_words.of_place(where(rule)).isascii()} == of_place


@pytest.mark.parametrize(("rule", "told"), [
    ("airstrike: bombed; past", "the word “bombed”; told as past"), ("airstrike: bombed", "the word “bombed”"),
    ("route verb: flee", "the word “flee” for a movement"), ("route line: road", "the word “road” for a way"),
    ("coded:ucdp", "as the table of events states it"), ("", ""), ("something else", "something else"),
    ("airstrike: hit; a rule of later", "the word “hit”; a rule of later"),
])
def test_what_a_sentence_rests_on(rule: str, told: str) -> None:
    assert rule_words.of_evidence(evidence(rule)) == told


@pytest.mark.parametrize(("rule", "told"), [
    ("behind in", "it stands behind “in”"), ("out of", "it stands behind “out of”"), ("by hand", ""), ("", ""),
    ("coded:ucdp", ""), ("behind near; in no gazetteer", "it stands behind “near”; it is in no gazetteer"),
    ("hub", "the road or the way is called after it"), ("Rule <b>7</b>", "Rule <b>7</b>"),
])
def test_what_a_place_rests_on(rule: str, told: str) -> None:
    assert rule_words.of_place(where(rule)) == told


def test_why_a_status() -> None:
    assert rule_words.status_of(evidence("airstrike: fired; future")) == "told as still to come"
    assert rule_words.status_of(evidence("route verb: flee")) == rule_words.status_of(evidence("coded:x")) == ""
