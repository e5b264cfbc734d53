"""Every publisher: how much of it is here, over which span, and how well it tells of days, places and events."""

from typing import Any

import streamlit as st

from geo.show import source_table
from geo.show.language import counted, say, spoken
from geo.show.pages import frame, parts
from geo.show.shared import shared


@st.cache_data(max_entries=4, show_spinner=False)
def table_at(url: str, version: int, language: str) -> dict[str, Any]:
    """What the table of this version of the store shows."""
    return source_table.table(shared().store().publishers())


def draw() -> None:
    """Heading, table, and the way to the events or the articles of one publisher."""
    st.markdown(f"## {say('Sources')}")
    store = shared().store()
    table = table_at(store.url, store.version(), spoken())
    if not table["rows"]:
        frame.no_articles()
        return
    said = [counted(len(table["rows"]), "source") + "."]
    if aside := len(store.quarantined()):
        said.append(say("Set aside, because they could not be read: {n}.", n=f"{aside:,}"))
    st.caption(" ".join(said))
    told = parts.component("sources")(data=table, key="sources", on_chosen_change=_nothing)
    if chosen := told.get("chosen"):
        st.switch_page("articles.py" if chosen["page"] == "articles" else "map.py",
                       query_params={"source": str(chosen["source"])})


def _nothing() -> None:
    """What was chosen is read where the table is drawn: a callback cannot turn to another page."""


frame.run(draw)
