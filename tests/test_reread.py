"""Articles read again: which hold a name, what changes, and what stays."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.filters import Filter
from geo.ingest import ingest
from geo.keep import Store
from geo.locate import Additions, Gazetteer, Tagger, check_places, fold
from geo.pipeline import Tools
from geo.read import read_bytes
from geo.records import Findings
from geo.reread import _holds, holding, reread
from tests.build import article
from tests.test_coded import UCDP, as_csv

CSV = b"name,alternates,lat,lon,feature,country\nKharabajabrun,Kharaba Jabrun,36.02,43.55,village,IQ\n"
TEXT = "Gunmen attacked the village of Kharabajabrun on 9 September 2019, officials in Mosul said."
OTHER = "Police rested in Baghdad on 3 September 2019."


@pytest.fixture
def places(tmp_path: Path) -> Path:
    return tmp_path / "places.sqlite"


@pytest.fixture
def tools(places: Path) -> Tools:
    return Tools(Gazetteer.open(places=places), Tagger.open())


@pytest.fixture
def store(tmp_path: Path, tools: Tools) -> Iterator[Store]:
    source = tmp_path / "two.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in (TEXT, OTHER)))
    made = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    ingest([source], made, lambda: tools)
    yield made
    made.close()


def where(store: Store) -> dict[str, str]:
    """Name in the text -> gazetteer id of each event's place."""
    return {e.where.name_in_text: e.where.place.gazetteer_id for e in store.events(Filter()) if e.where}


def test_an_added_place_takes_effect_where_it_is_named(store: Store, places: Path, tools: Tools) -> None:
    ids = holding(store, ["Kharaba Jabrun", "KHARABAJABRUN", ""])
    assert [store.articles()[i].text for i in ids] == [TEXT]
    assert "Kharabajabrun" not in where(store)
    nothing = reread(ids, store, lambda: tools)
    assert (nothing.read, nothing.changed, nothing.failed) == (1, 0, ())
    version = store.version()

    additions = Additions(places)
    checked = check_places(Path("mine.csv"), CSV, additions, tools.gazetteer)
    assert checked.names == ("Kharabajabrun", "Kharaba Jabrun")
    assert store.version() == version
    additions.put(checked.places)
    additions.close()

    fresh = Tools(Gazetteer.open(places=places), tools.tagger)
    told: list[tuple[int, int]] = []
    done = reread(ids, store, lambda: fresh, lambda n, of: told.append((n, of)))
    assert (done.read, done.changed) == (1, 1)
    assert told == [(1, 1)]
    assert where(store)["Kharabajabrun"].startswith("own:kharabajabrun")
    assert reread(store.article_ids(), store, lambda: fresh).changed == 0, "reading again is idempotent"
    assert store.integrity() == "ok"


def test_whole_names_only(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    told = {name: article(text) for name, text in {
        "hit": "They met in Hit.", "hitherto": "Hitherto it was calm.", "arabic": "هجوم في كركوك اليوم",
        "accent": "A camp near al-Ḩawījah.", "split": "They met in Al\nHawijah."}.items()}  # fmt: skip
    for one in told.values():
        store.add(Findings(one))
    assert holding(store, ["Hit"]) == (told["hit"].id,)
    assert holding(store, ["كركوك"]) == (told["arabic"].id,)
    assert set(holding(store, ["Al Hawijah"])) == {told["accent"].id, told["split"].id}
    assert holding(store, ["", "…"]) == ()
    store.close()


@given(before=st.text(), name=st.sampled_from(("Kharaba Jabr", "كركوك", "Tall ‘Afar", "St. Louis")), after=st.text())
def test_a_name_among_any_words_is_held(before: str, name: str, after: str) -> None:
    told = article(f"{before} | {name} | {after}".encode("utf-8", "replace").decode())
    assert _holds(told, {f" {fold(name)} "})


def test_rows_of_event_tables_are_not_read_as_texts(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/coded.sqlite")
    (coded,) = read_bytes(as_csv(UCDP), "ged.csv").coded
    store.add(coded)

    def nobody() -> Tools:
        raise AssertionError("nothing is to be read")

    assert reread(store.article_ids(), store, nobody).read == 0
    store.close()
