"""What Dateline is, what it rests on, and under which licences."""

import streamlit as st

from geo import __version__
from geo.show import coverage
from geo.show.language import say, term
from geo.show.pages import frame, parts
from geo.show.shared import shared
from geo.show.webfiles import WEB

_COUNTS = {
    "articles": term("Articles"), "mentions": term("Names of places in them"), "places": term("Places"),
    "reported_events": term("Reports of events"), "reported_routes": term("Reports of movements"),
    "events": term("Events"), "routes": term("Routes"), "quarantined": term("Inputs that could not be read"),
}
SOURCES = WEB.parent / "SOURCES.md"


def draw() -> None:
    """Purpose, counts and sources."""
    with st.container(key="prose"):
        _prose()


def _prose() -> None:
    st.markdown(f"## {say('About Dateline')}")
    st.markdown(say(
        "Dateline reads news articles, works out which places they mean, and puts the reported events and movements "
        "on a map. Every pin shows the sentence that put it there, how exactly place and date are known, and who is "
        "cited. What is not known is said to be unknown; nothing is filled in."
    ))
    counts = shared().store().counts()
    parts.show(parts.facts((say(_COUNTS[name]), f"{n:,}", "") for name, n in counts.items()))
    parts.show(parts.facts((row.code, coverage.words(row), "") for row in shared().coverage()))
    st.page_link("places.py", label=say("More places"), icon=":material/location_on:")
    st.markdown(f"### {say('Data and licences')}")
    st.markdown(say(
        "- Place names: [GeoNames](https://www.geonames.org/) and, of Syria, [UCDP GED](https://ucdp.uu.se/), "
        "both CC BY 4.0; our own additions.\n"
        "- 93 places of Iraq, in a file apart: Wikipedia contributors, [Module:Iraqi insurgency detailed map]"
        "(https://en.wikipedia.org/wiki/Module:Iraqi_insurgency_detailed_map), CC BY-SA 4.0, changed.\n"
        "- Base map: [Natural Earth](https://www.naturalearthdata.com/), public domain.\n"
        "- Map: [Leaflet](https://leafletjs.com/), BSD 2-Clause, through folium and streamlit-folium, MIT.\n"
        "- Dateline itself: Apache 2.0. The texts of the articles belong to their publishers."
    ))
    if SOURCES.is_file():
        with st.expander(say("Every file of data, its origin and licence")), st.container(key="licences"):
            st.markdown(SOURCES.read_text("utf-8"))
    st.caption(say("Dateline {version}. All files it needs are served by itself; nothing is fetched from elsewhere.",
                   version=__version__))


frame.run(draw)
