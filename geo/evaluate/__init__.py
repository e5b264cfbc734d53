"""Our scores on annotated corpora, each beside a plain baseline in the same run; one module for a kind of corpus."""

from pathlib import Path

from geo.evaluate import dates, events, movements, places
from geo.evaluate.corpus import Table, kind_of
from geo.evaluate.places import (
    WORST_KM,
    Document,
    Gold,
    Guess,
    baseline,
    read_corpus,
    score,
)
from geo.pipeline import Tools

__all__ = ["WORST_KM", "Document", "Gold", "Guess", "Table", "baseline", "evaluate", "read_corpus", "score"]


def evaluate(corpus: Path, tools: Tools, *, limit: int | None = None) -> str:
    """The table of one corpus, of the kind its first line tells; of `limit` documents where that is given."""
    kind = kind_of(corpus)
    if kind == "places":
        return places.table(corpus, tools, limit=limit)[0]
    table = {"dates": dates.table, "movements": movements.table, "events": events.table}[kind]
    return table([corpus], tools, limit=limit).words
