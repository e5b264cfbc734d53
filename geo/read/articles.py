"""The bytes of a file -> Articles. What cannot be read is named with its reason, and the rest goes on."""

import codecs
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from geo.read.columns import GUESSED, Told
from geo.read.feed import read_feed
from geo.read.identity import checked
from geo.read.letters import text_of
from geo.read.mail import read_mail
from geo.read.markdown import read_markdown
from geo.read.packed import inflated, members
from geo.read.page import read_page
from geo.read.parquet import read_parquet
from geo.read.pdf import read_pdf
from geo.read.plain import at_address, publisher_of, read_plain
from geo.read.rows import Read, read_csv, read_json, read_jsonl, read_tsv
from geo.read.sheet import read_xlsx
from geo.read.warc import read_warc
from geo.records import Article, BadInput, Findings, How


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
    coded: tuple[Findings, ...] = ()
    """Of event tables: articles whose events others have decided."""


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


def read_bytes(data: bytes, name: str, media_type: str = "", told: Told = GUESSED) -> Batch:
    """All that `read_each` gives, kind by kind."""
    found = tuple(read_each(data, name, media_type, told))
    return Batch(
        tuple(f for f in found if isinstance(f, Article)), tuple(f for f in found if isinstance(f, Rejected)),
        tuple(f for f in found if isinstance(f, Findings)),
    )


def read_each(
    data: bytes, name: str, media_type: str = "", told: Told = GUESSED
) -> Iterator[Article | Findings | Rejected]:
    """The articles of a file called `name`, one by one and in its order. Never raises for what it holds.

    `name` is a path or the address the bytes were fetched from; its ending says what they are unless
    `media_type`, as a server states it, does; where neither is known, their first bytes do. `told` are the columns
    of tables that the user named.
    """
    digest = hashlib.sha256(data).hexdigest()
    kind, charset = _stated(media_type)
    ending = MEDIA_TYPES.get(kind) or _ending(name)
    if (ending not in READERS and ending not in PACKED) or (ending in LETTERED and sniffed(data) in BINARY):
        ending = sniffed(data) or ending
    anything = False
    try:
        for part, outcome in _outcomes(data, ending, Hints(name, charset, told)):
            anything = True
            yield Rejected(f"{name}:{part}", str(outcome), digest) if isinstance(outcome, BadInput) else outcome
    except BadInput as error:
        anything = True
        yield Rejected(name, str(error), digest)
    if not anything:
        yield Rejected(name, "There is nothing to read in it: no row, no entry, no page.", digest)


Outcomes = Iterator[tuple[int | str, Read]]
"""(line, or what else names the part of the file; what it holds, or what is wrong with it)."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of some bytes beside themselves."""

    name: str
    """A path, or the address they were fetched from."""
    charset: str = ""
    told: Told = field(default_factory=dict)


def _outcomes(data: bytes, ending: str, hints: Hints) -> Outcomes:
    if ending not in READERS and ending not in PACKED:
        known = ", ".join(sorted((*READERS, *PACKED)))
        raise BadInput(f"Files ending in {ending or 'nothing'!r} are not read; {known} are.")
    if not data.strip():
        raise BadInput("The file is empty.")
    if ending in PACKED:
        yield from PACKED[ending](data, hints)
        return
    reader, limit = READERS[ending]
    if len(data) > limit:
        raise BadInput(f"The file has {len(data):,} bytes; a {ending} file may have {limit:,}. Split it.")
    try:
        yield from reader(data, hints)
    except BadInput:
        raise
    except Exception as error:  # one poison document must not end the batch, and the parsers are not ours
        raise BadInput(f"The reader of {ending} files failed on it ({error!r:.200}).") from None


def _gzip(data: bytes, hints: Hints) -> Outcomes:
    inner = hints.name[: -len(".gz")] if hints.name.lower().endswith(".gz") else hints.name
    if _ending(inner) in PACKED:
        raise BadInput("An archive inside an archive is not read; unpack it first.")
    content = inflated(data)
    ending = _ending(inner) if _ending(inner) in READERS else sniffed(content) or _ending(inner)
    if ending in PACKED:
        raise BadInput("An archive inside an archive is not read; unpack it first.")
    yield from _outcomes(content, ending, replace(hints, name=inner))


def _zip(data: bytes, hints: Hints) -> Outcomes:
    for member, content in members(data):
        try:
            if isinstance(content, BadInput):
                raise content
            if _ending(member) in PACKED:
                raise BadInput("An archive inside an archive is not read; unpack it first.")
            for part, outcome in _outcomes(content, _ending(member), replace(hints, name=member)):
                yield f"{member}:{part}", outcome
        except BadInput as error:
            yield member, error


def _lettered(read: Callable[[str, Hints], Outcomes]) -> "Reader":
    """The reader of bytes that are characters in some encoding; one that was guessed is named with each article."""

    def outcomes(data: bytes, hints: Hints) -> Outcomes:
        text, guessed = text_of(data)
        how = (How("text", f"letters guessed to be {guessed}", 0.7),) if guessed else ()
        for part, found in read(text, hints):
            if isinstance(found, Article):
                found = replace(found, how=(*found.how, *how))
            elif isinstance(found, Findings):
                found = replace(found, article=replace(found.article, how=(*found.article.how, *how)))
            yield part, found

    return outcomes


def _text(text: str, hints: Hints) -> Outcomes:
    yield 1, at_address(read_plain(checked(text), hints.name), hints.name)


def _markdown(text: str, hints: Hints) -> Outcomes:
    yield 1, at_address(read_markdown(checked(text), hints.name), hints.name)


def _pdf(data: bytes, hints: Hints) -> Outcomes:
    yield 1, at_address(read_pdf(data, hints.name), hints.name)


def _page(data: bytes, hints: Hints) -> Outcomes:
    yield 1, read_page(data, hints.name if publisher_of(hints.name) else "", hints.charset)


def _feed(data: bytes, hints: Hints) -> Outcomes:
    return read_feed(data, hints.charset)


def _ending(name: str) -> str:
    path = PurePath(urlsplit(name).path if publisher_of(name) else name)
    ends = [suffix.lower() for suffix in path.suffixes[-2:]]
    return ".warc" if ends == [".warc", ".gz"] else path.suffix.lower()


def sniffed(data: bytes) -> str:
    """The ending that the first bytes stand for, "" where they say nothing sure."""
    for start, ending in ((b"%PDF-", ".pdf"), (b"PAR1", ".parquet"), (b"WARC/", ".warc"), (b"\x1f\x8b", ".gz")):
        if data.startswith(start):
            return ending
    if data.startswith(b"PK\x03\x04"):
        return next((e for part, e in OFFICE.items() if part in data[-100_000:]), ".zip")
    head = data[:1000].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if re.match(rb"(<!--.{0,500}?-->\s*)?(<!doctype html|<html\b)", head, re.S):
        return ".html"
    if re.match(rb"(<\?xml[^>]*>\s*)?(<!--.{0,500}?-->\s*)?<(rss|feed|rdf:rdf)\b", head, re.S):
        return ".xml"
    if re.match(rb'\{\s*"', head):
        return ".jsonl" if re.search(rb"\}\s*\n\s*\{", data[:1_000_000]) else ".json"
    return ".json" if re.match(rb"\[\s*\{", head) else ""


def _stated(media_type: str) -> tuple[str, str]:
    """("text/html", "utf-8") of `text/html; charset=utf-8`; "" for what is not there."""
    kind, _, rest = media_type.partition(";")
    charset = re.search(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", rest, re.I)
    return kind.strip().lower(), charset[1] if charset else ""


Reader = Callable[[bytes, Hints], Outcomes]
_PAGE, _FEED, _MAIL, _TABLE = 10_000_000, 5_000_000, 40_000_000, 500_000_000
"""Bytes a file of this kind may have: what takes longest to read has the lowest bound."""
READERS: dict[str, tuple[Reader, int]] = {
    ".atom": (_feed, _FEED),
    ".csv": (_lettered(lambda text, hints: read_csv(text, hints.told)), _TABLE),
    ".eml": (lambda data, hints: iter(((1, read_mail(data)),)), _MAIL),
    ".htm": (_page, _PAGE),
    ".html": (_page, _PAGE),
    ".json": (lambda data, hints: read_json(data, hints.told), _TABLE),
    ".jsonl": (lambda data, hints: read_jsonl(data, hints.told), _TABLE),
    ".md": (_lettered(_markdown), _MAIL),
    ".parquet": (lambda data, hints: read_parquet(data, hints.told), _TABLE),
    ".pdf": (_pdf, _MAIL),
    ".rss": (_feed, _FEED),
    ".tsv": (_lettered(lambda text, hints: read_tsv(text, hints.told)), _TABLE),
    ".txt": (_lettered(_text), _MAIL),
    ".warc": (lambda data, hints: read_warc(data), _TABLE),
    ".xhtml": (_page, _PAGE),
    ".xlsx": (lambda data, hints: read_xlsx(data, hints.told), _MAIL),
    ".xml": (_feed, _FEED),
}
LETTERED = frozenset((".csv", ".htm", ".html", ".json", ".jsonl", ".md", ".tsv", ".txt", ".xhtml"))
BINARY = frozenset((".docx", ".gz", ".odt", ".parquet", ".pdf", ".xlsx", ".zip"))
"""What their first bytes say for sure, whatever they are called."""
OFFICE = {b"xl/workbook.xml": ".xlsx", b"word/document.xml": ".docx", b"META-INF/manifest.xml": ".odt"}
"""A member that a ZIP archive of this kind lists at its end."""
PACKED: dict[str, Reader] = {".gz": _gzip, ".zip": _zip}
MEDIA_TYPES = {
    "text/html": ".html", "application/xhtml+xml": ".xhtml", "application/rss+xml": ".rss",
    "application/atom+xml": ".atom", "application/xml": ".xml", "text/xml": ".xml", "application/json": ".json",
    "application/feed+json": ".json", "application/x-ndjson": ".jsonl", "text/csv": ".csv",
    "text/tab-separated-values": ".tsv", "text/markdown": ".md", "message/rfc822": ".eml", "application/zip": ".zip",
    "application/gzip": ".gz", "application/x-gzip": ".gz", "application/pdf": ".pdf", "application/warc": ".warc",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
"""What a server may say, and the ending it stands for; text/plain is not here, as many servers say it of any file."""
