"""All articles, as a table; a row opens the article."""

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

from geo.records import Article, StoreError
from geo.show import words
from geo.show.language import counted, say, spoken
from geo.show.pages import parts
from geo.show.shared import shared

SHOWN_MOST = 500


@st.cache_data(max_entries=4, show_spinner=False)
def rows_at(version: int, language: str) -> list[dict[str, Any]]:
    """One row for each article of this version of the store, newest first, undated last; in the present language."""
    store = shared().store()
    events, movements = store.reported()
    told = Counter(i for e in events for i in e.article_ids) + Counter(i for r in movements for i in r.article_ids)
    ordered = sorted(store.articles().values(), key=_newest_first)
    return [
        {
            "id": a.id, say("Article"): words.article_name(a), say("Published"): a.published,
            say("Publisher"): words.article_facts(a)[0].text, say("How known"): _how(a),
            say("Events and routes"): told[a.id],
        }
        for a in ordered
    ]


def _newest_first(article: Article) -> tuple[bool, int, str]:
    return article.published is None, -(article.published.toordinal() if article.published else 0), article.id


def _how(article: Article) -> str:
    publisher, day = words.article_facts(article)
    known = say("publisher {how}", how=publisher.reason) if publisher.reason else ""
    return "; ".join(p for p in (known, say("date {how}", how=day.reason)) if p)


def draw() -> None:
    """Heading, table, and the page that a selected row leads to."""
    st.markdown(f"## {say('Articles')}")
    rows = rows_at(shared().store().version(), spoken())
    if not rows:
        st.info(say("No articles yet. Add files with `python -m geo ingest FILE…`, then reload this page."))
        return
    newest = say("The newest {n} are listed.", n=f"{SHOWN_MOST:,}") if len(rows) > SHOWN_MOST else ""
    st.caption(f"{counted(len(rows), 'article')}. {newest} {say('Select a row to read one.')}")
    frame = pd.DataFrame(rows[:SHOWN_MOST])
    chosen = st.dataframe(
        frame.drop(columns="id"), hide_index=True, on_select="rerun", selection_mode="single-row", key="articles",
        alt=say("All articles"),
    )
    if chosen["selection"]["rows"]:
        st.switch_page("article.py", query_params={"id": rows[chosen["selection"]["rows"][0]]["id"]})


try:
    draw()
except StoreError as error:
    st.error(parts.md(str(error)))
