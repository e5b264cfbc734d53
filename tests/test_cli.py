"""python -m geo: JSONL in and out, messages on stderr, 0 all done, 1 some inputs failed, 2 misuse."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from geo.cli import main

ROOT = Path(__file__).resolve().parent.parent
STRIKE = "Warplanes bombed Mosul on Tuesday, killing 12 people, the army said. The minister spoke in Baghdad."


class Ran:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    monkeypatch.setenv("DATELINE_STORE", f"sqlite:///{tmp_path}/store.sqlite")

    def call(*args: str, stdin: str | bytes = b"") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        try:
            status = main(args)
        except SystemExit as stop:  # argparse: misuse
            status = int(stop.code or 0)
        return Ran(status, *capfd.readouterr())

    return call


def test_locate_keeps_the_contract(run: Any) -> None:
    got = run("locate", stdin=json.dumps({"id": "a1", "text": STRIKE, "date": "2019-09-11"}))
    assert got.status == 0
    (row,) = got.rows
    assert row["id"] == "a1"
    by_phrase = {t["phrase"]: t for t in row["toponyms"]}
    assert {"Mosul", "Baghdad"} <= set(by_phrase)
    mosul = by_phrase["Mosul"]
    assert STRIKE[mosul["start"]:mosul["end"]] == "Mosul"
    assert mosul["geonameid"] == 99072
    assert mosul["country_code"] == "IQ"
    assert mosul["geo_precision"] == "exact"
    assert mosul["kind"] == "place"
    assert mosul["unresolved"] is None
    assert set(mosul) >= {"start", "end", "phrase", "lat", "lon", "kind", "gazetteer_id", "geonameid", "name",
                          "country_code", "feature_code", "geo_precision", "radius_km", "score", "reasons",
                          "alternatives", "unresolved"}


def test_offsets_count_code_points(run: Any) -> None:
    text = "🙂🙂 A bomb exploded in Mosul."
    (row,) = run("locate", stdin=json.dumps({"id": 1, "text": text}, ensure_ascii=False)).rows
    (mosul,) = [t for t in row["toponyms"] if t["phrase"] == "Mosul"]
    assert text[mosul["start"]:mosul["end"]] == "Mosul"


def test_extract_gives_events_with_evidence(run: Any) -> None:
    (row,) = run("extract", stdin=json.dumps({"id": "a1", "text": STRIKE, "date": "2019-09-11"})).rows
    strikes = [e for e in row["events"] if e["event_type"] == "airstrike"]
    assert len(strikes) == 1
    strike = strikes[0]
    assert strike["place_name"] == "Mosul"
    assert (strike["date_start"], strike["date_end"], strike["date_precision"]) == ("2019-09-10", "2019-09-10", "day")
    assert strike["killed_low"] == strike["killed_high"] == 12
    assert STRIKE[strike["evidence"]["start"]:strike["evidence"]["end"]].startswith("Warplanes bombed Mosul")
    assert row["routes"] == []


def test_dates_keeps_the_contract(run: Any) -> None:
    asked = {"id": "d", "text": "It fell on Tuesday.", "published": "2019-09-11"}
    (row,) = run("dates", stdin=json.dumps(asked)).rows
    (found,) = row["dates"]
    assert row["id"] == "d"
    assert (found["date_start"], found["date_end"], found["date_precision"]) == ("2019-09-10", "2019-09-10", "day")
    assert "Tuesday" in found["phrase"]


def test_a_bad_line_is_named_and_the_rest_goes_on(run: Any) -> None:
    lines = b'{"id":"a","text":"Fire in Mosul."}\nnot json\n{"id":"c"}\n{"id":"d","text":"x","date":"soon"}\n\n'
    got = run("locate", stdin=lines)
    assert got.status == 1
    assert [row["id"] for row in got.rows] == ["a"]
    assert [line.split(":")[0] for line in got.err.splitlines() if line.startswith("line")] == [
        "line 2", "line 3", "line 4"]


def test_an_empty_text_has_no_places(run: Any) -> None:
    got = run("extract", stdin=b'{"id": "e", "text": ""}\n{"id": "b", "text": " \\n "}')
    assert got.status == 0
    assert [(row["id"], row["toponyms"], row["events"]) for row in got.rows] == [("e", [], []), ("b", [], [])]


def test_ingest_twice_then_export_with_filters(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(f" date 2019-09-11 {STRIKE}\n", "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "latin.txt").write_bytes(b"caf\xe9 \xff")
    first = run("ingest", str(folder), str(tmp_path / "nowhere"))
    assert first.status == 1
    assert "1 new, 0 unchanged, 3 quarantined" in first.err
    assert all(name in first.err for name in ("empty.txt", "latin.txt", "nowhere"))
    second = run("ingest", str(folder / "a.txt"))
    assert second.status == 0
    assert "0 new, 1 unchanged, 0 quarantined" in second.err

    out = tmp_path / "map.geojson"
    assert run("export", "--type", "airstrike", "--from", "2019-09-01", "-o", str(out)).status == 0
    (feature,) = json.loads(out.read_text("utf-8"))["features"]
    assert feature["properties"]["place_name"] == "Mosul"
    assert json.loads(run("export", "--to", "2019-09-01").out)["features"] == []
    table = run("export", "--format", "csv").out
    assert "airstrike" in table


@pytest.mark.parametrize(
    "args",
    [(), ("fly",), ("export", "--type", "picnic"), ("export", "--from", "yesterday"), ("export", "--source", "X"),
     ("export", "--format", "docx"), ("evaluate", "no-such-file.jsonl"), ("ingest",),
     ("ingest", "in", "--columns", "words"), ("ingest", "in", "--geocoder", "atlas"), ("ingest", "in", "--jobs", "x"),
     ("ingest", "in", "--since", "yesterday"), ("ingest", "in", "--limit", "-3"), ("locate", "--geocoder", "atlas"),
     ("gazetteer", "search", "Mosul", "--limit", "0"), ("gazetteer", "info", "Iraq")],
)
def test_misuse_ends_with_2_and_a_sentence(run: Any, args: tuple[str, ...]) -> None:
    run("ingest", str(ROOT / "tests" / "cases" / "no_such_article.txt"))  # makes the store
    got = run(*args, stdin=b'{"text": "Fire in Mosul."}')
    assert got.status == 2
    assert got.err
    assert not any(word in got.err for word in ("Traceback", "invalid _", "fromisoformat", "line 1"))


@pytest.mark.parametrize("args", [("export",), ("check",), ("backup", "copy"), ("corrections", "list"),
                                  ("quarantine", "retry"), ("reread", "--all"), ("watch", "watch.toml", "--status")])
def test_looking_at_a_store_that_is_not_there_makes_none(run: Any, args: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "watch.toml").write_text('[[folder]]\npath = "inbox"\n', "utf-8")
    got = run(*(str(tmp_path / word) if word == "watch.toml" else word for word in args))
    assert (got.status, "There is no store" in got.err) == (1, True)
    assert not (tmp_path / "store.sqlite").exists()


def test_a_file_that_cannot_be_written_is_a_sentence(run: Any, tmp_path: Path) -> None:
    run("ingest", str(tmp_path / "nowhere"))
    for command in (("export",), ("corrections", "export")):
        got = run(*command, "-o", str(tmp_path / "none" / "map.geojson"))
        assert got.status == 1
        assert "none/map.geojson cannot be written: No such file or directory" in got.err
        assert "Traceback" not in got.err
    (tmp_path / "folder").mkdir()
    assert run("export", "-o", str(tmp_path / "folder")).status == 1
    assert sorted(p.name for p in tmp_path.glob("*.tmp")) == []


def test_an_empty_corpus_has_no_scores(run: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", "utf-8")
    got = run("evaluate", str(tmp_path / "empty.jsonl"))
    assert (got.status, got.out, "no document" in got.err) == (1, "", True)


def test_a_folder_without_files_is_said_to_be_one(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    got = run("ingest", str(tmp_path / "in"))
    assert (got.status, "no file to read" in got.err) == (0, True)


def test_gazetteer_search(run: Any) -> None:
    got = run("gazetteer", "search", "Mosul", "--limit", "3")
    assert got.status == 0
    assert got.out.splitlines()[0].startswith("gn:99072\tMosul")
    assert run("gazetteer", "search", "Xqzzyplace").status == 1


def test_a_missing_gazetteer_is_a_sentence(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from geo import cli

    cli._gazetteer.cache_clear()
    monkeypatch.setenv("DATELINE_GAZETTEER", str(tmp_path / "none.tsv.gz"))
    got = run("gazetteer", "search", "Mosul")
    cli._gazetteer.cache_clear()
    assert got.status == 1
    assert "none.tsv.gz" in got.err
    assert "Traceback" not in got.err


def test_doctor_and_backup(run: Any, tmp_path: Path) -> None:
    got = run("doctor")
    assert got.status == 0
    assert "store.made\tnot yet" in got.out
    assert "gazetteer." in got.out
    run("ingest", str(tmp_path / "nowhere"))
    assert "store.integrity\tok" in run("doctor").out
    assert run("backup", str(tmp_path / "copy.sqlite")).status == 0
    assert (tmp_path / "copy.sqlite").stat().st_size > 0
    assert "integrity\tok" in run("check").out
    assert run("restore", str(tmp_path / "copy.sqlite")).status == 0
    assert run("restore", str(tmp_path / "none.sqlite")).status == 1
    assert "integrity\tok" in run("check").out


def test_a_store_that_cannot_be_opened_is_a_sentence(run: Any) -> None:
    got = run("export", "--store", "sqlite:////proc/nowhere/store.sqlite")
    assert got.status == 1
    assert "Traceback" not in got.err
    got = run("export", "--store", "nonsense")
    assert got.status == 1
    assert "nonsense" in got.err


def test_ingest_from_standard_input_with_told_columns_and_dry(run: Any, tmp_path: Path) -> None:
    rows = "words,seen\nWarplanes bombed Mosul.,2019-09-11\n"
    told = ("ingest", "-", "--as", "csv", "--columns", "text=words,date=seen")
    got = run(*told, "--dry-run", stdin=rows)
    assert (got.status, got.err.splitlines()[-1]) == (0, "would be: 1 new, 0 unchanged, 0 quarantined")
    assert not (tmp_path / "store.sqlite").exists()
    assert "1 new, 0 unchanged, 0 quarantined" in run(*told, stdin=rows).err
    assert "0 new, 1 unchanged" in run(*told, stdin=rows).err
    assert "FIELD=COLUMN" in run("ingest", "-", "--columns", "words", stdin=rows).err


def test_ingest_of_nothing_and_of_what_may_not_be_asked(run: Any, tmp_path: Path) -> None:
    assert "nothing to read" in run("ingest").err
    assert not (tmp_path / "store.sqlite").exists()
    got = run("ingest", "http://127.0.0.1/x")
    assert got.status == 1
    assert "not on the open internet" in got.err
    bad = tmp_path / "list.txt"
    bad.write_text("# mine\nfile:///etc/passwd\n", "utf-8")
    assert "no http or https address" in run("ingest", "--urls", str(bad)).err


def test_the_quarantine_is_listed_and_tried_again(run: Any, tmp_path: Path) -> None:
    bad = tmp_path / "a.txt"
    bad.write_bytes(b"")
    assert run("ingest", str(bad)).status == 1
    listed = run("quarantine", "list")
    assert (listed.status, listed.out) == (0, f"{bad}\tThe file is empty.\n")
    assert run("quarantine", "retry").status == 1
    assert "not in quarantine" in run("quarantine", "retry", "other.txt").err
    bad.write_text(STRIKE, "utf-8")
    assert "1 new, 0 unchanged, 0 quarantined" in run("quarantine", "retry", str(bad)).err
    assert run("quarantine", "list").out == ""


ODD_NAMES = (b"\xff\xfe.txt", b"new\nline.txt", b"\x1b[31mred.txt", "\u202egnp.txt".encode(), b"--all.txt",
             b"'; DROP TABLE quarantine;--.txt", b" .txt", b"%s%n.txt", b"http:.txt")  # fmt: skip


def test_odd_names_are_listed_as_plain_text_and_found_again_as_listed(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in ODD_NAMES:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"")
    first = run("ingest", str(folder))
    assert f"{len(ODD_NAMES)} quarantined" in first.err
    assert not {"\x1b", "\u202e"} & set(first.err), "a name does not steer the terminal"
    names = [line.partition("\t")[0] for line in run("quarantine", "list").out.splitlines()]
    assert len(names) == len(ODD_NAMES)
    for name in names:
        assert "1 quarantined" in run("quarantine", "retry", name).err, name
    for path in folder.iterdir():
        path.write_text(f"{STRIKE} {path.name!a}", "utf-8")
    assert f"{len(ODD_NAMES)} new" in run("quarantine", "retry").err
    assert run("quarantine", "list").out == ""


def test_watch_looks_once_and_tells_its_state(run: Any, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text(STRIKE, "utf-8")
    os.utime(tmp_path / "inbox" / "a.txt", (1_568_200_000, 1_568_200_000))
    config = tmp_path / "watch.toml"
    config.write_text('[[folder]]\npath = "inbox"\n', "utf-8")
    assert "1 new, 0 unchanged, 0 quarantined" in run("watch", str(config), "--once").err
    got = run("watch", str(config), "--status")
    assert (got.status, got.out) == (0, f"{tmp_path}/inbox\tthere\n")
    config.write_text('[[feed]]\nurl = "http://10.0.0.1/feed"\n', "utf-8")
    assert run("watch", str(config), "--once").status == 1
    got = run("watch", str(config), "--status")
    assert got.status == 1
    assert "FAILS since" in got.out
    assert "not on the open internet" in got.out
