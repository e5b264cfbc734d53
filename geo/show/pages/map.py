"""The map page: one Filter drives map, cards, table, counts and export."""

from dataclasses import replace

import streamlit as st
from streamlit_folium import st_folium

from geo import filters
from geo.filters import Filter
from geo.records import StoreError
from geo.show import mapview
from geo.show.api import export_bytes
from geo.show.pages import filterbar, parts, rail
from geo.show.shared import Shared, shared

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
            st.download_button(
                "Export GeoJSON", data=lambda: export_bytes(here, asked), file_name="dateline.geojson",
                mime="application/geo+json", on_click="ignore", icon=":material/download:", key="export",
            )
    left, right = st.columns([2.95, 1], gap="small")
    with left, st.container(key="map-frame"):
        picked = show_map(asked, here)
    if picked and picked != chosen:
        st.session_state["chosen"] = chosen = picked
    with right:
        rail.draw(asked, here, chosen)
    filterbar.write_address(asked, chosen)


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
