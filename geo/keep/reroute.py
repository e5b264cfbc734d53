"""The routes that some reports make up now, with the same outcome as joining all reports anew.

The more detailed goes first: each report joins the nearest leading one before it that it meets, or leads itself. So
reports are placed in that order, beginning with those that came or changed; where one is placed differently, those
behind it that this may concern are placed again: who followed it, who meets it, and what else its article tells.
"""

from bisect import insort
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from geo.extract.independence import quotes_of
from geo.extract.merge_routes import united_across
from geo.extract.route_lines import (
    SEASON,
    Days,
    Rank,
    block_of,
    days_of,
    farness,
    is_wide,
    looks_in,
    meets,
    rank,
    stands_in,
)
from geo.extract.timeline import NEVER
from geo.filters import ROUTE
from geo.keep import schema, standing
from geo.keep.likely import articles_of
from geo.keep.payload import unpack
from geo.keep.regroup import ids_of_reports, things_of
from geo.keep.reported import now, numbers
from geo.keep.standing import Lined, Stand, key_of
from geo.keep.things import chunks, unindexed, write_over
from geo.keep.unmerged import Entry
from geo.records import Article, Route

_reported, _articles, _members = schema.reported.c, schema.articles.c, schema.members.c
NARROW, WIDE = "narrow", "wide"


def rows_of(route: Route, days: Days, report: int) -> Iterator[Lined]:
    """Where the report stands."""
    at = Stand(days[0], 0, report, *days)
    width = WIDE if is_wide(days) else NARROW
    return ((key_of(("route", block_of(route), line, width)), at) for line in stands_in(route))


def reroute(db: Connection, entries: Collection[Entry]) -> None:
    """Joins anew the routes that these entries are about, writes those that differ."""
    about = [entry for entry in entries if entry.kind == ROUTE]
    if not about:
        return
    ids = {entry.report_id for entry in about}
    _leave(db, about)
    state = _State(db, things_of(db, ids, ROUTE))
    touched = state.load(entry.report for entry in about)
    rows = {row for seq in touched for row in rows_of(state[seq].route, state[seq].days, seq)}
    standing.put(db, sorted(row for row in rows if not standing.is_there(db, *row)))
    state.loose |= touched
    state.settle(touched | state.loose | state.siblings(touched))
    clusters = state.clusters()
    old = things_of(db, ids | set(ids_of_reports(db, {seq for rows in clusters for seq in rows})), ROUTE)
    write_over(db, old | state.left, state.united(clusters))


def _leave(db: Connection, entries: Iterable[Entry]) -> None:
    rows: set[Lined] = set()
    for entry in entries:
        if entry.payload is not None:
            route = unpack(entry.payload, Route)
            rows.update(rows_of(route, days_of(route, entry.day), entry.report))
    standing.take(db, rows)


@dataclass(frozen=True, slots=True)
class _Told:
    """One report of a movement as it is now."""

    route: Route
    article: Article
    rank: Rank
    days: Days


class _State:
    """Who leads whom: as the store has it, and as it is found now."""

    def __init__(self, db: Connection, left: Collection[int]) -> None:
        self._db = db
        self.left = set(left)
        """Routes of which a report came, changed or left: nothing is taken over from them."""
        self._told: dict[int, _Told | None] = {}
        self._fellows: dict[int, frozenset[int]] = {}
        self._host: dict[int, int] = {}
        self.loose: set[int] = set()
        for thing in sorted(left):
            self.loose |= self._members(thing)

    def __getitem__(self, seq: int) -> _Told:
        told = self._told[seq]
        if told is None:
            raise KeyError(seq)
        return told

    def load(self, seqs: Iterable[int]) -> set[int]:
        """Those of the reports that are routes now, read."""
        wanted = set(seqs)
        missing = [seq for seq in wanted if seq not in self._told]
        routes = {seq: r for seq, r in now(self._db, missing).items() if isinstance(r, Route)}
        articles = articles_of(self._db, {r.article_ids[0] for r in routes.values()})
        for seq in missing:
            route = routes.get(seq)
            self._told[seq] = None
            if route is not None:
                article = articles[route.article_ids[0]]
                day = article.published
                self._told[seq] = _Told(route, article, rank(route, day), days_of(route, day))
        return {seq for seq in wanted if self._told[seq] is not None}

    def _members(self, thing: int) -> set[int]:
        ids = self._db.scalars(select(_members.member_id).where(_members.thing == thing))
        return self.load(numbers(self._db, ids).values())

    def siblings(self, seqs: Iterable[int]) -> set[int]:
        """All routes that the articles of these tell."""
        ids = sorted({self[seq].article.id for seq in seqs})
        found: set[int] = set()
        for chunk in chunks(ids):
            query = select(_reported.seq).join(schema.articles, _articles.seq == _reported.article)
            found |= set(self._db.scalars(query.where(_articles.id.in_(chunk), unindexed(_reported.kind) == ROUTE)))
        return self.load(found)

    def _before(self, seq: int) -> frozenset[int]:
        """The reports that were one route with this one; none where nothing is taken over."""
        if seq in self.loose:
            return frozenset()
        if seq not in self._fellows:
            (thing,) = things_of(self._db, ids_of_reports(self._db, [seq]), ROUTE) or {0}
            found = frozenset(self._members(thing)) if thing else frozenset()
            self._fellows |= dict.fromkeys(found, found)
            self._fellows.setdefault(seq, found)
        return self._fellows[seq]

    def _led_by(self, seq: int) -> int | None:
        fellows = self._before(seq)
        return min(fellows, key=lambda s: self[s].rank) if fellows else None

    def _host_of(self, seq: int) -> int | None:
        return self._host[seq] if seq in self._host else self._led_by(seq)

    def _led(self, lead: int) -> set[int]:
        """Whoever is led by this one now."""
        stayed = {s for s in self._before(lead) if s not in self._host and self._led_by(s) == lead}
        return stayed | {s for s, host in self._host.items() if host == lead}

    def _near(self, seq: int) -> set[int]:
        told = self[seq]
        first, last = told.days
        found: set[int] = set()
        for line in looks_in(told.route):
            for width, since in ((NARROW, first - SEASON), (WIDE, NEVER)):
                key = key_of(("route", block_of(told.route), line, width))
                found |= {at.report for at in standing.between(self._db, key, since, last) if at.high >= first}
        return self.load(found - {seq})

    def settle(self, seqs: Collection[int]) -> None:
        """Places these reports, and whoever is concerned by where they come to stand."""
        waiting = sorted((self[seq].rank, seq) for seq in seqs)
        queued = set(seqs)

        def concern(others: Iterable[int], behind: Rank) -> None:
            for other in others:
                if other not in queued and self[other].rank > behind:
                    queued.add(other)
                    insort(waiting, (self[other].rank, other))

        while waiting:
            at, seq = waiting.pop(0)
            was, near = self._led_by(seq), self._near(seq)
            self._host[seq] = host = self._place(seq, near)
            if host == was:
                continue
            if host == seq:
                concern((s for s in near if self._meet(seq, s)), at)
            if was == seq:
                concern(self._before(seq), at)
            concern(self.siblings([seq]), at)

    def _meet(self, lead: int, seq: int) -> bool:
        one, other = self[lead], self[seq]
        return meets(one.route, other.route, (one.article.published, other.article.published))

    def _place(self, seq: int, near: Iterable[int]) -> int:
        """Whom the report joins; itself where it leads."""
        told = self[seq]
        hosts = [
            lead for lead in near
            if self[lead].rank < told.rank and self._host_of(lead) == lead and self._meet(lead, seq)
            and all(self[s].article.id != told.article.id for s in self._led(lead) if self[s].rank < told.rank)
        ]
        return min(hosts, key=lambda lead: (farness(told.route, self[lead].route), self[lead].rank), default=seq)

    def clusters(self) -> list[list[int]]:
        """All that have got or lost a report, each with its leader first."""
        hosts: set[int] = set()
        for seq, host in self._host.items():
            was = self._led_by(seq)
            if host != was:
                hosts |= {host} | ({was} if was is not None and self._host_of(was) == was else set())
        return [sorted(self._led(host), key=lambda s: self[s].rank) for host in sorted(hosts)]

    def united(self, clusters: Iterable[Collection[int]]) -> list[Route]:
        """One record of each."""
        found = []
        for seqs in clusters:
            articles = {self[s].article.id: self[s].article for s in seqs}
            found.append(united_across([self[s].route for s in seqs], articles, quotes_of(articles)))
        return found
