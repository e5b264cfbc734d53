"""Texts of book length: the parts cover the text, and what is found fits the whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import parse
from geo.extract import lengthy
from geo.locate import DEFAULT_BUNDLE
from geo.pipeline import Setup, Tools, read
from geo.records import Article, Event, Route

ONE = "Three people were killed in an airstrike on Baghouz, Syria, on Monday. Men fled from Mosul to Tikrit.\n\n"


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Setup(DEFAULT_BUNDLE).open()


@pytest.mark.parametrize("length", [lengthy.PART - 1, lengthy.PART, lengthy.PART + 1, 3 * lengthy.PART])
def test_parts_cover_the_text(length: int) -> None:
    article = Article("a", "", "A title", ("word. " * (length // 6 + 1))[:length], "", None, 8)
    parts = list(lengthy.parts_of(article))
    assert "".join(part.text for _, part in parts) == article.text
    assert [start for start, _ in parts] == [sum(len(p.text) for _, p in parts[:n]) for n in range(len(parts))]
    assert (len(parts) == 1) == (length <= lengthy.PART)
    assert parts[0][1].body_start == 8


@given(st.text(max_size=60))
def test_any_text_is_covered(text: str) -> None:
    article = Article("a", "", "", text * 3, "", None)
    assert "".join(part.text for _, part in lengthy.parts_of(article)) == article.text


def test_findings_fit_the_whole(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ONE * 300
    monkeypatch.setattr(parse, "PIECE", 13_000)
    monkeypatch.setattr(lengthy, "PART", 15_000)  # three parts
    told_parts: list[tuple[int, int]] = []
    found = read(Article("a", "", "", text, "", None), tools, lambda part, parts: told_parts.append((part, parts)))
    assert told_parts == [(1, 3), (2, 3), (3, 3)]
    assert found.article.text == text
    assert {t.mention.name for t in found.toponyms} >= {"Baghouz", "Syria", "Mosul", "Tikrit"}
    assert all(text[t.mention.span.start:t.mention.span.end] == t.mention.name for t in found.toponyms)
    told: list[Event | Route] = [*found.events, *found.routes]
    assert max(e.span.end for one in told for e in one.evidence) > 26_000
    for one in told:
        assert one.article_ids == ("a",)
        for evidence in one.evidence:
            if evidence.trigger:
                assert text[evidence.trigger.start:evidence.trigger.end] in ("airstrike", "killed", "fled")
    assert len({one.id for one in told}) == len(told)


def test_a_usual_article_is_read_as_before(tools: Tools) -> None:
    article = Article("a", "", "", ONE, "", None)
    (start, part), = lengthy.parts_of(article)
    assert (start, part) == (0, article)
    assert read(replace(article, text=ONE), tools) == read(article, tools)
