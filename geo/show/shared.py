"""What the HTTP routes and the pages of one process share: the store and the snapshot of its present version."""

import gc
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Generic, TypeVar

from geo import lexicon
from geo.filters import NO_SOURCE, Filter
from geo.keep import Facets, PlaceUse, Snapshot, Store
from geo.keep.codes import BoolArray
from geo.keep.columns import Spread
from geo.keep.kept import WORTH_KEEPING, cache_file, keep, load
from geo.keep.rows import ends
from geo.keep.snapshots import build, updated
from geo.keep.where import ACTORS
from geo.locate import Gazetteer
from geo.records import Article, BadFilter, Event, Route
from geo.show.coverage import Coverage, coverage

T = TypeVar("T")

AT_ONCE_MOST = 5_000
"""So many changed events are taken in while the reader waits: some tenths of a second."""
UPDATED_SHARE = 5
"""A snapshot is made anew when more than one event in so many changed."""
STATES_MOST = 1_000
"""So far back a kept snapshot is looked for."""
MASKS_KEPT = 32
"""Filters whose rows are remembered; a byte for each event and filter, and some for each of its places."""
FACETS_KEPT = 256

SHOWN_MOST = 100_000
"""Events or routes in one GeoJSON answer; more are refused, never cut in silence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Plain values from app.py; `tiles` None is the offline base map alone."""

    store: str = "sqlite:///dateline.sqlite"
    tiles: str | None = None
    served: bool = False
    """Whether the HTTP routes are there; false when a page is run on its own."""
    bundle: Path | None = None
    """The gazetteer's bundle; None is the shipped one."""


def _rest() -> None:
    """Takes what is there by now out of the sight of the garbage collector: it stays as long as the process does.

    Streamlit has the collector look at every object after each run of a page, and no other reader is served
    meanwhile: a third of a second beside a million events. What was put aside before is looked through first: of the
    circles in it nothing else would ever be given back.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class _Latest(Generic[T]):
    """The last values by version and filter; two threads may make one twice."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._values: OrderedDict[tuple[int, Filter], T] = OrderedDict()

    def get(self, key: tuple[int, Filter], made: Callable[[], T]) -> T:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = made()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class Shared:
    """Opens the store on first use. Methods may be called from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock, self._building, self._making = Lock(), Lock(), Lock()
        self._store: Store | None = None
        self._now: tuple[str, Snapshot] | None = None
        """The state of the store, and the snapshot of it."""
        self._same_at = -1
        """A later version at which the store showed the same."""
        self._kept: dict[str, tuple[int, object]] = {}
        self._gazetteer: Gazetteer | None = None
        self._masks: _Latest[BoolArray] = _Latest(MASKS_KEPT)
        self._spreads: _Latest[Spread] = _Latest(MASKS_KEPT)
        self._facets: _Latest[Facets] = _Latest(FACETS_KEPT)

    def store(self) -> Store:
        """The one store of this process."""
        with self._lock:
            if self._store is None:
                self._store = Store.open(self.settings.store)
            return self._store

    def snapshot(self) -> Snapshot:
        """Of what the store shows now; articles that wait for the merge change nothing.

        It follows the store by what changed. Where nearly all of a large one did, it is made anew behind the readers'
        backs: until it is there they get the one before.
        """
        store = self.store()
        version = store.version()
        if self._now is None:
            return self._renewed(version)
        state, old = self._now
        if version in (old.version, self._same_at):
            return old
        if store.states() == (state,):
            self._same_at = version
            return old
        touched = store.changed(state)
        if len(old.ids) < WORTH_KEEPING or (touched is not None and len(touched) <= AT_ONCE_MOST):
            return self._renewed(version)
        if self._making.acquire(blocking=False):
            Thread(target=self._renew_behind, args=(version,), daemon=True).start()
        return old

    def _renew_behind(self, version: int) -> None:
        try:
            self._renewed(version)
        finally:
            self._making.release()

    def _renewed(self, version: int) -> Snapshot:
        with self._building:
            if self._now is None or self._now[1].version < version:
                self._now = self._made()
            return self._now[1]

    def _made(self) -> tuple[str, Snapshot]:
        """From the one before or its file where the store knows what changed since, else from all rows.

        What takes long is kept for the next start.
        """
        fresh = self._now is None
        try:
            return self._from_store()
        finally:
            if fresh:
                _rest()

    def _from_store(self) -> tuple[str, Snapshot]:
        store = self.store()
        state, version = store.states()[0], store.version()  # in this order, and before the rows: none is missed
        known = self._now or self._read()
        if known is not None:
            before, old = known
            touched, most = store.changed(before), max(len(old.ids) // UPDATED_SHARE, AT_ONCE_MOST)
            if touched is not None and len(touched) <= most:
                return state, updated(old, touched, store.light_rows(touched), version)
        made = build(store.light_rows(), version)
        if len(made.ids) >= WORTH_KEEPING:
            keep(made, self._file(state))
        return state, made

    def _read(self) -> tuple[str, Snapshot] | None:
        """The newest that was kept in a file and can be brought up to date."""
        for state in self.store().states(STATES_MOST):
            known = load(self._file(state))
            if known is not None:
                return state, known
        return None

    def _file(self, state: str) -> Path:
        return cache_file(f"{state} {lexicon.types()}")

    def text_numbers(self, asked: Filter) -> frozenset[int] | None:
        """What `Snapshot.mask` wants beside the filter."""
        found = [self.store().text_numbers(asked.text)] if asked.text else []
        found += [self.store().text_numbers(asked.actor, ACTORS)] if asked.actor else []
        return frozenset.intersection(*found) if found else None

    def check(self, asked: Filter) -> Filter:
        """The same filter; BadFilter for a source that no article has."""
        if asked.sources:
            known = {name or NO_SOURCE for name, _ in self._at_version("sources", lambda: self.store().sources())}
            for source in asked.sources:
                if source not in known:
                    raise BadFilter(f"There is no source {source!r}; /articles lists them.")
        return asked

    def mask(self, asked: Filter, snapshot: Snapshot | None = None) -> BoolArray:
        """The rows of the snapshot that pass; hand it in where both are used, for a new one may come any moment.

        The last few are remembered: one view is asked about in many ways.
        """
        now = snapshot or self.snapshot()

        def made() -> BoolArray:
            mask = now.mask(asked, self.text_numbers(asked))
            mask.flags.writeable = False
            return mask

        return self._masks.get((now.version, asked), made)

    def spread(self, asked: Filter, snapshot: Snapshot) -> Spread:
        """Where the events of the filter are; remembered for the next view of them."""
        return self._spreads.get((snapshot.version, asked), lambda: snapshot.spread(self.mask(asked, snapshot)))

    def facets(self, asked: Filter, snapshot: Snapshot) -> Facets:
        """Counts of the events of the filter; remembered, since most choices change one of them."""
        return self._facets.get((snapshot.version, asked), lambda: snapshot.facets(self.mask(asked, snapshot)))

    def gazetteer(self) -> Gazetteer:
        """Opened when a reader first looks a place up by name."""
        with self._lock:
            if self._gazetteer is None:
                bundle = self.settings.bundle
                self._gazetteer = Gazetteer.open(bundle) if bundle else Gazetteer.open()
            return self._gazetteer

    def place_name(self, place: str) -> str:
        """What a `place` filter is called: the name of a gazetteer id, else the words as given."""
        if ":" not in place:
            return place
        known = self.gazetteer().get(place)
        return known.name if known else place

    def spoken(self, asked: Filter) -> Filter:
        """The same filter with its place by name, for captions and citations."""
        return replace(asked, place=self.place_name(asked.place))

    def articles_of(self, found: Event | Route) -> dict[str, Article]:
        """The articles it rests on, in order of evidence."""
        articles = self.store().articles(found.article_ids)
        return {i: articles[i] for i in found.article_ids if i in articles}

    def found(self, identity: str) -> Event | Route | None:
        """An event or route by its own id or that of one joined in it."""
        return self.store().event(identity) or self.store().route(identity)

    def reference_places(self, asked: Filter) -> tuple[PlaceUse, ...]:
        """Places that articles name and that no shown event or route is at."""
        store = self.store()
        shown: list[Event | Route] = [*store.events(asked), *store.routes(asked)]
        used = {w.place.gazetteer_id for found in shown for w in ends(found)}
        uses = self._at_version("places", store.places)
        return tuple(use for use in uses if use.place.gazetteer_id not in used)

    def coverage(self) -> tuple[Coverage, ...]:
        """How many places are known of the countries that articles name most."""
        uses = self._at_version("places", self.store().places)
        return self._at_version("coverage", lambda: coverage(uses, self.gazetteer()))

    def _at_version(self, name: str, ask: Callable[[], T]) -> T:
        """The answer of `ask`, kept until the store changes."""
        version = self.store().version()
        kept = self._kept.get(name)
        if kept is None or kept[0] != version:
            self._kept[name] = kept = (version, ask())
        return kept[1]  # type: ignore[return-value]


_shared = Shared(Settings())
"""The only module state of the house: page scripts cannot be handed arguments (app.py calls `configure`)."""


def configure(settings: Settings) -> None:
    """Makes these the settings of the process, before the first request."""
    global _shared
    _shared = Shared(settings)


def shared() -> Shared:
    """What `configure` set up, or the default store for a page that is run on its own."""
    return _shared
