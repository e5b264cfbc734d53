"""Who may tell of one movement: the lines that a route stands in and looks in, its rank, and whether two meet.

Each route joins the first more detailed one that it meets. Only the goals (origins, where there is no goal) and the
days are looked at to find whom it could meet; what lies elsewhere, or in another season, is never asked.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from geo.extract.likeness import date_score, reach, route_ends_meet
from geo.extract.timeline import EVER, NEVER
from geo.filters import Filter
from geo.records import Route, RouteStatus, Span, Where

SHOWN = Filter().route_statuses
"""What is shown when no status is asked for."""
SEASON = 32
"""Days. A route that reaches over more of them is looked for apart from the others."""

Rank = tuple[int, date, str, Span, str]
Days = tuple[int, int]
"""Ordinals of the first and last day that another route must reach."""


def rank(route: Route, published: date | None) -> Rank:
    """The smaller leads: the most detailed, then that of the earliest article; no two are equal."""
    detail = len(route.origins) + len(route.destinations)
    return -detail, published or date.max, route.evidence[0].article_id, start_of(route), route.id


def start_of(route: Route) -> Span:
    """Where the article begins to tell it."""
    return route.evidence[0].trigger or route.evidence[0].span


def block_of(route: Route) -> str:
    """Routes of different blocks are never compared."""
    return f"{layer_of(route)} {_country(route)}"


def layer_of(route: Route) -> str:
    """What is shown by default is one layer, and each hidden status another."""
    return "shown" if route.status in SHOWN else route.status.value


def _ends(route: Route) -> tuple[Where, ...]:
    return route.destinations or route.origins


def _country(route: Route) -> str:
    """The block a route is compared in: the country of its first goal, or of its first origin."""
    return min((e.place.country_code for e in _ends(route)), default="") + ("" if route.origins else "<")


def days_of(route: Route, published: date | None) -> Days:
    """Of two that meet these overlap; of a habit the article's day says nothing."""
    days = reach(route.when, _known(route, published))
    return (NEVER, EVER) if days is None else (days[0].toordinal(), days[1].toordinal())


def _known(route: Route, published: date | None) -> date | None:
    return None if route.status is RouteStatus.HABITUAL and route.when.start is None else published


def is_wide(days: Days) -> bool:
    """Whether it reaches over more than a SEASON."""
    return days[1] - days[0] > SEASON


def seasons(days: Days) -> range:
    """Of one that is not wide: numbers that two whose days overlap have in common."""
    return range(days[0] // SEASON, days[1] // SEASON + 1)


def _country_line(where: Where) -> Iterator[str]:
    if where.place.country_code:
        yield f"country {where.place.country_code}"


def own_units(route: Route) -> list[str]:
    """The ends themselves; a country also by its code."""
    ends = _ends(route)
    countries = (c for e in ends if e.place.feature_code.startswith("PCL") for c in _country_line(e))
    return list(dict.fromkeys([*(e.place.gazetteer_id for e in ends), *countries]))


def all_units(route: Route) -> list[str]:
    """The ends and all that contains them, the nearest first."""
    ends = _ends(route)
    units = (i for e in ends for i in (e.place.gazetteer_id, *(w for w, _ in e.place.within)))
    return list(dict.fromkeys([*units, *(c for e in ends for c in _country_line(e))]))


def stands_in(route: Route) -> Iterator[str]:
    """The lines that it is found in."""
    yield from (f"own {unit}" for unit in own_units(route))
    yield from (f"all {unit}" for unit in all_units(route))


def looks_in(route: Route) -> Iterator[str]:
    """The lines of those that have an end in common with it, or one that contains an end of the other."""
    yield from (f"own {unit}" for unit in all_units(route))
    yield from (f"all {unit}" for unit in own_units(route))


def farness(route: Route, lead: Route) -> int:
    """How far up the units of the route the first one stands that the other has too."""
    others = frozenset(all_units(lead))
    units = all_units(route)
    return next((n for n, unit in enumerate(units) if unit in others), len(units))


def meets(lead: Route, route: Route, published: tuple[date | None, date | None]) -> bool:
    """Whether the route may be told by the one that leads; `published` are the days of their two articles."""
    if layer_of(lead) != layer_of(route) or not route_ends_meet(lead, route):
        return False
    if lead.mover_type and route.mover_type and lead.mover_type != route.mover_type:
        return False
    known = _known(lead, published[0]), _known(route, published[1])
    return date_score(lead.when, route.when, *known) is not None


class Leaders:
    """The routes that lead a cluster, found by line and season."""

    def __init__(self) -> None:
        self._by_line: dict[str, dict[int | None, list[int]]] = {}

    def add(self, number: int, route: Route, days: Days) -> None:
        """Under its number."""
        keys: Iterable[int | None] = (None,) if is_wide(days) else seasons(days)
        for line in stands_in(route):
            by_season = self._by_line.setdefault(line, {})
            for key in keys:
                by_season.setdefault(key, []).append(number)

    def near(self, route: Route, days: Days) -> set[int]:
        """All that the route could meet."""
        found: set[int] = set()
        for line in looks_in(route):
            if by_season := self._by_line.get(line):
                for key in by_season if is_wide(days) else (None, *seasons(days)):
                    found.update(by_season.get(key, ()))
        return found
