"""Places beside the bundle: their licence, what they add, and that everything works without them."""

import csv
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.locate.bundle import read_lines
from geo.locate.gazetteer import DEFAULT_BUNDLE, Gazetteer
from geo.locate.separate import COLUMNS, separate_places
from geo.records import BadInput

SMALL = Path(__file__).parent / "data" / "gazetteer.tsv.gz"
IRAQ = DEFAULT_BUNDLE.parent / "gazetteer" / "iraq.csv"
HEAD = "# A licence\n" + ",".join(COLUMNS) + "\n"
VILLAGE = "own:village,,Village,Al-Village|Qarya,PPL,IQ,IQ.18,35.1,43.2,4\n"
Opened = Callable[[str | None], Gazetteer]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """The small bundle with a table of this text beside it, or with none."""
    bundle = tmp_path / "gazetteer.tsv.gz"
    shutil.copy(SMALL, bundle)
    table = tmp_path / "gazetteer" / "more.csv"

    def opens(text: str | None) -> Gazetteer:
        table.parent.mkdir(exist_ok=True)
        table.unlink(missing_ok=True)
        if text is not None:
            table.write_text(text, "utf-8")
        return Gazetteer.open(bundle, tmp_path / "cache")

    return opens


def ids(gazetteer: Gazetteer, name: str) -> list[str]:
    return [one.place.gazetteer_id for one in gazetteer.candidates(name)]


def test_the_shipped_file_says_its_licence_and_origin() -> None:
    head = "".join(line for line in IRAQ.read_text("utf-8").splitlines(True) if line.startswith("#"))
    for words in ("CC BY-SA 4.0", "creativecommons.org/licenses/by-sa/4.0", "Wikipedia contributors", "Changed:"):
        assert words in head
    assert hashlib.sha256(IRAQ.read_bytes()).hexdigest() in (DEFAULT_BUNDLE.parent / "SOURCES.md").read_text("utf-8")


def test_the_bundle_holds_none_of_them() -> None:
    apart = {one.row.id for one in separate_places(DEFAULT_BUNDLE)}
    assert len(apart) == 93
    lines = read_lines(DEFAULT_BUNDLE.read_bytes())
    assert apart.isdisjoint(line.partition("\t")[0] for line in lines)
    assert [line for line in lines if "\tlookup\t" in line] == [], "the column of sources"


def test_all_of_them_are_found_by_each_of_their_names(gazetteer: Gazetteer) -> None:
    lines = [line for line in IRAQ.read_text("utf-8").splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        place = gazetteer.get(row["same_as"] or row["id"])
        assert place is not None
        assert place.country_code == "IQ"
        assert place.within[-1] == ("gn:99237", "Iraq")
        for name in (row["name"], *filter(None, row["names"].split("|"))):
            assert place.gazetteer_id in ids(gazetteer, name), name


def test_a_table_beside_the_bundle_is_part_of_the_gazetteer(opened: Opened) -> None:
    without = opened(None)
    known, index = without.known("IQ"), without.info()["index"]
    assert ids(without, "Al-Village") == []
    with_it = opened(HEAD + VILLAGE)
    assert with_it.known("IQ") == known + 1
    assert with_it.coverage("IQ") == f"Iraq: {known + 1} places known"
    assert ids(with_it, "Al-Village") == ids(with_it, "Qarya") == ["own:village"]
    place = with_it.get("own:village")
    assert place is not None
    assert (place.point, place.radius_km) == ((43.2, 35.1), 4.0)
    assert [ident for ident, _ in place.within] == ["gn:91695", "gn:99237"]
    assert with_it.info()["index"] != index
    assert with_it.info()["sha256"] == without.info()["sha256"]


def test_taken_away_everything_else_stays(opened: Opened) -> None:
    opened(HEAD + VILLAGE)
    without = opened(None)
    assert ids(without, "Village") == []
    assert without.get("own:village") is None
    assert ids(without, "Mosul")[0] == "gn:99072"


def test_every_change_of_a_row_makes_an_index_of_its_own_and_a_comment_none(opened: Opened) -> None:
    texts = (HEAD, HEAD + VILLAGE, HEAD + VILLAGE.replace("35.1", "35.2"), HEAD + VILLAGE.replace(",,V", ",gn:1,V"))
    assert len({opened(text).info()["index"] for text in texts}) == len(texts)
    assert opened(f"# One more\n{HEAD}{VILLAGE}").info()["index"] == opened(HEAD + VILLAGE).info()["index"]


@pytest.mark.parametrize("row", [
    "own:mosul,gn:99072,The Hunchback,Nabi Yunus,PPL,IQ,IQ.15,36.3,43.1,\n",
    "gn:99072,,The Hunchback,Nabi Yunus,PPL,IQ,IQ.15,36.3,43.1,\n",
])  # fmt: skip
def test_a_place_of_the_bundle_gets_the_names_and_stands_once(opened: Opened, row: str) -> None:
    before = opened(None)
    after = opened(HEAD + row)
    assert ids(after, "Nabi Yunus") == ids(after, "The Hunchback") == ["gn:99072"]
    assert after.get("gn:99072") == before.get("gn:99072")
    assert after.get("own:mosul") is None
    assert after.known("IQ") == before.known("IQ")


def test_a_namesake_that_the_bundle_lacks_stands_alone(opened: Opened) -> None:
    assert ids(opened(HEAD + VILLAGE.replace(",,V", ",gn:0,V")), "Village") == ["own:village"]


@pytest.mark.parametrize(("text", "words"), [
    ("id,name\n", "line 1: the columns"), (HEAD + "own:x,,X\n", "line 3: 3 columns instead of 10"),
    (HEAD + VILLAGE.replace("35.1", "135"), "nowhere on Earth"), (HEAD + VILLAGE.replace("35.1", "nan"), "nowhere"),
    (HEAD + VILLAGE.replace("35.1", "north"), "line 3"), (HEAD + VILLAGE.replace("PPL", ""), "are needed"),
    (HEAD + VILLAGE + VILLAGE, "line 4: the id 'own:village' stands twice"),
])  # fmt: skip
def test_a_table_that_does_not_fit_is_named_with_its_line(opened: Opened, text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        opened(text)
    assert "more.csv" in str(caught.value)
    assert "remove it" in str(caught.value)
