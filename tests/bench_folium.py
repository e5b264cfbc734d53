"""The server of bench_folium_app.py: `streamlit run tests/bench_folium.py`."""

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from geo.show.webfiles import leaflet_folder

QUERY = """window.$ = (html) => {
  const box = document.createElement("div");
  box.innerHTML = html;
  return [box.firstChild];
};"""


def query(request: Request) -> Response:
    return Response(QUERY, media_type="text/javascript")


app = st.App("bench_folium_app.py", routes=[
    Route("/bench/query.js", query), Mount("/vendor/leaflet", StaticFiles(directory=leaflet_folder())),
])
