"""Care of a store's file: is it sound, a consistent copy of it, and the way back from a copy."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection

from geo.keep import migrations, schema
from geo.keep.engine import WAIT_S, Engines, driver, path_of
from geo.records import StoreError

SIDECARS = ("", "-wal", "-shm")
"""A store is one file, and two more while it is open or after a crash."""
KEPT = "before-restore"


def integrity(engines: Engines) -> str:
    """ "ok", or what is wrong: the file's pages, links between tables, the text index."""
    with engines.reading() as db:
        wrong = _wrong(db)
    if not wrong:
        try:
            with engines.writing() as db:
                db.exec_driver_sql("INSERT INTO search(search) VALUES ('integrity-check')")
        except StoreError as error:
            wrong.append(f"the text index is damaged or cannot be checked ({error})")
    return "; ".join(wrong) or "ok"


def _wrong(db: Connection) -> list[str]:
    wrong = [str(row[0]) for row in db.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    for row in db.exec_driver_sql("PRAGMA foreign_key_check"):
        wrong.append(f"a row of {row[0]} points at a missing row of {row[2]}")
    indexed = db.exec_driver_sql(
        "SELECT count(*) FROM things t FULL OUTER JOIN search s ON s.rowid = t.seq "
        "WHERE t.seq IS NULL OR s.rowid IS NULL"
    ).scalar()
    if indexed:
        wrong.append(f"the text index and the events differ in {indexed} rows")
    return wrong


def backup(engines: Engines, path: Path) -> None:
    """A consistent copy at `path`, whole or not at all; an older file there is replaced."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder; give the name of a file in it.")
    if path.absolute() == engines.path:
        raise StoreError(f"The backup {path} would replace the store itself; give another name.")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with engines.reading() as db:
            _copy(db, temporary)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except (OSError, sqlite3.Error, StoreError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error).removesuffix(".")
        raise StoreError(f"The backup {path} cannot be written: {reason}. The store is as it was.") from error
    finally:
        _clear(temporary)


def _copy(db: Connection, path: Path) -> None:
    """OSError where it cannot be written: what SQLite says of a disk would be taken for the store's."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            driver(db).backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise OSError(error.sqlite_errorcode, str(error)) from error


def _clear(path: Path) -> None:
    """Nothing is there on a disk that takes nothing."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def restore(url: str, source: Path) -> Path | None:
    """Makes the store what `source`, a backup, is; where the store's former state was put, None if there was none.

    A page that shows the store goes on and shows the restored state. StoreError, with nothing changed, when the
    source is no sound store or another process is writing. Corrections made since the backup go with the rest.
    """
    path = path_of(url)
    if not path.parent.is_dir():
        raise StoreError(f"The folder {path.parent} of the store {path.name} does not exist; make it first.")
    if source.absolute() == path:
        raise StoreError(f"{source} is the store itself; give a backup of it.")
    layout = _demand_sound(source)
    kept, version = _put_aside(path) if path.exists() and path.stat().st_size else (None, 0)
    try:
        with _present(source, layout, path) as whole:
            _pour(whole, path, version)
    except StoreError:
        if kept and not version:  # moved away, and nothing has taken its place
            _move(kept, path)
        raise
    return kept


def _demand_sound(source: Path) -> int:
    """The layout of the backup, at most the present one."""
    if not source.is_file():
        raise StoreError(f"There is no backup {source}.")
    engines = Engines(source.absolute())
    try:
        with engines.reading() as db:
            wrong = _wrong(db)
            layout = db.exec_driver_sql("SELECT schema_version FROM meta").scalar()
    finally:
        engines.close()
    if wrong:
        raise StoreError(f"The backup {source} is damaged ({wrong[0]}); nothing was changed.")
    if layout is None or int(layout) > schema.VERSION:
        raise StoreError(f"The backup {source} is of a newer Dateline; upgrade first. Nothing was changed.")
    return int(layout)


@contextmanager
def _present(source: Path, layout: int, path: Path) -> Iterator[Path]:
    """The backup in the present layout, which a page that shows the store takes for granted: itself, or a copy."""
    if layout == schema.VERSION:
        yield source
        return
    copy = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    engines = Engines(copy)
    try:
        _pour(source, copy, 0)
        with engines.writing() as db:
            migrations.migrate(db)
        yield copy
    finally:
        engines.close()
        for ending in SIDECARS:
            _clear(Path(f"{copy}{ending}"))


def _put_aside(path: Path) -> tuple[Path, int]:
    """A copy of the present store, and its version; a store that cannot be read is moved away as it is, and 0.

    StoreError when the store is sound and the copy cannot be written.
    """
    kept = next(p for n in range(1, 10_000) if not (p := path.with_name(f"{path.name}.{KEPT}-{n}")).exists())
    engines = Engines(path)
    try:
        with engines.reading() as db:
            version = int(db.exec_driver_sql("SELECT version FROM meta").scalar() or 0)
        backup(engines, kept)
    except StoreError as error:
        if "locked" in str(error) or _is_sound(engines):
            raise StoreError(f"{error} Nothing was changed.") from error
        engines.close()
        _move(path, kept)
        return kept, 0
    finally:
        engines.close()
    return kept, version


def _is_sound(engines: Engines) -> bool:
    try:
        with engines.reading() as db:
            return not _wrong(db)
    except StoreError:
        return False


def _move(path: Path, to: Path) -> None:
    """A store with its sidecars, in the place of what is there."""
    for ending in SIDECARS:
        _clear(Path(f"{to}{ending}"))
        try:
            Path(f"{path}{ending}").rename(f"{to}{ending}")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(f"The store {path} cannot be moved to {to}: {error.strerror}.") from error


def _pour(source: Path, path: Path, version: int) -> None:
    """The pages of the source into the store, in one transaction; its version rises above both."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as store,
        ):
            store.execute("PRAGMA synchronous = FULL")
            old.backup(store)
            store.execute("PRAGMA journal_mode = WAL")
            store.execute("UPDATE meta SET version = 1 + max(version, ?)", (version,))
    except sqlite3.Error as error:
        raise StoreError(f"The store {path} cannot be restored: {error}. Its former state is beside it.") from error
