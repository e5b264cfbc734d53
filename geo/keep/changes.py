"""Which merged things changed since an earlier state, so that what was reckoned from it can follow.

A state is named by a stamp drawn at random, so that one history is never taken for another: not that of a copy of
the store that went its own way, nor that of a backup which was restored.
"""

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from geo.keep import schema

KEPT_MOST = 100_000
"""Changes that are remembered; a reader who is further behind starts afresh."""

_changes, _states, _meta = schema.changes.c, schema.states.c, schema.meta.c


def note(db: Connection, things: Sequence[int]) -> None:
    """These were written or dropped; the transaction raises the version by one when it is through."""
    if not things:
        return
    version = int(db.scalar(select(_meta.version)) or 0) + 1
    if db.scalar(select(_states.version).where(_states.version == version)) is None:
        start(db, version)
    # Of too many, the last stands for all: no earlier state can be brought up to date, and no number is used again.
    told = things if len(things) <= KEPT_MOST else [max(things)]
    db.execute(insert(schema.changes), [{"version": version, "thing": thing} for thing in told])
    last = db.scalar(select(func.max(_changes.seq))) or 0
    if len(told) < len(things) or db.execute(delete(schema.changes).where(_changes.seq <= last - KEPT_MOST)).rowcount:
        known = version if len(told) < len(things) else db.scalar(select(func.min(_changes.version)))
        db.execute(delete(schema.states).where(_states.version < known))


def start(db: Connection, version: int) -> None:
    """A state of its own from this version on."""
    db.execute(insert(schema.states).values(version=version, stamp=secrets.token_hex(16)))


def states(db: Connection, most: int) -> tuple[str, ...]:
    """Stamps of the present state and of those before it from which all changes are known, the newest first."""
    return tuple(db.scalars(select(_states.stamp).order_by(_states.version.desc()).limit(most)))


def since(db: Connection, stamp: str) -> frozenset[int] | None:
    """Numbers of the things written or dropped after the state of this stamp; None where not all are known."""
    version = db.scalar(select(_states.version).where(_states.stamp == stamp))
    if version is None:
        return None
    return frozenset(db.scalars(select(_changes.thing).where(_changes.version > version)))


def last_number(db: Connection) -> int:
    """The highest number that a thing has, or had before it was dropped."""
    highest = (db.scalar(select(func.max(_changes.thing))), db.scalar(select(func.max(schema.things.c.seq))))
    return max(number or 0 for number in highest)


def raise_version(db: Connection) -> int:
    """For each transaction that writes; gives the new version."""
    db.execute(update(schema.meta).values(version=_meta.version + 1))
    return int(db.scalar(select(_meta.version)) or 0)
