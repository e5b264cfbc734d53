"""The parser: sentences end at line breaks, and only the checked weights are run."""

import pytest

from geo import parse
from geo.records import ModelMissing


def test_a_title_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    text = "Strike hits island\n\nBombs fell on Qanus. Nobody was hurt"
    assert [s.text.strip() for s in parse.parse(text).sents] == [
        "Strike hits island", "Bombs fell on Qanus.", "Nobody was hurt"]


def test_the_body_starts_a_sentence() -> None:
    text = " date 2019-09-11 An island was hit."
    assert [s.text for s in parse.parse(text, body_start=17).sents][-1] == "An island was hit."


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    parse.language.cache_clear()
    monkeypatch.setattr(parse, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ModelMissing, match="not the one that was checked"):
        parse.language()
    parse.language.cache_clear()


def test_a_missing_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    parse.language.cache_clear()
    monkeypatch.setattr(parse, "PACKAGE", "no_such_model")
    with pytest.raises(ModelMissing, match="make install"):
        parse.language()
    parse.language.cache_clear()
