"""Share: the address of what is seen, code to embed it, and the line to cite it by, each ready to copy.

The address is read in the browser when the box is opened: the map keeps its view there without the page running.
"""

from datetime import date

import streamlit as st

from geo.filters import Filter
from geo.show.api import citation
from geo.show.language import say, term
from geo.show.pages import parts
from geo.show.shared import Shared

WORDS = {
    "link": term("Link to what you see"), "embed": term("Code to embed it"), "cite": term("Cite it as"),
    "copy": term("Copy"), "copied": term("Copied"),
}


def draw(asked: Filter, here: Shared) -> None:
    """The button and its box."""
    cited, _ = citation(here, asked, date.today())
    with st.popover(say("Share"), icon=":material/link:", key="pop-share"):
        said = {key: say(word) for key, word in WORDS.items()}
        told = {"cite": cited, "words": said, "language": parts.chosen_language()}
        parts.component("share")(data=told, key="share-box")
