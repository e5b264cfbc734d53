"""Answers of online geocoders, kept so that no question is put twice, and the pace that all processes share.

One small SQLite file beside the gazetteer's index. It can be removed: what is asked again is kept again.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from geo.records import BadInput

SPACING_S = 1.0
"""Between two requests of all processes that share the file, as Nominatim's terms ask of a whole application."""
NOTHING_DAYS = 30
"""So long "there is no such place" is believed; what was found stays."""
LONGEST_PAUSE_S = 600.0
"""A longer wait than the server may ask for is a clock that was set, and is not waited out."""
_WAIT_S = 30.0
_DAY_S = 86_400.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answer (question TEXT PRIMARY KEY, asked REAL NOT NULL, found TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pace (one INTEGER PRIMARY KEY CHECK (one = 1), next REAL NOT NULL);
"""


class KeptAnswers:
    """Opened for each use, so that threads and processes may share it."""

    def __init__(self, path: Path, *, now: Callable[[], float] = time.time,
                 sleep: Callable[[float], None] = time.sleep) -> None:  # fmt: skip
        """Makes the file; BadInput when it cannot be. `now` is wall time, since several processes compare it."""
        self.path, self._now, self._sleep = path, now, sleep
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"The folder {path.parent} cannot be made: {error.strerror}. Check its rights.") from error
        with self._open() as db:
            for statement in filter(str.strip, _TABLES.split(";")):
                db.execute(statement)

    def get(self, question: str) -> str | None:
        """What was answered ("" for nothing found), None when it has to be asked."""
        with self._open() as db:
            row = db.execute("SELECT found, asked FROM answer WHERE question = ?", (question,)).fetchone()
        if row is None or (not row[0] and abs(self._now() - row[1]) > NOTHING_DAYS * _DAY_S):
            return None
        return str(row[0])

    def put(self, question: str, found: str) -> None:
        """Keeps an answer, "" for nothing found."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (question, self._now(), found))

    def count(self) -> int:
        """How many questions have an answer."""
        with self._open() as db:
            return int(db.execute("SELECT count(*) FROM answer").fetchone()[0])

    def take_turn(self) -> None:
        """Waits until a request may be sent; whoever comes next, in whatever process, waits SPACING_S more."""
        now = self._now()
        with self._open() as db:
            row = db.execute("SELECT next FROM pace").fetchone()
            turn = row[0] if row and now < row[0] <= now + LONGEST_PAUSE_S else now
            db.execute("INSERT OR REPLACE INTO pace VALUES (1, ?)", (turn + SPACING_S,))
        if turn > now:
            self._sleep(turn - now)

    def pause(self, seconds: float) -> None:
        """The server asks for a rest: nobody sends anything for so long (LONGEST_PAUSE_S at most)."""
        until = self._now() + min(max(seconds, 0.0), LONGEST_PAUSE_S - SPACING_S)
        with self._open() as db:
            db.execute("INSERT INTO pace VALUES (1, ?) "
                       "ON CONFLICT (one) DO UPDATE SET next = max(next, excluded.next)", (until,))  # fmt: skip

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from the start: two processes never take the same turn."""
        try:
            with closing(sqlite3.connect(self.path, isolation_level=None, timeout=_WAIT_S)) as db:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
        except sqlite3.Error as error:
            raise BadInput(f"The kept answers of online geocoders in {self.path} cannot be read or written: {error}. "
                           "Remove the file; it is made again.") from error  # fmt: skip
