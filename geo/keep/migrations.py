"""Older stores -> the present layout, one version after the other, in the transaction that opens the store."""

from collections.abc import Callable

from sqlalchemy import Connection, insert, select, text, update

from geo.keep import changes, schema
from geo.keep.payload import deflated, unpack
from geo.keep.reported import record, row_of
from geo.keep.things import worth
from geo.keep.versions import settle
from geo.records import Article, StoreError

_BATCH = 5_000
_ARTICLES_AT_ONCE = 1_000


def migrate(db: Connection) -> int:
    """Brings the store to schema.VERSION and gives the version it had. All in the caller's transaction."""
    before = int(db.scalar(select(schema.meta.c.schema_version)) or 0)
    for version in range(before, schema.VERSION):
        if version not in STEPS:
            raise StoreError(f"There is no way from layout {version} of a store to {version + 1}; ingest anew.")
        STEPS[version](db)
        db.execute(update(schema.meta).values(schema_version=version + 1))
    return before


def _corrections(db: Connection) -> None:
    """1 -> 2: the audit trail, numbered reports with what people put right, pairs of reports, worth of a look."""
    db.execute(text("ALTER TABLE reported RENAME TO reported_1"))
    db.execute(text("DROP INDEX reported_article"))
    for table in (schema.reported, schema.corrections, schema.correction_articles, schema.pairs):
        table.create(db)
    articles = db.execution_options(yield_per=_BATCH).execute(text("SELECT seq, payload FROM articles"))
    published = {seq: unpack(payload, Article).published for seq, payload in articles}
    old = db.execution_options(yield_per=_BATCH).execute(
        text("SELECT id, article, pos, kind, payload FROM reported_1 ORDER BY article, pos")
    )
    for batch in old.partitions(_BATCH):
        db.execute(insert(schema.reported), [
            {"id": row.id, "article": row.article, "pos": row.pos, "kind": row.kind, "payload": row.payload,
             **row_of(record(row.kind, row.payload), published[row.article])}
            for row in batch
        ])
    db.execute(text("DROP TABLE reported_1"))
    db.execute(text("ALTER TABLE things ADD COLUMN worth FLOAT NOT NULL DEFAULT '0'"))
    db.execute(text("CREATE INDEX things_worth ON things (worth)"))
    things = db.execution_options(yield_per=_BATCH).execute(text("SELECT seq, kind, payload FROM things"))
    rows = [{"seq": row.seq, "worth": worth(record(row.kind, row.payload))} for row in things]
    if rows:
        db.execute(text("UPDATE things SET worth = :worth WHERE seq = :seq"), rows)
    # Pairs are found by merging: the next merge is due even if nothing comes in.
    db.execute(text("UPDATE meta SET merged = -1"))


def _books(db: Connection) -> None:
    """2 -> 3: inputs read, watched feeds, versions and copies of articles; where the quarantine came from."""
    for table in (schema.inputs, schema.feeds, schema.origins, schema.copies, schema.bands):
        table.create(db)
    db.execute(text("ALTER TABLE quarantine ADD COLUMN input TEXT NOT NULL DEFAULT ''"))
    for seq in list(db.scalars(text("SELECT seq FROM articles ORDER BY seq"))):
        payload = db.scalar(text("SELECT payload FROM articles WHERE seq = :seq"), {"seq": seq})
        settle(db, seq, unpack(payload, Article))
    # Copies count once as an origin from now on.
    db.execute(text("UPDATE meta SET merged = -1"))


def _states(db: Connection) -> None:
    """3 -> 4: states and what changed between them; the number of independent origins in a column."""
    for table in (schema.states, schema.changes):
        table.create(db)
    changes.start(db, int(db.scalar(select(schema.meta.c.version)) or 0))
    db.execute(text("ALTER TABLE things ADD COLUMN n_independent INTEGER NOT NULL DEFAULT '0'"))
    told = "coalesce(json_extract(CAST(payload AS TEXT), '$.n_independent'), 1)"
    db.execute(text(f"UPDATE things SET n_independent = {told}"))


def _neighbours(db: Connection) -> None:
    """4 -> 5: where each report stands among its like, and what the next merge has to look at.

    The next merge that is due is one of everything, as the store has neither yet.
    """
    for table in (schema.standing, schema.unmerged):
        table.create(db)
    db.execute(text("ALTER TABLE meta ADD COLUMN rules TEXT NOT NULL DEFAULT ''"))
    db.execute(text("CREATE INDEX IF NOT EXISTS reported_corrected ON reported (type) WHERE corrected IS NOT NULL"))


def _less_room(db: Connection) -> None:
    """5 -> 6: the toponyms of articles deflated, and two indexes more. Room that becomes free is used again."""
    some = text("SELECT seq, toponyms FROM articles WHERE seq > :last ORDER BY seq LIMIT :n")
    last = 0
    while rows := db.execute(some, {"last": last, "n": _ARTICLES_AT_ONCE}).all():
        db.execute(text("UPDATE articles SET toponyms = :toponyms WHERE seq = :seq"),
                   [{"seq": row.seq, "toponyms": deflated(row.toponyms)} for row in rows])
        last = rows[-1].seq
    db.execute(text("DROP INDEX ix_articles_source"))
    db.execute(text("CREATE INDEX articles_counted ON articles (source, n_mentions)"))
    db.execute(text("CREATE INDEX quarantine_input ON quarantine (input)"))


STEPS: dict[int, Callable[[Connection], None]] = {
    1: _corrections, 2: _books, 3: _states, 4: _neighbours, 5: _less_room,
}
"""From each older version to the next."""
