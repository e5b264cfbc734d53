"""All articles, as a table; a row opens the article."""

from typing import Any

import pandas as pd
import streamlit as st

from geo.records import Article
from geo.show import words
from geo.show.language import counted, say, spoken
from geo.show.pages import frame
from geo.show.shared import shared

SHOWN_MOST = 500


@st.cache_data(max_entries=4, show_spinner=False)
def rows_at(version: int, language: str, sought: str) -> list[dict[str, Any]]:
    """One row for each article of this version of the store that has all words sought, newest first, undated last."""
    store = shared().store()
    told = store.reports_by_article()
    parts_sought = sought.casefold().split()
    found = (a for a in store.articles().values() if _has(a, parts_sought))
    ordered = sorted(found, key=_newest_first)
    return [
        {
            "id": a.id, say("Article"): words.article_name(a), say("Published"): a.published,
            say("Publisher"): words.article_facts(a)[0].text, say("How known"): _how(a),
            say("Events and routes"): told.get(a.id, 0),
        }
        for a in ordered
    ]


def _has(article: Article, sought: list[str]) -> bool:
    if not sought:
        return True
    text = f"{article.title}\n{article.source}\n{article.text}".casefold()
    return all(word in text for word in sought)


def _newest_first(article: Article) -> tuple[bool, int, str]:
    return article.published is None, -(article.published.toordinal() if article.published else 0), article.id


def _how(article: Article) -> str:
    publisher, day = words.article_facts(article)
    known = say("publisher {how}", how=publisher.reason) if publisher.reason else ""
    return say("; ").join(p for p in (known, say("date {how}", how=day.reason)) if p)


def draw() -> None:
    """Heading, table, and the page that a selected row leads to."""
    st.markdown(f"## {say('Articles')}")
    sought = st.text_input(say("Search"), key="articles-sought", placeholder=say("Search titles, texts, publishers"),
                           icon=":material/search:", label_visibility="collapsed", max_chars=200, width=400)
    rows = rows_at(shared().store().version(), spoken(), " ".join(sought.split()))
    if not rows and sought.strip():
        st.info(say("No article has all these words."))
        return
    if not rows:
        frame.no_articles()
        return
    newest = say("The newest {n} are listed.", n=f"{SHOWN_MOST:,}") if len(rows) > SHOWN_MOST else ""
    st.caption(f"{counted(len(rows), 'article')}. {newest} {say('Select a row to read one.')}")
    table = pd.DataFrame(rows[:SHOWN_MOST])
    chosen = st.dataframe(
        table.drop(columns="id"), hide_index=True, on_select="rerun", selection_mode="single-row", key="articles",
        alt=say("All articles"),
    )
    if chosen["selection"]["rows"]:
        st.switch_page("article.py", query_params={"id": rows[chosen["selection"]["rows"][0]]["id"]})


frame.run(draw)
