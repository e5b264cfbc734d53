"""Names, bundle, index and look-up; most on a small real bundle, the wanted names on the shipped one."""

import gzip
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.locate import bundle
from geo.locate.bundle import Row, decode, encode, radius_of, read_lines, write_bundle
from geo.locate.gazetteer import Gazetteer, MatchKind
from geo.locate.names import fold, skeleton, stems
from geo.records import BadInput, BBox, GazetteerMissing

SMALL = Path(__file__).parent / "data" / "gazetteer.tsv.gz"
IRAQ = frozenset({"IQ"})
SYRIA = frozenset({"SY"})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return Gazetteer.open(SMALL, tmp_path_factory.mktemp("cache"))


def ids(gazetteer: Gazetteer, name: str, countries: frozenset[str] | None = None) -> list[str]:
    return [one.place.gazetteer_id for one in gazetteer.candidates(name, countries)]


@pytest.mark.parametrize(("name", "key"), [
    ("U.S.", "us"), ("D.C.", "dc"), ("St. Louis", "saint louis"), ("Main St", "main st"), ("Tall ‘Afar", "tall afar"),
    ("Deir ez-Zor", "deir ez zor"), ("Şalāḩ ad Dīn", "salah ad din"), ("İstanbul", "istanbul"), ("Łódź", "lodz"),
    ("أربيل", "اربيل"), ("", ""), (" -- ", ""), ("Kan'us", "kanus"), ("Washington, D.C.", "washington dc"),
])  # fmt: skip
def test_fold(name: str, key: str) -> None:
    assert fold(name) == key


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", max_size=30))
def test_fold_ignores_case(name: str) -> None:
    assert fold(name.upper()) == fold(name)


@given(st.text(max_size=40))
def test_skeleton_is_a_function_of_the_key(name: str) -> None:
    assert skeleton(name) == skeleton(fold(name))


@pytest.mark.parametrize("spellings", [
    ("Makhmour", "Makhmur", "Makhmūr"), ("Shirqat", "Ash Sharqāţ"), ("Qamishli", "Al Qāmishlī"),
    ("Hawija", "Al Ḩawījah", "al-Hawijah"), ("Deir Ezzor", "Deir ez-Zor", "Dayr az Zawr"),
    ("Salahuddin", "Salah ad Din", "Şalāḩ ad Dīn"), ("Qayara", "Al Qayyārah"), ("Al-Hol", "Al Hawl"),
])  # fmt: skip
def test_spellings_of_one_name_share_a_skeleton(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(name) for name in spellings}) == 1


def test_names_in_other_scripts_have_no_skeleton() -> None:
    assert skeleton("الموصل") == ""
    assert skeleton("Ae") == ""


def test_a_head_word_says_the_kind_of_place() -> None:
    assert [(stem.key, stem.fits("ADM1"), stem.fits("PPLA")) for stem in stems("salah ad din province")] == [
        ("salah ad din", True, False)
    ]
    assert stems("mosul") == ()


def test_a_row_survives_the_file() -> None:
    area = BBox(1.0, 2.0, 3.0, 4.0)
    row = Row("own:x", "X", 1.5, 2.5, "DSRT", "IQ", "IQ.18", "gn:1", 7, area, 12.5, "own", ("Y", "~Z"))
    assert decode(encode(row), 2) == row
    bare = Row("own:y", "Y", -1.0, -2.0, "PPL")
    assert decode(encode(bare), 2) == bare
    with pytest.raises(BadInput, match="Line 7"):
        decode("too\tshort", 7)


def test_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [decode(line, n) for n, line in enumerate(read_lines(SMALL.read_bytes()))]
    write_bundle(reversed(rows), tmp_path / "again.tsv.gz")
    assert (tmp_path / "again.tsv.gz").read_bytes() == SMALL.read_bytes()


def test_the_longest_prefix_gives_the_radius() -> None:
    assert radius_of(Row("a", "a", 0, 0, "PPLA2")) == bundle.RADIUS_KM["PPLA2"]
    assert radius_of(Row("a", "a", 0, 0, "PPLA", radius_km=1.0)) == 1.0
    assert radius_of(Row("a", "a", 0, 0, "XYZ")) == bundle.OTHER_RADIUS_KM


def test_a_place_knows_what_contains_it(small: Gazetteer) -> None:
    tikrit = small.get("gn:90150")
    assert tikrit is not None
    assert [ident for ident, _ in tikrit.within][1:] == ["gn:91695", "gn:99237"]
    iraq = small.country("IQ")
    assert iraq is not None
    assert iraq.gazetteer_id == "gn:99237"
    assert iraq.within == ()
    assert small.country("ZZ") is None
    assert small.get("gn:0") is None


def test_unknown_and_impossible_names_give_nothing(small: Gazetteer) -> None:
    for name in ("Nowhereville", "", "  ", "'; DROP TABLE place; --", "x" * 10_000, "\x00"):
        assert small.candidates(name) == ()
        assert not small.has_name(name)


def test_a_head_word_never_leads_to_another_kind(small: Gazetteer) -> None:
    assert ids(small, "Mosul Island") == []
    assert ids(small, "Baghdad River") == []
    assert ids(small, "Kirkuk region")[0] == "gn:98410"
    assert "gn:94787" not in ids(small, "Kirkuk region")
    assert ids(small, "Unimak Island") == ["ne:1159102339"]
    assert all(one.match is MatchKind.RELAXED for one in small.candidates("Kirkuk region"))


def test_consonants_count_only_inside_given_countries(small: Gazetteer) -> None:
    assert ids(small, "Makhmour") == []
    assert "gn:93818" in ids(small, "Makhmour", IRAQ)
    assert ids(small, "Makhmour", SYRIA) == []
    assert {one.match for one in small.candidates("Makhmour", IRAQ)} == {MatchKind.SKELETON}
    assert "gn:99003" in ids(small, "Qayara", IRAQ)


def test_countries_limit_but_let_rivers_through(small: Gazetteer) -> None:
    assert set(ids(small, "Sinjar", SYRIA)) == {"gn:164094"}
    assert ids(small, "Tigris", SYRIA) == ["ne:1159112059"]


def test_abbreviations_keep_their_case(small: Gazetteer) -> None:
    assert ids(small, "US") == ids(small, "U.S.") == ["gn:6252001"]
    assert ids(small, "us") == ["gn:2971316"]
    assert ids(small, "Ala.") == ids(small, "ALA.") == ["gn:4829764"]
    assert small.candidates("U.S.")[0].match is MatchKind.ABBREVIATION
    assert not small.has_name("ala")
    assert small.has_name("Ala.")


def test_order_is_kind_then_people_then_id(small: Gazetteer) -> None:
    for name in ("Paris", "Washington", "Georgia", "Kirkuk"):
        found = small.candidates(name)
        kinds = [list(MatchKind).index(one.match) for one in found]
        assert kinds == sorted(kinds)
    assert ids(small, "Paris")[0] == "gn:2988507"


def test_search_lists_exact_before_prefix(small: Gazetteer) -> None:
    found = small.search("mos", limit=5)
    assert found[0].place.gazetteer_id == "gn:99072"
    assert len(small.search("a", limit=3)) <= 3


def test_threads_may_share_it(small: Gazetteer) -> None:
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(ids(small, "Mosul"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)


def test_missing_and_damaged_bundles_are_named(tmp_path: Path) -> None:
    with pytest.raises(GazetteerMissing, match=r"no\.tsv\.gz"):
        Gazetteer.open(tmp_path / "no.tsv.gz", tmp_path)
    (tmp_path / "cut.tsv.gz").write_bytes(SMALL.read_bytes()[:500])
    with pytest.raises(BadInput, match="damaged"):
        Gazetteer.open(tmp_path / "cut.tsv.gz", tmp_path)
    (tmp_path / "other.tsv.gz").write_bytes(gzip.compress(b"a\tb\n"))
    with pytest.raises(BadInput, match="columns"):
        Gazetteer.open(tmp_path / "other.tsv.gz", tmp_path)
    assert not list(tmp_path.glob("gazetteer-*"))


def test_a_broken_off_build_leaves_no_index(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Gazetteer.open(SMALL, tmp_path, stop)
    assert list(tmp_path.iterdir()) == []
    assert Gazetteer.open(SMALL, tmp_path).has_name("Mosul")


def test_an_index_cut_short_is_made_again(tmp_path: Path) -> None:
    index = Path(str(Gazetteer.open(SMALL, tmp_path).info()["index"]))
    index.write_bytes(index.read_bytes()[:100])
    assert Gazetteer.open(SMALL, tmp_path).has_name("Mosul")


def test_parts_of_killed_builds_are_swept_after_a_day(tmp_path: Path) -> None:
    old, young = tmp_path / "gazetteer-old.part", tmp_path / "gazetteer-young.part"
    old.touch()
    young.touch()
    os.utime(old, (time.time() - 100_000,) * 2)
    Gazetteer.open(SMALL, tmp_path)
    assert not old.exists()
    assert young.exists()


def test_a_new_index_discards_those_that_nobody_has_used_for_a_day(tmp_path: Path) -> None:
    """The two last used stay, and so does whatever another version of Dateline uses today."""
    days = {"a": 9.0, "b": 8.0, "c": 0.5, "d": 0.1}
    for name, ago in days.items():
        path = tmp_path / f"gazetteer-{name}.sqlite"
        path.touch()
        os.utime(path, (time.time() - ago * 86_400,) * 2)
    made = Gazetteer.open(SMALL, tmp_path)
    kept = {path.name for path in tmp_path.glob("gazetteer-*.sqlite")}
    assert {"gazetteer-c.sqlite", "gazetteer-d.sqlite", made._index.name} == kept


def test_an_index_in_use_says_so(tmp_path: Path) -> None:
    made = Gazetteer.open(SMALL, tmp_path)
    os.utime(made._index, (0, 0))
    again = Gazetteer.open(SMALL, tmp_path)
    assert time.time() - again._index.stat().st_mtime < 60
    os.utime(made._index, (0, 0))
    made._say_again = made._look_again = 0.0
    made.has_name("Mosul")
    assert time.time() - made._index.stat().st_mtime < 60


def test_two_processes_may_build_at_once(tmp_path: Path) -> None:
    code = ("import sys, pathlib; from geo.locate.gazetteer import Gazetteer; "
            "bundle, cache = map(pathlib.Path, sys.argv[1:]); "
            "print(Gazetteer.open(bundle, cache).candidates('Mosul')[0].place.name)")  # fmt: skip
    root = Path(__file__).resolve().parent.parent
    start = [sys.executable, "-c", code, str(SMALL), str(tmp_path)]
    builders = [subprocess.Popen(start, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(2)]
    assert [builder.communicate(timeout=60)[0].strip() for builder in builders] == ["Mosul", "Mosul"]
    assert [path.suffix for path in tmp_path.iterdir()] == [".sqlite"]


def test_the_index_cannot_be_written_through_the_gazetteer(small: Gazetteer) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        small._db().execute("DELETE FROM place")


WANTED = [
    ("Qanus Island", None, "own:qanus-island"), ("Jazeera desert", None, "own:jazeera-desert"),
    ("Qayyarah", None, "gn:99003"), ("Makhmour", IRAQ, "gn:93818"), ("Mosul", None, "gn:99072"),
    ("Kirkuk", None, "gn:94787"), ("Kirkuk region", None, "gn:98410"), ("Baghdad", None, "gn:98182"),
    ("Salah ad Din Province", None, "gn:91695"), ("Salah ad Din", None, "gn:91695"),
    ("Al Hol camp", None, "own:al-hol-camp"), ("Tal Afar", None, "gn:90393"), ("Sinjar", None, "gn:448149"),
    ("Rutbah", None, "gn:98677"), ("Raqqa", None, "gn:172955"), ("Deir ez-Zor", None, "gn:170794"),
    ("Deir Ezzor", None, "gn:170794"), ("Baghuz", None, "own:al-baghuz-fawqani"), ("Hawija", None, "gn:390188"),
    ("Tigris River", None, "ne:1159112059"), ("Syria", None, "gn:163843"), ("US", None, "gn:6252001"),
    ("U.S.", None, "gn:6252001"), ("Afghanistan", None, "gn:1149361"), ("Middle East", None, "own:middle-east"),
    ("Russia", None, "gn:2017370"), ("Shirqat", None, "gn:91057"), ("Qamishli", None, "gn:173377"),
    ("Qayyarah West Airfield", None, "ap:ORQW"), ("Mexico City", None, "gn:3530597"), ("UK", None, "gn:2635167"),
    ("the Gaza Strip", None, "gn:281132"), ("West Bank", None, "gn:285153"), ("N.Y.", None, "gn:5128638"),
    ("Ky.", None, "gn:6254925"), ("Europe", None, "ne:1159104603"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "countries", "first"), WANTED)
def test_wanted_names(gazetteer: Gazetteer, name: str, countries: frozenset[str] | None, first: str) -> None:
    assert first in ids(gazetteer, name, countries)[:2]


def test_areas_and_points_of_the_large(gazetteer: Gazetteer) -> None:
    russia, desert, states = (gazetteer.get(i) for i in ("gn:2017370", "own:jazeera-desert", "gn:6252001"))
    assert russia is not None
    assert desert is not None
    assert states is not None
    assert russia.area is not None
    assert 30 < russia.point.lon < 150
    assert 50 < russia.point.lat < 70
    assert russia.area.west > 0 > russia.area.east, "it reaches over the antimeridian"
    assert desert.area == BBox(40.5, 34.0, 43.3, 36.5)
    assert 30 < states.point.lat < 45


def test_look_up_is_quick(gazetteer: Gazetteer) -> None:
    names = ("Mosul", "Kirkuk", "Baghdad", "Tikrit", "Lyon", "Nowhereville")
    for name in names:
        gazetteer.candidates(name)
    start = time.perf_counter()
    for _ in range(1000):
        for name in names:
            gazetteer.candidates(name)
    assert (time.perf_counter() - start) / (1000 * len(names)) < 1e-4
