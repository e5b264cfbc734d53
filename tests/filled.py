"""A store filled by hand from the two seed articles: what pages and API are tested on, without model or gazetteer."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from geo.keep import Store
from geo.records import (
    Actor,
    Article,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    How,
    Quantity,
    Route,
    RouteStatus,
    Span,
    Status,
    Toll,
    When,
    Where,
)
from tests.build import PLACES, article, toponyms

T = TypeVar("T", Event, Route)
SEEDS = sorted((Path(__file__).resolve().parent.parent / "seeds").glob("*.txt"))
WED = date(2019, 9, 11)
WEEK = When(date(2019, 9, 9), WED, DatePrecision.WEEK, DateBasis.EXPRESSION, "this week")
NAMES = {
    "Qanus Island": "Qanus Island", "Qanus": "Qanus Island", "Qayyarah": "Al Qayyarah", "Baghdad": "Baghdad",
    "Mosul": "Mosul", "Makhmour": "Makhmur", "Kirkuk region": "Kirkuk region", "Jazeera desert": "Jazeera Desert",
    "Salah ad Din": "Salah ad Din", "Al Hol": "Al-Hawl refugee camp", "Syria": "Syria", "Iraq": "Iraq",
    "Afghanistan": "Afghanistan",
}


def dated() -> Article:
    """The first seed, whose day stands in its first line."""
    made = article(SEEDS[0].read_text("utf-8"), WED, body_start=17)
    return replace(made, how=(How("published", "from the first line", 0.95),))


def undated() -> Article:
    """The second seed: a title, no day, a publisher guessed."""
    text = SEEDS[1].read_text("utf-8")
    made = article(text, None, title=text.split("\n")[0], source="ABC News", body_start=86)
    return replace(made, how=(How("source", "guessed from the text", 0.5),))


def span(text: str, words: str) -> Span:
    at = text.index(words)
    return Span(at, at + len(words))


def sentence(told: Article, words: str, trigger: str = "", place: str = "", when: str = "") -> Evidence:
    """Evidence for the sentence that holds `words` (to its full stop), with marks inside it."""
    at = told.text.index(words)
    start = max(told.text.rfind("\n", 0, at), told.text.rfind(". ", 0, at) + 1) + 1
    stops = [i for i in (told.text.find("\n", at), told.text.find(". ", at)) if i > 0]
    end = min(stops, default=len(told.text))
    body = told.text[start:end]

    def inside(part: str) -> Span | None:
        return Span(start + body.index(part), start + body.index(part) + len(part)) if part else None

    return Evidence(told.id, Span(start, end), "test", inside(trigger), inside(place), inside(when))


def at(name: str, precision: GeoPrecision = GeoPrecision.EXACT) -> Where:
    return Where(PLACES[name], name, precision, PLACES[name].radius_km or 5.0, rule="test")


def events() -> tuple[Event, ...]:
    """The merged events of the seeds."""
    a, b = dated(), undated()
    coalition = ("US-led coalition",)
    return (
        Event(
            "e-airstrike", "airstrike", "Airstrike on Qanus Island", Status.REPORTED, WEEK,
            replace(at("Qanus Island"), radius_km=5.0, alternatives=(PLACES["Al Qayyarah"],)),
            (sentence(a, "Bombs were dropped on Qanus", "Bombs were dropped", "Qanus"),
             sentence(a, "launched airstrikes this week", "launched airstrikes", "", "this week"),
             sentence(b, "aircraft dropped 80,000 pounds", "dropped", "Qanus Island")),
            (Actor("US Air Force", "actor", "US"), Actor("ISIS fighters", "target")), ("F-15", "F-35"),
            (Quantity(40, "tonne", 40_000, "bombs", True, None, 40, "almost 40 tonnes"),
             Quantity(80_000, "pound", 36_287.4, "munitions", False, None, None, "80,000 pounds")),
            Toll(1, None, None, "jihadists"), None, coalition, 1, 0.72,
            (("place in the same sentence", 0.95), ("date read from the words", 0.9), ("told as done", 0.84)),
            member_ids=("e-airstrike-a", "e-airstrike-b"),
        ),
        Event(
            "e-clearance", "clearance_operation", "Clearance operation on Qanus Island", Status.ONGOING,
            When(WED, WED, DatePrecision.ONGOING, DateBasis.EXPRESSION, "continue"), at("Qanus Island"),
            (sentence(a, "CTS Forces continue", "clearance operations", "the island"),
             sentence(b, "Follow-on ground clearance", "clearance operations")),
            origins=coalition, confidence=0.6, member_ids=("e-clearance-a", "e-clearance-b"),
        ),
        Event(
            "e-ground", "ground_attack", "Ground attacks near Qanus Island", Status.REPORTED,
            replace(WEEK, basis=DateBasis.INHERITED), at("Qanus Island", GeoPrecision.NEAR),
            (sentence(a, "Bombs were dropped on Qanus", "ground attacks", "Qanus"),), origins=coalition,
            confidence=0.5, member_ids=("e-ground-a",),
        ),
        Event(
            "e-recruitment", "recruitment_activity", "Recruitment at the Al Hol camp", Status.REPORTED,
            When(date(2019, 8, 1), date(2019, 8, 31), DatePrecision.MONTH, DateBasis.REPORTING, "last month"),
            at("Al-Hawl refugee camp"), (sentence(a, "trying to recruit people", "recruit", "Al Hol camp"),),
            origins=("New York Times",), confidence=0.4, member_ids=("e-recruitment-a",),
        ),
        Event(
            "e-sanctions", "sanctions", "US announces sanctions", Status.REPORTED,
            When(date(2019, 9, 10), date(2019, 9, 10), DatePrecision.DAY, DateBasis.EXPRESSION, "On Tuesday"),
            at("United States", GeoPrecision.COUNTRY),
            (sentence(a, "the US announced sanctions", "announced sanctions", "US", "On Tuesday"),),
            confidence=0.7, origins=("publisher not stated",), member_ids=("e-sanctions-a",),
        ),
    )


def routes() -> tuple[Route, ...]:
    """The one movement of the seeds."""
    a, b = dated(), undated()
    return (
        Route(
            "r-infiltration", "Syria and the Jazeera desert → Mosul, Makhmur and the Kirkuk region",
            (at("Syria", GeoPrecision.COUNTRY), at("Jazeera Desert", GeoPrecision.REGION)), (at("Qanus Island"),),
            (at("Mosul"), at("Makhmur"), at("Kirkuk region", GeoPrecision.ADMIN1)), ("ISIS members",), "armed_group",
            "move", True, False, RouteStatus.HABITUAL,
            When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE),
            (sentence(a, "terrorists moving from Syria", "moving", "Syria"), sentence(b, "members moving", "moving")),
            ("US-led coalition",), 1, 0.6, (), ("r-infiltration-a", "r-infiltration-b"),
        ),
    )


def fill(url: str) -> Store:
    """A new store with the seeds as they should come out; the caller closes it."""
    store = Store.open(url)
    for told, letter in ((dated(), "a"), (undated(), "b")):
        mine = [event for event in events() if f"{event.id}-{letter}" in event.member_ids]
        own_events = tuple(_part(event, told, letter) for event in mine)
        own_routes = tuple(_part(route, told, letter) for route in routes())
        store.add(Findings(told, toponyms(told.text, NAMES), own_events, own_routes))
    store.replace_merged(events(), routes())
    return store


def _part(found: T, told: Article, letter: str) -> T:
    evidence = tuple(e for e in found.evidence if e.article_id == told.id)
    return replace(found, id=f"{found.id}-{letter}", evidence=evidence, member_ids=())
