"""One watcher of a store at a time: a lock of the operating system, which goes with its process, however that ends.

It is a lock on a file beside the store, taken through SQLite, which knows how each system locks; nothing is written.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from geo.keep.engine import advice
from geo.records import StoreError

ENDING = "-watch"


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Holds the lock of the store of this path; StoreError when another watcher holds it, here or in any process."""
    lock = path.with_name(f"{path.name}{ENDING}")
    try:
        held = sqlite3.connect(lock, timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreError(f"The lock {lock} cannot be opened: {error}. Its folder must allow writing.") from error
    with closing(held):
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise StoreError(
                    f"Another `geo watch` looks after the store {path} already. Stop that one first, or add its "
                    "feeds and folders to the same configuration."
                ) from error
            raise StoreError(f"The lock {lock} cannot be taken: {error}.{advice(str(error))}") from error
        yield
