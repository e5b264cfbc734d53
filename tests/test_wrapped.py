"""Texts broken into lines of one width: their sentences are read whole, and nothing else loses its lines."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.read.wrapped import unwrapped

FIRST = ("Warplanes of the US-led coalition bombed a weapons depot near Tal Afar in northern Iraq on Monday, a "
         "senior police officer said. At least two men were killed and five others wounded in the strike, "
         "according to residents of the town.")  # fmt: skip
SECOND = "Hundreds of families fled from Tal Afar towards Sinjar on Tuesday, the mayor of the town of Sinjar said."


@pytest.mark.parametrize("width", [45, 60, 72, 78, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_sentences_come_whole_and_paragraphs_stay(width: int, end: str) -> None:
    lines = [textwrap.wrap(paragraph, width) for paragraph in (FIRST, SECOND)]
    text = (end * 2).join(end.join(paragraph) for paragraph in lines)
    found = unwrapped(text)
    assert len(found) == len(text)
    assert [" ".join(part.split()) for part in found.split("\n") if part.strip()] == [FIRST, SECOND]


def test_a_header_and_a_title_stay_as_they_are() -> None:
    head = "title: Depot hit near Tal Afar\ndate: 2019-09-11\n\n"
    text = head + textwrap.fill(FIRST, 60)
    assert unwrapped(text, len(head)) == head + FIRST


@pytest.mark.parametrize(
    "text",
    [
        FIRST + "\n" + SECOND,
        "Mosul\nTal Afar\nSinjar, a town in the mountains of northern Iraq\nQayyarah\nBaghdad",
        "Killed:\n- two men near the bridge of the old town\n- a child in the market of the new town\n- a driver",
        "The day the river came to town\nnobody was there to see it go\nbut the moon, and she was late.",
        "A headline of some forty letters, no more\nAnother headline, a little longer than this",
        "name;killed;wounded;town;province;country\n1;2;3;4;5;6\na;b;c;d;e;f\n7;8;9;0;1;2",
    ],
    ids=["paragraphs", "names", "list", "verse", "headlines", "table"],
)
def test_what_is_not_wrapped_keeps_its_lines(text: str) -> None:
    assert unwrapped(text) == text


def test_lists_and_indented_paragraphs_in_a_wrapped_text_keep_their_beginnings() -> None:
    items = "- two men killed\n- five wounded\n"
    text = f"MOSUL, Sept 11 - {textwrap.fill(FIRST, 60)}\n  {textwrap.fill(SECOND, 60)}\n{items}"
    found = unwrapped(text).split("\n")
    assert [line.strip() for line in found] == [
        "MOSUL, Sept 11 - " + FIRST, SECOND, "- two men killed", "- five wounded", ""]


@given(st.text(alphabet="ab A.-\n\r\t", max_size=600), st.integers(0, 50))
def test_no_text_changes_its_length_or_anything_but_breaks(text: str, start: int) -> None:
    found = unwrapped(text, min(start, len(text)))
    assert len(found) == len(text)
    assert all(a == b or (a in "\r\n" and b == " ") for a, b in zip(text, found, strict=True))
