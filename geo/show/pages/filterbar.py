"""The filter row. One Filter stands behind it; the address is its seed and always shows it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import Any

import streamlit as st

from geo import filters, lexicon
from geo.filters import ROUTE, VISIBLE, Filter
from geo.records import BadFilter, Status
from geo.show import words
from geo.show.details import type_and_glyph
from geo.show.explore import ORDERS, source_label
from geo.show.language import counted, in_row, say
from geo.show.pages import parts, placebox
from geo.show.pages.parts import md
from geo.show.shared import Shared
from geo.show.shown import PHRASES

WIDGETS = {"text": "f-text", "since": "f-since", "until": "f-until", "types": "f-types", "sources": "f-sources",
           "statuses": "f-statuses", "place": placebox.STATE, "min_confidence": "f-confidence", "actor": "f-actor",
           "min_origins": "f-origins"}
OPEN, AT, SHOW = "event", "at", "show"
"""Keys in the address: the open event; and what the map keeps there itself (data/web/address.js), where it is and
what is shown over and beside it. Every other key is a filter's."""
KEPT = (AT, SHOW)
AT_FORM = re.compile(r"-?\d+(\.\d+)?,-?\d+(\.\d+)?,\d+(\.\d+)?")
SHOWN = frozenset({"table", "counts", "light", "dark", "plain", "heat", "places", "circles", "offline",
                   *(f"{by}-{way}" for by in ORDERS for way in ("up", "down"))})
"""The words of SHOW."""
ID_MOST, WARNINGS_MOST, SOURCES_MOST = 200, 5, 60
ORIGINS = (1, 2, 3, 4, 5, 10)
"""Least numbers of independent origins to choose from."""
LAG_S = 1.0
"""So long a browser may go on sending an address that was left, also when nothing was pressed since; who goes back
sooner than that stays where they are."""
LEFT_MOST = 8
_ASKED, _WRITTEN, _LEFT, _BOX = "asked", "written", "addresses-left", "asked-bbox"

Pairs = list[tuple[str, str]]


def asked(here: Shared) -> Filter:
    """The filter of this run: from the address when that is new, else from the widgets."""
    state = st.session_state
    others = [k for k in st.query_params if k not in (*KEPT, parts.LANGUAGE)]
    url = [(k, v) for k in others for v in st.query_params.get_all(k)]
    fresh = WIDGETS["text"] not in state
    if fresh or (sorted(url) != state.get(_WRITTEN) and not _lags(sorted(url))):
        kept, wrong = tolerant([pair for pair in url if pair[0] != OPEN], here)
        _seed(state.get(_ASKED, Filter()) if fresh and not url else kept)
        state["link-warnings"] = (*wrong, *_unread())
        opened = st.query_params.get(OPEN, "")[:ID_MOST]
        state["chosen"], state["fly"] = opened, bool(opened)
    for sentence in state.get("link-warnings", ()):
        st.warning(sentence)
    return _from_widgets()


def _unread() -> tuple[str, ...]:
    """A sentence for what the map itself cannot read of the address."""
    at, shown = st.query_params.get(AT, ""), st.query_params.get(SHOW, "").split(",")
    wrong = [(AT, at)] if at and not AT_FORM.fullmatch(at) else []
    if strange := [word for word in shown if word and word not in SHOWN]:
        wrong.append((SHOW, ",".join(strange)))
    return tuple(_refusal(pair) for pair in wrong)


def _refusal(pair: tuple[str, str]) -> str:
    return say("This link asks for *{asks}*, which does not exist. The rest was kept.", asks=md("=".join(pair)[:80]))


def _lags(url: Pairs) -> bool:
    """Whether the browser has not got the newest addresses yet, of which several may be on their way.

    Then this is one that was left, and something was pressed since; without that it is soon taken for a way back.
    """
    state = st.session_state
    left: dict[tuple[tuple[str, str], ...], float] = {tuple(pairs): at for pairs, at in state.get(_LEFT, ())}
    if (at := left.get(tuple(url))) is None:
        return False
    return monotonic() - at < LAG_S or sorted(_pairs(_from_widgets())) != state[_WRITTEN]


def _pairs(now: Filter) -> Pairs:
    """The filter and what is open, as the address tells them."""
    opened = st.session_state.get("chosen", "")
    return [*filters.write(now), *([(OPEN, opened)] if opened else [])]


def tolerant(pairs: Pairs, here: Shared) -> tuple[Filter, tuple[str, ...]]:
    """The filter of all pairs that can be read, and a sentence for each that cannot."""
    good: Pairs = []
    wrong: list[str] = []
    for pair in pairs:
        try:
            here.check(filters.read([*good, pair]))
            good.append(pair)
        except BadFilter:
            if len(wrong) == WARNINGS_MOST:
                wrong.append(say("More of this link could not be read."))
            if len(wrong) > WARNINGS_MOST:
                continue
            wrong.append(_refusal(pair))
    return filters.read(good), tuple(wrong)


def _seed(given: Filter) -> None:
    for field, key in WIDGETS.items():
        value = getattr(given, field)
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    st.session_state[WIDGETS["min_confidence"]] = given.min_confidence or 0.0
    st.session_state[WIDGETS["min_origins"]] = given.min_origins or 1
    st.session_state[_BOX] = given.bbox


def _from_widgets() -> Filter:
    state = st.session_state
    since, until = state[WIDGETS["since"]], state[WIDGETS["until"]]
    if isinstance(since, date) and isinstance(until, date) and since > until:
        since, until = until, since
    return Filter(
        since, until, tuple(state[WIDGETS["sources"]]), tuple(state[WIDGETS["types"]]),
        tuple(Status(s) for s in state[WIDGETS["statuses"]]), state[WIDGETS["place"]].strip(),
        state[WIDGETS["text"]].strip(), state[_BOX], state[WIDGETS["min_confidence"]] or None,
        state[WIDGETS["actor"]].strip(), least if (least := state[WIDGETS["min_origins"]] or 1) > 1 else None,
    )


def put(chosen: dict[str, Any], here: Shared) -> None:
    """Parts of the filter chosen on the map, as lists of values by key; for use in a callback."""
    kept = [pair for pair in filters.write(_from_widgets()) if pair[0] not in chosen]
    new = [(key, str(value)) for key, values in chosen.items() if isinstance(values, list) for value in values]
    _seed(tolerant([*kept, *new], here)[0])


def write_address(now: Filter) -> None:
    """The address opens the same view again; the widgets stay as they are. Where the map is it keeps itself."""
    state, pairs = st.session_state, _pairs(now)
    if _WRITTEN in state and state[_WRITTEN] != sorted(pairs):
        state[_LEFT] = [*state.get(_LEFT, ()), (state[_WRITTEN], monotonic())][-LEFT_MOST:]
    state[_ASKED], state[_WRITTEN] = now, sorted(pairs)
    by_key: dict[str, list[str]] = {}
    kept = [(key, value) for key in KEPT for value in st.query_params.get_all(key)[:1]]
    for key, value in [*pairs, *kept]:
        by_key.setdefault(key, []).append(value)
    if {k: st.query_params.get_all(k) for k in st.query_params} != by_key:
        st.query_params.from_dict(by_key)


def search() -> None:
    """The box for words, which stands beside the other filters."""
    st.text_input(say("Search"), key=WIDGETS["text"], placeholder=say("Search words, places, actors"),
                  icon=":material/search:", label_visibility="collapsed", max_chars=filters.TEXT_LIMIT, width=270)


def number_set(now: Filter) -> int:
    """How many filters beside the words are set; two days are one filter."""
    given = {*now.given} - {"text"}
    return len(given - {"until"}) if "since" in given else len(given)


def row(now: Filter, here: Shared) -> None:
    """Draws the widgets; each button shows its present value, each choice how many events it would give."""
    snapshot = here.snapshot()
    no_type = replace(now, types=())
    by_type = {**here.facets(no_type, snapshot).types, ROUTE: here.store().count_routes(no_type)}
    present = {*by_type, *now.types}
    order = [t for t in dict.fromkeys((*lexicon.types().types, ROUTE, *sorted(present))) if t in present]
    with st.popover(say("Dates: {dates}", dates=_dates(now)), key="pop-dates"):
        for label, field in ((say("From"), "since"), (say("Until"), "until")):
            st.date_input(label, key=WIDGETS[field], value=None, min_value=date.min, max_value=date.max,
                          format="YYYY-MM-DD")
    every = say("Types: all {n}", n=len(order))
    chosen = _several(now.types, _type_label, "")
    with st.popover(say("Types: {types}", types=chosen) if chosen else every, key="pop-types"):
        st.pills(say("Types"), order, selection_mode="multi", key=WIDGETS["types"],
                 format_func=_counted(_type_label, by_type), label_visibility="collapsed")
    with st.popover(say("Sources: {sources}", sources=_several(now.sources, source_label, say("all"))),
                    key="pop-sources"):
        by_source = here.facets(replace(now, sources=()), snapshot).sources
        known = sorted(by_source, key=lambda name: (-by_source[name], name))[:SOURCES_MOST]
        st.multiselect(say("Sources"), [*known, *(s for s in now.sources if s not in known)], key=WIDGETS["sources"],
                       format_func=_counted(source_label, by_source), label_visibility="collapsed",
                       placeholder=say("All sources"))
        if len(by_source) > len(known):
            st.caption(say("The {n} most frequent of {all}; the others through a link or Counts.",
                           n=len(known), all=f"{len(by_source):,}"))
    with st.popover(say("Status: {statuses}", statuses=_several(now.statuses, _status_label, say("reported"))),
                    key="pop-status"):
        by_status = here.facets(replace(now, statuses=tuple(Status)), snapshot).statuses
        st.pills(say("Status"), list(Status), selection_mode="multi", key=WIDGETS["statuses"],
                 format_func=_counted(_status_label, by_status), label_visibility="collapsed")
        st.caption(say("None chosen: {statuses}.", statuses=words.listed(map(words.status_words, VISIBLE))))
    placebox.draw(now, here)
    _more(now, here)


def _more(now: Filter, here: Shared) -> None:
    """The rarer filters behind one button."""
    sure = f"≥ {now.min_confidence:g}" if now.min_confidence else ""
    origins = counted(now.min_origins, "origin") if now.min_origins else ""
    more = in_row((now.actor[:24], sure, origins, say("inside a box") if now.bbox else ""))
    with st.popover(say("More: {filters}", filters=md(more)) if more else say("More"), key="pop-more"):
        snapshot = here.snapshot()
        st.text_input(say("Actor"), key=WIDGETS["actor"], placeholder=say("A group, force or person"),
                      max_chars=filters.TEXT_LIMIT)
        choices = sorted({*ORIGINS, now.min_origins or 1})
        st.select_slider(say("Independent origins, at least"), choices, key=WIDGETS["min_origins"])
        told = snapshot.n_independent[here.mask(replace(now, min_origins=None), snapshot)]
        st.caption(" · ".join(f"{least}: {int((told >= least).sum()):,}" for least in ORIGINS))
        st.slider(say("Confidence, at least"), 0.0, 1.0, key=WIDGETS["min_confidence"], step=0.05)
        rated = snapshot.confidence[here.mask(replace(now, min_confidence=None), snapshot)]
        st.caption(" · ".join(f"{least:g}: {int((rated >= least).sum()):,}" for least in (0, 0.25, 0.5, 0.75, 0.9)))
        if now.bbox and st.button(say("Leave the box")):
            st.session_state[_BOX] = None
            st.rerun()


def clear(field: str = "") -> None:
    """Forgets one field of the filter, or all; for use as a button's callback."""
    kept = Filter() if not field else replace(_from_widgets(), **{field: getattr(Filter(), field)})
    _seed(kept)


def phrase(field: str, now: Filter) -> str:
    """One part of the filter in words: Type: Arrest."""
    value = getattr(now, field)
    match field:
        case "types":
            return say("Type: {types}", types=words.listed((_type_label(t) for t in value), last=words.OR))
        case "sources":
            return say("Source: {sources}", sources=words.listed((source_label(s) for s in value), last=words.OR))
        case "statuses":
            return say("Status: {statuses}", statuses=words.listed((_status_label(s) for s in value), last=words.OR))
        case "bbox":
            return say("the box")
        case "min_origins":
            return say("at least {n}", n=counted(value, "independent origin"))
    ((key, told),) = filters.write(replace(Filter(), **{field: value}))
    return say(PHRASES[key], value=told)


def _type_label(key: str) -> str:
    return type_and_glyph(key)[0]


def _status_label(status: str) -> str:
    return words.status_words(Status(status))


def _dates(now: Filter) -> str:
    if now.since and now.until:
        return words.range_words(now.since, now.until)
    if now.since:
        return say("from {date}", date=words.day_words(now.since))
    return say("until {date}", date=words.day_words(now.until)) if now.until else say("any")


def _counted(label: Callable[[str], str], numbers: Mapping[str, int]) -> Callable[[str], str]:
    """The label with its number of events, or of routes."""
    return lambda key: f"{label(key)} {numbers[key]:,}" if key in numbers else label(key)


def _several(chosen: tuple[str, ...], label: Callable[[str], str], none: str) -> str:
    if not chosen:
        return none
    return md(label(chosen[0]))[:32] if len(chosen) == 1 else say("{n} chosen", n=len(chosen))
