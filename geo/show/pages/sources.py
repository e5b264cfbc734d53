"""Every publisher: how much of it is here, over which span, and how well dates and names are known."""

from typing import Any

import pandas as pd
import streamlit as st

from geo.filters import NO_SOURCE
from geo.show import source_words, words
from geo.show.language import counted, say, spoken
from geo.show.pages import frame
from geo.show.shared import shared


@st.cache_data(max_entries=4, show_spinner=False)
def rows_at(version: int, language: str) -> list[dict[str, Any]]:
    """One row for each publisher of this version of the store, the one with most articles first."""
    ordered = sorted(shared().store().publishers(), key=lambda row: (-row.n_articles, row.name))
    return [
        {
            "source": row.name or NO_SOURCE,
            say("Publisher"): words.clean(row.name) or say(source_words.NOT_STATED),
            say("Articles"): row.n_articles,
            say("Reports of events"): row.n_events,
            say("Reports of movements"): row.n_routes,
            say("First"): row.first,
            say("Last"): row.last,
            say("Dated"): row.n_dated / row.n_articles,
            say("Name guessed"): row.n_guessed,
        }
        for row in ordered
    ]


def draw() -> None:
    """Heading, table, and the map of the selected publisher."""
    st.markdown(f"## {say('Sources')}")
    rows = rows_at(shared().store().version(), spoken())
    if not rows:
        frame.no_articles()
        return
    st.caption(f"{counted(len(rows), 'source')}. {say('Select a row to see its events on the map.')}")
    chosen = st.dataframe(
        pd.DataFrame(rows).drop(columns="source"), hide_index=True, on_select="rerun", selection_mode="single-row",
        key="sources", alt=say("All sources"), placeholder="–",
        column_config={
            say("Dated"): st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1, help=say("Share of its articles whose day is known")),
            say("Name guessed"): st.column_config.NumberColumn(
                help=say("Articles whose publisher is not stated but concluded, from the file's name for one")),
        },
    )
    st.caption(say("Reports are counted as the articles tell them, before several tellings of one event are joined."))
    if chosen["selection"]["rows"]:
        st.switch_page("map.py", query_params={"source": rows[chosen["selection"]["rows"][0]]["source"]})


frame.run(draw)
