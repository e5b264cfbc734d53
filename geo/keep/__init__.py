"""What was found, kept and asked for: the store, and the numpy snapshot that the page reads."""

from geo.keep.care import restore
from geo.keep.cells import Cell
from geo.keep.columns import Facets, Point, Snapshot, Unplaced, View
from geo.keep.lookalikes import MaybeSame
from geo.keep.merging import merge
from geo.keep.rows import LightRow, PlaceUse, Quarantined
from geo.keep.shelf import Shelf
from geo.keep.store import Store
from geo.keep.versions import Copy, Kept, is_coded

__all__ = [
    "Cell", "Copy", "Facets", "Kept", "LightRow", "MaybeSame", "PlaceUse", "Point", "Quarantined", "Shelf",
    "Snapshot", "Store", "Unplaced", "View", "is_coded", "merge", "restore",
]
