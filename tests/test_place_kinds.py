"""Places of one name are told apart by what they are, where they lie and how many live there."""

from dataclasses import replace

import pytest

from geo.records import Place
from geo.show import place_kinds
from geo.show.language import ENGLISH, speak
from tests.build import PLACES

MOSUL = PLACES["Mosul"]


def of(code: str, population: int | None = None) -> Place:
    return replace(MOSUL, feature_code=code, population=population)


@pytest.mark.parametrize(("code", "people", "said"), [
    ("PPLA", 1_683_000, "city"), ("PPL", 20_000, "town"), ("PPL", 900, "village"), ("PPL", None, "settlement"),
    ("PPL", 0, "settlement"), ("PPLC", 7_000_000, "capital"), ("PPLX", 2_000_000, "part of a town"),
    ("ADM1", None, "province"), ("ADM2", None, "district"), ("ADM3", None, "small district"),
    ("PCLI", None, "country"), ("PCLD", None, "country"), ("AIRP", None, "airport"), ("STM", None, "river"),
    ("RGN", None, "region"), ("XYZ", None, ""), ("", None, ""),
])
def test_kinds_in_a_word(code: str, people: int | None, said: str) -> None:
    assert place_kinds.kind(of(code, people)) == said


def test_alike_names_are_told_apart() -> None:
    town, district = of("PPLA", 1_683_000), of("ADM2")
    assert place_kinds.line(town) != place_kinds.line(district)
    assert place_kinds.note(town).startswith("city · ")
    assert place_kinds.note(town).endswith(" · 1,683,000 inhabitants")
    assert "inhabitants" not in place_kinds.note(district)
    assert place_kinds.note(town, "mosul") == place_kinds.note(town)
    assert place_kinds.note(town, "Al Mawsil").endswith("also written “Al Mawsil”")
    assert place_kinds.line(of("XYZ")) == place_kinds.line(of(""))


def test_hostile_names_lose_what_turns_letters() -> None:
    assert "\u202e" not in place_kinds.note(replace(MOSUL, within=(("x", "\u202eIraq"),)), "\u202eX")


def test_in_arabic() -> None:
    speak("ar")
    try:
        assert place_kinds.kind(of("ADM1")) == "محافظة"
        assert place_kinds.note(of("PPLA", 1000)).startswith("قرية")
    finally:
        speak(ENGLISH)
