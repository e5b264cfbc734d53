"""GeoNames files into the user's places: tables of 19 columns (allCountries.txt, XX.txt) and alternateNamesV2.txt.

Files are read from front to back in chunks. A chunk and the offset behind it are kept in one transaction, so whatever
ends the reading, the next run goes on behind what is kept. Layouts: the readme of GeoNames' dump.
"""

import gc
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from geo.locate.additions import Added, Additions, Task
from geo.locate.bundle import ABBREVIATION_MARK, Row
from geo.records import BadInput

CHUNK = 100_000
"""Lines kept at a time: some 150 MB of memory, a few seconds of work at most to do again."""
LONGEST_LINE = 1 << 20
"""Bytes; GeoNames' own limit for a row is some 20 kB."""
LONGEST_NAME = 200
MOST_NAMES = 1_000
MOST_COMPLAINTS = 20
"""Bad lines told one by one; the others are only counted."""
MOST_UNPACKED = 8 << 30
"""Bytes that a zipped table may have; allCountries.txt has 1.7 GB, alternateNamesV2.txt 0.8 GB."""
OF_CLASS = {"A": "ADMD", "H": "LK", "L": "RGN", "P": "PPL", "R": "RD", "S": "SPOT", "T": "MT", "U": "UND", "V": "VEG"}
"""The code that stands for a feature class when a row gives no code."""
GONE = frozenset({"PCLH", "ADM1H", "ADM2H", "ADM3H", "ADM4H", "ADM5H", "ADMDH", "RGNH"})
"""Former countries and units: news do not mean them, and they would take the names of the present ones."""
NOT_NAMES = frozenset({"link", "wkdt", "post", "iata", "icao", "faac", "tcid", "unlc", "phon", "piny"})
"""Pseudo-languages of alternateNamesV2 that hold addresses, codes and sounds."""
_BLOCK = 4 << 20
_SAMPLE = 1 << 16

Named = tuple[str, str, str]
"""Gazetteer id, country and name: a further name of a place."""
Progress = Callable[[int, int, int], None]
"""Bytes done, bytes in all, rows done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken from a table of places; empty takes all."""

    countries: frozenset[str] = frozenset()
    """ISO codes."""
    features: tuple[str, ...] = ()
    """Classes ("P") and codes or their beginnings ("PPL", "AIR")."""

    def takes(self, country: str, feature_class: str, code: str) -> bool:
        """Whether a row is asked for; former units never are."""
        if code in GONE or (self.countries and country not in self.countries):
            return False
        return not self.features or feature_class in self.features or code.startswith(self.features)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file."""

    task: Task
    resumed_at: int
    """Lines that an earlier run had done; all of them when there was nothing left to do."""
    complaints: tuple[str, ...]
    """Sentences on the first bad lines of this run."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    lines: list[str | None]
    """None is not UTF-8."""
    end: int


def import_file(
    path: Path,
    additions: Additions,
    *,
    wanted: Wanted | None = None,
    country_of: Callable[[str], str | None],
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Imported:
    """Reads one GeoNames file, zipped or not, from where an earlier run stopped.

    `country_of` says where a shipped place is (None: not shipped), for names of places that the user has not added.
    Raises BadInput when the file cannot be read or has another layout; bad lines are told in the result.
    """
    wanted = wanted or Wanted()
    with _uncollected(), _opened(path) as (stream, size):
        head = stream.read(_SAMPLE)
        columns = _columns(head, path)
        take = _place if columns == 19 else _name
        task = begun = additions.task(_identity(head, size, path.name, wanted), str(path))
        complaints: list[str] = []
        if task.finished:
            return Imported(task, task.lines, ())
        known = _Known(additions, country_of)
        _skip(stream, head, task.offset)
        for part in _chunks(stream, head[task.offset:], task.offset, chunk, path):
            taken, bad = _taken(part.lines, lambda line: take(line, wanted, known))
            told = bad[:MOST_COMPLAINTS - len(complaints)]
            complaints += [f"{path.name}, line {task.lines + at}: {why}" for at, why in told]
            task = replace(
                task, offset=part.end, lines=task.lines + len(part.lines), kept=task.kept + len(taken),
                left_out=task.left_out + len(part.lines) - len(taken) - len(bad), bad=task.bad + len(bad),
            )
            if columns == 19:
                additions.put((row for row in taken if isinstance(row, Added)), task)
            else:
                additions.put_names((row for row in taken if not isinstance(row, Added)), task)
            if progress:
                progress(task.offset, size, task.lines)
        task = replace(task, finished=True)
        additions.put((), task)
    return Imported(task, begun.lines, tuple(complaints))


def _taken(
    lines: Sequence[str | None], take: Callable[[str | None], Added | Named | None]
) -> tuple[list[Added | Named], list[tuple[int, str]]]:
    """What is asked for of some lines; and number, from 1, and reason of those that are broken."""
    taken: list[Added | Named] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        try:
            if got := take(line):
                taken.append(got)
        except ValueError as error:
            bad.append((number, str(error)))
    return taken, bad


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing here is in a circle, and looking for circles among millions of new tuples took a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The table's bytes and their number; of a zip the one table in it."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as plain:
                yield plain, os.fstat(plain.fileno()).st_size
            return
        with zipfile.ZipFile(path) as archive:
            member = table_in(archive, path.name)
            with archive.open(member) as packed:
                yield packed, member.file_size
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        # NotImplementedError: what zipfile raises for a compression or a version it does not know
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{path} cannot be read: {reason}. What was read before is kept.") from error


def table_in(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The one member that is a table: NAME.txt of NAME.zip, else the only .txt that is no readme."""
    texts = [m for m in archive.infolist() if m.filename.endswith(".txt") and "readme" not in m.filename.casefold()]
    named = [m for m in texts if m.filename == f"{Path(name).stem}.txt"] or texts
    if len(named) != 1:
        raise BadInput(f"{name} holds {len(texts)} tables (.txt); one is needed. Unpack it and import the table.")
    member = named[0]
    if member.filename != Path(member.filename).name or member.flag_bits & 1:
        raise BadInput(f"{name} holds {member.filename[:80]!r}, which is no plain file. It is not a GeoNames file.")
    if member.file_size > MOST_UNPACKED:
        raise BadInput(f"{name} would unpack to {member.file_size:,} bytes; {MOST_UNPACKED:,} is the limit.")
    return member


def _columns(head: bytes, path: Path) -> int:
    """19 for places, 8 or 10 for further names, by the first line that is not empty."""
    first = next((line for line in head.split(b"\n") if line.strip()), b"")
    count = first.count(b"\t") + 1
    if count not in (8, 10, 19):
        raise BadInput(
            f"{path} is not a GeoNames file: its first row has {count} tab-separated columns, not 19 (places) or 10 "
            "(alternateNamesV2). For a table of your own use gazetteer add."
        )
    return count


def _identity(head: bytes, size: int, name: str, wanted: Wanted) -> str:
    """The same file asked for in the same way; where it lies and when it was written do not matter."""
    asked = f"{name}|{size}|{','.join(sorted(wanted.countries))}|{','.join(sorted(wanted.features))}|"
    return hashlib.sha256(asked.encode("utf-8", "replace") + head).hexdigest()


def _skip(stream: IO[bytes], head: bytes, offset: int) -> None:
    """To `offset`; the sample that was read already stays in hand."""
    left = offset - len(head)
    if left > 0 and stream.seekable():
        stream.seek(offset)
        return
    while left > 0:
        left -= len(stream.read(min(left, _BLOCK))) or left


def _chunks(stream: IO[bytes], rest: bytes, offset: int, size: int, path: Path) -> Iterator[_Chunk]:
    """Whole lines, `size` at a time, and the offset behind the last of them; a last line needs no newline."""
    lines: list[str | None] = []
    while True:
        block = stream.read(_BLOCK)
        data = rest + block
        cut = data.rfind(b"\n") + 1 if block else len(data)
        whole, rest = data[:cut], data[cut:]
        if len(rest) > LONGEST_LINE:
            raise BadInput(f"{path} has a line of more than {LONGEST_LINE:,} bytes; it is not a GeoNames file.")
        raw = whole.split(b"\n")
        if raw[-1] == b"":
            raw.pop()
        while raw:
            part, raw = raw[:size - len(lines)], raw[size - len(lines):]
            lines += _decoded(part)
            offset += sum(map(len, part)) + len(part)
            if len(lines) >= size:
                yield _Chunk(lines, offset)
                lines = []
        if not block:
            break
    if lines:
        yield _Chunk(lines, offset)


def _decoded(raw: list[bytes]) -> list[str | None]:
    try:
        return list(b"\n".join(raw).decode().split("\n"))
    except UnicodeDecodeError:
        return [_line(one) for one in raw]


def _line(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


class _Known:
    """Country of a place by its id, the user's own first; remembered, since names of one place stand together."""

    def __init__(self, additions: Additions, shipped: Callable[[str], str | None]) -> None:
        self._additions, self._shipped = additions, shipped
        self._last: tuple[str, str | None] = ("", None)

    def country(self, ident: str) -> str | None:
        if self._last[0] != ident:
            own = self._additions.country_of(ident)
            self._last = (ident, self._shipped(ident) if own is None else own)
        return self._last[1]


def _place(line: str | None, wanted: Wanted, known: _Known) -> Added | None:
    """A row of a table of places; None when it is not asked for, ValueError with a sentence when it is broken."""
    fields = _fields(line)
    if not fields:
        return None
    if len(fields) != 19:
        raise ValueError(f"{len(fields)} columns instead of 19")
    number, name, plain, others, lat_, lon_, group, code, country, _, admin1, admin2, _, _, people, *_ = fields
    if not wanted.takes(country, group, code):
        return None
    ident = _gn(number)
    name = name.strip() or plain.strip()
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"place {number} has no name of 1 to {LONGEST_NAME} characters")
    lat, lon = float(lat_), float(lon_)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"{lat_[:20]}, {lon_[:20]} is no place on Earth")
    if not (country == "" or (len(country) == 2 and country.isascii() and country.isupper())):
        raise ValueError(f"{country[:20]!r} is not a country code")
    first = f"{country}.{admin1}" if country and admin1 not in ("", "00") else country
    second = f"{first}.{admin2}" if admin2 and first != country else first
    own, unit = "", second
    if code.startswith("PCL"):
        own, unit = country, ""
    elif code == "ADM1":
        own, unit = first, country
    elif code == "ADM2":
        own, unit = second, first
    inhabitants = int(people) if people.isdecimal() and people.isascii() and people.strip("0") else None
    row = Row(ident, name, lat, lon, code or OF_CLASS.get(group, "PPL"), country, population=inhabitants,
              source="geonames", names=_names(name, plain, others))  # fmt: skip
    return Added(row, unit=unit, code=own)


def _fields(line: str | None) -> list[str]:
    if line is None:
        raise ValueError("not UTF-8")
    if "\x00" in line:
        raise ValueError("a NUL character")
    return line.rstrip("\r").split("\t") if line.strip() else []


def _gn(number: str) -> str:
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        raise ValueError(f"{number[:20]!r} is not a GeoNames id")
    return f"gn:{number}"


def _names(name: str, plain: str, others: str) -> tuple[str, ...]:
    """As the shipped gazetteer takes them."""
    found = dict.fromkeys([plain.strip()])
    if others:
        for other in others.split(",")[:MOST_NAMES]:
            if other and len(other) <= LONGEST_NAME and not unsound(other):
                found[other.strip().lstrip(ABBREVIATION_MARK)] = None
    return tuple(one for one in found if one and one != name)


def unsound(name: str) -> bool:
    """A name that nobody writes: a machine's transliteration (all small letters) or the code of an airport."""
    return name.isascii() and (name.islower() or (name.isupper() and len(name) <= 4))


def _name(line: str | None, wanted: Wanted, known: _Known) -> Named | None:
    """A row of a list of further names; None when it is a code, or of a place that is not known or not asked for."""
    fields = _fields(line)
    if not fields:
        return None
    if len(fields) not in (8, 10):
        raise ValueError(f"{len(fields)} columns instead of 10")
    _, number, language, name, *_ = fields
    ident = _gn(number)
    name = name.strip().lstrip(ABBREVIATION_MARK)
    if not name:
        raise ValueError("an empty name")
    if language in NOT_NAMES or len(name) > LONGEST_NAME or (language != "abbr" and unsound(name)):
        return None
    country = known.country(ident)
    if country is None or (wanted.countries and country not in wanted.countries):
        return None
    return ident, country, f"{ABBREVIATION_MARK}{name}" if language == "abbr" else name
