"""What the browser tests share: one Chromium, the app over the seeds, tabs used again, pictures of what failed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.serving import QUIET, Open, Served, Tabs, chromium_path, serving
from tests.filled import fill

FAILURES = Path(__file__).parent / "failures"
OPENED = pytest.StashKey[list[Page]]()
SOUND = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium_path(), args=list(QUIET))
        yield made
        made.close()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The seeds, five events and a route; for tests that change nothing in the store."""
    folder = tmp_path_factory.mktemp("seeds")
    url = f"sqlite:///{folder / 'store.sqlite'}"
    fill(url).close()
    with serving(url, folder / "log") as made:
        yield made


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Iterator[Tabs]:
    made = Tabs(browser)
    yield made
    made.close()


@pytest.fixture
def opened(tabs: Tabs, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens pages, each in a tab of its own, and gives the tabs back."""
    pages = request.node.stash[OPENED] = []

    def opener(served: Served, path: str = "/", **look: object) -> Page:
        pages.append(tabs.open(served, path, **look))  # type: ignore[arg-type]
        return pages[-1]

    yield opener
    for page in pages:
        tabs.give_back(page, sound=request.node.stash.get(SOUND, False))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A picture of every open page of a failed test, into failures/."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when == "call":
        item.stash[SOUND] = report.passed
    if report.when != "call" or not report.failed:
        return
    FAILURES.mkdir(exist_ok=True)
    pages = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Page)]
    for number, page in enumerate(p for p in (*pages, *item.stash.get(OPENED, [])) if not p.is_closed()):
        page.screenshot(path=FAILURES / f"{re.sub(r'[^a-zA-Z0-9]+', '-', item.name)}-{number}.png")
