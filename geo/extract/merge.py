"""Reports -> events and routes: first within one article, then across articles. Independent of the order of input.

Across articles only pairs of one line are compared (same family, a common or near place, days that may meet): see
`lines`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from math import prod

from geo.extract.independence import count_origins, quotes_of
from geo.extract.likeness import (
    FINE,
    Report,
    date_score,
    family,
    place_score,
    report,
    score,
)
from geo.extract.lines import Line, lookers, stands_in
from geo.extract.links import NO_LINKS, Links
from geo.extract.sureness import ONCE, TOLD_ONCE, lifted, product
from geo.extract.timeline import Timeline
from geo.extract.unite import date_rank, layer, place_rank, unite
from geo.records import Article, DateBasis, Event, LonLat, Span, Status, Where

SAME = 0.6
"""Reports at least this alike are one event."""
MAYBE = 0.45
"""From here up to SAME they are shown as possibly one."""
DISAGREEMENT = 0.9
FAR_FUTURE = date.max


def join_within(events: Iterable[Event], article: Article) -> tuple[Event, ...]:
    """The mentions of each event of one article as one event, in order of text.

    Same layer and family, days that may meet, a place that is the same or contains the other. A coarser place
    ("the province") joins the one event it fits; where it fits several it stays for itself.
    """
    rows = sorted(events, key=lambda e: (place_rank(e.where), _start(e), e.id))
    clusters: list[list[Event]] = []
    for event in rows:
        fitting = [c for c in clusters if all(_one_event(event, other, article.published) for other in c)]
        if len(fitting) > 1:
            fitting = [c for c in fitting if _place_id(c[0]) == _place_id(event)]
        if fitting:
            fitting[0].append(event)
        else:
            clusters.append([event])
    joined = []
    for cluster in clusters:
        cluster.sort(key=lambda e: (_start(e), e.id))
        joined.append(_told_once(replace(unite(cluster), member_ids=())))
    return tuple(sorted(joined, key=lambda e: (_start(e), e.id)))


def _told_once(event: Event) -> Event:
    """An event that the article tells of in one sentence only says so among its factors."""
    if len({proof.span for proof in event.evidence}) > 1:
        return event
    factors = (*event.factors, (TOLD_ONCE, ONCE))
    return replace(event, factors=factors, confidence=product(factors))


def _start(event: Event) -> Span:
    proof = event.evidence[0]
    return proof.trigger or proof.span


def _place_id(event: Event) -> str:
    return event.where.place.gazetteer_id if event.where else ""


def _one_event(a: Event, b: Event, published: date | None) -> bool:
    """Within one article; a mention without a place of its own may tell of any event of its family."""
    if layer(a.status) != layer(b.status) or family(a.event_type) != family(b.event_type):
        return False
    if date_score(a.when, b.when, published, published) is None:
        return False
    return a.where is None or b.where is None or place_score(a.where, b.where) is not None


@dataclass(slots=True)
class _Cluster:
    """Reports found to be one event; at most one of each article, and of each table of coded events."""

    reports: list[Report]
    places: dict[tuple[str, str, LonLat], Where] = field(default_factory=dict)
    days: dict[tuple[object, ...], Report] = field(default_factory=dict)
    tellers: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, first: Report) -> "_Cluster":
        """A cluster of one."""
        made = cls([first], tellers={first.teller})
        if first.event.where is not None:
            where = first.event.where
            made.places[_place_id(first.event), where.precision, where.shown_at] = where
        made.days[first.event.when.start, first.event.when.end, first.published] = first
        return made

    @property
    def first(self) -> str:
        """The id of the report that it began with."""
        return self.reports[0].event.id

    def may_join(self, other: "_Cluster") -> bool:
        """No article twice (its events were told apart already), no place or day that excludes another."""
        if not self.tellers.isdisjoint(other.tellers):
            return False
        if any(place_score(a, b) is None for a in self.places.values() for b in other.places.values()):
            return False
        return all(
            date_score(a.event.when, b.event.when, a.published, b.published) is not None
            for a in self.days.values() for b in other.days.values()
        )

    def ids(self) -> frozenset[str]:
        """Of its reports."""
        return frozenset(r.event.id for r in self.reports)

    def join(self, other: "_Cluster") -> None:
        self.reports += other.reports
        self.places |= other.places
        self.days |= other.days
        self.tellers |= other.tellers


def merge_events(events: Iterable[Event], articles: Mapping[str, Article]) -> tuple[Event, ...]:
    """The same events with those joined that several articles report; every result names its members.

    The likest pairs are joined first; a pair that would put two places, two days or two events of one article
    into one event is left out. The id is that of the member that was published first.
    """
    quotes = quotes_of(articles)
    reports = reports_of(events, articles, quotes)
    return clustered(reports, pairs_of(reports), quotes)


def clustered(
    reports: Sequence[Report], pairs: Iterable[tuple[float, str, str]], quotes: Mapping[str, frozenset[int]],
    links: Links = NO_LINKS,
) -> tuple[Event, ...]:
    """The merged events of the reports, given how alike which pairs are, the likest first, and what people said.

    A group of `links` is one event whatever its places and days; two reports that are apart never meet in one.
    """
    merged = [united_of(rows, quotes) for rows in partition(reports, pairs, links)]
    return tuple(sorted(merged, key=lambda e: (e.evidence[0].article_id, _start(e), e.id)))


def partition(
    reports: Sequence[Report], pairs: Iterable[tuple[float, str, str]], links: Links = NO_LINKS,
) -> list[list[Report]]:
    """The reports of each event that `clustered` gives."""
    clusters = {r.event.id: _Cluster.of(r) for r in reports}
    for group in links.groups:
        present = [i for i in group if i in clusters]
        for a, b in pairwise(present):
            _join(clusters, clusters[a], clusters[b])
    refused: set[tuple[str, str]] = set()  # by the first report of each: it stays, and what only grows stays refused
    for likeness, a, b in pairs:
        if likeness < SAME:
            break
        one, other = clusters[a], clusters[b]
        if one is other or (both := (one.first, other.first)) in refused:
            continue
        if one.may_join(other) and not (links.apart and links.parted(one.ids(), other.ids())):
            _join(clusters, one, other)
        else:
            refused |= {both, both[::-1]}
    return [c.reports for c in {id(c): c for c in clusters.values()}.values()]


def _join(clusters: dict[str, "_Cluster"], one: "_Cluster", other: "_Cluster") -> None:
    if len(one.reports) < len(other.reports):
        one, other = other, one
    one.join(other)
    for member in other.reports:
        clusters[member.event.id] = one


def maybe_same(events: Iterable[Event], articles: Mapping[str, Article]) -> tuple[tuple[str, str, float], ...]:
    """Pairs of reports of different articles that are too unlike to be joined and too alike to be passed over.

    Ids in order, likest first.
    """
    found = []
    for likeness, a, b in pairs_of(reports_of(events, articles, quotes_of(articles))):
        if MAYBE <= likeness < SAME:
            found.append((a, b, likeness))
    return tuple(found)


def reports_of(
    events: Iterable[Event], articles: Mapping[str, Article], quotes: Mapping[str, frozenset[int]]
) -> list[Report]:
    """What the comparison asks of each event, by id."""
    by_id = {e.id: e for e in events}
    return [report(by_id[key], articles, quotes) for key in sorted(by_id)]


def pairs_of(reports: Sequence[Report]) -> list[tuple[float, str, str]]:
    """Candidates of different articles with their likeness from MAYBE up, ids in order; likest first, ties by id."""
    seen: set[tuple[str, str]] = set()
    found = []
    for a, b in _candidates(reports):
        if a.teller == b.teller:
            continue
        if b.event.id < a.event.id:
            a, b = b, a
        if (a.event.id, b.event.id) not in seen:
            seen.add((a.event.id, b.event.id))
            likeness = score(a, b)
            if likeness >= MAYBE:
                found.append((likeness, a.event.id, b.event.id))
    found.sort(key=lambda row: (-row[0], row[1], row[2]))
    return found


def _candidates(reports: Sequence[Report]) -> Iterator[tuple[Report, Report]]:
    """Whoever stands in a line, with those that look in it and may be of one time."""
    standing: dict[Line, list[Report]] = defaultdict(list)
    for row in reports:
        for line in stands_in(row.event):
            standing[line].append(row)
    for line, rows in standing.items():
        looking = [some for other in lookers(line) if (some := standing.get(other))]
        if looking:
            timeline = Timeline(rows)
            for some in looking:
                yield from timeline.meeting(some)


def united_of(reports: Sequence[Report], quotes: Mapping[str, frozenset[int]]) -> Event:
    """The united record of a cluster; the member published first leads it."""
    ordered = sorted(reports, key=lambda r: (r.published or FAR_FUTURE, r.article_id, _start(r.event), r.event.id))
    events = [r.event for r in ordered]
    united = unite(events)
    lender = min(
        ordered, key=lambda r: (r.event.when.start is None, not r.event.reviewed, date_rank(r.event.when), r.event.id)
    )
    when = united.when
    if when.start is not None and lender.article_id != ordered[0].article_id:
        when = replace(when, basis=DateBasis.MERGED)
    cited: dict[str, set[str]] = defaultdict(set)
    for row in ordered:
        cited[row.article_id] |= set(row.event.origins)
    sentences = {r.article_id: r.sentences for r in ordered}
    n_independent = count_origins(cited, sentences, quotes, {r.article_id: r.text for r in ordered})
    confidence, factors = _weighed(united, n_independent)
    return replace(
        united, when=when, member_ids=tuple(sorted(e.id for e in events)), n_independent=n_independent,
        confidence=confidence, factors=factors, admiralty=admiralty(united, n_independent),
    )


def _weighed(event: Event, n_independent: int) -> tuple[float, tuple[tuple[str, float], ...]]:
    """The surest report's factors, raised by a second independent origin and lowered by contradiction; at most 1."""
    more = lifted(event.confidence, n_independent)
    if event.conflicts:
        more = (*more, ("reports disagree", DISAGREEMENT))
    return round(min(1.0, event.confidence * prod(value for _, value in more)), 6), (*event.factors, *more)


def admiralty(event: Event, n_independent: int) -> str:
    """F, as no outlet is rated, and the number for the information.

    1 confirmed by independent reports, 2 and 3 told by someone named with and without details, 4 contradicted,
    6 cannot be judged.
    """
    if event.conflicts:
        return "F4"
    if n_independent >= 2:
        return "F1"
    placed = event.where is not None and event.where.precision in FINE
    detailed = placed and event.when.start is not None
    if event.origins:
        return "F2" if detailed and event.status is not Status.CLAIMED else "F3"
    return "F3" if detailed else "F6"
