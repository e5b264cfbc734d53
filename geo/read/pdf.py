"""A PDF with a text layer -> one Article. A scan without one is refused: nothing here reads pictures."""

import io
import logging
import re
import time
from datetime import date
from pathlib import PurePath
from typing import Any

from geo.read.identity import article_id, checked
from geo.read.plain import read_plain
from geo.records import Article, BadInput, How

PAGE_LIMIT = 300
LONGEST_S = 30.0
"""Pages are read one by one until then; a newspaper page takes a tenth of a second."""
CONTENT_LIMIT = 5_000_000
"""Bytes of drawing instructions on one page, inflated; a full page of text has some ten thousand."""
_DAY = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_HYPHEN = re.compile(r"(?<=[a-z])[-\N{SOFT HYPHEN}]\n(?=[a-z])")
_SENTENCE_END = re.compile(r"[.!?:”\"')\]]\s*$")


def read_pdf(data: bytes, name: str) -> Article:
    """The text of its pages in their order. BadInput for a scan, a locked file, or one that takes too long."""
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput("The PDF is locked with a password; unlock it first.")
        pages = _pages(reader)
        stated = dict(reader.metadata or {})
    except (PyPdfError, RecursionError, MemoryError) as error:
        raise BadInput(f"The PDF cannot be read ({type(error).__name__}: {str(error)[:150]}).") from None
    text = "\n\n".join(words for page in pages if (words := flowing(page)))
    if not text.strip():
        raise BadInput("The PDF has no text layer: it is a scan; run text recognition (OCR) over it first.")
    return _article(checked(text.replace("\0", "")), stated, name)


def _pages(reader: Any) -> list[str]:
    begun, pages = time.monotonic(), []
    if len(reader.pages) > PAGE_LIMIT:
        raise BadInput(f"The PDF has {len(reader.pages):,} pages; it may have {PAGE_LIMIT}. Split it.")
    for page in reader.pages:
        content = page.get_contents()
        if content is not None and len(content.get_data()) > CONTENT_LIMIT:
            raise BadInput("A page of the PDF is larger than any page of text.")
        pages.append(str(page.extract_text() or ""))
        if time.monotonic() - begun > LONGEST_S:
            raise BadInput(f"Reading the PDF took more than {LONGEST_S:g} seconds.")
    return pages


def flowing(page: str) -> str:
    """Lines of a page joined to paragraphs: one ends at a blank line, or at a short line that ends a sentence."""
    lines = [" ".join(line.split()) for line in _HYPHEN.sub("", page.replace("\r", "\n")).splitlines()]
    width = max((len(line) for line in lines), default=0)
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        if not line or (len(line) < 0.75 * width and _SENTENCE_END.search(line)):
            paragraphs.append([])
    return "\n\n".join(" ".join(lines) for lines in paragraphs if lines)


def _article(text: str, stated: dict[str, Any], name: str) -> Article:
    """Title and day from the text as of any plain one; what the file's properties say comes after, as it is often
    the typist's or the printer's."""
    plain = read_plain(text, name)
    how = [How("text", "from the text layer of the PDF", 0.8), *plain.how]
    title, published = plain.title, plain.published
    given = " ".join(str(stated.get("/Title") or "").split())[:500]
    if not title and given and not PurePath(given).suffix:
        title = given
        how.append(How("title", "from the properties of the PDF", 0.6))
    if published is None and (day := _created(stated)):
        published = day
        how.append(How("date", "when the PDF was made", 0.4))
    return Article(article_id(plain.url, text), plain.url, title, text, plain.source, published, plain.body_start,
                   tuple(how))


def _created(stated: dict[str, Any]) -> date | None:
    match = _DAY.match(str(stated.get("/CreationDate") or ""))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
