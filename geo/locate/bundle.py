"""The gazetteer's two files: the bundle that is shipped (tab-separated, gzip) and the SQLite index made from it.

The index is disposable: its name carries the hash of all that is in it, the bundle's and that of the rows kept beside
the bundle (geo/locate/separate.py), so a new bundle never meets an old index.
"""

import gzip
import hashlib
import os
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from geo.locate.names import fold, skeleton_of, stems, without_article
from geo.records import BadInput, BBox, GazetteerMissing

COLUMNS = ("id", "name", "lat", "lon", "feature", "country", "admin1", "admin2", "population", "bbox",
           "radius_km", "source", "names")  # fmt: skip
SCHEMA = 2
"""Raise it when the tables or the folding change: old indexes are then left alone and a new one is made."""
INDEXES_KEPT = 2
"""So many stay however long ago they were used."""
UNIX = b"\x03"
"""RFC 1952, section 2.3.1: the system a gzip file was made on."""
ABBREVIATION_MARK = "~"
CANONICAL, ALTERNATE, ABBREVIATION, RELAXED, STEM = range(5)
"""How a key names its place. STEM counts only together with the head word that was left out of it."""

RADIUS_KM: dict[str, float] = {
    "PCL": 500, "TERR": 300, "ADM1": 100, "ADM2": 30, "ADM": 15, "CONT": 2500, "RGN": 200,
    "PPLC": 15, "PPLA2": 6, "PPLA3": 4, "PPLA4": 3, "PPLA": 10, "PPLX": 2, "PPL": 3, "STLMT": 2,
    "STM": 150, "CNL": 50, "LK": 20, "RSV": 15, "SEA": 400, "OCN": 3000, "GULF": 250, "BAY": 80, "STRT": 50,
    "CHN": 80, "SD": 50, "LGN": 20, "FJD": 30, "INLT": 20, "RF": 50,
    "DSRT": 200, "MTS": 150, "MT": 5, "VLC": 5, "PLAT": 150, "PLN": 150, "VAL": 80, "BSN": 150, "DLTA": 60,
    "PEN": 100, "CAPE": 5, "ISTH": 40, "CST": 150, "ISLS": 80, "ISL": 20, "DPR": 50, "WTLD": 60, "GRGE": 40,
    "PASS": 3, "FLLS": 2, "AIR": 3, "CMP": 2,
}  # fmt: skip
"""Default tolerance by feature code: the entry that is the longest prefix of the code counts, else 10 km.
Rounded judgements of half the usual extent; a row's own radius or area goes first."""
OTHER_RADIUS_KM = 10.0
ARABIC = frozenset((
    "AE", "BH", "DJ", "DZ", "EG", "EH", "ER", "IL", "IQ", "IR", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM", "PS",
    "QA", "SA", "SD", "SO", "SY", "TD", "TN", "TR", "YE",
))  # fmt: skip
"""Countries whose places are called with and without the Arabic article."""
_STALE_SECONDS = 86_400
_BATCH = 20_000

_TABLES = """
CREATE TABLE place (n INTEGER PRIMARY KEY, id TEXT, name TEXT, lon REAL, lat REAL, west REAL, south REAL, east REAL,
                    north REAL, feature TEXT, country TEXT, population INTEGER, radius_km REAL, parent INTEGER);
CREATE TABLE name (key TEXT, kind INTEGER, place INTEGER, label TEXT);
CREATE TABLE skeleton (key TEXT, country TEXT, place INTEGER, label TEXT);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
"""
_INDEXES = """
CREATE UNIQUE INDEX place_id ON place (id);
CREATE INDEX name_key ON name (key);
CREATE INDEX skeleton_key ON skeleton (key, country);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the bundle."""

    id: str
    name: str
    lat: float
    lon: float
    feature: str
    country: str = ""
    admin1: str = ""
    """GeoNames code with its country, "IQ.18"; an ADM1 carries its own."""
    admin2: str = ""
    """Gazetteer id of the admin-2 unit it lies in."""
    population: int | None = None
    area: BBox | None = None
    radius_km: float | None = None
    source: str = ""
    names: tuple[str, ...] = ()
    """Alternates; abbreviations carry ABBREVIATION_MARK in front."""


@dataclass(frozen=True, slots=True)
class Separate:
    """A row that is kept beside the bundle."""

    row: Row
    same_as: str = ""
    """Id of the place that it is, where the bundle holds that one: then only its names count."""


def encode(row: Row) -> str:
    """A line of the bundle, coordinates to 5 decimals (about a metre)."""
    fields = (
        row.id, row.name, f"{row.lat:.5f}", f"{row.lon:.5f}", row.feature, row.country, row.admin1, row.admin2,
        "" if row.population is None else str(row.population),
        "" if row.area is None else " ".join(f"{edge:.3f}" for edge in row.area),
        "" if row.radius_km is None else f"{row.radius_km:g}", row.source, "|".join(row.names),
    )  # fmt: skip
    return "\t".join(" ".join(field.split()) for field in fields)


def decode(line: str, number: int) -> Row:
    """The opposite of encode; BadInput names the line that does not fit."""
    fields = line.split("\t")
    try:
        ident, name, lat, lon, feature, country, admin1, admin2, population, bbox, radius, source, names = fields
        return Row(
            ident, name, float(lat), float(lon), feature, country, admin1, admin2,
            int(population) if population else None, BBox(*map(float, bbox.split())) if bbox else None,
            float(radius) if radius else None, source, tuple(names.split("|")) if names else (),
        )  # fmt: skip
    except (ValueError, TypeError) as error:
        raise BadInput(f"Line {number} of the gazetteer bundle cannot be read: {error}. Restore the file.") from error


def write_bundle(rows: Iterable[Row], path: Path) -> None:
    """Same rows, same bytes: sorted by id, neither time nor system in the gzip header (Python releases differ)."""
    lines = ["\t".join(COLUMNS), *map(encode, sorted(rows, key=lambda row: row.id))]
    packed = gzip.compress(("\n".join(lines) + "\n").encode(), 9, mtime=0)
    path.write_bytes(packed[:9] + UNIX + packed[10:])


def read_lines(bundle: bytes) -> list[str]:
    """The rows of a bundle as lines, after its header was checked; BadInput when it is not a bundle."""
    try:
        lines = gzip.decompress(bundle).decode().split("\n")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadInput(f"The gazetteer bundle is damaged: {error}. Restore the file.") from error
    if lines[0] != "\t".join(COLUMNS):
        raise BadInput(f"The gazetteer bundle has the columns {lines[0][:200]!r}, not those of this version.")
    return [line for line in lines[1:] if line]


def joined(lines: list[str], separate: Sequence[Separate]) -> list[str]:
    """The bundle's lines, then those of the separate rows; one that is a place of the bundle gives that its names."""
    wanted = {ident for one in separate for ident in (one.row.id, one.same_as) if ident}
    at = {ident: n for n, line in enumerate(lines) if (ident := line.partition("\t")[0]) in wanted} if wanted else {}
    lines = list(lines)
    for one in separate:
        n = at.get(one.same_as, at.get(one.row.id))
        if n is None:
            lines.append(encode(one.row))
        else:
            known = decode(lines[n], n + 2)
            more = (*known.names, one.row.name, *one.row.names)
            lines[n] = encode(replace(known, names=tuple(dict.fromkeys(more))))
    return lines


def radius_of(row: Row) -> float:
    """The row's own radius, else the usual one."""
    return usual_radius(row.feature) if row.radius_km is None else row.radius_km


def usual_radius(feature: str) -> float:
    """The table's radius for a feature code."""
    fits = [code for code in RADIUS_KM if feature.startswith(code)]
    return RADIUS_KM[max(fits, key=len)] if fits else OTHER_RADIUS_KM


def ready_index(
    bundle: Path, folder: Path, progress: Callable[[int, int], None] | None, separate: Sequence[Separate] = ()
) -> Path:
    """The index of this very bundle and these rows beside it, built when it is not there yet (some seconds).

    Two processes may build at once: each writes a file of its own and moves it into place whole, the last one
    wins, and both are the same. A build that is broken off leaves nothing that could be taken for an index.
    """
    try:
        data = bundle.read_bytes()
    except OSError as error:
        raise GazetteerMissing(
            f"The gazetteer {bundle} cannot be read ({error.strerror}). Restore the file, or name another."
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    whole = hashlib.sha256(data)
    for one in separate:
        whole.update(f"\n{one.same_as}\t{encode(one.row)}".encode())
    target = folder / f"gazetteer-{whole.hexdigest()[:16]}-{SCHEMA}.sqlite"
    if _complete(target, digest):
        in_use(target)
        return target
    part = _part_in(folder)
    try:
        _build(joined(read_lines(data), separate), part, digest, progress)
        part.replace(target)
    except (OSError, sqlite3.OperationalError) as error:
        raise _no_index(folder, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    _discard(folder)
    return target


def _part_in(folder: Path) -> Path:
    """A new file of a name of its own."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        handle, name = tempfile.mkstemp(prefix="gazetteer-", suffix=".part", dir=folder)
    except OSError as error:
        raise _no_index(folder, error) from error
    os.close(handle)
    return Path(name)


def _no_index(folder: Path, error: Exception) -> GazetteerMissing:
    reason = getattr(error, "strerror", None) or error
    return GazetteerMissing(f"The gazetteer's index cannot be made in {folder} ({reason}). It takes 100 MB: make "
                            "room there, or name another folder for caches in XDG_CACHE_HOME.")


def in_use(index: Path) -> None:
    """Notes that the index is used now; where that cannot be noted, nobody discards it either."""
    with suppress(OSError):
        os.utime(index)


def _discard(folder: Path) -> None:
    """Removes indexes of former versions, save the last used and what was in use within a day: two versions of
    Dateline may run side by side."""
    used: list[tuple[float, Path]] = []
    for index in folder.glob("gazetteer-*.sqlite"):
        with suppress(OSError):
            used.append((index.stat().st_mtime, index))
    for when, index in sorted(used)[:-INDEXES_KEPT]:
        if time.time() - when > _STALE_SECONDS:
            with suppress(OSError):
                index.unlink()


def _complete(index: Path, digest: str) -> bool:
    if not index.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{index.as_uri()}?mode=ro", uri=True)) as db:
            return bool(db.execute("SELECT value FROM meta WHERE key = 'sha256'").fetchone() == (digest,))
    except sqlite3.Error:  # not ours, or cut short by a full disk: build it again
        return False


def _sweep(folder: Path) -> None:
    """Removes what a killed build left a day ago or longer; younger parts may still be being written."""
    for part in folder.glob("gazetteer-*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _STALE_SECONDS:
                part.unlink()


def _build(lines: list[str], path: Path, digest: str, progress: Callable[[int, int], None] | None) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + _TABLES)
        db.execute("BEGIN")
        units: dict[str, int] = {}
        for number, line in enumerate(lines):
            ident, _, _, _, feature, country, admin1, *_ = line.split("\t", 7)
            if feature.startswith("PCL"):
                units[country] = number
                db.execute("INSERT OR IGNORE INTO meta VALUES (?,?)", (f"country {country}", ident))
            elif feature == "ADM1":
                units[admin1] = number
                db.execute("INSERT OR IGNORE INTO meta VALUES (?,?)", (f"unit {admin1}", ident))
            elif feature == "ADM2":
                units[ident] = number
        n_names = 0
        for start in range(0, len(lines), _BATCH):
            rows = [(n, decode(lines[n], n + 2)) for n in range(start, min(start + _BATCH, len(lines)))]
            db.executemany(f"INSERT INTO place VALUES ({','.join('?' * 14)})", [_place(n, r, units) for n, r in rows])
            keys = [key for n, row in rows for key in name_keys(n, row)]
            db.executemany("INSERT INTO name VALUES (?,?,?,?)", keys)
            db.executemany("INSERT INTO skeleton VALUES (?,?,?,?)", skeleton_keys(keys, dict(rows)))
            n_names += len(keys)
            if progress:
                progress(min(start + _BATCH, len(lines)), len(lines))
        db.executemany("INSERT INTO meta VALUES (?,?)",
                       [("rows", str(len(lines))), ("names", str(n_names)), ("sha256", digest)])  # fmt: skip
        db.execute("COMMIT")
        db.executescript(_INDEXES)


def _place(n: int, row: Row, units: dict[str, int]) -> tuple[object, ...]:
    parents = [units.get(code) for code in (row.admin2, row.admin1, row.country) if code]
    parent = next((unit for unit in parents if unit is not None and unit != n), None)
    if row.feature.startswith("PCL"):
        parent = None
    box = row.area or (None, None, None, None)
    return (n, row.id, row.name, row.lon, row.lat, *box, row.feature, row.country, row.population, radius_of(row),
            parent)  # fmt: skip


def name_keys(n: int, row: Row) -> Iterator[tuple[str, int, int, str | None]]:
    """(key, how it names the place, place number, label or None for the row's name); a key once, in its best way."""
    best: dict[str, tuple[int, str | None]] = {}

    def offer(key: str, kind: int, label: str | None) -> None:
        if key and (key not in best or best[key][0] > kind):
            best[key] = (kind, label)

    offer(fold(row.name), CANONICAL, None)
    for name in row.names:
        if name.startswith(ABBREVIATION_MARK):
            short = name.removeprefix(ABBREVIATION_MARK)
            known = best.get(fold(short), (STEM, ""))
            offer(fold(short), ABBREVIATION, short)
            if known[0] == ABBREVIATION:  # "KY" and "Ky." share a key and differ in case
                best[fold(short)] = (ABBREVIATION, f"{known[1]}|{short}")
        else:
            offer(fold(name), ALTERNATE, name)
    is_town, has_article = row.feature.startswith("PPL"), row.country in ARABIC
    for key, (kind, label) in () if is_town and not has_article else list(best.items()):
        if kind <= ALTERNATE and has_article:
            offer(without_article(key), RELAXED, label)
        if kind <= ALTERNATE and not is_town and " " in key:
            for stem in stems(key):
                if stem.fits(row.feature):
                    offer(stem.key, RELAXED if stem.bare else STEM, label)
    for key, (kind, label) in best.items():
        yield key, kind, n, label


def skeleton_keys(
    keys: list[tuple[str, int, int, str | None]], rows: dict[int, Row]
) -> Iterator[tuple[str, str, int, str | None]]:
    """(skeleton, country, place number, label) from what name_keys gave for these rows; each once a place."""
    seen: set[tuple[str, int]] = set()
    for key, kind, n, label in keys:
        if kind in (ABBREVIATION, STEM) or not key.isascii() or not rows[n].country:
            continue
        bones = skeleton_of(key)
        if bones and (bones, n) not in seen:
            seen.add((bones, n))
            yield bones, rows[n].country, n, label
