"""The Places page: what is known, rows seen before anything is kept, and stored articles read again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.keep import PlaceUse, Store, merge
from geo.locate import DEFAULT_BUNDLE, Gazetteer, Tagger, own_places
from geo.pipeline import Tools, read
from geo.read import article_of
from geo.show import api
from geo.show.coverage import MOST, coverage, of_country
from geo.show.shared import Settings, shared
from tests.build import PLACES
from tests.test_pages import opened, written

LINE = b'{"text": "Gunmen attacked the village of Kharabajabrun on 9 September 2019, officials in Mosul said."}'


@pytest.fixture
def store(tmp_path: Path, gazetteer: Gazetteer) -> Iterator[Store]:
    """A store with one article, as the page's own; the user's places are taken away again afterwards."""
    before = shared().settings
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    made = Store.open(url)
    made.add(read(article_of(LINE, origin="line 1"), Tools(gazetteer, Tagger.open())))
    merge(made)
    api.configure(Settings(url, served=True))
    yield made
    shared().store().close()
    made.close()
    api.configure(before)
    own_places(DEFAULT_BUNDLE).unlink(missing_ok=True)


def fill(app: AppTest, **fields: str) -> AppTest:
    for key, value in fields.items():
        app.text_input(key=f"place-{key}").set_value(value)
    next(b for b in app.button if b.label == "Check").click().run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def test_a_place_is_shown_kept_and_read_for(store: Store) -> None:
    app = opened("places.py")
    assert "Iraq: " in written(app)
    assert "gazetteer fetch IQ" in written(app)
    before = own_places(DEFAULT_BUNDLE).stat().st_mtime_ns if own_places(DEFAULT_BUNDLE).exists() else 0
    fill(app, name="Kharabajabrun", alternates="Kharaba Jabrun|خربة", lat="36.02", lon="43.55", country="IQ",
         feature="village")  # fmt: skip
    assert "1 place would be added" in written(app)
    assert app.dataframe[0].value.iloc[0]["Also"] == "Kharaba Jabrun, خربة"
    assert shared().gazetteer().candidates("Kharabajabrun") == ()
    press(app, "Add these places")
    assert own_places(DEFAULT_BUNDLE).stat().st_mtime_ns > before
    assert "1 article with one of these names can be read again" in written(app)
    press(app, "Read them again")
    assert "1 article read again, 1 changed" in "\n".join(s.value for s in app.success)
    (article,) = store.article_ids()
    found = store.findings(article)
    assert found is not None
    assert any(t.place and t.place.gazetteer_id.startswith("own:kharabajabrun") for t in found.toponyms)


def test_a_row_that_does_not_fit_is_named_and_cannot_be_added(store: Store) -> None:
    app = opened("places.py")
    fill(app, name="<b>Nowhere</b>", lat="43.55", lon="36.02", country="IQ")
    assert any("swapped" in w.value for w in app.warning)
    assert "0 places would be added" in written(app)
    assert not any(b.label == "Add these places" for b in app.button)
    fill(app, name="=cmd|x", lat="nan", lon="", country="")
    assert any("is not a number" in w.value for w in app.warning)


def test_a_place_that_no_article_names_says_so(store: Store) -> None:
    app = opened("places.py")
    fill(app, name="Elsewhereabad", lat="36.1", lon="43.5", country="IQ")
    press(app, "Add these places")
    assert "No article names them so far" in written(app)


def test_an_uploaded_file_is_checked_by_its_kind_alone(store: Store) -> None:
    app = opened("places.py")
    app.file_uploader(key="place-file").upload(
        "../../etc/places.csv", b"name,lat,lon\nKharaba A,36.1,43.4\nKharaba B,,43.4\n", "text/csv"
    ).run()
    press(app, "Check the file")
    assert "1 place would be added" in written(app)
    assert any("line 3" in w.value for w in app.warning)


def test_the_map_and_about_say_where_little_is_known(store: Store) -> None:
    assert "places known: few for the inhabitants" in written(opened())
    assert "Iraq: " in written(opened("about.py"))


def test_few_is_by_inhabitants(gazetteer: Gazetteer) -> None:
    assert of_country("IQ", gazetteer).thin
    assert not of_country("DE", gazetteer).thin
    assert not of_country("US", gazetteer).thin
    uses = [PlaceUse(PLACES[name], n, ("a",)) for name, n in (("Mosul", 2), ("Aleppo", 3), ("Jazeera Desert", 9))]
    rows = coverage(uses, gazetteer)
    assert [(row.code, row.mentions) for row in rows] == [("SY", 3), ("IQ", 2)]
    assert len(rows) <= MOST
