"""What each online geocoder says of a hit, read into one form; hits that are no places (shops, streets) are left out.

The layouts are those of the services' own documentation, as geopy hands them on in `Location.raw`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geo.records import BBox

_OSM_KINDS = {
    "country": "PCLI", "state": "ADM1", "province": "ADM1", "region": "RGN", "county": "ADM2", "district": "ADM2",
    "state_district": "ADM2", "municipality": "ADM3", "city": "PPL", "town": "PPL", "village": "PPL", "hamlet": "PPL",
    "isolated_dwelling": "PPL", "locality": "LCTY", "suburb": "PPLX", "quarter": "PPLX", "neighbourhood": "PPLX",
    "city_district": "PPLX", "borough": "PPLX", "island": "ISL", "islet": "ISL", "archipelago": "ISLS", "sea": "SEA",
    "river": "STM", "stream": "STM", "canal": "CNL", "wadi": "WAD", "dam": "DAM", "peak": "MT", "hill": "HLL",
    "mountain_range": "MTS", "ridge": "RDGE", "valley": "VAL", "desert": "DSRT", "water": "LK", "bay": "BAY",
    "strait": "STRT", "peninsula": "PEN", "cape": "CAPE", "oasis": "OAS", "aerodrome": "AIRP", "airfield": "AIRB",
    "base": "MILB", "barracks": "MILB", "military": "INSM", "refugee_site": "CMP",
}  # fmt: skip
"""Values of OpenStreetMap's tags that name a place -> GeoNames feature code."""
_OSM_CLASSES = frozenset({"place", "boundary", "natural", "waterway", "aeroway", "landuse", "military", "amenity"})
"""Keys of OpenStreetMap whose values are looked up; amenity is there for refugee sites alone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place as a service tells it, beside its name and point."""

    id: str
    """With the prefix of its source: osm:relation/123, gn:98182."""
    feature_code: str
    country: str
    """ISO code in capitals, "" where the service says none."""
    box: BBox | None


def _nominatim(raw: Mapping[str, Any]) -> Hit | None:
    kinds = (raw.get("addresstype"), raw.get("type"))
    code = _osm_code(raw.get("class", raw.get("category")), kinds)
    ident = f"osm:{raw['osm_type']}/{int(raw['osm_id'])}"
    south, north, west, east = map(float, raw["boundingbox"])
    address = raw.get("address") or {}
    return Hit(ident, code, _country(address.get("country_code")), BBox(west, south, east, north)) if code else None


def _photon(raw: Mapping[str, Any]) -> Hit | None:
    told = raw["properties"]
    code = _osm_code(told.get("osm_key"), (told.get("osm_value"), told.get("type")))
    kind = {"N": "node", "W": "way", "R": "relation"}[told["osm_type"]]
    box = None
    if "extent" in told:
        west, north, east, south = map(float, told["extent"])
        box = BBox(west, south, east, north)
    return Hit(f"osm:{kind}/{int(told['osm_id'])}", code, _country(told.get("countrycode")), box) if code else None


def _geonames(raw: Mapping[str, Any]) -> Hit | None:
    return Hit(f"gn:{int(raw['geonameId'])}", str(raw["fcode"]), _country(raw.get("countryCode")), None)


def _arcgis(raw: Mapping[str, Any]) -> Hit | None:
    """ArcGIS has no stable ids: the point names the place. Countries come as three letters and are judged by box."""
    told, at = raw["attributes"], raw["location"]
    if told.get("Addr_type") != "Locality":
        return None
    code = {"Country": "PCLI", "State or Province": "ADM1", "County": "ADM2"}.get(str(told.get("Type")), "PPL")
    return Hit(f"arcgis:{float(at['y']):.5f},{float(at['x']):.5f}", code, "", None)


def _opencage(raw: Mapping[str, Any]) -> Hit | None:
    told, at = raw["components"], raw["geometry"]
    code = _OSM_KINDS.get(str(told.get("_type")), "") if told.get("_category") in ("place", "natural/water") else ""
    box = None
    if "bounds" in raw:
        low, high = raw["bounds"]["southwest"], raw["bounds"]["northeast"]
        box = BBox(float(low["lng"]), float(low["lat"]), float(high["lng"]), float(high["lat"]))
    ident = f"opencage:{float(at['lat']):.5f},{float(at['lng']):.5f}"
    return Hit(ident, code, _country(told.get("country_code")), box) if code else None


READERS: dict[str, Callable[[Mapping[str, Any]], Hit | None]] = {
    "nominatim": _nominatim, "photon": _photon, "geonames": _geonames, "arcgis": _arcgis, "opencage": _opencage,
}  # fmt: skip
"""Service -> its reader; None for a hit that is no place. KeyError, TypeError or ValueError for another layout."""


def _osm_code(group: object, kinds: tuple[object, ...]) -> str:
    if group not in _OSM_CLASSES:
        return ""
    codes = [_OSM_KINDS[str(kind)] for kind in kinds if str(kind) in _OSM_KINDS]
    return codes[0] if codes and (group != "amenity" or codes == ["CMP"]) else ""


def _country(code: object) -> str:
    text = str(code or "").upper()
    return text if len(text) == 2 and text.isascii() and text.isalpha() else ""
