"""The shipped model: what it finds, its offsets on odd text, and its errors."""

import os
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.locate.tagger import DEFAULT, Tagger, case_of
from geo.records import ModelMissing


@cache
def tagger() -> Tagger:
    return Tagger.open()


def words(text: str, label: str = "PLACE") -> list[str]:
    return [text[s.start:s.end] for s in tagger().tag(text) if s.label == label]


def test_places_people_and_peoples() -> None:
    text = "French president Emmanuel Macron flew from Paris to Berlin on Tuesday."
    assert words(text) == ["Paris", "Berlin"]
    assert words(text, "DEMONYM") == ["French"]
    assert words(text, "PER") == ["Emmanuel Macron"]


def test_offsets_are_code_points_of_the_text_as_given() -> None:
    assert words("👍🏽 “Déjà vu”, he said in São Paulo.") == ["São Paulo"]


def test_long_texts_are_read_in_windows() -> None:
    filler = "The committee met again and nothing was decided by anyone present. " * 60
    text = f"He came from Nairobi. {filler}She went to Lima. {filler}They live in Oslo."
    assert words(text) == ["Nairobi", "Lima", "Oslo"]


def test_a_name_ends_with_its_line() -> None:
    assert all("\n" not in word for word in words("Floods in New\nYork was the headline\n\nParis\nLondon\n"))


def test_empty_and_blank() -> None:
    assert tagger().tag("") == ()
    assert tagger().tag(" \n\t") == ()


def test_case_numbers() -> None:
    assert [case_of(w) for w in ("iraq", "Iraq", "US", "A", "McKay", "15", "-", "F15")] == [1, 2, 3, 2, 4, 0, 0, 3]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_tagged_in_order_without_overlap(text: str) -> None:
    spans = tagger().tag(text)
    assert all(0 <= s.start < s.end <= len(text) and 0 <= s.score <= 1 for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_lone_surrogates_do_not_raise() -> None:
    assert words("In \ud800 Paris") == ["Paris"]


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="cannot be read"):
        Tagger.open(tmp_path)


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    shutil.copytree(DEFAULT, tmp_path / "model")
    with (tmp_path / "model" / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelMissing, match="sha256"):
        Tagger.open(tmp_path / "model")


def test_nothing_is_kept_or_sent_about_the_user(tmp_path: Path) -> None:
    """onnxruntime's official builds write a device id to the user's cache and report home unless switched off."""
    script = "from geo.locate import Tagger; Tagger.open().tag('A bomb fell on Mosul.')"
    places = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], env={**os.environ, **places}, check=True)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
