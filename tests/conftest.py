"""What several tests share."""

import os
import tempfile

import pytest

from geo.locate.gazetteer import Gazetteer

# Whoever runs the tests may have added places of their own: the tests look for those in an empty folder.
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="dateline-test-data-")


LONG = ("test_explore.py", "test_torture.py", "test_access.py", "test_corrections.py", "test_page.py", "test_care.py")
"""The files that take longest: they start first, so that no process is left alone with one at the end."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where processes will share the work, the index of the gazetteer is built before they start, once."""
    if session.config.getoption("numprocesses", None):
        Gazetteer.open()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONG)))


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, its index in the user's cache as in real use."""
    return Gazetteer.open()
