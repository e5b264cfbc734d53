"""What several tests share."""

import os
import tempfile

import pytest

from geo.locate.gazetteer import Gazetteer

# Whoever runs the tests may have added places of their own: the tests look for those in an empty folder.
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="dateline-test-data-")


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, its index in the user's cache as in real use."""
    return Gazetteer.open()
