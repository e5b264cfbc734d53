"""The pages Add and Sources, with the real readers: a text is seen before it is stored, and counted afterwards."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.keep import Store
from geo.show import api, source_table
from geo.show.pages import basket
from geo.show.shared import Settings, shared
from tests.build import article
from tests.test_pages import opened, written

TEXT = (
    "Four people were killed in an airstrike on the town of Baghouz in eastern Syria on Monday, officials said.\n"
)


@pytest.fixture(autouse=True)
def _empty(tmp_path: Path) -> Iterator[None]:
    before = shared().settings
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    Store.open(url).close()
    api.configure(Settings(url, served=True))
    yield
    shared().store().close()
    api.configure(before)


def filled_in(app: AppTest, text: str, **fields: str) -> AppTest:
    app.text_area[0].set_value(text)
    for field in app.text_input:
        if field.label in fields:
            field.set_value(fields[field.label])
    return next(b for b in app.button if b.label == "Read it").click().run()


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def test_nothing_is_stored_before_it_was_seen() -> None:
    app = filled_in(opened("add.py"), TEXT, Publisher="Example Post")
    assert not app.exception
    assert "Airstrike in Baghouz" in written(app)
    assert "typed in" in written(app)
    assert shared().store().counts()["articles"] == 0
    app = press(app, "Keep 1 article")
    assert [s.value for s in app.success] == ["Stored: 1 article. Its events are on the map."]
    assert (shared().store().counts()["articles"], shared().store().counts()["events"]) == (1, 1)
    again = filled_in(app, TEXT)
    assert again.success[0].value.startswith("Already here: 1 article (Undated article\\: Four people were killed")


def test_what_was_read_can_be_thrown_away() -> None:
    app = press(filled_in(opened("add.py"), TEXT), "Throw away")
    assert shared().store().counts()["articles"] == 0
    assert any(b.label == "Read it" for b in app.button)


@pytest.mark.parametrize(("text", "address", "sentence"), [
    ("  \n ", "", "There is no running text in it."),
    (TEXT, "javascript:alert(1)", "The address is not a plain http or https one."),
])
def test_bad_input_is_named(text: str, address: str, sentence: str) -> None:
    app = filled_in(opened("add.py"), text, Address=address)
    assert sentence in app.error[0].value.replace("\\", "")
    assert not app.exception


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def upload(*files: tuple[str, bytes]) -> AppTest:
    app = opened("add.py")
    for name, data in files:
        app.file_uploader[0].upload(name, data, "application/octet-stream")
    app = press(app, "Read them")
    assert not app.exception
    return app


SHORT = b"A shop opened in Kirkuk on 3 May 2019, its owner said.\n"


@pytest.mark.parametrize(("name", "data", "sentence"), [
    ("empty.txt", b"", "empty.txt: The file is empty."),
    ("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "photo.txt: "),
    ("table.csv", b"colour,shape\nred,round\n",
     "table.csv: There is no column 'text'; the columns are 'colour', 'shape'."),
    ("broken.zip", b"PK\x03\x04 and no more", "broken.zip: It is no whole ZIP archive"),
    ("long.txt", SHORT * 5000, "are too many to be waited for here; `python -m geo ingest FILE` takes about 1 min."),
])  # fmt: skip
def test_what_is_refused_is_said_in_a_sentence(name: str, data: bytes, sentence: str) -> None:
    app = upload((name, data))
    assert sentence in app.warning[0].value.replace("\\", "")
    assert any(b.label == "Read them" for b in app.button)


def test_of_several_files_and_an_archive_the_good_ones_are_seen_before_they_are_stored() -> None:
    archive = zipped(a_txt=TEXT.encode(), b_txt=b"", c_pdf=b"%PDF broken")
    app = upload(("pack.zip", archive), ("again.txt", TEXT.encode()), ("shop.txt", SHORT))
    said = app.warning[0].value.replace("\\", "")
    assert "pack.zip:b.txt: The file is empty." in said
    assert "pack.zip:c.pdf: The PDF cannot be read" in said
    assert "Read: 2 articles, with 1 finding. Nothing of it is stored yet." in written(app)
    app.checkbox[1].uncheck().run()
    app = press(app, "Keep 1 article")
    assert shared().store().counts()["articles"] == 1
    assert [s.value for s in app.success] == ["Stored: 1 article. Its events are on the map."]


def test_many_files_are_read_a_lot_at_a_time() -> None:
    app = upload(*((f"{n}.txt", SHORT.replace(b"shop", b"shop %d" % n)) for n in range(basket.AT_ONCE + 3)))
    assert "3 articles still to be read." in written(app)
    app = press(app, f"Keep {basket.AT_ONCE} articles")
    app = press(app, "Read the next 3")
    app = press(app, "Keep 3 articles")
    assert shared().store().counts()["articles"] == basket.AT_ONCE + 3


def test_the_rest_of_many_can_be_kept_without_looking_at_each_lot() -> None:
    texts = [SHORT.replace(b"shop", b"stall %d" % n) for n in range(2 * basket.AT_ONCE + 1)]
    app = upload(*((f"{n}.txt", text) for n, text in enumerate([*texts, texts[0]])))
    assert [s.value for s in app.success] == ["Left out, the same text again: 1 article."]
    app.checkbox[0].uncheck().run()
    app = press(app, f"Keep these, and read and keep the other {basket.AT_ONCE + 1}")
    assert [s.value for s in app.success] == ["Stored: 40 articles. Its events are on the map."]
    assert shared().store().counts()["articles"] == 2 * basket.AT_ONCE


def test_a_lot_is_bounded_in_length_and_never_empty() -> None:
    long = article("x" * (basket.CHARS_AT_ONCE // 2 + 1))
    assert [basket.lot([long] * n) for n in (0, 1, 2, 3)] == [0, 1, 1, 1]
    assert basket.lot([article("short")] * 100) == basket.AT_ONCE


def test_an_event_table_is_seen_before_it_is_stored() -> None:
    columns = ("event_id_cnty,event_date,event_type,sub_event_type,actor1,country,admin1,location,latitude,longitude,"
               "geo_precision,source,notes,fatalities")
    row = "IRQ1,3 May 2019,Battles,Armed clash,Army,Iraq,Ninewa,Mosul,36.34,43.13,1,Example,Soldiers fought.,2"
    app = upload(("acled.csv", f"{columns}\n{row}\n".encode()))
    assert "Read: 1 article, with 1 finding." in written(app)
    press(app, "Keep 1 article")
    assert shared().store().counts()["events"] == 1


def test_hostile_words_stay_words() -> None:
    hostile = "<img src=x onerror=alert(1)> ${alert(2)} [x](javascript:alert(3)) "
    app = filled_in(opened("add.py"), hostile + TEXT, Title=hostile, Publisher=hostile)
    assert not app.exception
    assert "<img src=x" not in written(app)


def test_sources_are_counted() -> None:
    press(filled_in(opened("add.py"), TEXT, Publisher="Example Post"), "Keep 1 article")
    assert "1 source." in written(opened("sources.py"))
    (row,) = source_table.table(shared().store().publishers())["rows"]
    assert (row["name"], row["articles"], row["events"], row["dated"], row["span"]) == (
        "Example Post", 1, 1, 0.0, "undated")  # fmt: skip


def test_arabic() -> None:
    app = opened(lang="ar")
    app.switch_page("sources.py").run()
    assert "المصادر" in written(app)
    assert "page.rtl.css" in written(app)
