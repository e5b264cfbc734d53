"""How many rows a second `gazetteer import` takes in, on generated files of GeoNames' layout.

    python -m tests.bench_import [ROWS]        1,000,000 when nothing is said; files are made in a temporary folder

Rows have about the real file's length (130 bytes) and share of further names; the names are made of syllables.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from geo.locate import Additions, import_file

CONSONANTS = "b d f g gh h j kh l m n q r s sh t w z".split()
SYLLABLES = [a + b for a in CONSONANTS for b in ("a", "ay", "i", "u", "al", "an")]
CODES = ("P\tPPL", "P\tPPL", "P\tPPL", "P\tPPLA3", "H\tSTM", "T\tHLL", "S\tFRM", "L\tLCTY", "A\tADM3", "S\tMSQE")
COUNTRIES = "IQ SY TR IR UA RU CN US IN NG ML FR DE BR MX".split()


def table(rows: int, seed: int = 0) -> Iterator[str]:
    """Lines of an allCountries.txt."""
    dice = random.Random(seed)
    for number in range(1, rows + 1):
        name = _name(dice)
        arabic = ["كركوك"] * (number % 4 == 0)
        others = ",".join([_name(dice) for _ in range(dice.choice((0, 0, 0, 1, 1, 3)))] + arabic)
        at = f"{dice.uniform(-60, 70):.5f}\t{dice.uniform(-180, 180):.5f}"
        units = f"{dice.randrange(1, 30):02}\t{dice.randrange(1, 900)}"
        country = COUNTRIES[number * len(COUNTRIES) // (rows + 1)]
        yield (
            f"{20_000_000 + number}\t{name}\t{name}\t{others}\t{at}\t{dice.choice(CODES)}\t{country}\t\t{units}\t\t\t"
            f"{dice.choice((0, 0, 0, 512, 12000))}\t\t{dice.randrange(3000)}\tAsia/Baghdad\t2024-05-01\n"
        )


def name_list(rows: int, seed: int = 0) -> Iterator[str]:
    """Lines of an alternateNamesV2.txt for the places of `table`, three to a place."""
    dice = random.Random(seed + 1)
    for number in range(1, rows + 1):
        language = dice.choice(("ar", "en", "ku", "link", "ru", "", "post", "wkdt"))
        yield f"{number}\t{20_000_001 + number // 3}\t{language}\t{_name(dice)}\t\t\t\t\t\t\n"


def _name(dice: random.Random) -> str:
    made = "".join(dice.choices(SYLLABLES, k=dice.randrange(2, 5))).capitalize()
    return f"{dice.choice(('Al ', 'Tall ', 'Kafr ', 'Khirbat '))}{made}" if dice.random() < 0.4 else made


def main(rows: int) -> None:
    """Prints one line for each file: rows, seconds, rows a second of wall time and of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        additions = Additions(Path(folder) / "places.sqlite")
        for name, lines in (("allCountries.txt", table(rows)), ("alternateNamesV2.txt", name_list(rows))):
            path = Path(folder) / name
            with path.open("w", encoding="utf-8") as out:
                out.writelines(lines)
            wall, cpu = time.perf_counter(), time.process_time()
            got = import_file(path, additions, country_of=lambda _: None)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            size = path.stat().st_size / rows
            print(f"{name}: {got.task.lines:,} rows, {size:.0f} bytes each, {wall:.1f} s, {rows / wall:,.0f} rows/s "
                  f"(of processor time {rows / cpu:,.0f}), peak {peak:.0f} MB", flush=True)  # fmt: skip
        print(f"{additions.path.name}: {additions.path.stat().st_size / 2**20:,.0f} MB")
        additions.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
