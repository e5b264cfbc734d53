"""Filters on a phone: one button that says how many are set, and the sheet it opens, with a head and a foot.

On a wide window neither is seen and the same filters stand in a row; page.css tells the two apart.
"""

from typing import Any, Literal

import streamlit as st

from geo.show.language import counted, say, term
from geo.show.pages import parts

WORDS = {"filters": term("Filters"), "close": term("Close")}


def part(name: Literal["button", "head", "foot"], *, number: int = 0, found: int = 0) -> None:
    """One of the three; `number` filters are set, `found` events pass."""
    words = {key: say(word) for key, word in WORDS.items()}
    words |= {"set": say("{n} set", n=number), "show": say("Show {events}", events=counted(found, "event"))}
    data: dict[str, Any] = {"part": name, "number": number, "words": words}
    with st.container(key=f"sheet-{name}"):
        parts.component("sheet")(data=data, key=f"sheet-part-{name}")
