"""Natural Earth 10m geometry -> data/build/sources/ne_10m_points.csv: a point and a box per river and region.

    python data/build/shapes.py NATURAL_EARTH_DIR JOINED_TSV_GZ

NATURAL_EARTH_DIR holds the attribute tables (ne_10m_*.attributes.csv.gz, 2022) and the line and area geometry
(ne_10m_*.v4.geojson.gz, 2017). For lakes and seas only attribute tables without geometry were at hand: their label
points are read from JOINED_TSV_GZ, an earlier join of the same Natural Earth 10m data (rows with source naturalearth)
and they get no box. Natural Earth is in the public domain. Needed only when it changes; the output is kept.
"""

import argparse
import csv
import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from geo.locate.names import fold

TARGET = Path(__file__).parent / "sources" / "ne_10m_points.csv"
WATER = {"Lake": "LK", "Reservoir": "Reservoir", "Alkaline Lake": "Alkaline Lake"}


def table(path: Path) -> list[dict[str, str]]:
    """An attribute table with lower-case column names."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [{key.lower(): value for key, value in row.items()} for row in csv.DictReader(file)]


def positions(geometry: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    """The lines or outer rings of a geometry."""
    kind, parts = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        yield [tuple(p[:2]) for p in parts]
    elif kind == "Polygon":
        yield [tuple(p[:2]) for p in parts[0]]
    else:
        for part in parts:
            yield [tuple(p[:2]) for p in (part[0] if kind == "MultiPolygon" else part)]


def box(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """west south east north; west > east when the widest gap of longitudes does not hold the antimeridian."""
    lons = sorted({lon for lon, _ in points})
    gaps = [(b - a, a, b) for a, b in pairwise(lons)]
    widest = max(gaps, default=(0.0, lons[0], lons[0]))
    outer = lons[0] + 360 - lons[-1]
    west, east = (lons[0], lons[-1]) if outer >= widest[0] else (widest[2], widest[1])
    return west, min(lat for _, lat in points), east, max(lat for _, lat in points)


def centroid(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    """(area in square degrees, lon, lat), planar; the mean of the corners for a ring without area."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if abs(area) < 1e-9:
        return 0.0, sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    return abs(area) / 2, x / (3 * area), y / (3 * area)


def middle(lines: list[list[tuple[float, float]]]) -> tuple[float, float]:
    """The vertex of the lines that lies nearest to their mean: a point on the river."""
    points = [p for line in lines for p in line]
    lon, lat = sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
    return min(points, key=lambda p: (p[0] - lon) ** 2 * math.cos(math.radians(lat)) ** 2 + (p[1] - lat) ** 2)


def features(path: Path) -> list[dict[str, Any]]:
    """The features of a gzipped GeoJSON file that have a geometry."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [feature for feature in json.load(file)["features"] if feature["geometry"]]


def rivers(folder: Path) -> Iterator[tuple[str, tuple[float, float], tuple[float, ...]]]:
    """All pieces of one river, known by its Wikidata id or else its number, under their smallest id."""
    numbers: dict[str, set[str]] = defaultdict(set)
    ids: dict[str, list[int]] = defaultdict(list)
    for row in table(folder / "ne_10m_rivers_lake_centerlines.attributes.csv.gz"):
        if row["name"] or row["name_en"]:
            ids[row["wikidataid"] or row["rivernum"]].append(int(row["ne_id"]))
            numbers[row["wikidataid"] or row["rivernum"]].add(row["rivernum"])
    lines: dict[str, list[list[tuple[float, float]]]] = defaultdict(list)
    for feature in features(folder / "ne_10m_rivers_lake_centerlines.v4.geojson.gz"):
        lines[str(feature["properties"]["rivernum"])].extend(positions(feature["geometry"]))
    for river in sorted(ids):
        pieces = [line for number in sorted(numbers[river] - {"0"}) for line in lines.get(number, [])]
        if pieces:
            yield str(min(ids[river])), middle(pieces), box([p for line in pieces for p in line])


def regions(folder: Path) -> Iterator[tuple[str, tuple[float, float], tuple[float, ...]]]:
    """Areas by class and name; the point is the centroid of the largest part."""
    shapes = {(f["properties"]["featurecla"], fold(f["properties"]["name"] or "")): f["geometry"]
              for f in features(folder / "ne_10m_geography_regions_polys.v4.geojson.gz")}  # fmt: skip
    for row in table(folder / "ne_10m_geography_regions_polys.attributes.csv.gz"):
        shape = shapes.get((row["featurecla"], fold(row["name"])))
        if shape and row["name"]:
            rings = list(positions(shape))
            _, lon, lat = max(map(centroid, rings))
            yield row["ne_id"], (lon, lat), box([p for ring in rings for p in ring])


def waters(folder: Path, joined: Path) -> Iterator[tuple[str, tuple[float, float], tuple[float, ...]]]:
    """Lakes and seas: label points by class and any shared name."""
    points: dict[tuple[str, str], tuple[float, float]] = {}
    with gzip.open(joined, "rt", encoding="utf-8") as file:
        for line in file:
            _, name, lat, lon, kind, _, _, _, _, source, names = line.rstrip("\n").split("\t")
            if source == "naturalearth":
                for key in map(fold, [name, *names.split("|")]):
                    points.setdefault((kind, key), (float(lon), float(lat)))
    for stem in ("lakes", "geography_marine_polys"):
        for row in table(folder / f"ne_10m_{stem}.attributes.csv.gz"):
            kind = WATER.get(row["featurecla"], row["featurecla"])
            keys = [fold(row[column]) for column in ("name", "name_en") if row[column]]
            point = next((points[kind, key] for key in keys if (kind, key) in points), None)
            if point:
                yield row["ne_id"], point, ()


def main() -> None:
    """Writes TARGET, sorted by id."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("natural_earth", type=Path)
    parser.add_argument("joined", type=Path)
    given = parser.parse_args()
    found = {ident: (point, edges) for source in (rivers(given.natural_earth), regions(given.natural_earth),
             waters(given.natural_earth, given.joined)) for ident, point, edges in source}  # fmt: skip
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["ne_id", "lon", "lat", "west", "south", "east", "north"])
        for ident, (point, edges) in sorted(found.items(), key=lambda item: int(item[0])):
            numbers = [*point, *(edges or [""] * 4)]
            out.writerow([ident, *(f"{n:.4f}" if n != "" else "" for n in numbers)])
    print(f"{len(found)} points in {TARGET}")


if __name__ == "__main__":
    main()
