"""The gazetteer grows: places added by hand, GeoNames files imported and fetched, all looked up as one gazetteer."""

import functools
import http.server
import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import cli
from geo.locate.additions import Added, Additions
from geo.locate.bundle import Row
from geo.locate.fetch import fetch
from geo.locate.gazetteer import Gazetteer, MatchKind, own_places
from geo.locate.geonames import Wanted, _chunks, import_file
from geo.locate.places_file import add_file
from geo.records import BadInput

ROOT = Path(__file__).resolve().parent.parent
SMALL = Path(__file__).parent / "data" / "gazetteer.tsv.gz"
HEADER = "name,alternates,lat,lon,feature,country\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The small bundle in a folder of its own: added places lie beside it."""
    copy = tmp_path / "team.tsv.gz"
    copy.write_bytes(SMALL.read_bytes())
    return copy


@pytest.fixture
def additions(bundle: Path) -> Iterator[Additions]:
    made = Additions(own_places(bundle))
    yield made
    made.close()


def opened(bundle: Path) -> Gazetteer:
    return Gazetteer.open(bundle, bundle.parent / "cache")


def ids(gazetteer: Gazetteer, name: str, *countries: str) -> list[str]:
    return [one.place.gazetteer_id for one in gazetteer.candidates(name, frozenset(countries) or None)]


def nowhere(ident: str) -> None:
    return None


def geonames_row(
    number: int, name: str, *, others: str = "", lat: object = 35.5, lon: object = 43.5, group: str = "P",
    code: str = "PPL", country: str = "IQ", admin1: str = "15", admin2: str = "", people: int = 0,
) -> str:  # fmt: skip
    """A row of the real layout: 19 columns."""
    return "\t".join(map(str, (number, name, name, others, lat, lon, group, code, country, "", admin1, admin2, "", "",
                               people, "", 200, "Asia/Baghdad", "2024-01-01")))  # fmt: skip


def table(rows: int, seed: int = 1) -> str:
    dice = random.Random(seed)
    parts = "tal kafr umm abu deir ain ras qar mah zor hal bar sin jad".split()
    lines = []
    for number in range(rows):
        name = " ".join("".join(dice.choices(parts, k=2)).title() for _ in range(dice.randint(1, 2)))
        others = ",".join(f"{name} {word}" for word in dice.sample(("Qadim", "تل", "Kabir"), dice.randint(0, 2)))
        lines.append(geonames_row(30_000_000 + number, name, others=others, lat=f"{dice.uniform(29, 37):.5f}",
                                  country=dice.choice(("IQ", "SY", "US"))))  # fmt: skip
    return "\n".join(lines) + "\n"


def contents(path: Path) -> dict[str, list[Any]]:
    """All of a file of added places but its tasks, for comparing."""
    db = sqlite3.connect(path)
    found = {name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3").fetchall()
             for name in ("place", "name", "skeleton")}  # fmt: skip
    db.close()
    return found


# --- added by hand


def test_a_csv_of_places_is_found_like_shipped_ones(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    file = tmp_path / "camps.csv"
    file.write_text("\ufeff" + HEADER + "Tall Zahra,Tel Zahra|تل الزهرة,35.75,43.20,village,Iraq\n", "utf-8")
    outcome = add_file(file, additions, opened(bundle))
    assert (outcome.added, outcome.complaints, outcome.unused) == (1, (), ())
    gazetteer = opened(bundle)
    (found,) = gazetteer.candidates("Tall Zahra")
    assert found.match is MatchKind.CANONICAL
    assert found.place.gazetteer_id.startswith("own:tall-zahra-")
    assert (found.place.feature_code, found.place.country_code) == ("PPL", "IQ")
    assert found.place.within == (("gn:99237", "Iraq"),)
    mine = [found.place.gazetteer_id]
    assert found.place.radius_km == 3
    assert ids(gazetteer, "Tel Zahra") == ids(gazetteer, "تل الزهرة") == ids(gazetteer, "tall zahra") == mine
    assert ids(gazetteer, "Tel Zehraa", "IQ") == mine, "same consonants in the country"
    assert gazetteer.has_name("TEL ZAHRA")
    assert gazetteer.get(mine[0]) == found.place
    assert [c.place.gazetteer_id for c in gazetteer.search("tall za")] == mine


def test_the_same_file_again_changes_nothing_and_a_correction_moves_the_place(
    bundle: Path, additions: Additions, tmp_path: Path
) -> None:
    file, gazetteer = tmp_path / "a.csv", opened(bundle)
    file.write_text(HEADER + "Zahra,,35.75,43.20,,IQ\nZahra,,33.1,44.2,,IQ\n", "utf-8")
    add_file(file, additions, gazetteer)
    before = contents(additions.path)
    assert len(before["place"]) == 2
    add_file(file, additions, gazetteer)
    assert contents(additions.path) == before
    file.write_text(HEADER + "Zahra,Sahra,35.76,43.21,,IQ\n", "utf-8")
    add_file(file, additions, gazetteer)
    found = opened(bundle).candidates("Sahra")
    assert [(one.place.point.lat, one.place.point.lon) for one in found] == [(35.76, 43.21)]
    assert len(contents(additions.path)["place"]) == 2


def test_the_users_row_wins_and_keeps_what_it_leaves_open(bundle: Path, additions: Additions) -> None:
    shipped = opened(bundle).get("gn:99072")
    assert shipped is not None
    additions.put([Added(Row("gn:99072", "Al Mawsil", 36.0, 43.0, "PPLA", "IQ", names=("Mawsil City",)))])
    gazetteer = opened(bundle)
    for name in ("Mosul", "Al Mawsil", "Mawsil City"):
        found = gazetteer.candidates(name)
        assert [one.place.gazetteer_id for one in found][:1] == ["gn:99072"]
        assert found[0].place.name == "Al Mawsil"
        assert found[0].place.point == (43.0, 36.0)
        assert (found[0].place.population, found[0].place.within) == (shipped.population, shipped.within)
    assert sum(1 for i in ids(gazetteer, "Mosul") if i == "gn:99072") == 1
    assert gazetteer.known("IQ") == Gazetteer.open(bundle, bundle.parent / "cache", places=Path("none")).known("IQ")


def test_a_replaced_row_leaves_no_names_behind(bundle: Path, additions: Additions) -> None:
    additions.put([Added(Row("own:x", "Old Name", 35, 43, "PPL", "IQ", names=("Older Name",)))])
    additions.put([Added(Row("own:x", "New Name", 35, 43, "PPL", "IQ"))])
    gazetteer = opened(bundle)
    assert ids(gazetteer, "Old Name") == ids(gazetteer, "Older Name") == []
    assert ids(gazetteer, "New Name") == ["own:x"]
    assert {key for key, *_ in contents(additions.path)["name"]} == {"new name"}
    assert additions.remove(["own:x", "own:y"]) == ("own:x",)
    assert contents(additions.path) == {"place": [], "name": [], "skeleton": []}


def test_a_running_gazetteer_sees_what_is_added(bundle: Path) -> None:
    gazetteer = opened(bundle)
    assert gazetteer.candidates("Tall Zahra") == ()
    assert not own_places(bundle).exists(), "looking makes no file"
    additions = Additions(own_places(bundle))
    additions.put([Added(Row("own:z", "Tall Zahra", 35, 43, "PPL", "IQ"))])
    deadline = time.monotonic() + 5
    while not gazetteer.candidates("Tall Zahra") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ids(gazetteer, "Tall Zahra") == ["own:z"]


def test_geojson_of_points_and_areas(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    square = [[[43.0, 35.0], [43.2, 35.0], [43.2, 35.4], [43.0, 35.0]]]
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [43.1, 35.2]},
         "properties": {"name": "Depot", "alternates": ["The Depot"], "feature": "camp", "country": "IQ"}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": square}, "properties": {"name": "Zone"}},
        {"type": "Feature", "geometry": None, "properties": {"name": "Nowhere"}},
        {"geometry": {"type": "Point", "coordinates": [43.1, 10**400]}, "properties": {"name": "Far"}},
        "not a feature",
    ]
    file = tmp_path / "mine.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    outcome = add_file(file, additions, opened(bundle))
    assert outcome.added == 2
    assert [line.split(":")[0] for line in outcome.complaints] == [f"mine.geojson, feature {n}" for n in (3, 4, 5)]
    gazetteer = opened(bundle)
    assert gazetteer.candidates("The Depot")[0].place.feature_code == "CMP"
    assert gazetteer.candidates("Zone")[0].place.area == (43.0, 35.0, 43.2, 35.4)


@pytest.mark.parametrize(("row", "words"), [
    (",,35,43,,IQ", "without a name"),
    ("X,,,43,,IQ", "lat ''"),
    ("X,,91,43,,IQ", "lat '91'"),
    ("X,,nan,43,,IQ", "lat 'nan'"),
    ('X,,"35,6",43,,IQ', "lat '35,6'"),
    ("X,,0,0,,", "0, 0"),
    ("X,,43.2,35.7,,IQ", "swapped"),
    ("X,,35,43,,Atlantis", "'Atlantis' is not a country"),
    ("X,,35,43,thing,IQ", "'thing' is not a GeoNames feature code"),
    ("X" * 200 + ",,35,43,,IQ", "more than 120"),
    ("X\x00,,35,43,,IQ", "NUL"),
])  # fmt: skip
def test_bad_rows_are_named_and_the_others_added(
    bundle: Path, additions: Additions, tmp_path: Path, row: str, words: str
) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text(f"{HEADER}Good One,,35.1,43.1,,IQ\n{row}\n", "utf-8")
    outcome = add_file(file, additions, opened(bundle))
    assert outcome.added == 1
    (complaint,) = outcome.complaints
    assert complaint.startswith("mixed.csv, line 3: ")
    assert words in complaint
    assert ids(opened(bundle), "Good One")


@pytest.mark.parametrize(("name", "data", "words"), [
    ("a.csv", b"name,where\nX,1\n", "no column lat, lon"),
    ("a.csv", b"name,lat,\"lon\"x\nX,1,2\n", "line 1: .* expected"),
    ("a.csv", b"name,lat,\"lon\n", "unexpected end"),
    ("a.csv", b"\xff\xfe\x00", "not UTF-8"),
    ("a.geojson", b"{", "not JSON"),
    ("a.geojson", b"[" * 100_000, "not JSON"),
    ("a.geojson", b"[]", "no list of features"),
    ("missing/a.csv", None, "cannot be read"),
])  # fmt: skip
def test_bad_files_are_sentences(
    bundle: Path, additions: Additions, tmp_path: Path, name: str, data: bytes | None, words: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput, match=words):
        add_file(tmp_path / name, additions, opened(bundle))


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=30), other=st.text(max_size=30), lat=st.floats(), lon=st.floats())
def test_any_cell_is_added_or_named(
    tmp_path_factory: pytest.TempPathFactory, name: str, other: str, lat: float, lon: float
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    gazetteer = Gazetteer.open(SMALL, folder, places=folder / "own.sqlite")
    additions = Additions(folder / "own.sqlite")
    place = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]},
             "properties": {"name": name, "alternates": [other]}}  # fmt: skip
    (folder / "x.json").write_text(json.dumps({"features": [place]}), "utf-8")
    outcome = add_file(folder / "x.json", additions, gazetteer)
    additions.close()
    assert outcome.added + len(outcome.complaints) == 1
    if outcome.added:
        grown = Gazetteer.open(SMALL, folder, places=folder / "own.sqlite")
        assert grown.candidates(" ".join(name.split()).lstrip("~"))


def test_units_that_name_each_other_end(bundle: Path, additions: Additions) -> None:
    additions.put([Added(Row("own:a", "Aaa", 35, 43, "ADM3", "IQ"), inside="own:b"),
                   Added(Row("own:b", "Bbb", 35, 43, "ADM3", "IQ"), inside="own:a")])  # fmt: skip
    place = opened(bundle).get("own:a")
    assert place is not None
    assert place.within == (("own:b", "Bbb"),)


@pytest.mark.parametrize("data", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_of_places_is_a_sentence(bundle: Path, data: bytes) -> None:
    own_places(bundle).write_bytes(data)
    with pytest.raises(BadInput, match=r"team\.places\.sqlite"):
        opened(bundle)
    with pytest.raises(BadInput, match=r"team\.places\.sqlite"):
        Additions(own_places(bundle))


# --- GeoNames files


def test_geonames_rows_belong_to_their_units(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    rows = [geonames_row(1, "Kafr Zahra", admin1="18", admin2="77", people=120),
            geonames_row(2, "Zahra District", group="A", code="ADM2", admin1="18", admin2="77"),
            geonames_row(3, "Lone Farm", admin1="99"), geonames_row(4, "Old Realm", code="PCLH")]  # fmt: skip
    (tmp_path / "IQ.txt").write_text("\r\n".join(rows), "utf-8")
    got = import_file(tmp_path / "IQ.txt", additions, country_of=nowhere)
    assert (got.task.kept, got.task.left_out, got.task.bad, got.task.finished) == (3, 1, 0, True)
    gazetteer = opened(bundle)
    place = gazetteer.get("gn:1")
    assert place is not None
    assert place.population == 120
    assert [name for _, name in place.within] == ["Zahra District", "Salah ad Din", "Iraq"]
    lone = gazetteer.get("gn:3")
    assert lone is not None
    assert lone.within == (("gn:99237", "Iraq"),)
    assert lone.population is None, "GeoNames writes 0 for what it does not know"
    assert ids(gazetteer, "Old Realm") == []


def test_only_what_is_asked_for(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    rows = [geonames_row(1, "A Town"), geonames_row(2, "B River", group="H", code="STM"),
            geonames_row(3, "C", country="SY")]  # fmt: skip
    (tmp_path / "all.txt").write_text("\n".join(rows), "utf-8")
    got = import_file(tmp_path / "all.txt", additions, wanted=Wanted(frozenset({"IQ"}), ("P",)), country_of=nowhere)
    assert (got.task.kept, got.task.left_out) == (1, 2)
    again = import_file(tmp_path / "all.txt", additions, wanted=Wanted(frozenset({"SY"})), country_of=nowhere)
    assert again.task.kept == 1, "another wish is another task"
    assert opened(bundle).known("SY") == 12


HOSTILE = [
    (b"1\ttoo\tshort", "3 columns"),
    (geonames_row(2, "X", lat="nan").encode(), "no place on Earth"),
    (geonames_row(3, "X", lon="-181").encode(), "no place on Earth"),
    (geonames_row(4, "X", lat="north").encode(), "north"),
    (geonames_row(5, "").encode(), "no name"),
    (geonames_row(6, "y" * 5000).encode(), "no name"),
    (geonames_row(7, "X", country="I\u0420").encode(), "country code"),
    (geonames_row(8, "X").encode().replace(b"8\tX", b"8; DROP TABLE place\tX"), "not a GeoNames id"),
    (geonames_row(9, "X\x00Y").encode(), "NUL"),
    (geonames_row(10, "caf").encode() + b"\xff", "not UTF-8"),
]


def test_hostile_rows_are_named_counted_and_skipped(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    good = geonames_row(99, "Good Town").encode()
    (tmp_path / "XX.txt").write_bytes(b"\n".join([good, *(row for row, _ in HOSTILE), b"", good]))
    got = import_file(tmp_path / "XX.txt", additions, country_of=nowhere)
    assert (got.task.kept, got.task.bad) == (2, len(HOSTILE))
    for number, (complaint, (_, words)) in enumerate(zip(got.complaints, HOSTILE, strict=True), 2):
        assert complaint.startswith(f"XX.txt, line {number}: ")
        assert words in complaint
    assert ids(opened(bundle), "Good Town") == ["gn:99"]


def test_duplicate_rows_are_one_place_the_last(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    (tmp_path / "XX.txt").write_text("\n".join(geonames_row(5, f"Name {n}") for n in range(10)), "utf-8")
    import_file(tmp_path / "XX.txt", additions, country_of=nowhere, chunk=3)
    assert [row[1] for row in contents(additions.path)["place"]] == ["Name 9"]
    assert {row[0] for row in contents(additions.path)["name"]} == {"name 9"}


def test_further_names_reach_shipped_and_added_places(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    additions.put([Added(Row("gn:1", "Kafr Zahra", 35, 43, "PPL", "IQ"))])
    rows = [(1, 1, "en", "Zahra Village"), (2, 99072, "fr", "Mossoul-sur-Tigre"), (3, 99072, "link", "https://x.example"),
            (4, 99072, "abbr", "Msl."), (5, 12345678, "en", "Unknown Place"), (6, 99072, "iata", "OSM")]  # fmt: skip
    lines = ["\t".join(map(str, (*row, "", "", "", "", "", ""))) for row in rows]
    (tmp_path / "alternateNamesV2.txt").write_text("\n".join([*lines, "7\tx\ten\tBad\t\t\t\t\t\t"]), "utf-8")
    shipped = opened(bundle)
    country = {"gn:99072": "IQ"}
    got = import_file(tmp_path / "alternateNamesV2.txt", additions, country_of=country.get)
    assert (got.task.kept, got.task.left_out, got.task.bad) == (3, 3, 1)
    assert shipped.get("gn:99072") is not None
    gazetteer = opened(bundle)
    assert ids(gazetteer, "Zahra Village") == ["gn:1"]
    assert ids(gazetteer, "Mossoul sur Tigre") == ["gn:99072"]
    assert ids(gazetteer, "MSL") == ["gn:99072"]
    assert ids(gazetteer, "msl") == ids(gazetteer, "OSM") == []
    additions.put([Added(Row("gn:1", "Kafr Zahra", 35, 43, "PPL", "IQ"))])
    assert ids(opened(bundle), "Zahra Village") == ["gn:1"], "a new row of the place leaves listed names"


class Stop(Exception):
    pass


def test_a_broken_off_import_goes_on_and_ends_the_same(bundle: Path, additions: Additions, tmp_path: Path) -> None:
    file = tmp_path / "IQ.txt"
    file.write_text(table(5_000), "utf-8")

    def stop(done: int, total: int, rows: int) -> None:
        if rows >= 2_000:
            raise Stop

    with pytest.raises(Stop):
        import_file(file, additions, country_of=nowhere, progress=stop, chunk=1_000)
    assert len(contents(additions.path)["place"]) == 2_000
    assert ids(opened(bundle), contents(additions.path)["place"][0][1]), "what is kept is found at once"
    got = import_file(file, additions, country_of=nowhere, chunk=700)
    assert (got.resumed_at, got.task.lines, got.task.kept) == (2_000, 5_000, 5_000)
    whole = Additions(tmp_path / "whole.sqlite")
    import_file(file, whole, country_of=nowhere)
    assert contents(additions.path) == contents(whole.path)
    assert import_file(file, whole, country_of=nowhere).resumed_at == 5_000


def test_a_killed_import_loses_nothing(bundle: Path, tmp_path: Path) -> None:
    file, places = tmp_path / "IQ.txt", tmp_path / "killed.sqlite"
    file.write_text(table(50_000), "utf-8")
    code = ("import sys, pathlib; from geo.locate.additions import Additions; "
            "from geo.locate.geonames import import_file; source, places = map(pathlib.Path, sys.argv[1:]); "
            "import_file(source, Additions(places), country_of=lambda i: None, "
            "progress=lambda done, size, rows: print(rows, flush=True), chunk=5000)")  # fmt: skip
    start = [sys.executable, "-c", code, str(file), str(places)]
    child = subprocess.Popen(start, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    told = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    child.wait()
    additions = Additions(places)
    kept = len(contents(places)["place"])
    assert kept >= told
    assert kept % 5000 == 0, "whole chunks only"
    begun = time.process_time()
    got = import_file(file, additions, country_of=nowhere)
    rate = (got.task.lines - got.resumed_at) / max(time.process_time() - begun, 1e-9)
    assert got.resumed_at == kept
    assert len(contents(places)["place"]) == got.task.kept == 50_000
    assert rate > 8_000, "20,000 rows a second on a quiet machine"


def test_a_zipped_table_is_read_and_resumed(additions: Additions, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "SY.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "hello")
        archive.writestr("SY.txt", table(3_000))

    def stop(done: int, total: int, rows: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        import_file(tmp_path / "SY.zip", additions, country_of=nowhere, progress=stop, chunk=1_000)
    got = import_file(tmp_path / "SY.zip", additions, country_of=nowhere)
    assert (got.resumed_at, got.task.kept) == (1_000, 3_000)


@pytest.mark.parametrize("members", [{}, {"../SY.txt": "x"}, {"a.txt": "x", "b.txt": "x"}, {"SY.txt": "a,b,c\n"}])
def test_zips_that_are_something_else_are_refused(
    additions: Additions, tmp_path: Path, members: dict[str, str]
) -> None:
    with zipfile.ZipFile(tmp_path / "SY.zip", "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    with pytest.raises(BadInput, match=r"SY\.zip"):
        import_file(tmp_path / "SY.zip", additions, country_of=nowhere)


def test_one_endless_line_is_refused(additions: Additions, tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(geonames_row(1, "X").encode() + b"\n" + b"x" * 9_000_000)
    with pytest.raises(BadInput, match="line of more than"):
        import_file(tmp_path / "big.txt", additions, country_of=nowhere)


LINES = st.lists(st.binary(max_size=12).filter(lambda data: b"\n" not in data), max_size=30)


@given(LINES, st.integers(1, 7), st.booleans())
def test_chunks_hold_every_line_once(lines: list[bytes], size: int, last: bool) -> None:
    import io

    data = b"\n".join(lines) + (b"\n" if last else b"")
    chunks = list(_chunks(io.BytesIO(data), b"", 0, size, Path("x")))
    assert sum(len(chunk.lines) for chunk in chunks) == len(data.split(b"\n")) - (data.endswith(b"\n") or not data)
    for chunk in chunks[:-1]:
        assert len(chunk.lines) == size
        assert data[chunk.end - 1:chunk.end] == b"\n"


# --- fetched


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A loopback server of the layout of GeoNames' dump folder."""
    folder = tmp_path / "dump"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.func.log_message = lambda *a: None  # type: ignore[attr-defined]
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}/", folder
    served.shutdown()
    served.server_close()


def zipped(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{path.stem}.txt", text)


def test_fetch_checks_what_it_gets(server: tuple[str, Path], tmp_path: Path) -> None:
    address, folder = server
    zipped(folder / "IQ.zip", table(10))
    (folder / "SY.zip").write_bytes((folder / "IQ.zip").read_bytes()[:200])
    (folder / "TR.zip").write_bytes(b"<html>not a zip</html>")
    into = tmp_path / "downloads"
    assert fetch("iq", into, address=address).name == "IQ.zip"
    for code, words in (("SY", "be fetched"), ("TR", "be fetched"), ("JO", "404"), ("../IQ", "country code")):
        with pytest.raises(BadInput, match=words):
            fetch(code, into, address=address)
    with pytest.raises(BadInput, match="limit"):
        fetch("IQ", into, address=address, largest=100)
    for bad in ("file:///etc", "http://", "ftp://127.0.0.1/x"):
        with pytest.raises(BadInput, match="not an http"):
            fetch("IQ", into, address=bad)
    with pytest.raises(BadInput, match="cannot be fetched"):
        fetch("IQ", into, address="http://127.0.0.1:1")
    assert [path.name for path in into.iterdir()] == ["IQ.zip"]


def test_fetch_gives_up_on_a_silent_server(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(BadInput, match="timed out"):
        fetch("IQ", tmp_path, address=f"http://127.0.0.1:{silent.getsockname()[1]}", patience_s=0.2)


@pytest.fixture
def run(bundle: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Any]:
    monkeypatch.setenv("DATELINE_GAZETTEER", str(bundle))
    monkeypatch.setenv("XDG_CACHE_HOME", str(bundle.parent / "cache"))
    cli._gazetteer.cache_clear()

    def call(*args: str) -> tuple[int, str, str]:
        cli._gazetteer.cache_clear()  # each command is a process of its own
        try:
            status = cli.main(["gazetteer", *args])
        except SystemExit as stop:
            status = int(stop.code or 0)
        return status, *capfd.readouterr()

    yield call
    cli._gazetteer.cache_clear()


def test_the_commands(run: Any, server: tuple[str, Path], tmp_path: Path, bundle: Path) -> None:
    address, folder = server
    _, before, _ = run("info", "IQ")
    assert before.startswith("Iraq: ")
    zipped(folder / "SY.zip", geonames_row(1, "Kafr Fetched", country="SY", admin1="12") + "\n")
    status, _, err = run("fetch", "SY", "JO", "--address", address)
    assert status == 1, "JO is not there"
    assert "JO.zip cannot be fetched: 404" in err
    assert "Syria: 12 places known" in err
    assert run("search", "Kafr Fetched")[1].startswith("gn:1\tKafr Fetched\tPPL\tIdlib, Syria")
    assert not list((bundle.parent / "downloads").iterdir())

    (tmp_path / "IQ.txt").write_text(f"{geonames_row(2, 'Kafr Import')}\nbad line\n", "utf-8")
    status, _, err = run("import", str(tmp_path / "IQ.txt"), str(tmp_path / "none.txt"), "--country", "IQ")
    assert status == 1
    assert "IQ.txt, line 2: 1 columns instead of 19" in err
    assert "none.txt cannot be read" in err
    assert "1 rows taken, 0 not asked for, 1 bad" in err
    assert run("import", str(tmp_path / "IQ.txt"), "--country", "Iraq")[0] == 2

    (tmp_path / "own.csv").write_text(f"{HEADER}Kafr Own,,35.2,43.2,,IQ\n", "utf-8")
    assert run("add", str(tmp_path / "own.csv")) == (0, "", f"{tmp_path / 'own.csv'}: 1 added, 0 left out\n")
    assert run("info", "IQ")[1] == f"Iraq: {int(before.split()[1]) + 2} places known\n"
    assert "added\t3" in run("info")[1]
    (row,) = run("search", "Kafr Own")[1].splitlines()
    ident = row.split("\t")[0]
    assert run("remove", ident, "gn:99072")[0] == 1
    assert run("search", "Kafr Own")[0] == 1
    assert run("add")[0] == 2
    assert "Traceback" not in err


def test_nothing_else_asks_the_network() -> None:
    modules = (ROOT / "geo" / "locate").glob("*.py")
    doors = ("urllib.request", "geopy.geocoders")
    asking = {path.name for path in modules if any(door in path.read_text("utf-8") for door in doors)}
    assert asking == {"fetch.py", "online.py"}, "each only where the user has asked for it"
