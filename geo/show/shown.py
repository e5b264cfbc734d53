"""What an export is made from: the events and routes that are shown, and the line by which they are cited."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from geo import filters
from geo.extract.corrected import holding
from geo.filters import Filter
from geo.keep import Store
from geo.records import Article, BadFilter, Correction, Event, Route
from geo.show import words
from geo.show.geojson import Feature, event_feature, route_feature
from geo.show.language import counted, in_row, say, term

PHRASES: Mapping[str, str] = {
    "from": term("from {value}"), "to": term("to {value}"), "source": term("source {value}"),
    "type": term("type {value}"), "status": term("status {value}"), "place": term("in {value}"),
    "text": term("with “{value}”"), "bbox": term("inside {value}"),
    "min_confidence": term("confidence at least {value}"), "actor": term("with the actor “{value}”"),
    "min_origins": term("told by at least {value}"),
}
"""By the keys of filters.OPERATORS; types and statuses stay as a filter writes them."""


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
        told = counted(int(value), "independent origin") if key == "min_origins" else words.clean(value)
        by_key.setdefault(key, []).append(told)
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
    trails: Mapping[str, Sequence[Correction]] = field(default_factory=dict)
    """By the id of an event or route, the corrections in force about it, oldest first."""

    def features(self) -> list[Feature]:
        """Events and then routes, as GeoJSON tells them."""
        return [
            *(event_feature(event, self.articles, self.trails.get(event.id, ())) for event in self.events),
            *(route_feature(route, self.articles, self.trails.get(route.id, ())) for route in self.routes),
        ]

    def citation(self) -> str:
        """The line that stands in the files that have room for one."""
        return self.cited.line(len(self.events), len(self.routes))


def gather(
    store: Store, asked: Filter, cited: Citation, *, most: int | None = None, events: bool = True,
    routes: bool = True, names: bool = False,
) -> Shown:
    """What the filter lets pass, events or routes alone where so asked. BadFilter for more than `most` of them.

    Who corrected, and their notes, are in it with `names` alone: what is passed on or published says that it was
    reviewed, when and how, and leaves the people of the newsroom out.
    """
    found_events = store.events(asked) if events else ()
    found_routes = store.routes(asked) if routes else ()
    found: list[Event | Route] = [*found_events, *found_routes]
    if most is not None and len(found) > most:
        raise BadFilter(f"{len(found):,} features are too many for one answer ({most:,}); narrow the filter.")
    articles = store.articles({i for item in found for i in item.article_ids})
    told = trails(store, found)
    if not names:
        told = {key: tuple(replace(entry, who="", why="") for entry in trail) for key, trail in told.items()}
    return Shown(found_events, found_routes, articles, cited, told)


def trails(store: Store, found: Iterable[Event | Route]) -> dict[str, tuple[Correction, ...]]:
    """By id, the corrections in force about what people reviewed; nothing for the rest."""
    reviewed = {item.id: item for item in found if item.reviewed}
    if not reviewed:
        return {}
    of_report = {report: item.id for item in reviewed.values() for report in item.member_ids or (item.id,)}
    of_sentence = {(e.article_id, e.span): item.id for item in reviewed.values() for e in item.evidence}
    made: defaultdict[str, list[Correction]] = defaultdict(list)
    for entry in holding(store.corrections(of_report)):
        anchors = (*entry.members, *entry.others)
        about = {of_report.get(a.report_id) or of_sentence.get((a.article_id, a.span), "") for a in anchors}
        for identity in about - {""}:
            made[identity].append(entry)
    for identity in reviewed.keys() - made.keys():  # told by a newer version of its article: the store looks it up
        made[identity] += holding(store.corrections(reviewed[identity].member_ids or (identity,)))
    return {identity: tuple(entries) for identity, entries in made.items()}
