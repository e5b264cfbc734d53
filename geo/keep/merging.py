"""The merge of all reports in a store, with what people put right."""

from geo.allocator import give_back
from geo.extract import merge_corrected, merge_routes
from geo.keep.store import Store

ROUNDS = 3
"""So often what came in while merging is merged at once; later on the next merge takes it."""


def merge(store: Store, *, everything: bool = False) -> None:
    """Joins the reports that came in since the last time, and whatever these touch; or all anew.

    It ends every round of work, of which a watcher has many: what the round needed of memory is given back.
    """
    for number in range(ROUNDS + 1):
        if number == ROUNDS or not (everything or store.merge_due()):
            if number:
                give_back()
            return
        if everything or not store.merge_new():
            _merge(store)
        everything = False


def _merge(store: Store) -> None:
    events, routes = store.reported()
    changed_events, changed_routes, links = store.put_right()
    articles = store.articles()
    merged = merge_corrected(events, articles, changed_events, links)
    now = [r for route in routes if (r := changed_routes.get(route.id, route))]
    store.replace_merged(merged.events, merge_routes(now, articles), (merged.read, merged.changed))
