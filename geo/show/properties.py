"""What an export tells of an event or a route, by names that are the same in every format (docs/exports.md).

Flat values that open in QGIS as they are, and three lists of records: sentences, corrections and the ends of routes.
Null where nothing is known, never "".
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geo import lexicon
from geo.records import Actor, Article, Correction, Event, Evidence, Quantity, Route, Toll, When, Where

DECIMALS = 6
"""About 0.1 m; RFC 7946, section 11.2."""


def event_properties(
    event: Event, articles: Mapping[str, Article], trail: Sequence[Correction] = ()
) -> dict[str, Any]:
    """The properties of an event; `trail` holds the corrections in force about it, oldest first."""
    kind = lexicon.types().types.get(event.event_type)
    by_role = {role: _texts(_actor(a) for a in event.actors if a.role == role) for role in ("actor", "target")}
    return {
        "id": event.id,
        "kind": "event",
        "title": event.title or None,
        "event_type": event.event_type,
        "plover": (kind.plover if kind else "") or None,
        "acled": (kind.acled if kind else "") or None,
        "status": event.status.value,
        **_when(event.when),
        "published": _first_published(event.article_ids, articles),
        **_where(event.where),
        "actors": by_role["actor"],
        "targets": by_role["target"],
        "weapons": _texts(event.weapons),
        "quantities": _texts(_quantity(q) for q in event.quantities),
        **_toll("killed", event.killed),
        **_toll("injured", event.injured),
        "confidence": round(event.confidence, 4),
        "n_articles": len(event.article_ids),
        "n_independent": event.n_independent,
        "origins": _texts(event.origins),
        **_articles(event.article_ids, articles),
        "snippet": _snippet(event.evidence, articles),
        "sentences": _sentences(event.evidence, articles),
        "conflicts": _texts(event.conflicts),
        "reviewed": event.reviewed,
        **_put_right(trail),
    }


def direction(route: Route) -> str:
    """Whether the text says which end is the start: certain or uncertain."""
    return "certain" if route.certain_direction else "uncertain"


def route_properties(
    route: Route, articles: Mapping[str, Article], trail: Sequence[Correction] = ()
) -> dict[str, Any]:
    """The properties of a route; `*_ids` stand beside the names in the same order."""
    sides = (("origin", route.origins), ("waypoint", route.waypoints), ("destination", route.destinations))
    return {
        "id": route.id,
        "kind": "route",
        "title": route.title or None,
        "mover": "; ".join(route.movers) or None,
        "mode": route.mode or None,
        "direction": direction(route),
        "status": route.status.value,
        **{f"{name}s": [end.name_in_text for end in ends] for name, ends in sides},
        **{f"{name}_ids": [end.place.gazetteer_id for end in ends] for name, ends in sides},
        "ends": [_end(name, where) for name, wheres in sides for where in wheres],
        **_when(route.when),
        "published": _first_published(route.article_ids, articles),
        "snippet": _snippet(route.evidence, articles),
        "sentences": _sentences(route.evidence, articles),
        **_articles(route.article_ids, articles),
        "n_articles": len(route.article_ids),
        "n_independent": route.n_independent,
        "cited": _texts(route.cited),
        "confidence": round(route.confidence, 4),
        "schematic": True,
        "reviewed": route.reviewed,
        **_put_right(trail),
    }


def _when(when: When) -> dict[str, Any]:
    return {
        "date_start": when.start.isoformat() if when.start else None,
        "date_end": when.end.isoformat() if when.end else None,
        "date_precision": when.precision.value,
        "date_text": when.text or None,
        "date_basis": when.basis.value,
    }


def _where(where: Where | None) -> dict[str, Any]:
    if where is None:
        return dict.fromkeys(("place_name", "gazetteer_id", "country_code", "geo_precision", "radius_km"))
    return {
        "place_name": where.place.name,
        "gazetteer_id": where.place.gazetteer_id,
        "country_code": where.place.country_code or None,
        "geo_precision": where.precision.value,
        "radius_km": round(where.radius_km, 3),
    }


def _toll(name: str, toll: Toll | None) -> dict[str, int | None]:
    return {f"{name}_low": toll.low if toll else None, f"{name}_high": toll.high if toll else None}


def _articles(ids: Sequence[str], articles: Mapping[str, Article]) -> dict[str, Any]:
    known = [articles[i] for i in ids if i in articles]
    urls = _texts(a.url for a in known)
    return {"sources": _texts(a.source for a in known), "urls": urls, "article_ids": list(ids)}


def _first_published(ids: Sequence[str], articles: Mapping[str, Article]) -> str | None:
    days = [a.published for i in ids if (a := articles.get(i)) and a.published]
    return min(days).isoformat() if days else None


def _snippet(evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> str | None:
    """The sentence that says most (what, where, when) exactly as it stands in its article; the first of equals."""
    known = [e for e in evidence if e.article_id in articles]
    if not known:
        return None
    best = max(known, key=lambda e: e.says)
    return articles[best.article_id].text[best.span.start : best.span.end]


def _actor(actor: Actor) -> str:
    return f"{actor.name} ({actor.side})" if actor.side else actor.name


def _quantity(quantity: Quantity) -> str:
    """As written, with kilograms beside a mass."""
    return f"{quantity.text} ({quantity.kg:,.0f} kg)" if quantity.kg is not None else quantity.text


def _texts(values: Iterable[str]) -> list[str]:
    return [v for v in dict.fromkeys(values) if v]


def _sentences(evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> list[dict[str, Any]]:
    """Each sentence once, exactly as it stands in its article, and where that is."""
    made = []
    for article_id, span in dict.fromkeys((e.article_id, e.span) for e in evidence):
        if (article := articles.get(article_id)) is None:
            continue
        made.append({
            "text": article.text[span.start : span.end], "article_id": article_id, "source": article.source or None,
            "published": article.published.isoformat() if article.published else None, "url": article.url or None,
        })
    return made


def _end(role: str, where: Where) -> dict[str, Any]:
    return {
        "role": role, "name": where.name_in_text, "gazetteer_id": where.place.gazetteer_id,
        "lon": round(where.shown_at.lon, DECIMALS), "lat": round(where.shown_at.lat, DECIMALS),
        "geo_precision": where.precision.value, "radius_km": round(where.radius_km, 3),
    }


def _put_right(trail: Sequence[Correction]) -> dict[str, Any]:
    """The last correction's moment, everyone who corrected, and each act with who, when and why."""
    return {
        "reviewed_at": trail[-1].made_at if trail else None,
        "reviewed_by": _texts(entry.who for entry in trail),
        "corrections": [
            {"made_at": entry.made_at, "who": entry.who or None, "act": entry.act.value, "why": entry.why or None}
            for entry in trail
        ],
    }


def in_one(value: Any) -> Any:
    """A list of texts joined with "; ", a list of records as JSON, null for an empty one; anything else as it is."""
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "; ".join(value) or None
