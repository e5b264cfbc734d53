"""What an event's confidence is the product of: each factor has a reason, a name and a value that readers are shown.

The values say how much a circumstance takes away; they are round, and each was checked to sort events better on
three development corpora, none was fitted. `make evaluate` prints how well the product sorts.
"""

from math import prod

from geo.records import DateBasis, DatePrecision, GeoPrecision, When, Where

BASIS = {
    DateBasis.EXPRESSION: 1.0,
    DateBasis.CODED: 1.0,
    DateBasis.DATELINE: 0.95,
    DateBasis.INHERITED: 0.9,
    DateBasis.MERGED: 0.9,
    DateBasis.PUBLICATION: 0.85,
    DateBasis.NONE: 0.6,
    DateBasis.REPORTING: 0.5,
}
DAYS = {
    DatePrecision.DAY: 1.0,
    DatePrecision.RANGE: 0.95,
    DatePrecision.WEEK: 0.8,
    DatePrecision.ONGOING: 0.7,
    DatePrecision.MONTH: 0.6,
    DatePrecision.UNKNOWN: 0.5,
    DatePrecision.YEAR: 0.4,
}
"""What is told of a month or a year is mostly a sum of events, or history."""
SPOT = {
    GeoPrecision.EXACT: 1.0,
    GeoPrecision.NEAR: 0.95,
    GeoPrecision.ADMIN2: 0.9,
    GeoPrecision.ADMIN1: 0.8,
    GeoPrecision.LINEAR: 0.8,
    GeoPrecision.REGION: 0.7,
    GeoPrecision.COUNTRY: 0.6,
    GeoPrecision.TOPIC: 0.4,
}
NO_PLACE = 0.3
"""A report of one event nearly always says where; what has no place is mostly talk."""
LATER = 0.9
"""Reports tell first what they are about; further down stand earlier and other events."""
ONCE = 0.85
"""What the article comes back to is seldom a misreading."""
TOLD_ONCE = "told once"
SECOND_ORIGIN = 1.15
"""Two who do not have it from each other are seldom both mistaken."""


def factors_of(
    *, words: float, status: float, place: float | None, where: Where | None, when: When, lead: bool
) -> tuple[tuple[str, float], ...]:
    """`place` is the score of the attribution; `lead`: told in the title or the first sentences."""
    found = [("words", words), ("status", status)]
    found.append(("place", NO_PLACE if place is None or where is None else round(min(1.0, place), 3)))
    if where is not None:
        found.append(("precision", SPOT[where.precision]))
    found += [("date", BASIS[when.basis]), ("days", DAYS[when.precision])]
    if not lead:
        found.append(("later in the text", LATER))
    return tuple(found)


def lifted(confidence: float, n_independent: int) -> tuple[tuple[str, float], ...]:
    """The factor of a second independent origin, so large that the confidence stays at most 1; () without one."""
    if n_independent < 2 or not 0 < confidence < 1:
        return ()
    return ((f"{n_independent} independent origins", round(min(SECOND_ORIGIN, 1 / confidence), 6)),)


def product(factors: tuple[tuple[str, float], ...]) -> float:
    """The confidence that these factors make."""
    return round(prod(value for _, value in factors), 6)
