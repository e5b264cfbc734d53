"""The snapshot on disk is the snapshot, or it is nothing."""

from pathlib import Path

import pytest

from geo.keep import Snapshot
from geo.keep.kept import KEPT_MOST, keep, load
from geo.keep.snapshots import build
from tests.test_columns import row, same_snapshot, scattered


@pytest.mark.parametrize("made", [
    scattered(300), build([], 7),
    build([row(1, None, None, title="عربي\n<b>", start=None, end=None)], 2),
], ids=["many", "empty", "odd"])  # fmt: skip
def test_what_is_kept_comes_back(made: Snapshot, tmp_path: Path) -> None:
    assert keep(made, tmp_path / "a.npz")
    back = load(tmp_path / "a.npz")
    assert back is not None
    assert same_snapshot(made, back)


@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:200] + b"xx" + b[202:]])
def test_a_damaged_file_is_none(spoil: object, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    keep(scattered(50), path)
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    assert load(path) is None
    assert load(tmp_path / "no.npz") is None


def test_old_files_go(tmp_path: Path) -> None:
    for number in range(KEPT_MOST + 3):
        keep(build([row(number)], number), tmp_path / f"{number}.npz")
    assert len(list(tmp_path.glob("*"))) == KEPT_MOST


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not keep(scattered(5), tmp_path / "file" / "a.npz")
