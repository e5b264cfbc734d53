"""Texts in capitals get ordinary case back, code point for code point."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract.truecase import in_capitals, truecase
from geo.locate import Tagger


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.open()


def test_names_get_their_capitals_back(tagger: Tagger) -> None:
    text = "BAGHDAD, 9 SEP 19 -- IRAQI TROOPS CLASHED WITH GUNMEN IN NORTHERN MOSUL ON MONDAY. U.S. JETS HIT KIRKUK."
    again = truecase(text, tagger)
    assert len(again) == len(text)
    for name in ("Baghdad", "Iraqi troops clashed with gunmen", "Mosul on Monday", "U.S.", "Kirkuk", "9 Sep 19"):
        assert name in again


def test_ordinary_text_stays(tagger: Tagger) -> None:
    text = "Iraqi troops clashed with gunmen in northern Mosul on Monday, NATO said."
    assert not in_capitals(text)
    assert truecase(text, tagger) == text
    assert truecase("NATO", tagger) == "NATO"


def test_small_letters_throughout(tagger: Tagger) -> None:
    text = "two people were killed when a car bomb went off near the hospital in mosul, iraqi police said on monday."
    again = truecase(text, tagger)
    assert len(again) == len(text)
    for name in ("Two people", "in Mosul, Iraqi police", "on Monday"):
        assert name in again


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60))
def test_offsets_hold(tagger: Tagger, odd: str) -> None:
    text = "THE TROOPS LEFT THE TOWN AND WENT HOME TO ANBAR AND THEN TO MOSUL. " + odd
    again = truecase(text, tagger)
    assert len(again) == len(text)
