"""The bytes of a file -> Articles. What cannot be read is named with its reason, and the rest goes on."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from geo.read.feed import read_feed
from geo.read.identity import article_id, checked
from geo.read.mail import read_mail
from geo.read.markdown import read_markdown
from geo.read.packed import inflated, members
from geo.read.page import read_page
from geo.read.plain import publisher_of, read_plain
from geo.read.rows import read_csv, read_json, read_jsonl, read_tsv
from geo.records import Article, BadInput, How


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


def read_bytes(data: bytes, name: str, media_type: str = "") -> Batch:
    """The articles of a file called `name`. Never raises for what it holds.

    `name` is a path or the address the bytes were fetched from; its ending says what they are unless
    `media_type`, as a server states it, does.
    """
    digest = hashlib.sha256(data).hexdigest()
    articles: list[Article] = []
    rejected: list[Rejected] = []
    kind, charset = _stated(media_type)
    try:
        for part, outcome in _outcomes(data, name, MEDIA_TYPES.get(kind) or _ending(name), charset):
            if isinstance(outcome, BadInput):
                rejected.append(Rejected(f"{name}:{part}", str(outcome), digest))
            else:
                articles.append(outcome)
    except BadInput as error:
        rejected.append(Rejected(name, str(error), digest))
    return Batch(tuple(articles), tuple(rejected))


Outcomes = Iterator[tuple[int | str, Article | BadInput]]
"""(line, or what else names the part of the file; the article, or what is wrong with it)."""


def _outcomes(data: bytes, name: str, ending: str, charset: str = "") -> Outcomes:
    if ending not in READERS and ending not in PACKED:
        known = ", ".join(sorted((*READERS, *PACKED)))
        raise BadInput(f"Files ending in {ending or 'nothing'!r} are not read; {known} are.")
    if not data.strip():
        raise BadInput("The file is empty.")
    if ending in PACKED:
        yield from PACKED[ending](data, name)
        return
    reader, limit = READERS[ending]
    if len(data) > limit:
        raise BadInput(f"The file has {len(data):,} bytes; a {ending} file may have {limit:,}. Split it.")
    try:
        yield from reader(data, name, charset)
    except BadInput:
        raise
    except Exception as error:  # one poison document must not end the batch, and the parsers are not ours
        raise BadInput(f"The reader of {ending} files failed on it ({error!r:.200}).") from None


def _gzip(data: bytes, name: str) -> Outcomes:
    inner = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    if _ending(inner) in PACKED:
        raise BadInput("An archive inside an archive is not read; unpack it first.")
    yield from _outcomes(inflated(data), inner, _ending(inner))


def _zip(data: bytes, name: str) -> Outcomes:
    for member, content in members(data):
        try:
            if isinstance(content, BadInput):
                raise content
            if _ending(member) in PACKED:
                raise BadInput("An archive inside an archive is not read; unpack it first.")
            for part, outcome in _outcomes(content, member, _ending(member)):
                yield f"{member}:{part}", outcome
        except BadInput as error:
            yield member, error


def _text(data: bytes, name: str, charset: str) -> Outcomes:
    yield 1, _at_address(read_plain(checked(_decoded(data)), name), name)


def _markdown(data: bytes, name: str, charset: str) -> Outcomes:
    yield 1, _at_address(read_markdown(checked(_decoded(data)), name), name)


def _at_address(article: Article, name: str) -> Article:
    """A text that states no address has the one it was fetched from, if it was."""
    host = publisher_of(name)
    if article.url or not host:
        return article
    how = [*article.how, How("url", "the address it was fetched from", 1.0)]
    how += [] if article.source else [How("source", "from the address", 0.8)]
    identity = article_id(name, article.text)
    return replace(article, id=identity, url=name, source=article.source or host, how=tuple(how))


def _page(data: bytes, name: str, charset: str) -> Outcomes:
    yield 1, read_page(data, name if publisher_of(name) else "", charset)


def _ending(name: str) -> str:
    return PurePath(urlsplit(name).path if publisher_of(name) else name).suffix.lower()


def _stated(media_type: str) -> tuple[str, str]:
    """("text/html", "utf-8") of `text/html; charset=utf-8`; "" for what is not there."""
    kind, _, rest = media_type.partition(";")
    charset = re.search(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", rest, re.I)
    return kind.strip().lower(), charset[1] if charset else ""


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"The file is not UTF-8 (byte {error.start}); save it as UTF-8.") from None


Reader = Callable[[bytes, str, str], Outcomes]
_PAGE, _FEED, _MAIL, _TABLE = 10_000_000, 5_000_000, 40_000_000, 500_000_000
"""Bytes a file of this kind may have: what takes longest to read has the lowest bound."""
READERS: dict[str, tuple[Reader, int]] = {
    ".atom": (lambda data, name, charset: read_feed(data, charset), _FEED),
    ".csv": (lambda data, name, charset: read_csv(_decoded(data)), _TABLE),
    ".eml": (lambda data, name, charset: iter(((1, read_mail(data)),)), _MAIL),
    ".htm": (_page, _PAGE),
    ".html": (_page, _PAGE),
    ".json": (lambda data, name, charset: read_json(data), _TABLE),
    ".jsonl": (lambda data, name, charset: read_jsonl(data), _TABLE),
    ".md": (_markdown, _MAIL),
    ".rss": (lambda data, name, charset: read_feed(data, charset), _FEED),
    ".tsv": (lambda data, name, charset: read_tsv(_decoded(data)), _TABLE),
    ".txt": (_text, _MAIL),
    ".xhtml": (_page, _PAGE),
    ".xml": (lambda data, name, charset: read_feed(data, charset), _FEED),
}
PACKED: dict[str, Callable[[bytes, str], Outcomes]] = {".gz": _gzip, ".zip": _zip}
MEDIA_TYPES = {
    "text/html": ".html", "application/xhtml+xml": ".xhtml", "application/rss+xml": ".rss",
    "application/atom+xml": ".atom", "application/xml": ".xml", "text/xml": ".xml", "application/json": ".json",
    "application/feed+json": ".json", "application/x-ndjson": ".jsonl", "text/csv": ".csv",
    "text/tab-separated-values": ".tsv", "text/markdown": ".md", "message/rfc822": ".eml", "application/zip": ".zip",
}
"""What a server may say, and the ending it stands for; text/plain is not here, as many servers say it of any file."""
