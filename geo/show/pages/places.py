"""How many places are known, and places of the reader's own: checked, shown, then kept and read for."""

import csv
import io
from pathlib import Path

import pandas as pd
import streamlit as st

from geo.locate import Additions, Checked, check_places
from geo.locate.places_file import COLUMNS
from geo.records import BadInput
from geo.reread import holding, reread
from geo.show import coverage
from geo.show.fault_words import fault
from geo.show.language import counted, say
from geo.show.pages import frame, login, parts
from geo.show.pages.readers import tools
from geo.show.shared import Shared, shared

AT_ONCE = 200
"""More articles than this are not read again while somebody waits for the page."""
COMPLAINTS = 20
_PREVIEW, _ADDED = "places-preview", "places-added"
"""In the session: what would be added, and the names that were."""


def draw() -> None:
    """What is known, what would make it more, and the form."""
    here = shared()
    st.markdown(f"## {say('Places')}")
    _known(here)
    if not login.editors_only(say("Only editors may add places.")):
        return
    st.markdown(f"### {say('Add places of your own')}")
    added = st.session_state.get(_ADDED)
    if added:
        _read_again(added, here)
    one, many = st.tabs([say("One place"), say("A file")])
    with one:
        _form(here)
    with many:
        _file(here)
    if _PREVIEW in st.session_state:
        _preview(st.session_state[_PREVIEW], here)


def _known(here: Shared) -> None:
    rows = here.coverage()
    for row in rows:
        note = say("few for its inhabitants: villages are mostly missing, and so are their pins") if row.thin else ""
        named = counted(row.mentions, "mention")
        parts.show(parts.facts([(row.code, coverage.words(row), say("; ").join(p for p in (named, note) if p))]))
    if not rows:
        st.caption(say("No article names a place yet."))
    if not login.may_edit():
        return
    codes = " ".join(row.code for row in rows if row.thin) or "IQ"
    st.markdown(say(
        "Two ways to make it more: `python -m geo gazetteer fetch {codes}` loads all that GeoNames knows of a "
        "country; or add single places below, with the spellings your articles use.", codes=codes,
    ))


# --- one row, or a file


def _form(here: Shared) -> None:
    with st.form("add-place", border=False):
        name = st.text_input(say("Name"), key="place-name")
        others = st.text_input(say("Other spellings, between |"), key="place-alternates")
        left, middle, right = st.columns(3)
        lat = left.text_input(say("Latitude"), key="place-lat")
        lon = middle.text_input(say("Longitude"), key="place-lon")
        country = right.text_input(say("Country, as IQ or Iraq"), key="place-country")
        feature = st.text_input(say("Kind, such as village, camp or river"), key="place-feature")
        if st.form_submit_button(say("Check")):
            row = io.StringIO()
            writer = csv.writer(row)
            writer.writerow(("name", "alternates", "lat", "lon", "feature", "country"))
            writer.writerow((name, others, lat, lon, feature, country))
            _check("the form.csv", row.getvalue().encode("utf-8", "replace"), here)


def _file(here: Shared) -> None:
    st.caption(say("CSV or GeoJSON with {columns}; name, lat and lon are needed.", columns=", ".join(COLUMNS)))
    given = st.file_uploader(say("File"), type=["csv", "tsv", "json", "geojson"], key="place-file")
    if given is not None and st.button(say("Check the file"), key="check-file"):
        _check(f"upload{Path(given.name).suffix.casefold()}", given.getvalue(), here)


def _check(name: str, data: bytes, here: Shared) -> None:
    """Keeps nothing but what would be added, for the next run of the page; `name` tells the kind alone."""
    st.session_state.pop(_PREVIEW, None)
    st.session_state.pop(_ADDED, None)
    additions = Additions(_own(here))
    try:
        st.session_state[_PREVIEW] = check_places(Path(name), data, additions, here.gazetteer())
    except BadInput as error:
        st.error(parts.md(fault(str(error))))
    finally:
        additions.close()


def _own(here: Shared) -> Path:
    return Path(str(here.gazetteer().info()["added_file"]))


def _preview(checked: Checked, here: Shared) -> None:
    """What would be added and what would not, and the button that adds it."""
    rows = [
        {
            say("Name"): p.row.name, say("Also"): ", ".join(p.row.names), say("Latitude"): p.row.lat,
            say("Longitude"): p.row.lon, say("Kind"): p.row.feature, say("Country"): p.row.country,
        }
        for p in checked.places
    ]
    st.markdown(f"**{say('{n} would be added', n=counted(len(rows), 'place'))}**")
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Places that would be added"))
    for complaint in checked.complaints[:COMPLAINTS]:
        st.warning(parts.md(complaint))
    if len(checked.complaints) > COMPLAINTS:
        st.caption(say("{n} more rows do not fit.", n=len(checked.complaints) - COMPLAINTS))
    if checked.unused:
        st.caption(say("Not used: {columns}", columns=parts.md(", ".join(checked.unused)[:200])))
    if rows and st.button(say("Add these places"), type="primary", key="add-places"):
        additions = Additions(_own(here))
        try:
            additions.put(checked.places)
        finally:
            additions.close()
        here.gazetteer().look_again()
        del st.session_state[_PREVIEW]
        st.session_state[_ADDED] = checked.names
        st.rerun()


# --- articles that name them


def _read_again(names: tuple[str, ...], here: Shared) -> None:
    st.success(say("Added: {names}.", names=parts.md(", ".join(names[:12]))))
    ids = holding(here.store(), names)
    if not ids:
        st.caption(say("No article names them so far."))
        return
    st.markdown(say("{n} with one of these names can be read again.", n=counted(len(ids), "article")))
    if len(ids) > AT_ONCE:
        st.caption(say("That takes a while: run `python -m geo reread NAME …` with the names above."))
        return
    if st.button(say("Read them again"), key="read-again"):
        bar = st.progress(0.0)

        def progress(done: int, total: int) -> None:
            bar.progress(done / total)

        done = reread(ids, here.store(), lambda: tools(here), progress)
        bar.empty()
        del st.session_state[_ADDED]
        st.success(say("{n} read again, {changed} changed.", n=counted(done.read, "article"), changed=done.changed))
        for ident, reason in done.failed:
            st.warning(parts.md(f"{ident[:12]}: {reason}"))


frame.run(draw)
