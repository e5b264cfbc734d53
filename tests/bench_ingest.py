"""python -m tests.bench_ingest [N]: reading, the whole ingest beside extraction alone, and ingest into a large store.

Times are those of the processor on one core: what else the machine does counts little. N is the size of the large
store, 5,000 articles when nothing is said; a million takes hours and some 70 GB.
"""

import html
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

from geo.ingest import ingest_inputs
from geo.inputs import Input, Piece
from geo.keep import Store
from geo.locate import DEFAULT_BUNDLE
from geo.pipeline import Setup, Tools, read
from geo.read import read_bytes
from geo.records import Article, Findings
from tests.bench_articles import best_s, news
from tests.saved_pages import page

PAGES = 200
TARGET_PAGES = 100.0
"""A second, on one core."""
TARGET_OVERHEAD = 0.15
TARGET_SLOWER = 0.2
"""Of ingest into the large store, beside one of 1,000 articles."""


def reading() -> float:
    """Pages a second, as browsers save them."""
    saved = [page(number) for number in range(PAGES)]
    read_bytes(saved[0], "warm.html")
    return PAGES / best_s(lambda: [read_bytes(one, "a.html") for one in saved])


def as_page(article: Article, number: int) -> bytes:
    """The article in the place of the made-up one of a saved page."""
    before, _, rest = page(number).decode().partition("<h1>")
    _, _, after = rest.partition("</article>")
    words = "".join(f"<p>{html.escape(part)}</p>" for part in article.text.split("\n\n"))
    return f"{before}<h1>Report {number}</h1>{words}</article>{after}".encode()


def overhead(tools: Tools, folder: Path) -> tuple[float, float]:
    """Articles a second: extraction alone, and from saved pages to the merged store."""
    told = news()
    pages = [as_page(article, number) for number, article in enumerate(told)]
    texts = [a for one in pages for a in read_bytes(one, "a.html").articles]
    alone = best_s(lambda: [read(article, tools) for article in texts], runs=2)
    inputs = [Input(f"{n}.html", _giving(one, f"{n}.html")) for n, one in enumerate(pages)]

    runs = count()

    def whole() -> None:
        store = Store.open(f"sqlite:///{folder}/whole{next(runs)}.sqlite")
        ingest_inputs(inputs, store, lambda: tools)
        store.close()

    return len(texts) / alone, len(texts) / best_s(whole, runs=2)


def _giving(data: bytes, name: str) -> Callable[[], Piece]:
    return lambda: Piece(data, name)


def growth(tools: Tools, folder: Path, size: int) -> tuple[float, float]:
    """Articles a second kept in a store of 1,000 and in one of `size`, each with its findings; merging left out."""
    dice = random.Random(1)
    models = [read(article, tools) for article in news()]
    store = Store.open(f"sqlite:///{folder}/large.sqlite")

    def seconds(numbers: range) -> float:
        begun = time.process_time()
        for number in numbers:
            store.add(_again(dice.choice(models), number, dice))
        return time.process_time() - begun

    seconds(range(1_000))
    small = seconds(range(1_000, 2_000))
    seconds(range(2_000, size))
    large = seconds(range(size, size + 1_000))
    store.close()
    return 1_000 / small, 1_000 / large


def _again(model: Findings, number: int, dice: random.Random) -> Findings:
    """The findings as of another article: other ids, another address, words in another order: none is a copy."""
    words = model.article.text.split(" ")
    text = " ".join(dice.sample(words, len(words)))
    article = replace(model.article, id=f"{number:064}", url=f"https://news.example/{number}", text=text)

    def own(found: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(
            replace(one, id=f"{number}-{at}", evidence=tuple(  # type: ignore[type-var]
                replace(proof, article_id=article.id) for proof in one.evidence))  # type: ignore[attr-defined]
            for at, one in enumerate(found)
        )

    events, routes = own(model.events), own(tuple(model.routes))
    routes = tuple(replace(r, id=f"r{r.id}") for r in routes)  # type: ignore[type-var, attr-defined]
    return Findings(article, model.toponyms, events, routes)  # type: ignore[arg-type]


def main() -> int:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    rate = reading()
    print(f"saved pages read                          {rate:8.1f} pages/s      target {TARGET_PAGES:g}")
    tools = Setup(DEFAULT_BUNDLE).open()
    with tempfile.TemporaryDirectory() as name:
        alone, whole = overhead(tools, Path(name))
        more = alone / whole - 1
        print(f"extraction alone                          {alone:8.1f} articles/s")
        print(f"from saved pages to the merged store      {whole:8.1f} articles/s   {more:+.1%}, "
              f"target {TARGET_OVERHEAD:+.0%}")
        small, large = growth(tools, Path(name), size)
        slower = small / large - 1
        print(f"kept in a store of 1,000 articles         {small:8.1f} articles/s")
        print(f"kept in a store of {size:,} articles".ljust(42) + f"{large:8.1f} articles/s   {slower:+.1%}, "
              f"target {TARGET_SLOWER:+.0%}")
    return 0 if rate >= TARGET_PAGES and more <= TARGET_OVERHEAD and slower <= TARGET_SLOWER else 1


if __name__ == "__main__":
    sys.exit(main())
