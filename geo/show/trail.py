"""The audit trail as a table: what people put right, when, why, and what became of it."""

import csv
import io
from collections.abc import Iterable
from typing import Any, BinaryIO

from geo.records import Correction, Ends
from geo.show.export import cell

COLUMNS = (
    "id", "made_at", "who", "act", "why", "kind", "report_ids", "other_report_ids", "article_ids", "event_type",
    "date_start", "date_end", "date_precision", "place_name", "gazetteer_id", "lon", "lat", "geo_precision",
    "radius_km", "undoes", "undone_by", "status", "origins", "origin_ids", "waypoints", "waypoint_ids",
    "destinations", "destination_ids", "direction",
)
MEDIA_TYPE = "text/csv"


def row(entry: Correction) -> dict[str, Any]:
    """One entry by COLUMNS; None where the act has no such value."""
    anchors = (*entry.members, *entry.others)
    when, where = entry.when, entry.where
    return {
        "id": entry.id, "made_at": entry.made_at, "who": entry.who, "act": entry.act.value, "why": entry.why,
        "kind": next((a.kind for a in anchors), None),
        "report_ids": [a.report_id for a in entry.members], "other_report_ids": [a.report_id for a in entry.others],
        "article_ids": sorted({a.article_id for a in anchors}), "event_type": entry.event_type or None,
        "date_start": when.start.isoformat() if when and when.start else None,
        "date_end": when.end.isoformat() if when and when.end else None,
        "date_precision": when.precision.value if when else None,
        "place_name": where.place.name if where else None,
        "gazetteer_id": where.place.gazetteer_id if where else None,
        "lon": where.shown_at.lon if where else None, "lat": where.shown_at.lat if where else None,
        "geo_precision": where.precision.value if where else None, "radius_km": where.radius_km if where else None,
        "undoes": entry.undoes or None, "undone_by": entry.undone_by or None, "status": entry.status or None,
        **_ends(entry.ends),
    }


def _ends(given: Ends | None) -> dict[str, Any]:
    """The places of a route as a person gave them, by name and by id."""
    if given is None:
        return dict.fromkeys(COLUMNS[COLUMNS.index("origins"):])
    sides = (("origin", given.origins), ("waypoint", given.waypoints), ("destination", given.destinations))
    row: dict[str, Any] = {}
    for name, ends in sides:
        row |= {f"{name}s": [e.place.name for e in ends], f"{name}_ids": [e.place.gazetteer_id for e in ends]}
    return row | {"direction": "certain" if given.certain_direction else "uncertain"}


def write(trail: Iterable[Correction], out: BinaryIO) -> None:
    """CSV in UTF-8 with a header, oldest first; names and notes cannot become formulas."""
    text = io.TextIOWrapper(out, "utf-8", "replace", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for entry in trail:
        table.writerow([cell(value) for value in row(entry).values()])
    text.detach()
