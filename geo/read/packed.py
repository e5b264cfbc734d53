"""Gzip and ZIP, inflated in memory and within bounds: nothing is written to disk, no name in an archive is a path."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from geo.records import BadInput

MEMBER_LIMIT = 20_000_000
"""Bytes of one member once inflated."""
TOTAL_LIMIT = 500_000_000
"""Bytes of all members of one archive once inflated."""
RATIO_LIMIT = 100
"""Inflated to packed; text packs to a third or a tenth."""
RATIO_FROM = 1_000_000
"""Inflated bytes below which the ratio is not asked: a small bomb is none."""
ENTRY_LIMIT = 10_000
STREAM_LIMIT = 100
"""Gzip files joined to one; each costs a copy of the rest."""
_CHUNK = 1 << 16


def inflated(data: bytes) -> bytes:
    """What a gzip file holds, all its members in turn. BadInput for a bomb or a broken file."""
    if len(data) > MEMBER_LIMIT:
        raise BadInput(f"A gzip file may have {MEMBER_LIMIT // 1_000_000} MB; unpack it first.")
    out = bytearray()
    rest = data
    streams = 0
    while rest:
        streams += 1
        if streams > STREAM_LIMIT:
            raise BadInput(f"The gzip file has more than {STREAM_LIMIT} parts; unpack it first.")
        stream = zlib.decompressobj(wbits=31)
        try:
            while rest and not stream.eof:
                out += stream.decompress(rest, _CHUNK)
                rest = stream.unconsumed_tail or stream.unused_data
                _bounded(len(out), len(data))
                if stream.eof:
                    break
        except zlib.error as error:
            raise BadInput(f"It is no whole gzip file ({error}).") from None
        if not stream.eof:
            raise BadInput("The gzip file is cut off.")
    return bytes(out)


def members(data: bytes) -> Iterator[tuple[str, bytes | BadInput]]:
    """(name made harmless, bytes or what is wrong with it), in the archive's order; folders and hidden files are
    passed over. BadInput for what is no ZIP archive or has too many entries."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError) as error:
        # NotImplementedError: what zipfile raises for a version it does not know
        raise BadInput(f"It is no whole ZIP archive ({error}).") from None
    with archive:
        entries = archive.infolist()
        if len(entries) > ENTRY_LIMIT:
            raise BadInput(f"The archive has {len(entries):,} entries; it may have {ENTRY_LIMIT:,}.")
        total = 0
        for entry in entries:
            name = harmless(entry.filename)
            parts = name.split("/")
            if name.endswith("/") or any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts):
                continue
            try:
                content = _member(archive, entry)
                total += len(content)
                _bounded(total, len(data), TOTAL_LIMIT)
            except BadInput as error:
                yield name, error
                if total > TOTAL_LIMIT:
                    return
            else:
                yield name, content


def harmless(name: str) -> str:
    """A member's name as a label: at most 200 printable characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[-200:]


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BadInput("It is a link, and links are not followed.")
    if entry.flag_bits & 1:
        raise BadInput("It is encrypted; unpack it first.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # The other methods cannot be inflated a piece at a time within bounds.
        raise BadInput("It is packed by a method other than deflate; unpack it first.")
    out = bytearray()
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                out += chunk
                _bounded(len(out), entry.compress_size)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise BadInput(f"It is broken ({error}).") from None
    return bytes(out)


def _bounded(size: int, packed: int, limit: int = MEMBER_LIMIT) -> None:
    if size > limit:
        raise BadInput(f"It inflates to more than {limit // 1_000_000} MB; unpack it first.")
    if size > RATIO_FROM and size > packed * RATIO_LIMIT:
        raise BadInput(f"It inflates to more than {RATIO_LIMIT} times its size, as only a bomb does.")
