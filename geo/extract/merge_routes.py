"""Reports of movements -> routes: within one article, then across articles. Independent of the order of input."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from geo.extract.independence import count_origins, quotes_of
from geo.extract.likeness import contains, date_score, route_ends_meet
from geo.extract.routes import route_title
from geo.extract.unite import date_rank
from geo.records import Article, DateBasis, Route, RouteStatus, Span, Where

SHOWN = frozenset({RouteStatus.PAST, RouteStatus.ONGOING, RouteStatus.HABITUAL})
SECOND_ORIGIN = 1.15
BY_HAND = "by hand"
"""The attribution rule of a place that a person gave."""


def join_routes_within(routes: Iterable[Route], article: Article) -> tuple[Route, ...]:
    """The tellings of each movement of one article as one route, in order of text."""
    ordered = sorted(routes, key=lambda r: (-_detail(r), _start(r), r.id))
    clusters = _clusters(ordered, {article.id: article}, within=True)
    joined = [replace(_united(c), member_ids=()) for c in clusters]
    return tuple(sorted(joined, key=lambda r: (_start(r), r.id)))


def merge_routes(routes: Iterable[Route], articles: Mapping[str, Article]) -> tuple[Route, ...]:
    """The same routes with those joined that several articles tell; every result names its members.

    Two tellings are one where both their origins and their destinations meet (the same place, or one in the
    other), days may meet, and the movers are not of different kinds. The most detailed telling of the earliest
    articles leads.
    """
    quotes = quotes_of(articles)
    unique = {r.id: r for r in routes}
    blocks: dict[str, list[Route]] = defaultdict(list)
    for route in unique.values():
        blocks[block_of(route)].append(route)
    merged = []
    for key in sorted(blocks):
        ordered = sorted(blocks[key], key=lambda r: (-_detail(r), *_published(r, articles), r.id))
        for cluster in _clusters(ordered, articles, within=False):
            merged.append(_across(cluster, articles, quotes))
    return tuple(sorted(merged, key=lambda r: (r.evidence[0].article_id, _start(r), r.id)))


def _start(route: Route) -> Span:
    return route.evidence[0].trigger or route.evidence[0].span


def _published(route: Route, articles: Mapping[str, Article]) -> tuple[date, str, Span]:
    article = articles.get(route.evidence[0].article_id)
    return (article.published if article else None) or date.max, route.evidence[0].article_id, _start(route)


def _detail(route: Route) -> int:
    return len(route.origins) + len(route.destinations)


def _layer(route: Route) -> str:
    return "shown" if route.status in SHOWN else route.status.value


def block_of(route: Route) -> str:
    """Routes of different blocks are never compared."""
    return f"{_layer(route)} {_country(route)}"


def _country(route: Route) -> str:
    """The block a route is compared in: the country of its first goal, or of its first origin."""
    ends = route.destinations or route.origins
    return min((e.place.country_code for e in ends), default="") + ("" if route.origins else "<")


def _clusters(ordered: Sequence[Route], articles: Mapping[str, Article], *, within: bool) -> list[list[Route]]:
    """Each route joins the first more detailed one it meets; the leader alone is asked, so nothing chains."""
    clusters: list[list[Route]] = []
    by_end: dict[str, list[list[Route]]] = defaultdict(list)
    for route in ordered:
        near = {id(c): c for key in _keys(route) for c in by_end[key]}
        host = next((c for c in near.values() if _meets(c, route, articles, within=within)), None)
        if host is not None:
            host.append(route)
            continue
        clusters.append([route])
        for key in _keys(route):
            by_end[key].append(clusters[-1])
    return clusters


def _keys(route: Route) -> list[str]:
    """Ids of the goals (origins where there is none) and of what contains them."""
    ends = route.destinations or route.origins
    keys = [i for e in ends for i in (e.place.gazetteer_id, *(w for w, _ in e.place.within))]
    return list(dict.fromkeys(keys))


def _meets(cluster: Sequence[Route], route: Route, articles: Mapping[str, Article], *, within: bool) -> bool:
    lead = cluster[0]
    if _layer(lead) != _layer(route) or not route_ends_meet(lead, route):
        return False
    if lead.mover_type and route.mover_type and lead.mover_type != route.mover_type:
        return False
    if not within and route.evidence[0].article_id in {a for r in cluster for a in r.article_ids}:
        return False
    days = [(r.when, _known(r, articles)) for r in (lead, route)]
    return date_score(days[0][0], days[1][0], days[0][1], days[1][1]) is not None


def _known(route: Route, articles: Mapping[str, Article]) -> date | None:
    """Of a habit the article's day says nothing: it is compared as undated."""
    if route.status is RouteStatus.HABITUAL and route.when.start is None:
        return None
    article = articles.get(route.evidence[0].article_id)
    return article.published if article else None


def _united(routes: Sequence[Route]) -> Route:
    """The first leads; ends of all, without units that only contain another end of the same side.

    Where a person gave the ends, these are all; a reviewed status or date goes before what others report.
    """
    lead, told = routes[0], [r for r in routes if _ends_by_hand(r)] or routes
    origins = _finest([w for r in told for w in r.origins])
    destinations = _finest([w for r in told for w in r.destinations])
    ends = {w.place.gazetteer_id for w in (*origins, *destinations)}
    waypoints = _finest([w for r in told for w in r.waypoints if w.place.gazetteer_id not in ends])
    movers = tuple({m.casefold(): m for r in reversed(routes) for m in reversed(r.movers)}.values())[::-1]
    evidence = tuple(sorted({e for r in routes for e in r.evidence},
                            key=lambda e: (e.article_id, e.span, e.trigger or e.span, e.rule)))
    return replace(
        lead,
        title=route_title(movers[:2], origins, destinations),
        origins=origins, waypoints=waypoints, destinations=destinations, movers=movers,
        mover_type=next((r.mover_type for r in routes if r.mover_type), ""),
        certain_direction=any(r.certain_direction for r in told),
        ordered=any(r.ordered for r in told) and all(r.ordered or not r.waypoints for r in told),
        status=next((r.status for r in routes if r.reviewed), lead.status),
        when=min(routes, key=lambda r: (r.when.start is None, not r.reviewed, date_rank(r.when))).when,
        evidence=evidence,
        cited=tuple({c.casefold(): c for r in reversed(routes) for c in reversed(r.cited)}.values())[::-1],
        reviewed=any(r.reviewed for r in routes),
    )


def _finest(ends: Sequence[Where]) -> tuple[Where, ...]:
    """Each place once. What a person gave stays even where it contains another."""
    kept = {w.place.gazetteer_id: w for w in reversed(ends)}
    ordered = [kept[i] for i in dict.fromkeys(w.place.gazetteer_id for w in ends)]
    return tuple(
        w for w in ordered
        if w.rule == BY_HAND or not any(contains(w, o) for o in ordered if o is not w and not contains(o, w))
    )


def _ends_by_hand(route: Route) -> bool:
    return any(end.rule == BY_HAND for end in (*route.origins, *route.destinations))


def _across(
    cluster: Sequence[Route], articles: Mapping[str, Article], quotes: Mapping[str, frozenset[int]]
) -> Route:
    first = min(cluster, key=lambda r: (*_published(r, articles), r.id))
    united = _united(cluster)
    cited: dict[str, set[str]] = defaultdict(set)
    sentences: dict[str, list[str]] = defaultdict(list)
    for proof in united.evidence:
        article = articles.get(proof.article_id)
        if article is not None:
            sentences[proof.article_id].append(article.text[proof.span.start : proof.span.end].casefold())
    for route in cluster:
        for article_id in route.article_ids:
            cited[article_id] |= set(route.cited)
    texts = {a: articles[a].text for a in cited if a in articles}
    n_independent = count_origins(cited, sentences, quotes, texts)
    when = united.when
    if when.start is not None and first.when.start is None:
        when = replace(when, basis=DateBasis.MERGED)
    surest = max(cluster, key=lambda r: (r.confidence, r.id))
    factors = surest.factors
    if n_independent >= 2 and 0 < surest.confidence < 1:
        lift = round(min(SECOND_ORIGIN, 1 / surest.confidence), 6)
        factors = (*factors, (f"{n_independent} independent origins", lift))
    return replace(
        united, id=first.id, when=when, member_ids=tuple(sorted(r.id for r in cluster)), n_independent=n_independent,
        factors=factors, confidence=round(min(1.0, math.prod(f for _, f in factors)), 6),
    )
