"""What an export is made from: the events and routes that are shown, and the line by which they are cited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo import filters
from geo.filters import Filter
from geo.records import Article, Event, Route
from geo.show import words
from geo.show.geojson import Feature, event_feature, route_feature
from geo.show.language import counted, in_row, say, term

PHRASES: Mapping[str, str] = {
    "from": term("from {value}"), "to": term("to {value}"), "source": term("source {value}"),
    "type": term("type {value}"), "status": term("status {value}"), "place": term("in {value}"),
    "text": term("with “{value}”"), "bbox": term("inside {value}"),
    "min_confidence": term("confidence at least {value}"), "actor": term("with the actor “{value}”"),
    "min_origins": term("told by at least {value} independent origins"),
}
"""The phrases of filters.OPERATORS in the reader's language; types and statuses stay as a filter writes them."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Says which part of which data a file holds; the day is the caller's, so that equal input gives equal bytes."""

    asked: Filter
    exported: date
    version: int
    """Of the store: it rises with every change."""

    def line(self, n_events: int, n_routes: int) -> str:
        """One sentence for captions and files, in plain text."""
        counts = ((n_events, "event"), (n_routes, "route"))
        found = words.listed(counted(n, noun) for n, noun in counts)
        asked, day = asked_words(self.asked) or say("no filter"), words.day_words(self.exported)
        return say("Dateline, {found}, {asked}; exported {day}, data version {n}.", found=found, asked=asked, day=day,
                   n=self.version)


def asked_words(asked: Filter) -> str:
    """The filter in words of the reader's language; "" when nothing is asked."""
    by_key: dict[str, list[str]] = {}
    for key, value in filters.write(asked):
        by_key.setdefault(key, []).append(words.clean(value))
    return in_row(
        say(PHRASES[key], value=words.listed(values, last=words.OR)) for key, values in by_key.items()
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """Merged events and routes with the articles they rest on."""

    events: Sequence[Event]
    routes: Sequence[Route]
    articles: Mapping[str, Article]
    cited: Citation

    def features(self) -> list[Feature]:
        """Events and then routes, as GeoJSON tells them."""
        return [
            *(event_feature(event, self.articles) for event in self.events),
            *(route_feature(route, self.articles) for route in self.routes),
        ]

    def citation(self) -> str:
        """The line that stands in the files that have room for one."""
        return self.cited.line(len(self.events), len(self.routes))
