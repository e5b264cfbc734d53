"""Round every page: what cannot be used is said in a sentence, with what to do, in the place of the page."""

from collections.abc import Callable

import streamlit as st

from geo.records import GeoError, StoreError
from geo.show.fault_words import fault
from geo.show.language import say
from geo.show.pages import login
from geo.show.pages.parts import md
from geo.show.shared import shared


def run(draw: Callable[[], None]) -> None:
    """Draws the page once the store answers; a store that is being written may take its time."""
    try:
        with st.spinner(say("Opening the store …")):
            shared().store().version()
        draw()
    except StoreError as error:
        _say(say("The store of the articles cannot be used."), error)
    except GeoError as error:
        _say(say("This page cannot be shown."), error)


def _say(what: str, error: GeoError) -> None:
    st.error(f"**{md(what)}** {md(fault(str(error)))}", icon=":material/error:")
    st.button(say("Try again"), key="try-again", icon=":material/refresh:")


def failed(error: Exception) -> bool:
    """What nobody foresaw, in place of Streamlit's own box: that one may show a traceback, or links to other sites.

    The log has all of it, from Streamlit; `error` may hold what a reader should not see.
    """
    st.error(say("Something went wrong on this page. Try again; if it happens again, tell whoever runs this "
                 "Dateline: the cause stands in its log."), icon=":material/error:")  # fmt: skip
    return True


def no_articles() -> None:
    """What to do in an empty store."""
    if not login.may_edit():
        st.info(say("No articles yet."))
        return
    st.info(say("No articles yet. Add a file, a feed or paste a text; for a folder there is "
                "`python -m geo ingest FOLDER`."))
    st.page_link("add.py", label=say("Add articles"), icon=":material/add:")
