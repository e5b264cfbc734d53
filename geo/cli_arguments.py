"""The options that several commands have, and how their values are read; a wrong value is misuse, and a sentence."""

import argparse
from collections.abc import Callable
from datetime import date

from geo import filters

DEFAULT_STORE = "sqlite:///dateline.sqlite"
MOST_JOBS = 64
FILTERS = {
    "from": ("DAY", "what was still going on this day, YYYY-MM-DD, or came later"),
    "to": ("DAY", "what had begun by this day"),
    "source": ("NAME", f"publisher as the articles state it; {filters.NO_SOURCE!r} for none stated"),
    "type": ("TYPE", f"airstrike, clash, … or {filters.ROUTE}; a wrong one is answered with all there are"),
    "status": ("STATUS", "reported, ongoing, claimed, planned, …; default the first three"),
    "place": ("PLACE", "a name or gazetteer id: the place, or a unit that contains it"),
    "text": ("WORDS", "all of them in title, sentence, place or actor"),
    "bbox": ("W,S,E,N", "degrees"),
    "min_confidence": ("SHARE", "from 0 to 1"),
    "actor": ("WORDS", "all of them in the name of one who acts or is acted upon"),
    "min_origins": ("N", "independent origins that tell it, at least"),
}
"""Of each filter: how its value is shown in the help, and what it asks for."""


def whole(most: int = 10**9) -> Callable[[str], int]:
    """Reads a whole number from 1 to `most`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 12 and 1 <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from 1 to {most:,}")
        return int(text)

    return read


def day(text: str) -> date:
    """Reads an ISO day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a day; write it as YYYY-MM-DD") from None


def with_store(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Adds --store."""
    made.add_argument("--store", metavar="URL", help=f"default $DATELINE_STORE or {DEFAULT_STORE}")
    return made


def with_geocoder(made: argparse.ArgumentParser, usual: str) -> None:
    """Adds --geocoder; `usual` is asked where nothing is said, "" nobody."""
    made.add_argument("--geocoder", default=usual, metavar="NAME",
                      help="ask nominatim, photon, geonames, arcgis or opencage for places that the gazetteer "
                           "lacks; needs DATELINE_GEOCODER_AGENT")  # fmt: skip


def with_jobs(made: argparse.ArgumentParser) -> None:
    """Adds --jobs."""
    made.add_argument("--jobs", type=whole(MOST_JOBS), default=1, metavar="N",
                      help="processes that read; default %(default)s")  # fmt: skip


def with_filters(made: argparse.ArgumentParser) -> None:
    """Adds an option for each filter; all that are given must hold."""
    group = made.add_argument_group("filters", "all that are given must hold")
    for op in filters.OPERATORS:
        metavar, words = FILTERS[op.key]
        group.add_argument(f"--{op.key.replace('_', '-')}", dest=op.field, action="append", metavar=metavar,
                           help=f"{words}; may be repeated" if op.repeats else words)  # fmt: skip


def asked_filter(args: argparse.Namespace) -> filters.Filter:
    """What the options of `with_filters` ask for; BadFilter as `filters.read`."""
    return filters.read((op.key, value) for op in filters.OPERATORS for value in getattr(args, op.field) or ())
