"""Choosing among findings that look alike: every choice has a label of its own, and the words that tell it apart."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import streamlit as st

from geo.records import Article, Event, Route
from geo.show import source_words, titles, words
from geo.show.details import event_details
from geo.show.language import counted, in_row, say
from geo.show.pages import parts
from geo.show.shared import Shared

T = TypeVar("T")
QUOTED_MOST = 90
"""Code points of a sentence in a label."""


def distinct(options: Iterable[T], label: Callable[[T], str]) -> Callable[[T], str]:
    """`label`, with a number behind what an earlier option is called, too.

    The browser tells Streamlit the label of what was chosen, so that of two alike one would stand for both.
    """
    named: dict[T, str] = {}
    taken: Counter[str] = Counter()
    for option in options:
        name = label(option)
        while name in taken:
            taken[name] += 1
            name = f"{name} ({taken[name]})"
        taken[name] += 1
        named[option] = name
    return named.__getitem__


def event_of(here: Shared, alike: Mapping[str, Event], label: str, key: str) -> None:
    """One of `alike`, each with how many tell it and the first sentence that does; its id goes under `key`."""
    st.radio(label, [*alike], key=key, format_func=distinct(alike, lambda i: _named(alike[i])),
             captions=[_told(here, event) for event in alike.values()])


def _named(event: Event) -> str:
    return f"{parts.md(titles.shown(event))} · {words.when_short(event.when)}"


def _told(here: Shared, event: Event) -> str:
    sentences = event_details(event, here.articles_of(event))["sentences"]
    quoted = [words.quoted(words.short(sentences[0]["text"], QUOTED_MOST))] if sentences else []
    return parts.md(in_row((counted(len(event.article_ids), "article"), *quoted)))


def reports_of(reports: Mapping[str, Event | Route], articles: Mapping[str, Article], label: str, key: str) -> None:
    """Some of the reports; their ids go under `key`."""
    st.multiselect(label, [*reports], key=key, placeholder=say("Choose reports"),
                   format_func=distinct(reports, lambda i: _quoted(reports[i], articles)))


def _quoted(report: Event | Route, articles: Mapping[str, Article]) -> str:
    evidence = report.evidence[0]
    article = articles[evidence.article_id]
    said = words.clean(article.text[evidence.span.start:evidence.span.end])
    return in_row((source_words.article_line(article), words.quoted(words.short(said, QUOTED_MOST))))
