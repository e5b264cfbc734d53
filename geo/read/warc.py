"""A web archive (WARC, gzipped or not) -> one Article for each page that was saved in it."""

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from typing import Any

from geo.read.identity import checked
from geo.read.markup import decoded
from geo.read.page import read_page
from geo.read.plain import at_address, publisher_of, read_plain
from geo.records import Article, BadInput

RECORD_LIMIT = 10_000_000
"""Bytes of one page, inflated."""
HEAD_LIMIT = 1_000_000
"""Bytes of the headers of one record."""
INFLATED_LIMIT = 5_000_000_000
"""Bytes of all records of one archive, inflated."""
_PAGES = ("text/html", "application/xhtml+xml")


def read_warc(data: bytes) -> Iterator[tuple[str, Article | BadInput]]:
    """(address of the page, article or what is wrong with it); pictures, scripts, redirects and repeats are passed
    over. BadInput for what is no WARC file, and at its end for one that is cut off."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    records = ArchiveIterator(io.BytesIO(data), check_digests=False)
    heads = _Heads(records.reader.readline)
    records.reader.readline = heads.readline
    logging.getLogger("warcio").setLevel(logging.CRITICAL)
    total = found = 0
    try:
        while True:
            # What the library finds odd it writes to the terminal, with the archive's own words in it.
            with redirect_stderr(io.StringIO()):
                record = next(records, None)
                if record is None:
                    break
                heads.left = HEAD_LIMIT
                found += 1
                kind = _kind(record)
                body = _body(record.content_stream()) if kind else b""
                total += len(body) if kind else _skipped(record, INFLATED_LIMIT - total)
                cut_off = _missing(record)
            if kind:
                address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
                yield address[:200] or str(found), _article(body, address, kind)
            if total > INFLATED_LIMIT:
                raise BadInput(f"The archive inflates to more than {INFLATED_LIMIT // 10**9} GB; split it.")
            if cut_off:
                raise BadInput(f"The archive is cut off in its record {found:,}; what stands before it was read.")
    except ArchiveLoadFailed as error:
        raise BadInput(f"It is no whole WARC file ({str(error)[:150]}).") from None
    if not found:
        raise BadInput("It is no WARC file: there is no record in it.")


class _Heads:
    """The lines of a record's headers within bounds: the library takes any length and any number of them."""

    def __init__(self, readline: Callable[[int], bytes]) -> None:
        self._readline = readline
        self.left = HEAD_LIMIT
        """Bytes that the headers of the present record may still have."""

    def readline(self, length: int | None = None) -> bytes:
        line = self._readline(self.left if length is None else min(length, self.left))
        self.left -= len(line)
        if self.left <= 0:
            raise BadInput(f"The headers of a record have more than {HEAD_LIMIT // 1000:,} kB, as only a bomb has.")
        return line


def _kind(record: Any) -> str:
    """The media type of a record with a page or a text in it, "" for all others."""
    if record.rec_type == "response" and record.http_headers:
        if (record.http_headers.get_statuscode() or "") != "200":
            return ""
        stated = record.http_headers.get_header("Content-Type") or ""
        return stated if stated.partition(";")[0].strip().lower() in _PAGES else ""
    stated = record.rec_headers.get_header("Content-Type") or ""
    wanted = (*_PAGES, "text/plain") if record.rec_type in ("resource", "conversion") else ()
    return stated if stated.partition(";")[0].strip().lower() in wanted else ""


def _article(body: bytes, address: str, kind: str) -> Article | BadInput:
    _, _, rest = kind.lower().partition("charset=")
    charset = rest.strip("\"' ;")[:40]
    try:
        if len(body) > RECORD_LIMIT:
            raise BadInput(f"The page has more than {RECORD_LIMIT // 1_000_000} MB.")
        if not body.strip():
            raise BadInput("The page is empty.")
        if kind.lower().startswith("text/plain"):
            return at_address(read_plain(checked(decoded(body, charset).replace("\0", "")), address), address)
        return read_page(body, address if publisher_of(address) else "", charset)
    except BadInput as error:
        return error


def _body(stream: Any) -> bytes:
    """All of it, or one byte more than allowed: the library's streams give less than asked for when they like."""
    body = bytearray()
    while len(body) <= RECORD_LIMIT and (block := stream.read(1 << 16)):
        body += block
    return bytes(body[: RECORD_LIMIT + 1])


def _skipped(record: Any, most: int) -> int:
    """Bytes read past, a block at a time."""
    size = 0
    while size <= most and (block := record.raw_stream.read(1 << 16)):
        size += len(block)
    return size


def _missing(record: Any) -> bool:
    """Whether the file ended before the record did: the library says nothing of that."""
    while record.raw_stream.read(1 << 16):
        pass
    return int(getattr(record.raw_stream, "limit", 0)) > 0
