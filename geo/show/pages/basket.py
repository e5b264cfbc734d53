"""What a reader brought on the Add page: read a lot at a time, seen, then kept or thrown away.

An interrupted run of the page loses nothing: what is read and what still waits stand in the session at any moment.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import streamlit as st

from geo.keep import Store
from geo.locate.homes import Countries
from geo.pipeline import Tools, read
from geo.read import Batch, Rejected
from geo.records import Article, Findings, GeoError
from geo.show import source_words
from geo.show.fault_words import fault
from geo.show.language import counted, say
from geo.show.pages.parts import md

AT_ONCE = 20
"""Articles that are read before they are shown."""
CHARS_AT_ONCE = 400_000
"""Code points of these; half a minute's work."""
TEXT_MOST = 200_000
"""Code points of one article that is read while somebody waits for the page; a longer one is for the command line."""
CHARS_A_MINUTE = 700_000
CODED_MOST = 2_000
"""Rows of event tables; they need no reading, but a page holds them in memory."""
NAMED_MOST = 5
_STATE = "add-basket"


@dataclass(slots=True)
class Basket:
    """`notes` are said once, on the next page: what is bad, and what is only to be known."""

    waiting: list[Article] = field(default_factory=list)
    read: list[Findings] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    good: list[str] = field(default_factory=list)


def basket() -> Basket:
    """The reader's own, of this session."""
    found = st.session_state.setdefault(_STATE, Basket())
    return found if isinstance(found, Basket) else Basket()


def empty() -> None:
    """Throws all away, notes included."""
    st.session_state[_STATE] = Basket()


def bring(batches: Iterable[Batch], store: Store, tools: Callable[[], Tools]) -> None:
    """Puts in what is new and can be read here; what is known, too long, too much or unreadable is noted."""
    into = basket()
    known: list[Article] = []
    seen: set[str] = set()
    again = 0
    countries: Countries | None = None
    for batch in batches:
        into.bad += [_complaint(row) for row in batch.rejected]
        both: tuple[Article | Findings, ...] = (*batch.articles, *batch.coded)
        for one in both:
            article = one.article if isinstance(one, Findings) else one
            if article.id in seen:
                again += 1
                continue
            seen.add(article.id)
            if store.known(article):
                known.append(article)
            elif isinstance(one, Findings):
                countries = countries or Countries(tools().gazetteer)
                into.read.append(countries.at_home(one))
            elif len(article.text) > TEXT_MOST:
                into.bad.append(_too_long(article))
            else:
                into.waiting.append(article)
    if len(into.read) > CODED_MOST:
        into.bad.append(say("Of {rows} the first {n} are taken here; `python -m geo ingest FILE` takes all.",
                            rows=counted(len(into.read), "report"), n=f"{CODED_MOST:,}"))
        del into.read[CODED_MOST:]
    if known:
        into.good.append(_known(known))
    if again:
        into.good.append(say("Left out, the same text again: {articles}.", articles=counted(again, "article")))


def read_lot(tools: Callable[[], Tools], progress: Callable[[int, int, str], None]) -> None:
    """Reads the next that wait; `progress` hears before each how many are done, of how many, and its name."""
    into = basket()
    number = lot(into.waiting)
    for done in range(number):
        article = into.waiting[0]
        progress(done, number, source_words.article_name(article))
        try:
            into.read.append(read(article, tools()))
        except GeoError as error:
            into.bad.append(f"{md(source_words.article_name(article))}: {md(fault(str(error)))}")
        into.waiting.pop(0)


def lot(waiting: list[Article]) -> int:
    """How many of them are read at once: at least one, where there is any."""
    length = 0
    for number, article in enumerate(waiting[:AT_ONCE]):
        length += len(article.text)
        if number and length > CHARS_AT_ONCE:
            return number
    return min(len(waiting), AT_ONCE)


def _complaint(row: Rejected) -> str:
    return f"{md(row.origin)}: {md(fault(row.reason))}"


def _too_long(article: Article) -> str:
    return say(
        "{name}: {characters} are too many to be waited for here; `python -m geo ingest FILE` takes about {n} min.",
        name=md(source_words.article_name(article)), characters=counted(len(article.text), "character"),
        n=max(1, round(len(article.text) / CHARS_A_MINUTE)),
    )


def _known(articles: list[Article]) -> str:
    names = [md(source_words.article_name(a)) for a in articles[:NAMED_MOST]]
    more = [say("{n} more", n=f"{len(articles) - NAMED_MOST:,}")] if len(articles) > NAMED_MOST else []
    return say("Already here: {articles} ({names}).", articles=counted(len(articles), "article"),
               names=say("; ").join([*names, *more]))
