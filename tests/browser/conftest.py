"""What the browser tests share: where Chromium is, a free port, and pictures of what failed."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

FAILURES = Path(__file__).parent / "failures"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str:
    """The path of a Chromium, $CHROMIUM first; its absence fails the tests, it does not skip them."""
    found = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES))), None)
    assert found, "No Chromium found: install it (Debian: apt install chromium) or set CHROMIUM=/path/to/chromium."
    return found


def unused_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    return chromium_path()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Gives a port of 127.0.0.1 that nothing listens on now."""
    return unused_port


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A picture of every open page of a failed test, into failures/."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when != "call" or not report.failed:
        return
    FAILURES.mkdir(exist_ok=True)
    pages = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Page)]
    for number, page in enumerate(p for p in pages if not p.is_closed()):
        page.screenshot(path=FAILURES / f"{item.name.replace('/', '-')}-{number}.png")
