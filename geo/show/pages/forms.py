"""The forms that put a finding right: an event's type, status, date and place; a route's status, date and ends.

What is saved is what the fields hold when Save is pressed, read from the session then: buttons are drawn before the
last field is left, and whoever is quick would lose what they typed last.
"""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import streamlit as st

from geo import lexicon
from geo.records import Act, Correction, DatePrecision, Ends, Event, Route, RouteStatus, Status, When, Where
from geo.show import putright, review_words, words
from geo.show.details import ROUTE_GLYPH, type_and_glyph
from geo.show.language import say, term
from geo.show.pages import acts, choices, parts, placepick
from geo.show.shared import Shared

Done = Callable[[list[Correction]], None]


class Role(StrEnum):
    """What an end is to its route."""

    ORIGIN = "origin"
    WAYPOINT = "waypoint"
    DESTINATION = "destination"


ROLES = {Role.ORIGIN: term("From"), Role.WAYPOINT: term("Via"), Role.DESTINATION: term("To")}
MORE = {Role.ORIGIN: term("Add an origin"), Role.WAYPOINT: term("Add a stop"), Role.DESTINATION: term("Add a goal")}
TURNED = {Role.ORIGIN: Role.DESTINATION, Role.WAYPOINT: Role.WAYPOINT, Role.DESTINATION: Role.ORIGIN}


class End(NamedTuple):
    """An end of the form: its place is chosen under `key`."""

    key: str
    role: Role
    before: Where | None


def draw(here: Shared, found: Event | Route, done: Done) -> None:
    """The form, if this is what is being edited; `done` gets what was put right."""
    if acts.editing() != found.id:
        return
    key = f"edit-{found.id}"
    now, found = found, st.session_state.setdefault(f"{key}-before", found)
    with st.container(border=True, key="panel-edit"):
        st.markdown(f"**{say('Put it right')}**")
        if _facts(now) != _facts(found):
            st.info(say("Somebody put this right meanwhile. What you do not change stays as they left it."))
        if isinstance(found, Event):
            _event(here, found, key)
        else:
            _route(here, found, key)
        save, leave = st.columns(2)
        save.button(say("Save"), type="primary", key="act-save", on_click=_save, width="stretch",
                    args=(here, now, done))
        leave.button(say("Cancel"), key="act-cancel", on_click=acts.edit, args=("",), width="stretch")


def _facts(found: Event | Route) -> tuple[object, ...]:
    """What the form can change."""
    if isinstance(found, Event):
        return found.event_type, found.status, found.when, found.where
    return found.status, found.when, found.origins, found.waypoints, found.destinations, found.certain_direction


def _event(here: Shared, found: Event, key: str) -> None:
    types = [*lexicon.types().types]
    index = types.index(found.event_type) if found.event_type in types else 0
    kind, status = st.columns(2, gap="small")
    kind.selectbox(say("Type"), types, index=index, format_func=lambda t: type_and_glyph(t)[0], key=f"{key}-type")
    _status(status, found, key)
    _dates(found.when, key)
    placepick.draw(here, key, found.where, type_and_glyph(found.event_type)[1], none=say("No place is stated"))


def _status(column: st.delta_generator.DeltaGenerator, found: Event | Route, key: str) -> None:
    known = [*type(found.status)]
    column.selectbox(say("Status"), known, index=known.index(found.status), key=f"{key}-status",
                     format_func=words.status_words)


# --- dates


def _dates(when: When, key: str) -> None:
    first, last, exactly = st.columns(3, gap="small")
    bounds = {"min_value": date.min, "max_value": date.max, "format": "YYYY-MM-DD"}
    first.date_input(say("First day"), value=when.start, key=f"{key}-start", **bounds)  # type: ignore[call-overload]
    last.date_input(say("Last day"), value=when.end, key=f"{key}-end", **bounds)  # type: ignore[call-overload]
    exactly.selectbox(
        say("Known"), [*review_words.PRECISIONS], index=_index(when), key=f"{key}-precision",
        format_func=lambda p: say(review_words.PRECISIONS[p]),
    )


def _index(when: When) -> int:
    known = [*review_words.PRECISIONS]
    return known.index(when.precision) if when.precision in known else 0


def _when(when: When, key: str) -> When:
    """The dates as given; the same record where nothing was changed."""
    state = st.session_state
    start: date | None = state[f"{key}-start"]
    end: date | None = state[f"{key}-end"]
    precision: DatePrecision = state[f"{key}-precision"]
    same = precision == [*review_words.PRECISIONS][_index(when)] or when.start is None
    return when if (start, end) == (when.start, when.end) and same else putright.days(start, end, precision)


# --- the ends of a route


def _route(here: Shared, found: Route, key: str) -> None:
    state = st.session_state
    if f"{key}-ends" not in state:
        sides = zip(Role, (found.origins, found.waypoints, found.destinations), strict=True)
        every = [(role, where) for role, wheres in sides for where in wheres]
        state[f"{key}-ends"] = [End(f"{key}-end-{n}", role, where) for n, (role, where) in enumerate(every)]
        state[f"{key}-certain-kept"] = found.certain_direction
        state[f"{key}-which-kept"] = 0
    _status(st, found, key)  # type: ignore[arg-type]
    _dates(found.when, key)
    ends: list[End] = state[f"{key}-ends"]
    state[f"{key}-which"] = state[f"{key}-which-kept"]
    at: int = st.radio(say("Ends"), range(len(ends)), key=f"{key}-which", on_change=_chose, args=(key,),
                       format_func=choices.distinct(range(len(ends)), lambda n: _end_words(ends[n])))
    with st.container(key="route-ends", horizontal=True, gap="xsmall"):
        for role, label in MORE.items():
            st.button(say(label), key=f"act-add-{role}", icon=":material/add:", on_click=_add, args=(key, role))
        st.button(say("Turn it round"), key="act-turn", icon=":material/swap_horiz:", on_click=_turn, args=(key,))
    placepick.draw(here, ends[at].key, ends[at].before, ROUTE_GLYPH, none=say("Leave this end out"))
    state[f"{key}-certain"] = state[f"{key}-certain-kept"]
    st.checkbox(say("The direction is certain"), key=f"{key}-certain", on_change=_chose, args=(key,))


def _end_words(end: End) -> str:
    where = placepick.chosen(end.key, end.before)
    name = words.place_line(where.place) if where else say("left out")
    return f"{say(ROLES[end.role])}: {parts.md(name)}"


def _chose(key: str) -> None:
    for name in ("which", "certain"):
        st.session_state[f"{key}-{name}-kept"] = st.session_state[f"{key}-{name}"]


def _add(key: str, role: Role) -> None:
    state = st.session_state
    ends: list[End] = state[f"{key}-ends"]
    state[f"{key}-ends"] = [*ends, End(f"{key}-end-{len(ends)}", role, None)]
    state[f"{key}-which-kept"] = len(ends)


def _turn(key: str) -> None:
    """From is to, and to is from; whoever says so is certain of it."""
    state = st.session_state
    state[f"{key}-ends"] = [end._replace(role=TURNED[end.role]) for end in state[f"{key}-ends"]]
    state[f"{key}-certain-kept"] = True


def _ends(found: Route, key: str) -> Ends:
    state = st.session_state
    sides: dict[Role, dict[str, Where]] = {role: {} for role in Role}
    for end in state[f"{key}-ends"]:
        if where := placepick.chosen(end.key, end.before):
            sides[end.role].setdefault(where.place.gazetteer_id, where)
    certain = bool(state.get(f"{key}-certain", found.certain_direction))
    origins, waypoints, goals = (tuple(sides[role].values()) for role in Role)
    return Ends(origins, waypoints, goals, certain)


# --- saving


def _save(here: Shared, found: Event | Route, done: Done) -> None:
    key, ids = f"edit-{found.id}", putright.members_of(found)
    if acts.editing() != found.id:
        return  # pressed twice
    # What was changed since the form was opened: by the reader, that is, and not by whoever was there meanwhile.
    found = st.session_state[f"{key}-before"]
    status: Status | RouteStatus = st.session_state[f"{key}-status"]
    when, entries = _when(found.when, key), []
    if isinstance(found, Event):
        kind, where = str(st.session_state[f"{key}-type"]), placepick.chosen(key, found.where)
        if kind != found.event_type:
            entries.append(acts.attempt(here, Act.RETYPE, ids, event_type=kind))
        if where != found.where:
            entries.append(acts.attempt(here, Act.MOVE, ids, where=where))
    else:
        entries += _save_ends(here, found, _ends(found, key), ids)
    if status != found.status:
        entries.append(acts.attempt(here, Act.RESTATUS, ids, status=status.value))
    if when != found.when:
        entries.append(acts.attempt(here, Act.REDATE, ids, when=when))
    kept = [entry for entry in entries if entry]
    if len(kept) == len(entries):
        acts.edit("")
    if kept:
        done(kept)


def _save_ends(here: Shared, found: Route, given: Ends, ids: Iterable[str]) -> list[Correction | None]:
    """Nothing where all is as it was; a route that only turned round is told as that."""
    before = Ends(found.origins, found.waypoints, found.destinations, found.certain_direction)
    if given == before:
        return []
    if (given.origins, given.destinations) == (before.destinations, before.origins) and given.certain_direction and (
        given.waypoints == before.waypoints
    ):
        return [acts.attempt(here, Act.REVERSE, ids)]
    return [acts.attempt(here, Act.ENDS, ids, ends=given)]
