"""The review queue: one event at a time, the most useful first, from the keyboard if one likes."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from geo.records import Act, Correction, Event, Route
from geo.show import putright, review_words, titles, trail, words
from geo.show.details import event_details, route_details, type_and_glyph
from geo.show.language import counted, say, term
from geo.show.pages import acts, choices, forms, frame, keys, login, parts, smallmap
from geo.show.shared import Shared, shared

QUEUE_MOST = 7
"""Cards in the queue; the rest is counted."""
LOOK_ALIKES_MOST = 5
REJECTED_MOST = 50
EVENTS, PAIRS, REJECTED = term("To look at"), term("Might be the same"), term("Rejected")
_AT, _SKIPPED, _DONE, _VIEW, _MERGING = "review-at", "review-skipped", "review-done", "review-view", "review-merging"
_OF_QUEUE = {
    "a": "act-accept", "x": "act-reject", "e": "act-edit", "m": "act-merge", "s": "act-skip", "u": "act-undo",
    "j": "act-next", "k": "act-previous", "next": "act-next", "back": "act-previous", "?": "act-help",
}
_OF_PAIRS = {"m": "pair-same", "x": "pair-not-same", "s": "pair-skip", "u": "pair-undo"}


def draw() -> None:
    """Heading, progress, and the chosen view."""
    if not login.editors_only(say("Only editors may put findings right.")):
        return
    here = shared()
    state = st.session_state
    state.setdefault(_SKIPPED, [])
    state.setdefault(_DONE, [])
    if asked := st.query_params.get("id"):
        state[_AT] = asked
        del st.query_params["id"]
    st.segmented_control(say("View"), [EVENTS, PAIRS, REJECTED], default=EVENTS, key=_VIEW, required=True,
                         format_func=say, label_visibility="collapsed")
    acts.problem()
    {EVENTS: _events, PAIRS: _pairs, REJECTED: _rejected}[state[_VIEW]](here)


# --- events, one at a time


def _queue(here: Shared) -> tuple[list[Event | Route], int]:
    """What is to be looked at, without what was skipped, and how many there are in all."""
    skipped = st.session_state[_SKIPPED]
    found, total = here.store().to_review(QUEUE_MOST + len(skipped))
    waiting = [f for f in found if f.id not in skipped][:QUEUE_MOST]
    at = st.session_state.get(_AT, "")
    if at and at not in {f.id for f in waiting} and (asked := here.found(at)):
        waiting.insert(0, asked)  # someone came here by a link, or went back to it
    return waiting, total


def _events(here: Shared) -> None:
    state = st.session_state
    queue, total = _queue(here)
    done = len(state[_DONE])
    parts.show(parts.el("div", parts.el("b", say("Review")), " ", say(
        "{left} left · most useful first: low confidence, then most articles", left=f"{total:,}"), css="dl-count"))
    st.progress(done / (done + total) if done + total else 1.0)
    if not queue:
        if here.store().counts()["articles"]:
            st.info(say("Everything has been looked at."))
        else:
            frame.no_articles()
        _keys(here, None, [])
        return
    ids = [f.id for f in queue]
    at = str(state.get(_AT, "")) if state.get(_AT) in ids else ids[0]
    state[_AT] = at
    found = queue[ids.index(at)]
    left, middle, right = st.columns([1.0, 1.75, 1.25], gap="small")
    with left, st.container(key="review-queue"):
        _cards(queue, at)
    with middle:
        _one(here, found, ids)
    with right:
        _beside(here, found)


def _cards(queue: list[Event | Route], at: str) -> None:
    ids = [f.id for f in queue]
    for number, found in enumerate(queue):
        chosen = found.id == at
        with st.container(border=True, key=f"card-chosen-{number}" if chosen else f"card-{number}"):
            kind = found.event_type if isinstance(found, Event) else "route"
            label, glyph = type_and_glyph(kind)
            st.button(f"{parts.glyph(glyph, label)} {parts.md(titles.shown(found))}", key=f"at-{found.id}",
                      type="tertiary", on_click=_go, args=(found.id,))
            told = counted(len(found.article_ids), "article")
            when = say("now") if chosen else say("next") if number == ids.index(at) + 1 else told
            doubt = review_words.doubt(found)
            first = say("confidence {n}", n=f"{found.confidence:.2f}") + (f" · {doubt}" if doubt else "")
            parts.show(parts.line(first, parts.Html("<br>"), when, css="dl-lines"))
    for title, _, _ in st.session_state[_DONE][-1:]:
        parts.show(parts.line(say("Done: {title} · press U to undo", title=title), css="dl-lines"))


def _one(here: Shared, found: Event | Route, ids: list[str]) -> None:
    """The event in the middle: its words, its fields, and what to do with it."""
    articles = here.articles_of(found)
    told = event_details(found, articles) if isinstance(found, Event) else route_details(found, articles)
    with st.container(border=True, key="panel-review"):
        status = f":gray-badge[{parts.md(told['status_label'])}]"
        sure = f":orange-badge[{parts.md(say('confidence {n}', n=f'{found.confidence:.2f}'))}]"
        kind = f"{parts.glyph(told['glyph'], told['type_label'])} {parts.md(told['type_label'])}"
        st.markdown(f"{kind} · {status} {sure}")
        st.markdown(f"**{parts.md(told['title'])}**")
        for sentence in told["sentences"][:4]:
            parts.show(parts.sentence_block(sentence))
            article = sentence["article"]
            parts.show(parts.line(article["title"], " · ", article["line"], css="dl-small"))
        if len(told["sentences"]) > 4:
            st.page_link("event.py", label=say("{n} more sentences", n=len(told["sentences"]) - 4),
                         query_params={"id": found.id})
        _fields(found, told)
        st.markdown(f"**{say('Is this a reported event, at this place, in this time?')}**")
        _keys(here, found, ids)
    forms.draw(here, found, lambda entries: _noted(found, entries, ids))
    if isinstance(found, Event) and st.session_state.get(_MERGING) == found.id:
        _merge(here, found, ids)
    acts.who_and_why()
    if st.session_state.get("review-help"):
        st.info(say("A accept · X reject · E edit · M join with another · S skip · U undo · J or right arrow next · "
                    "K or left arrow previous · ? these keys. They are off while you type."))
    else:
        st.caption(say("Keys: A accept · X reject · E edit · M merge · S skip · U undo · J / K next, previous · "
                       "? all keys. Off while you type."))


def _fields(found: Event | Route, told: dict[str, Any]) -> None:
    """What was read, and because of what."""
    rows = [(say("Place"), told["where"]["text"], told["where"]["reason"]),
            (say("Date"), told["when"]["text"], told["when"]["reason"]),
            (say("Told by"), told["told_by"]["text"], told["told_by"]["reason"])]
    if isinstance(found, Event):
        rows.insert(0, (say("Type"), told["type_label"], review_words.why_type(found)))
    st.table(pd.DataFrame(rows, columns=[say("Field"), say("Dateline read"), say("Because")]).map(parts.md)
             .set_index(say("Field")), border="horizontal")


def _keys(here: Shared, found: Event | Route | None, ids: list[str]) -> None:
    """The buttons, each with its key; without an event only what does not need one."""
    with st.container(key="review-keys", horizontal=True, gap="xsmall"):
        if found is not None:
            st.button(say("Accept"), icon=":material/check:", type="primary", shortcut="a", key="act-accept",
                      on_click=_settle, args=(here, found, Act.ACCEPT, ids))
            st.button(say("Reject"), icon=":material/close:", shortcut="x", key="act-reject",
                      on_click=_settle, args=(here, found, Act.REJECT, ids))
            st.button(say("Edit"), icon=":material/edit:", shortcut="e", key="act-edit", on_click=_toggle_edit,
                      args=(found.id,))
        if isinstance(found, Event):
            st.button(say("Merge"), icon=":material/merge:", shortcut="m", key="act-merge", on_click=_toggle_merge,
                      args=(found.id,))
        if found is not None:
            st.button(say("Skip"), icon=":material/skip_next:", shortcut="s", key="act-skip", on_click=_skip,
                      args=(found.id, ids))
        st.button(say("Undo"), icon=":material/undo:", shortcut="u", key="act-undo", on_click=_undo, args=(here,),
                  disabled=not st.session_state[_DONE])
    with st.container(key="review-steps", horizontal=True, gap="xsmall"):
        if found is not None:
            st.button(say("Next"), shortcut="j", key="act-next", type="tertiary", on_click=_step,
                      args=(found.id, ids, 1))
            st.button(say("Previous"), shortcut="k", key="act-previous", type="tertiary", on_click=_step,
                      args=(found.id, ids, -1))
        st.button(say("All keys"), key="act-help", type="tertiary", on_click=_help, icon=":material/keyboard:")
    keys.press(_OF_QUEUE, ("panel-edit", "panel-merge"))


def _beside(here: Shared, found: Event | Route) -> None:
    smallmap.draw("review-map", smallmap.points_of(found), route=found if isinstance(found, Route) else None)
    if isinstance(found, Event):
        st.markdown(f"**{say('Might be the same as')}**")
        alike = putright.look_alikes(here, found, LOOK_ALIKES_MOST)
        for other in alike:
            label, glyph = type_and_glyph(other.event_type)
            st.page_link("event.py", label=f"{parts.glyph(glyph, label)} {parts.md(titles.shown(other))}",
                         query_params={"id": other.id})
            articles = counted(len(other.article_ids), "article")
            parts.show(parts.el("div", words.when_short(other.when), " · ", articles, css="dl-small"))
        if not alike:
            st.caption(say("No other event within {km} km and {days} days.", km=int(putright.NEAR_KM),
                           days=putright.NEAR_DAYS))
    acts.log(here, found)


# --- what the buttons do


def _go(identity: str) -> None:
    st.session_state[_AT] = identity
    acts.edit("")


def _after(identity: str, ids: list[str]) -> None:
    """Goes on to the one behind it, else to the one before."""
    at = ids.index(identity) if identity in ids else -1
    rest = [*ids[at + 1:], *ids[:max(at, 0)][::-1]]
    _go(rest[0] if rest else "")


def _noted(found: Event | Route, entries: list[Correction], ids: list[str]) -> None:
    st.session_state[_DONE].append((titles.shown(found), found.id, [e.id for e in entries]))
    st.session_state.pop(_MERGING, None)
    _after(found.id, ids)


def _settle(here: Shared, found: Event | Route, act: Act, ids: list[str]) -> None:
    """A second press of the key, before the next one is shown, is not an act on what nobody has seen."""
    if st.session_state.get(_AT) != found.id:
        return
    entry = acts.attempt(here, act, putright.members_of(found))
    if entry:
        _noted(found, [entry], ids)


def _toggle_edit(identity: str) -> None:
    acts.edit("" if acts.editing() == identity else identity)
    st.session_state.pop(_MERGING, None)


def _toggle_merge(identity: str) -> None:
    acts.edit("")
    st.session_state[_MERGING] = None if st.session_state.get(_MERGING) == identity else identity


def _skip(identity: str, ids: list[str]) -> None:
    st.session_state[_SKIPPED].append(identity)
    _after(identity, ids)


def _step(identity: str, ids: list[str], by: int) -> None:
    at = ids.index(identity) + by if identity in ids else 0
    _go(ids[max(0, min(at, len(ids) - 1))])


def _help() -> None:
    st.session_state["review-help"] = not st.session_state.get("review-help")


def _undo(here: Shared) -> None:
    """Takes back the last thing done here, all of it, and goes to it."""
    done = st.session_state[_DONE]
    if not done:
        return
    _, identity, entries = done[-1]
    for entry in reversed(entries):
        if acts.attempt(here, Act.UNDO, (), undoes=entry) is None:
            return
    done.pop()
    _go(identity)


# --- joining


def _merge(here: Shared, found: Event, ids: list[str]) -> None:
    with st.container(border=True, key="panel-merge"):
        alike = {e.id: e for e in putright.look_alikes(here, found, LOOK_ALIKES_MOST)}
        if not alike:
            st.caption(say("There is no other event near enough to be the same."))
            return
        choices.event_of(here, alike, say("Which one is the same event?"), f"merge-{found.id}")
        yes, no = st.columns(2)
        yes.button(say("The same"), key="act-same", type="primary", width="stretch", on_click=_link_chosen,
                   args=(here, found, alike, Act.SAME, lambda e: _noted(found, e, ids)))
        no.button(say("Not the same"), key="act-not-same", width="stretch", on_click=_link_chosen,
                  args=(here, found, alike, Act.NOT_SAME, lambda e: _parted(found, e)))


def _link_chosen(here: Shared, one: Event, alike: dict[str, Event], act: Act,
                 done: Callable[[list[Correction]], None]) -> None:
    """With what is chosen now, not what was when the button was drawn."""
    _link(here, one, alike[st.session_state[f"merge-{one.id}"]], act, done)


def _link(here: Shared, one: Event, other: Event, act: Act, done: Callable[[list[Correction]], None]) -> None:
    entry = acts.attempt(here, act, putright.members_of(one), others=putright.members_of(other))
    if entry:
        done([entry])


def _parted(found: Event, entries: list[Correction]) -> None:
    st.session_state[_DONE].append((titles.shown(found), found.id, [e.id for e in entries]))


# --- pairs, and what was rejected


def _pairs(here: Shared) -> None:
    skipped = st.session_state[_SKIPPED]
    found = here.store().maybe_same(QUEUE_MOST + len(skipped))
    pairs = [p for p in found if f"{p.one.id} {p.other.id}" not in skipped]
    if not pairs:
        st.info(say("No two events look alike enough to ask about."))
        acts.who_and_why()
        return
    pair = pairs[0]
    st.markdown(f"**{say('Do these two tell of one event?')}** "
                f":gray-badge[{parts.md(say('likeness {n}', n=f'{pair.likeness:.2f}'))}]")
    for column, event in zip(st.columns(2, gap="small"), (pair.one, pair.other), strict=True):
        told = event_details(event, here.articles_of(event))
        with column, st.container(border=True, key=f"panel-pair-{event.id}"):
            glyph = parts.glyph(told["glyph"], told["type_label"])
            st.page_link("event.py", label=f"{glyph} {parts.md(told['title'])}", query_params={"id": event.id})
            for sentence in told["sentences"][:2]:
                parts.show(parts.sentence_block(sentence))
            parts.show(parts.facts((say(name), told[key]["text"], told[key]["reason"]) for name, key in (
                (term("When"), "when"), (term("Where"), "where"), (term("Told by"), "told_by"))))

    def noted(entries: list[Correction]) -> None:
        _parted(pair.one, entries)

    with st.container(key="review-keys", horizontal=True, gap="xsmall"):
        st.button(say("The same"), icon=":material/merge:", type="primary", shortcut="m", key="pair-same",
                  on_click=_link, args=(here, pair.one, pair.other, Act.SAME, noted))
        st.button(say("Not the same"), icon=":material/call_split:", shortcut="x", key="pair-not-same",
                  on_click=_link, args=(here, pair.one, pair.other, Act.NOT_SAME, noted))
        st.button(say("Skip"), icon=":material/skip_next:", shortcut="s", key="pair-skip", on_click=skipped.append,
                  args=(f"{pair.one.id} {pair.other.id}",))
        st.button(say("Undo"), icon=":material/undo:", shortcut="u", key="pair-undo", on_click=_undo, args=(here,),
                  disabled=not st.session_state[_DONE])
    keys.press(_OF_PAIRS)
    acts.who_and_why()


def _rejected(here: Shared) -> None:
    """What was rejected, each with the way back."""
    st.download_button(
        say("The whole audit trail as CSV"), data=partial(_trail, here), file_name="dateline-trail.csv",
        mime=trail.MEDIA_TYPE, on_click="ignore", key="trail-csv", icon=":material/download:",
    )
    rejected = here.store().rejected()
    if not rejected:
        st.info(say("Nothing has been rejected."))
    for entry, reports in rejected[:REJECTED_MOST]:
        with st.container(border=True, key=f"panel-rejected-{entry.id}"):
            st.markdown(f"**{parts.md(titles.shown(reports[0]))}** · {counted(len(reports), 'article')}")
            parts.show(parts.line(review_words.trail_line(entry), css="dl-lines"))
            st.button(say("Bring it back"), key=f"back-{entry.id}", icon=":material/undo:", on_click=acts.do,
                      args=(here, Act.UNDO, ()), kwargs={"undoes": entry.id})
    acts.who_and_why()


def _trail(here: Shared) -> bytes:
    out = io.BytesIO()
    trail.write(here.store().corrections(), out)
    return out.getvalue()


frame.run(draw)
