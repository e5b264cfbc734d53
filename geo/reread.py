"""Articles of the store read again, with what the gazetteer knows by now: added places take effect on them.

What people have put right stays (Store.renew). Reading again with nothing new changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from geo.keep import Store, is_coded, merge
from geo.locate import fold
from geo.pipeline import Tools
from geo.records import Article, Findings
from geo.workers import Failed, Workers, begin, in_order

AT_ONCE = 200
"""Articles in memory at a time."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading again did."""

    read: int
    changed: int
    """Articles in which something else was found than before."""
    failed: tuple[tuple[str, str], ...]
    """(article id, reason); these keep what they had."""


def holding(store: Store, names: Iterable[str]) -> tuple[str, ...]:
    """Ids of the articles whose title or text holds one of the names, by id; case, accents and hyphens aside.

    Whole words only: "Hit" is not in "hitherto". Other spellings of a name are not looked for.
    """
    keys = {f" {key} " for name in names if (key := fold(name))}
    if not keys:
        return ()
    return tuple(a.id for a in _each(store, store.article_ids()) if _holds(a, keys))


def _holds(article: Article, keys: set[str]) -> bool:
    words = f" {fold(article.text)} "
    return any(key in words for key in keys)


def _each(store: Store, ids: Iterable[str]) -> Iterator[Article]:
    listed = list(ids)
    for start in range(0, len(listed), AT_ONCE):
        # What others coded is no text to read: the row's event is theirs.
        found = store.articles(listed[start:start + AT_ONCE]).values()
        yield from (article for article in found if not is_coded(article))


def reread(
    ids: Iterable[str],
    store: Store,
    tools: Callable[[], Tools],
    progress: Callable[[int, int], None] = lambda done, total: None,
    workers: Workers | None = None,
) -> Reread:
    """Reads these articles again, one transaction an article, and merges anew when something changed.

    Ids that the store has not are passed over. `progress` is told how many are done and how many there are.
    """
    wanted = sorted(set(ids))
    read = changed = 0
    failed: list[tuple[str, str]] = []
    ahead = workers.ahead if workers else 0
    for article, outcome in in_order(_each(store, wanted), lambda a: begin(a, tools, workers), ahead):
        read += 1
        if isinstance(outcome, Failed):
            failed.append((article.id, outcome.reason))
        elif isinstance(outcome, Findings) and store.renew(outcome):
            changed += 1
        progress(read, len(wanted))
    merge(store)
    return Reread(read, changed, tuple(failed))
