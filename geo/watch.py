"""Feeds and folders, looked after for as long as the run lasts: each in its time, politely, nothing twice.

How far a feed has got is kept in the store, after its articles are: a run that ends anywhere, in whatever way, is
followed by one that neither repeats an article nor leaves one out.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from geo.ingest import NOTHING, Report, Settings, ingest_inputs
from geo.inputs import Input, Piece, of_address, of_file
from geo.keep import Store
from geo.pipeline import Tools
from geo.read import Rejected, find_files, read_each
from geo.read.fetch import Answer, page_of
from geo.read.polite import Visitor, retry_after_s
from geo.records import Article, NotFetched, StoreError
from geo.watch_config import MOST_S, Config, Feed, Folder

SETTLED_S = 2.0
"""A file changed less than this ago may still be being written."""
STORE_PAUSE_S = 30.0
TRIES_MOST = 3
"""A page that cannot be had is asked for so often, as long as its feed lists it."""
LISTED_MOST = 2_000
"""Pages whose tries are remembered for one feed."""


class State(msgspec.Struct, frozen=True):
    """How far one feed has got. Times are seconds since 1970, UTC; 0 is never."""

    etag: str = ""
    last_modified: str = ""
    next_due: float = 0.0
    last_ok: float = 0.0
    failing_since: float = 0.0
    failures: int = 0
    """In a row."""
    reason: str = ""
    articles: int = 0
    """New ones and new versions since the feed is watched."""
    tries: dict[str, int] = {}
    """Page: how often it could not be had."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at everything that was due has brought."""

    looked_at: int
    report: Report


@dataclass(frozen=True, slots=True)
class _Poll:
    """One feed's turn: its new state when all goes well, and what is to be read."""

    feed: Feed
    state: State
    inputs: tuple[Input, ...] = ()


@dataclass(slots=True)
class Watch:
    """Everything a configuration names. `now` gives seconds since 1970, `pause` waits; tests put in their own."""

    config: Config
    store: Store
    tools: Callable[[], Tools]
    visitor: Visitor
    now: Callable[[], float] = time.time
    pause: Callable[[float], None] = time.sleep
    stop: Callable[[], bool] = lambda: False
    say: Callable[[str], None] = lambda words: None
    _folders_due: dict[Path, float] = field(default_factory=dict)
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    """File: (size, time of change) when it was last read by this run."""

    def run(self) -> None:
        """Looks at what is due, waits for what is due next, and so on until asked to stop.

        A store that cannot be written to for a while (another process writes, the disk is full) ends nothing: what
        was not kept is asked for again. StoreError when someone else watches for the same store.
        """
        with self.store.watched():
            self._run()

    def _run(self) -> None:
        while not self.stop():
            try:
                done = self._look(everything=False)
                report = done.report
                if report.new or report.updated or report.rejected:
                    self.say(_sentence(report))
                due = self.next_due()
            except StoreError as error:
                self.say(f"{error} It is tried again in {STORE_PAUSE_S:g} seconds.")
                due = self.now() + STORE_PAUSE_S
            while not self.stop() and (left := due - self.now()) > 0:
                self.pause(min(left, 1.0))

    def next_due(self) -> float:
        """When the next feed or folder is to be looked at."""
        states = read_states(self.store)
        times = [self._due(states.get(feed.url, State())) for feed in self.config.feeds]
        return min([*times, *(self._folders_due.get(folder.path, 0.0) for folder in self.config.folders)])

    def look(self, *, everything: bool) -> Round:
        """Looks at every feed and folder, or at those that are due, and reads what is new.

        StoreError when someone else watches for the same store.
        """
        with self.store.watched():
            return self._look(everything=everything)

    def _look(self, *, everything: bool) -> Round:
        states, now = read_states(self.store), self.now()
        polls = []
        for feed in self.config.feeds:
            state = states.get(feed.url, State())
            if not self.stop() and (everything or self._due(state) <= now):
                polls.append(self._poll(feed, state))
        folders = [f for f in self.config.folders if everything or self._folders_due.get(f.path, 0.0) <= now]
        missing: list[Rejected] = []
        inputs = [one for poll in polls for one in poll.inputs]
        for folder in folders:
            self._folders_due[folder.path] = now + folder.every_s
            inputs += self._fresh_files(folder, missing)
        report = Report(0, 0, ())
        if inputs or missing:
            settings = Settings(stop=self.stop)
            try:
                report = ingest_inputs(tuple(inputs), self.store, self.tools, settings=settings, missing=missing)
            except StoreError:
                self._seen.clear()
                self._folders_due.clear()
                raise
        if not report.stopped:
            self._note(polls, report)
        return Round(len(polls) + len(folders), report)

    def _due(self, state: State) -> float:
        """A clock that was put back does not make a feed wait for more than a day."""
        return state.next_due if state.next_due <= self.now() + MOST_S else 0.0

    # --- feeds

    def _poll(self, feed: Feed, state: State) -> _Poll:
        asking = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
        try:
            answer = self.visitor.get(feed.url, {name: value for name, value in asking.items() if value})
            if answer.status == 304:
                return _Poll(feed, self._went_well(feed, state))
            if answer.status != 200:
                where = f" at {answer.url[:200]}, where it sends on to" if answer.url != feed.url else ""
                return _Poll(feed, self._failed(feed, state, f"it answered with {answer.status}{where}",
                                                retry_after_s(answer) or 0.0))
            page_of(answer)
        except NotFetched as error:
            return _Poll(feed, self._failed(feed, state, str(error), 0.0))
        entries = list(read_each(answer.data, feed.url, answer.media_type))
        articles = [entry for entry in entries if isinstance(entry, Article)]
        if not articles:
            reasons = [entry.reason for entry in entries if isinstance(entry, Rejected)]
            return _Poll(feed, self._failed(feed, state, (reasons or ["There is nothing in it."])[0], 0.0))
        fresh = changed(
            self._went_well(feed, state), etag=_header(answer, "etag"), last_modified=_header(answer, "last-modified")
        )
        if not feed.pages:
            piece = Piece(answer.data, feed.url, answer.media_type)
            return _Poll(feed, fresh, (Input(feed.url, lambda: piece),))
        pages = self._unread(articles, state)
        if len(pages) > feed.pages_most:
            # What is left over is asked for the next time; "not modified" must not hide it then.
            fresh = changed(fresh, etag="", last_modified="")
        return _Poll(feed, fresh, tuple(of_address(page, self.visitor) for page in pages[: feed.pages_most]))

    def _unread(self, entries: Iterable[Article], state: State) -> list[str]:
        """Addresses of entries whose pages were not read yet, in the feed's order, which has the newest first."""
        urls = dict.fromkeys(entry.url for entry in entries if entry.url)
        return [u for u in urls if state.tries.get(u, 0) < TRIES_MOST and not self.store.ledger.was_read(u)]

    def _went_well(self, feed: Feed, state: State) -> State:
        now = self.now()
        return changed(
            state, next_due=now + feed.every_s, last_ok=now, failing_since=0.0, failures=0, reason="")

    def _failed(self, feed: Feed, state: State, reason: str, wait_s: float) -> State:
        """Twice as long a pause for each failure in a row, as long as the server asks for, a day at most."""
        now, failures = self.now(), state.failures + 1
        pause = min(MOST_S, max(feed.every_s * 2 ** min(failures - 1, 20), wait_s))
        return changed(
            state, next_due=now + pause, failures=failures, reason=reason[:500],
            failing_since=state.failing_since or now,
        )

    def _note(self, polls: Iterable[_Poll], report: Report) -> None:
        """The states, once all that the feeds brought is in the store."""
        for poll in polls:
            done = {one.origin: report.of_input.get(one.origin, NOTHING) for one in poll.inputs}
            state = changed(poll.state, articles=poll.state.articles + sum(row.brought for row in done.values()))
            if poll.feed.pages:
                tries = {page: poll.state.tries.get(page, 0) + 1 for page, row in done.items() if row.rejected}
                kept = {page: n for page, n in poll.state.tries.items() if page not in done}
                state = changed(state, tries=dict([*kept.items(), *tries.items()][-LISTED_MOST:]))
                if any(n < TRIES_MOST for n in tries.values()):
                    state = changed(state, etag="", last_modified="")
            self.store.ledger.note_feed(poll.feed.url, msgspec.json.encode(state))
            if state.failures == 1:
                self.say(f"{poll.feed.url} fails: {state.reason}")
            elif brought := sum(row.brought for row in done.values()):
                self.say(f"{poll.feed.url} brought {brought}")

    # --- folders

    def _fresh_files(self, folder: Folder, missing: list[Rejected]) -> Iterator[Input]:
        """Files that came or changed since this run last read them, and are no longer being written."""
        found = find_files([folder.path])
        missing += found.rejected
        there, inside = set(map(str, found.files)), f"{folder.path}{os.sep}"
        for gone in [path for path in self._seen if path.startswith(inside) and path not in there]:
            del self._seen[gone]
        for path in found.files:
            try:
                stat = path.stat()
            except OSError:
                continue  # gone since it was listed
            mark = (stat.st_size, stat.st_mtime_ns)
            settled = abs(self.now() - stat.st_mtime) >= SETTLED_S
            if self._seen.get(str(path)) != mark and settled:
                self._seen[str(path)] = mark
                yield of_file(path)


def changed(state: State, **fields: object) -> State:
    """The state with some fields changed."""
    return msgspec.structs.replace(state, **fields)


def _header(answer: Answer, name: str) -> str:
    """A header that is sent back one day; "" for one that is not plain."""
    value = answer.headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= 500 else ""


def read_states(store: Store) -> Mapping[str, State]:
    """By address; a state that cannot be read any more starts anew."""
    found = {}
    for url, state in store.ledger.feeds().items():
        try:
            found[url] = msgspec.json.decode(state, type=State)
        except msgspec.MsgspecError:
            found[url] = State()
    return found


def _sentence(report: Report) -> str:
    return (f"{report.new} new, {report.updated} updated, {report.unchanged} unchanged, "
            f"{len(report.rejected)} quarantined")


def status(config: Config, store: Store, now: float) -> Iterator[str]:
    """A line for each feed: since when it fails and why, or when it was read; what it has brought."""
    states = read_states(store)
    for feed in config.feeds:
        state = states.get(feed.url, State())
        if state.failures:
            health = f"FAILS since {moment(state.failing_since)} ({state.failures} times): {state.reason}"
        elif state.last_ok:
            health = f"well, last read {moment(state.last_ok)}"
        else:
            health = "never read yet"
        due = "now" if state.next_due <= now else moment(state.next_due)
        yield f"{feed.url}\t{health}\t{state.articles} articles\tnext {due}"
    for folder in config.folders:
        yield f"{folder.path}\t{'there' if folder.path.is_dir() else 'MISSING'}"


def moment(seconds: float) -> str:
    """2019-09-11 08:00 UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
