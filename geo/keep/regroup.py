"""The events that some reports make up now, with the same outcome as joining all reports anew.

Joining is greedy, the likest pair first, and a pair that was refused stays refused as long as what its two reports
are joined with only grows. So it is enough to join anew the events that hold a report that came, changed or left, in
sight of the events that they have a pair with; and where one of these comes out differently, that one too.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from geo.extract.independence import quotes_of
from geo.extract.likeness import Report, report
from geo.extract.links import NO_LINKS, Links, Said, ids_of, resolve
from geo.extract.merge import partition, united_of
from geo.keep import schema
from geo.keep.corrections import length, said
from geo.keep.likely import articles_of, in_force
from geo.keep.reported import now, numbers
from geo.keep.things import EVENT, chunks, unindexed, write_over
from geo.records import Event

_reported, _articles, _things = schema.reported.c, schema.articles.c, schema.things.c
_members = schema.members.c


def regroup(db: Connection, touched: Collection[int], ids: Collection[str], articles: Collection[int]) -> None:
    """Joins these reports anew, writes the events that differ.

    `ids` are those of reports that changed or left, `articles` the numbers of all articles that any of it is about.
    """
    scene = _Scene(db)
    core = set(touched) | spoken_of(db, articles)
    events = things_of(db, [*ids, *ids_of_reports(db, core)], EVENT)
    core |= scene.members(events)
    while True:
        clusters, drawn_in = scene.joined(core)
        if not drawn_in:
            break
        core |= drawn_in
    merged = scene.united([seqs for seqs in clusters if not core.isdisjoint(seqs)])
    write_over(db, things_of(db, [*ids, *ids_of_reports(db, core)], EVENT), merged)


class _Scene:
    """Reports as they are now with the event that each is in, read as they are asked for."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._reports: dict[int, Report | None] = {}
        self._thing: dict[int, int] = {}
        self._of_thing: dict[int, frozenset[int]] = {}

    def members(self, things: Iterable[int]) -> set[int]:
        """All reports of these events that there still are."""
        wanted = [thing for thing in things if thing not in self._of_thing]
        ids: dict[str, int] = {}
        for chunk in chunks(sorted(wanted)):
            query = select(_members.member_id, _members.thing).where(_members.thing.in_(chunk))
            ids |= dict(self._db.execute(query).tuples().all())
        seqs = numbers(self._db, ids)
        rows: dict[int, set[int]] = {thing: set() for thing in wanted}
        for identity, seq in seqs.items():
            rows[ids[identity]].add(seq)
            self._thing[seq] = ids[identity]
        self._of_thing |= {thing: frozenset(found) for thing, found in rows.items()}
        return {seq for thing in things for seq in self._of_thing[thing]}

    def joined(self, core: Collection[int]) -> tuple[list[frozenset[int]], set[int]]:
        """The clusters of the core and of what it has pairs with, and members of events that come out differently."""
        pairs = set(in_force(self._db, core))
        frame = self._around({seq for _, a, b in pairs for seq in (a, b)} - set(core))
        inner = (row for row in in_force(self._db, frame)
                 if self._thing.get(row[1]) is not None and self._thing.get(row[1]) == self._thing.get(row[2]))
        pairs.update(inner)
        reports = self._load({*core, *frame})
        ids = {seq: one.event.id for seq, one in reports.items()}
        named = [(likeness, min(ids[a], ids[b]), max(ids[a], ids[b])) for likeness, a, b in pairs
                 if a in ids and b in ids]
        named.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
        found = partition([reports[seq] for seq in sorted(reports)], named, self._links(reports))
        seq_of = {identity: seq for seq, identity in ids.items()}
        clusters = [frozenset(seq_of[one.event.id] for one in rows) for rows in found]
        return clusters, self._drawn_in(clusters, core, frame)

    def _around(self, seqs: set[int]) -> set[int]:
        """These reports with all others of their events."""
        ids = ids_by_number(self._db, seqs)
        things: set[int] = set()
        for chunk in chunks(sorted(ids.values())):
            things |= set(self._db.scalars(select(_members.thing).where(_members.member_id.in_(chunk))))
        return seqs | self.members(things)

    def _drawn_in(
        self, clusters: Iterable[frozenset[int]], core: Collection[int], frame: set[int]
    ) -> set[int]:
        drawn: set[int] = set()
        for cluster in clusters:
            outer = cluster & frame
            if outer and (not cluster.isdisjoint(core) or len({self._thing.get(seq) for seq in outer}) > 1
                          or not self._is_whole(outer)):
                drawn |= outer | {s for seq in outer if (t := self._thing.get(seq)) for s in self._of_thing[t]}
        return drawn

    def _is_whole(self, seqs: frozenset[int]) -> bool:
        thing = self._thing.get(next(iter(seqs)))
        if thing is None:
            return len(seqs) == 1
        return seqs == {seq for seq in self._of_thing[thing] if self._reports.get(seq) is not None}

    def _load(self, seqs: Collection[int]) -> dict[int, Report]:
        missing = [seq for seq in seqs if seq not in self._reports]
        events = {seq: e for seq, e in now(self._db, missing).items() if isinstance(e, Event)}
        articles = articles_of(self._db, {e.article_ids[0] for e in events.values()})
        for seq in missing:
            self._reports[seq] = report(events[seq], articles, {}) if seq in events else None
        return {seq: one for seq in seqs if (one := self._reports[seq]) is not None}

    def _links(self, seqs: Collection[int]) -> Links:
        near = spoken_near(self._db, seqs)
        return resolve(near) if near else NO_LINKS

    def united(self, clusters: Iterable[frozenset[int]]) -> list[Event]:
        """One record of each."""
        rows = [[one for seq in sorted(seqs) if (one := self._reports[seq]) is not None] for seqs in clusters]
        articles = articles_of(self._db, {one.article_id for some in rows if len(some) > 1 for one in some})
        quotes = quotes_of(articles)
        return [united_of(some, quotes) for some in rows]


# --- what people said


def spoken_near(db: Connection, seqs: Collection[int]) -> tuple[Said, ...]:
    """What was said of any of these reports, and of reports that this speaks of, and so on; oldest first."""
    if not length(db):
        return ()
    known = set(seqs)
    while True:
        near = said(db, _article_ids(db, known))
        seq_of = numbers(db, ids_of(near))
        about = tuple(one for one in near if any(seq_of.get(i) in known for i in (*one.one, *one.other)))
        others = {seq_of[i] for i in ids_of(about) if i in seq_of} - known
        if not others:
            return about
        known |= others


def spoken_of(db: Connection, articles: Collection[int]) -> set[int]:
    """All reports that are spoken of together with one of these articles, at any remove."""
    if not length(db):
        return set()
    ids: set[str] = set()
    for chunk in chunks(sorted(articles)):
        ids |= set(db.scalars(select(_articles.id).where(_articles.seq.in_(chunk))))
    first = set(numbers(db, ids_of(said(db, ids))).values())
    return first | set(numbers(db, ids_of(spoken_near(db, first))).values())


def _article_ids(db: Connection, seqs: Collection[int]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(sorted(seqs)):
        query = select(_articles.id).join(schema.reported, _reported.article == _articles.seq)
        found |= set(db.scalars(query.where(_reported.seq.in_(chunk))))
    return found


# --- numbers and ids


def ids_by_number(db: Connection, seqs: Collection[int]) -> dict[int, str]:
    """The ids of reports."""
    found: dict[int, str] = {}
    for chunk in chunks(sorted(seqs)):
        query = select(_reported.seq, _reported.id).where(_reported.seq.in_(chunk))
        found |= dict(db.execute(query).tuples().all())
    return found


def ids_of_reports(db: Connection, seqs: Collection[int]) -> list[str]:
    """The ids of reports, in order of their numbers."""
    return [identity for _, identity in sorted(ids_by_number(db, seqs).items())]


def things_of(db: Connection, ids: Iterable[str], kind: str) -> set[int]:
    """The numbers of what these reports are joined in."""
    found: set[int] = set()
    for chunk in chunks(sorted(set(ids))):
        query = select(_members.thing).join(schema.things, _things.seq == _members.thing)
        found |= set(db.scalars(query.where(_members.member_id.in_(chunk), unindexed(_things.kind) == kind)))
    return found
