"""The store: articles with what was found in them, and the merged events and routes that are shown.

One SQLite file through SQLAlchemy Core. An article counts as kept only when its transaction is on disk.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import func, select, update

from geo.extract.corrected import anchor
from geo.extract.links import Links
from geo.extract.merge_corrected import Pair
from geo.filters import ROUTE, Filter
from geo.keep import (
    asking,
    care,
    changes,
    corrections,
    intake,
    lookalikes,
    opening,
    publishers,
    remerge,
    reported,
    schema,
    shelf,
    unmerged,
    versions,
)
from geo.keep.alone import alone
from geo.keep.engine import Engines, path_of
from geo.keep.ledger import Ledger, note
from geo.keep.lookalikes import MaybeSame
from geo.keep.payload import digest, inflated, pack, unpack
from geo.keep.publishers import Publisher
from geo.keep.rows import LightRow, PlaceUse, Quarantined
from geo.keep.shelf import Shelf
from geo.keep.things import EVENT, chunks, rewrite
from geo.keep.versions import Copy, Kept
from geo.keep.where import matching, ordered, where
from geo.records import (
    Act,
    Anchor,
    Article,
    Correction,
    Event,
    Findings,
    Route,
    StoreError,
    Toponym,
)

UNMERGED = -1
"""In the place of the version of the last article that was merged: the next merge is due whatever comes in."""

_things, _articles, _reported, _meta = schema.things.c, schema.articles.c, schema.reported.c, schema.meta.c


class Store:
    """Open with `Store.open`. Methods may be called from several threads; one process at a time writes."""

    def __init__(self, url: str, engines: Engines) -> None:
        self.url = url
        self._engines = engines
        self.ledger = Ledger(engines)
        self._seen_added: int | None = None
        self._seen_trail: int | None = None
        self._seen_entry = 0

    @classmethod
    def open(cls, url: str) -> "Store":
        """The store of a `sqlite:///FILE` URL, made where there is none.

        StoreError when it is no store, cannot be opened, or was written by a newer Dateline.
        """
        path = path_of(url)
        if not path.parent.is_dir():
            raise StoreError(f"The folder {path.parent} of the store {path.name} does not exist; make it first.")
        engines = Engines(path)
        try:
            opening.make_ready(engines)
        except BaseException:
            engines.close()
            raise
        return cls(url, engines)

    def close(self) -> None:
        """Gives the file back. The store cannot be used afterwards."""
        self._engines.close()

    def watched(self) -> AbstractContextManager[None]:
        """Held by whoever watches feeds and folders for the store; StoreError while someone else holds it."""
        return alone(self._engines.path)

    def version(self) -> int:
        """A number raised by every write, in the same transaction."""
        with self._engines.reading() as db:
            return int(db.scalar(select(_meta.version)) or 0)

    def states(self, most: int = 1) -> tuple[str, ...]:
        """Names of the present state of the merged events and routes, and of those before it that `changed` knows.

        The newest first. Articles that come in make no new state until they are merged.
        """
        with self._engines.reading() as db:
            return changes.states(db, most)

    def changed(self, state: str) -> frozenset[int] | None:
        """Numbers of the events and routes that came, changed or went since that state.

        None where not all are known: too much has changed, or it is a state of another store.
        """
        with self._engines.reading() as db:
            return changes.since(db, state)

    # --- articles and what was found in them

    def has_article(self, article_id: str) -> bool:
        """Whether it was added before."""
        with self._engines.reading() as db:
            return intake.seq_of(db, article_id) is not None

    def known(self, article: Article) -> bool:
        """Whether adding it would bring nothing new: it is there, or its address has these words or more already."""
        with self._engines.reading() as db:
            return intake.seq_of(db, article.id) is not None or versions.covered(db, article)

    def has_address(self, article: Article) -> bool:
        """Whether another article with its address is kept."""
        with self._engines.reading() as db:
            return versions.has_address(db, article)

    def versions(self, article_id: str) -> tuple[str, ...]:
        """Ids of all versions of an article that changed at its source, the present one last; () where it is not."""
        with self._engines.reading() as db:
            seq = intake.seq_of(db, article_id)
            return () if seq is None else versions.versions(db, seq)

    def copies(self, article_id: str) -> tuple[Copy, ...]:
        """Other articles with very nearly the same text, in the order they came in."""
        with self._engines.reading() as db:
            seq = intake.seq_of(db, article_id)
            return () if seq is None else versions.copies(db, seq)

    def first_copies(self) -> dict[str, str]:
        """For each article that is a copy of an earlier one, the id of that."""
        with self._engines.reading() as db:
            return versions.roots(db)

    def add(self, findings: Findings) -> bool:
        """Keeps one article with its findings in one transaction. False: it is there already, unchanged."""
        return self.add_all([findings])[0] is not Kept.KNOWN

    def add_all(self, every: Sequence[Findings]) -> tuple[Kept, ...]:
        """Keeps several articles in one transaction: all of them or, after an error, none. What each one was."""
        with self._engines.writing() as db:
            kept = tuple(intake.add(db, findings) for findings in every)
            if any(one is not Kept.KNOWN for one in kept):
                db.execute(update(schema.meta).values(added=changes.raise_version(db)))
        return kept

    def renew(self, findings: Findings) -> bool:
        """Puts what was read anew in the place of what the article gave; corrections hold on. False: unchanged.

        What is shown changes with the next merge. StoreError when there is no such article.
        """
        with self._engines.writing() as db:
            changed = intake.renew(db, findings)
            if changed:
                db.execute(update(schema.meta).values(added=changes.raise_version(db)))
        return changed

    def article(self, article_id: str) -> Article | None:
        """None when there is no such article."""
        return self.articles([article_id]).get(article_id)

    def articles(self, ids: Iterable[str] | None = None) -> dict[str, Article]:
        """Articles by id, sorted by id; all of them for None. Unknown ids are left out."""
        query = select(_articles.payload).order_by(_articles.id)
        with self._engines.reading() as db:
            if ids is None:
                found = [unpack(payload, Article) for payload in db.scalars(query)]
            else:
                found = [
                    unpack(payload, Article)
                    for chunk in chunks(sorted(set(ids)))
                    for payload in db.scalars(query.where(_articles.id.in_(chunk)))
                ]
        return {article.id: article for article in found}

    def article_ids(self) -> tuple[str, ...]:
        """Of all articles, sorted."""
        with self._engines.reading() as db:
            return tuple(db.scalars(select(_articles.id).order_by(_articles.id)))

    def findings(self, article_id: str) -> Findings | None:
        """The article with its toponyms and its own events and routes, as they were added."""
        query = select(_articles.seq, _articles.payload, _articles.toponyms).where(_articles.id == article_id)
        with self._engines.reading() as db:
            row = db.execute(query).one_or_none()
            if row is None:
                return None
            events, routes = reported.as_read(db, row.seq)
        toponyms = unpack(inflated(row.toponyms), tuple[Toponym, ...])
        return Findings(unpack(row.payload, Article), toponyms, events, routes)

    def sources(self) -> tuple[tuple[str, int], ...]:
        """Publishers and their numbers of articles, by name; "" is not stated."""
        query = select(_articles.source, func.count()).group_by(_articles.source).order_by(_articles.source)
        with self._engines.reading() as db:
            return tuple((source, number) for source, number in db.execute(query))

    def shelf(self, old: Shelf) -> Shelf:
        """Ids of all articles, the newest first; of what `old`, given before, lacks only is read."""
        with self._engines.reading() as db:
            return shelf.filled(db, old)

    def holding(self, words: Sequence[str]) -> frozenset[str]:
        """Ids of the articles that have all these words in title, publisher or text."""
        with self._engines.reading() as db:
            return shelf.holding(db, words)

    def articles_of(self, source: str) -> frozenset[str]:
        """Ids of the articles of this publisher; "" is not stated."""
        with self._engines.reading() as db:
            return frozenset(db.scalars(select(_articles.id).where(_articles.source == source)))

    def told(self, ids: Iterable[str]) -> dict[str, int]:
        """How many events and routes each of these articles tells; what people rejected is not counted."""
        with self._engines.reading() as db:
            return shelf.told(db, ids)

    def publishers(self) -> tuple[Publisher, ...]:
        """What there is of each publisher, by name."""
        with self._engines.reading() as db:
            return publishers.read(db)

    def places(self) -> tuple[PlaceUse, ...]:
        """Every place that an article names (peoples' names aside), by gazetteer id."""
        with self._engines.reading() as db:
            return asking.places(db)

    # --- merging

    def reported(self) -> tuple[tuple[Event, ...], tuple[Route, ...]]:
        """Events and routes of all articles as they were added, by article id and place in the article."""
        with self._engines.reading() as db:
            self._seen_added, self._seen_entry = db.scalar(select(_meta.added)), unmerged.last(db)
            return reported.as_read(db)

    def merge_due(self) -> bool:
        """Whether anything came in since the last merge, or reports are joined by other rules now."""
        with self._engines.reading() as db:
            return remerge.is_due(db)

    def merge_new(self) -> bool:
        """Merges what came in or changed, some of it in each transaction. False, with nothing done, where everything
        must be merged, or is merged faster."""
        more = True
        while more:
            with self._engines.writing() as db:
                if remerge.must_merge_all(db):
                    return False
                more = remerge.merge_some(db)
                changes.raise_version(db)
        return True

    def put_right(self) -> tuple[dict[str, Event | None], dict[str, Route | None], Links]:
        """What people changed of `reported()`: reports as they are now, None for rejected; and what is one event."""
        with self._engines.reading() as db:
            self._seen_trail = corrections.length(db)
            events, routes = corrections.changed(db)
            return events, routes, corrections.links(db)

    def replace_merged(
        self, events: Sequence[Event], routes: Sequence[Route],
        pairs: tuple[Sequence[Pair], Sequence[Pair]] | None = None,
    ) -> None:
        """Makes these the events and routes that are shown, in one transaction.

        `pairs` are those of reports as they were read and of changed reports, as `merge_corrected` gives them;
        without them the next merge is one of everything. Rows that are the same already stay untouched. An
        article that came in after the last `reported()` keeps the merge due, and so does a correction after the
        last `put_right()`. StoreError when one names an article that is not kept, or two share an id.
        """
        items: list[Event | Route] = [*events, *routes]
        found = {item.id: item for item in items}
        if len(found) < len(items):
            raise StoreError("Two merged events or routes have the same id; none of them was kept.")
        with self._engines.writing() as db:
            query = select(_things.id, _things.seq, _things.digest)
            old = {row.id: (row.seq, row.digest) for row in db.execute(query)}
            payloads = {identity: pack(item) for identity, item in found.items()}
            kept = {i for i, payload in payloads.items() if i in old and old[i][1] == digest(payload)}
            gone = [seq for identity, (seq, _) in old.items() if identity not in kept]
            fresh = [(found[i], payloads[i]) for i in sorted(found.keys() - kept)]
            rewrite(db, gone, fresh)
            remerge.start_from(db, pairs, self._seen_entry)
            seen = db.scalar(select(_meta.added)) if self._seen_added is None else self._seen_added
            if self._seen_trail not in (None, corrections.length(db)):
                seen = UNMERGED
            db.execute(update(schema.meta).values(merged=seen))
            if fresh or gone:
                changes.raise_version(db)

    # --- putting right

    def anchors(self, ids: Iterable[str]) -> tuple[Anchor, ...]:
        """What corrections of these reports are known by, in the order of ids; unknown ids are left out."""
        with self._engines.reading() as db:
            found = [
                anchor(reported.record(kind, payload)) for chunk in chunks(sorted(set(ids)))
                for kind, payload in db.execute(
                    select(_reported.kind, _reported.payload).where(_reported.id.in_(chunk)).order_by(_reported.id)
                )
            ]
        return tuple(found)

    def reports(self, ids: Iterable[str]) -> tuple[Event | Route, ...]:
        """These reports as they are now, by article and place in it; unknown and rejected ones are left out."""
        with self._engines.reading() as db:
            found = reported.now(db, list(reported.numbers(db, ids).values()))
        return tuple(sorted(found.values(), key=lambda r: (r.evidence[0].article_id, r.evidence[0].span, r.id)))

    def correct(self, entry: Correction) -> None:
        """Adds one correction to the trail and puts right what it is about, in one transaction.

        Only what it touches is merged again. StoreError when its id was used before, when it undoes what there is
        not, or while articles wait to be merged: merge first.
        """
        with self._engines.writing() as db:
            if remerge.is_due(db):
                raise StoreError("Articles came in that are not merged yet; merge before correcting.")
            undone = corrections.chain(db, entry.undoes) if entry.act is Act.UNDO else ()
            anchors = [a for e in (entry, *undone) for a in (*e.members, *e.others)]
            touched = frozenset(reported.numbers(db, corrections.ids_now(db, anchors).values()).values())
            unmerged.will_change(db, touched)
            corrections.reapply(db, corrections.note(db, entry))
            remerge.merge_now(db)
            changes.raise_version(db)

    def corrections(self, ids: Iterable[str] | None = None) -> tuple[Correction, ...]:
        """The audit trail, oldest first, each with who undid it; of these reports, or all of it."""
        with self._engines.reading() as db:
            return corrections.trail(db) if ids is None else corrections.trail_of(db, set(ids))

    def to_review(self, most: int) -> tuple[tuple[Event | Route, ...], int]:
        """Events and routes that nobody has looked at, the most useful first, and how many there are in all."""
        query = select(_things.kind, _things.payload).where(_things.worth > 0)
        query = query.order_by(_things.worth.desc(), _things.id)
        with self._engines.reading() as db:
            found = tuple(reported.record(kind, payload) for kind, payload in db.execute(query.limit(most)))
            return found, int(db.scalar(select(func.count()).where(_things.worth > 0)) or 0)

    def maybe_same(self, most: int, ids: Iterable[str] | None = None) -> tuple[MaybeSame, ...]:
        """Pairs of events that may be one, the likest first: of the event that these reports make up, or of all."""
        with self._engines.reading() as db:
            return lookalikes.maybe_same(db, most, ids)

    def rejected(self) -> tuple[tuple[Correction, tuple[Event | Route, ...]], ...]:
        """Each correction that keeps reports out, the latest first, with these reports as they were read."""
        with self._engines.reading() as db:
            return corrections.rejected(db)

    # --- asking

    def event(self, event_id: str) -> Event | None:
        """By its own id or by that of any event joined in it."""
        payload = self._thing(event_id, EVENT)
        return None if payload is None else unpack(payload, Event)

    def events_of(self, ids: Iterable[str]) -> tuple[Event, ...]:
        """By their own ids, in this order; unknown ones are left out."""
        asked = list(ids)
        found: dict[str, bytes] = {}
        with self._engines.reading() as db:
            for chunk in chunks(asked):
                # The kind is looked at here: SQLite would rather go through all events than through these ids.
                query = select(_things.id, _things.kind, _things.payload).where(_things.id.in_(chunk))
                found |= {row.id: row.payload for row in db.execute(query) if row.kind == EVENT}
        return tuple(unpack(found[i], Event) for i in asked if i in found)

    def route(self, route_id: str) -> Route | None:
        """By its own id or by that of any route joined in it."""
        payload = self._thing(route_id, ROUTE)
        return None if payload is None else unpack(payload, Route)

    def _thing(self, identity: str, kind: str) -> bytes | None:
        own = select(_things.payload).where(_things.id == identity, _things.kind == kind)
        joined = (
            select(_things.payload)
            .join(schema.members, schema.members.c.thing == _things.seq)
            .where(schema.members.c.member_id == identity, _things.kind == kind)
        )
        with self._engines.reading() as db:
            payload = db.scalar(own)
            return payload if payload is not None else db.scalar(joined)

    def events(self, asked: Filter) -> tuple[Event, ...]:
        """The merged events that pass, by first day (unknown last) and id."""
        if not asked.wants_events:
            return ()
        return tuple(unpack(payload, Event) for payload in self._select(asked, EVENT))

    def routes(self, asked: Filter) -> tuple[Route, ...]:
        """The merged routes that pass, in the same order; `bbox` and `place` hold when any end does."""
        if not asked.wants_routes:
            return ()
        return tuple(unpack(payload, Route) for payload in self._select(asked, ROUTE))

    def count_routes(self, asked: Filter) -> int:
        """How many routes `routes` gives."""
        if not asked.wants_routes:
            return 0
        query = select(func.count()).select_from(schema.things).where(_things.kind == ROUTE, where(asked))
        with self._engines.reading() as db:
            return int(db.scalar(query) or 0)

    def _select(self, asked: Filter, kind: str) -> list[bytes]:
        query = ordered(select(_things.payload).where(_things.kind == kind, where(asked)))
        with self._engines.reading() as db:
            return list(db.scalars(query))

    def event_ids(self, asked: Filter) -> frozenset[str]:
        """Ids of the events that `events` gives."""
        if not asked.wants_events:
            return frozenset()
        with self._engines.reading() as db:
            return frozenset(db.scalars(select(_things.id).where(_things.kind == EVENT, where(asked))))

    def text_numbers(self, words: str, column: str = "") -> frozenset[int]:
        """Numbers of events and routes with every word in title, sentences, places or actors, or in one column.

        Words are whole words, case and accents aside; a hyphenated term is looked for as a phrase.
        A text without any word finds nothing.
        """
        with self._engines.reading() as db:
            return frozenset(db.scalars(matching(words, column)))

    def light_rows(self, numbers: Collection[int] | None = None) -> Iterator[LightRow]:
        """One row for each merged event, or for each that has one of these numbers; in any order."""
        with self._engines.reading() as db:
            yield from asking.light_rows(db, numbers)

    # --- quarantine and care

    def quarantine(self, origin: str, reason: str, sha256: str) -> bool:
        """Notes an input that could not be read. False: it was noted before (the reason is renewed)."""
        with self._engines.writing() as db:
            fresh = note(db, Quarantined(origin, reason, sha256))
            if fresh:
                changes.raise_version(db)
        return fresh

    def quarantined(self) -> tuple[Quarantined, ...]:
        """By origin."""
        q = schema.quarantine.c
        query = select(q.origin, q.reason, q.sha256, q.input).order_by(q.origin, q.sha256)
        with self._engines.reading() as db:
            return tuple(Quarantined(*row) for row in db.execute(query))

    def counts(self) -> dict[str, int]:
        """How much there is of everything."""
        with self._engines.reading() as db:
            return asking.counts(db)

    def integrity(self) -> str:
        """ "ok", or what is wrong: the file's pages, links between tables, the text index."""
        return care.integrity(self._engines)

    def backup(self, path: Path) -> None:
        """A consistent copy at `path`, whole or not at all; an older file there is replaced."""
        care.backup(self._engines, path)
