"""The merge of what came in, changed or was put right since the last one: only what that can touch is merged again,
with the same outcome as all anew."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b

from sqlalchemy import Connection, delete, func, select, update

from geo.extract import timeline
from geo.extract.corrected import Report
from geo.extract.merge_corrected import Pair
from geo.extract.route_lines import days_of
from geo.extract.timeline import seat
from geo.keep import schema, shifts, standing, unmerged
from geo.keep.likely import forget, renew_changed, renew_read, replace_pairs
from geo.keep.regroup import regroup
from geo.keep.reported import every
from geo.keep.reroute import reroute, rows_of
from geo.keep.standing import Lined
from geo.keep.things import EVENT
from geo.keep.unmerged import Entry
from geo.lexicon import types
from geo.records import Event

AT_ONCE = 400
"""Reports merged in one transaction; a writer that waits for it waits no more than some seconds."""
FEW, SHARE = 500, 25
"""More than FEW reports, and more than one in SHARE, are merged faster together with all others."""
RULES = 1
"""Raised when reports are compared or joined in another way: each store is then merged as a whole once."""

HALF = "standing only: "
"""Before the rules of a store where the pairs may follow others; the next merge is one of everything."""

_meta, _reported = schema.meta.c, schema.reported.c


def rules() -> str:
    """By what pairs and places in lines are made; a store where they follow others is merged as a whole."""
    families = repr(sorted((key, one.family) for key, one in types().types.items()))
    return blake2b(f"{RULES} {timeline.NEIGHBOURS} {families}".encode(), digest_size=8).hexdigest()


def is_due(db: Connection) -> bool:
    """Whether anything came in since the last merge, or the reports are joined in another way now."""
    added, merged, followed = db.execute(select(_meta.added, _meta.merged, _meta.rules)).one()
    return bool(added > merged or (followed and followed.removeprefix(HALF) != rules()))


def must_merge_all(db: Connection) -> bool:
    """Whether only a merge of everything will do, or is the faster one."""
    followed, merged = db.execute(select(_meta.rules, _meta.merged)).one()
    waiting, reports = unmerged.number(db), db.scalar(select(func.max(_reported.seq))) or 0
    return bool(followed != rules() or merged < 0 or (waiting > FEW and waiting * SHARE > reports))


def start_from(db: Connection, pairs: tuple[Sequence[Pair], Sequence[Pair]] | None, seen: int) -> None:
    """After a merge of everything that had seen the entries up to `seen`: keeps what the next ones start from."""
    replace_pairs(db, *(pairs or ((), ())))
    unmerged.done_up_to(db, seen)
    stand_all(db)
    db.execute(update(schema.meta).values(rules=rules() if pairs is not None else ""))


def stand_all(db: Connection) -> None:
    """Puts every report in its lines, save what the next merge has to look at."""
    db.execute(delete(schema.standing))
    waiting = set(db.scalars(select(schema.unmerged.c.report)))
    standing.put(db, (row for seq, told, day in every(db) if seq not in waiting for row in _rows(seq, told, day)))


def _rows(seq: int, told: Report, day: date | None) -> Iterable[Lined]:
    if isinstance(told, Event):
        return shifts.all_rows([(told, standing.stand(seat(told, day), seq))])
    return rows_of(told, days_of(told, day), seq)


def merge_now(db: Connection) -> None:
    """Merges what was just put right."""
    if (db.scalar(select(_meta.rules)) or "").removeprefix(HALF) != rules():
        stand_all(db)
        db.execute(update(schema.meta).values(rules=HALF + rules()))
    entries = unmerged.some(db, sys.maxsize)
    merge_entries(db, entries)
    unmerged.done(db, entries)


def merge_some(db: Connection) -> bool:
    """Merges what waits, or the oldest AT_ONCE of it. Whether anything waits still."""
    entries = unmerged.some(db, AT_ONCE)
    merge_entries(db, entries)
    unmerged.done(db, entries)
    if len(entries) >= AT_ONCE and unmerged.number(db):
        return True
    db.execute(update(schema.meta).values(merged=_meta.added))
    return False


def merge_entries(db: Connection, entries: Sequence[Entry]) -> None:
    """Brings pairs, events and routes in line with what these entries tell."""
    events = [entry for entry in entries if entry.kind == EVENT]
    if events:
        touched = {entry.report for entry in events}
        apart = renew_read(db, events)
        renew_changed(db, touched)
        regroup(db, touched | apart, unmerged.ids(events), {entry.article for entry in events})
    reroute(db, entries)


def leave(db: Connection, article: int) -> None:
    """Drops the reports of an article, with their pairs; the next merge takes them out of what they are joined in."""
    seqs = list(db.scalars(select(_reported.seq).where(_reported.article == article)))
    unmerged.will_change(db, seqs, leaves=True)
    forget(db, seqs)
    db.execute(delete(schema.reported).where(_reported.article == article))
