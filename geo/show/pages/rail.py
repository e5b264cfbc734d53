"""Beside the map: the count line, and the same events as cards, as a table or as counts."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from geo import filters
from geo.filters import Filter
from geo.keep import Snapshot
from geo.records import Event, Route
from geo.show import words
from geo.show.details import ROUTE_GLYPH, route_line, type_and_glyph
from geo.show.language import counted, in_row, say
from geo.show.pages import filterbar, parts
from geo.show.shared import Shared

CARDS_MOST = 30
TABLE_MOST = 100


def draw(asked: Filter, here: Shared, chosen: str) -> None:
    """Count line, switch and the chosen view of what the filter lets through."""
    snapshot = here.snapshot()
    mask = snapshot.mask(asked, here.text_ids(asked))
    events, points = int(mask.sum()), int((mask & snapshot.placed).sum())
    movements = here.store().routes(asked)
    if not events and not movements:
        return _nothing(asked, here, snapshot)
    all_of_it = [counted(n, noun) for n, noun in ((events, "event"), (len(movements), "route")) if n]
    aside = f" · {counted(events - points, 'event')} not a point" if events > points else ""
    parts.show(parts.el("div", parts.el("b", in_row(all_of_it)), aside, css="dl-count"))
    view = st.segmented_control("View", ["List", "Table", "Counts"], default="List", key="view", required=True,
                                label_visibility="collapsed")
    if view == "Counts":
        return _counts(snapshot, mask)
    shown: list[Event | Route] = [*_first_events(asked, here, snapshot, mask), *movements]
    if view == "Table":
        return _table(shown[:TABLE_MOST], asked)
    with st.container(key="rail-list"):
        for number, found in enumerate(shown[:CARDS_MOST]):
            _card(number, found, found.id == chosen or chosen in found.member_ids)
        if events + len(movements) > CARDS_MOST:
            st.caption(f"{events + len(movements) - CARDS_MOST:,} more: narrow the filter, or use the map.")
        _few_places(here)
    return None


def _few_places(here: Shared) -> None:
    """What is not on the map may be missing from the gazetteer: the countries in play of which it knows little."""
    few = [row for row in here.coverage() if row.thin][:2]
    if few:
        said = "; ".join(parts.md(row.words) for row in few)
        st.caption(say("{known}: few for the inhabitants. What lies in other villages is not on the map.",
                       known=said))  # fmt: skip
        st.page_link("places.py", label=say("More places"), icon=":material/location_on:")


def _first_events(asked: Filter, here: Shared, snapshot: Snapshot, mask: Any) -> list[Event]:
    """Newest first, and of the same day what more articles tell and is surer; those without a date last."""
    ids, dated = snapshot.ids[mask], snapshot.end[mask] > 0
    store = here.store()
    newest = [str(i) for i in (*ids[dated][::-1][:TABLE_MOST], *ids[~dated][:TABLE_MOST])][:TABLE_MOST]
    found = [event for event in (store.event(i) for i in newest) if event]
    return sorted(found, key=lambda e: (e.when.end or date.min, len(e.article_ids), e.confidence), reverse=True)


def _lines(found: Event | Route) -> tuple[str, str, str]:
    """Glyph in Markdown, when, and where with who tells it."""
    told = words.told_short(len(found.article_ids), found.n_independent)
    if isinstance(found, Route):
        moving = words.listed(words.clean(m) for m in found.movers)
        status = words.status_words(found.status)
        first = ", ".join(p for p in (moving, status, words.when_short(found.when)) if p)
        return parts.glyph(ROUTE_GLYPH, "route"), first, f"{told} · drawn as a sketch, not a road"
    label, glyph = type_and_glyph(found.event_type)
    hollow = bool(found.where and found.where.precision.value != "exact")
    image = parts.glyph(glyph, label, hollow=hollow)
    return image, words.when_short(found.when), f"{words.place_note(found.where)} · {told}"


def _card(number: int, found: Event | Route, chosen: bool) -> None:
    image, first, second = _lines(found)
    with st.container(border=True, key=f"card-chosen-{number}" if chosen else f"card-{number}"):
        st.button(f"{image} {parts.md(found.title)}", key=f"pick-{found.id}", type="tertiary",
                  on_click=choose, args=(found.id,))
        parts.show(parts.el("div", first, parts.Html("<br>"), second, css="dl-lines", dir="auto"))
        if chosen:
            page = "event.py"
            st.page_link(page, label="Why is this here?", query_params={"id": found.id})


def choose(identity: str) -> None:
    """The map flies to it and opens its popup."""
    st.session_state["chosen"], st.session_state["fly"] = identity, True


def _table(shown: list[Event | Route], asked: Filter) -> None:
    key = f"table-{filters.query_string(asked)}"
    frame = pd.DataFrame([
        {
            "": parts.glyph_url(ROUTE_GLYPH if isinstance(f, Route) else type_and_glyph(f.event_type)[1]),
            "What": words.clean(f.title), "When": words.when_short(f.when),
            "Where": route_line(f) if isinstance(f, Route) else words.where_words(f.where).text,
            "Told by": words.told_short(len(f.article_ids), f.n_independent),
        }
        for f in shown
    ])

    def selected() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            choose(shown[rows[0]].id)

    st.dataframe(
        frame, key=key, on_select=selected, selection_mode="single-row", hide_index=True,
        height=min(560, 38 + 35 * len(frame)),
        column_config={
            "": st.column_config.ImageColumn(width=30), "What": st.column_config.TextColumn(width=150),
            "When": st.column_config.TextColumn(width=170),
        },
        alt="Events and routes of the filter",
    )


def _counts(snapshot: Snapshot, mask: Any) -> None:
    facets = snapshot.facets(mask)
    total = max(1, int(mask.sum()))
    for field, title, rows in (("types", "Type", facets.types), ("sources", "Source", facets.sources)):
        ordered = sorted(rows.items(), key=lambda row: (-row[1], row[0]))
        label = filterbar.source_label if field == "sources" else (lambda key: type_and_glyph(key)[0])
        frame = pd.DataFrame({
            title: [label(name) for name, _ in ordered], "Events": [n for _, n in ordered],
            "Share": [n / total for _, n in ordered],
        })
        if field == "types":
            frame.insert(0, "", [parts.glyph_url(type_and_glyph(name)[1]) for name, _ in ordered])
        key = f"counts-{field}-{len(ordered)}"

        def only(key: str = key, field: str = field, names: tuple[str, ...] = tuple(n for n, _ in ordered)) -> None:
            if rows := st.session_state[key]["selection"]["rows"]:
                st.session_state[filterbar.WIDGETS[field]] = [names[rows[0]]]

        st.dataframe(
            frame, key=key, on_select=only, selection_mode="single-row", hide_index=True, alt=f"Events by {field}",
            column_config={
                "": st.column_config.ImageColumn(width=30),
                "Share": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            },
        )
    st.caption("Counts follow every filter. Select a row to filter by it.")


def _nothing(asked: Filter, here: Shared, snapshot: Snapshot) -> None:
    """Says what to do where nothing is shown: nothing kept yet, or a filter that lets nothing through."""
    if not len(snapshot.ids) and here.store().counts()["articles"] == 0:
        st.info("No articles yet. Add files with `python -m geo ingest FILE…`, then reload this page.")
        return
    given = [op.field for op in filters.OPERATORS if getattr(asked, op.field) not in (None, "", ())]
    without = {field: _dropped(asked, field) for field in given}
    gains = {
        field: (int(snapshot.mask(fewer, here.text_ids(fewer)).sum()), len(here.store().routes(fewer)))
        for field, fewer in without.items()
    }
    best = max(gains, key=lambda f: gains[f], default="")
    if best and any(gains[best]):
        both = zip(gains[best], ("event", "route"), strict=True)
        there = f"there would be {words.listed(counted(n, noun) for n, noun in both if n)}"
        st.info(f"Nothing matches. Without *{parts.md(filterbar.phrase(best, asked))}* {there}.")
        st.button("Drop it", on_click=filterbar.clear, args=(best,))
    else:
        st.info("Nothing matches." if given else "These articles report no event that can be shown.")
    if given:
        st.button("Clear all", on_click=filterbar.clear)
    _few_places(here)


def _dropped(asked: Filter, field: str) -> Filter:
    return replace(asked, **{field: getattr(Filter(), field)})
