"""How alike two reports are: place, date, actors, quantities and words, each 0..1, and their weighted sum.

The weights and the windows follow the practice of conflict data sets (a few kilometres, a day or two).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rapidfuzz import fuzz

from geo.extract.quantities import same_mass
from geo.lexicon import types
from geo.records import Article, DateBasis, Event, GeoPrecision, Quantity, Route, When, Where
from geo.spatial import within_km

WEIGHTS = {"place": 0.35, "date": 0.20, "actors": 0.15, "quantity": 0.15, "words": 0.15}
SLACK = timedelta(days=1)
WINDOW = timedelta(days=14)
"""An event without a date belongs to the news of its article's fortnight."""
NEAR_EXACT_KM = 5.0
REACH_KM = 25.0
"""Radii of two places are trusted to overlap up to this distance; wider units are compared by containment."""
NEUTRAL = 0.4
"""For what one of the two does not tell."""
SENTENCES = 6
"""So many sentences of a report are compared; a report seldom tells its event more often."""
SHARED_QUOTE = 0.9
SAME_PLACE = {
    GeoPrecision.EXACT: 1.0, GeoPrecision.NEAR: 1.0, GeoPrecision.LINEAR: 0.6, GeoPrecision.ADMIN2: 0.9,
    GeoPrecision.ADMIN1: 0.75, GeoPrecision.REGION: 0.6, GeoPrecision.COUNTRY: 0.5, GeoPrecision.TOPIC: 0.3,
}
CONTAINED, IN_COUNTRY, CLOSE_BY = 0.6, 0.3, 0.8
FINE = frozenset({GeoPrecision.EXACT, GeoPrecision.NEAR, GeoPrecision.ADMIN2})
CODED = "coded:"
"""The rule of evidence from a table of events begins so; its name follows."""


@dataclass(frozen=True, slots=True)
class Report:
    """One article-level event with what is asked of it again and again."""

    event: Event
    published: date | None
    family: str
    sentences: tuple[str, ...]
    quotes: frozenset[int]
    """Hashes of the article's quoted runs of words."""
    text: str = ""
    """Of the whole article."""

    @property
    def article_id(self) -> str:
        return self.event.evidence[0].article_id

    @property
    def teller(self) -> str:
        """Whose reports are never one event, as it told them apart: the article, or a whole table of coded events."""
        proof = self.event.evidence[0]
        return proof.rule if proof.rule.startswith(CODED) else proof.article_id


def family(event_type: str) -> str:
    """Types of one family may tell of one event; an unknown type is its own family."""
    row = types().types.get(event_type)
    return row.family if row is not None else event_type


def place_score(a: Where | None, b: Where | None) -> float | None:
    """1 for the same place named exactly, less for coarser or containing places; None where they cannot be one."""
    if a is None or b is None:
        return NEUTRAL if a is b else None
    if a.place.gazetteer_id == b.place.gazetteer_id:
        alike = min(SAME_PLACE[a.precision], SAME_PLACE[b.precision])
        if a.point == b.point:
            return alike
        # "15 km south of X" and "in X": one spot only as far as their circles meet.
        return min(alike, CLOSE_BY) if within_km(a.shown_at, b.shown_at, a.radius_km + b.radius_km) else None
    if contains(a, b) or contains(b, a):
        return IN_COUNTRY if GeoPrecision.COUNTRY in (a.precision, b.precision) else CONTAINED
    if a.precision in FINE and b.precision in FINE:
        exact = a.precision is b.precision is GeoPrecision.EXACT
        if within_km(a.shown_at, b.shown_at, NEAR_EXACT_KM if exact else min(REACH_KM, a.radius_km + b.radius_km)):
            return CLOSE_BY
    return None


def contains(outer: Where, inner: Where) -> bool:
    """Whether `outer` is a unit that the gazetteer puts `inner` in."""
    place = inner.place
    if any(i == outer.place.gazetteer_id for i, _ in place.within):
        return True
    is_country = outer.place.feature_code.startswith("PCL")
    return is_country and bool(place.country_code) and place.country_code == outer.place.country_code


def date_score(a: When, b: When, a_published: date | None, b_published: date | None) -> float | None:
    """1 for the same days, less for overlap, slack and unknown; None where they cannot be one."""
    if a.start is None or a.end is None or b.start is None or b.end is None:
        return NEUTRAL if _unknown_fits(a, b, a_published, b_published) else None
    if a.start - SLACK > b.end or b.start - SLACK > a.end:
        return None
    told = 0.5 if DateBasis.REPORTING in (a.basis, b.basis) else 1.0
    if a.start > b.end or b.start > a.end:
        return 0.5 * told
    days = [(w.end - w.start).days + 1 for w in (a, b) if w.start and w.end]
    return told * (1.0 if max(days) <= 7 else 0.7 if max(days) <= 31 else NEUTRAL)


def _unknown_fits(a: When, b: When, a_published: date | None, b_published: date | None) -> bool:
    if a.start is None and b.start is None:
        return a_published is None or b_published is None or abs(a_published - b_published) <= WINDOW
    known, own, other = (b, b_published, a_published) if a.start is None else (a, a_published, b_published)
    reference = other or own
    if reference is None or known.start is None or known.end is None:
        return True
    return known.start - WINDOW <= reference <= known.end + WINDOW


def reach(when: When, published: date | None) -> tuple[date, date] | None:
    """Days that must meet those of another report for `date_score` to be given; None meets all."""
    if when.start is not None and when.end is not None:
        return _shifted(when.start, -SLACK), _shifted(when.end, SLACK)
    return None if published is None else (_shifted(published, -WINDOW), _shifted(published, WINDOW))


def _shifted(day: date, by: timedelta) -> date:
    """At the ends of the calendar the day stays."""
    try:
        return day + by
    except OverflowError:
        return day


def score(a: Report, b: Report) -> float:
    """0..1; 0 where family, place or date forbid that the two are one event."""
    if a.family != b.family:
        return 0.0
    day = date_score(a.event.when, b.event.when, a.published, b.published)
    place = None if day is None else place_score(a.event.where, b.event.where)
    if place is None or day is None or (a.event.where is None and not _same_telling(a, b)):
        return 0.0
    parts = {
        "place": place,
        "date": day,
        "actors": _actors(a.event, b.event),
        "quantity": quantity_score(a.event, b.event),
        "words": _words(a, b),
    }
    return round(sum(WEIGHTS[name] * value for name, value in parts.items()), 6)


def _same_telling(a: Report, b: Report) -> bool:
    """What two places cannot tell, the words must: one article, one sentence or one quotation."""
    if a.article_id == b.article_id:
        return True
    return not set(a.sentences).isdisjoint(b.sentences) or not a.quotes.isdisjoint(b.quotes)


def _actors(a: Event, b: Event) -> float:
    """The best likeness of two names, whatever their role: who acts and who suffers change places in the telling."""
    if not a.actors or not b.actors:
        return NEUTRAL
    return max(_alike(x.name.casefold(), y.name.casefold()) for x in a.actors[:8] for y in b.actors[:8])


@lru_cache(maxsize=65536)
def _alike(a: str, b: str) -> float:
    return 1.0 if a == b else fuzz.token_set_ratio(a, b) / 100


def quantity_score(a: Event, b: Event) -> float:
    """1 where masses or death tolls agree, 0 where they contradict each other, neutral where one is silent."""
    masses = [(x, y) for x in a.quantities for y in b.quantities if x.kg is not None and y.kg is not None]
    if masses:
        return 1.0 if any(same_mass(x, y) for x, y in masses) else 0.0
    tolls = [(x, y) for x, y in ((a.killed, b.killed), (a.injured, b.injured)) if x and y and x.best and y.best]
    if tolls:
        return 1.0 if all(x.low <= (y.best or 0) <= (x.high or y.best or 0) for x, y in tolls) else 0.0
    if any(same_quantity(x, y) for x in a.quantities for y in b.quantities):
        return 1.0
    return NEUTRAL


def same_quantity(a: Quantity, b: Quantity) -> bool:
    """The same figure of the same things in the same words' sense; two masses in different units are not."""
    return (a.value, a.unit, a.item.casefold(), a.low, a.high) == (b.value, b.unit, b.item.casefold(), b.low, b.high)


def _words(a: Report, b: Report) -> float:
    if a.quotes and not a.quotes.isdisjoint(b.quotes):
        return SHARED_QUOTE
    return max((_alike(x, y) for x in a.sentences for y in b.sentences), default=0.0)


def report(event: Event, articles: Mapping[str, Article], quotes: Mapping[str, frozenset[int]]) -> Report:
    """An article the mapping lacks counts as undated and without text."""
    article = articles.get(event.evidence[0].article_id)
    text = article.text if article else ""
    spans = sorted({e.span for e in event.evidence})[:SENTENCES]
    sentences = tuple(text[s.start : s.end].casefold() for s in spans)
    return Report(event, article.published if article else None, family(event.event_type),
                  tuple(s for s in sentences if s), quotes.get(event.evidence[0].article_id, frozenset()), text)


def route_ends_meet(a: Route, b: Route) -> bool:
    """Both sides share an end, or one's end contains the other's; a side that one leaves out, both must leave out."""
    return _side_meets(a.origins, b.origins) and _side_meets(a.destinations, b.destinations)


def _side_meets(a: tuple[Where, ...], b: tuple[Where, ...]) -> bool:
    if not a or not b:
        return not a and not b
    return any(x.place.gazetteer_id == y.place.gazetteer_id or contains(x, y) or contains(y, x) for x in a for y in b)
