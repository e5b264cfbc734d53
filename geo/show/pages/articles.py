"""All articles, the newest first and a page at a time; a row opens the article."""

import streamlit as st

from geo.filters import NO_SOURCE
from geo.keep import Shelf
from geo.records import Article
from geo.show import source_words
from geo.show.explore import source_label
from geo.show.language import counted, say, spoken
from geo.show.pages import frame, parts
from geo.show.shared import shared

PAGE = 30
_PAGE, _SOUGHT = "articles-page", "articles-sought"
_SOURCE = "source"
"""In the address: only the articles of this publisher, as the map's filter names it."""


Row = tuple[str, str, str]
"""Id, name, and a line: publisher and day, each with how it is known, and how much it tells."""


@st.cache_resource(max_entries=4, show_spinner=False)
def _shelves() -> dict[str, Shelf]:
    """The last shelf of a store, by its URL: the next one reads only what came since."""
    return {}


def _ids() -> tuple[str, ...]:
    store, shelves = shared().store(), _shelves()
    shelves[store.url] = made = store.shelf(shelves.get(store.url, Shelf()))
    return made.ids


@st.cache_data(max_entries=16, show_spinner=False)
def found_at(url: str, version: int, sought: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of the articles of this version of the store that have all words, in the order of the list."""
    holding = shared().store().holding(sought)
    return tuple(identity for identity in _ids() if identity in holding)


@st.cache_data(max_entries=16, show_spinner=False)
def of_source_at(url: str, version: int, source: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the ids that this publisher's articles have, in their order."""
    own = shared().store().articles_of("" if source == NO_SOURCE else source)
    return tuple(identity for identity in ids if identity in own)


@st.cache_data(max_entries=16, show_spinner=False)
def rows_at(url: str, version: int, language: str, ids: tuple[str, ...]) -> list[Row]:
    """One row for each of these articles."""
    store = shared().store()
    told, articles = store.told(ids), store.articles(ids)
    return [_row(articles[i], told.get(i, 0)) for i in ids if i in articles]


def _row(article: Article, told: int) -> Row:
    publisher, day = source_words.article_facts(article)
    known = [f"{fact.text} ({fact.reason})" if fact.reason else fact.text for fact in (publisher, day)]
    return article.id, source_words.article_name(article), " · ".join((*known, counted(told, "finding")))


def draw() -> None:
    """Heading, search, and a row for each article, whose name leads to it."""
    st.markdown(f"## {say('Articles')}")
    sought = st.text_input(say("Search"), key=_SOUGHT, placeholder=say("Search titles, texts, publishers"),
                           icon=":material/search:", label_visibility="collapsed", max_chars=200, width=400,
                           on_change=_turn, args=(0,))
    store = shared().store()
    split = tuple(dict.fromkeys(sought.casefold().split()))
    with st.spinner(say("Looking through the articles …")):
        ids = found_at(store.url, store.version(), split) if split else _ids()
        if (source := st.query_params.get(_SOURCE)) is not None:
            ids = of_source_at(store.url, store.version(), source, ids)
    if source is not None:
        _of(source)
    if not ids:
        _nothing(split)
        return
    last = (len(ids) - 1) // PAGE
    at = max(0, min(last, int(st.session_state.get(_PAGE, 0))))
    st.caption(f"{counted(len(ids), 'article')}.")
    rows = rows_at(store.url, store.version(), spoken(), ids[at * PAGE:(at + 1) * PAGE])
    for number, (identity, name, line) in enumerate(rows):
        with st.container(key=f"article-row-{number}", horizontal=True, vertical_alignment="center"):
            st.page_link("article.py", label=parts.md(name), query_params={"id": identity}, width="stretch")
            parts.show(parts.line(line, css="dl-lines"))
    if last:
        _turning(at, last, len(ids))


def _of(source: str) -> None:
    """Whose articles these are, and the way back to all."""
    with st.container(horizontal=True, vertical_alignment="center", key="articles-source"):
        st.markdown(say("Articles of {name}", name=f"**{parts.md(source_label(source))}**"), width="content")
        st.button(say("All publishers"), key="articles-all", icon=":material/close:", on_click=_of_all)


def _of_all() -> None:
    st.query_params.pop(_SOURCE, None)
    _turn(0)


def _nothing(sought: tuple[str, ...]) -> None:
    if not sought and _SOURCE not in st.query_params:
        frame.no_articles()
        return
    if not sought:
        st.info(say("No article of this publisher is here."))
        return
    st.info(say("No article has all these words."))
    st.button(say("Clear the search"), on_click=_clear)


def _clear() -> None:
    st.session_state[_SOUGHT] = ""
    _turn(0)


def _turn(page: int) -> None:
    st.session_state[_PAGE] = page


def _turning(at: int, last: int, number: int) -> None:
    """Which rows these are, and the way to those before and after."""
    with st.container(horizontal=True, vertical_alignment="center", key="articles-pages"):
        st.button(say("Newest"), disabled=not at, on_click=_turn, args=(0,))
        st.button(say("Newer"), disabled=not at, on_click=_turn, args=(at - 1,))
        first, behind = f"{at * PAGE + 1:,}", f"{min(number, (at + 1) * PAGE):,}"
        st.caption(say("{first}–{last} of {all}", first=first, last=behind, all=f"{number:,}"), width="content")
        st.button(say("Older"), disabled=at == last, on_click=_turn, args=(at + 1,))
        st.button(say("Oldest"), disabled=at == last, on_click=_turn, args=(last,))


frame.run(draw)
