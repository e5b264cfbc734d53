"""The snapshot on disk is the snapshot, or it is nothing."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from geo.keep import Snapshot, Store
from geo.keep.columns import Codes
from geo.keep.kept import KEPT_MOST, cache_file, keep, load
from tests.filled import fill
from tests.test_columns import row, scattered


def same(a: Snapshot, b: Snapshot) -> bool:
    for field in fields(Snapshot):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f"), field.name
            assert not other.flags.writeable
        elif isinstance(one, Codes):
            assert one.values == other.values
            assert np.array_equal(one.of_row, other.of_row)
        else:
            assert one == other, field.name
    return True


@pytest.mark.parametrize("made", [
    scattered(300), Snapshot.build([], 7),
    Snapshot.build([row(1, None, None, title="عربي\n<b>", start=None, end=None)], 2),
], ids=["many", "empty", "odd"])  # fmt: skip
def test_what_is_kept_comes_back(made: Snapshot, tmp_path: Path) -> None:
    assert keep(made, tmp_path / "a.npz")
    back = load(tmp_path / "a.npz")
    assert back is not None
    assert same(made, back)


@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:200] + b"xx" + b[202:]])
def test_a_damaged_file_is_none(spoil: object, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    keep(scattered(50), path)
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    assert load(path) is None
    assert load(tmp_path / "no.npz") is None


def test_old_files_go(tmp_path: Path) -> None:
    for number in range(KEPT_MOST + 3):
        keep(Snapshot.build([row(number)], number), tmp_path / f"{number}.npz")
    assert len(list(tmp_path.glob("*"))) == KEPT_MOST


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not keep(scattered(5), tmp_path / "file" / "a.npz")


def test_every_state_of_a_store_has_its_own_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    empty = Store.open(url)
    before = empty.mark()
    empty.close()
    fill(url).close()
    full = Store.open(url)
    assert full.mark() != before
    assert full.mark() == full.mark()
    assert cache_file(full.mark()) != cache_file(before)
    full.close()
