"""The project's own corpus: marks fit, files are well formed, and own.jsonl is what its readable source makes."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = sorted((DATA / "corpus").glob("*.jsonl"))
OURS = {"text"}
LICENCES = {"own": "CC BY 4.0", "en.wikinews.org": "CC BY 2.5"}


def load_script() -> ModuleType:
    """data/build is no package: its scripts are run, and this one is looked into."""
    spec = importlib.util.spec_from_file_location("corpus_script", DATA / "build" / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = load_script()


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def own() -> list[dict[str, Any]]:
    return records(DATA / "corpus" / "own.jsonl")


def test_nothing_is_wrong_with_any_file() -> None:
    found, counts = script.check({})
    assert found == []
    assert set(counts) == {path.name for path in FILES}


def test_own_articles_are_what_the_marked_source_makes() -> None:
    made = "".join(script.own_lines((DATA / "corpus" / "own.txt").read_text(encoding="utf-8")))
    assert (DATA / "corpus" / "own.jsonl").read_text(encoding="utf-8") == made


def test_at_least_forty_short_articles_of_our_own(own: list[dict[str, Any]]) -> None:
    words = {record["doc"]: len(record["text"].split()) for record in own}
    assert len(words) >= 40
    assert {doc: n for doc, n in words.items() if not 100 <= n <= 230} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_record_has_the_stated_fields(path: Path) -> None:
    for record in records(path):
        expected = {"doc", "source", "licence", "sha256", "labels"} | (OURS if record["source"] == "own" else set())
        assert set(record) == expected, record["doc"]
        assert len(record["sha256"]) == 64
        assert all(set(one) == {"start", "end", "label", "nested"} for one in record["labels"]), record["doc"]
        assert all(type(one["nested"]) is bool for one in record["labels"]), record["doc"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_source_and_licence_belong_together(path: Path) -> None:
    for record in records(path):
        host = record["source"].removeprefix("https://").removeprefix("http://").partition("/")[0]
        assert record["licence"] == LICENCES[host], record["doc"]


def test_marks_end_where_names_end(own: list[dict[str, Any]]) -> None:
    """A mark never cuts a word, nor takes in a possessive: the guideline's first rule on spans."""
    for record in own:
        for one in record["labels"]:
            text, start, end = record["text"], one["start"], one["end"]
            assert not (text[start - 1 : start].isalnum() and text[start].isalnum()), text[start - 5 : end]
            assert not text[end : end + 1].isalnum(), text[start : end + 5]
            assert not text[start:end].endswith(("'s", "’s")), text[start:end]


@pytest.mark.parametrize("marked", ["in [Mosul", "in [Mosul|X]", "[Mosul] fell", "a|b", "[[Mosul|P]|P]"])
def test_broken_marks_are_refused_with_the_article_named(marked: str) -> None:
    with pytest.raises(script.MarkupError, match=r"^slug: "):
        script.read_marks(marked, "slug")


pieces = st.lists(
    st.tuples(
        st.text(st.characters(exclude_characters="[]|", exclude_categories=["Cs"]), max_size=8),
        st.text(st.characters(exclude_characters="[]|", exclude_categories=["Cs"]), min_size=1, max_size=8),
        st.sampled_from(["P", "N", "D", "DN"]),
    ),
    max_size=6,
)


@given(pieces)
def test_marks_are_read_where_they_stand(parts: list[tuple[str, str, str]]) -> None:
    marked = "".join(f"{before}[{name}|{kind}]" for before, name, kind in parts)
    text, labels = script.read_marks(marked, "slug")
    assert [text[one["start"] : one["end"]] for one in labels] == [name for _, name, _ in parts]
    assert [(one["label"], one["nested"]) for one in labels] == [script.LABELS[kind] for _, _, kind in parts]
    assert text == "".join(before + name for before, name, _ in parts)


def test_a_text_that_changed_is_noticed(own: list[dict[str, Any]]) -> None:
    assert list(script.faults(own[0], own[0]["text"] + " ")) == [f"{own[0]['doc']}: sha256 is not that of the text."]


def test_overlaps_and_unknown_labels_are_noticed() -> None:
    labels = [
        {"start": 0, "end": 5, "label": "PLACE", "nested": False},
        {"start": 4, "end": 6, "label": "CITY", "nested": False},
    ]
    found = list(script.faults({"doc": "d", "labels": labels}, None))
    assert any("unknown label" in one for one in found)
    assert any("overlaps" in one for one in found)
