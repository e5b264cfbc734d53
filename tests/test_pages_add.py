"""The pages Add and Sources, with the real readers: a text is seen before it is stored, and counted afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.keep import Store
from geo.show import api
from geo.show.shared import Settings, shared
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
    app = press(app, "Keep")
    assert [s.value for s in app.success] == ["Stored: 1 article. Its events are on the map."]
    assert (shared().store().counts()["articles"], shared().store().counts()["events"]) == (1, 1)
    again = filled_in(app, TEXT)
    assert [s.value for s in again.success] == ["Already here: 1 article."]


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


def test_hostile_words_stay_words() -> None:
    hostile = "<img src=x onerror=alert(1)> ${alert(2)} [x](javascript:alert(3)) "
    app = filled_in(opened("add.py"), hostile + TEXT, Title=hostile, Publisher=hostile)
    assert not app.exception
    assert "<img src=x" not in written(app)


def test_sources_are_counted() -> None:
    press(filled_in(opened("add.py"), TEXT, Publisher="Example Post"), "Keep")
    app = opened("sources.py")
    table = app.dataframe[0].value
    assert list(table["Publisher"]) == ["Example Post"]
    assert (table["Articles"][0], table["Reports of events"][0], table["Dated"][0]) == (1, 1, 0.0)


def test_arabic() -> None:
    app = opened(lang="ar")
    app.switch_page("sources.py").run()
    assert "المصادر" in written(app)
    assert "page.rtl.css" in written(app)
