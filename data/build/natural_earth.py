"""What gazetteer.py takes from Natural Earth's tables: names and points of units, towns, rivers, seas and regions."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from units import Grid, Unit

from geo.locate.names import fold, stems

SOURCES = Path(__file__).resolve().parent / "sources"
NAME_COLUMNS = ("name", "name_en", "name_alt", "namealt", "name_ar", "name_es", "name_fr", "name_de", "name_pt",
                "name_tr")  # fmt: skip
NEAR_DEGREES = 0.25
SHORE_TOWNS = 8

FEATURES = {
    "Island": "ISL", "island": "ISL", "Island group": "ISLS", "island group": "ISLS", "Range/mtn": "MTS",
    "Plateau": "PLAT", "plateau": "PLAT", "Desert": "DSRT", "Pen/cape": "PEN", "Peninsula": "PEN", "Geoarea": "RGN",
    "Coast": "CST", "Plain": "PLN", "plain": "PLN", "Delta": "DLTA", "Basin": "BSN", "Continent": "CONT",
    "Valley": "VAL", "Lowland": "PLN", "Tundra": "PLN", "Isthmus": "ISTH", "Wetlands": "WTLD", "Gorge": "GRGE",
    "Foothills": "MTS", "Lake": "LK", "Depression": "DPR", "depression": "DPR", "Alkaline Lake": "LK",
    "Reservoir": "RSV",
    "River": "STM", "River (Intermittent)": "STM", "Canal": "CNL", "Lake Centerline": "LK", "sea": "SEA",
    "gulf": "GULF",
    "bay": "BAY", "strait": "STRT", "sound": "SD", "channel": "CHN", "lagoon": "LGN", "fjord": "FJD", "ocean": "OCN",
    "river": "STM", "reef": "RF", "inlet": "INLT", "mountain": "MT", "pass": "PASS", "cape": "CAPE",
    "waterfall": "FLLS",
}  # fmt: skip
"""Natural Earth class -> GeoNames feature code; classes that are not here (poles, survey heights) are left out."""


def natural_earth_units(units: list[Unit]) -> None:
    """Points and further names of admin units by GeoNames id."""
    by_id = {unit.id: unit for unit in units}
    for row in attributes("admin_1_states_provinces"):
        unit = by_id.get(f"gn:{row['gn_id']}")
        if unit:
            unit.point = (float(row["longitude"]), float(row["latitude"]))
            unit.source = "geonames+naturalearth"
            unit.names += [part for column in NAME_COLUMNS for part in row.get(column, "").split("|")]
            if english := english_name(row):
                unit.names.insert(0, english)


def english_name(row: dict[str, str]) -> str:
    """The name when Natural Earth's own and its English one agree but for a head word ("Hunan" for "Hunan Sheng")."""
    key = fold(row["name_en"])
    return row["name"] if fold(row["name"]) in (key, *(stem.key for stem in stems(key))) else ""


def counties(units: list[Unit]) -> None:
    """US counties: points from Natural Earth, found by state and name."""
    known = {(unit.admin1, key): unit for unit in units if unit.feature == "ADM2" and unit.country == "US"
             for key in map(fold, unit.names) if key}  # fmt: skip
    for row in attributes("admin_2_counties"):
        keys = [fold(row["name_alt"]), fold(f"{row['name']} County"), fold(row["name"])]
        unit = next((known[code] for key in keys if (code := (f"US.{row['region']}", key)) in known), None)
        if unit and unit.point is None:
            unit.point = (float(row["longitude"]), float(row["latitude"]))
            unit.source = "geonames+naturalearth"


def populated(grid: Grid) -> Iterator[Unit]:
    """Natural Earth towns that no GeoNames city of the same name stands near."""
    for row in attributes("populated_places_simple"):
        lon, lat = float(row["longitude"]), float(row["latitude"])
        keys = {fold(row[column]) for column in ("name", "nameascii")}
        near = grid.around(lon, lat, NEAR_DEGREES)
        if any(keys & set(map(fold, city.names)) for city in near):
            continue
        unit = Unit(f"ne:{row['ne_id']}", "PPL", row["iso_a2"] if len(row["iso_a2"]) == 2 else "",
                    [row["name"], row["nameascii"], row["namealt"]], (lon, lat), source="naturalearth")  # fmt: skip
        unit.population = int(row["pop_max"]) if int(row["pop_max"]) > 0 else None
        unit.admin1 = next((city.admin1 for city in near if city.country == unit.country), "")
        yield unit


def physical(grid: Grid, continents: dict[str, tuple[float, float]]) -> Iterator[Unit]:
    """Rivers, lakes, seas, regions and heights of Natural Earth, in English where it has English."""
    with (SOURCES / "ne_10m_points.csv").open(encoding="utf-8", newline="") as file:
        points = {row["ne_id"]: row for row in csv.DictReader(file)}
    for table in ("rivers_lake_centerlines", "lakes", "geography_marine_polys", "geography_regions_polys",
                  "geography_regions_points", "geography_regions_elevation_points"):  # fmt: skip
        for row in attributes(table):
            feature = FEATURES.get(row["featurecla"])
            place = points.get(row["ne_id"])
            if "long_x" in row:
                place = {"lon": row["long_x"], "lat": row["lat_y"]}
            if not feature or not place or not row["name"]:
                continue
            if table == "rivers_lake_centerlines" and feature == "LK":
                feature = "STM"  # a river's number that starts in a lake
            first = row.get("name_en") or row["name"]
            names = [first.title() if first.isupper() else first, *row["name"].split("|")]
            names += [part for column in NAME_COLUMNS for part in row.get(column, "").split("|")]
            unit = Unit(f"ne:{row['ne_id']}", feature, "", [name.replace(" I.", " Island") for name in names],
                        (float(place["lon"]), float(place["lat"])), source="naturalearth")  # fmt: skip
            if feature == "CONT":
                unit.point = continents.get(first, unit.point)
            if place.get("west"):
                unit.box = tuple(float(place[edge]) for edge in ("west", "south", "east", "north"))  # type: ignore[assignment]
            if feature in ("ISL", "MT", "CAPE", "FLLS", "PASS", "GRGE"):
                nearest = grid.around(*unit.point)[:1]  # type: ignore[misc]
                unit.country, unit.admin1 = (nearest[0].country, nearest[0].admin1) if nearest else ("", "")
            elif feature in ("LK", "RSV"):
                unit.country = shore(grid, *unit.point)  # type: ignore[misc]
            yield unit


def shore(grid: Grid, lon: float, lat: float) -> str:
    """The country of a lake, when all of the nearest towns lie in it."""
    around = {city.country for city in grid.around(lon, lat)[:SHORE_TOWNS]}
    return around.pop() if len(around) == 1 else ""


def attributes(table: str) -> list[dict[str, str]]:
    """A Natural Earth attribute table, column names in small letters."""
    with gzip.open(SOURCES / f"ne_10m_{table}.attributes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [{key.lower(): value for key, value in row.items()} for row in csv.DictReader(file)]
