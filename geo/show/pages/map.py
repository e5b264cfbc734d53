"""The map page: one Filter drives map, timeline, list, table, counts and export.

All that stands in the map's frame is drawn by the layer script; Python hands it the filter, hears what was opened or
chosen there, and keeps the address.
"""

from datetime import date
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from geo import filters
from geo.filters import Filter
from geo.show import mapview
from geo.show.api import citation, export_bytes
from geo.show.export import FORMATS
from geo.show.language import say, spoken
from geo.show.pages import empty, filterbar, frame, parts, share, sheet
from geo.show.shared import SHOWN_MOST, Shared, shared

MAP_HEIGHT = 790  # pixels, where page.css does not rule (it fits the frame to the window)
MAP = "map"


def draw() -> None:
    """The whole page, from the address down."""
    here = shared()
    asked = filterbar.asked(here)
    if not parts.embedded():
        with st.container(key="filters", horizontal=True, vertical_alignment="center"):
            filterbar.search()
            number = filterbar.number_set(asked)
            sheet.part("button", number=number)
            with st.container(key="sheet", horizontal=True, vertical_alignment="center", width="stretch"):
                sheet.part("head")
                filterbar.row(asked, here)
                if number:
                    st.button(say("Clear all"), key="sheet-clear", on_click=filterbar.clear)
                with st.container(key="far", horizontal=True, horizontal_alignment="right", width="stretch"):
                    share.draw(asked, here)
                    export(asked, here)
                sheet.part("foot", found=int(here.mask(asked).sum()))
    with st.container(key="map-frame"):
        empty.draw(asked, here)
        show_map(asked, here)
    filterbar.write_address(asked)


def export(asked: Filter, here: Shared) -> None:
    """What is shown as a file of any format; each is made when its button is pressed, and not before."""
    cited, number = citation(here, asked, date.today())
    with st.popover(say("Export"), icon=":material/download:", key="pop-export"):
        st.caption(say("What the filter lets through, as a file."))
        for name, row in FORMATS.items():
            most = row.most or SHOWN_MOST
            too_many = None
            if number > most:
                too_many = say("At most {n} events and routes fit; narrow the filter.", n=f"{most:,}")
            st.download_button(
                f"**{say(row.label)}** · {say(row.use)}", data=partial(export_bytes, here, asked, name, date.today()),
                file_name=f"dateline.{name}", mime=row.media_type, on_click="ignore", key=f"export-{name}",
                type="tertiary", disabled=too_many is not None, help=too_many,
            )
        st.caption(say("Cite as: {citation}", citation=parts.md(cited)))


def show_map(asked: Filter, here: Shared) -> None:
    """The live map. Its command carries the filter, and what a link asks to be opened."""
    state = st.session_state
    if state.pop("fly", False):
        state["nonce"] = state.get("nonce", 0) + 1
    nonce = state.get("nonce", 0)  # 0: no link has asked for anything yet, and what is open was opened on the map
    opened = state.get("chosen", "") if nonce else ""
    command = {"do": "filter", "query": filters.query_string(asked), "open": opened, "nonce": nonce}
    st_folium(
        mapview.base_map(parts.theme(), here.settings.tiles, around=True, language=spoken()),
        height=MAP_HEIGHT, use_container_width=True, key=MAP, returned_objects=[], on_change=hear,
        feature_group_to_add=mapview.command(command),
    )


def hear() -> None:
    """What the map told: an event that was opened or closed, or a part of the filter that was chosen there."""
    told = st.session_state.get(MAP)
    if not isinstance(told, dict):
        return
    if isinstance(told.get("picked"), str):
        st.session_state["chosen"] = told["picked"]
    if isinstance(told.get("set"), dict):
        filterbar.put(told["set"], shared())


frame.run(draw)
