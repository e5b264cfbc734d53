"""Faults are told in the page's language where readers meet them often, and quoted whole where not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.read.plain import read_plain
from geo.records import BadInput
from geo.show.fault_words import _SAID, fault
from geo.show.language import ENGLISH, speak

READ = Path(__file__).resolve().parent.parent / "geo" / "read"


@pytest.fixture
def arabic() -> Iterator[None]:
    speak("ar")
    yield
    speak(ENGLISH)


def test_english_stays() -> None:
    assert fault("The file is empty.") == "The file is empty."


@pytest.mark.usefixtures("arabic")
@pytest.mark.parametrize(("message", "told"), [
    ("The file is empty.", "الملف فارغ."),
    ("The date '3/4/20' can be read in two ways; write it as YYYY-MM-DD.",
     "يُقرأ التاريخ 3/4/20 على وجهين؛ اكتبه على صورة YYYY-MM-DD."),
    ("The disk <b>burns</b>.", "السبب، بالإنجليزية: \u2068The disk <b>burns</b>.\u2069"),
])
def test_in_arabic(message: str, told: str) -> None:
    assert fault(message) == told


@pytest.mark.usefixtures("arabic")
def test_what_a_reader_says_is_known() -> None:
    with pytest.raises(BadInput) as raised:
        read_plain(" \n ", "pasted.txt")
    assert "بالإنجليزية" not in fault(str(raised.value))


def test_each_pattern_stands_for_a_sentence_of_the_readers() -> None:
    """A sentence that is written anew there would no longer be told here."""
    told = []
    for path in READ.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BadInput" and node.args:
                first = node.args[0]
                parts = first.values if isinstance(first, ast.JoinedStr) else [first]
                told.append("".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in parts))
                told.append(told[-1].replace("date 7", "date '7'").replace("column 7", "column 'a'"))
    assert [pattern.pattern for pattern, _ in _SAID if not any(map(pattern.fullmatch, told))] == []
