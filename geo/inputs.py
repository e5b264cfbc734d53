"""What is to be read, whatever it comes from: files, folders, addresses, sitemaps, standard input."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from geo.read import Rejected, find_files
from geo.read.plain import publisher_of
from geo.read.polite import Visitor
from geo.read.sitemap import pages_of
from geo.records import BadInput

STDIN_LIMIT = 500_000_000
LIST_LIMIT = 100_000
"""Addresses in one list."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of one input, and what is known of them."""

    data: bytes
    name: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One file, page or stream. `load` gets its bytes when its turn comes; it may raise OSError and BadInput."""

    origin: str
    """What it is called in messages and in the quarantine, and what it is found again by."""
    load: Callable[[], Piece]


def is_address(words: str) -> bool:
    """Whether it is meant as an http(s) address, and not as the path of a file."""
    return bool(publisher_of(words))


def of_file(path: Path) -> Input:
    """A file, read when its turn comes."""
    return Input(str(path), lambda: Piece(path.read_bytes(), str(path)))


def of_address(url: str, visitor: Visitor) -> Input:
    """A page, feed or file on the web, fetched when its turn comes."""

    def load() -> Piece:
        answer = visitor.page(url)
        return Piece(answer.data, answer.url, answer.media_type)

    return Input(url, load)


def of_stream(stream: BinaryIO, kind: str = "") -> Input:
    """Standard input; `kind` is an ending such as "jsonl", "" lets the first bytes decide."""

    def load() -> Piece:
        data = stream.read(STDIN_LIMIT + 1)
        if len(data) > STDIN_LIMIT:
            raise BadInput(f"Standard input has more than {STDIN_LIMIT // 1_000_000} MB; save it to files.")
        name = f"stdin.{kind.removeprefix('.')}" if kind else "stdin"
        return Piece(data, name)

    return Input("-", load)


def gathered(
    words: Sequence[str], visitor: Visitor, stdin: BinaryIO, kind: str = ""
) -> tuple[tuple[Input, ...], tuple[Rejected, ...]]:
    """The inputs that paths, addresses and `-` name, in order; and the paths that lead to nothing."""
    inputs: list[Input] = []
    rejected: list[Rejected] = []
    for word in words:
        if word == "-":
            inputs.append(of_stream(stdin, kind))
        elif is_address(word):
            inputs.append(of_address(word, visitor))
        else:
            found = find_files([Path(word)])
            inputs += map(of_file, found.files)
            rejected += found.rejected
    return tuple({one.origin: one for one in inputs}.values()), tuple(rejected)


def listed(lines: Iterable[str]) -> Iterator[str]:
    """The addresses of a list: one a line, blank lines and lines that begin with # left out.

    BadInput names the first line that is no address.
    """
    count = 0
    for number, line in enumerate(lines, 1):
        url = line.strip()
        if not url or url.startswith("#"):
            continue
        if not is_address(url):
            raise BadInput(f"Line {number} of the list, {url[:80]!r}, is no http or https address.")
        count += 1
        if count > LIST_LIMIT:
            raise BadInput(f"The list has more than {LIST_LIMIT:,} addresses; split it.")
        yield url


def of_sitemap(url: str, visitor: Visitor, *, since: date | None, limit: int) -> tuple[Input, ...]:
    """The pages of a sitemap, the last changed first. BadInput when there is none at this address."""
    pages = pages_of(url, lambda address: visitor.page(address).data, since=since, limit=limit)
    return tuple(of_address(page, visitor) for page in pages)
