"""The user's own places: a small SQLite beside the shipped gazetteer, written by `gazetteer add`, `import`, `fetch`.

It is the user's work and never made again from anything: every change is one transaction, kept on disk before it is
reported. Look-ups read it together with the shipped index (geo/locate/queries.py).
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from operator import itemgetter
from pathlib import Path

from geo.locate.bundle import CANONICAL, Row, name_keys, skeleton_keys
from geo.locate.names import fold
from geo.records import BadInput, LonLat
from geo.spatial import distance_km

FORMAT = 1
"""Kept in the file as user_version; a file of a later format is refused, not guessed at."""
OWN_ROW, NAME_LIST = 0, 1
"""Where a name comes from: the place's own row, or a list of further names (alternateNamesV2)."""
SAME_PLACE_KM = 5.0
"""A place added again under the same name in the same country no farther away than this is the same place, moved."""
_WAIT_S = 30.0
_APPLICATION = 0x444C5031
"""application_id of SQLite's header: "DLP1"."""
_FORMER = "SELECT id, name, names, coalesce(feature, ''), coalesce(country, '') FROM place"
_AT_ONCE = 500
_KEY = itemgetter(0)
"""Rows in the order of their first column touch each page of a tree once; whole tuples take twice as long to sort."""
_MARKS = ",".join("?" * 17)
_GAP = re.compile(r"[^a-z0-9]+")

_TABLES = """
CREATE TABLE place (id TEXT PRIMARY KEY, name TEXT NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, west REAL,
                    south REAL, east REAL, north REAL, feature TEXT, country TEXT, population INTEGER, radius_km REAL,
                    inside TEXT, unit TEXT, code TEXT, source TEXT, names TEXT) WITHOUT ROWID;
CREATE TABLE name (key TEXT, id TEXT, via INTEGER, kind INTEGER, label TEXT,
                   PRIMARY KEY (key, id, via)) WITHOUT ROWID;
CREATE TABLE skeleton (key TEXT, country TEXT, id TEXT, via INTEGER, label TEXT,
                       PRIMARY KEY (key, country, id, via)) WITHOUT ROWID;
CREATE TABLE task (id TEXT PRIMARY KEY, file TEXT, offset INTEGER, lines INTEGER, kept INTEGER, left_out INTEGER,
                   bad INTEGER, finished INTEGER);
CREATE INDEX place_country ON place (country);
CREATE INDEX place_code ON place (code) WHERE code IS NOT NULL;
"""


@dataclass(frozen=True, slots=True)
class Added:
    """A place for the user's file and where it belongs."""

    row: Row
    inside: str = ""
    """Gazetteer id of the unit that contains it, as the user says."""
    unit: str = ""
    """Code of the innermost unit that contains it: "IQ.18.1821", "IQ.18" or "IQ"."""
    code: str = ""
    """Its own code when it is such a unit."""


@dataclass(frozen=True, slots=True)
class Task:
    """How far the reading of one file has come."""

    id: str
    file: str
    offset: int = 0
    """Bytes of the (unpacked) file that are done."""
    lines: int = 0
    kept: int = 0
    left_out: int = 0
    """Rows of other countries or features than were asked for."""
    bad: int = 0
    finished: bool = False


def check(path: Path) -> None:
    """BadInput when the file is not one of the user's places of this format."""
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)
        try:
            (application,), (version,) = (db.execute(f"PRAGMA {p}").fetchone()
                                          for p in ("application_id", "user_version"))  # fmt: skip
        finally:
            db.close()
    except sqlite3.Error as error:
        raise _broken(path, error) from error
    if application != _APPLICATION:
        raise BadInput(f"{path} is not a file of added places. Move it away, or name another gazetteer.")
    if version != FORMAT:
        raise BadInput(f"The added places in {path} have format {version}; this version of Dateline reads {FORMAT}.")


def _broken(path: Path, error: sqlite3.Error) -> BadInput:
    advice = "Check the folder and the free space; if the file is damaged, bring back a copy of it."
    if "locked" in str(error):
        advice = "Another process is writing to it; wait for it to end."
    return BadInput(f"The added places in {path} cannot be read or written: {error}. {advice}")


class Additions:
    """The writing side; one transaction a call. The file is made when something is first added."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file; BadInput when it cannot be, or is something else."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"The folder {path.parent} cannot be made: {error.strerror}. Check its rights.") from error
        if path.exists() and path.stat().st_size:
            check(path)
        with self._sentences():
            self._db = sqlite3.connect(path, isolation_level=None, timeout=_WAIT_S)
            # One file, no side files: it can be copied, kept on a share, and read from a folder that is read-only.
            self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA cache_size = -131072")
        with self._writing():
            if not self._db.execute("PRAGMA user_version").fetchone()[0]:
                for statement in _TABLES.split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {_APPLICATION}")
                self._db.execute(f"PRAGMA user_version = {FORMAT}")

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()

    def put(self, places: Iterable[Added], task: Task | None = None) -> int:
        """Adds the places, each in the stead of a former one of its id (in one call the last wins); how many.

        `task` is kept in the same transaction, so that a file is never half counted.
        """
        by_id = {added.row.id: added for added in places}
        ordered = [by_id[ident] for ident in sorted(by_id)]
        keys = [key for n, added in enumerate(ordered) for key in name_keys(n, added.row)]
        bones = list(skeleton_keys(keys, {n: added.row for n, added in enumerate(ordered)}))
        ids = [added.row.id for added in ordered]
        # In the order of their trees each page is touched once; as they come, the file would be read all over.
        names = sorted([(key, ids[n], OWN_ROW, kind, label) for key, kind, n, label in keys], key=_KEY)
        likes = sorted([(key, country, ids[n], OWN_ROW, label) for key, country, n, label in bones], key=_KEY)
        with self._writing():
            self._forget(ids)
            self._db.executemany(f"INSERT OR REPLACE INTO place VALUES ({_MARKS})", map(_columns, ordered))
            self._db.executemany("INSERT OR REPLACE INTO name VALUES (?,?,?,?,?)", names)
            self._db.executemany("INSERT OR REPLACE INTO skeleton VALUES (?,?,?,?,?)", likes)
            self._keep(task)
        return len(ordered)

    def put_names(self, names: Iterable[tuple[str, str, str]], task: Task | None = None) -> None:
        """Further names of known places: (gazetteer id, country, name); an abbreviation carries its mark."""
        keys: list[tuple[str, str, int, int, str]] = []
        bones: list[tuple[str, str, str, int, str]] = []
        for ident, country, name in names:
            row = Row(ident, "", 0.0, 0.0, "", country, names=(name,))
            mine = list(name_keys(0, row))
            keys += [(key, ident, NAME_LIST, kind, label or name) for key, kind, _, label in mine]
            bones += [(key, where, ident, NAME_LIST, label or name)
                      for key, where, _, label in skeleton_keys(mine, {0: row})]  # fmt: skip
        with self._writing():
            self._db.executemany("INSERT OR IGNORE INTO name VALUES (?,?,?,?,?)", sorted(keys, key=_KEY))
            self._db.executemany("INSERT OR IGNORE INTO skeleton VALUES (?,?,?,?,?)", sorted(bones, key=_KEY))
            self._keep(task)

    def remove(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Takes places out again with all names given to them here; the ids that were there."""
        with self._writing():
            known = [i for i in ids if self._db.execute("SELECT 1 FROM place WHERE id = ?", (i,)).fetchone()]
            self._forget(known)
            marks = ",".join("?" * len(known))
            for table in ("place", "name", "skeleton"):
                self._db.execute(f"DELETE FROM {table} WHERE id IN ({marks})", known)
        return tuple(known)

    def task(self, ident: str, file: str) -> Task:
        """The task of this id, a fresh one when there is none."""
        with self._sentences():
            row = self._db.execute("SELECT * FROM task WHERE id = ?", (ident,)).fetchone()
        return replace(Task(*row[:-1]), finished=bool(row[-1])) if row else Task(ident, file)

    def country_of(self, ident: str) -> str | None:
        """The country of one of these places ("" at sea), None when it is not here."""
        with self._sentences():
            row = self._db.execute("SELECT coalesce(country, '') FROM place WHERE id = ?", (ident,)).fetchone()
        return row[0] if row else None

    def id_for(self, name: str, country: str, point: LonLat) -> str:
        """The id of the added place this is, else a new one that always comes out the same for the same place."""
        key = fold(name)
        with self._sentences():
            namesakes = self._db.execute(
                "SELECT p.id, p.lon, p.lat FROM name n JOIN place p ON p.id = n.id WHERE n.key = ? AND n.kind = ? "
                "AND n.id LIKE 'own:%' AND coalesce(p.country, '') = ? ORDER BY p.id", (key, CANONICAL, country),
            ).fetchall()  # fmt: skip
        gaps = [(distance_km(point, LonLat(lon, lat)), str(ident)) for ident, lon, lat in namesakes]
        if gaps and min(gaps)[0] <= SAME_PLACE_KM:
            return min(gaps)[1]
        mark = hashlib.sha256(f"{key}|{country}|{point.lon:.3f}|{point.lat:.3f}".encode()).hexdigest()[:8]
        return f"own:{'-'.join(filter(None, (_GAP.sub('-', key).strip('-')[:40], mark)))}"

    def _forget(self, ids: Sequence[str]) -> None:
        """The names that former rows of these ids gave; names from lists stay."""
        rows = (row for at in range(0, len(ids), _AT_ONCE) for row in self._former(ids[at:at + _AT_ONCE]))
        for ident, name, names, feature, country in rows:
            former = Row(ident, name, 0.0, 0.0, feature, country, names=tuple(filter(None, names.split("\n"))))
            keys = list(name_keys(0, former))
            bones = skeleton_keys(keys, {0: former})
            self._db.executemany("DELETE FROM name WHERE key = ? AND id = ? AND via = ?",
                                 [(key[0], ident, OWN_ROW) for key in keys])  # fmt: skip
            self._db.executemany("DELETE FROM skeleton WHERE key = ? AND country = ? AND id = ? AND via = ?",
                                 [(key, where, ident, OWN_ROW) for key, where, _, _ in bones])  # fmt: skip

    def _former(self, ids: Sequence[str]) -> list[tuple[str, str, str, str, str]]:
        return self._db.execute(f"{_FORMER} WHERE id IN ({','.join('?' * len(ids))})", ids).fetchall()

    def _keep(self, task: Task | None) -> None:
        if task:
            self._db.execute("INSERT OR REPLACE INTO task VALUES (?,?,?,?,?,?,?,?)", astuple(task))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._sentences():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _broken(self.path, error) from error


def _columns(added: Added) -> tuple[object, ...]:
    row = added.row
    return (row.id, row.name, row.lon, row.lat, *(row.area or (None,) * 4), row.feature or None, row.country or None,
            row.population, row.radius_km, added.inside or None, added.unit or None, added.code or None, row.source,
            "\n".join(row.names))  # fmt: skip
