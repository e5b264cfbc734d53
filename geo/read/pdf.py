"""A PDF with a text layer -> one Article. A scan without one is refused: nothing here reads pictures."""

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import zip_longest
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
EDGE = 2
"""Lines at the top and at the foot of a page that may be the same on all."""
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_DAY = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_HYPHEN = re.compile(r"(?<=[a-z])[-\N{SOFT HYPHEN}]\n(?=[a-z])")
_GOES_ON = re.compile(r"[,;\-–—(]\s*$|\b(?:of|the|a|an|and|or|in|on|at|to|for|from|by|with)\s*$")
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
    text = joined(words for page in without_heads(pages) if (words := flowing(tidy(page))))
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


def tidy(page: str) -> str:
    """Two letters drawn as one are two again."""
    return page.translate(_LIGATURES)


def flowing(page: str) -> str:
    """Lines of a page joined to paragraphs: one ends at a blank line, at a short line that ends a sentence, and at
    one so short that it is a heading or the line with the day."""
    lines = [" ".join(line.split()) for line in _HYPHEN.sub("", page.replace("\r", "\n")).splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[-1] if lengths else 0
    usual = lengths[len(lengths) * 4 // 5] if lengths else 0
    paragraphs: list[list[str]] = [[]]
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        if line:
            paragraphs[-1].append(line)
        ended = len(line) < 0.75 * width and _SENTENCE_END.search(line)
        heading = len(line) < 0.6 * usual and not _GOES_ON.search(line) and not following[:1].islower()
        if not line or ended or heading:
            paragraphs.append([])
    return "\n\n".join(" ".join(lines) for lines in paragraphs if lines)


def without_heads(pages: Sequence[str]) -> list[str]:
    """The pages without what stands at the top or the foot of most of them: title, page number, day of printing."""
    split = [[line for line in page.replace("\r", "\n").splitlines() if line.strip()] for page in pages]
    edges = Counter(key for lines in split for key in {_plain(line) for line in (*lines[:EDGE], *lines[-EDGE:])})
    heads = {key for key, often in edges.items() if often >= max(2, len(pages) / 2)}
    kept = []
    for page, lines in zip(pages, split, strict=True):
        gone = {line for line in (*lines[:EDGE], *lines[-EDGE:]) if _plain(line) in heads}
        kept.append("\n".join(line for line in page.replace("\r", "\n").splitlines() if line not in gone))
    return kept


def _plain(line: str) -> str:
    """The same for "Example Times 3" and "Example Times 4"."""
    return re.sub(r"\d+", "0", " ".join(line.split()))


def joined(pages: Iterable[str]) -> str:
    """Pages of paragraphs as one text; a sentence that goes on over the page goes on."""
    text = ""
    for page in pages:
        if text and page[0].islower() and not _SENTENCE_END.search(text):
            cut = text.endswith(("-", "\N{SOFT HYPHEN}")) and text[-2:-1].islower()
            text = text[:-1] + page if cut else f"{text} {page}"
        else:
            text = f"{text}\n\n{page}" if text else page
    return text


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
