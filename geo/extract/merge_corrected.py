"""The merge with corrections: pairs as the reading gives them, and anew for each report that a person changed.

Pairs of unchanged reports come from the blocks of all reports as they were read, so that a correction changes no pair
that it is not about. A changed report is compared with every report that may be its event, however many those are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geo.extract.independence import quotes_of
from geo.extract.likeness import Report, date_score, place_score, reach, report, score
from geo.extract.links import NO_LINKS, Links
from geo.extract.merge import MAYBE, clustered, pairs_of, reports_of
from geo.extract.unite import layer
from geo.records import Article, Event

BUCKET = 32
"""Days; reports are looked up by the buckets that they reach into."""
BUCKETS_MOST = 24
"""A report that reaches into more buckets is looked at by everyone."""
ALWAYS = -1

Pair = tuple[float, str, str]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged events, and the pairs they rest on, the likest first."""

    events: tuple[Event, ...]
    read: tuple[Pair, ...]
    """Of reports as they were read, whether someone changed them or not."""
    changed: tuple[Pair, ...]
    """Of reports that someone changed, with whatever they are like now."""


def merge_corrected(
    events: Sequence[Event], articles: Mapping[str, Article], corrected: Mapping[str, Event | None],
    links: Links = NO_LINKS,
) -> Merged:
    """`events` as they were read; `corrected` holds those that people changed as they are now, None for rejected."""
    quotes = quotes_of(articles)
    as_read = reports_of(events, articles, quotes)
    read = pairs_of(as_read)
    now = [
        report(new, articles, quotes) if (new := corrected.get(r.event.id)) else r
        for r in as_read if r.event.id not in corrected or corrected[r.event.id] is not None
    ]
    changed = pairs_with([r for r in now if r.event.id in corrected], now)
    merged = clustered(now, in_force(read, changed, corrected), quotes, links)
    return Merged(merged, tuple(read), tuple(changed))


def in_force(read: Iterable[Pair], changed: Iterable[Pair], corrected: Iterable[str]) -> list[Pair]:
    """The pairs that count, the likest first: as read where neither report was changed."""
    ids = frozenset(corrected)
    kept = [pair for pair in read if pair[1] not in ids and pair[2] not in ids]
    return sorted([*kept, *changed], key=lambda pair: (-pair[0], pair[1], pair[2]))


def pairs_with(changed: Sequence[Report], everything: Iterable[Report]) -> list[Pair]:
    """Of each changed report with all others that it is like at least MAYBE; in order, none twice."""
    if not changed:
        return []
    rows: defaultdict[tuple[str, str, int], list[Report]] = defaultdict(list)
    for row in everything:
        for bucket in _buckets(row):
            rows[(*_kind(row), bucket)].append(row)
    found: set[Pair] = set()
    for one in changed:
        own = _buckets(one)
        wanted = own if own != [ALWAYS] else sorted({b for *kind, b in rows if tuple(kind) == _kind(one)})
        for bucket in {*wanted, ALWAYS}:
            for other in rows.get((*_kind(one), bucket), ()):
                if pair := compared(one, other):
                    found.add(pair)
    return sorted(found, key=lambda pair: (-pair[0], pair[1], pair[2]))


def compared(one: Report, other: Report) -> Pair | None:
    """How alike two reports of different articles are, None below MAYBE; what forbids it is asked first."""
    if one.teller == other.teller or _kind(one) != _kind(other):
        return None
    if date_score(one.event.when, other.event.when, one.published, other.published) is None:
        return None
    if place_score(one.event.where, other.event.where) is None:
        return None
    a, b = sorted((one, other), key=lambda r: r.event.id)
    likeness = score(a, b)
    return (likeness, a.event.id, b.event.id) if likeness >= MAYBE else None


def _kind(row: Report) -> tuple[str, str]:
    return layer(row.event.status), row.family


def _buckets(row: Report) -> list[int]:
    days = reach(row.event.when, row.published)
    if days is None:
        return [ALWAYS]
    first, last = (day.toordinal() // BUCKET for day in days)
    return [ALWAYS] if last - first >= BUCKETS_MOST else list(range(first, last + 1))
