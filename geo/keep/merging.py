"""The merge of all reports in a store, with what people put right."""

from geo.extract import merge_corrected, merge_routes
from geo.keep.store import Store


def merge(store: Store) -> None:
    """Joins the reports of all articles anew when something was added since the last time."""
    if not store.merge_due():
        return
    events, routes = store.reported()
    changed_events, changed_routes, links = store.put_right()
    articles = store.articles()
    merged = merge_corrected(events, articles, changed_events, links)
    now = [r for route in routes if (r := changed_routes.get(route.id, route))]
    store.replace_merged(merged.events, merge_routes(now, articles), (merged.read, merged.changed))
