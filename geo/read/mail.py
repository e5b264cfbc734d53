"""A saved e-mail -> one Article: its plain part, else its HTML part; subject, date and sender as it states them."""

import email
import email.policy
import re
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
_SIGNATURE = re.compile(r"\n-- \n")


def read_mail(data: bytes) -> Article:
    """The article of an .eml file; a date that is none stays unknown. BadInput when it has no readable text."""
    try:
        # The older policy keeps header values as they are; the newer one raises on many broken ones.
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        kind, text, charset = _text(message)
    except RecursionError:
        raise BadInput("The parts of the e-mail are nested too deeply.") from None
    how = [How("text", f"from the {kind} part", 1.0 if kind == "plain" else 0.9)]
    title = _header(message, "Subject", charset)
    name, address = parseaddr(_header(message, "From", charset))
    source = name.strip() or address.rpartition("@")[2]
    published = None
    with suppress(BadInput):
        published = day_of(_header(message, "Date", charset))
    given = (("title", title, "Subject"), ("date", published, "Date"), ("source", source, "From"))
    how += [How(field, f"from the header {header}", 0.95) for field, value, header in given if value]
    return Article(article_id("", text), "", title, text, source, published, 0, tuple(how))


def _text(message: Message) -> tuple[str, str, str]:
    """(plain or html, the words, their declared encoding) of the first part that has some; attachments, what is
    forwarded, and the sender's signature are left out."""
    parts = [p for p in islice(message.walk(), PART_LIMIT) if p.get_content_disposition() != "attachment"]
    for kind in ("plain", "html"):
        for part in parts:
            if part.get_content_type() != f"text/{kind}":
                continue
            payload = part.get_payload(decode=True)
            if not isinstance(payload, bytes):
                continue
            words = decoded(payload, part.get_content_charset("")).replace("\r\n", "\n")
            words = _SIGNATURE.split(words)[0].strip() if kind == "plain" else paragraphs(words)
            if words:
                return kind, checked(words), part.get_content_charset("")
    raise BadInput("The e-mail has no text part.")


def _header(message: Message, name: str, charset: str) -> str:
    """The header's words on one line, its encoded words decoded as far as they can be.

    Bytes beyond ASCII that it does not declare are in the encoding of the text.
    """
    given = next((str(v) for key, v in message.raw_items() if key.lower() == name.lower()), "")
    value = given if given.isascii() else decoded(given.encode("utf-8", "surrogateescape"), charset)
    with suppress(HeaderParseError, LookupError, ValueError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.replace("\0", "").split())[:1000]
