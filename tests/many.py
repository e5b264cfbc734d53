"""python -m tests.many STORE N: a store of N made-up merged events, for measuring. Equal N give equal stores.

Towns, days, types, sources and precisions are drawn with a fixed seed: most events cluster in few towns, a tenth is
known only to a week, a month or a year, and one in twenty only to a province or a country. Rows go into the tables
of the store directly, since reading and merging a million articles is not what is measured.
"""

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import numpy as np

from geo import lexicon
from geo.keep import Store
from geo.keep.payload import pack
from geo.keep.rows import place_keys
from geo.records import (
    Actor,
    Article,
    DateBasis,
    DatePrecision,
    Event,
    Evidence,
    Findings,
    GeoPrecision,
    LonLat,
    Place,
    Span,
    Status,
    When,
    Where,
)

TOWNS, SOURCES, ACTORS = 1500, 40, 60
PLACED = (GeoPrecision.EXACT, GeoPrecision.NEAR, GeoPrecision.ADMIN2)
VAGUE = (GeoPrecision.ADMIN1, GeoPrecision.COUNTRY)
FIRST, DAYS = date(2012, 1, 1).toordinal(), 3650
WIDTHS = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 30, 365)
CHUNK = 20_000
SYRIA = ("gn:163843", "Syria")


def towns(random: np.random.Generator) -> list[Place]:
    """Around forty centres; the last twenty stand for provinces and the country."""
    centres = random.uniform((36, 32.5), (46, 37), (40, 2))
    made = []
    for number in range(TOWNS):
        lon, lat = centres[int(random.integers(0, 40))] + random.normal(0, 0.25, 2)
        within = ((f"own:p{number % 14}", f"Province {number % 14}"), SYRIA)
        point = LonLat(round(float(lon), 5), round(float(lat), 5))
        made.append(Place(f"own:t{number}", f"Town {number}", point, None, "PPL", "SY", None, within, 3.0))
    return made


def articles() -> list[Article]:
    texts = [f"Officials of source {n} said that a strike hit the town." for n in range(SOURCES)]
    return [
        Article(hashlib.sha256(text.encode()).hexdigest(), "", f"Report of source {n}", text, f"Source {n}", None)
        for n, text in enumerate(texts)
    ]


def templates(told: list[Article], places: list[Place]) -> tuple[list[bytes], dict[tuple[int, str], bytes]]:
    """JSON of an event of each article with gaps, and of each place with each precision."""
    when = When(None, None, DatePrecision.DAY, DateBasis.EXPRESSION, "")
    events = []
    for number, article in enumerate(told):
        actors = (Actor(f"Group {number % ACTORS}", "actor"), Actor(f"Force {number % 7}", "target"))
        made = Event("@id", "@type", "@title", Status.REPORTED, when, None, (
            Evidence(article.id, Span(0, len(article.text)), "made", Span(26, 36)),), actors,
            origins=(article.source,), n_independent=1 + number % 4, confidence=0.125,
            factors=(("place", 0.9),), member_ids=("@id",))
        events.append(msgspec.json.encode(made))
    wheres = {
        (n, precision.value): msgspec.json.encode(Where(place, place.name, precision, 5.0, rule="made"))
        for n, place in enumerate(places) for precision in (*PLACED, *VAGUE)
    }
    return events, wheres


def rows(number: int) -> Iterator[dict[str, Any]]:
    """Rows of `things` and of its links, in order of days and so of ids."""
    random = np.random.default_rng(7)
    places, told = towns(random), articles()
    events, wheres = templates(told, places)
    types = [key for key, row in lexicon.types().types.items() if row.mapped]
    labels = [lexicon.types().types[key].label for key in types]
    keys = [place_keys([Where(place, place.name, GeoPrecision.EXACT, 1.0)]) for place in places]
    packed = [pack(row) for row in keys]
    publishers = [pack((f"Source {n}",)) for n in range(SOURCES)]
    precisions = [p.value for p in (*PLACED, *VAGUE)]
    at = (TOWNS * random.random(number) ** 3).astype(np.int64)
    apart = random.random(number) < 0.1  # a stated way off the town: a point of its own
    aside = random.normal(0, 0.05, (number, 2)) * apart[:, None]
    start = np.sort(FIRST + (DAYS * random.beta(2, 1.4, number)).astype(np.int64))
    width = np.array(WIDTHS)[random.integers(0, len(WIDTHS), number)]
    kind = np.minimum(random.geometric(0.25, number) - 1, len(types) - 1)
    precision = random.choice(5, number, p=(0.55, 0.3, 0.1, 0.03, 0.02))
    source = np.minimum(random.geometric(0.12, number) - 1, SOURCES - 1)
    confidence = np.round(random.beta(4, 3, number), 2)
    for row in range(number):
        place, end = places[at[row]], int(start[row] + width[row] - 1)
        identity, title = f"made-{row:08d}", f"{labels[kind[row]]} in {place.name}"
        first, last = (date.fromordinal(day).isoformat() for day in (int(start[row]), end))
        payload = (
            events[source[row]].replace(b"@id", identity.encode()).replace(b"@title", title.encode())
            .replace(b'"@type"', b'"' + types[kind[row]].encode() + b'"')
            .replace(b'"start":null,"end":null', f'"start":"{first}","end":"{last}"'.encode())
            .replace(b'"where":null', b'"where":' + wheres[int(at[row]), precisions[precision[row]]])
            .replace(b'"confidence":0.125', f'"confidence":{confidence[row]}'.encode())
        )
        yield {
            "seq": row + 1, "id": identity, "kind": "event", "type": types[kind[row]], "status": "reported",
            "start_day": int(start[row]), "end_day": end, "confidence": float(confidence[row]),
            "lon": round(place.point.lon + float(aside[row, 0]), 5),
            "lat": round(place.point.lat + float(aside[row, 1]), 5), "radius_km": 5.0,
            "precision": precisions[precision[row]], "place_name": place.name, "place_keys": packed[at[row]],
            "sources": publishers[source[row]], "title": title,
            "n_independent": 1 + int(source[row]) % 4, "digest": "", "payload": payload,
            "source": f"Source {source[row]}", "keys": keys[at[row]],
            "actors": f"Group {source[row] % ACTORS}\nForce {source[row] % 7}",
        }


COLUMNS = ("seq", "id", "kind", "type", "status", "start_day", "end_day", "confidence", "lon", "lat", "precision",
           "radius_km", "place_name", "sources", "place_keys", "title", "n_independent", "digest", "payload")


def fill(url: str, number: int) -> None:
    """Makes the store; one that is there already is left alone when it has as many events."""
    store = Store.open(url)
    if store.counts()["events"] == number:
        store.close()
        return
    for article in articles():
        store.add(Findings(article, (), (), ()))
    store.close()
    db = sqlite3.connect(url.removeprefix("sqlite:///"))
    db.execute("PRAGMA synchronous = OFF")
    things = f"INSERT INTO things ({', '.join(COLUMNS)}) VALUES ({', '.join(':' + name for name in COLUMNS)})"
    chunk: list[dict[str, Any]] = []
    for row in rows(number):
        chunk.append(row)
        if len(chunk) == CHUNK:
            _write(db, things, chunk)
            chunk = []
    _write(db, things, chunk)
    db.execute("UPDATE meta SET version = version + 1, merged = added")
    db.execute("DELETE FROM states")
    db.execute("INSERT INTO states (version, stamp) SELECT version, lower(hex(randomblob(16))) FROM meta")
    db.commit()
    db.close()


def _write(db: sqlite3.Connection, things: str, chunk: list[dict[str, Any]]) -> None:
    db.executemany(things, chunk)
    db.executemany("INSERT INTO members (member_id, thing) VALUES (:id, :seq)", chunk)
    db.executemany("INSERT INTO thing_sources (source, thing) VALUES (:source, :seq)", chunk)
    db.executemany("INSERT INTO thing_places (key, thing) VALUES (?, ?)",
                   [(key, r["seq"]) for r in chunk for key in r["keys"]])
    db.executemany("INSERT INTO thing_points (thing, lon, lat) VALUES (:seq, :lon, :lat)", chunk)
    db.executemany("INSERT INTO search (rowid, title, sentences, places, actors) "
                   "VALUES (:seq, :title, '', :place_name, :actors)", chunk)
    db.commit()


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
