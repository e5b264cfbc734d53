"""Places that ship beside the bundle, not in it: tables under licences of their own, which one may take away.

They are the CSV files of the folder that is called like the bundle ("gazetteer" beside gazetteer.tsv.gz). Lines that
begin with "#" say origin and licence; then come the columns below. `names` stand between "|". A row that is a place
of the bundle under another name says so by that place's id in `same_as`.
"""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from geo.locate.bundle import Row, Separate
from geo.records import BadInput

COLUMNS = ("id", "same_as", "name", "names", "feature", "country", "admin1", "lat", "lon", "radius_km")
COMMENT = "#"


def separate_places(bundle: Path) -> tuple[Separate, ...]:
    """All rows in the order of files and lines; () where there is no such folder.

    BadInput for a row that cannot be used, and for an id that stands twice.
    """
    folder = bundle.with_name(bundle.name.removesuffix(".gz").removesuffix(".tsv"))
    found: dict[str, Separate] = {}
    for path in sorted(folder.glob("*.csv")):
        for number, one in _rows(path):
            if one.row.id in found:
                raise _wrong(path, number, f"the id {one.row.id!r} stands twice")
            found[one.row.id] = one
    return tuple(found.values())


def _rows(path: Path) -> Iterator[tuple[int, Separate]]:
    """Each row with the number of its line; a row is one line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise BadInput(f"The places in {path} cannot be read: {error.strerror}. Check its rights.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"The places in {path} are not UTF-8. Restore the file, or remove it.") from error
    columns: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        if line.startswith(COMMENT) or not line.strip():
            continue
        try:
            cells = next(csv.reader([line]))
            if columns:
                yield number, _row(cells, path.stem)
            elif (columns := tuple(cells)) != COLUMNS:
                raise ValueError(f"the columns are {line[:120]!r} instead of {','.join(COLUMNS)!r}")
        except (ValueError, csv.Error) as error:
            raise _wrong(path, number, str(error)) from error


def _row(cells: list[str], source: str) -> Separate:
    """ValueError with the reason when the cells are no place."""
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns instead of {len(COLUMNS)}")
    ident, same_as, name, names, feature, country, admin1, lat, lon, radius = cells
    if not (ident and name and feature):
        raise ValueError("id, name and feature are needed")
    north, east, size = float(lat), float(lon), float(radius) if radius else None
    if not (abs(north) <= 90 and abs(east) <= 180 and (size is None or 0 <= size < math.inf)):
        raise ValueError(f"lat {lat}, lon {lon}, radius_km {radius or 'none'} is nowhere on Earth")
    row = Row(ident, name, north, east, feature, country, admin1, radius_km=size, source=source,
              names=tuple(filter(None, names.split("|"))))  # fmt: skip
    return Separate(row, same_as)


def _wrong(path: Path, number: int, reason: str) -> BadInput:
    return BadInput(f"The places in {path} cannot be used; line {number}: {reason}. Restore the file, or remove it.")
