"""python -m tests.gate CORPORA: scores on annotated corpora, held to floors that only go up.

floors.json pins each corpus by its sha256 and the least exact-span F1 and accuracy@161 km (end to end) we
accept. Lowering a floor is a commit of its own, with its reason. The hard cases of our own
(tests/cases/hard_places.toml) have a floor for the share that is right; they are always there. Where the folder of
corpora is missing, they and the seeds' gold (tests/test_seeds.py) are all there is to hold to, and this says so.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from geo import evaluate_events
from geo.evaluate import table
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from tests import hard_places

FLOORS = Path(__file__).with_name("floors.json")


def main(folder: Path) -> int:
    """0 when every corpus is there, is the pinned one, and reaches its floors."""
    floors = json.loads(FLOORS.read_text("utf-8"))
    tools = Tools(Gazetteer.open(), Tagger.open())
    failed = _hard(tools, floors.pop(hard_places.FILE.name)["share"])
    if not folder.is_dir():
        print(f"There is no folder {folder} with annotated corpora; beside the hard cases only the seeds' gold in "
              "the tests is held to.")  # fmt: skip
        return 1 if failed else 0
    for name, floor in sorted(floors.items()):
        corpus = folder / name
        if not corpus.is_file():
            print(f"{name}: not in {folder}, so not measured")
            continue
        if hashlib.sha256(corpus.read_bytes()).hexdigest() != floor["sha256"]:
            print(f"{name}: not the corpus the floors were set on (its sha256 differs)")
            failed += 1
            continue
        if "figures" in floor:
            failed += _events(corpus, tools, floor)
            continue
        words, mine = table(corpus, tools)
        print(words)
        if "note" in floor:
            print(f"  note: {floor['note']}")
        for figure, value in (("f1", mine.f1(mine.exact)[2]), ("acc161", mine.near_all())):
            verdict = "holds" if value >= floor[figure] else "FAILS"
            failed += value < floor[figure]
            print(f"  floor {figure} {floor[figure]:.3f} {verdict} ({value:.3f})")
        print()
    return 1 if failed else 0


def _events(corpus: Path, tools: Tools, floor: dict[str, Any]) -> int:
    """Prints the table of an event corpus, of so many documents drawn by seed; how many figures miss their bound.

    Bounds are floors, but for what is counted per document or line (false events), where less is better.
    """
    words, mine = evaluate_events.table(corpus, tools, limit=floor["sample"])
    print(words)
    failed = 0
    for figure, bound in floor["figures"].items():
        holds = mine[figure] <= bound if " per " in figure else mine[figure] >= bound
        failed += not holds
        print(f"  bound {figure} {bound:.3f} {'holds' if holds else 'FAILS'} ({mine[figure]:.3f})")
    print()
    return failed


def _hard(tools: Tools, floor: float) -> int:
    """Prints the share of the hard cases that is right; 1 when it is below the floor."""
    right, asked = hard_places.share(tools.tagger, tools.gazetteer)
    verdict = "holds" if right / asked >= floor else "FAILS"
    print(f"{hard_places.FILE.name}: {right} of {asked} right")
    print(f"  floor share {floor:.3f} {verdict} ({right / asked:.3f})\n")
    return int(right / asked < floor)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "corpora")))
