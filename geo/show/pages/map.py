"""The map page: one Filter drives map, cards, table, counts and export."""

from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from geo import filters
from geo.filters import Filter
from geo.records import StoreError
from geo.show import mapview
from geo.show.api import citation, export_bytes
from geo.show.export import FORMATS
from geo.show.pages import filterbar, parts, rail
from geo.show.shared import SHOWN_MOST, Shared, shared

MAP_HEIGHT = 690  # pixels, where page.css does not rule (it fits the map to the window)


def draw() -> None:
    """The whole page, from the address down."""
    here = shared()
    snapshot = here.snapshot()
    asked = filterbar.asked(here)
    chosen = st.session_state.get("chosen", "")
    with st.container(key="filters", horizontal=True, vertical_alignment="center"):
        others = replace(asked, types=())
        filterbar.row(asked, snapshot.facets(snapshot.mask(others, here.text_ids(others))), here)
        with st.container(key="far", horizontal=True, horizontal_alignment="right", width="stretch"):
            export(asked, here)
    left, right = st.columns([2.95, 1], gap="small")
    with left, st.container(key="map-frame"):
        picked = show_map(asked, here)
    if picked and picked != chosen:
        st.session_state["chosen"] = chosen = picked
    with right:
        rail.draw(asked, here, chosen)
    filterbar.write_address(asked, chosen)


def export(asked: Filter, here: Shared) -> None:
    """What is shown as a file of any format; each is made when its button is pressed, and not before."""
    cited, number = citation(here, asked, date.today())
    with st.popover("Export", icon=":material/download:", key="pop-export"):
        st.caption("What the filter lets through, as a file.")
        for name, row in FORMATS.items():
            most = row.most or SHOWN_MOST
            too_many = f"At most {most:,} events and routes fit; narrow the filter." if number > most else None
            st.download_button(
                f"**{row.label}** · {row.use}", data=partial(export_bytes, here, asked, name, date.today()),
                file_name=f"dateline.{name}", mime=row.media_type, on_click="ignore", key=f"export-{name}",
                type="tertiary", disabled=too_many is not None, help=too_many,
            )
        st.caption(f"Cite as: {parts.md(cited)}")


def show_map(asked: Filter, here: Shared) -> str:
    """The live map; returns the id picked on it in this run, "" for none."""
    state = st.session_state
    query = filters.query_string(asked)
    command: dict[str, object] = {"do": "filter", "query": query}
    if state.pop("fly", False):
        state["nonce"] = state.get("nonce", 0) + 1
        state["flown"] = state.get("chosen", "")
    if state.get("flown"):
        command["open"] = state["flown"]
    value = st_folium(
        mapview.base_map(parts.theme(), here.settings.tiles), height=MAP_HEIGHT, use_container_width=True, key="map",
        returned_objects=[], feature_group_to_add=mapview.command({"nonce": state.get("nonce", 0), **command}),
    )
    told = value if isinstance(value, dict) else {}
    pick = (str(told.get("picked") or ""), told.get("nonce"))
    if not pick[0] or pick == state.get("last-pick"):
        return ""  # the component repeats its last value on every run
    state["last-pick"] = pick
    return pick[0]


try:
    draw()
except StoreError as error:
    st.error(parts.md(str(error)))
