"""python -m tests.bench_export [N …]: size and processor time of each export of N made-up events (1,000 and 10,000).

The events are the seeds' own, their articles with them, copied to other days and spots: so each carries as many
sentences and facts as a real one does.
"""

import io
import sys
import time
from dataclasses import replace
from datetime import date, timedelta

from geo.filters import Filter
from geo.records import BadFilter, Event, LonLat, When
from geo.show.export import FORMATS, write
from geo.show.shown import Citation, Shown
from tests.filled import dated, events, routes, undated

NUMBERS = (1_000, 10_000)
FIRST = date(2015, 1, 1)
DAY = date(2026, 11, 21)


def copies(number: int) -> Shown:
    """`number` events over ten years and the Middle East, five to a pair of articles; every hundredth has a route."""
    told = {article.id: article for article in (dated(), undated())}
    made: list[Event] = []
    articles, movements = {}, []
    for batch in range(-(-number // 5)):
        own = {old: f"{batch:08x}{old[8:]}" for old in told}
        for old, new in own.items():
            articles[new] = replace(told[old], id=new, url=f"https://news.example/{batch}/{old[:6]}")
        for at, event in enumerate(events()):
            evidence = tuple(replace(e, article_id=own[e.article_id]) for e in event.evidence)
            made.append(replace(_moved(event, 5 * batch + at), evidence=evidence))
        if not batch % 20:
            route = routes()[0]
            evidence = tuple(replace(e, article_id=own[e.article_id]) for e in route.evidence)
            movements.append(replace(route, id=f"r{batch}", evidence=evidence))
    return Shown(made[:number], movements, articles, Citation(Filter(), DAY, 7))


def _moved(event: Event, number: int) -> Event:
    where, when = event.where, event.when
    if where is not None:
        where = replace(where, point=LonLat(34 + number * 37 % 1400 / 100, 30 + number * 91 % 800 / 100))
    if when.start and when.end:
        first = FIRST + timedelta(number * 7919 % 3650)
        when = When(first, first + (when.end - when.start), when.precision, when.basis, when.text)
    return replace(event, id=f"e{number:07d}", where=where, when=when)


def main(numbers: list[int]) -> None:
    """One table: rows are formats, columns the numbers of events."""
    seeds = Shown(events(), routes(), {a.id: a for a in (dated(), undated())}, Citation(Filter(), DAY, 7))
    several = [("seeds", seeds), *((f"{number:,} events", copies(number)) for number in numbers)]
    print(f"{'':10}" + "".join(f"{name:>26}" for name, _ in several))
    for format_ in FORMATS:
        cells = []
        for _, shown in several:
            out, before = io.BytesIO(), time.process_time()
            try:
                write(format_, shown, out)
            except BadFilter:
                cells.append("refused")
                continue
            cells.append(f"{len(out.getvalue()) / 1e6:8.2f} MB {time.process_time() - before:6.2f} s")
        print(f"{format_:10}" + "".join(f"{cell:>26}" for cell in cells))


if __name__ == "__main__":
    main([int(number.replace(",", "")) for number in sys.argv[1:]] or list(NUMBERS))
