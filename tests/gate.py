"""python -m tests.gate CORPORA [NAME…]: scores on annotated corpora, held to floors that only go up.

floors.json pins each corpus by its sha256 and the least that is accepted of each figure; where less is better
("per", "false"), the most. Lowering a floor is a commit of its own, with its reason. The hard cases of our own
(tests/cases/hard_places.toml) and the seeds are always there; where the folder of corpora is missing, they are all
there is to hold to, and this says so. With names only these tables are run.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from geo.evaluate import confidence, dates, events, movements, places
from geo.evaluate.corpus import Judged, Table
from geo.locate import Gazetteer, Tagger
from geo.pipeline import Tools
from tests import hard_places, seeds_score

FLOORS = Path(__file__).with_name("floors.json")
Floor = dict[str, Any]
KINDS: Mapping[str, Callable[..., Table]] = {
    "events": events.table, "dates": dates.table, "movements": movements.table,
}
CONFIDENCE = "confidence"


def main(folder: Path, names: Sequence[str] = ()) -> int:
    """0 when every table that is asked for has its pinned corpora and reaches its floors."""
    floors = {n: f for n, f in json.loads(FLOORS.read_text("utf-8")).items() if not names or n in names}
    for name in set(names) - floors.keys():
        print(f"There is no table {name!r}; see {FLOORS.name}.")
        return 2
    tools = Tools(Gazetteer.open(places=hard_places.NOBODYS), Tagger.open())
    own: dict[str, Callable[[Tools], Table]] = {hard_places.FILE.name: _hard, "seeds": seeds_score.table}
    failed = sum(_held(own[n](tools), floors[n]["figures"]) for n in own if n in floors)
    if not folder.is_dir():
        print(f"There is no folder {folder} with annotated corpora; only the hard cases and the seeds are held to.")
        return 1 if failed else 0
    judged: dict[str, tuple[Judged, ...]] = {}
    for name, floor in floors.items():
        if name in own or name == CONFIDENCE:
            continue
        table = _measured(name, floor, folder, tools)
        failed += 1 if table is None else _held(table, floor["figures"])
        if table is not None and table.judged:
            judged[name] = table.judged
    if judged:
        asked = floors.get(CONFIDENCE, {"figures": {}})["figures"] if not names else {}
        failed += _held(confidence.table(judged), asked)
    return 1 if failed else 0


def _measured(name: str, floor: Floor, folder: Path, tools: Tools) -> Table | None:
    """The table of one row of floors.json; None, and the reason printed, where a corpus is not the pinned one."""
    corpora = []
    for file, digest in floor["corpora"].items():
        found = next((p for p in (folder / file, folder.parent / "events" / file) if p.is_file()), None)
        if found is None:
            print(f"{name}: {file} is neither in {folder} nor in its neighbour, so this table is not measured\n")
            return None
        if hashlib.sha256(found.read_bytes()).hexdigest() != digest:
            print(f"{name}: {file} is not the corpus the floors were set on (its sha256 differs)\n")
            return None
        corpora.append(found)
    if floor["table"] == "places":
        words, mine = places.table(corpora[0], tools)
        table = Table(words, {"f1": mine.f1(mine.exact)[2], "acc161": mine.near_all()})
    else:
        table = KINDS[floor["table"]](corpora, tools, limit=floor.get("sample"))
    return Table(f"{table.words}\n  note: {floor['note']}", table.figures, table.judged) if "note" in floor else table


def _held(table: Table, bounds: Mapping[str, float]) -> int:
    """Prints a table and how its figures stand to their bounds; how many miss them.

    Bounds are floors, but for false events and what is counted per document or line, where less is better.
    """
    print(table.words)
    failed = 0
    for figure, bound in bounds.items():
        value = table.figures[figure]
        holds = value <= bound if " per " in figure or "false" in figure else value >= bound
        failed += not holds
        print(f"  bound {figure} {bound:.3f} {'holds' if holds else 'FAILS'} ({value:.3f})")
    print(flush=True)
    return failed


def _hard(tools: Tools) -> Table:
    right, asked = hard_places.share(tools.tagger, tools.gazetteer)
    return Table(f"{hard_places.FILE.name}: {right} of {asked} right", {"share": right / asked})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "corpora"), sys.argv[2:]))
