"""What the tables of all corpora share: reading lines, drawing a sample by seed, laying figures out in columns."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from geo.records import BadInput

T = TypeVar("T")
SEED = 4
Judged = tuple[float, bool]
"""An event's confidence, and whether the gold agrees with the event."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is printed, and our own figures by name, for a gate."""

    words: str
    figures: Mapping[str, float]
    judged: tuple[Judged, ...] = ()


def kind_of(path: Path) -> str:
    """dates, movements, events or places, by the fields of the first line; BadInput where it is no JSON object."""
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b"")
    if not first:
        raise BadInput(f"There is no document in {path}; give one JSON object a line.")
    try:
        row = msgspec.json.decode(first)
    except msgspec.MsgspecError as error:
        raise BadInput(f"Line 1 of {path} is no JSON object: {error}.") from error
    if not isinstance(row, dict):
        raise BadInput(f"Line 1 of {path} is no JSON object with fields; give one object a line.")
    if "pub_date" in row:
        return "movements" if "routes" in row else "dates"
    return "events" if "strikes" in row or _has_events(row) else "places"


def _has_events(row: dict[str, Any]) -> bool:
    return "events" in row and ("case" in row or any("trigger" in e or "perp" in e for e in row["events"]))


def read_lines(paths: Sequence[Path], kind: type[T], sample: int | None = None) -> list[T]:
    """The documents of all files, or so many drawn from them together by a fixed seed, in their order."""
    rows = [line for path in paths for line in path.read_bytes().splitlines() if line.strip()]
    if sample is not None and sample < len(rows):
        rows = [rows[i] for i in sorted(random.Random(SEED).sample(range(len(rows)), sample))]
    try:
        return [msgspec.json.decode(row, type=kind, strict=False) for row in rows]
    except msgspec.MsgspecError as error:
        names = ", ".join(path.name for path in paths)
        raise BadInput(f"{names}: a line is no document of this kind: {error}.") from error


def day(written: str | None) -> date | None:
    """The ISO day a field starts with, or None."""
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None


def lay_out(head: str, systems: Mapping[str, Mapping[str, float]]) -> str:
    """A line for each system under the names of the figures."""
    keys = list(next(iter(systems.values())))
    lines = [head, " " * 12 + "".join(f"   {key}" for key in keys)]
    for name, figures in systems.items():
        lines.append(f"{name:12}" + "".join(f"{figures[key]:>{len(key) + 3}.3f}" for key in keys))
    return "\n".join(lines)


def share(part: float, whole: float) -> float:
    """0..1; 0 where there is nothing to share."""
    return part / whole if whole else 0.0


def f1(right: int, said: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision, recall = share(right, said), share(right, gold)
    return precision, recall, share(2 * precision * recall, precision + recall)
