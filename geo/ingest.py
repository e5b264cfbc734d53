"""Files -> store: read, extract, keep, merge. Idempotent; what cannot be read is named and quarantined."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.keep import Store, merge
from geo.pipeline import Tools
from geo.read import Rejected, find_files, read_bytes
from geo.records import Article, Findings
from geo.workers import Failed, Outcome, Workers, begin, in_order


@dataclass(frozen=True, slots=True)
class _New:
    """An article that is not in the store yet, and the file it stands in."""

    origin: str
    article: Article


@dataclass(frozen=True, slots=True)
class Report:
    """What one ingest did, article by article."""

    new: int
    unchanged: int
    rejected: tuple[Rejected, ...]


def ingest(
    paths: Iterable[Path],
    store: Store,
    tools: Callable[[], Tools],
    progress: Callable[[str, int, int], None] = lambda name, done, total: None,
    workers: Workers | None = None,
) -> Report:
    """Every article below `paths` into `store`, then the merge over all articles.

    One transaction an article: what was reported as new stays, wherever the run ends. `tools` is called
    when the first new article needs them, so that a run with nothing new is quick. `progress` is told
    the file's name and the count of files done and of all. With `workers` articles are read in several
    processes, and everything is kept in the same order as without.
    """
    found = find_files(paths)
    rejected: list[Rejected] = [*found.rejected]
    new = unchanged = 0

    def steps() -> Iterator[_New | Rejected | None]:
        for count, path in enumerate(found.files):
            progress(path.name, count, len(found.files))
            yield from _one_file(path, store)

    def handed_over(step: _New | Rejected | None) -> Callable[[], Outcome | None]:
        return begin(step.article, tools, workers) if isinstance(step, _New) else lambda: None

    for step, outcome in in_order(steps(), handed_over, workers.ahead if workers else 0):
        if isinstance(step, _New) and isinstance(outcome, Failed):
            digest = hashlib.sha256(step.article.text.encode("utf-8", "surrogatepass")).hexdigest()
            rejected.append(Rejected(step.origin, outcome.reason, digest))
        elif isinstance(step, Rejected):
            rejected.append(step)
        elif isinstance(outcome, Findings) and store.add(outcome):
            new += 1
        else:
            unchanged += 1
    progress("", len(found.files), len(found.files))
    for row in rejected:
        store.quarantine(row.origin, row.reason, row.sha256)
    merge(store)
    return Report(new, unchanged, tuple(rejected))


def _one_file(path: Path, store: Store) -> Iterator[_New | Rejected | None]:
    """Each new article, None for each one that is already there, Rejected for what cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Rejected(str(path), f"The file cannot be read: {error.strerror or error}.", "")
        return
    batch = read_bytes(data, str(path))
    yield from batch.rejected
    for article in batch.articles:
        yield None if store.has_article(article.id) else _New(str(path), article)
