"""Catalogues of the page: every word of the code has a translation, none is left over, and placeholders agree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from geo import lexicon
from geo.show import language

ROOT = Path(__file__).resolve().parent.parent
OTHERS = [code for code in language.languages() if code != language.ENGLISH]
SAID = {"say", "term"}
IN_SCRIPTS = re.compile(r"""\bD\.say\(\s*("(?:[^"\\]|\\.)*")""")


def calls(names: set[str]) -> Iterator[ast.Call]:
    for path in sorted((ROOT / "geo").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in names and path.name != "language.py":
                    yield node


def english() -> set[str]:
    """All literal words of `say` and `term`, of the scripts' D.say, and the labels of types and glyphs."""
    found = {arg.value for call in calls(SAID) for arg in call.args[:1] if isinstance(arg, ast.Constant)}
    for script in sorted((ROOT / "data" / "web").glob("*.js")):
        found |= {ast.literal_eval(words) for words in IN_SCRIPTS.findall(script.read_text("utf-8"))}
    table = lexicon.types()
    labels = {row.label for row in (*table.types.values(), *table.glyphs.values())}
    return {*found, *labels, ", "}


@pytest.mark.parametrize("code", OTHERS)
def test_every_word_is_translated_and_none_is_left_over(code: str) -> None:
    said = set(language.catalogue(code).say)
    assert english() - said == set(), "these lack a translation"
    assert said - english() == set(), "these are said nowhere"


@pytest.mark.parametrize("code", OTHERS)
def test_every_counted_noun_has_its_forms(code: str) -> None:
    nouns = {arg.value for call in calls({"counted"}) for arg in call.args[1:2] if isinstance(arg, ast.Constant)}
    known = language.catalogue(code).count
    assert nouns <= set(known)
    assert all("{n}" in forms["other"] for forms in known.values())


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_agree(code: str) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    wrong = {key for key, text in language.catalogue(code).say.items() if names(key) != names(text)}
    assert wrong == set()


def test_plural_forms_of_arabic() -> None:
    language.speak("ar")
    try:
        assert [language.counted(n, "event") for n in (1, 2, 3, 11, 100, 1200)] == [
            "حدث واحد", "حدثان", "3 أحداث", "11 حدثًا", "100 حدث", "1,200 حدث",
        ]
    finally:
        language.speak(language.ENGLISH)


def test_an_unknown_language_is_english() -> None:
    language.speak("../../etc/passwd")
    assert (language.spoken(), language.say("Not stated"), language.direction()) == ("en", "Not stated", "ltr")


def test_what_has_no_translation_is_said_in_english() -> None:
    language.speak("ar")
    try:
        assert language.say("a sentence nobody wrote for {n}", n=3) == "a sentence nobody wrote for 3"
    finally:
        language.speak(language.ENGLISH)
