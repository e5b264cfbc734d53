"""What a plain folium page does: one Marker with a Popup for each event. Run by bench_page.py beside our own page.

Leaflet and the little of jQuery that folium's popups use come from this server, for the benchmark has no network.
"""

import os
from itertools import islice

import folium
import streamlit as st
from streamlit_folium import st_folium

from geo.keep import Store

NUMBER = int(os.environ.get("BENCH_MARKERS", "1000"))


@st.cache_resource
def events() -> list[tuple[float, float, str, str]]:
    store = Store.open(os.environ["DATELINE_STORE"])
    rows = [(r.lat or 0.0, r.lon or 0.0, r.title, r.event_type) for r in islice(store.light_rows(), NUMBER)]
    store.close()
    return rows


class Map(folium.Map):
    default_js = (("leaflet", "/vendor/leaflet/leaflet.js"), ("jquery", "/bench/query.js"))
    default_css = (("leaflet", "/vendor/leaflet/leaflet.css"),)


chosen = st.selectbox("Type", ["all", *sorted({row[3] for row in events()})], key="type")
shown = Map(location=(34.8, 40.0), zoom_start=6, tiles=None, maxZoom=18)
for lat, lon, title, kind in events():
    if chosen in ("all", kind):
        folium.Marker((lat, lon), popup=folium.Popup(title)).add_to(shown)
st_folium(shown, height=690, use_container_width=True, returned_objects=[], key="map")
