"""The acts that put a finding right, as the event and the review page offer them; each is kept with who and why."""

from collections.abc import Iterable

import streamlit as st

from geo.records import Act, Correction, Event, GeoError, Route
from geo.show import putright, review_words, rule_words, titles, words
from geo.show.fault_words import fault
from geo.show.language import say
from geo.show.pages import login, parts
from geo.show.shared import Shared

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
    with st.container():  # also when empty: what comes below keeps its place, and with it what was unfolded
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
        state[_PROBLEM] = fault(str(error))
        return None
    state["act-noted"] = True
    return entry


def do(here: Shared, act: Act, ids: Iterable[str], **more: object) -> None:
    """`attempt`, as a button's callback."""
    attempt(here, act, ids, **more)


# --- what is being edited


def editing() -> str:
    """The id of what is being edited, "" for nothing."""
    return str(st.session_state.get(_EDITING, ""))


def edit(identity: str) -> None:
    """Opens the form for it, "" closes it; what was begun is forgotten."""
    st.session_state[_EDITING] = identity
    for key in [k for k in st.session_state if str(k).startswith("edit-")]:
        del st.session_state[key]


# --- what was done


def trail_of(here: Shared, found: Event | Route) -> tuple[Correction, ...]:
    """What people did about it, oldest first."""
    return here.store().corrections(putright.members_of(found))


def _other_side(here: Shared, found: Event | Route, entry: Correction) -> None:
    """The way to what was parted from it: on its own it is found nowhere near."""
    mine = {*putright.members_of(found)}
    theirs = [anchor.report_id for anchor in (*entry.members, *entry.others) if anchor.report_id not in mine]
    events = {event.id: event for identity in theirs if (event := here.found(identity))}
    for event in events.values():
        st.page_link("event.py", label=f"{parts.md(titles.shown(event))} · {words.when_short(event.when)}",
                     icon=":material/call_split:", query_params={"id": event.id})


def log(here: Shared, found: Event | Route, *, most: int = 12) -> None:
    """The audit trail of one event or route, the latest first."""
    st.markdown(f"**{say('Log')}**")
    trail = trail_of(here, found)
    for entry in reversed(trail[-most:]):
        parts.show(parts.line(review_words.trail_line(entry), css="dl-small"))
        if entry.act is Act.NOT_SAME and not entry.undone_by:
            _other_side(here, found, entry)
    if not trail:
        st.caption(say("Nobody has put anything right here yet."))
    if rule := rule_words.of_evidence(found.evidence[0]):
        parts.show(parts.line(say("Read from the article: {rule}", rule=rule), css="dl-small"))
