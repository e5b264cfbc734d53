"""The bytes of a file -> Articles. What cannot be read is named with its reason, and the rest goes on."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from geo.read.identity import checked
from geo.read.plain import read_plain
from geo.read.rows import read_csv, read_jsonl
from geo.records import Article, BadInput


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that could not be read."""

    origin: str
    """The file, with ":line" where only a part of it is meant."""
    reason: str
    sha256: str
    """Of the file's bytes; "" when they could not be read."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one file held."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The files below some paths, and the paths that lead to none."""

    files: tuple[Path, ...]
    rejected: tuple[Rejected, ...]


def find_files(paths: Iterable[Path]) -> Found:
    """Files as given, and all files below folders, sorted; hidden ones and links to folders are passed over."""
    files: list[Path] = []
    rejected: list[Rejected] = []

    def unreadable(error: OSError) -> None:
        rejected.append(Rejected(str(error.filename), f"The folder cannot be read: {error.strerror}.", ""))

    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path, onerror=unreadable):
                folders[:] = sorted(f for f in folders if not f.startswith("."))
                files += [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
        elif path.exists():
            files.append(path)
        else:
            rejected.append(Rejected(str(path), "There is no such file or folder.", ""))
    return Found(tuple(dict.fromkeys(files)), tuple(rejected))


def read_bytes(data: bytes, name: str) -> Batch:
    """The articles of a file called `name`, whose ending says what it is. Never raises for what it holds."""
    digest = hashlib.sha256(data).hexdigest()
    articles: list[Article] = []
    rejected: list[Rejected] = []
    try:
        for line, outcome in _outcomes(data, name):
            if isinstance(outcome, BadInput):
                rejected.append(Rejected(f"{name}:{line}", str(outcome), digest))
            else:
                articles.append(outcome)
    except BadInput as error:
        rejected.append(Rejected(name, str(error), digest))
    return Batch(tuple(articles), tuple(rejected))


def _outcomes(data: bytes, name: str) -> Iterator[tuple[int, Article | BadInput]]:
    """(line, article or what is wrong with it)."""
    ending = PurePath(name).suffix.lower()
    if ending not in READERS:
        raise BadInput(f"Files ending in {ending or 'nothing'!r} are not read; {', '.join(sorted(READERS))} are.")
    if not data.strip():
        raise BadInput("The file is empty.")
    yield from READERS[ending](data, name)


def _text(data: bytes, name: str) -> Iterator[tuple[int, Article | BadInput]]:
    yield 1, read_plain(checked(_decoded(data)), name)


def _csv(data: bytes, name: str) -> Iterator[tuple[int, Article | BadInput]]:
    yield from read_csv(_decoded(data))


def _jsonl(data: bytes, name: str) -> Iterator[tuple[int, Article | BadInput]]:
    yield from read_jsonl(data)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"The file is not UTF-8 (byte {error.start}); save it as UTF-8.") from None


Reader = Callable[[bytes, str], Iterator[tuple[int, Article | BadInput]]]
READERS: dict[str, Reader] = {".csv": _csv, ".jsonl": _jsonl, ".txt": _text}
