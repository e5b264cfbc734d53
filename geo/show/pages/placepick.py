"""One place chosen by hand: a runner-up, a name of the gazetteer, a spot on the small map, coordinates, or none.

What was chosen is read from the session when it is wanted, never handed to a button when it is drawn: whoever types a
name and presses Save at once gets what they typed.
"""

from functools import partial

import streamlit as st

from geo.records import LonLat, Place, Where
from geo.show import place_kinds, putright
from geo.show.language import say
from geo.show.pages import choices, parts, smallmap
from geo.show.shared import Shared

NO_PLACE = ""
"""The choice of none."""
PIN = "own:pin-"
"""Begins the id of a spot that a person gave."""


def draw(here: Shared, key: str, before: Where | None, glyph: str, *, none: str) -> None:
    """Map, places to choose from, and coordinates; `none` says what it means to choose none of them.

    Everything is kept under names that begin with `key`, also while another place is being chosen.
    """
    state = st.session_state
    _begin(key, before)
    _take_typed(key, before)
    smallmap.draw(f"{key}-map", _points(key, before, glyph), heard=partial(_heard, here, key, before))
    state[f"{key}-place"] = state[f"{key}-kept"]
    labels = {i: _label(i, place) for i, place in state[f"{key}-places"].items()} | {NO_PLACE: none}
    state[f"{key}-kept"] = st.radio(say("Place"), [*labels], key=f"{key}-place", on_change=_picked, args=(key,),
                                    format_func=choices.distinct(labels, labels.__getitem__))
    if state[f"{key}-kept"].startswith(PIN):
        state.setdefault(f"{key}-name", state.get(f"{key}-name-kept", ""))
        state[f"{key}-name-kept"] = st.text_input(say("Name of this spot"), key=f"{key}-name",
                                                  max_chars=putright.WORDS_MOST)
    st.text_input(say("Or coordinates: latitude, longitude"), key=f"{key}-at", placeholder="35.6731, 43.2742",
                  max_chars=60)
    if state.get(f"{key}-wrong"):
        st.caption(f":red[{parts.md(say('That is no latitude and longitude in degrees, as in 35.67, 43.27.'))}]")


def chosen(key: str, before: Where | None) -> Where | None:
    """What is chosen at this moment; `before` itself where nothing was changed or ever drawn."""
    state = st.session_state
    if f"{key}-places" not in state:
        return before
    _picked(key)
    _take_typed(key, before)
    place: Place | None = state[f"{key}-places"].get(state[f"{key}-kept"])
    return _where(place, before, str(state.get(f"{key}-name", state.get(f"{key}-name-kept", ""))))


def _begin(key: str, before: Where | None) -> None:
    state = st.session_state
    if f"{key}-places" not in state:
        known = (before.place, *before.alternatives) if before else ()
        state[f"{key}-places"] = {p.gazetteer_id: p for p in known}
        state[f"{key}-kept"] = before.place.gazetteer_id if before else NO_PLACE


def _picked(key: str) -> None:
    """Takes over what the radio says, where it is drawn."""
    state = st.session_state
    if f"{key}-place" in state:
        state[f"{key}-kept"] = state[f"{key}-place"]


def _take_typed(key: str, before: Where | None) -> None:
    """Coordinates typed since the last time become the chosen spot."""
    state = st.session_state
    text = str(state.get(f"{key}-at", "")).strip()
    if text == state.get(f"{key}-at-taken", ""):
        return
    state[f"{key}-at-taken"] = text
    point = putright.read_point(text)
    state[f"{key}-wrong"] = bool(text) and point is None
    if point is not None:
        _add(key, putright.at_point(point, "", before).place)


def _heard(here: Shared, key: str, before: Where | None, told: smallmap.Told) -> None:
    """Takes over what was done on the map."""
    if told.moved is not None:
        _add(key, putright.at_point(told.moved, "", before).place)
    elif told.found and (place := st.session_state[f"{key}-places"].get(told.found) or
                         here.gazetteer().get(told.found)):
        _add(key, place)


def _add(key: str, place: Place) -> None:
    """Chooses it; a spot takes the place of an earlier one."""
    state = st.session_state
    spot = place.gazetteer_id.startswith(PIN)
    kept = {i: p for i, p in state[f"{key}-places"].items() if not (spot and i.startswith(PIN))}
    state[f"{key}-places"] = {**kept, place.gazetteer_id: place}
    state[f"{key}-kept"] = place.gazetteer_id
    state.pop(f"{key}-place", None)


def _points(key: str, before: Where | None, glyph: str) -> list[dict[str, object]]:
    places: dict[str, Place] = st.session_state[f"{key}-places"]
    pick = places.get(st.session_state[f"{key}-kept"])
    where = _where(pick, before, "")
    if pick is None or where is None:
        return [smallmap.other(p) for p in places.values()]
    others = [smallmap.other(p) for i, p in places.items() if i != pick.gazetteer_id]
    return [smallmap.chosen(where, glyph), *others[:smallmap.OTHERS_MOST]]


def _label(identity: str, place: Place) -> str:
    if identity.startswith(PIN):
        return say("The spot on the map: {lat}, {lon}", lat=f"{place.point.lat:.4f}", lon=f"{place.point.lon:.4f}")
    return parts.md(place_kinds.line(place))


def _where(place: Place | None, before: Where | None, name: str) -> Where | None:
    """The same record where nothing was changed."""
    if place is None:
        return None
    if before is not None and place.gazetteer_id == before.place.gazetteer_id:
        return before
    if place.gazetteer_id.startswith(PIN):
        return putright.at_point(LonLat(*place.point), name, before)
    return putright.at_place(place, before)
