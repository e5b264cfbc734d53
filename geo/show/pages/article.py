"""One article: its text with what was found marked in it, and the events and routes it reports."""

import streamlit as st

from geo.filters import Filter
from geo.keep import Store
from geo.read.tongue import is_read, name_of
from geo.records import Article, DateBasis, Event, Findings, Route
from geo.show import source_words, words
from geo.show.language import counted, say
from geo.show.pages import frame, parts
from geo.show.shared import Shared, shared

COPIES_MOST = 20

def draw() -> None:
    """The article of the address."""
    here = shared()
    identity = parts.asked_id("article")
    findings = here.store().findings(identity) if identity else None
    if findings is None:
        st.info(say("There is no such article.") if identity else say("Choose an article on the Articles page."))
        st.page_link("articles.py", label=say("All articles"), icon=":material/article:")
        return
    article = findings.article
    st.markdown(f"## {parts.md(source_words.article_name(article))}")
    told = _shown(findings, here)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        parts.show(parts.text_block(article.text, parts.found_marks(findings)))
        parts.show(parts.key_of_marks())
    with right:
        parts.show(parts.facts(_facts(article, told)))
        parts.source_link(article)
        _versions(article, here.store())
        st.markdown(f"### {say('What it reports')}")
        if not told:
            st.caption(say("No event or movement was found in it."))
        shown = [f for f in told if _is_visible(f)]
        for found in shown:
            _link(found)
        hidden = [f for f in told if not _is_visible(f)]
        if hidden:
            with st.expander(say("Hidden unless asked for: {n}", n=len(hidden))):
                st.caption(say("Planned, denied, only possible, or background. "
                               "Ask for them under Status on the map."))
                for found in hidden:
                    _link(found)
        _copies(article, here.store())


def _versions(article: Article, store: Store) -> None:
    """Where an article changed at its source: the version whose events count, or the earlier ones, still readable."""
    *earlier, present = store.versions(article.id) or (article.id,)
    if article.id != present:
        st.info(say("A newer version of this article is there; its events are the ones on the map."))
        st.page_link("article.py", label=say("The newer version"), query_params={"id": present})
    elif earlier:
        with st.expander(say("Earlier versions")):
            for identity in reversed(earlier):
                _to_article(store.article(identity))


def _copies(article: Article, store: Store) -> None:
    copies = store.copies(article.id)
    if copies:
        st.markdown(f"### {say('The same text elsewhere')}")
        st.caption(say("Copies of one text count once as an origin."))
        for copy in copies[:COPIES_MOST]:
            _to_article(store.article(copy.article_id))


def _to_article(article: Article | None) -> None:
    if article is not None:
        publisher, day = source_words.article_facts(article)
        label = f"{parts.md(source_words.article_name(article))} · {parts.md(publisher.text)} · {parts.md(day.text)}"
        st.page_link("article.py", label=label, query_params={"id": article.id})


def _shown(findings: Findings, here: Shared) -> list[Event | Route]:
    """The merged events and routes that this article's own are part of, each once."""
    own = [e.id for e in findings.events] + [r.id for r in findings.routes]
    merged = [here.found(identity) for identity in own]
    return list({found.id: found for found in merged if found}.values())


def _is_visible(found: Event | Route) -> bool:
    return found.status in (Filter().event_statuses if isinstance(found, Event) else Filter().route_statuses)


def _facts(article: Article, told: list[Event | Route]) -> list[tuple[str, str, str]]:
    publisher, day = source_words.article_facts(article)
    known = day.reason
    if article.published is None and any(f.when.basis is DateBasis.MERGED or len(f.article_ids) > 1 for f in told):
        known += say("; ") + say("the dates of its events come from the merge with dated articles")
    return [
        (say("Publisher"), words.capital(publisher.text), publisher.reason),
        (say("Date"), words.capital(day.text), known),
        *_language(article),
        (say("Length"), counted(len(article.text), "character"), ""),
    ]


def _language(article: Article) -> list[tuple[str, str, str]]:
    """Nothing where it is not known, as in articles that were read before languages were."""
    if not article.language:
        return []
    reason = "" if is_read(article.language) else say("events are read from English texts only")
    return [(say("Language of the text"), words.capital(name_of(article.language)), reason)]


def _link(found: Event | Route) -> None:
    with st.container(border=True, key=f"card-{found.id}"):
        st.page_link("event.py", label=parts.finding_title(found), query_params={"id": found.id})
        seen = _is_visible(found)
        parts.show(parts.finding_line(found, status=not seen, place=seen))


frame.run(draw)
