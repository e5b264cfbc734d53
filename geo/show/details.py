"""One event or route as the popup and the event page tell it: plain JSON values, cleaned for display."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from geo import lexicon
from geo.filters import ROUTE
from geo.keep.columns import VAGUE
from geo.records import Article, Event, Evidence, GeoPrecision, Place, Route, Span, Where
from geo.show import place_kinds, source_words, titles, words
from geo.show.geojson import direction, route_geometry
from geo.show.language import apart, say, term
from geo.show.words import Words

ROUTE_GLYPH = "route"


def event_details(event: Event, articles: Mapping[str, Article]) -> dict[str, Any]:
    """The answer of /api/events/{id} for an event; `articles` holds those it rests on."""
    label, glyph = type_and_glyph(event.event_type)
    point = event.where.shown_at if event.where and event.where.precision not in VAGUE else None
    return {
        "id": event.id, "kind": "event", "title": titles.shown(event),
        "type": event.event_type, "type_label": label, "glyph": glyph,
        "status": event.status.value, "status_label": words.status_words(event.status),
        "lon": point.lon if point else None, "lat": point.lat if point else None,
        "when": _said(words.event_when(event, articles)), "where": _said(words.where_words(event.where)),
        "facts": _facts(_event_facts(event)),
        "told_by": _told_by(event, event.origins, articles),
        "sentences": _sentences(event, articles, tuple(q.text for q in event.quantities)),
        "alternatives": [_other(p) for p in (event.where.alternatives if event.where else ())],
        "factors": _factors(event), "confidence": event.confidence,
        "conflicts": [words.clean(c) for c in event.conflicts], "reviewed": event.reviewed,
    }


def route_details(route: Route, articles: Mapping[str, Article]) -> dict[str, Any]:
    """The answer of /api/events/{id} for a route."""
    exact = [w for w in (*route.waypoints, *route.origins, *route.destinations) if w.precision not in VAGUE]
    point = exact[0].shown_at if exact else None
    return {
        "id": route.id, "kind": ROUTE, "title": titles.of_route(route),
        "type": ROUTE, "type_label": say("Route"), "glyph": ROUTE_GLYPH,
        "status": route.status.value, "status_label": words.status_words(route.status),
        "lon": point.lon if point else None, "lat": point.lat if point else None,
        "when": _said(words.event_when(route, articles)),
        "where": _said(Words(route_line(route), say("drawn as a sketch, not a road"))),
        "facts": _facts(_route_facts(route)),
        "told_by": _told_by(route, route.cited, articles),
        "sentences": _sentences(route, articles, ()),
        "alternatives": [], "factors": _factors(route), "confidence": route.confidence,
        "conflicts": [], "reviewed": route.reviewed,
    }


def route_ends(route: Route) -> list[dict[str, Any]]:
    """Each end with its own precision: what the map layer draws ends by."""
    by_role = (("origin", route.origins), ("waypoint", route.waypoints), ("destination", route.destinations))
    return [
        {
            "role": role, "name": words.clean(w.name_in_text), "lon": round(w.shown_at.lon, 6),
            "lat": round(w.shown_at.lat, 6), "precision": w.precision.value, "radius_km": w.radius_km,
            "id": w.place.gazetteer_id, "area": w.place.area,
        }
        for role, wheres in by_role for w in wheres
    ]


def map_route(route: Route) -> dict[str, Any]:
    """A route's feature with no more than the map layer draws by: its ends, and how it is told."""
    feature = {"type": "Feature", "id": route.id, "geometry": route_geometry(route)}
    properties = {
        "id": route.id, "title": titles.of_route(route), "status": route.status.value,
        "direction": direction(route), "ends": route_ends(route),
    }
    return {**feature, "properties": properties}


def type_and_glyph(event_type: str) -> tuple[str, str]:
    """Label and glyph; the type's own key and "" for one that is no longer in the list (an older store)."""
    if event_type == ROUTE:
        return say("Route"), ROUTE_GLYPH
    known = lexicon.types().types.get(event_type)
    return (say(known.label), known.glyph) if known else (event_type, "")


def route_line(route: Route) -> str:
    """From → via → to, as far as they are stated."""
    return ends_line(route.origins, route.waypoints, route.destinations)


def ends_line(*sides: Sequence[Where]) -> str:
    """The places of each side that has any, with arrows between the sides."""
    return say(" → ").join(words.ends_words(ends) for ends in sides if ends)


def safe_link(url: str) -> str:
    """The address when it is a plain http or https one, else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and url == words.clean(url) else ""


def article_page(article_id: str) -> str:
    """Where our own page of the article is."""
    return f"/article?id={quote(article_id)}"


def _said(said: Words) -> dict[str, str]:
    return {"text": said.text, "reason": said.reason}


def _facts(facts: Iterable[tuple[str, Words]]) -> list[dict[str, str]]:
    return [{"label": label, **_said(said)} for label, said in facts if said.text]


def _event_facts(event: Event) -> list[tuple[str, Words]]:
    by_role = {role: words.listed(words.clean(a.name) for a in event.actors if a.role == role)
               for role in ("actor", "target")}
    load = words.quantity_words(event.quantities)
    weapons = words.listed(words.clean(w) for w in event.weapons)
    used = Words(weapons)
    if load.text:
        used = Words(load.text, say("with {names}", names=weapons) if weapons else "")
    return [
        _who(by_role["actor"], by_role["target"]),
        (say("Used"), used),
        (say("Killed"), words.toll_words(event.killed) if event.killed else Words("")),
        (say("Injured"), words.toll_words(event.injured) if event.injured else Words("")),
    ]


def _who(actors: str, targets: str) -> tuple[str, Words]:
    """Both sides in one fact; whom it struck stands alone where nobody says who did it."""
    if not actors:
        return say("Against"), Words(words.capital(targets))
    return say("Who"), Words(words.capital(actors), say("against {names}", names=targets) if targets else "")


def _route_facts(route: Route) -> list[tuple[str, Words]]:
    sure = "" if route.certain_direction else say("direction not certain")
    return [
        (say("Who"), Words(words.capital(words.listed(words.clean(m) for m in route.movers)))),
        (say("How"), Words(words.capital(words.mode_words(route.mode)), sure)),
        *((say(label), Words(words.ends_words(ends), _notes(ends)))
          for label, ends in ((term("From"), route.origins), (term("Via"), route.waypoints),
                              (term("To"), route.destinations))),
    ]


def _notes(ends: Iterable[Where]) -> str:
    return say("; ").join(
        f"{apart(words.clean(w.place.name))}: {words.place_note(w)}"
        for w in ends if w.precision is not GeoPrecision.EXACT
    )


def _told_by(found: Event | Route, cited: tuple[str, ...], articles: Mapping[str, Article]) -> dict[str, str]:
    sources = [articles[i].source for i in found.article_ids if i in articles]
    return _said(source_words.told_by_words(sources, found.n_independent, cited))


def _factors(found: Event | Route) -> list[list[Any]]:
    return [[source_words.factor_name(name), value] for name, value in found.factors]


def _other(place: Place) -> dict[str, Any]:
    return {"id": place.gazetteer_id, "name": place_kinds.line(place), "lon": place.point.lon, "lat": place.point.lat}


def _sentences(
    found: Event | Route, articles: Mapping[str, Article], loads: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Each sentence once, with every mark that any evidence puts on it.

    Every article's most telling sentence comes first, so that a reader who stops early has heard all of them.
    """
    by_span: dict[tuple[str, Span], list[Evidence]] = {}
    for evidence in found.evidence:
        if evidence.article_id in articles:
            by_span.setdefault((evidence.article_id, evidence.span), []).append(evidence)
    by_article: dict[str, list[tuple[str, Span]]] = {}
    def telling(key: tuple[str, Span]) -> tuple[int, bool]:
        """What the sentence says, and whether it names its place instead of pointing to it ("the island")."""
        text = articles[key[0]].text
        return max((e.says, e.place is not None and text[e.place.start].isupper()) for e in by_span[key])

    for key in sorted(by_span, key=telling, reverse=True):
        by_article.setdefault(key[0], []).append(key)
    rank = {key: n for keys in by_article.values() for n, key in enumerate(keys)}
    return [_sentence(articles[k[0]], k[1], by_span[k], loads) for k in sorted(by_span, key=lambda k: rank[k] > 0)]


def _sentence(article: Article, span: Span, several: list[Evidence], loads: tuple[str, ...]) -> dict[str, Any]:
    raw = article.text[span.start:span.end]
    marks = [
        (kind, part) for evidence in several
        for kind, part in (("trigger", evidence.trigger), ("place", evidence.place), ("when", evidence.when))
        if part and span.start <= part.start and part.end <= span.end
    ]
    inside = [(kind, Span(part.start - span.start, part.end - span.start)) for kind, part in marks]
    inside += [("quantity", Span(at, at + len(load))) for load in loads if load and (at := raw.find(load)) >= 0]
    shown, moved = words.cleaned(raw, [part for _, part in inside])
    kept: list[dict[str, Any]] = []
    both = zip(moved, (kind for kind, _ in inside), strict=True)
    for part, kind in sorted(((p, k) for p, k in both if p), key=lambda row: (row[0].start, -row[0].end)):
        if not kept or part.start >= kept[-1]["end"]:
            kept.append({"start": part.start, "end": part.end, "kind": kind})
    return {"text": shown, "at": span.start, "marks": kept, "article": article_json(article)}


def article_json(article: Article) -> dict[str, Any]:
    """What stands under a sentence; `how` says how publisher and day were known."""
    publisher, day = source_words.article_facts(article)
    how = say("; ").join(f"{apart(said.text)}: {said.reason}" for said in (publisher, day) if said.reason)
    return {
        "id": article.id, "title": source_words.article_name(article), "source": publisher.text,
        "line": source_words.article_line(article),
        "published": article.published.isoformat() if article.published else None,
        "how": how, "url": safe_link(article.url), "page": article_page(article.id),
    }
