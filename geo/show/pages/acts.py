"""The acts that put a finding right, as the event and the review page offer them; each is kept with who and why."""

from collections.abc import Callable, Iterable
from datetime import date

import streamlit as st

from geo import lexicon
from geo.records import Act, Correction, DatePrecision, Event, GeoError, LonLat, Place, Route, When, Where
from geo.show import putright, review_words, words
from geo.show.details import type_and_glyph
from geo.show.language import say
from geo.show.pages import login, parts, smallmap
from geo.show.shared import Shared

NO_PLACE = ""
"""The choice "no place is stated"."""
_PROBLEM, _WHO, _WHY, _EDITING = "act-problem", "act-who", "act-why", "editing"


# --- who and why


def who_and_why() -> None:
    """Two fields that stand with every act; the name stays for the session, the note is for the next act only.

    A reader is told why no act stands there.
    """
    if not login.editors_only(say("Only editors may put findings right.")):
        return
    state = st.session_state
    if state.pop("act-noted", False):
        state[_WHY] = ""
    left, right = st.columns([1, 2], gap="small")
    if login.name():  # who logged in signs with the name that was proven, and with no other
        left.text_input(say("Your name, for the log"), value=login.name(), disabled=True, key="act-who-known")
    else:
        state.setdefault(_WHO, state.get("kept-who", ""))
        left.text_input(say("Your name, for the log"), key=_WHO, max_chars=putright.WORDS_MOST,
                        placeholder=say("Kept with what you do"))
    right.text_input(say("Note for the log (optional)"), key=_WHY, max_chars=putright.WORDS_MOST,
                     placeholder=say("Why? Kept with your name and the time"))
    # What a page does not draw, Streamlit forgets: these two are wanted on the next page, too.
    state["kept-who"] = _who()


def _who() -> str:
    return login.name() or str(st.session_state.get(_WHO, ""))


def problem() -> None:
    """What kept the last act from being done."""
    if told := st.session_state.pop(_PROBLEM, ""):
        st.error(parts.md(told))


def attempt(here: Shared, act: Act, ids: Iterable[str], **more: object) -> Correction | None:
    """Does it, in the name of who gave theirs; None, and `problem` tells, when it could not be done."""
    state = st.session_state
    if not login.may_edit():
        state[_PROBLEM] = say("Only editors may put findings right.")
        return None
    try:
        entry = putright.correct(here, act, ids, who=_who(), why=str(state.get(_WHY, "")),
                                 **more)  # type: ignore[arg-type]
    except GeoError as error:
        state[_PROBLEM] = str(error)
        return None
    state["act-noted"] = True
    return entry


def do(here: Shared, act: Act, ids: Iterable[str], **more: object) -> None:
    """`attempt`, as a button's callback."""
    attempt(here, act, ids, **more)


# --- the form


def editing() -> str:
    """The id of what is being edited, "" for nothing."""
    return str(st.session_state.get(_EDITING, ""))


def edit(identity: str) -> None:
    """Opens the form for it, "" closes it; what was begun is forgotten."""
    st.session_state[_EDITING] = identity
    for key in [k for k in st.session_state if str(k).startswith("edit-")]:
        del st.session_state[key]


def form(here: Shared, found: Event, done: Callable[[list[Correction]], None]) -> None:
    """Type, date and place of an event to be changed; `done` gets what was put right."""
    state, key = st.session_state, f"edit-{found.id}"
    with st.container(border=True, key="panel-edit"):
        st.markdown(f"**{say('Put it right')}**")
        types = [*lexicon.types().types]
        index = types.index(found.event_type) if found.event_type in types else 0
        kind = st.selectbox(say("Type"), types, index=index, format_func=lambda t: type_and_glyph(t)[0],
                            key=f"{key}-type")
        when = _dates(found.when, key)
        _choices(found, key)
        told = smallmap.draw(f"{key}-map", _points(found, key), editable=True)
        if _heard(here, found, told, key):
            st.rerun()
        labels = {i: _place_label(i, p) for i, p in state[f"{key}-places"].items()}
        labels[NO_PLACE] = say("No place is stated")
        chosen = st.radio(say("Place"), [*labels], key=f"{key}-place", format_func=labels.__getitem__)
        name = ""
        if chosen.startswith("own:pin-"):
            name = st.text_input(say("Name of this spot"), key=f"{key}-name", max_chars=putright.WORDS_MOST)
        where = _where(state[f"{key}-places"].get(chosen), found.where, name)
        save, leave = st.columns(2)
        save.button(say("Save"), type="primary", key="act-save", on_click=_save, width="stretch",
                    args=(here, found, kind, when, where, done))
        leave.button(say("Cancel"), key="act-cancel", on_click=edit, args=("",), width="stretch")


def _dates(when: When, key: str) -> When:
    """The dates as given; the same record where nothing was changed."""
    first, last, exactly = st.columns(3, gap="small")
    bounds = {"min_value": date.min, "max_value": date.max, "format": "YYYY-MM-DD"}
    start = first.date_input(say("First day"), value=when.start, key=f"{key}-start", **bounds)  # type: ignore[call-overload]
    end = last.date_input(say("Last day"), value=when.end, key=f"{key}-end", **bounds)  # type: ignore[call-overload]
    known = [*review_words.PRECISIONS]
    index = known.index(when.precision) if when.precision in known else 0
    precision: DatePrecision = exactly.selectbox(
        say("Known"), known, index=index, key=f"{key}-precision",
        format_func=lambda p: say(review_words.PRECISIONS[p]),
    )
    if (start, end) == (when.start, when.end) and (precision == when.precision or when.start is None):
        return when
    return putright.days(start, end, precision)


def _choices(found: Event, key: str) -> None:
    """The places to choose from, kept while the form is open: what was chosen, the runners-up, what was added."""
    state = st.session_state
    if f"{key}-places" not in state:
        known = (found.where.place, *found.where.alternatives) if found.where else ()
        state[f"{key}-places"] = {p.gazetteer_id: p for p in known}
        state[f"{key}-place"] = found.where.place.gazetteer_id if found.where else NO_PLACE


def _points(found: Event, key: str) -> list[dict[str, object]]:
    state = st.session_state
    chosen: Place | None = state[f"{key}-places"].get(state[f"{key}-place"])
    if chosen is None:
        return [smallmap.other(p) for p in state[f"{key}-places"].values()]
    where = _where(chosen, found.where, "")
    assert where is not None
    others = [smallmap.other(p) for i, p in state[f"{key}-places"].items() if i != chosen.gazetteer_id]
    return [smallmap.chosen(where, type_and_glyph(found.event_type)[1]), *others[:smallmap.OTHERS_MOST]]


def _heard(here: Shared, found: Event, told: smallmap.Told, key: str) -> bool:
    """Takes over what was done on the map; whether anything was."""
    place: Place | None = None
    if told.moved is not None:
        place = putright.at_point(told.moved, "", found.where).place
    elif told.found:
        place = st.session_state[f"{key}-places"].get(told.found) or here.gazetteer().get(told.found)
    if place is None or st.session_state.get(f"{key}-heard") == (told, place.gazetteer_id):
        return False
    st.session_state[f"{key}-heard"] = (told, place.gazetteer_id)
    dragged = place.gazetteer_id.startswith("own:pin-")
    kept = {i: p for i, p in st.session_state[f"{key}-places"].items() if not (dragged and i.startswith("own:pin-"))}
    st.session_state[f"{key}-places"] = {**kept, place.gazetteer_id: place}
    st.session_state[f"{key}-place"] = place.gazetteer_id
    return True


def _place_label(identity: str, place: Place) -> str:
    if identity.startswith("own:pin-"):
        return say("The spot on the map: {lat}, {lon}", lat=f"{place.point.lat:.4f}", lon=f"{place.point.lon:.4f}")
    return parts.md(words.place_line(place))


def _where(place: Place | None, before: Where | None, name: str) -> Where | None:
    """The same record where nothing was changed."""
    if place is None:
        return None
    if before is not None and place.gazetteer_id == before.place.gazetteer_id:
        return before
    if place.gazetteer_id.startswith("own:pin-"):
        return putright.at_point(LonLat(*place.point), name, before)
    return putright.at_place(place, before)


def _save(here: Shared, found: Event, kind: str, when: When, where: Where | None,
          done: Callable[[list[Correction]], None]) -> None:
    ids = putright.members_of(found)
    entries: list[Correction | None] = []
    if kind != found.event_type:
        entries.append(attempt(here, Act.RETYPE, ids, event_type=kind))
    if when != found.when:
        entries.append(attempt(here, Act.REDATE, ids, when=when))
    if where != found.where:
        entries.append(attempt(here, Act.MOVE, ids, where=where))
    kept = [entry for entry in entries if entry]
    if len(kept) == len(entries):
        edit("")
    if kept:
        done(kept)


# --- what was done


def trail_of(here: Shared, found: Event | Route) -> tuple[Correction, ...]:
    """What people did about it, oldest first."""
    return here.store().corrections(putright.members_of(found))


def log(here: Shared, found: Event | Route, *, most: int = 12) -> None:
    """The audit trail of one event or route, the latest first."""
    st.markdown(f"**{say('Log')}**")
    trail = trail_of(here, found)
    for entry in reversed(trail[-most:]):
        parts.show(parts.line(review_words.trail_line(entry), css="dl-small"))
    if not trail:
        st.caption(say("Nobody has put anything right here yet."))
    rule = found.evidence[0].rule
    if rule:
        parts.show(parts.line(say("Read from the article, rule {rule}", rule=rule), css="dl-small"))
