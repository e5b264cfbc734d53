"""Over the map where nothing is shown: what to do when nothing is kept yet, or which filter emptied it."""

from dataclasses import replace

import streamlit as st

from geo.filters import Filter
from geo.show import words
from geo.show.language import counted, say
from geo.show.pages import filterbar, frame, parts
from geo.show.shared import Shared


def draw(asked: Filter, here: Shared) -> None:
    """Nothing at all where something is shown."""
    if here.mask(asked).any() or here.store().count_routes(asked):
        return
    with st.container(key="nothing", border=True):
        if not len(here.snapshot().ids) and here.store().counts()["articles"] == 0:
            frame.no_articles()
        else:
            _blame(asked, here)


def _blame(asked: Filter, here: Shared) -> None:
    """Names the part of the filter without which most would be there, and offers to drop it."""
    gains = {}
    for field in asked.given:
        fewer = replace(asked, **{field: getattr(Filter(), field)})
        gains[field] = (int(here.mask(fewer).sum()), here.store().count_routes(fewer))
    best = max(gains, key=lambda f: gains[f], default="")
    if best and any(gains[best]):
        both = zip(gains[best], ("event", "route"), strict=True)
        st.info(say("Nothing matches. Without *{part}* there would be {found}.",
                    part=parts.md(filterbar.phrase(best, here.spoken(asked))),
                    found=words.listed(counted(n, noun) for n, noun in both if n)))
        st.button(say("Drop it"), on_click=filterbar.clear, args=(best,))
    else:
        st.info(say("Nothing matches.") if asked.given else say("These articles report no event that can be shown."))
    if asked.given:
        st.button(say("Clear all"), on_click=filterbar.clear)
