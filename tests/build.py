"""Small builders for tests: articles, places and toponyms without model or gazetteer."""

import hashlib
import re
from datetime import date

from geo.records import Article, LonLat, Mention, MentionKind, Place, Span, Toponym

IRAQ = (("gn:99237", "Iraq"),)
SYRIA = (("gn:163843", "Syria"),)
SEED_NAMES = {
    "Qanus Island": "Qanus Island",
    "Qanus": "Qanus Island",
    "Qayyarah": "Al Qayyarah",
    "Mosul": "Mosul",
    "Makhmour": "Makhmur",
    "Kirkuk region": "Kirkuk region",
    "Syria": "Syria",
    "Jazeera desert": "Jazeera Desert",
    "Iraq": "Iraq",
    "US": "United States",
    "U.S.": "United States",
    "Al Hol camp": "Al-Hawl refugee camp",
    "Baghdad": "Baghdad",
    "Salah ad Din Province": "Salah ad Din",
    "Tigris River": "Tigris",
    "Afghanistan": "Afghanistan",
}
"""Names in the two seed articles -> the places they mean."""


def place(
    gazetteer_id: str, name: str, lon: float, lat: float, code: str, country: str, **more: object
) -> Place:
    """A gazetteer row with the fields that tests seldom care about filled in."""
    return Place(gazetteer_id, name, LonLat(lon, lat), None, code, country, None, **more)  # type: ignore[arg-type]


PLACES = {
    p.name: p
    for p in (
        place("own:qanus-island", "Qanus Island", 43.2742, 35.6731, "ISL", "IQ", radius_km=2.0,
              within=(("gn:91695", "Salah ad Din"), *IRAQ)),
        place("gn:89570", "Al Qayyarah", 43.29, 35.80, "PPL", "IQ", radius_km=5.0,
              within=(("gn:99034", "Nineveh"), *IRAQ)),
        place("gn:99072", "Mosul", 43.13, 36.335, "PPLA", "IQ", radius_km=8.0,
              within=(("gn:99034", "Nineveh"), *IRAQ)),
        place("gn:94787", "Kirkuk", 44.392, 35.468, "PPLA", "IQ", radius_km=6.0, within=IRAQ),
        place("gn:94786", "Kirkuk region", 44.3, 35.4, "ADM1", "IQ", radius_km=60.0, within=IRAQ),
        place("gn:94824", "Makhmur", 43.58, 35.775, "PPL", "IQ", radius_km=4.0, within=IRAQ),
        place("gn:98182", "Baghdad", 44.40, 33.34, "PPLC", "IQ", radius_km=15.0, within=IRAQ),
        place("gn:91695", "Salah ad Din", 43.73, 34.34, "ADM1", "IQ", radius_km=90.0, within=IRAQ),
        place("gn:99237", "Iraq", 44.0, 33.0, "PCLI", "IQ", radius_km=400.0),
        place("gn:163843", "Syria", 38.5, 35.0, "PCLI", "SY", radius_km=300.0),
        place("gn:6252001", "United States", -98.5, 39.76, "PCLI", "US", radius_km=2000.0),
        place("gn:1149361", "Afghanistan", 66.0, 33.0, "PCLI", "AF", radius_km=500.0),
        place("own:jazeera-desert", "Jazeera Desert", 42.0, 35.3, "DSRT", "", radius_km=120.0),
        place("own:al-hawl-camp", "Al-Hawl refugee camp", 41.1486, 36.3756, "CMP", "SY", radius_km=1.0, within=SYRIA),
        place("ne:tigris", "Tigris", 43.3, 35.3, "STM", "IQ", radius_km=200.0),
        place("gn:170063", "Aleppo", 37.16, 36.20, "PPLA", "SY", radius_km=8.0, within=SYRIA),
        place("gn:172955", "Raqqa", 39.01, 35.95, "PPLA", "SY", radius_km=6.0, within=SYRIA),
    )
}


def article(text: str, published: date | None = date(2019, 9, 11), *, title: str = "", source: str = "",
            body_start: int = 0, url: str = "") -> Article:
    """An article whose id follows from url and text, as everywhere."""
    identity = hashlib.sha256(f"{url}\n{text}".encode()).hexdigest()
    return Article(identity, url, title, text, source, published, body_start)


def toponyms(text: str, names: dict[str, str], demonyms: dict[str, str] | None = None) -> tuple[Toponym, ...]:
    """Every whole-word occurrence of each name in `text`, resolved to PLACES[value]; longer names win overlaps."""
    found: list[Toponym] = []
    taken: set[int] = set()
    both = [(n, p, MentionKind.PLACE) for n, p in names.items()]
    both += [(n, p, MentionKind.DEMONYM) for n, p in (demonyms or {}).items()]
    for name, key, kind in sorted(both, key=lambda row: -len(row[0])):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if taken.isdisjoint(range(*match.span())):
                taken.update(range(*match.span()))
                mention = Mention(Span(*match.span()), name, "both", kind)
                found.append(Toponym(mention, PLACES[key], 0.9, ("test",)))
    return tuple(sorted(found, key=lambda t: t.mention.span))
