"""The place filter: a box that looks names up in the gazetteer while one types, with the number of events at each."""

from typing import Any

import streamlit as st

from geo import filters
from geo.filters import Filter
from geo.show import coverage
from geo.show.language import say, spoken, term
from geo.show.pages import parts
from geo.show.pages.parts import md
from geo.show.shared import Shared

STATE = "f-place"
WORDS = {
    "label": term("Country, province or town"), "none": term("No place of that name is known."),
    "anywhere": term("Anywhere"), "events": term("events"), "here": term("Now: "),
}


def draw(now: Filter, here: Shared) -> None:
    """The button, which names the place that is asked for, and its box."""
    name = here.place_name(now.place)
    said = {key: say(word) for key, word in WORDS.items()}
    with st.popover(say("Place: {name}", name=md(name[:24])) if name else say("Place"), key="pop-place"):
        data = {"words": said, "language": spoken(), "query": filters.query_string(now), "name": name}
        parts.component("placebox")(data=data, key="place-box", on_chosen_change=_choose)
        _few_places(here)


def _few_places(here: Shared) -> None:
    """What is not on the map may be missing from the gazetteer: the countries in play of which it knows little."""
    few = [row for row in here.coverage() if row.thin][:2]
    if few:
        said = say("; ").join(md(coverage.words(row)) for row in few)
        st.caption(say("{known}: few for the inhabitants. What lies in other villages is not on the map.",
                       known=said))  # fmt: skip
        st.page_link("places.py", label=say("More places"), icon=":material/location_on:")


def _choose() -> None:
    state: Any = st.session_state.get("place-box") or {}
    chosen = state.get("chosen")
    if isinstance(chosen, str):
        st.session_state[STATE] = chosen[:filters.TEXT_LIMIT]
