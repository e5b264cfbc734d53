"""Articles from the page: pasted or uploaded, read at once, and kept only when the reader has seen what was found."""

from dataclasses import replace
from datetime import date

import streamlit as st

from geo.keep import merge
from geo.pipeline import read
from geo.read import Rejected, read_bytes
from geo.read.identity import article_id
from geo.read.plain import read_plain
from geo.records import Article, BadInput, Event, Findings, GeoError, How, Route
from geo.show import words
from geo.show.details import ROUTE_GLYPH, safe_link, type_and_glyph
from geo.show.language import counted, say
from geo.show.pages import frame, login, parts
from geo.show.pages.readers import tools
from geo.show.shared import shared

TEXT_MOST = 200_000
"""Code points of a pasted article; a longer one is a file."""
READ_MOST = 20
"""Articles of one upload that are read on the page; for more there is the command line."""
BASKET = "add-found"
"""What was read and is neither kept nor thrown away yet."""
NOTES = "add-notes"


def draw() -> None:
    """The two ways in, then what was found."""
    st.markdown(f"## {say('Add articles')}")
    if not login.editors_only(say("Only editors may add articles.")):
        return
    basket: list[Findings] = st.session_state.setdefault(BASKET, [])
    for kind, sentence in st.session_state.pop(NOTES, ()):
        (st.success if kind == "good" else st.warning)(sentence)
    if basket:
        _preview(basket)
        return
    st.caption(say("Nothing is stored before you have seen what was found."))
    pasted, files = st.tabs([say("Paste a text"), say("Upload files")])
    with pasted:
        _paste()
    with files:
        _upload()


def _paste() -> None:
    with st.form("add-paste", border=False):
        text = st.text_area(say("Text of the article"), height=260, max_chars=TEXT_MOST)
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
        st.error(parts.md(str(error)))
        return
    _read_all([article], [])


def _typed(text: str, title: str, source: str, day: date | None, url: str) -> Article:
    """The pasted text, with what the reader typed in place of what the text itself says."""
    found = read_plain(text, "pasted.txt")
    given = {"title": title, "source": source, "published": day, "url": url}
    told = {field: value for field, value in given.items() if value}
    same = {"date" if field == "published" else field for field in told}
    how = [*(h for h in found.how if h.field not in same), *(How(f, "typed in", 1.0) for f in sorted(same))]
    return replace(found, **told, id=article_id(url or found.url, text), how=tuple(how))  # type: ignore[arg-type]


def _upload() -> None:
    with st.form("add-files", border=False, clear_on_submit=True):
        files = st.file_uploader(
            say("Text, Markdown, web pages, feeds, e-mails, tables, or a ZIP file of these"),
            accept_multiple_files=True,
        )
        asked = st.form_submit_button(say("Read them"), type="primary")
    if not asked or not files:
        return
    articles: list[Article] = []
    rejected: list[Rejected] = []
    for file in files:
        batch = read_bytes(file.getvalue(), file.name)
        articles += batch.articles
        rejected += batch.rejected
    _read_all(articles, rejected)


def _read_all(articles: list[Article], rejected: list[Rejected]) -> None:
    """Reads into the basket; what is known, too much or unreadable is said."""
    store, notes = shared().store(), []
    notes += [("bad", f"{parts.md(row.origin)}: {parts.md(row.reason)}") for row in rejected]
    new = [a for a in {a.id: a for a in articles}.values() if not store.has_article(a.id)]
    if known := len(articles) - len(new):
        notes.append(("good", say("Already here: {articles}.", articles=counted(known, "article"))))
    if len(new) > READ_MOST:
        notes.append(("bad", say("The first {n} are read here; for more use `python -m geo ingest`.", n=READ_MOST)))
    st.session_state[BASKET] = [found for a in _with_progress(new[:READ_MOST]) if (found := _found(a, notes))]
    st.session_state[NOTES] = notes
    st.rerun()


def _with_progress(articles: list[Article]) -> list[Article]:
    if articles:
        with st.spinner(say("Getting ready to read …")):
            tools(shared())
    return articles


def _found(article: Article, notes: list[tuple[str, str]]) -> Findings | None:
    try:
        with st.spinner(say("Reading {name} …", name=parts.md(words.article_name(article)))):
            return read(article, tools(shared()))
    except GeoError as error:
        notes.append(("bad", f"{parts.md(words.article_name(article))}: {parts.md(str(error))}"))
        return None


def _preview(basket: list[Findings]) -> None:
    keep, drop, _ = st.columns([1, 1, 4], vertical_alignment="center")
    if keep.button(say("Keep"), type="primary", icon=":material/check:", width="stretch"):
        _keep(basket)
    if drop.button(say("Throw away"), icon=":material/close:", width="stretch"):
        st.session_state[BASKET] = []
        st.rerun()
    for findings in basket:
        with st.container(border=True, key=f"card-add-{findings.article.id}"):
            _one(findings)


def _one(findings: Findings) -> None:
    article = findings.article
    st.markdown(f"### {parts.md(words.article_name(article))}")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        parts.show(parts.text_block(article.text, parts.found_marks(findings)))
        parts.show(parts.key_of_marks())
    with right:
        publisher, day = words.article_facts(article)
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
            label, glyph = type_and_glyph(one.event_type) if isinstance(one, Event) else (say("Route"), ROUTE_GLYPH)
            st.markdown(f"{parts.glyph(glyph, label)} **{parts.md(one.title)}**")
            place = words.place_note(one.where) if isinstance(one, Event) else say("drawn as a sketch, not a road")
            lines = (words.status_words(one.status), words.when_short(one.when), place)
            parts.show(parts.el("div", " · ".join(lines), css="dl-lines"))


def _keep(basket: list[Findings]) -> None:
    store = shared().store()
    with st.spinner(say("Storing and merging …")):
        kept = sum(store.add(findings) for findings in basket)
        merge(store)
    st.session_state[BASKET] = []
    st.session_state[NOTES] = [("good", say("Stored: {articles}. Its events are on the map.",
                                            articles=counted(kept, "article")))]
    st.rerun()


frame.run(draw)
