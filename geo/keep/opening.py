"""A store's file made ready for use: its tables in a new one, the present layout in an older one."""

from pathlib import Path

from sqlalchemy import insert, inspect, select, text

from geo.keep import changes, migrations, schema
from geo.keep.engine import Engines
from geo.records import StoreError


def make_ready(engines: Engines) -> None:
    """StoreError for a file that is no store, or one of a newer Dateline."""
    if not engines.path.exists() or _is_half_made(engines) or _is_blank(engines):
        _create(engines)
    _check_schema(engines)


def _is_half_made(engines: Engines) -> bool:
    """Whether its maker was killed on the way to a WAL file: only who may write can take that back."""
    return Path(f"{engines.path}-journal").exists()


def _is_blank(engines: Engines) -> bool:
    """Whether the file holds nothing yet: also when its maker was killed before the tables were in it."""
    with engines.reading() as db:
        return not inspect(db).get_table_names()


def _create(engines: Engines) -> None:
    with engines.writing() as db:
        if inspect(db).get_table_names():
            return  # another process was quicker
        schema.metadata.create_all(db)
        db.execute(text(schema.SEARCH))
        db.execute(insert(schema.meta).values(id=1, schema_version=schema.VERSION, version=0, added=0, merged=0))
        changes.start(db, 0)


def _check_schema(engines: Engines) -> None:
    with engines.reading() as db:
        known = set(inspect(db).get_table_names())
        found = db.scalar(select(schema.meta.c.schema_version)) if {"meta", "things", "reported"} <= known else None
    if found is None:
        raise StoreError(f"{engines.path} is a SQLite file, but no store of Dateline; give another path.")
    if found > schema.VERSION:
        raise StoreError(
            f"The store {engines.path} has the layout {found} of a newer Dateline, and this one knows layouts "
            f"up to {schema.VERSION}; upgrade Dateline or give another path."
        )
    if found < schema.VERSION:
        with engines.writing() as db:
            migrations.migrate(db)
