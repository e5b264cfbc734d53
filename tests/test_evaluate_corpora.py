"""The tables of dates, movements and confidence, and how corpora are told apart, on made-up corpora."""

from datetime import date
from pathlib import Path

import pytest

from geo.evaluate import confidence, dates, movements
from geo.evaluate.corpus import kind_of, read_lines
from geo.evaluate.events import Document, Said, Tally, figures_of, score_coded
from geo.evaluate.events import Gold as CodedGold
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from geo.records import BadInput, LonLat


def corpus(folder: Path, *lines: str) -> Path:
    made = folder / "corpus.jsonl"
    made.write_text("\n".join(lines) + "\n", "utf-8")
    return made


@pytest.mark.parametrize(("line", "kind"), [
    ('{"id": "1", "case": "upper", "text": "A", "events": []}', "events"),
    ('{"text": "A", "strikes": 1, "type": "airstrike", "location": "B"}', "events"),
    ('{"text": "A", "events": [{"type": "x", "perp": []}]}', "events"),
    ('{"id": "1", "text": "A", "toponyms": []}', "places"),
    ('{"pub_date": "2019-09-11", "text": "A", "routes": []}', "movements"),
    ('{"pub_date": "2019-09-11", "text": "today", "start": "2019-09-11"}', "dates"),
])
def test_corpora_are_told_apart(tmp_path: Path, line: str, kind: str) -> None:
    assert kind_of(corpus(tmp_path, line)) == kind


@pytest.mark.parametrize("line", ["[1]", "{", "7"])
def test_what_is_no_corpus_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadInput):
        kind_of(corpus(tmp_path, line))


def test_a_sample_is_drawn_by_seed_over_all_files(tmp_path: Path) -> None:
    file = corpus(tmp_path, *(f'{{"id": "{n}", "text": "A", "events": []}}' for n in range(9)))
    drawn = read_lines([file, file], Document, 5)
    assert drawn == read_lines([file, file], Document, 5)
    assert len(drawn) == 5


def test_dates_count_exact_intervals_and_clean_negatives(tmp_path: Path, tools: Tools) -> None:
    rows = [
        '{"pub_date": "2019-09-11", "text": "on Monday", "start": "2019-09-09", "end": "2019-09-09"}',
        '{"pub_date": "2019-09-11", "text": "today", "start": "2019-09-10", "end": "2019-09-10"}',
        '{"pub_date": "2019-09-11", "text": "Mrs May spoke", "start": null, "end": null}',
    ]
    table = dates.table([corpus(tmp_path, *rows)], tools)
    assert table.figures == {"exact interval": 0.5, "negatives clean": 1.0}
    assert "baseline" in table.words


def test_movements_count_ends_by_role(tmp_path: Path, tools: Tools) -> None:
    rows = [
        '{"pub_date": "2019-09-11", "text": "Thousands of families fled from Mosul to Erbil.", '
        '"routes": [{"origins": ["Mosul"], "waypoints": [], "destinations": ["Duhok"]}]}',
        '{"pub_date": "2019-09-11", "text": "Relations between Baghdad and Washington cooled.", "routes": []}',
    ]
    figures = movements.table([corpus(tmp_path, *rows)], tools).figures
    assert figures["slots P"] == figures["slots R"] == figures["negatives clean"] - 0.5 == 0.5
    assert figures["all ends right"] == 0


def test_marked_movements_are_asked_only_for_named_ends(tmp_path: Path, tools: Tools) -> None:
    text = "The families fled to Erbil. The men walked to the depot in Mosul."
    row = (f'{{"text": "{text}", "events": [{{"type": "Movement.X", "start": 13, "arguments": [{{"role": '
           '"Destination", "phrase": "Erbil"}]}, {"type": "Movement.X", "start": 36, "arguments": [{"role": '
           '"Destination", "phrase": "depot"}]}]}')
    assert movements.table([corpus(tmp_path, row)], tools).figures == {"slots P": 1, "slots R": 1, "slots F1": 1}


def test_a_coded_headline_is_found_near_its_point_on_its_day() -> None:
    gold = CodedGold("x", date="2016-01-03", date_end="2016-01-03", lat=35.0, lon=36.0)
    document = Document("text", date="2016-01-04", events=[gold])
    days = (date(2016, 1, 3), date(2016, 1, 3))
    tally = Tally()
    near = Said("clash", days, frozenset(), ((0, 4),), 0.5, LonLat(36.1, 35.1))
    score_coded(document, [near], tally)
    score_coded(document, [Said("clash", None, frozenset(), ((0, 4),), 0.4, LonLat(36.1, 35.1))], tally)
    score_coded(document, [Said("clash", days, frozenset(), ((0, 4),), 0.3, LonLat(38.0, 35.1))], tally)
    figures = figures_of(tally)
    assert figures["within 25 km"] == pytest.approx(2 / 3)
    assert figures["and on the day"] == pytest.approx(1 / 3)
    assert tally.judged == [(0.5, True), (0.4, False), (0.3, False)]


def test_thirds_share_what_is_equally_sure() -> None:
    sorted_well = [(0.9, True), (0.9, True), (0.5, True), (0.5, False), (0.1, False), (0.1, False)]
    assert list(confidence.thirds(sorted_well).values()) == [1.0, 0.5, 0.0]
    all_alike = [(0.5, True), (0.5, False), (0.5, False)] * 4
    assert list(confidence.thirds(all_alike).values()) == pytest.approx([1 / 3] * 3)
    assert confidence.table({"a": sorted_well}).figures == {"a: top over bottom": 1.0}
    assert confidence.thirds([]) == {"top third": 0, "middle": 0, "bottom third": 0}


@pytest.fixture(scope="module")
def tools(gazetteer: Gazetteer) -> Tools:
    return Tools(gazetteer, Tagger.open())
