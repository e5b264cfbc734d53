"""Bytes of a plain text or table -> its characters. UTF-8 and UTF-16 are sure; an older encoding is a named guess."""

import codecs
import re

from geo.records import BadInput

SAMPLE = 100_000
"""Bytes that are looked at for a guess."""
LEAST = 10
"""Of fewer bytes nothing can be guessed."""
WESTERN = "cp1252"
GUESSED = (WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r")
"""What Windows and older Russian programs write; DOS, Mac and East Asian encodings are not guessed."""
MARKED = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
"""Byte order mark: the encoding that it shows for sure."""
_NOT_WESTERN = re.compile(r"[^\W\d_][¹²³¼½¾¿¡ªº£¥¢]|[¹³¿£][^\W\d_]|[ðþÐÞ]")
"""Signs inside words where Western European texts have none; Icelandic is the price."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def text_of(data: bytes) -> tuple[str, str]:
    """(text, "" or the encoding that was guessed). BadInput for what is no text, or is UTF-8 that was damaged."""
    for mark, encoding in MARKED:
        if data.startswith(mark):
            try:
                return data[len(mark):].decode(encoding), ""
            except UnicodeDecodeError as error:
                raise BadInput(f"The file is not whole {encoding.upper()} (byte {error.start}).") from None
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        encoding = "" if _CONTROL.search(data) or _mostly_utf8(data) else _guess(data)
        try:
            if encoding:
                return data.decode(encoding), f"windows-{encoding[2:]}" if encoding.startswith("cp") else encoding
        except UnicodeDecodeError:
            pass  # the sample did not show it
        raise BadInput(f"The file is not UTF-8 (byte {error.start}); save it as UTF-8.") from None


def _mostly_utf8(data: bytes) -> bool:
    """Whether more characters beyond ASCII are whole than broken: then it is no older encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    return sum(not c.isascii() for c in text) - broken > broken


def _guess(data: bytes) -> str:
    """Of lines that have letters beyond ASCII, which alone tell encodings apart; "" where nothing fits."""
    from charset_normalizer import from_bytes  # seldom needed

    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    best = from_bytes(telling, cp_isolation=list(GUESSED)).best()
    if best is None or len(data) < LEAST:
        return ""
    if best.encoding in ("cp1250", "cp1254"):
        western = telling.decode(WESTERN, "replace")
        if not _NOT_WESTERN.search(western):
            return WESTERN
    return best.encoding if best.encoding in GUESSED else ""
