"""A SQLite file as two engines: one connection that writes and checkpoints, and readers that can only read.

SQLite before 3.51.3 may, rarely, harm a WAL file when two connections write or checkpoint at once; so
writing goes through a single connection, and a reader opened with mode=ro never checkpoints.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from geo.records import StoreError

WAIT_S = 30.0
"""How long a call waits for another process that is writing."""
_UNFINISHED = (" It was not closed by whoever wrote it. What was written last cannot be taken in on a disk that may "
               "only be read: copy it, with the file ending in -wal beside it, to where you may write.")


def path_of(url: str) -> Path:
    """The file that a sqlite URL names; any other URL is refused, and so is a file that may not be looked at."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        begun = url.partition(":")[0][:20]  # the rest may hold a password
        raise StoreError(f"'{begun}…' is not a store's URL; write sqlite:///FILE.") from error
    if parsed.get_backend_name() != "sqlite":
        shown = parsed.render_as_string(hide_password=True)
        raise StoreError(f"A store is a SQLite file for now; {shown!r} is not. Write sqlite:///FILE.")
    name = parsed.database or ""
    if name in ("", ":memory:") or name.startswith("file:"):
        raise StoreError(f"{url!r} names no file; a store is kept on disk. Write sqlite:///FILE.")
    path = Path(name).absolute()
    try:
        path.exists()
    except PermissionError as error:
        raise StoreError(f"The store {path} may not be looked at: {error.strerror}. Give this user the right to read "
                         "its folder, or give another path.") from error
    return path


class Engines:
    """The writing connection, opened when it is first needed, and the readers of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._inode = 0
        self._writer = create_engine(
            "sqlite://", creator=lambda: _connect(path, "rwc"), poolclass=StaticPool
        )
        self._readers = create_engine(
            "sqlite://", creator=lambda: _connect(path, "ro"), poolclass=QueuePool, pool_size=4, max_overflow=28
        )
        for engine, begin in ((self._writer, "BEGIN IMMEDIATE"), (self._readers, "BEGIN")):
            _begin_with(engine, begin)

    def close(self) -> None:
        """Closes all connections; the last one to close folds the WAL file into the store."""
        self._readers.dispose()
        self._writer.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state of the store, whatever is written meanwhile."""
        self._demand_it()
        with self._sentences("read"), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is on disk when the block ends, or none of it after an error."""
        self._demand_it()
        with self._lock, self._sentences("written"), self._writer.begin() as connection:
            yield connection

    def _demand_it(self) -> None:
        """StoreError when the file is no longer the one that was opened: what is open would go on being read, and
        what is written would be lost with it."""
        try:
            found = self.path.stat().st_ino
        except FileNotFoundError:
            found = 0
        except OSError as error:
            raise StoreError(f"The store {self.path} cannot be reached: {error.strerror}.") from error
        if not self._inode:
            self._inode = found  # 0 until it is made
        elif found != self._inode:
            raise StoreError(
                f"The store {self.path} was deleted, moved or replaced while it was open. Put it back, or start "
                "Dateline again to use what is there now."
            )

    @contextmanager
    def _sentences(self, deed: str) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, UnicodeEncodeError) as error:  # the last: half a character
            reason = str(getattr(error, "orig", None) or error)
            told = _UNFINISHED if self._is_unfinished(reason) else advice(reason)
            raise StoreError(f"The store {self.path} cannot be {deed}: {reason}.{told}") from error

    def _is_unfinished(self, reason: str) -> bool:
        """Whether what was written last waits to be taken in, where nothing can be taken in."""
        there = Path(f"{self.path}-wal")
        return "unable to open" in reason and not os.access(self.path.parent, os.W_OK) and there.exists()


def advice(reason: str) -> str:
    """What to do about what SQLite says, after a space; "" where nothing is known."""
    if "locked" in reason:
        return " Another process is writing to it; wait for it to end and try again."
    if "not a database" in reason:
        return " Give the path of a store, or of a file that does not exist yet."
    if "full" in reason:
        return " Make room on the disk and try again; what was reported as kept is safe."
    if "readonly" in reason or "read-only" in reason:
        return " The disk, folder or file may not be written to; reading goes on."
    if "disk I/O" in reason:
        return " The disk is full or broken; what was reported as kept is safe. Make room, then run `geo check`."
    if "malformed" in reason:
        return " The file is damaged: run `geo check`, and `geo restore` from a backup."
    if "unable to open" in reason:
        return " Check that file and folder exist and may be read and written by this user."
    return ""


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    asked = f"mode={mode}"
    if mode == "ro" and _lies_still(path):
        asked = "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{path.as_uri()}?{asked}", uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False
    )
    if mode != "ro":
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _lies_still(path: Path) -> bool:
    """On a disk that is read-only nobody writes, and the file beside it that readers share cannot be made."""
    return path.exists() and not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()


def _begin_with(engine: Engine, statement: str) -> None:
    """sqlite3 would begin late and as a reader; two writers could then refuse each other half way."""

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)


def driver(connection: Connection) -> Any:
    """The sqlite3 connection below, for what SQL has no statement for."""
    return connection.connection.driver_connection
