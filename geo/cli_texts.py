"""The commands that answer line by line: JSON lines on stdin -> places, events, routes or dates of each on stdout."""

import json
import sys
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from geo.extract import dates_json
from geo.locate import Relation, relation_of
from geo.locate.edges import marked
from geo.pipeline import Tools, read, toponyms_of
from geo.read import article_of
from geo.records import Article, BadInput, Event, Place, Route, Toponym
from geo.show.properties import event_properties, route_properties


def each_line(work: Callable[[Article], dict[str, Any]]) -> bool:
    """Each line through `work`; a bad one is named on stderr and the rest goes on. Whether all went well."""
    failed = False
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            article = article_of(line, origin=f"line {number}")
            print(json.dumps(work(article), ensure_ascii=False, allow_nan=False))
        except BadInput as error:
            failed = True
            print(f"line {number}: {error}", file=sys.stderr)
    return not failed


def located(article: Article, tools: Tools) -> dict[str, Any]:
    """The answer of `locate`."""
    return {"id": article.id, "toponyms": [toponym_json(t, article.text) for t in toponyms_of(article, tools)]}


def extracted(article: Article, tools: Tools) -> dict[str, Any]:
    """The answer of `extract`."""
    found = read(article, tools)
    by_id = {article.id: article}
    return {
        "id": article.id,
        "toponyms": [toponym_json(t, article.text) for t in found.toponyms],
        "events": [event_properties(e, by_id) | _evidence(e) for e in found.events],
        "routes": [route_properties(r, by_id) | _evidence(r) for r in found.routes],
    }


def dated(article: Article) -> dict[str, Any]:
    """The answer of `dates`."""
    return dates_json(article.id, article.text, article.published)


def _evidence(report: Event | Route) -> dict[str, Any]:
    span = report.evidence[0].span
    return {"evidence": {"start": span.start, "end": span.end}}


def toponym_json(toponym: Toponym, text: str) -> dict[str, Any]:
    """One toponym as `locate` prints it; lat and lon are null, with a reason, when it has no place.

    A head noun in small letters stays out of the phrase ("Anbar" of "Anbar province"), though it was looked up too.
    Coordinates are the named place's own; what lies "15 km south of" it is said by precision, radius and the last
    reason.
    """
    place, mention = toponym.place, toponym.mention
    span = marked(text, mention)
    relation = relation_of(text, mention.span, place) if place else None
    said = (_relation_words(relation),) if relation and relation.words else ()
    return {
        "start": span.start,
        "end": span.end,
        "phrase": text[span.start : span.end],
        "kind": mention.kind.value,
        "nested_in": mention.nested_in or None,
        **_place_json(place),
        "geo_precision": relation.precision.value if relation else None,
        "radius_km": round(relation.radius_km, 3) if relation else None,
        "score": round(toponym.score, 4),
        "reasons": [*toponym.reasons, *said],
        "alternatives": [_place_json(other) | {"score": score and round(score, 4)} for other, score
                         in zip_longest(toponym.alternatives, toponym.alternative_scores)],
        "unresolved": toponym.unresolved.value if toponym.unresolved else None,
    }


def _relation_words(relation: Relation) -> str:
    """What the words beside a name add: the relation, and the point meant where it could be reckoned."""
    if not relation.moved:
        return f"the words beside it: “{relation.words}”"
    lon, lat = relation.point
    return f"the words beside it: “{relation.words}”, about {lat:.4f}, {lon:.4f}"


def _place_json(place: Place | None) -> dict[str, Any]:
    if place is None:
        keys = ("lat", "lon", "gazetteer_id", "geonameid", "name", "country_code", "feature_code")
        return dict.fromkeys(keys)
    prefix, _, number = place.gazetteer_id.partition(":")
    return {
        "lat": place.point.lat,
        "lon": place.point.lon,
        "gazetteer_id": place.gazetteer_id,
        "geonameid": int(number) if prefix == "gn" else None,
        "name": place.name,
        "country_code": place.country_code or None,
        "feature_code": place.feature_code,
    }
