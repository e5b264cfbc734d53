"""The commands that write out what the store holds: export, and the trail of corrections."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import BinaryIO

from geo import filters
from geo.cli_arguments import asked_filter
from geo.keep import Store
from geo.records import BadFilter, NotWritten
from geo.show import review_words, trail
from geo.show.export import write
from geo.show.shown import Citation, gather


def export(args: argparse.Namespace, store: Store) -> None:
    """What the filters ask for in one of the formats; BadFilter for a source that no article has."""
    asked, version = asked_filter(args), store.version()
    known = {source or filters.NO_SOURCE for source, _ in store.sources()}
    for source in asked.sources:
        if source not in known:
            raise BadFilter(f"No article has the source {source!r}; the sources are {', '.join(sorted(known))}.")
    cited = Citation(asked, date.today(), version)
    shown = gather(store, asked, cited, events=asked.wants_events, routes=asked.wants_routes, names=args.names)
    with output(args.output) as out:
        write(args.format, shown, out)
    print(shown.citation(), file=sys.stderr)


def list_corrections(store: Store) -> None:
    """A line for each, oldest first."""
    for entry in store.corrections():
        print(f"{entry.id}  {review_words.trail_line(entry)}")


def export_corrections(args: argparse.Namespace, store: Store) -> None:
    """The whole trail as CSV."""
    entries = store.corrections()
    with output(args.output) as out:
        trail.write(entries, out)
    print(f"{len(entries)} corrections", file=sys.stderr)


@contextmanager
def output(name: str | None) -> Iterator[BinaryIO]:
    """Standard output, or the file of this name, there only once it is whole. NotWritten when it cannot be."""
    if not name:
        yield sys.stdout.buffer
        return
    temporary = Path(f"{name}.tmp")
    try:
        with temporary.open("wb") as out:
            yield out
        temporary.replace(name)
    except OSError as error:
        raise NotWritten(f"The file {name} cannot be written: {error.strerror or error}. Check its folder, rights"
                         " there and the free space.") from error  # fmt: skip
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
