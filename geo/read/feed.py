"""An RSS or Atom file -> one Article an entry. Only bytes go in: nothing here opens an address or a path."""

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urljoin

from geo.read.days import day_of
from geo.read.identity import article_id, checked
from geo.read.markup import decoded, paragraphs
from geo.read.plain import publisher_of
from geo.records import Article, BadInput, How

ENTRY_LIMIT = 10_000
FIRST_DAY = date(1990, 1, 1)
"""An earlier day of an entry is a clock that was not set, or a number misread."""
_DECLARATION = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.I)
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_feed(data: bytes, charset: str = "") -> Iterator[tuple[int, Article | BadInput]]:
    """(number of the entry from 1, article or what is wrong with it). BadInput for what is no feed."""
    markup = decoded(data, charset)
    if found := _DECLARATION.search(markup):
        raise BadInput(f"The feed has a <!{found[1].upper()}>; entities can be used to attack, so it is not read.")
    # Imported when the first feed comes: most runs read none.
    import feedparser

    # A stream, because feedparser takes bare bytes or text for an address or a path first. The declared encoding is
    # cut off: these bytes are UTF-8 now.
    parsed = feedparser.parse(io.BytesIO(_PROLOGUE.sub("", markup).encode("utf-8", "replace")))
    if not parsed.get("version") and not parsed.entries:
        raise BadInput("It is no RSS or Atom feed.")
    if not parsed.entries:
        raise BadInput("The feed has no entries.")
    publisher, home = (str(parsed.feed.get(field) or "").strip() for field in ("title", "link"))
    publisher = " ".join(paragraphs(publisher).split())
    for number, entry in enumerate(parsed.entries[:ENTRY_LIMIT], 1):
        try:
            yield number, _entry(entry, publisher, home)
        except BadInput as error:
            yield number, error
    if len(parsed.entries) > ENTRY_LIMIT:
        yield ENTRY_LIMIT + 1, BadInput(f"A feed may have {ENTRY_LIMIT:,} entries; the rest is not read.")


def _entry(entry: Mapping[str, Any], feed_title: str, home: str) -> Article:
    rule, sure, text = _text(entry)
    how = [How("text", rule, sure)]
    title = " ".join(paragraphs(str(entry.get("title") or "")).split())
    url = _absolute(home, str(entry.get("link") or "").strip())
    url = url if publisher_of(url) else ""
    how += [How(field, "from the entry", 1.0) for field, value in (("title", title), ("url", url)) if value]
    published = _day(entry)
    if published:
        how.append(How("date", "from the entry", 0.95))
    stated = str((entry.get("source") or {}).get("title") or "").strip()
    source = stated or feed_title or publisher_of(url)
    if source:
        way = "from the entry" if stated else "from the title of the feed" if feed_title else "from the address"
        how.append(How("source", way, 0.95 if stated else 0.8))
    return Article(article_id(url, text), url, title, text, source, published, 0, tuple(how))


def _text(entry: Mapping[str, Any]) -> tuple[str, float, str]:
    """(rule, confidence, text): the whole content where the feed carries it, else the summary."""
    for part in entry.get("content") or ():
        if text := paragraphs(str(part.get("value") or "")):
            return "from the content of the entry", 1.0, checked(text)
    if text := paragraphs(str(entry.get("summary") or "")):
        return "from the summary of the entry", 0.7, checked(text)
    return "the title: the entry has no text", 0.5, checked(paragraphs(str(entry.get("title") or "")))


def _absolute(home: str, link: str) -> str:
    try:
        return urljoin(home, link) if link else ""
    except ValueError:
        return ""


def _day(entry: Mapping[str, Any]) -> date | None:
    """The day as the entry states it, in its own time zone; of feedparser's readings only where ours has none."""
    for key in ("published", "updated"):
        try:
            if stated := str(entry.get(key) or ""):
                found = day_of(stated)
                if found >= FIRST_DAY:
                    return found
        except BadInput:
            moment = entry.get(f"{key}_parsed")
            if moment and date(*moment[:3]) >= FIRST_DAY:
                return date(*moment[:3])
    return None
