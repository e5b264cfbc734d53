"""Confidence: the product of named factors, less where there is a reason for less."""

from dataclasses import replace
from datetime import date

import pytest

from geo.extract.merge import join_within
from geo.extract.sureness import BASIS, DAYS, SPOT, TOLD_ONCE, factors_of, product
from geo.records import (
    UNKNOWN_WHEN,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    GeoPrecision,
    Span,
    Status,
    When,
    Where,
)
from tests.build import PLACES, article

DAY = When(date(2019, 9, 9), date(2019, 9, 9), DatePrecision.DAY, DateBasis.EXPRESSION, "on Monday")
MONTH = replace(DAY, start=date(2019, 9, 1), end=date(2019, 9, 30), precision=DatePrecision.MONTH)
AT = Where(PLACES["Mosul"], "Mosul", GeoPrecision.EXACT, 5.0)


def sure(*, place: float | None = 1.0, where: Where | None = AT, when: When = DAY, lead: bool = True) -> float:
    return product(factors_of(words=0.9, status=0.9, place=place, where=where, when=when, lead=lead))


@pytest.mark.parametrize("less", [
    sure(place=None, where=None), sure(place=0.7), sure(when=MONTH), sure(when=UNKNOWN_WHEN), sure(lead=False),
    sure(when=replace(DAY, basis=DateBasis.REPORTING)), sure(where=replace(AT, precision=GeoPrecision.COUNTRY)),
])
def test_every_reason_takes_something_away(less: float) -> None:
    assert 0 < less < sure() == 0.81


def test_every_way_of_knowing_has_a_value() -> None:
    assert set(BASIS) == set(DateBasis)
    assert set(DAYS) == set(DatePrecision)
    assert set(SPOT) == set(GeoPrecision)
    assert all(0 < value <= 1 for table in (BASIS, DAYS, SPOT) for value in table.values())


def test_what_one_sentence_tells_is_less_sure_than_what_two_tell() -> None:
    told = article("Bombs fell on Mosul on Monday. The strike on Mosul killed two men.")
    factors = factors_of(words=0.9, status=0.9, place=1.0, where=AT, when=DAY, lead=True)

    def mention(start: int, end: int) -> Event:
        proof = Evidence(told.id, Span(start, end), "test", Span(start, start + 5))
        return Event(f"e{start}", "airstrike", "Airstrike in Mosul", Status.REPORTED, DAY, AT, (proof,),
                     confidence=product(factors), factors=factors)  # fmt: skip

    (once,) = join_within([mention(0, 30)], told)
    (twice,) = join_within([mention(0, 30), mention(31, 66)], told)
    assert dict(once.factors)[TOLD_ONCE] < 1
    assert TOLD_ONCE not in dict(twice.factors)
    assert once.confidence == product(once.factors) < twice.confidence == product(twice.factors)
