"""Article and toponyms -> events and routes, and the joining of those that several articles report."""

from geo.extract.dates import FoundDate, dates_json, find_dates
from geo.extract.events import find_events
from geo.extract.merge import join_within, maybe_same, merge_events
from geo.extract.merge_corrected import Merged, merge_corrected
from geo.extract.merge_routes import join_routes_within, merge_routes
from geo.extract.origins import origins_by_sentence
from geo.extract.routes import closed_spans, find_routes
from geo.locate import precision_of

__all__ = [
    "FoundDate",
    "Merged",
    "closed_spans",
    "dates_json",
    "find_dates",
    "find_events",
    "find_routes",
    "join_routes_within",
    "join_within",
    "maybe_same",
    "merge_corrected",
    "merge_events",
    "merge_routes",
    "origins_by_sentence",
    "precision_of",
]
