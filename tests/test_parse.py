"""The parser: sentences end at line breaks, and only the checked weights are run."""

import gc
import random
import weakref
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import parse
from geo.records import ModelMissing


def test_a_title_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    text = "Strike hits island\n\nBombs fell on Qanus. Nobody was hurt"
    assert [s.text.strip() for s in parse.parse(text).sents] == [
        "Strike hits island", "Bombs fell on Qanus.", "Nobody was hurt"]


def test_the_body_starts_a_sentence() -> None:
    text = " date 2019-09-11 An island was hit."
    assert [s.text for s in parse.parse(text, body_start=17).sents][-1] == "An island was hit."


def test_names_alone_are_those_of_the_whole_parse() -> None:
    text = "Strike hits island\n\nBombs fell on Qanus in Iraq, General Eric Hill told the New York Times on Monday."
    whole, names = parse.parse(text), parse.parse(text, names_only=True)
    assert [(e.start_char, e.label_) for e in names.ents] == [(e.start_char, e.label_) for e in whole.ents]
    assert not any(t.dep_ for t in names)


@pytest.fixture
def not_loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As a process begins."""
    monkeypatch.setattr(parse, "_parser", parse._Parser())
    parse._folder.cache_clear()
    yield
    parse._folder.cache_clear()


@pytest.mark.usefixtures("not_loaded")
def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ModelMissing, match="not the one that was checked"):
        parse.language()


@pytest.mark.usefixtures("not_loaded")
def test_a_missing_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "PACKAGE", "no_such_model")
    with pytest.raises(ModelMissing, match="make install"):
        parse.language()


@pytest.mark.usefixtures("not_loaded")
def test_words_never_met_before_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "UNSEEN_MOST", 2_000)
    dice, most = random.Random(5), 0
    known = len(parse.language().vocab.strings)
    for _ in range(100):
        text = " ".join("".join(dice.choices("aeioubdkmnrst", k=9)) for _ in range(100))
        doc = parse.parse(f"Bombs fell on {text}.", names_only=True)
        most = max(most, len(doc.vocab.strings) - known)
    assert 1_900 < most < 2_400
    assert parse.parse("Bombs fell on Qanus.")[0].lemma_ == "bomb"


@pytest.mark.usefixtures("not_loaded")
def test_the_parser_before_is_gone_though_the_collector_passes_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "READ_MOST", 20)
    first = weakref.ref(parse.language())
    parse.parse("Bombs fell on Qanus Island.", names_only=True)
    gc.freeze()
    try:
        parse.parse("Bombs fell.", names_only=True)
        assert first() is None
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


@pytest.mark.usefixtures("not_loaded")
def test_much_text_of_known_words_renews_the_parser_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "READ_MOST", 500)
    first = parse.language()
    parse.parse("Bombs fell on Qanus. " * 30, names_only=True)
    assert parse.language() is not first


@pytest.mark.usefixtures("not_loaded")
def test_the_pieces_of_a_text_are_made_by_one_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """spaCy joins no documents of different parsers."""
    monkeypatch.setattr(parse, "UNSEEN_MOST", 5)
    monkeypatch.setattr(parse, "PIECE", 150)
    text = "Zrkal bombed Xqanus in Nvgorod. " * 20 + "Wvuko fled. Ybbel fled. Qqozz fled to Rrimm, Tsssk and Lllor."
    assert parse.parse(text, names_only=True).text == text


PROSE = ("Jets bombed Qanus Island on Monday. Nobody was hurt in Mosul, police said.\n\n"
         "A second raid followed near Kirkuk. ")  # fmt: skip
PARTS = st.sampled_from(["a", "Mosul", "x" * 30, " ", "\n", "\n\n", ". ", "\u00a0", "é", "\x00"])


def test_a_long_text_is_parsed_in_pieces_with_offsets_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    text = PROSE * 6
    whole = parse.parse(text, body_start=36)
    monkeypatch.setattr(parse, "PIECE", 150)
    joined = parse.parse(text, body_start=36)
    assert len(parse.pieces(text)) > 3
    assert joined.text == text
    assert [(t.text, t.idx, t.is_sent_start) for t in joined] == [(t.text, t.idx, t.is_sent_start) for t in whole]
    assert {e.text for e in joined.ents} >= {"Mosul", "Monday"}
    assert all(token.head.sent == token.sent for token in joined)


@given(st.lists(PARTS, max_size=60))
def test_pieces_cover_the_text_and_are_short(parts: list[str]) -> None:
    text = "".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "PIECE", 20)
        found = parse.pieces(text)
    assert "".join(text[a:b] for a, b in found) == text
    assert all(0 < b - a <= 20 for a, b in found)


def test_a_text_beyond_what_spacy_takes_is_parsed() -> None:
    """One token, so that it is quick; a million code points is spaCy's own limit."""
    text = " " * 1_000_001
    assert parse.parse(text).text == text
