"""A snapshot on disk: building that of a million events takes many seconds, reading it back about one.

The file is a cache and nothing else: named by what it was made from, written whole or not at all, and made anew when
it cannot be read. Only arrays of numbers and JSON are in it, so that nothing in it can run.
"""

import hashlib
import os
import zipfile
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from geo.keep.codes import Codes, fixed, objects
from geo.keep.columns import Snapshot
from geo.keep.snapshots import CODED

FORMAT = 2
"""Raised with every change of Snapshot or of how it is made; older files are then not read."""
WORTH_KEEPING = 20_000
"""Smaller ones are built as quickly as they are read."""
KEPT_MOST = 4
"""Snapshots in the folder; the newest stay."""
_TEXTS = ("ids", "titles")


def cache_file(mark: str) -> Path:
    """Where the snapshot of what `mark` tells is kept: the state of a store, and the words it was made with."""
    name = hashlib.sha256(f"{FORMAT} {mark}".encode()).hexdigest()[:32]
    return user_cache_path("dateline") / "snapshots" / f"{name}.npz"


def keep(snapshot: Snapshot, path: Path) -> bool:
    """Writes it, and takes older ones away. False when that cannot be done: then it is built anew next time."""
    arrays: dict[str, Any] = {name: _text(list(getattr(snapshot, name))) for name in _TEXTS}
    for name in CODED:
        codes: Codes = getattr(snapshot, name)
        arrays[name] = codes.of_row
        arrays[f"{name} values"] = _bytes(msgspec.json.encode(codes.values))
    for field in fields(Snapshot):
        value = getattr(snapshot, field.name)
        if isinstance(value, np.ndarray) and field.name not in _TEXTS:
            arrays[field.name] = value
    arrays["version"] = np.array(snapshot.version)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as out:
            np.savez(out, **arrays)
        temporary.replace(path)
        for old in sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime)[:-KEPT_MOST]:
            old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        return False
    return True


def load(path: Path) -> Snapshot | None:
    """The snapshot in the file; None when there is none, or none that can be read."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            given: dict[str, Any] = {"version": int(arrays["version"])}
            for field in fields(Snapshot):
                name = field.name
                if name in _TEXTS:
                    given[name] = objects(_texts(arrays[name]))
                elif name in CODED:
                    given[name] = Codes(_values(name, arrays[f"{name} values"]), fixed(arrays[name]))
                elif name != "version":
                    given[name] = fixed(arrays[name])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, msgspec.MsgspecError):
        return None
    return Snapshot(**given)


def _text(values: list[str]) -> NDArray[np.uint8]:
    """NUL stands between the texts: no stored text holds one."""
    return _bytes("\0".join(values).encode("utf-8", "surrogatepass"))


def _texts(array: NDArray[np.uint8]) -> list[str]:
    text = array.tobytes().decode("utf-8", "surrogatepass")
    return text.split("\0") if text else []


def _bytes(raw: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(raw, np.uint8)


def _values(name: str, array: NDArray[np.uint8]) -> tuple[Any, ...]:
    kinds: dict[str, Any] = {"points": tuple[tuple[float, float], ...]}
    kinds |= dict.fromkeys(("source_sets", "place_sets"), tuple[tuple[str, ...], ...])
    values: tuple[Any, ...] = msgspec.json.decode(array.tobytes(), type=kinds.get(name, tuple[str, ...]))
    return values
