"""Rows with named fields -> Articles: JSON lines and CSV, columns title, text, date, source, url."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from geo.read.identity import TEXT_LIMIT, article_id, checked
from geo.read.plain import day_of, publisher_of
from geo.records import Article, BadInput, How

COLUMNS = ("title", "text", "date", "source", "url")


def article_of(line: bytes, *, origin: str) -> Article:
    """The article of one JSON object, with its own `id` where it has one, else `origin` for one.

    An empty text is an answerable question here (nothing is found in it), unlike a file without words.
    """
    fields = _json_object(line)
    made = _article(fields, may_be_empty=True)
    given = fields.get("id", origin)
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise BadInput(f"The id {given!r} is neither text nor a whole number.")
    return Article(str(given), made.url, made.title, made.text, made.source, made.published, 0, made.how)


def read_jsonl(data: bytes) -> Iterator[tuple[int, Article | BadInput]]:
    """(line number, article or what is wrong with it) for each line that is not blank."""
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                yield number, _article(_json_object(line))
            except BadInput as error:
                yield number, error


def read_csv(text: str) -> Iterator[tuple[int, Article | BadInput]]:
    """(line number, article or what is wrong with it) for each row. BadInput when no column is called text."""
    csv.field_size_limit(TEXT_LIMIT)
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in rows.fieldnames or ()]
    except csv.Error as error:
        raise BadInput(f"The first line is no CSV header ({error}).") from None
    if "text" not in names:
        raise BadInput(f"There is no column 'text'; the columns are {', '.join(map(repr, names)) or 'none'}.")
    rows.fieldnames = names
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield rows.line_num, BadInput(f"This row is no CSV ({error}).")
            continue
        try:
            if None in row:
                raise BadInput("The row has more cells than the header has columns.")
            yield rows.line_num, _article(row)
        except BadInput as error:
            yield rows.line_num, error


def _json_object(line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("The line is not UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The line is not JSON ({error or 'nested too deeply'}).") from None
    if not isinstance(value, dict):
        raise BadInput(f"The line holds a {type(value).__name__}, not an object with a text.")
    return value


def _article(fields: Mapping[str, Any], *, may_be_empty: bool = False) -> Article:
    """The text as given; what a row leaves out stays unknown."""
    if fields.get("text") is None:
        raise BadInput("There is no field 'text'.")
    text = checked(_words(fields, "text"), may_be_empty=may_be_empty)
    url, title = _words(fields, "url").strip(), _words(fields, "title").strip()
    day = _words(fields, "date").strip() or _words(fields, "published").strip()
    source = _words(fields, "source").strip()
    how = [How(name, f"from the column {name}", 1.0) for name in COLUMNS if name != "text" and fields.get(name)]
    if not source and (source := publisher_of(url)):
        how.append(How("source", "from the address", 0.8))
    identity = article_id(url, text)
    return Article(identity, url, title, text, source, day_of(day) if day else None, 0, tuple(how))


def _words(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"The field {name!r} holds a {type(value).__name__}, not text.")
    if name != "text" and "\0" in value:
        raise BadInput(f"The field {name!r} holds NUL characters.")
    return value
