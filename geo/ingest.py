"""Files -> store: read, extract, keep, merge. Idempotent; what cannot be read is named and quarantined."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.keep import Store, merge
from geo.pipeline import Tools, read
from geo.read import Rejected, find_files, read_bytes
from geo.records import GeoError


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
) -> Report:
    """Every article below `paths` into `store`, then the merge over all articles.

    One transaction an article: what was reported as new stays, wherever the run ends. `tools` is called
    when the first new article needs them, so that a run with nothing new is quick. `progress` is told
    the file's name and the count of files done and of all.
    """
    found = find_files(paths)
    rejected: list[Rejected] = [*found.rejected]
    new = unchanged = 0
    for count, path in enumerate(found.files):
        progress(path.name, count, len(found.files))
        for outcome in _one_file(path, store, tools):
            if isinstance(outcome, Rejected):
                rejected.append(outcome)
            elif outcome:
                new += 1
            else:
                unchanged += 1
    progress("", len(found.files), len(found.files))
    for row in rejected:
        store.quarantine(row.origin, row.reason, row.sha256)
    merge(store)
    return Report(new, unchanged, tuple(rejected))


def _one_file(path: Path, store: Store, tools: Callable[[], Tools]) -> Iterator[bool | Rejected]:
    """True for each new article, False for each one that is already there, Rejected for what cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Rejected(str(path), f"The file cannot be read: {error.strerror or error}.", "")
        return
    batch = read_bytes(data, str(path))
    yield from batch.rejected
    for article in batch.articles:
        if store.has_article(article.id):
            yield False
            continue
        toolbox = tools()
        try:
            findings = read(article, toolbox)
        except GeoError:
            raise
        except Exception as error:  # one poison document must not end the batch
            digest = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()
            yield Rejected(str(path), f"The article could not be worked through: {error!r}.", digest)
            continue
        yield store.add(findings)
