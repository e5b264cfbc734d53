"""The pages as Streamlit runs them, without a browser: widgets, words, address and warnings. Not the map."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo import filters
from geo.keep import Store
from geo.show import api, explore, language
from geo.show.pages import filterbar, parts
from geo.show.shared import Settings, shared
from geo.show.webfiles import WEB
from tests.filled import dated, fill, undated

ROOT = Path(__file__).resolve().parent.parent
MAIN = str(ROOT / "geo/show/pages/main.py")
WAIT_S = 30


@pytest.fixture(scope="module", autouse=True)
def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    url = f"sqlite:///{tmp_path_factory.mktemp('pages') / 'store.sqlite'}"
    fill(url).close()
    before = shared().settings
    api.configure(Settings(url, served=True))
    yield
    shared().store().close()
    api.configure(before)


def opened(page: str = "", **params: str | list[str]) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=WAIT_S)
    app.query_params.update(params)
    app.run()
    if page:
        app.switch_page(page).run()
    assert not app.exception
    return app


def written(app: AppTest) -> str:
    """All words on the page, markup and all."""
    kinds = ("markdown", "caption", "info", "warning", "error", "html", "button", "text_input", "popover")
    texts = [getattr(e, "value", "") or getattr(e, "label", "") for kind in kinds for e in app.get(kind)]
    texts += [e.proto.body for e in app.get("html")]
    return "\n".join(str(t) for t in texts)


def cards(app: AppTest) -> list[str]:
    """What the list beside the map shows for the filter that the page hands to it."""
    made = explore.listing(shared(), app.session_state["asked"], None, explore.Page(whole=True))
    return [row["id"] for row in made["rows"]]


def test_the_map_page_hands_its_filter_to_the_map() -> None:
    app = opened()
    assert app.get("component_instance")
    assert cards(app) == ["e-airstrike", "e-clearance", "e-ground", "e-recruitment", "e-sanctions", "r-infiltration"]
    assert "Airstrike 1" in str([p.options for p in app.get("button_group")])


def test_the_address_is_the_filter() -> None:
    app = opened(type=["airstrike", "sanctions"], to="2019-09-30")
    assert cards(app) == ["e-airstrike", "e-sanctions"]
    assert app.query_params["type"] == ["airstrike", "sanctions"]
    assert app.query_params["to"] == "2019-09-30"


def test_a_widget_changes_filter_and_address() -> None:
    app = opened()
    app.text_input(key="f-text").set_value("vegetation").run()
    assert cards(app) == ["e-airstrike"]
    assert app.query_params["text"] == "vegetation"
    app.text_input(key="f-text").set_value("").run()
    assert len(cards(app)) == 6
    assert "text" not in app.query_params


def test_a_bad_link_warns_and_keeps_the_rest() -> None:
    app = opened(type=["xyz", "airstrike"], colour="red")
    assert [w.value for w in app.warning] == [
        "This link asks for *type\\=xyz*, which does not exist. The rest was kept.",
        "This link asks for *colour\\=red*, which does not exist. The rest was kept.",
    ]
    assert cards(app) == ["e-airstrike"]


@pytest.mark.parametrize("address", [
    {"from": "yesterday", "to": "2019-13-45"}, {"bbox": "1,2,3", "min_confidence": "NaN", "min_origins": "-1"},
    {"text": "a" * 10_000}, {f"k{n}": "v" for n in range(500)}, {"at": "north,east"}, {"show": "heat,flames"},
], ids=lambda address: " ".join(address)[:30])
def test_bad_links_warn_and_never_break(address: dict[str, str]) -> None:
    assert 0 < len(opened(**address).warning) <= filterbar.WARNINGS_MOST + 1


def test_an_empty_result_says_which_part_to_drop() -> None:
    app = opened(type="sanctions", source="ABC News")
    assert r"Nothing matches. Without *Type\: Sanctions* there would be 2 events and 1 route." in written(app)
    next(b for b in app.button if b.label == "Drop it").click().run()
    assert cards(app) == ["e-airstrike", "e-clearance", "r-infiltration"]


def test_clear_all_forgets_the_whole_filter() -> None:
    app = opened(type="sanctions", source="ABC News", status="planned")
    next(b for b in app.button if b.label == "Clear all").click().run()
    assert len(cards(app)) == 6
    assert not app.query_params


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    before = shared().settings
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    Store.open(url).close()
    api.configure(Settings(url, served=True))
    try:
        assert "No articles yet." in written(opened())
        assert "No articles yet." in written(opened("articles.py"))
    finally:
        shared().store().close()
        api.configure(before)


def test_without_its_routes_the_page_says_so() -> None:
    before = shared().settings
    api.configure(Settings(before.store, served=False))
    try:
        assert "runs without its data routes" in written(opened())
    finally:
        shared().store().close()
        api.configure(before)


def test_what_is_opened_on_the_map_stands_in_the_address() -> None:
    app = opened(event="e-airstrike", at="35.1,43.2,7", show="table,place-up,heat")
    assert app.session_state["nonce"] == 1, "the map is told to open it"
    assert app.query_params["event"] == "e-airstrike"
    assert app.query_params["at"] == "35.1,43.2,7"
    assert app.query_params["show"] == "table,place-up,heat"
    assert not app.warning


def test_page_and_map_know_the_same_words_of_what_is_shown() -> None:
    """`show=` is written and read in the browser; the page only says which of its words it does not know."""
    script = (WEB / "address.js").read_text("utf-8")
    for word in filterbar.SHOWN:
        by, _, way = word.partition("-")
        assert re.search(rf'"{word}"' if not way else rf"[(|]{by}[|)].*[(|]{way}[|)]", script), word


@pytest.mark.parametrize(("kept", "asked", "title"), [
    ("ar", {}, "المقالات"), ("ar", {"lang": "en"}, "Articles"), ("xx", {}, "Articles"),
])
def test_the_language_that_was_chosen_stays_when_the_page_is_loaded_again(
    kept: str, asked: dict[str, str], title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new session knows of no press; the browser hands back what it kept, and the address goes before it."""
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: {parts.KEPT_LANGUAGE: kept}))
    assert f"## {title}" in written(opened("articles.py", **asked))


def test_an_embedded_map_has_no_filters() -> None:
    app = opened(embed="1", type="airstrike")
    assert not app.text_input
    assert not app.get("popover")
    assert cards(app) == ["e-airstrike"]


def test_the_event_page_tells_facts_reports_and_reasons() -> None:
    app = opened()
    app.session_state["open-event"] = "e-airstrike"
    app.switch_page("event.py").run()
    words = written(app)
    assert "“almost 40 tonnes” and “80,000 pounds” (36.3 t), the same load" in words
    assert '<span class="dl-trigger">Bombs were dropped</span>' in words
    assert "both quote the US-led coalition" in words


def test_the_article_page_marks_its_text() -> None:
    app = opened()
    app.session_state["open-article"] = undated().id
    app.switch_page("article.py").run()
    words = written(app)
    assert '<span class="dl-place">Baghdad</span>' in words
    assert "guessed from the text" in words
    assert "the dates of its events come from the merge" in words


def test_an_unknown_id_is_no_crash() -> None:
    for page in ("event", "article"):
        app = opened()
        app.session_state[f"open-{page}"] = "nobody"
        app.switch_page(f"{page}.py").run()
        assert not app.exception
        assert "There is no such" in written(app)


def test_articles_and_about_list_what_there_is() -> None:
    listed = [link.proto.label.replace("\\", "") for link in opened("articles.py").get("page_link")]
    assert listed == ["Article of 11 Sep 2019: An island “infested” with ISIS fighters was …", undated().title]
    assert "GeoNames" in written(opened("about.py"))


def test_elements_escape_whatever_is_text() -> None:
    made = parts.el("p", "<img src=x onerror=alert(1)>", parts.el("b", "a&b"), css='"><script>')
    assert made == '<p class="&quot;&gt;&lt;script&gt;">&lt;img src=x onerror=alert(1)&gt;<b>a&amp;b</b></p>'


def test_markdown_text_is_only_text() -> None:
    assert parts.md("[a](javascript:x) **b**\n`c`") == r"\[a\]\(javascript\:x\) \*\*b\*\* \`c\`"


def test_the_dated_seed_keeps_its_line_breaks() -> None:
    text = dated().text
    assert parts.text_block(text, ()).count("<br>") == text.count("\n")


def test_streamlit_is_told_what_the_page_needs() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["maxUploadSize"] == 25
    assert not {"enableCORS", "enableXsrfProtection"} & config["server"].keys()
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


def test_articles_are_searched_in_title_text_and_publisher() -> None:
    app = opened("articles.py")
    every = len(app.get("page_link"))
    app.text_input(key="articles-sought").set_value("SANCTIONS qanus").run()
    assert 0 < len(app.get("page_link")) < every
    app.text_input(key="articles-sought").set_value("no such words <b>").run()
    assert "No article has all these words." in [i.value for i in app.info]


@pytest.mark.parametrize(("address", "number"), [
    ({}, 0), ({"text": "oil"}, 0), ({"from": "2019-01-01", "to": "2019-12-31"}, 1), ({"to": "2019-12-31"}, 1),
    ({"type": ["airstrike", "arrest"], "place": "Iraq", "min_confidence": "0.2"}, 3),
])
def test_a_phone_is_told_how_many_filters_are_set(address: dict[str, str | list[str]], number: int) -> None:
    pairs = [(k, v) for k, given in address.items() for v in ([given] if isinstance(given, str) else given)]
    assert filterbar.number_set(filters.read(pairs)) == number


def test_every_part_of_a_filter_has_words_in_the_language_of_the_page() -> None:
    asked = filters.read([
        ("from", "2019-09-01"), ("source", "none"), ("type", "clash"), ("status", "planned"), ("place", "Iraq"),
        ("text", "oil"), ("bbox", "1,2,3,4"), ("min_confidence", "0.5"), ("actor", "guards"), ("min_origins", "2"),
    ])
    in_english = [filterbar.phrase(field, asked) for field in asked.given]
    language.speak("ar")
    in_arabic = [filterbar.phrase(field, asked) for field in asked.given]
    language.speak(language.ENGLISH)
    assert in_english[0] == "from 2019-09-01"
    assert not set(in_english) & set(in_arabic)


def test_routes_are_counted_among_the_types() -> None:
    assert "Route 1" in str([p.options for p in opened().get("button_group")])


def test_what_nobody_foresaw_is_a_sentence_without_traceback_or_links() -> None:
    """As Streamlit handles an error of a page, with the handler that app.py gives it."""

    def broken() -> None:
        from streamlit.error_util import handle_user_script_exception

        from geo.show.pages import frame

        handle_user_script_exception(RuntimeError("planted in /a/path"), frame.failed)

    app = AppTest.from_function(broken).run()
    assert [e.value[:30] for e in app.error] == ["Something went wrong on this p"]
    assert not app.exception
    assert "planted" not in written(app)


def test_what_is_pressed_before_the_browser_has_the_new_address_counts() -> None:
    """Also when several things are pressed in one breath: the browser may be more than one address behind."""
    app = opened(type="airstrike")
    for words in ("Qanus", "island", "vegetation"):
        app.query_params.clear()
        app.query_params["type"] = "airstrike"  # what the browser sends still
        app.text_input(key="f-text").set_value(words).run()
        assert app.query_params["text"] == words


def test_an_address_that_was_left_long_ago_is_a_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(type="airstrike")
    app.text_input(key="f-text").set_value("Qanus").run()
    monkeypatch.setattr(filterbar, "LAG_S", 0.0)
    del app.query_params["text"]
    app.run()
    assert "text" not in app.query_params
    assert app.text_input(key="f-text").value == ""
