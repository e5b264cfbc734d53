"""The page of an article that changed at its source, and of one whose text others print too."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from geo.keep import Store, merge
from geo.show import api
from geo.show.shared import Settings, shared
from tests.test_copies import WIRE, found
from tests.test_pages import opened, written

OLD = found(WIRE, "https://news.example/a", title="First")
NEW = found(WIRE.replace("Nobody was", "Three people were"), "https://news.example/a", title="Second")
COPY = found(f"{WIRE} With agencies.", "https://post.example/b", title="Third <b>bold</b>")


@pytest.fixture(scope="module", autouse=True)
def _three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    url = f"sqlite:///{tmp_path_factory.mktemp('versions') / 'store.sqlite'}"
    store = Store.open(url)
    for one in (OLD, NEW, COPY):
        store.add(one)
    merge(store)
    store.close()
    before = shared().settings
    api.configure(Settings(url, served=True))
    yield
    shared().store().close()
    api.configure(before)


def article_page(identity: str) -> AppTest:
    app = opened()
    app.session_state["open-article"] = identity
    app.switch_page("article.py").run()
    assert not app.exception
    return app


def links(identity: str) -> list[str]:
    app = article_page(identity)
    return [link.proto.label for link in app.get("page_link") if "·" in link.proto.label]


def test_an_old_version_is_readable_and_leads_to_the_new_one() -> None:
    app = article_page(OLD.article.id)
    assert "A newer version of this article is there" in written(app)
    assert "Nobody was reported killed" in written(app)
    assert "No event or movement was found" in written(app)


def test_the_present_version_leads_to_the_earlier_ones_and_to_copies() -> None:
    first, second = links(NEW.article.id)
    assert first.startswith("First · ")
    assert second.startswith("Third")
    assert "<b>" not in second
    assert "count once as an origin" in written(article_page(COPY.article.id))
