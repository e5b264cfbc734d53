"""What somebody at a terminal sees of long work, and how they end it: a bar, and Ctrl-C after the article in hand."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

from tqdm import tqdm


class Progress(Protocol):
    """Told how many are done, how many there are as far as is known, and what is in hand."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


@contextmanager
def bar(what: str, unit: str = " articles") -> Iterator[Progress]:
    """A bar with rate and time left, on stderr where that is a terminal, from the first word on; bytes as kB, MB …"""
    bars: list[tqdm[Any]] = []

    def progress(done: int, total: int, note: str = "") -> None:
        if not bars:
            bars.append(tqdm(desc=what, total=total, unit=unit, unit_scale=unit == "B", leave=False,
                             dynamic_ncols=True, disable=None))  # fmt: skip
        shown = bars[0]
        shown.total = total
        shown.set_postfix_str("".join(c if c.isprintable() else "?" for c in note[-40:]), refresh=False)
        if done == shown.n:
            shown.refresh()
        shown.update(done - shown.n)

    try:
        yield progress
    finally:
        for one in bars:
            one.close()


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Whether the user has asked to stop: the first Ctrl-C only asks, the second one stops at once."""
    asked: list[int] = []
    before: dict[signal.Signals, Any] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        for one, handler in before.items():
            signal.signal(one, handler)
        print("\nStopping after the article in hand; once more stops at once.", file=sys.stderr)

    try:
        for one in (signal.SIGINT, signal.SIGTERM):
            before[one] = signal.signal(one, ask)
    except ValueError:
        pass  # not the main thread: whoever runs it there stops it by other means
    try:
        yield lambda: bool(asked)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
