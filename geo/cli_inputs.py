"""The commands that read: ingest and quarantine. What is asked for, how far it has got, and what came of it."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from geo.cli_arguments import day, whole
from geo.cli_progress import Progress, bar, stoppable
from geo.ingest import Report, Settings, ingest_inputs, survey
from geo.inputs import Input, gathered, is_address, listed, of_address, of_file, of_sitemap
from geo.keep import Store
from geo.keep.ledger import clean
from geo.pipeline import Tools
from geo.read import Rejected
from geo.read.columns import told_columns
from geo.read.polite import Visitor
from geo.records import BadInput, BadOption
from geo.workers import Workers

SITEMAP_PAGES = 500
REASONS_SHOWN = 10


def add_inputs(made: argparse.ArgumentParser) -> None:
    """The options of `ingest`."""
    made.add_argument("paths", nargs="*", metavar="PATH", help="file, folder, http(s) address, - for stdin")
    made.add_argument("--urls", metavar="FILE", help="addresses to fetch, one a line; - for standard input")
    made.add_argument("--sitemap", metavar="URL", help="fetch the pages a sitemap lists, the last changed first")
    made.add_argument("--limit", type=whole(), default=SITEMAP_PAGES, metavar="N",
                      help="pages of a sitemap at most; default %(default)s")  # fmt: skip
    made.add_argument("--since", type=day, metavar="DAY", help="pages of a sitemap changed since then")
    made.add_argument("--columns", default="", metavar="PAIRS", help="of tables: text=body,date=published_at")
    made.add_argument("--as", dest="kind", default="", metavar="KIND", help="what standard input is: jsonl, html, …")
    made.add_argument("--again", action="store_true", help="read files too that have not changed since the last time")
    made.add_argument("--dry-run", action="store_true", help="say what would be new, and change nothing")


def asked_inputs(args: argparse.Namespace) -> tuple[tuple[Input, ...], tuple[Rejected, ...]]:
    """The inputs that the options name, and paths that lead to nothing. BadOption when they name none."""
    if not (args.paths or args.urls or args.sitemap):
        raise BadOption("There is nothing to read; give files, folders, addresses, --urls FILE or --sitemap URL.")
    visitor = Visitor()
    inputs, missing = gathered(args.paths, visitor, sys.stdin.buffer, args.kind)
    if args.urls:
        inputs += tuple(of_address(url, visitor) for url in listed(_lines(args.urls)))
    if args.sitemap:
        inputs += of_sitemap(args.sitemap, visitor, since=args.since, limit=args.limit)
    if not (inputs or missing):
        print("There is no file to read there; hidden ones are passed over.", file=sys.stderr)
    return tuple({one.origin: one for one in inputs}.values()), missing


def _lines(name: str) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise BadInput(f"The list {name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"The list {name} is not UTF-8.") from None


def run(
    args: argparse.Namespace, opened: Callable[[], Store], tools: Callable[[], Tools], workers: Workers | None = None
) -> Report:
    """`ingest` with its bar; Ctrl-C ends it after the article in hand. Wrong options make no store."""
    with stoppable() as stop, bar("Reading") as shown:
        settings = Settings(told_columns(args.columns), again=args.again, stop=stop)
        inputs, missing = asked_inputs(args)
        store, progress = opened(), _named(shown)
        if args.dry_run:
            found = survey(inputs, store, settings, progress)
            return Report(found.new, found.unchanged, (*missing, *found.rejected), found.updated, stopped=stop())
        return ingest_inputs(inputs, store, tools, progress, workers, settings, missing)


def tell(report: Report, *, dry: bool = False) -> bool:
    """The outcome on stderr: what was rejected, why, and the counts. Whether all is done."""
    for row in report.rejected:
        print(f"{_printable(row.origin)}: {_printable(row.reason)}", file=sys.stderr)
    if len(report.rejected) > REASONS_SHOWN:
        print("Reasons:", file=sys.stderr)
        for reason, number in report.reasons[:REASONS_SHOWN]:
            print(f"{number:>7} x {reason}", file=sys.stderr)
    counts = [f"{report.new} new"]
    counts += [f"{report.updated} updated"] if report.updated else []
    counts += [f"{report.unchanged} unchanged", f"{len(report.rejected)} quarantined"]
    copies = f" ({report.copies} of the new are copies of earlier ones)" if report.copies else ""
    print(f"{'would be: ' if dry else ''}{', '.join(counts)}{copies}", file=sys.stderr)
    if report.stopped:
        print("Stopped when asked. Run the command again to go on.", file=sys.stderr)
    return not (report.rejected or report.stopped)


def _named(shown: Progress) -> Callable[[str, int, int], None]:
    """The bar as `ingest` tells it how far it has got."""
    return lambda name, done, total: shown(done, total, name)


# --- quarantine


def list_quarantined(store: Store) -> int:
    """Each input that could not be read, with its reason, on stdout; how many there are."""
    rows = store.quarantined()
    for row in rows:
        print(f"{_printable(row.origin)}\t{_printable(row.reason)}")
    print(f"{len(rows)} in quarantine", file=sys.stderr)
    return len(rows)


def _printable(words: str) -> str:
    """Names of files and words of feeds may hold what steers a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)


def retried(names: Sequence[str], store: Store, tools: Callable[[], Tools]) -> Report:
    """Reads the quarantined inputs of these names again, or all; what can be read leaves the quarantine.

    A name is that of an input, or of what `list` shows of it, as it shows it.
    """
    visitor = Visitor()
    known: dict[str, str] = {}
    for row in store.quarantined():
        whole = row.input or row.origin
        known |= dict.fromkeys((_printable(row.origin), _printable(whole), row.origin, whole), whole)
    if strange := sorted(set(names) - known.keys()):
        raise BadOption(f"{strange[0]!r} is not in quarantine; `quarantine list` says what is.")
    wanted = sorted({known[name] for name in names or known} - {"-"})
    inputs = [one for name in wanted
              for one in ([of_address(name, visitor)] if is_address(name) else map(of_file, _files_of(name)))]
    with stoppable() as stop, bar("Reading again") as shown:
        return ingest_inputs(inputs, store, tools, _named(shown), settings=Settings(again=True, stop=stop))


def _files_of(name: str) -> list[Path]:
    """The file; those that are kept under this name where it is none, as theirs is not UTF-8."""
    path = Path(name)
    if path.exists() or not path.parent.is_dir():
        return [path]
    return sorted(other for other in path.parent.iterdir() if clean(str(other)) == name) or [path]
