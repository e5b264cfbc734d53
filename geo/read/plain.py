"""One plain text -> one Article: where the running text starts, and title, day and publisher as far as it says them.

Each field keeps the rule that gave it and how sure that rule is. The text itself is never changed.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from urllib.parse import urlsplit

from geo.read.days import MONTHS, day_of
from geo.read.identity import article_id
from geo.records import Article, BadInput, How

TITLE_LIMIT = 120
"""A first line this long or longer is a paragraph, not a title."""
HEAD_LINES = 6
"""A day on a line of its own counts only this near to the top."""

_KEY = re.compile(r"(title|date|source|url)[ \t]*:[ \t]*(.*)", re.I)
_PREFIX = re.compile(r"\s*date\s+(\d{4}-\d{1,2}-\d{1,2})(?:\s+|$)", re.I)
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAY = rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<year>\d{{4}})|(?P<iso>\d{{4}}-\d\d-\d\d))"
_DAY_US = rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
_LABEL = r"(?:(?:first )?(?:published|posted|updated|date)(?: on)?:? )?"
_DAY_LINES = tuple(re.compile(rf"[ \t]*{_LABEL}{_WEEKDAY}{day}\b.{{0,40}}", re.I) for day in (_DAY, _DAY_US))
_DATELINES = tuple(
    re.compile(rf"[A-Z][\w .'-]{{1,40}}(?:, [A-Z][\w .]{{1,30}})?, {day} ?(?:\([^()\n]{{1,40}}\) ?)?[-–—]")
    for day in (_DAY, _DAY_US)
)
_AGENCY = re.compile(r"[A-Z][^()\n]{1,80}\((?P<name>[A-Z][\w.& ]{1,30})\) ?[-–—]")
_EXCLUSIVE = re.compile(r"\b((?:[A-Z][\w&.]* ){1,3}News)\b[^.\n]{0,120}\bexclusive\b")
_FILE_DAY = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?!\d)")


def read_plain(text: str, name: str) -> Article:
    """The article of a text file called `name`. BadInput for no words, or a stated day that does not exist."""
    given, start = _header(text)
    how = [How(key, "from the header", 1.0) for key in given]
    published = day_of(given["date"]) if given.get("date") else None
    if "date" not in given and (prefix := _PREFIX.match(text, start)):
        published, start = day_of(prefix[1]), prefix.end()
        how.append(How("date", "from the first line", 0.95))
    title, body = given.get("title", ""), _skip_blank(text, start)
    if not title and (found := _title_line(text, body)):
        title, body = found
        how.append(How("title", "first line", 0.8))
    if not text[body:].strip():
        raise BadInput("There is no running text in it.")
    if published is None and "date" not in given:
        for rule, sure, day in days_of(text, body, name):
            published = day
            how.append(How("date", rule, sure))
            break
    source = given.get("source", "")
    if not source:
        for rule, sure, publisher in _publishers(text, body, given.get("url", "")):
            source = publisher
            how.append(How("source", rule, sure))
            break
    url = given.get("url", "")
    return Article(article_id(url, text), url, title, text, source, published, body, tuple(how))


def publisher_of(url: str) -> str:
    """The host of an http(s) URL without "www.", "" where there is none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme in ("http", "https") else ""


def at_address(article: Article, address: str) -> Article:
    """A text that states no address has the one it was fetched from, if it was."""
    host = publisher_of(address)
    if article.url or not host:
        return article
    how = [*article.how, How("url", "the address it was fetched from", 1.0)]
    how += [] if article.source else [How("source", "from the address", 0.8)]
    identity = article_id(address, article.text)
    return replace(article, id=identity, url=address, source=article.source or host, how=tuple(how))


def _header(text: str) -> tuple[dict[str, str], int]:
    """The `key: value` lines the text begins with, and where they end."""
    given: dict[str, str] = {}
    position = 0
    for line in text.splitlines(keepends=True):
        match = _KEY.fullmatch(line.strip())
        if not match or match[1].lower() in given:
            break
        given[match[1].lower()] = match[2].strip()
        position += len(line)
    return given, position


def _skip_blank(text: str, start: int) -> int:
    return len(text) - len(text[start:].lstrip()) if text[start:].strip() else start


def _title_line(text: str, start: int) -> tuple[str, int] | None:
    """The first line and the start of what follows, when it is short, has no full stop and a blank line after it."""
    line, newline, rest = text[start:].partition("\n")
    title = line.strip()
    followed = newline and not rest.partition("\n")[0].strip() and rest.strip()
    stopped = title.rstrip("'\"”’)").endswith((".", ";", ",", ":"))
    if not title or not followed or stopped or len(title) >= TITLE_LIMIT:
        return None
    return title, _skip_blank(text, start + len(line) + 1)


def days_of(text: str, body: int, name: str) -> Iterator[tuple[str, float, date]]:
    """(rule, confidence, day) of every rule that finds one, the surest first; no rule looks at the clock."""
    for pattern in _DATELINES:
        if (match := pattern.match(text, body)) and (day := _matched_day(match)):
            yield "from the dateline", 0.9, day
    for line in text.splitlines()[:HEAD_LINES]:
        for pattern in _DAY_LINES:
            if (match := pattern.fullmatch(line)) and (day := _matched_day(match)):
                yield "from a line with the day", 0.8, day
    if (found := _FILE_DAY.search(PurePath(name).stem)) and (day := _real_day(*found.groups())):
        yield "from the file name", 0.6, day


def _matched_day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    if parts.get("iso"):
        return _real_day(*parts["iso"].split("-"))
    return _real_day(parts["year"], str(MONTHS.index(parts["month"][:3].lower()) + 1), parts["day"])


def _real_day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _publishers(text: str, body: int, url: str) -> Iterator[tuple[str, float, str]]:
    """(rule, confidence, publisher), the surest first. Who is merely cited ("reports example.com") is none."""
    if host := publisher_of(url):
        yield "from the address", 0.8, host
    if agency := _AGENCY.match(text, body):
        yield "agency in the dateline", 0.8, agency["name"].strip()
    if exclusive := _EXCLUSIVE.search(text, body):
        yield "guessed from the text", 0.4, exclusive[1]
