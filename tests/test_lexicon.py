"""Word lists are read strictly: an unknown key or a word that stands twice is an error that names the file."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from geo.lexicon import FOLDER, load
from geo.records import BadLexicon


class Lists(msgspec.Struct, forbid_unknown_fields=True):
    exact: dict[str, frozenset[str]]
    rows: tuple[dict[str, list[str]], ...] = ()


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_no_shipped_list_has_a_word_twice(name: str) -> None:
    assert load(name, dict[str, Any])


@pytest.mark.parametrize(("text", "says"), [
    ('[exact]\ncommon = ["Police", "Army", "Police"]', "'Police' twice under 'common'"),
    ('[exact]\n[[rows]]\nverbs = ["go"]\n[[rows]]\nverbs = ["go", "go"]', "'go' twice under 'verbs'"),
    ("[exact]\n[exactly]", "exactly"),
    ("exact = [", "cannot be used"),
])
def test_a_list_that_does_not_fit_is_named(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text(text)
    with pytest.raises(BadLexicon, match=says) as caught:
        load("list", Lists, tmp_path)
    assert "list.toml" in str(caught.value)


def test_one_word_may_stand_in_two_lists(tmp_path: Path) -> None:
    (tmp_path / "list.toml").write_text('[exact]\na = ["Police"]\nb = ["Police"]')
    assert load("list", Lists, tmp_path).exact == {"a": {"Police"}, "b": {"Police"}}
