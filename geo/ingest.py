"""Inputs -> store: read, extract, keep, merge. Idempotent; what cannot be read is named and quarantined."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from geo.inputs import Input, of_file
from geo.keep import Kept, Quarantined, Store, merge
from geo.locate import Countries
from geo.pipeline import Tools
from geo.read import Rejected, find_files, read_each
from geo.records import Article, BadInput, Findings
from geo.workers import Failed, Outcome, Workers, begin, in_order

ROWS_AT_ONCE = 200
LOOK_AHEAD = 1000
"""Articles of one input read before the first is worked through: enough to tell how long it will take."""

Progress = Callable[[str, int, int], None]
"""(name of the input, articles done, articles in all as far as they are known)"""


@dataclass(frozen=True, slots=True)
class Brought:
    """What one input brought."""

    brought: int
    """New articles and new versions."""
    rejected: int


NOTHING = Brought(0, 0)


@dataclass(frozen=True, slots=True)
class Report:
    """What one ingest did, article by article."""

    new: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    updated: int = 0
    """New versions of articles that changed at their source."""
    copies: int = 0
    """Of the new ones: those whose text is that of an earlier article."""
    stopped: bool = False
    """Somebody asked to stop: what is not done yet is done by the next run."""
    of_input: Mapping[str, Brought] = field(default_factory=dict)
    """By origin, for inputs read to their end."""

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why inputs were rejected, figures and names left out, and how often; the most frequent first."""
        counts = Counter(_kind_of(row.reason) for row in self.rejected)
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _kind_of(reason: str) -> str:
    """The first sentence of a reason, without what differs from file to file."""
    first = reason.split(": ")[0] if reason.startswith("The reader") else reason
    words = [w if not any(c.isdigit() or c in "'/" for c in w) else "…" for w in first.split(". ")[0].split()]
    return " ".join(words).rstrip(".:;,")


@dataclass(frozen=True, slots=True)
class Settings:
    """How inputs are to be read; the defaults are those of a plain `ingest`."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Columns of tables that the user told."""
    again: bool = False
    """Read inputs too of which the same bytes were read to the end before."""
    stop: Callable[[], bool] = lambda: False
    """Asked before each article; once it says yes, what is in hand is finished and no more is begun."""


# --- what happens to each input, step by step


@dataclass(frozen=True, slots=True)
class _New:
    """An article that is not in the store yet; with its findings where others have made them."""

    origin: str
    article: Article
    coded: Findings | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """Articles that the store has."""

    count: int


@dataclass(frozen=True, slots=True)
class _End:
    """An input was read to its end. `sha256` "" is for one that could not be opened."""

    origin: str
    sha256: str


_Step = _New | _Known | Rejected | _End


class _Count:
    """How many articles are done, and how many there are as far as is known: an unread input counts as one."""

    def __init__(self, inputs: int, tell: Progress) -> None:
        self._unread, self._known, self._done, self._tell = inputs, 0, 0, tell
        self._name = ""

    def opened(self, name: str, at_least: int) -> None:
        self._unread, self._known, self._name = self._unread - 1, self._known + at_least, name
        self._say()

    def done(self, step: _Step) -> None:
        self._done += step.count if isinstance(step, _Known) else 0 if isinstance(step, _End) else 1
        self._say()

    def within(self, part: int, parts: int) -> None:
        """One article takes so long that its parts are worth a word."""
        self._say(f", part {part} of {parts}")

    def _say(self, more: str = "") -> None:
        self._tell(self._name + more, self._done, max(self._done, self._known + self._unread))


def ingest(
    paths: Iterable[Path], store: Store, tools: Callable[[], Tools],
    progress: Progress = lambda name, done, total: None, workers: Workers | None = None,
) -> Report:
    """`ingest_inputs` of every file below `paths`."""
    found = find_files(paths)
    return ingest_inputs(tuple(map(of_file, found.files)), store, tools, progress, workers, missing=found.rejected)


def ingest_inputs(
    inputs: Sequence[Input], store: Store, tools: Callable[[], Tools],
    progress: Progress = lambda name, done, total: None, workers: Workers | None = None,
    settings: Settings | None = None, missing: Sequence[Rejected] = (),
) -> Report:
    """Every article of the inputs into `store`, then the merge over all articles.

    One transaction an article: what was reported as new stays, wherever the run ends. `tools` is called
    when the first new article needs them, so that a run with nothing new is quick. With `workers` articles are
    read in several processes, and everything is kept in the same order as without. `missing` are inputs that
    there is nothing of; they are quarantined like those that cannot be read.
    """
    settings, count = settings or Settings(), _Count(len(inputs), progress)
    keeper = _Keeper(store, tools)
    for row in missing:
        keeper.rejected.append(row)
        keeper.close(row.origin, "")

    def begun(step: _Step) -> Callable[[], Outcome | None]:
        if isinstance(step, _New) and step.coded is None:
            return begin(step.article, tools, workers, count.within)
        return lambda: None

    steps = _steps(inputs, store, settings, count)
    for step, outcome in in_order(steps, begun, workers.ahead if workers else 0):
        keeper.keep(step, outcome)
        count.done(step)
    report = keeper.report(stopped=settings.stop())
    merge(store)
    return report


def survey(inputs: Sequence[Input], store: Store, settings: Settings, progress: Progress) -> Report:
    """What `ingest_inputs` would find new, with nothing worked through and nothing written."""
    count = _Count(len(inputs), progress)
    new = unchanged = updated = 0
    rejected: list[Rejected] = []
    for step in _steps(inputs, store, settings, count):
        if isinstance(step, _New):
            is_update = store.has_address(step.article)
            new, updated = new + (not is_update), updated + is_update
        elif isinstance(step, _Known):
            unchanged += step.count
        elif isinstance(step, Rejected):
            rejected.append(step)
        count.done(step)
    return Report(new, unchanged, tuple(rejected), updated, stopped=settings.stop())


def _steps(inputs: Sequence[Input], store: Store, settings: Settings, count: _Count) -> Iterator[_Step]:
    """What is to be done, input by input. An input that is broken off has no _End, and is read again next time."""
    for one in inputs:
        if settings.stop():
            return
        try:
            piece = one.load()
        except OSError as error:
            count.opened(one.origin, 1)
            yield Rejected(one.origin, f"It cannot be read: {error.strerror or error}.", "")
            yield _End(one.origin, "")
            continue
        except BadInput as error:
            count.opened(one.origin, 1)
            yield Rejected(one.origin, str(error), "")
            yield _End(one.origin, "")
            continue
        digest = _digest(piece.data, settings.columns)
        before = None if settings.again else store.ledger.articles_in(one.origin, digest)
        if before is not None:
            count.opened(one.origin, before)
            yield _Known(before)
            continue
        found = read_each(piece.data, piece.name, piece.media_type, settings.columns)
        first = list(islice(found, LOOK_AHEAD))
        count.opened(one.origin, len(first))
        for part in (first, found):
            for outcome in part:
                if settings.stop():
                    return
                yield _step(one.origin, outcome, store)
        yield _End(one.origin, digest)


def _step(origin: str, outcome: Article | Findings | Rejected, store: Store) -> _Step:
    if isinstance(outcome, Rejected):
        return outcome
    article, coded = (outcome.article, outcome) if isinstance(outcome, Findings) else (outcome, None)
    return _Known(1) if store.known(article) else _New(origin, article, coded)


def _digest(data: bytes, columns: Mapping[str, str]) -> str:
    """Of the bytes, and of how they are to be read where the user said so."""
    told = repr(sorted(columns.items())).encode() if columns else b""
    return hashlib.sha256(data + told).hexdigest()


class _Keeper:
    """Puts into the store what came of each step, and counts."""

    def __init__(self, store: Store, tools: Callable[[], Tools]) -> None:
        self._store, self._tools = store, tools
        self._countries: Countries | None = None
        self.rejected: list[Rejected] = []
        self._first = self._of_input = self._before = 0
        self._outcomes: dict[str, Brought] = {}
        self._rows: list[Findings] = []
        self._kept: Counter[Kept] = Counter()

    def keep(self, step: _Step, outcome: Outcome | None) -> None:
        if isinstance(step, Rejected):
            self.rejected.append(step)
        elif isinstance(step, _End):
            self.close(step.origin, step.sha256)
        elif isinstance(step, _Known):
            self._kept[Kept.KNOWN] += step.count
            self._of_input += step.count
        else:
            self._article(step, outcome)

    def _article(self, step: _New, outcome: Outcome | None) -> None:
        self._of_input += 1
        if step.coded is not None:
            self._rows.append(self._at_home(step.coded))
            if len(self._rows) >= ROWS_AT_ONCE:
                self.flush()
        elif isinstance(outcome, Failed):
            digest = hashlib.sha256(step.article.text.encode("utf-8", "surrogatepass")).hexdigest()
            self.rejected.append(Rejected(step.origin, outcome.reason, digest))
        elif outcome is not None:
            self._kept.update(self._store.add_all([outcome]))

    def flush(self) -> None:
        """Rows of event tables are kept some hundred in one transaction: a table has very many."""
        rows, self._rows = self._rows, []
        if rows:
            self._kept.update(self._store.add_all(rows))

    def _at_home(self, coded: Findings) -> Findings:
        if self._countries is None:
            self._countries = Countries(self._tools().gazetteer)
        return self._countries.at_home(coded)

    def close(self, origin: str, sha256: str) -> None:
        """The input's line in the books. One with something in quarantine is read again the next time."""
        self.flush()
        rows = [Quarantined(r.origin, r.reason, r.sha256, origin) for r in self.rejected[self._first:]]
        self._store.ledger.close(origin, "" if rows else sha256, self._of_input, rows)
        brought = self._new() + self._kept[Kept.VERSION]
        self._outcomes[origin] = Brought(brought - self._before, len(rows))
        self._first, self._of_input, self._before = len(self.rejected), 0, brought

    def _new(self) -> int:
        return self._kept[Kept.NEW] + self._kept[Kept.COPY]

    def report(self, *, stopped: bool) -> Report:
        self.flush()
        return Report(
            self._new(), self._kept[Kept.KNOWN], tuple(self.rejected), self._kept[Kept.VERSION],
            self._kept[Kept.COPY], stopped, self._outcomes,
        )
