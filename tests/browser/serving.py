"""The running app and the Chromium that looks at it: what the browser tests and the benches of the page share."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page, Request

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_S = 60
BLOCKS = "[data-testid='stMainBlockContainer'] [data-testid='stElementContainer']"
QUIET = (
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
)  # fmt: skip
"""Chromium's arguments: as root, asking nobody anything of its own, and reaching no other machine."""
HOSTILE = " ".join((
    "<img src=x onerror=\"top.pwn=1\">", "${top.pwn=1}", "</script><script>top.pwn=1</script>", "\\${top.pwn=1}",
    "`+(top.pwn=1)+`", "[x](javascript:top.pwn=1)", "'\"><svg onload=top.pwn=1>", "\u202etop.pwn=1\u202c",
    "{{7*7}} :material/bolt: $x$",
))  # fmt: skip
"""Strings that would run as code, from a frame as well."""

Open = Callable[..., Page]


class Served:
    """A running app and the requests that its pages made to anywhere else."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.strangers: list[str] = []


def chromium_path() -> str:
    """The path of a Chromium; its absence fails the tests, it does not skip them."""
    done = subprocess.run(["sh", ROOT / "tests/browser/chromium.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def unused_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(store: str, log: Path) -> Iterator[Served]:
    """The app over this store, until the block is left."""
    port = unused_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    more = {"DATELINE_STORE": store, "DATELINE_TILES": "none", "PYTHONPATH": str(ROOT)}
    url = f"http://{HOST}:{port}"
    with running(command, [f"{url}/_stcore/health", f"{url}/api/health"], log, more):
        yield Served(url)


@contextmanager
def running(command: Sequence[str], asked: Sequence[str], log: Path, more: dict[str, str]) -> Iterator[None]:
    """A server process, `more` in its environment: from when each address answers until the block is left."""
    env = {**os.environ, **more}
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out) as process:
        try:
            _healthy(asked, process, log)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _healthy(asked: Sequence[str], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            for url in asked:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    assert answer.status == 200
            return
        except OSError:
            time.sleep(0.1)  # polling a port has no event to wait for
    raise AssertionError(f"no answer within {START_S} s:\n{log.read_text('utf-8', 'replace')}")


def open_page(browser: Browser, served: Served, path: str) -> Page:
    """A page in a context of its own, as who comes for the first time sees it: nothing of it is in a cache."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    context.on("request", partial(note, served))
    page = context.new_page()
    page.goto(served.url + path)
    return page


def note(served: Served, request: Request) -> None:
    """Keeps what was asked of anyone else. To be asked for leave instead would empty the cache, and a page would take
    half as much processor time again; the browser refuses by itself (QUIET)."""
    if not request.url.startswith((served.url, "data:", "blob:")):
        served.strangers.append(request.url)


class Tabs:
    """Tabs that are used one after the other, as readers do: their cache keeps what Streamlit is made of."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(reduced_motion="reduce")
        self._context.on("request", lambda request: note(self._served, request))
        self._served = Served("")
        self._free: list[Page] = []

    def open(self, served: Served, path: str, *, width: int = 1400, height: int = 900, theme: str = "light") -> Page:
        """The page of this path in a tab that nobody uses."""
        self._served = served
        page = self._free.pop() if self._free else self._context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.goto(served.url + path)
        return page

    def give_back(self, page: Page, *, sound: bool) -> None:
        """Leaves nothing of what was done in it; where that is not sure, the tab is closed for good."""
        if sound:
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.mouse.move(0, 0)
            page.goto("about:blank")  # ends the session with the server
            self._free.append(page)
        else:
            page.close()
        self._context.clear_cookies()

    def close(self) -> None:
        self._context.close()


def the_map(page: Page) -> FrameLocator:
    """The map's frame within the page."""
    return page.frame_locator(".st-key-map-frame iframe")
