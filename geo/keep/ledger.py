"""What was read and what could not be: inputs, the quarantine, and how far each watched feed has got."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, or_, select, update

from geo.keep import schema
from geo.keep.engine import Engines
from geo.keep.rows import Quarantined

_inputs, _quarantine, _feeds = schema.inputs.c, schema.quarantine.c, schema.feeds.c


def clean(words: str) -> str:
    """Without what a file name may hold and the store may not: lone surrogates become question marks."""
    return words.encode("utf-8", "replace").decode("utf-8")


class Ledger:
    """The books of one store; `Store.ledger` has it."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def articles_in(self, origin: str, sha256: str) -> int | None:
        """How many articles an input held when exactly these bytes of it were read to the end; None for never."""
        query = select(_inputs.articles).where(_inputs.origin == clean(origin), _inputs.sha256 == sha256)
        with self._engines.reading() as db:
            return db.scalar(query)

    def was_read(self, origin: str) -> bool:
        """Whether an input was read to its end with nothing left in quarantine, whatever its bytes were."""
        query = select(_inputs.origin).where(_inputs.origin == clean(origin), _inputs.sha256 != "")
        with self._engines.reading() as db:
            return db.scalar(query) is not None

    def close(self, origin: str, sha256: str, articles: int, rejected: Sequence[Quarantined]) -> None:
        """An input was read to its end: what it holds now takes the place of what was in quarantine from it before.

        One transaction. `sha256` "" is for what could not be opened: it is tried again the next time.
        """
        name = clean(origin)
        row = {"origin": name, "sha256": sha256, "articles": articles}
        with self._engines.writing() as db:
            _release(db, name)
            for one in {(q.origin, q.sha256): q for q in rejected}.values():
                note(db, one)
            db.execute(delete(schema.inputs).where(_inputs.origin == name))
            db.execute(insert(schema.inputs).values(row))

    def failed(self) -> tuple[str, ...]:
        """Inputs of which something is in quarantine, by name."""
        with self._engines.reading() as db:
            names = sorted(db.scalars(select(_quarantine.input).distinct()))
        return tuple(name for name in names if name)

    def feeds(self) -> Mapping[str, bytes]:
        """The state of each watched feed, by its address."""
        with self._engines.reading() as db:
            return {row.url: row.state for row in db.execute(select(schema.feeds).order_by(_feeds.url))}

    def note_feed(self, url: str, state: bytes) -> None:
        """Keeps how far a feed has got."""
        with self._engines.writing() as db:
            changed = db.execute(update(schema.feeds).where(_feeds.url == url).values(state=state))
            if not changed.rowcount:
                db.execute(insert(schema.feeds).values(url=url, state=state))


def note(db: Connection, one: Quarantined) -> bool:
    """Adds to the quarantine; False: it was there (the reason is renewed)."""
    row = {"origin": clean(one.origin), "sha256": one.sha256, "reason": clean(one.reason), "input": clean(one.input)}
    same = (_quarantine.origin == row["origin"]) & (_quarantine.sha256 == row["sha256"])
    known = db.scalar(select(_quarantine.reason).where(same)) is not None
    db.execute(update(schema.quarantine).where(same).values(row) if known else insert(schema.quarantine).values(row))
    return not known


def _release(db: Connection, name: str) -> None:
    db.execute(delete(schema.quarantine).where(or_(_quarantine.input == name, _quarantine.origin == name)))
