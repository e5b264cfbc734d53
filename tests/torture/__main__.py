"""python -m tests.torture [NAME…] [--short] [--seconds N]: the scoreboard; exit status 1 when a row fails.

Names: malformed, texts, kills, searches, inside, bombs, markup, sessions, soak. Without names all but soak, which
takes as long as it is told (an hour when nothing is said).
"""

import argparse
import sys
from collections.abc import Callable, Iterator

from geo.locate import Gazetteer, Tagger
from tests.torture import handed
from tests.torture.bombs import bombs, explode
from tests.torture.inputs import sound
from tests.torture.inside import inside
from tests.torture.kills import kills
from tests.torture.malformed import malformed
from tests.torture.markup import markup
from tests.torture.mounts import mounts
from tests.torture.score import Row
from tests.torture.searches import searches
from tests.torture.sessions import sessions
from tests.torture.soak import soak
from tests.torture.texts import texts

HOUR_S = 3600.0


def rows(*, short: bool, seconds: float) -> dict[str, Callable[[], Iterator[Row]]]:
    """Name -> its rows, one by one as they are ready."""

    def one(make: Callable[[], Row]) -> Callable[[], Iterator[Row]]:
        return lambda: iter((make(),))

    return {
        "malformed": lambda: (malformed(kind, 100 if short else 10_000) for kind in sound()),
        "handed": lambda: (malformed(kind, 100 if short else 10_000) for kind in handed.KINDS),
        "texts": one(lambda: texts(100 if short else 10_000, Tagger.open(), Gazetteer.open())),
        "kills": one(lambda: kills(6 if short else 100)),
        "mounts": one(mounts),
        "searches": one(lambda: searches(2_000 if short else 100_000)),
        "inside": one(inside),
        "bombs": lambda: (explode(name) for name in bombs()),
        "markup": one(markup),
        "sessions": one(lambda: sessions(8, 3_000, 8, ratio=None) if short else sessions(50, 100_000, 60)),
        "soak": one(lambda: soak(seconds, slope=None if seconds < HOUR_S / 2 else 1.0)),
    }


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.torture")
    asked.add_argument("names", nargs="*")
    asked.add_argument("--short", action="store_true", help="a hundredth of everything")
    asked.add_argument("--seconds", type=float, default=HOUR_S, help="of the soak; %(default)s")
    args = asked.parse_args()
    known = rows(short=args.short, seconds=args.seconds)
    names = args.names or [name for name in known if name != "soak"]
    if unknown := set(names) - known.keys():
        asked.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    failed = 0
    for name in names:
        for row in known[name]():
            print(row, flush=True)
            failed += bool(row.wrong)
    print(f"{failed} rows fail" if failed else "all rows hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
