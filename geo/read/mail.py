"""A saved e-mail -> one Article: its plain part, else its HTML part; subject, date and sender as it states them."""

import email
import email.policy
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from itertools import islice

from geo.read.days import day_of
from geo.read.identity import article_id, checked
from geo.read.markup import decoded, paragraphs
from geo.records import Article, BadInput, How

PART_LIMIT = 200
"""Parts looked at; newsletters have a handful."""


def read_mail(data: bytes) -> Article:
    """The article of an .eml file. BadInput when it has no readable text, or a date that does not exist."""
    try:
        # The older policy keeps header values as they are; the newer one raises on many broken ones.
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        kind, text = _text(message)
    except RecursionError:
        raise BadInput("The parts of the e-mail are nested too deeply.") from None
    how = [How("text", f"from the {kind} part", 1.0 if kind == "plain" else 0.9)]
    title, stated = _header(message, "Subject"), _header(message, "Date")
    name, address = parseaddr(_header(message, "From"))
    source = name.strip() or address.rpartition("@")[2]
    published = day_of(stated) if stated else None
    given = (("title", title, "Subject"), ("date", stated, "Date"), ("source", source, "From"))
    how += [How(field, f"from the header {header}", 0.95) for field, value, header in given if value]
    return Article(article_id("", text), "", title, text, source, published, 0, tuple(how))


def _text(message: Message) -> tuple[str, str]:
    """(plain or html, the words) of the first part that has some; attachments and what is forwarded are left out."""
    parts = [p for p in islice(message.walk(), PART_LIMIT) if p.get_content_disposition() != "attachment"]
    for kind in ("plain", "html"):
        for part in parts:
            if part.get_content_type() != f"text/{kind}":
                continue
            payload = part.get_payload(decode=True)
            if not isinstance(payload, bytes):
                continue
            words = decoded(payload, part.get_content_charset("")).replace("\r\n", "\n")
            words = words.strip() if kind == "plain" else paragraphs(words)
            if words:
                return kind, checked(words)
    raise BadInput("The e-mail has no text part.")


def _header(message: Message, name: str) -> str:
    """The header's words on one line, its encoded words decoded as far as they can be."""
    value = str(message.get(name) or "")
    with suppress(HeaderParseError, LookupError, ValueError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.replace("\0", "").split())[:1000]
