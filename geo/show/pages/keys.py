"""Keys that Streamlit's button shortcuts do not know."""

import streamlit as st

from geo.show.webfiles import WEB

_component = st.components.v2.component(
    "dateline_key", js=(WEB / "key.mount.js").read_text("utf-8"), isolate_styles=False
)


def press(key: str, button: str) -> None:
    """From here on, while this page is open, the key presses the button of that Streamlit key; off while typing."""
    _component(key=f"key-{button}", data={"key": key, "button": button}, height=1)
