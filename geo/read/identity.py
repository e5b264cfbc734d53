"""What makes two articles the same one, and what no article may hold."""

import hashlib

from geo.records import BadInput

TEXT_LIMIT = 10_000_000
"""Code points in one article; a longer text is no article and would hold up the rest."""


def article_id(url: str, text: str) -> str:
    """sha256 of url and text in hex: ingesting twice is harmless, a changed text is another article."""
    try:
        return hashlib.sha256(f"{url}\n{text}".encode()).hexdigest()
    except UnicodeEncodeError:
        raise BadInput("The text holds halves of characters (lone surrogates); save it as UTF-8 again.") from None


def checked(text: str, *, may_be_empty: bool = False) -> str:
    """The same text; BadInput when it is empty, far too long or holds NUL."""
    if not may_be_empty and not text.strip():
        raise BadInput("There is no text in it.")
    if len(text) > TEXT_LIMIT:
        raise BadInput(f"It has {len(text):,} characters; an article may have {TEXT_LIMIT:,}. Split it.")
    if "\0" in text:
        raise BadInput("It holds NUL characters, so it is not plain text.")
    return text
