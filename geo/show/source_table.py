"""The table of publishers: how much of each is here, over which span, and how well it tells."""

from collections.abc import Iterable
from typing import Any

from geo.filters import NO_SOURCE
from geo.keep.publishers import Publisher
from geo.show import source_words, words
from geo.show.language import counted, direction, say

BARS_MOST = 60
STEPS = (1, 3, 12, 60, 120, 1200)
"""Months to a bar, the fewest that give no more than BARS_MOST."""


def table(publishers: Iterable[Publisher]) -> dict[str, Any]:
    """Rows, the one with most articles first, and the words round them, as data/web/sources.js shows them.

    All rows have their bars over the same span, from the first month of any dated article to the last.
    """
    found = sorted(publishers, key=lambda row: (-row.n_articles, row.name))
    months = [month for row in found for month, _ in row.months]
    first, last = min(months, default=0), max(months, default=0)
    step = next(n for n in STEPS if (last - first) // n < BARS_MOST or n == STEPS[-1])
    return {
        "rows": [_row(row, first, last, step) for row in found],
        "span": [_month(first), _month(last)] if months else [],
        "direction": direction(), "columns": _columns(), "words": _words(step),
    }


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02}"


def _guessed(row: Publisher) -> str:
    return say("name guessed in {articles}", articles=counted(row.n_guessed, "article")) if row.n_guessed else ""


def _row(row: Publisher, first: int, last: int, step: int) -> dict[str, Any]:
    bars = [0] * ((last - first) // step + 1)
    for month, number in row.months:
        bars[(month - first) // step] += number
    return {
        "source": row.name or NO_SOURCE, "name": words.clean(row.name) or say(source_words.NOT_STATED),
        "articles": row.n_articles, "bars": bars if row.months else [],
        "first": row.first and row.first.isoformat(), "last": row.last and row.last.isoformat(),
        "span": words.range_words(row.first, row.last) if row.first and row.last else say("undated"),
        "events": row.n_told, "routes": row.n_routes, "confidence": row.confidence,
        "unplaced": row.n_unplaced / row.n_told if row.n_told else None, "dated": row.n_dated / row.n_articles,
        "copies": row.n_copies / row.n_articles, "corrected": row.n_corrected,
        "note": _guessed(row),
    }


def _columns() -> list[list[str]]:
    """[key, heading, what it means]."""
    return [
        ["name", say("Publisher"), ""], ["articles", say("Articles"), ""],
        ["first", say("Days"), say("Days of its oldest and its latest article")],
        ["events", say("Events"), say("Events that its articles tell, several tellings of one event joined")],
        ["routes", say("Movements"), say("Reports of movements, as its articles tell them")],
        ["unplaced", say("No point"),
         say("Share of its events that no point shows: no place is stated, or only a country or region")],
        ["confidence", say("Confidence"), say("The mean of its events; a product of stated factors, no probability")],
        ["dated", say("Dated"), say("Share of its articles whose day is known")],
        ["copies", say("Copies"), say("Share of its articles that are nearly the text of another one, as of a wire")],
        ["corrected", say("Put right"), say("Articles of which people put something right")],
    ]


def _words(step: int) -> dict[str, str]:
    bars = {1: say("a bar a month"), 12: say("a bar a year")}.get(step, say("a bar for {n} months", n=step))
    return {
        "table": say("All sources"), "find": say("Find a publisher"), "nothing": say("No publisher is called so."),
        "more": say("Show more"), "sort": say("Sort by {column}"), "map": say("Map"), "list": say("Articles"),
        "toMap": say("Events of {name} on the map"), "toList": say("Articles of {name}"), "bars": bars,
        "chart": say("Articles from {first} to {last}, {bars}: at most {most}"), "by": say("Sort by"),
    }
