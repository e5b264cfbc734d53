"""What several tests share."""

import pytest

from geo.locate.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, its index in the user's cache as in real use."""
    return Gazetteer.open()
