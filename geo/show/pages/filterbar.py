"""The filter row. One Filter stands behind it; the address is its seed and always shows it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import streamlit as st

from geo import filters, lexicon
from geo.filters import NO_SOURCE, ROUTE, VISIBLE, Filter
from geo.keep import Facets
from geo.records import BadFilter, Status
from geo.show import words
from geo.show.details import type_and_glyph
from geo.show.pages import parts
from geo.show.pages.parts import md
from geo.show.shared import Shared

WIDGETS = {"text": "f-text", "since": "f-since", "until": "f-until", "types": "f-types", "sources": "f-sources",
           "statuses": "f-statuses", "place": "f-place", "min_confidence": "f-confidence"}
OPEN = "event"
"""The key in the address that holds the open event; every other key is a filter's."""
_ASKED, _WRITTEN, _BOX = "asked", "written", "asked-bbox"


def asked(here: Shared) -> Filter:
    """The filter of this run: from the address when that is new, else from the widgets."""
    state = st.session_state
    url = [(k, v) for k in st.query_params if k != parts.LANGUAGE for v in st.query_params.get_all(k)]
    fresh = WIDGETS["text"] not in state
    if fresh or sorted(url) != state.get(_WRITTEN):
        kept, wrong = tolerant([pair for pair in url if pair[0] != OPEN], here)
        _seed(state.get(_ASKED, Filter()) if fresh and not url else kept)
        state["link-warnings"] = wrong
        if opened := st.query_params.get(OPEN):
            state["chosen"], state["fly"] = opened, True
    for sentence in state.get("link-warnings", ()):
        st.warning(sentence)
    return _from_widgets()


def tolerant(pairs: list[tuple[str, str]], here: Shared) -> tuple[Filter, tuple[str, ...]]:
    """The filter of all pairs that can be read, and a sentence for each that cannot."""
    good: list[tuple[str, str]] = []
    wrong: list[str] = []
    for pair in pairs:
        try:
            here.check(filters.read([*good, pair]))
            good.append(pair)
        except BadFilter:
            asks = md("=".join(pair)[:80])
            wrong.append(f"This link asks for *{asks}*, which does not exist. The rest was kept.")
    return filters.read(good), tuple(wrong)


def _seed(given: Filter) -> None:
    for field, key in WIDGETS.items():
        value = getattr(given, field)
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    st.session_state[WIDGETS["min_confidence"]] = given.min_confidence or 0.0
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
    )


def write_address(now: Filter, opened: str) -> None:
    """The address opens the same view again; the widgets stay as they are."""
    pairs = [*filters.write(now), *([(OPEN, opened)] if opened else [])]
    st.session_state[_ASKED], st.session_state[_WRITTEN] = now, sorted(pairs)
    by_key: dict[str, list[str]] = {}
    for key, value in pairs:
        by_key.setdefault(key, []).append(value)
    if {k: st.query_params.get_all(k) for k in st.query_params} != by_key:
        st.query_params.from_dict(by_key)


def row(now: Filter, everything: Facets, here: Shared) -> None:
    """Draws the widgets; each button shows its present value."""
    present = {*everything.types, ROUTE, *now.types}
    order = [t for t in dict.fromkeys((*lexicon.types().types, ROUTE, *sorted(present))) if t in present]
    st.text_input("Search", key=WIDGETS["text"], placeholder="Search words, places, actors", icon=":material/search:",
                  label_visibility="collapsed", max_chars=filters.TEXT_LIMIT, width=270)
    with st.popover(f"Dates: {_dates(now)}", key="pop-dates"):
        for label, field in (("From", "since"), ("To", "until")):
            st.date_input(label, key=WIDGETS[field], value=None, min_value=date.min, max_value=date.max,
                          format="YYYY-MM-DD")
    with st.popover(f"Types: {_several(now.types, _type_label, f'all {len(order)}')}", key="pop-types"):
        st.pills("Types", order, selection_mode="multi", key=WIDGETS["types"],
                 format_func=_type_label, label_visibility="collapsed")
    with st.popover(f"Sources: {_several(now.sources, source_label, 'all')}", key="pop-sources"):
        known = [name or NO_SOURCE for name, _ in here.store().sources()]
        st.multiselect("Sources", [*known, *(s for s in now.sources if s not in known)], key=WIDGETS["sources"],
                       format_func=source_label, label_visibility="collapsed", placeholder="All sources")
    with st.popover(f"Status: {_several(now.statuses, _status_label, 'reported')}", key="pop-status"):
        st.pills("Status", list(Status), selection_mode="multi", key=WIDGETS["statuses"],
                 format_func=_status_label, label_visibility="collapsed")
        st.caption(f"None chosen: {words.listed(VISIBLE)}.")
    sure = f"≥ {now.min_confidence:g}" if now.min_confidence else ""
    more = ", ".join(part for part in (now.place[:24], sure, "inside a box" if now.bbox else "") if part)
    with st.popover(f"More: {md(more)}" if more else "More", key="pop-more"):
        st.text_input("Place (a name or a gazetteer id)", key=WIDGETS["place"])
        st.slider("Least confidence", 0.0, 1.0, key=WIDGETS["min_confidence"], step=0.05)
        if now.bbox and st.button("Leave the box"):
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
            return f"Type: {words.listed((_type_label(t) for t in value), last=words.OR)}"
        case "sources":
            return f"Source: {words.listed((source_label(s) for s in value), last=words.OR)}"
        case "statuses":
            return f"Status: {words.listed((_status_label(s) for s in value), last=words.OR)}"
        case "bbox":
            return "the box"
    op = next(op for op in filters.OPERATORS if op.field == field)
    return op.phrase.format(op.write(value))


def source_label(source: str) -> str:
    """A publisher, or the words for articles that name none."""
    return "Not stated" if source == NO_SOURCE else words.clean(source)


def _type_label(key: str) -> str:
    return type_and_glyph(key)[0]


def _status_label(status: str) -> str:
    return words.status_words(Status(status))


def _dates(now: Filter) -> str:
    if now.since and now.until:
        return words.range_words(now.since, now.until)
    if now.since:
        return f"from {words.day_words(now.since)}"
    return f"to {words.day_words(now.until)}" if now.until else "any"


def _several(chosen: tuple[str, ...], label: Callable[[str], str], none: str) -> str:
    if not chosen:
        return none
    return md(label(chosen[0]))[:32] if len(chosen) == 1 else f"{len(chosen)} chosen"
