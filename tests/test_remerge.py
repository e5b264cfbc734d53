"""The merge of what came in gives what merging everything gives, whatever came, changed or was put right before."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.extract import timeline
from geo.filters import Filter
from geo.keep import Store, likely, merge, remerge
from geo.records import Act, Correction, Event, Evidence, Findings, Route, RouteStatus, Span, Status
from tests.build import article
from tests.generated import world
from tests.test_corrections import SPOTS, TYPES, at, on
from tests.test_route_corrections import TOWNS, ends

ALL = Filter(statuses=tuple(Status))
ROUTES = Filter(types=("route",), statuses=tuple(RouteStatus))
COPIED = "The strike hit the market at noon, and the wounded were taken to three hospitals, residents said. "

Part = tuple[str, int | None, int | None]
Move = tuple[tuple[str, ...], tuple[str, ...], int | None]
Told = tuple[int, list[Part], list[Move], int | None]


def told(address: int, extra: int, parts: list[Part], moves: list[Move], published: int | None) -> Findings:
    """An article under one address, in the `extra`-th version of its text, with these events and routes."""
    deeds = ["a strike by the coalition"] * len(parts) + ["fighters who moved on"] * len(moves)
    sentences = [f"Sentence {n} of article {address % 3} tells of {deed}. " for n, deed in enumerate(deeds)]
    text = "".join(sentences) + COPIED * 5 + f"Article {address}." + " More is known by now, they said." * extra
    made = article(text, date(2019, 9, published) if published else None, source=f"Paper {address % 5}",
                   url=f"https://example.org/news/{address}")
    proofs, start = [], 0
    for sentence in sentences:
        proofs.append(Evidence(made.id, Span(start, start + len(sentence) - 1), "test", Span(start, start + 8)))
        start += len(sentence)
    name = f"{address}-{extra}"
    events = tuple(
        Event(f"e{name}-{n}", kind, f"{kind} {n}", Status.REPORTED, on(day), None if spot is None else at(spot),
              (proofs[n],), confidence=0.6, factors=(("words", 0.75),), origins=(f"Paper {address % 5}",))
        for n, (kind, spot, day) in enumerate(parts)
    )
    routes = tuple(
        Route(f"r{name}-{n}", "Route", ends(*origins), (), ends(*goals), ("fighters",), "armed_group", "move", True,
              False, RouteStatus.PAST, on(day), (proofs[len(parts) + n],), confidence=0.5, factors=(("cue", 0.5),))
        for n, (origins, goals, day) in enumerate(moves)
    )
    return Findings(made, (), events, routes)


def parts() -> st.SearchStrategy[list[Part]]:
    spot, day = st.none() | st.integers(0, len(SPOTS) - 1), st.none() | st.integers(7, 10)
    return st.lists(st.tuples(st.sampled_from(TYPES), spot, day), max_size=3)


def moves() -> st.SearchStrategy[list[Move]]:
    side = st.lists(st.sampled_from(TOWNS), min_size=1, max_size=2, unique=True).map(tuple)
    return st.lists(st.tuples(side, side, st.none() | st.integers(7, 10)), max_size=2)


PUBLISHED = st.none() | st.integers(8, 12)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), parts(), moves(), PUBLISHED),
        st.tuples(st.just("version"), st.integers(0, 50), parts(), moves(), PUBLISHED),
        st.tuples(st.just("renew"), st.integers(0, 50), parts(), moves()),
        st.tuples(st.just("correct"), st.sampled_from(Act), st.integers(0, 50), st.integers(0, 50)),
        st.just(("merge",)),
    ), min_size=4, max_size=14,
)


class Run:
    """A store that goes through such steps."""

    def __init__(self, folder: str) -> None:
        self.store = Store.open(f"sqlite:///{folder}/store.sqlite")
        self.articles: list[Findings] = []
        self.versions: list[int] = []
        self.acts = 0

    def step(self, step: tuple[object, ...]) -> None:
        kind, *rest = step
        getattr(self, str(kind))(*rest)

    def add(self, some: list[Part], ways: list[Move], day: int | None) -> None:
        self.articles.append(told(len(self.articles), 0, some, ways, day))
        self.versions.append(0)
        self.store.add(self.articles[-1])

    def version(self, number: int, some: list[Part], ways: list[Move], day: int | None) -> None:
        if self.articles:
            at_ = number % len(self.articles)
            self.versions[at_] += 1
            self.articles[at_] = told(at_, self.versions[at_], some, ways, day)
            self.store.add(self.articles[at_])

    def renew(self, number: int, some: list[Part], ways: list[Move]) -> None:
        """The same article read again: some of its reports keep their ids."""
        if self.articles:
            at_ = number % len(self.articles)
            old = self.articles[at_]
            new = told(at_, self.versions[at_], some, ways, 9)
            proofs = {e.id: e for e in (*new.events, *new.routes)}
            own = {i: replace(r, evidence=(replace(r.evidence[0], article_id=old.article.id),))
                   for i, r in proofs.items()}
            self.articles[at_] = Findings(
                old.article, (), tuple(own[e.id] for e in new.events), tuple(own[r.id] for r in new.routes)  # type: ignore[misc]
            )
            self.store.renew(self.articles[at_])

    def correct(self, act: Act, one: int, other: int) -> None:
        self.merge()
        routes = self.store.routes(ROUTES)
        things = [*self.store.events(ALL), *routes]
        trail = self.store.corrections()
        self.acts += 1
        more: dict[str, object] = {}
        ids: tuple[str, ...] = ()
        others: tuple[str, ...] = ()
        if act is Act.UNDO:
            if not trail:
                return
            more["undoes"] = trail[one % len(trail)].id
        elif not things:
            return
        else:
            found = things[one % len(things)]
            ids = found.member_ids
            if act is Act.SAME:
                others = things[other % len(things)].member_ids
            elif act is Act.NOT_SAME:
                ids, others = ids[:1], ids[1:]
            more |= {
                Act.RETYPE: {"event_type": TYPES[other % len(TYPES)]}, Act.REDATE: {"when": on(7 + other % 5)},
                Act.MOVE: {"where": at(other % len(SPOTS))}, Act.RESTATUS: {"status": "planned"},
            }.get(act, {})
        self.store.correct(Correction(
            f"c{self.acts}", "2026-03-01T09:00:00Z", "Ada", "", act, self.store.anchors(ids),
            self.store.anchors(others), **more,  # type: ignore[arg-type]
        ))
        self.demand_all_is_merged()

    def merge(self) -> None:
        merge(self.store)
        self.demand_all_is_merged()

    def demand_all_is_merged(self) -> None:
        now = state(self.store)
        merge(self.store, everything=True)
        assert now == state(self.store)


def state(store: Store) -> tuple[object, ...]:
    """All that a merge writes, with reports by their ids."""
    path = store.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as db:
        pairs = db.execute("SELECT x.id, y.id, p.changed, p.likeness FROM pairs p "
                           "JOIN reported x ON x.seq = p.a JOIN reported y ON y.seq = p.b").fetchall()
        stands = db.execute("SELECT s.line, s.day, s.tie, r.id, s.low, s.high FROM standing s "
                            "LEFT JOIN reported r ON r.seq = s.report").fetchall()
        waiting = db.execute("SELECT count(*) FROM unmerged").fetchone()
    events = sorted(store.events(ALL), key=lambda e: e.id)
    return events, sorted(store.routes(ROUTES), key=lambda r: r.id), sorted(pairs), sorted(stands), waiting


@settings(max_examples=25, deadline=None)
@given(STEPS, st.sampled_from((1, 2, 40)), st.sampled_from((1, 3, 400)))
def test_what_came_in_is_merged_as_if_all_were(
    steps: list[tuple[object, ...]], neighbours: int, at_once: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "NEIGHBOURS", neighbours)
        patch.setattr(remerge, "AT_ONCE", at_once)
        run = Run(folder)
        run.add([("clash", 0, 9)], [], 9)
        run.merge()
        for step in steps:
            run.step(step)
        run.merge()
        assert run.store.integrity() == "ok"
        run.store.close()


@pytest.mark.parametrize("neighbours", [2, 40])
def test_a_world_that_comes_in_by_batches(neighbours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half at once, and the rest in batches of any size, with corrections and articles read again in between."""
    monkeypatch.setattr(timeline, "NEIGHBOURS", neighbours)
    dice = random.Random(neighbours)
    findings = list(world(400, seed=neighbours).findings)
    dice.shuffle(findings)
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/store.sqlite")
        store.add_all(findings[:200])
        merge(store)
        at_ = 200
        while at_ < len(findings):
            size = dice.choice((1, 5, 60))
            store.add_all(findings[at_:at_ + size])
            at_ += size
            old = dice.choice(findings[:at_])
            told_anew = tuple(replace(e, killed=None, origins=("a doctor",)) for e in old.events)
            store.renew(replace(old, events=told_anew))
            merge(store)
            found = dice.choice(store.events(ALL))
            store.correct(Correction(f"c{at_}", "2026-03-01T09:00:00Z", "Ada", "",
                                     dice.choice((Act.ACCEPT, Act.REJECT)), store.anchors(found.member_ids)))
        now = state(store)
        merge(store, everything=True)
        assert now == state(store)
        store.close()


def test_the_merge_of_one_article_asks_for_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: the reports that are read for it are its neighbours."""
    read: list[int] = []
    whole = likely._read
    monkeypatch.setattr(likely, "_read", lambda db, seqs: read.append(len(set(seqs))) or whole(db, seqs))
    findings = world(1_500, seed=3).findings
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/store.sqlite")
        store.add_all(findings[:-1])
        merge(store)
        assert not read
        store.add(findings[-1])
        merge(store)
        assert 1 <= sum(read) < 150
        store.close()
