"""Any text at all: made-up ones, and a few monstrous ones."""

import time
from functools import cache

import pytest

from geo.locate import Gazetteer, Tagger, locate
from geo.parse import parse
from tests.torture.texts import misfits, texts


@cache
def tools() -> tuple[Tagger, Gazetteer]:
    return Tagger.open(), Gazetteer.open()


def test_any_text() -> None:
    """`make torture NAMES=texts` tries 10,000."""
    row = texts(1_500, *tools())
    assert row.wrong == (), str(row)


MONSTERS = {
    "one-long-word": "a" * 50_000,
    "commas": "," * 7_500,
    "nested-quotes": "“‘\"'" * 500 + "Mosul" + "'\"’”" * 500,
    "one-long-name": "Mosul" * 2_500,
    "right-to-left": "\u202e\u200f" * 2_500 + "الموصل",
    "blank-lines": "\n" * 25_000 + "Mosul",
    "hyphens": "Al-" * 2_500 + "Hol",
    "surrogates": "\ud83d" * 2_500 + " Mosul " + "\udc4d" * 2_500,
    "brackets": "(" * 2_000 + "in Mosul" + ")" * 2_000,
    "combining": "M" + "\u0301" * 10_000 + "osul",
    "capitals": "PARIS " * 1_500,
    "near-near": "15 km south of " * 750 + "Mosul",
}


@pytest.mark.parametrize("name", MONSTERS)
def test_monsters(name: str) -> None:
    text, (tagger, gazetteer) = MONSTERS[name], tools()
    began = time.process_time()
    assert misfits(text, locate(text, parse(text), tagger, gazetteer)) == []
    assert time.process_time() - began < 10


def test_nothing_gives_nothing() -> None:
    tagger, gazetteer = tools()
    for text in ("", " ", "\n\n", "\u200b", "\x00"):
        assert locate(text, parse(text), tagger, gazetteer) == ()
