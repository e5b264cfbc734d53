"""Scores on a toy corpus whose figures are worked out by hand."""

import json
from pathlib import Path

import pytest

from geo.evaluate import WORST_KM, Document, Gold, Guess, evaluate, read_corpus, score
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from geo.records import BadInput, LonLat

TEXT = "From Alpha to Beta Town, then Gamma and Delta."
GOLD = [Gold(5, 10, 10.0, 20.0), Gold(14, 23, 0.0, 0.0), Gold(30, 35, 50.0, 50.0), Gold(40, 45)]


def test_a_toy_document_by_hand() -> None:
    guesses = [
        Guess(5, 10, LonLat(20.0, 10.0)),  # exact, 0 km off
        Guess(14, 18, LonLat(2.0, 0.0)),  # part of "Beta Town", two degrees (222.4 km) off
        Guess(40, 45, LonLat(1.0, 1.0)),  # gold without coordinates: neither right nor wrong
        Guess(0, 4, None),  # wrong
    ]
    found = score([(Document("1", TEXT, GOLD), guesses)])
    assert (found.gold, found.said, found.exact, found.touching, found.missed) == (3, 3, 1, 2, 1)
    assert found.f1(found.exact) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert found.f1(found.touching) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert found.near_found() == pytest.approx(1 / 2)
    assert found.near_all() == pytest.approx(1 / 3)
    assert found.median_km() == pytest.approx(111.195, abs=0.01)


def test_found_but_not_placed_counts_as_missed() -> None:
    found = score([(Document("1", TEXT, GOLD[:1]), [Guess(5, 10, None)])])
    assert (found.exact, found.missed, found.near_all()) == (1, 1, 0.0)


def test_equal_spans_are_paired_before_longer_overlaps() -> None:
    gold = [Gold(0, 10, 0.0, 0.0), Gold(5, 10, 0.0, 0.0)]
    found = score([(Document("1", TEXT, gold), [Guess(5, 10, None)])])
    assert (found.exact, found.touching) == (1, 1)


def test_nothing_said_and_nothing_asked() -> None:
    found = score([(Document("1", TEXT, []), [])])
    assert found.f1(found.exact) == (0.0, 0.0, 0.0)
    assert found.median_km() == WORST_KM


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"id": "a", "text": "x", "toponyms": []}\n{"id": 1}\n', "utf-8")
    with pytest.raises(BadInput, match="Line 2"):
        read_corpus(corpus)
    assert len(read_corpus(corpus, limit=1)) == 1


def test_the_table_has_us_and_the_baseline(tmp_path: Path) -> None:
    text = "Two bombs went off in Baghdad on Monday. Iraqi police closed the roads to Mosul."
    names = (("Baghdad", 33.34, 44.4), ("Iraqi", 33.0, 44.0), ("Mosul", 36.335, 43.12))
    gold = [{"start": text.index(name), "end": text.index(name) + len(name), "lat": lat, "lon": lon,
             "demonym": name == "Iraqi"} for name, lat, lon in names]  # fmt: skip
    corpus = tmp_path / "toy.jsonl"
    corpus.write_text(json.dumps({"id": "a", "text": text, "toponyms": gold}), "utf-8")
    lines = evaluate(corpus, Tools(Gazetteer.open(), Tagger.open())).splitlines()
    assert lines[0] == "toy.jsonl: 1 documents, 3 places with coordinates"
    figures = {line[:24].strip(): [float(x) for x in line[24:].split()] for line in lines[2:]}
    assert figures["Dateline"][:6] == [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert figures["baseline"][1] == pytest.approx(2 / 3, abs=0.001)
    assert set(figures) == {"Dateline", "Dateline, no demonyms", "baseline", "baseline, no demonyms"}
