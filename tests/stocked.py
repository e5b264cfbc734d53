"""A large store of made-up articles in minutes: rows are written straight into its tables, as adding writes them.

Only the numbers by which copies are found are drawn instead of reckoned; copies of one text share theirs.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import blake2b
from itertools import islice
from typing import Any

import msgspec

from geo.copies import BANDS
from geo.keep import Store, merge, reported
from geo.keep.payload import deflated
from geo.keep.versions import key_of
from geo.records import Findings
from tests.lengthened import body_of

AT_ONCE = 5_000
ROWS = {
    "articles": "seq, id, source, n_mentions, payload, toponyms",
    "reported": "id, article, pos, kind, payload, type, status, from_day, to_day",
    "origins": "article, key",
    "copies": "article, copy_of, likeness",
    "bands": "band, article",
    "place_uses": "gazetteer_id, article, n_mentions",
    "places": "gazetteer_id, payload",
}


def stock(url: str, findings: Iterable[Findings]) -> None:
    """Makes the store, or puts more into it, and merges everything."""
    fill(url, findings)
    store = Store.open(url)
    merge(store, everything=True)
    store.close()


def fill(url: str, findings: Iterable[Findings]) -> None:
    """The same without merging."""
    Store.open(url).close()
    waiting, roots = iter(findings), dict[str, int]()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -500000")
        last = db.execute("SELECT coalesce(max(seq), 0) FROM articles").fetchone()[0]
        while batch := list(islice(waiting, AT_ONCE)):
            rows: dict[str, list[dict[str, Any]]] = {table: [] for table in ROWS}
            for last, one in enumerate(batch, last + 1):  # noqa: B020
                for table, row in _rows(one, last, roots):
                    rows[table].append(row)
            for table, columns in ROWS.items():
                values = ", ".join(f":{name.strip()}" for name in columns.split(","))
                db.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({values})", rows[table])
            db.execute("UPDATE meta SET version = version + 1, added = version + 1")
            db.commit()


def _rows(one: Findings, seq: int, roots: dict[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    article, body = one.article, body_of(one.article.text)
    toponyms = deflated(msgspec.json.encode(one.toponyms))
    yield "articles", {"seq": seq, "id": article.id, "source": article.source, "n_mentions": len(one.toponyms),
                       "payload": msgspec.json.encode(article), "toponyms": toponyms}
    for row in reported.rows_of(one, seq):
        yield "reported", row
    yield "origins", {"article": seq, "key": key_of(article)}
    if body in roots:
        yield "copies", {"article": seq, "copy_of": roots[body], "likeness": 1.0}
    roots.setdefault(body, seq)
    drawn = blake2b(body.encode(), digest_size=8 * 8).digest()
    for n in range(BANDS):
        yield "bands", {"band": int.from_bytes(drawn[8 * n:8 * n + 8], "big", signed=True), "article": seq}
    places = {t.place.gazetteer_id: t.place for t in one.toponyms if t.place}
    for identity, number in Counter(t.place.gazetteer_id for t in one.toponyms if t.place).items():
        yield "place_uses", {"gazetteer_id": identity, "article": seq, "n_mentions": number}
    for identity, place in places.items():
        yield "places", {"gazetteer_id": identity, "payload": msgspec.json.encode(place)}
