"""python -m tests.bench_ingest [N]: reading, the whole ingest beside extraction alone, and ingest into a large store.

Times are those of the processor on one core: what else the machine does counts little. N is the size of the large
store, 5,000 articles when nothing is said; 100,000 take some minutes and 1 GB on the disk, a million ten times that.
"""

import html
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from geo.ingest import ingest_inputs
from geo.inputs import Input, Piece
from geo.keep import Store
from geo.locate import DEFAULT_BUNDLE
from geo.pipeline import Setup, Tools, read
from geo.read import read_bytes
from geo.records import Article
from tests.bench_articles import best_s, news
from tests.bench_merge import SMALL, TARGET_SLOWER, table
from tests.saved_pages import page

PAGES = 200
TARGET_PAGES = 100.0
"""A second, on one core."""
TARGET_OVERHEAD = 0.15


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
        slower = table(Path(name), (SMALL, size), 1000 / alone)
    return 0 if rate >= TARGET_PAGES and more <= TARGET_OVERHEAD and slower <= TARGET_SLOWER else 1


if __name__ == "__main__":
    sys.exit(main())
