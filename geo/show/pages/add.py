"""Articles from the page: pasted or uploaded, read at once, and kept only when the reader has seen what was found."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import streamlit as st

from geo.keep import merge
from geo.pipeline import Tools
from geo.read import Batch, read_bytes
from geo.read.identity import article_id
from geo.read.plain import read_plain
from geo.records import Article, BadInput, Event, Findings, How, Route
from geo.show import source_words, words
from geo.show.details import safe_link
from geo.show.fault_words import fault
from geo.show.language import counted, in_row, say
from geo.show.pages import basket, frame, login, parts
from geo.show.pages.readers import tools
from geo.show.shared import shared

SAID_MOST = 8
"""Complaints that are seen at once; the others are folded."""
SHOWN_MOST = 30
"""Articles of one lot that can be looked at; tables have more."""
LONG = 2500
"""Code points from which a text scrolls in a box of its own."""


def draw() -> None:
    """The two ways in, then what was found."""
    st.markdown(f"## {say('Add articles')}")
    if not login.may_edit():
        st.info(say("Only editors may add articles."))
        return
    held = basket.basket()
    _notes(held)
    if held.read:
        _preview(held)
    elif held.waiting:
        _waiting(held)
    else:
        _ways_in()


def _notes(held: basket.Basket) -> None:
    """What was said of the inputs, once."""
    for sentence in held.good:
        st.success(sentence)
    if held.bad:
        st.warning("\n".join((f"{say('Not read:')}", "", *(f"- {line}" for line in held.bad[:SAID_MOST]))))
        if rest := held.bad[SAID_MOST:]:
            with st.expander(say("{n} more", n=f"{len(rest):,}")):
                st.markdown("\n".join(f"- {line}" for line in rest))
    held.good, held.bad = [], []


def _ways_in() -> None:
    st.caption(say("Nothing is stored before you have seen what was found."))
    pasted, files = st.tabs([say("Paste a text"), say("Upload files")])
    with pasted:
        _paste()
    with files:
        _upload()


def _paste() -> None:
    with st.form("add-paste", border=False):
        text = st.text_area(say("Text of the article"), height=260, max_chars=basket.TEXT_MOST)
        left, right = st.columns(2)
        title = left.text_input(say("Title"), max_chars=400)
        source = right.text_input(say("Publisher"), max_chars=120)
        day = left.date_input(say("Day of publication"), value=None, min_value=date(1700, 1, 1), format="YYYY-MM-DD",
                              help=say("Leave it empty if it is not known: the article then stays undated."))
        url = right.text_input(say("Address"), max_chars=2000, placeholder="https://")
        asked = st.form_submit_button(say("Read it"), type="primary")
    if not asked:
        return
    if url and not safe_link(url):
        st.error(say("The address is not a plain http or https one. Mend it or leave it empty."))
        return
    try:
        article = _typed(text, title.strip(), source.strip(), day if isinstance(day, date) else None, url.strip())
    except BadInput as error:
        st.error(parts.md(fault(str(error))))
        return
    _take([Batch((article,), ())])


def _typed(text: str, title: str, source: str, day: date | None, url: str) -> Article:
    """The pasted text, with what the reader typed in place of what the text itself says."""
    found = read_plain(text, "pasted.txt")
    given = {"title": title, "source": source, "published": day, "url": url}
    told = {field: value for field, value in given.items() if value}
    same = {"date" if field == "published" else field for field in told}
    how = [*(h for h in found.how if h.field not in same), *(How(f, "typed in", 1.0) for f in sorted(same))]
    return replace(found, **told, id=article_id(url or found.url, text), how=tuple(how))  # type: ignore[arg-type]


def _upload() -> None:
    with st.form("add-files", border=False):  # what is still on its way when the button is pressed stays
        files = st.file_uploader(
            say("Text, Markdown, web pages, feeds, e-mails, tables, or a ZIP file of these"),
            accept_multiple_files=True,
        )
        st.caption(say("{n} MB a file at most; larger ones are for `python -m geo ingest FILE`.",
                       n=st.get_option("server.maxUploadSize")))
        asked = st.form_submit_button(say("Read them"), type="primary")
    if asked and not files:
        st.info(say("Choose a file first, and wait until it has arrived."))
    elif asked:
        bar = st.progress(0.0)
        batches = []
        for done, file in enumerate(files):
            name = parts.md(file.name[:80])
            bar.progress(done / len(files), say("Opening {i} of {n}: {name}", i=done + 1, n=len(files), name=name))
            batches.append(read_bytes(file.getvalue(), file.name))
        bar.empty()
        _take(batches)


def _take(batches: Iterable[Batch]) -> None:
    """Into the basket, and the first lot read."""
    basket.bring(batches, shared().store(), _tools)
    _read()


def _read() -> None:
    """Reads the next lot, with a bar, and shows the page anew."""
    if basket.basket().waiting:
        with st.spinner(say("Getting ready to read …")):
            _tools()
        bar = st.progress(0.0)

        def progress(done: int, number: int, name: str) -> None:
            said = say("Reading {i} of {n}: {name}", i=done + 1, n=number, name=parts.md(name[:80]))
            bar.progress(done / number, said)

        basket.read_lot(_tools, progress)
    st.rerun()


def _tools() -> Tools:
    return tools(shared())


def _waiting(held: basket.Basket) -> None:
    """Between two lots."""
    st.info(say("{articles} still to be read.", articles=counted(len(held.waiting), "article")))
    go, drop, _ = st.columns([1.6, 1, 3], vertical_alignment="center")
    number = basket.lot(held.waiting)
    if go.button(say("Read the next {n}", n=number), type="primary", width="stretch"):
        _read()
    drop.button(say("Throw away"), icon=":material/close:", width="stretch", on_click=basket.empty)


def _preview(held: basket.Basket) -> None:
    """What was found, each article with its own mark for keeping."""
    more = say("{articles} still to be read.", articles=counted(len(held.waiting), "article")) if held.waiting else ""
    found = sum(len(f.events) + len(f.routes) for f in held.read)
    st.caption(" ".join(p for p in (say("Read: {articles}, with {found}. Nothing of it is stored yet.",
                                        articles=counted(len(held.read), "article"),
                                        found=counted(found, "finding")), more) if p))
    several = len(held.read) > 1
    chosen = [f for f in held.read if not several or st.session_state.get(f"add-take-{f.article.id}", True)]
    keep, rest, drop = st.columns([1.6, 1.6, 1], vertical_alignment="center")
    label = say("Keep {articles}", articles=counted(len(chosen), "article"))
    asked = keep.button(label, key="add-keep", type="primary", icon=":material/check:", width="stretch",
                        disabled=not chosen)
    if held.waiting and rest.button(
        say("Keep these, and read and keep the other {n}", n=f"{len(held.waiting):,}"), key="add-keep-all",
        icon=":material/done_all:", width="stretch", disabled=not chosen,
    ):
        _keep_all(held, chosen)
    if asked:
        _keep(held, chosen)
    drop.button(say("Throw away"), icon=":material/close:", width="stretch", on_click=basket.empty)
    for findings in held.read[:SHOWN_MOST]:
        if not several:
            with st.container(border=True, key=f"card-add-{findings.article.id}"):
                _one(findings)
            continue
        take, body = st.columns([0.04, 0.96], vertical_alignment="top")
        name = source_words.article_name(findings.article)
        take.checkbox(say("Keep {name}", name=parts.md(name)), value=True, key=f"add-take-{findings.article.id}",
                      label_visibility="collapsed")
        with body.expander(f"**{parts.md(name)}** · {_summary(findings)}"):
            _one(findings)
    if len(held.read) > SHOWN_MOST:
        st.caption(say("{n} more are like these.", n=f"{len(held.read) - SHOWN_MOST:,}"))


def _summary(findings: Findings) -> str:
    numbers = [counted(len(findings.events), "event")]
    numbers += [counted(len(findings.routes), "route")] if findings.routes else []
    numbers += [counted(len({t.place.gazetteer_id for t in findings.toponyms if t.place}), "place")]
    return in_row(numbers)


def _one(findings: Findings) -> None:
    article = findings.article
    st.markdown(f"### {parts.md(source_words.article_name(article))}")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        with st.container(height=420 if len(article.text) > LONG else "content", border=False):
            parts.show(parts.text_block(article.text, parts.found_marks(findings)))
        parts.show(parts.key_of_marks())
    with right:
        publisher, day = source_words.article_facts(article)
        parts.show(parts.facts([
            (say("Publisher"), words.capital(publisher.text), publisher.reason),
            (say("Date"), words.capital(day.text), day.reason),
            (say("Places"), say("; ").join(dict.fromkeys(
                words.clean(t.place.name) for t in findings.toponyms if t.place)), ""),
        ]))
        found: list[Event | Route] = [*findings.events, *findings.routes]
        if not found:
            st.caption(say("No event or movement was found in it."))
        for one in found:
            st.markdown(parts.finding_title(one))
            parts.show(parts.finding_line(one))


def _keep(held: basket.Basket, chosen: list[Findings]) -> None:
    """Stores in one transaction and merges; what was not chosen is thrown away, what waits goes on waiting."""
    _stored(held, _store(held, chosen))


def _keep_all(held: basket.Basket, chosen: list[Findings]) -> None:
    """Stores what was looked at, then lot by lot what waits; broken off, the rest goes on waiting."""
    kept, total = _store(held, chosen), len(held.waiting)
    st.caption(say("Leave this page open. If it is closed, what was read so far is kept; bring the same files again "
                   "for the rest, which alone is read then."))
    bar = st.progress(0.0)

    def progress(done: int, number: int, name: str) -> None:
        at = total - len(held.waiting)
        bar.progress(at / total, say("Reading {i} of {n}: {name}", i=at + 1, n=total, name=parts.md(name[:80])))

    while held.waiting:
        basket.read_lot(_tools, progress)
        kept += _store(held, held.read)
    _stored(held, kept)


def _store(held: basket.Basket, chosen: list[Findings]) -> int:
    """How many it put into the store; nothing of the lot is left to be looked at."""
    with st.spinner(say("Storing and merging …")):
        shared().store().add_all(chosen)
        merge(shared().store())
    held.read = []
    return len(chosen)


def _stored(held: basket.Basket, number: int) -> None:
    held.good = [say("Stored: {articles}. Its events are on the map.", articles=counted(number, "article"))]
    st.rerun()


frame.run(draw)
