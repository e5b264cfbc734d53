"""The scoreboard in short: a little of everything that `make torture` does at length."""

import time
from collections.abc import Iterator

import pytest

from tests.torture.bombs import explode
from tests.torture.inputs import sound
from tests.torture.inside import inside
from tests.torture.kills import kills
from tests.torture.malformed import read_many
from tests.torture.score import Row
from tests.torture.searches import searches
from tests.torture.sessions import sessions
from tests.torture.soak import soak

ONCE_FATAL = {"parquet": 5145, "zip": 6672, "csv": 226, "ucdp": 226}
"""Kinds and numbers of mutations that once ended the process, raised an error, or said nothing."""


@pytest.mark.parametrize("kind", sound())
def test_malformed_files_of_every_kind(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    first = ONCE_FATAL.get(kind, 20_000)
    read_many(kind, first, first + 12)
    told = capfd.readouterr().out.splitlines()
    assert [line for line in told if line.startswith("WRONG")] == []
    assert told[-1].startswith("DONE")


@pytest.mark.parametrize("name", ["ZIP of one member 9,000 times", "web archive in gzip", "entities in a feed"])
def test_bombs(name: str) -> None:
    held(explode(name))


def test_kills() -> None:
    held(kills(6, seed=8))


def test_searches() -> None:
    held(searches(400, seed=8))


def test_addresses_that_lead_inside() -> None:
    held(inside())


def test_sessions_while_an_ingest_runs() -> None:
    """Errors alone: on a busy machine the waiting says nothing."""
    held(sessions(4, 300, 7, ratio=None))


def test_soak() -> None:
    held(soak(2, slope=None))


def held(row: Row) -> None:
    assert row.wrong == (), str(row)
    assert row.done in str(row)


@pytest.fixture(autouse=True)
def not_for_long() -> Iterator[None]:
    """`make test` has ten minutes in all."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < 30
