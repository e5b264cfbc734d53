"""Strange words to search for: never an error, whatever they are."""

import random
import tempfile
import time
from pathlib import Path

from geo.filters import Filter, read
from geo.keep import Store, merge
from geo.records import BadFilter
from tests.generated import world
from tests.torture.score import Row

PARTS = (
    '"', "'", "*", "(", ")", "NEAR", "AND", "OR", "NOT", "^", ":", "-", "+", "title:", "{", "}", "\x00",
    "\ud800", "\u202e", "é", "\ufb01", "\u65e5\u672c", "\U0001f388", ";--", "%", "_", "\\", "/*", "NEAR/3", "a",
    "bombed", "market", " ", "\t", "\n", "ſ", "İ", "a" * 600, "\U0001d518", ",", ".", "rowid", "search",
    "bm25(search)", "' OR 1=1", "0x41", "\ufeff", "́", "--", "–",
)  # fmt: skip


def searches(n: int, seed: int = 1) -> Row:
    """`n` strings through the store's text search, each tenth through a whole filter as an address gives it."""
    dice = random.Random(seed)
    wrong: list[str] = []
    slowest = refused = found = 0.0
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder)}/store.sqlite")
        for one in world(60).findings:
            store.add(one)
        merge(store)
        for number in range(n):
            words = "".join(dice.choice(PARTS) for _ in range(dice.randrange(1, 12)))
            begun = time.perf_counter()
            try:
                asked = read([("text", words)]) if number % 10 == 0 else Filter(text=words)
                found += bool(store.text_numbers(asked.text))
                if number % 10 == 0:
                    store.event_ids(asked)
            except BadFilter:
                refused += 1
            except Exception as error:  # whatever it is, it is what is looked for
                wrong.append(f"{words!a:.80}: {error!r:.120}")
            slowest = max(slowest, time.perf_counter() - begun)
        store.close()
    figures = f"{n:,} strings, {found:,.0f} found something, {refused:,.0f} refused, slowest {slowest:.2f} s"
    return Row("search", figures, tuple(wrong))
