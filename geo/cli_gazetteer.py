"""The commands that look into the gazetteer and add to it; cli.py says which one, and opens it."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.cli_arguments import whole
from geo.cli_progress import bar
from geo.locate import (
    ADDRESS,
    Additions,
    Gazetteer,
    Imported,
    Wanted,
    add_file,
    country_code,
    fetch,
    import_file,
    own_places,
)
from geo.records import BadInput


@dataclass(frozen=True, slots=True)
class Shelf:
    """The bundle the commands work on, and how its gazetteer is opened."""

    bundle: Path
    gazetteer: Callable[[], Gazetteer]


def add_commands(made: argparse.ArgumentParser, bundle: Path, gazetteer: Callable[[], Gazetteer]) -> None:
    """The parts of `gazetteer`; each ends with 0, all done, or 1, some failed and named."""
    parts = made.add_subparsers(required=True, metavar="search|info|add|import|fetch|remove")
    shelf = Shelf(bundle, gazetteer)

    def part(name: str, work: Callable[[Shelf, argparse.Namespace], bool], words: str) -> argparse.ArgumentParser:
        made = parts.add_parser(name, help=words)
        made.set_defaults(run=lambda args: 0 if work(shelf, args) else 1)
        return made

    search = part("search", _search, "places of that name, best first")
    search.add_argument("name", metavar="NAME")
    search.add_argument("--limit", type=whole(), default=20, metavar="N", help="default %(default)s")
    info = part("info", _info, "rows, names, paths; with countries, how many places of each are known")
    info.add_argument("countries", nargs="*", metavar="COUNTRY", help="two-letter code")
    add = part("add", _add, "your own: CSV or GeoJSON with name, alternates, lat, lon, feature, country")
    add.add_argument("files", nargs="+", metavar="FILE")
    remove = part("remove", _remove, "take added places out again")
    remove.add_argument("ids", nargs="+", metavar="ID")
    load = part("import", _import_files, "GeoNames: allCountries.txt, XX.txt, alternateNamesV2.txt, or zipped")
    load.add_argument("files", nargs="+", metavar="FILE")
    load.add_argument("--country", action="append", metavar="XX", help="only this one; may be repeated")
    load.add_argument("--feature", action="append", metavar="CODE", help="only this class (P) or code (PPL)")
    fetched = part("fetch", _fetch, "download GeoNames' files of these countries and import them")
    fetched.add_argument("countries", nargs="+", metavar="COUNTRY", help="two-letter code")
    fetched.add_argument("--address", default=ADDRESS, metavar="URL", help="where XX.zip lies; default %(default)s")


def _search(shelf: Shelf, args: argparse.Namespace) -> bool:
    found = shelf.gazetteer().search(args.name, args.limit)
    for candidate in found:
        p = candidate.place
        unit = ", ".join(name for _, name in p.within)
        people = f"{p.population:,}" if p.population is not None else "unknown"
        print(
            f"{p.gazetteer_id}\t{p.name}\t{p.feature_code}\t{unit or p.country_code}\t"
            f"{p.point.lat:.4f}, {p.point.lon:.4f}\tpopulation {people}\t{candidate.match.value}"
        )
    if not found:
        print(f"The gazetteer has no name like {args.name!r}.", file=sys.stderr)
    return bool(found)


def _info(shelf: Shelf, args: argparse.Namespace) -> bool:
    gazetteer = shelf.gazetteer()
    codes = [country_code(text) for text in args.countries]
    if not codes:
        for key, value in gazetteer.info().items():
            print(f"{key}\t{value}")
    for code in codes:
        print(gazetteer.coverage(code))
    return True


def _add(shelf: Shelf, args: argparse.Namespace) -> bool:
    gazetteer, additions, failed = shelf.gazetteer(), Additions(own_places(shelf.bundle)), False
    for name in args.files:
        try:
            outcome = add_file(Path(name), additions, gazetteer)
        except BadInput as error:
            failed = True
            print(error, file=sys.stderr)
            continue
        for complaint in outcome.complaints:
            print(complaint, file=sys.stderr)
        if outcome.unused:
            print(f"{name}: not used: {', '.join(outcome.unused)[:200]}", file=sys.stderr)
        print(f"{name}: {outcome.added} added, {len(outcome.complaints)} left out", file=sys.stderr)
        failed |= bool(outcome.complaints)
    additions.close()
    return not failed


def _remove(shelf: Shelf, args: argparse.Namespace) -> bool:
    additions = Additions(own_places(shelf.bundle))
    removed = set(additions.remove(args.ids))
    additions.close()
    for ident in args.ids:
        if ident not in removed:
            print(f"{ident} is no place that was added; shipped ones cannot be removed.", file=sys.stderr)
    print(f"{len(removed)} removed", file=sys.stderr)
    return removed >= set(args.ids)


def _import_files(shelf: Shelf, args: argparse.Namespace) -> bool:
    wanted = Wanted(frozenset(map(country_code, args.country or ())), tuple(args.feature or ()))
    return _import(shelf, [Path(name) for name in args.files], wanted)


def _import(shelf: Shelf, paths: Sequence[Path], wanted: Wanted) -> bool:
    """Each file in turn; a file that cannot be read is named and the others go on."""
    gazetteer, additions, failed = shelf.gazetteer(), Additions(own_places(shelf.bundle)), False

    def shipped(ident: str) -> str | None:
        place = gazetteer.get(ident)
        return place.country_code if place else None

    for path in paths:
        try:
            got = _imported(path, additions, wanted, shipped)
        except BadInput as error:
            failed = True
            print(error, file=sys.stderr)
            continue
        task = got.task
        for complaint in got.complaints:
            print(complaint, file=sys.stderr)
        if got.resumed_at:
            before = "Nothing left to do" if got.resumed_at == task.lines else "Went on"
            print(f"{path.name}: {before} after row {got.resumed_at:,}, kept by an earlier run.", file=sys.stderr)
        counts = f"{task.kept:,} rows taken, {task.left_out:,} not asked for, {task.bad:,} bad"
        print(f"{path.name}: {counts}", file=sys.stderr)
        failed |= task.bad > 0
    additions.close()
    return not failed


def _imported(
    path: Path, additions: Additions, wanted: Wanted, shipped: Callable[[str], str | None]
) -> Imported:
    """`import_file` with its bar, which is gone before anything is said of the file."""
    with bar(path.name, "B") as shown:
        return import_file(path, additions, wanted=wanted, country_of=shipped,
                           progress=lambda done, total, rows: shown(done, total, f"{rows:,} rows"))  # fmt: skip


def _fetch(shelf: Shelf, args: argparse.Namespace) -> bool:
    """Downloads and imports one country after the other; those that fail are named."""
    codes, well = [country_code(text) for text in args.countries], True
    folder = own_places(shelf.bundle).parent / "downloads"
    for code in codes:
        try:
            with bar(f"Fetching {code}", "B") as progress:
                archive = fetch(code, folder, address=args.address, progress=progress)
        except BadInput as error:
            well = False
            print(error, file=sys.stderr)
            continue
        well &= _import(shelf, [archive], Wanted())
        archive.unlink(missing_ok=True)
        print(Gazetteer.open(shelf.bundle).coverage(code), file=sys.stderr)
    return well
