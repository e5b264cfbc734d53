"""Mentions: golden sentences, masks, head nouns, and what must hold for any text."""

import re
import tomllib
from dataclasses import astuple
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.lexicon import load
from geo.locate import Gazetteer, Tagger, find_mentions, locate
from geo.locate.cues import Demonyms, country_of, rules
from geo.locate.edges import marked
from geo.parse import parse
from geo.records import Mention, MentionKind, Toponym

KEYS = {"slug", "why", "text", "places", "demonyms", "absent"}
FILE = Path(__file__).parent / "cases" / "locate.toml"
CASES: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["case"]


@cache
def tools() -> tuple[Tagger, Gazetteer]:
    return Tagger.open(), Gazetteer.open()


def mentions(text: str, title_end: int = 0) -> tuple[Mention, ...]:
    return find_mentions(text, parse(text), *tools(), title_end=title_end)


@cache
def located(text: str) -> tuple[Toponym, ...]:
    return locate(text, parse(text), *tools())


def where(text: str, words: str) -> int:
    """Start of the quoted words, "Paris#2" for the second occurrence."""
    name, _, number = words.partition("#")
    starts = [hit.start() for hit in re.finditer(re.escape(name), text)]
    assert len(starts) >= int(number or 1), f"{words!r} is not in the text"
    return starts[int(number or 1) - 1]


@pytest.mark.parametrize(("text", "name"), [
    ("Near Hit, one strike destroyed an ISIL bunker.", "Hit"),  # three letters, a town of some size, in a place cue
    ("About 20 raids target Khan Shaykhun and injuries in Idlib city", "Khan Shaykhun"),  # taken for a person
    ("The warplanes bomb Afrin again, and the shelling goes on.", "Afrin"),
    ("Clashes broke out in Manshiya in Daraa al-Balad on Monday.", "Daraa al-Balad"),  # not cut down to Balad in Iraq
    ("Shelling hit Maarrat al-Nu’man countryside in Syria.", "Maarrat al-Nu’man"),  # not cut at the glottal stop
])  # fmt: skip
def test_names_of_war_reports(text: str, name: str) -> None:
    assert name in [m.name for m in mentions(text)]


def test_a_person_struck_is_no_place() -> None:
    text = "The prosecutor said the plot was to target Michael Jordan in Chicago. Jordan was not hurt."
    assert [m.name for m in mentions(text)] == ["Chicago"]


@pytest.mark.parametrize("case", CASES, ids=[case["slug"] for case in CASES])
def test_golden_sentence(case: dict[str, Any]) -> None:
    assert set(case) <= KEYS
    assert case["why"]
    text, by_start = case["text"], {t.mention.span.start: t for t in located(case["text"])}
    for words, wanted in case.get("places", {}).items():
        found = by_start.get(where(text, words))
        assert found is not None, f"{words!r} not found"
        assert found.mention.name == words.partition("#")[0]
        assert found.mention.kind is MentionKind.PLACE
        assert (found.place.gazetteer_id if found.place else "unresolved") == wanted
    for words, wanted in case.get("demonyms", {}).items():
        found = by_start[where(text, words)]
        assert found.mention.kind is MentionKind.DEMONYM
        assert found.place is not None
        assert found.place.country_code == wanted
    for words in case.get("absent", []):
        start = where(text, words)
        assert not [t.mention.name for t in by_start.values()
                    if t.mention.span.start < start + len(words) and start < t.mention.span.end]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "wide"), [
    ("They fled to the Al Hol camp in Syria.", "Al Hol", "Al Hol camp"),
    ("Clashes went on in the Kirkuk region of Iraq.", "Kirkuk", "Kirkuk region"),
    ("It lies in Salah ad Din Province, north of Baghdad.", "Salah ad Din Province", "Salah ad Din Province"),
])  # fmt: skip
def test_small_head_nouns_are_looked_up_but_not_marked(text: str, name: str, wide: str) -> None:
    mention = mentions(text)[0]
    assert mention.name == wide
    assert text[slice(*astuple(marked(text, mention)))] == name


def test_a_place_inside_an_organisation_is_nested() -> None:
    found = {m.name: m for m in mentions("The Baghdad Police Department made an arrest in Baghdad.")}
    assert found["Baghdad"].kind is MentionKind.PLACE
    nested = [m.nested_in for m in mentions("The Mosul Police Department said Mosul was calm.")]
    assert nested[-1] == ""


def test_the_second_naming_follows_the_first() -> None:
    names = [m.name for m in mentions("Clashes broke out in Fallujah. Witnesses left. Fallujah residents fled.")]
    assert names.count("Fallujah") == 2


def test_nothing_crosses_the_title() -> None:
    title = "Strikes in Iraq"
    found = mentions(f"{title}\n\nMosul was hit.", len(title))
    assert [m.name for m in found] == ["Iraq", "Mosul"]


def test_no_names_no_mentions() -> None:
    assert mentions("") == ()
    assert mentions("it rained all day and nobody went out.") == ()


def test_demonyms_name_one_country_each() -> None:
    listed = load("demonyms", Demonyms).countries
    assert len(rules().country_of) == sum(len(words) for words in listed.values())
    assert country_of("Iraqis") == "IQ"
    assert country_of("Kurdish") == ""
    assert not rules().refused & set(rules().country_of)


PIECES = st.sampled_from([
    "Mosul", "Qanus Island", "in", "near", "the", "Iraqi", "Al Hol camp", "New York Times", "-", "—", ".", ",", "\n",
    "U.S.", "“", "”", "D-Columbus", "Dr. Hill", "São Paulo", "أربيل", "👍🏽", "é", "\u200b", "ISIS", "  ", "’s",
    "東京",
])  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=14).map(" ".join), st.text(max_size=60)))
def test_any_text_gives_disjoint_spans_that_match_their_names(text: str) -> None:
    text = text.encode("utf-8", "replace").decode("utf-8")
    found = mentions(text)
    assert all(text[m.span.start:m.span.end] == m.name for m in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    assert found == mentions(text)
