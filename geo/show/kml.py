"""Features as KML 2.2, for Google Earth and whatever reads it.

Written by hand: GDAL's driver puts text into CDATA as it is, so a sentence with "]]>" in it gives a file that no
reader opens (GDAL 3.12), and it writes days as 2019/09/09.
"""

import html
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET

from geo.show.geojson import Feature
from geo.show.properties import in_one
from geo.show.tables import COLUMNS, safe

NAMESPACE = "http://www.opengis.net/kml/2.2"
_TYPES = {"int32": "int", "double": "double", "bool": "bool"}
FIELDS = {name: _TYPES.get(str(type_), "string") for name, type_ in COLUMNS.items() if name != "id"}
"""What KML has a type for keeps it, the rest is text, days among it; the id is the placemark's own."""


def write_kml(features: Sequence[Feature], out: BinaryIO, about: str) -> None:
    """One document with `about` as its description: names, spans of days for the time slider, every property."""
    root = ET.Element("kml", xmlns=NAMESPACE)
    document = ET.SubElement(root, "Document")
    _text(document, "name", "Dateline")
    _text(document, "description", html.escape(about))
    schema = ET.SubElement(document, "Schema", id="dateline", name="dateline")
    for name, type_ in FIELDS.items():
        ET.SubElement(schema, "SimpleField", name=name, type=type_)
    for feature in features:
        _placemark(document, feature)
    ET.indent(root, " ")
    ET.ElementTree(root).write(out, "utf-8", xml_declaration=True)
    out.write(b"\n")


def _placemark(document: ET.Element, feature: Feature) -> None:
    properties = feature["properties"]
    mark = ET.SubElement(document, "Placemark", id=properties["id"])
    _text(mark, "name", properties["title"] or "")
    _text(mark, "description", _balloon(properties))
    if properties["date_start"]:
        span = ET.SubElement(mark, "TimeSpan")
        _text(span, "begin", properties["date_start"])
        if end := _day_after(properties["date_end"]):
            _text(span, "end", end)
    data = ET.SubElement(ET.SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl="#dateline")
    for name in FIELDS:
        value = properties.get(name)
        if value not in (None, []):
            ET.SubElement(data, "SimpleData", name=name).text = safe(_written(value))
    if feature["geometry"]:
        _geometry(mark, feature["geometry"])


def _written(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(in_one(value))


def _balloon(properties: Mapping[str, Any]) -> str:
    """A description is shown as HTML, so text is escaped once more than XML asks for."""
    lines = [properties["snippet"], "; ".join(properties["sources"]), "; ".join(properties["urls"])]
    return "<br>".join(html.escape(line) for line in lines if line)


def _day_after(day: str) -> str:
    """A span ends where its last day does; "" past the end of the calendar."""
    last = date.fromisoformat(day)
    return "" if last == date.max else (last + timedelta(days=1)).isoformat()


def _geometry(parent: ET.Element, geometry: Mapping[str, Any]) -> None:
    kind, places = geometry["type"], geometry["coordinates"]
    if kind == "MultiLineString":
        several = ET.SubElement(parent, "MultiGeometry")
        for line in places:
            _geometry(several, {"type": "LineString", "coordinates": line})
        return
    made = ET.SubElement(parent, kind)
    if kind == "LineString":
        _text(made, "tessellate", "1")  # lies on the ground instead of cutting through it
    points = places if kind == "LineString" else [places]
    _text(made, "coordinates", " ".join(f"{lon},{lat}" for lon, lat in points))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = safe(text)
