"""Reports of movements -> routes: within one article, then across articles. Independent of the order of input."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from geo.extract.independence import count_origins, quotes_of
from geo.extract.likeness import contains
from geo.extract.route_lines import Leaders, block_of, days_of, farness, meets, rank, start_of
from geo.extract.routes import route_title
from geo.extract.sureness import lifted
from geo.extract.unite import date_rank
from geo.records import Article, DateBasis, Route, Where

BY_HAND = "by hand"
"""The attribution rule of a place that a person gave."""


def join_routes_within(routes: Iterable[Route], article: Article) -> tuple[Route, ...]:
    """The tellings of each movement of one article as one route, in order of text."""
    ordered = sorted(routes, key=lambda r: rank(r, None))
    clusters = _clusters(ordered, {article.id: article}, within=True)
    joined = [replace(_united(c), member_ids=()) for c in clusters]
    return tuple(sorted(joined, key=lambda r: (start_of(r), r.id)))


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
        ordered = sorted(blocks[key], key=lambda r: rank(r, published_of(r, articles)))
        for cluster in _clusters(ordered, articles, within=False):
            merged.append(united_across(cluster, articles, quotes))
    return tuple(sorted(merged, key=lambda r: (r.evidence[0].article_id, start_of(r), r.id)))


def _clusters(ordered: Sequence[Route], articles: Mapping[str, Article], *, within: bool) -> list[list[Route]]:
    """Each route joins a more detailed one it meets, the nearest and then the first; the leader alone is asked, so
    nothing chains."""
    clusters: list[list[Route]] = []
    leaders = Leaders()
    for route in ordered:
        published = published_of(route, articles)
        days = days_of(route, published)
        hosts = [
            n for n in leaders.near(route, days)
            if meets(lead := clusters[n][0], route, (published_of(lead, articles), published))
            and (within or all(route.evidence[0].article_id not in r.article_ids for r in clusters[n]))
        ]
        if hosts:
            clusters[min(hosts, key=lambda n: (farness(route, clusters[n][0]), n))].append(route)
            continue
        leaders.add(len(clusters), route, days)
        clusters.append([route])
    return clusters


def published_of(route: Route, articles: Mapping[str, Article]) -> date | None:
    """The day of the article that tells it; None too where that is not at hand."""
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


def united_across(
    cluster: Sequence[Route], articles: Mapping[str, Article], quotes: Mapping[str, frozenset[int]]
) -> Route:
    """One record of the routes of a cluster, the leading one first."""
    first = min(cluster, key=lambda r: rank(r, published_of(r, articles))[1:])
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
    factors = (*surest.factors, *lifted(surest.confidence, n_independent))
    return replace(
        united, id=first.id, when=when, member_ids=tuple(sorted(r.id for r in cluster)), n_independent=n_independent,
        factors=factors, confidence=round(min(1.0, math.prod(f for _, f in factors)), 6),
    )
