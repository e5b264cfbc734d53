"""Entry script: the frame round every page. Streamlit runs it anew for each click."""

import importlib.util
import sys
from pathlib import Path
from typing import Literal

import streamlit as st

if importlib.util.find_spec("geo") is None:  # run on its own, Streamlit puts only this folder on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo.show import language
from geo.show.language import say
from geo.show.pages import login, parts
from geo.show.shared import shared
from geo.show.webfiles import WEB

LOGO = str(WEB / "logo.svg")

language.speak(parts.language())
st.set_page_config(page_title="Dateline", page_icon=LOGO, layout="wide", initial_sidebar_state="collapsed")
parts.styles()
st.logo(str(WEB / f"wordmark-{parts.theme()}.svg"), size="large")
to_editors: Literal["visible", "hidden"] = "visible" if login.may_edit() else "hidden"
leaving = [
    st.Page(login.log_out, title=say("Log out"), icon=":material/logout:", url_path="log-out"),
] if login.can_log_out() else []
page = st.navigation(
    [
        st.Page("map.py", title=say("Map"), icon=":material/map:", default=True),
        st.Page("articles.py", title=say("Articles"), icon=":material/article:"),
        st.Page("event.py", title=say("Event"), icon=":material/push_pin:", visibility=parts.while_open("event")),
        st.Page("article.py", title=say("Article"), icon=":material/description:",
                visibility=parts.while_open("article")),
        st.Page("sources.py", title=say("Sources"), icon=":material/newspaper:"),
        st.Page("add.py", title=say("Add"), icon=":material/add:", visibility=to_editors),
        st.Page("review.py", title=say("Review"), icon=":material/rate_review:", visibility=to_editors),
        st.Page("places.py", title=say("Places"), icon=":material/location_on:"),
        st.Page("about.py", title=say("About"), icon=":material/info:"),
        *leaving,
        *(parts.change_to(code) for code in language.languages() if code != language.spoken()),
    ],
    position="top",
)
if not shared().settings.served:
    st.warning(say("This page runs without its data routes: the map stays empty. "
                   "Start it with `streamlit run app.py`."))
page.run()
