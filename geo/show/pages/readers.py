"""The readers of the page's own process, for the pages that read articles."""

import streamlit as st

from geo.locate import Tagger
from geo.pipeline import Tools
from geo.show.shared import Shared


@st.cache_resource(show_spinner=False)
def _tagger() -> Tagger:
    return Tagger.open()


def tools(here: Shared) -> Tools:
    """Loaded when the first article is read on the page; the gazetteer is the one the page looks names up in."""
    return Tools(here.gazetteer(), _tagger())
