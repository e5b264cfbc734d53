"""Keys that Streamlit's button shortcuts do not know."""

from collections.abc import Mapping, Sequence

import streamlit as st

from geo.show.language import direction
from geo.show.webfiles import WEB

_component = st.components.v2.component(
    "dateline_key", js=(WEB / "key.mount.js").read_text("utf-8"), isolate_styles=False
)


def press(buttons: Mapping[str, str], panels: Sequence[str] = ()) -> None:
    """From here on, while this page is open, each key presses the button of that Streamlit key; off while typing.

    A small letter is the place where a Latin keyboard has it: it answers under layouts of other scripts, beside the
    button's own shortcut. "next" and "back" are the arrows along the line of reading, in an Arabic page the left one
    and the right one. Whenever one of the `panels` opens, the focus goes there.
    """
    told = {"keys": dict(buttons), "rtl": direction() == "rtl", "panels": list(panels)}
    _component(key="keys", data=told, height=1)
