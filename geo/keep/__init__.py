"""What was found, kept and asked for: the store, and the numpy snapshot that the page reads."""

from geo.keep.rows import LightRow, PlaceUse, Quarantined
from geo.keep.store import Store

__all__ = ["LightRow", "PlaceUse", "Quarantined", "Store"]
