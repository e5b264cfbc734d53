"""The audit trail as a file and on the command line."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from geo import cli
from geo.keep import Store, merge
from geo.records import Act, Correction
from geo.show import trail
from tests.test_corrections import TWO, at, correct, filled, on


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def written(entries: tuple[Correction, ...]) -> bytes:
    out = io.BytesIO()
    trail.write(entries, out)
    return out.getvalue()


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path}/store.sqlite"
    store = filled(Store.open(made), *TWO)
    correct(store, 1, Act.MOVE, "e0-0", "e1-0", where=at(4))
    correct(store, 2, Act.REDATE, "e0-0", "e1-0", when=on(3))
    correct(store, 3, Act.UNDO, undoes="c1")
    store.close()
    return made


def test_every_entry_is_a_row(url: str) -> None:
    store = Store.open(url)
    move, redate, undo = rows(written(store.corrections()))
    store.close()
    assert (move["who"], move["act"], move["report_ids"], move["undone_by"]) == ("Ada", "move", "e0-0; e1-0", "c3")
    assert (move["place_name"], move["lon"], move["lat"]) == ("Aleppo", "37.16", "36.2")
    assert (redate["date_start"], redate["date_precision"], redate["place_name"]) == ("2019-09-03", "day", "")
    assert (undo["act"], undo["undoes"]) == ("undo", "c1")
    assert tuple(move) == trail.COLUMNS


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_names_and_notes_are_no_formulas(start: str) -> None:
    hostile = f"{start}cmd|' /C calc'!A0"
    entry = Correction("c", "2026-03-01T09:00:00Z", hostile, hostile + "\ud800", Act.ACCEPT)
    assert b"?" in written((entry,))  # half a character is no reason to fail
    (row,) = rows(written((replace(entry, why=hostile),)))
    assert (row["who"], row["why"]) == (f"'{hostile}", f"'{hostile}")


def test_the_command_lists_and_exports(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["corrections", "list", "--store", url]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "Ada" in lines[0]
    assert "Aleppo" in lines[0]
    assert "c1" in lines[0]
    path = tmp_path / "trail.csv"
    assert cli.main(["corrections", "export", "--store", url, "-o", str(path)]) == 0
    assert [row["id"] for row in rows(path.read_bytes())] == ["c1", "c2", "c3"]
    assert cli.main(["corrections", "export", "--store", url]) == 0
    assert capsys.readouterr().out.startswith("id,made_at,who")


def test_an_empty_trail_is_a_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/empty.sqlite")
    merge(store)
    store.close()
    assert cli.main(["corrections", "export", "--store", store.url]) == 0
    assert capsys.readouterr().out.strip() == ",".join(trail.COLUMNS)


def test_an_export_names_who_corrected_where_it_is_asked_to(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--store", url]) == 0
    assert "Ada" not in capsys.readouterr().out
    assert cli.main(["export", "--names", "--store", url]) == 0
    assert '"reviewed_by":["Ada"]' in capsys.readouterr().out
