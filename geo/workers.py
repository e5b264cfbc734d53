"""Articles through the pipeline in several processes: each opens the models once, the results come back in order.

Nobody but the parent writes to the store. A worker that dies takes the run with it, in a sentence; what was stored
before stays.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from geo.locate import Tally
from geo.pipeline import OnPart, Setup, Tools, read
from geo.records import Article, Findings, GeoError, WorkerLost

AHEAD = 4
"""Articles begun for each worker before the oldest is waited for: long ones do not let the others idle."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An article that could not be worked through, and why; the others go on."""

    reason: str


Outcome = Findings | Failed


def worked(article: Article, tools: Callable[[], Tools], tell: OnPart = lambda part, parts: None) -> Outcome:
    """The findings of one article, or what is wrong with it; a GeoError is no article's fault and ends the run."""
    toolbox = tools()
    try:
        return read(article, toolbox, tell)
    except GeoError:
        raise
    except Exception as error:  # one poison document must not end the batch
        return Failed(f"The article could not be worked through: {error!r}.")


T = TypeVar("T")
R = TypeVar("R")


def in_order(
    items: Iterable[T], begin: Callable[[T], Callable[[], R]], ahead: int
) -> Iterator[tuple[T, R]]:
    """Each item with what came of it, in their order; up to `ahead` more are begun before one is waited for.

    With none ahead each is done before the next is asked for.
    """
    begun: deque[tuple[T, Callable[[], R]]] = deque()
    for item in items:
        begun.append((item, begin(item)))
        if len(begun) > ahead:
            first, wait = begun.popleft()
            yield first, wait()
    for first, wait in begun:
        yield first, wait()


def begin(
    article: Article, tools: Callable[[], Tools], workers: "Workers | None",
    tell: OnPart = lambda part, parts: None,
) -> Callable[[], Outcome]:
    """The article handed to the workers, or kept until it is asked for; `tell` is called in this process alone."""
    return workers.begin(article) if workers else lambda: worked(article, tools, tell)


class Workers:
    """Processes that read articles; none is started before the first article. Use it in a `with`."""

    def __init__(self, setup: Setup, jobs: int) -> None:
        """`setup` is what each process opens its tools from; the gazetteer's index should be there already."""
        self.ahead = jobs * AHEAD
        self._tallies: dict[int, Tally] = {}
        # spawn: a forked process would share the parent's open database and the threads of its libraries.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(setup,))

    def begin(self, article: Article) -> Callable[[], Outcome]:
        """Hands the article over; what is returned waits for its outcome. WorkerLost when its process died."""
        try:
            future = self._pool.submit(_read, article)
        except BrokenProcessPool as error:
            raise _lost() from error

        def wait() -> Outcome:
            try:
                outcome, process, tally = future.result()
            except BrokenProcessPool as error:
                raise _lost() from error
            if tally is not None:
                self._tallies[process] = tally
            return outcome

        return wait

    def tallies(self) -> tuple[Tally, ...]:
        """What each process's online geocoder has done so far."""
        return tuple(self._tallies.values())

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        """Articles that nobody has begun are dropped; those in hand are finished, about a second."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _lost() -> WorkerLost:
    return WorkerLost("A reading process ended before its time, perhaps for want of memory. What was reported as new "
                      "is kept; run the command again, with fewer --jobs.")  # fmt: skip


# --- inside a worker

_tools: list[Tools] = []
"""This process's own, opened once."""


def _start(setup: Setup) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what it means
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _tools.append(setup.open())


def _end_with_parent() -> None:
    """A parent that is killed cannot say goodbye, and its workers would wait for articles for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read(article: Article) -> tuple[Outcome, int, Tally | None]:
    online = _tools[0].online
    return worked(article, lambda: _tools[0]), os.getpid(), online.tally if online else None
