"""A text of book length -> parts that are read one after the other, and what was found in them as of the whole.

What is held while a text is read grows with its length; a part has an end. No article is so long that it is cut:
these are archives and books in one file. A name or an event is then known within its part alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any

from geo.parse import pieces
from geo.records import Article, Event, Findings, Route, Span, Toponym

PART = 240_000
"""Code points up to which a text is read as one, some forty thousand words."""


def parts_of(article: Article) -> Iterator[tuple[int, Article]]:
    """(offset, part) in order; the article itself when it is not so long. The parts' ids are their own."""
    if len(article.text) <= PART:
        yield 0, article
        return
    cuts = [0]
    for start, end in pieces(article.text):
        if end - cuts[-1] > PART:
            cuts.append(start)
    for start, end in pairwise((*cuts, len(article.text))):
        yield start, replace(
            article, id=_part_id(article, start), text=article.text[start:end], title="" if start else article.title,
            body_start=max(0, article.body_start - start),
        )


def put_together(article: Article, found: Iterable[tuple[int, Findings]]) -> Findings:
    """What was found in the parts, by their offsets, with spans that fit the whole text; of a text that was not cut
    just that."""
    toponyms: list[Toponym] = []
    events: list[Event] = []
    routes: list[Route] = []
    for start, findings in found:
        if findings.article.id == article.id:
            return replace(findings, article=article)
        ids = (findings.article.id, article.id)
        toponyms += (_moved(one, start, ids) for one in findings.toponyms)
        events += (_moved(one, start, ids) for one in findings.events)
        routes += (_moved(one, start, ids) for one in findings.routes)
    return Findings(article, tuple(toponyms), tuple(events), tuple(routes))


def _part_id(article: Article, start: int) -> str:
    return f"{article.id}\n{start}"


def _moved(value: Any, by: int, ids: tuple[str, str]) -> Any:
    """A record with every span in it `by` code points later, and the first id replaced by the second."""
    if isinstance(value, Span):
        return Span(value.start + by, value.end + by)
    if isinstance(value, str):
        return ids[1] if value == ids[0] else value
    if isinstance(value, tuple):
        new = tuple(_moved(part, by, ids) for part in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        moved = {name: _moved(part, by, ids) for name, part in old.items()}
        changed = {name: part for name, part in moved.items() if part is not old[name]}
        return replace(value, **changed) if changed else value
    return value
