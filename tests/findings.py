"""Random but possible records, for properties of what keeps, asks and exports them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from geo.filters import NO_SOURCE, ROUTE, Filter
from geo.records import (
    Actor,
    BBox,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    LonLat,
    Route,
    RouteStatus,
    Span,
    Status,
    Toll,
    When,
    Where,
)
from tests.build import article, place

FIRST = date(2019, 9, 1)
SOURCES = ("", "Northern Post", "ABC News")
TYPES = ("airstrike", "clash", "statement", "aid")
WORDS = ("bombs", "market", "Ḥasakah", "talks", "convoy", "US-led", "river", "nine")
WITHIN = (("gn:1", "Iraq"), ("gn:2", "Fiji"))
SPOTS = (LonLat(43.13, 36.335), LonLat(-180.0, -16.5), LonLat(180.0, 0.0), LonLat(179.2, -17.0), LonLat(0.0, 90.0))


@st.composite
def wheres(draw: st.DrawFn) -> Where:
    number = draw(st.integers(0, len(SPOTS) - 1))
    made = place(f"gn:{10 + number}", f"Place {number}", *SPOTS[number], "PPL", "IQ", within=(WITHIN[number % 2],))
    point = draw(st.none() | st.sampled_from(SPOTS))  # stated as "15 km south of" it
    return Where(made, made.name, draw(st.sampled_from(GeoPrecision)), draw(st.floats(0, 500)), point=point)


@st.composite
def whens(draw: st.DrawFn) -> When:
    if draw(st.booleans()):
        return When(None, None, DatePrecision.UNKNOWN, DateBasis.NONE)
    start = FIRST + timedelta(draw(st.integers(0, 9)))
    return When(start, start + timedelta(draw(st.integers(0, 4))), DatePrecision.RANGE, DateBasis.EXPRESSION)


@st.composite
def findings(draw: st.DrawFn, number: int) -> Findings:
    """One article with up to three events and a route; ids carry its number."""
    text = f"{number}: " + " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)))
    told = article(text, source=draw(st.sampled_from(SOURCES)))
    evidence = (Evidence(told.id, Span(0, len(text)), "test"),)
    events = tuple(
        Event(
            f"e{number}-{i}", draw(st.sampled_from(TYPES)), f"Title {i}", draw(st.sampled_from(Status)),
            draw(whens()), draw(st.none() | wheres()), evidence, (Actor(draw(st.sampled_from(WORDS)), "actor"),),
            killed=draw(st.none() | st.just(Toll(1, None, None, "people"))), confidence=draw(st.floats(0, 1)),
        )
        for i in range(draw(st.integers(0, 3)))
    )
    routes = tuple(
        Route(
            f"r{number}-{i}", "Route", tuple(draw(st.lists(wheres(), min_size=1, max_size=2))), (),
            tuple(draw(st.lists(wheres(), max_size=2))), ("people",), "", "move", True, False,
            draw(st.sampled_from(RouteStatus)), draw(whens()), evidence, confidence=draw(st.floats(0, 1)),
        )
        for i in range(draw(st.integers(0, 1)))
    )
    return Findings(told, (), events, routes)


@st.composite
def corpora(draw: st.DrawFn) -> tuple[Findings, ...]:
    """Up to four articles."""
    return tuple(draw(findings(number)) for number in range(draw(st.integers(1, 4))))


@st.composite
def boxes(draw: st.DrawFn) -> BBox:
    south = draw(st.sampled_from((-90.0, -20.0, 0.0, 36.335)))
    west, east = draw(st.sampled_from(((-180.0, 180.0), (179.0, -179.0), (40.0, 50.0), (180.0, 180.0), (0.0, 43.13))))
    return BBox(west, south, east, draw(st.sampled_from((36.335, 90.0))))


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    """Filters that have a chance to find something in `corpora`."""
    since = draw(st.none() | st.integers(0, 9).map(lambda n: FIRST + timedelta(n)))
    return Filter(
        since=since,
        until=draw(st.none() | st.integers(9, 14).map(lambda n: FIRST + timedelta(n))),
        sources=tuple(draw(st.lists(st.sampled_from((NO_SOURCE, "ABC News", "no such")), max_size=2, unique=True))),
        types=tuple(draw(st.lists(st.sampled_from((*TYPES, ROUTE)), max_size=2, unique=True))),
        statuses=tuple(draw(st.lists(st.sampled_from(Status), max_size=3, unique=True))),
        place=draw(st.sampled_from(("", "", "gn:1", "FIJI", "place 0", "gn:12", " Iraq ", "none"))),
        text=draw(st.sampled_from(("", "", "bombs", "hasakah", "us-led market", "title", '"', "title 1 NEAR"))),
        bbox=draw(st.none() | boxes()),
        min_confidence=draw(st.none() | st.sampled_from((0.0, 0.5, 1.0))),
        actor=draw(st.sampled_from(("", "", "", "isis", "title", '"'))),
        min_origins=draw(st.none() | st.sampled_from((1, 2, 3))),
    )
