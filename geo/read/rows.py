"""Rows with named fields -> Articles: JSON, JSON lines, CSV and TSV, columns title, text, date, source, url.

Other usual names of these columns are guessed, and the guess is named with the field.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from geo.read.identity import TEXT_LIMIT, article_id, checked
from geo.read.plain import day_of, publisher_of
from geo.records import Article, BadInput, How

COLUMNS = {
    "title": ("title", "headline", "heading", "subject"),
    "text": ("text", "body", "content", "articletext", "fulltext", "articlebody", "contenttext", "article", "story"),
    "date": ("date", "published", "publishedat", "datepublished", "publicationdate", "publishdate", "publishedon",
             "pubdate", "publishedtime"),
    "source": ("source", "publisher", "outlet", "newspaper", "publication", "sitename", "site"),
    "url": ("url", "link", "permalink", "canonicalurl", "articleurl", "sourceurl", "weburl", "webpage"),
}
"""Field: the names of its column, the surest first, in small letters and digits only."""
ENVELOPES = ("articles", "items", "results", "data", "docs", "documents", "entries")
"""Keys under which a JSON file may hold its list of articles."""


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


def read_json(data: bytes) -> Iterator[tuple[int, Article | BadInput]]:
    """(number from 1, article or what is wrong with it) of a list of objects, alone or in one of `ENVELOPES`."""
    value = _json(data, "file")
    if isinstance(value, dict):
        lists = [value[key] for key in ENVELOPES if isinstance(value.get(key), list)]
        value = lists[0] if lists else [value]
    if not isinstance(value, list):
        raise BadInput(f"The file holds a {type(value).__name__}, not a list of articles.")
    if not value:
        raise BadInput("The list in the file is empty.")
    for number, fields in enumerate(value, 1):
        try:
            if not isinstance(fields, dict):
                raise BadInput(f"The list holds a {type(fields).__name__} here, not an object with a text.")
            yield number, _article(fields)
        except BadInput as error:
            yield number, error


def read_tsv(text: str) -> Iterator[tuple[int, Article | BadInput]]:
    """As `read_csv`, cells apart by tabs. Quotes count as letters when every line has a cell for every column."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len({line.count("\t") for line in lines}) == 1:
        text = "\n".join("\t".join(_quoted(cell) for cell in line.split("\t")) for line in text.split("\n"))
    return read_csv(text, "\t")


def _quoted(cell: str) -> str:
    """The cell as CSV, unless it is quoted as a whole already."""
    end = "\r" if cell.endswith("\r") else ""
    cell = cell.removesuffix("\r")
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1].replace('""', ""):
        return cell + end
    return '"' + cell.replace('"', '""') + '"' + end if '"' in cell else cell + end


def read_csv(text: str, delimiter: str = "") -> Iterator[tuple[int, Article | BadInput]]:
    """(line number, article or what is wrong with it) for each row. BadInput when no column is a text.

    Without a delimiter it is the one of comma, semicolon and tab that the first line has most of.
    """
    csv.field_size_limit(TEXT_LIMIT)
    head = text.partition("\n")[0]
    delimiter = delimiter or max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in rows.fieldnames or ()]
    except csv.Error as error:
        raise BadInput(f"The first line is no CSV header ({error}).") from None
    if not any(_plain_name(name) in COLUMNS["text"] for name in names):
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
    value = _json(line, "line")
    if not isinstance(value, dict):
        raise BadInput(f"The line holds a {type(value).__name__}, not an object with a text.")
    return value


def _json(data: bytes, what: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(f"The {what} is not UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The {what} is not JSON ({error or 'nested too deeply'}).") from None


def _article(fields: Mapping[str, Any], *, may_be_empty: bool = False) -> Article:
    """The text as given; what a row leaves out stays unknown."""
    by_name = {_plain_name(str(name)): str(name) for name in reversed(list(fields))}
    how: list[How] = []

    def value_of(field: str) -> str:
        for name in COLUMNS[field]:
            column = by_name.get(name)
            if column is not None and (words := _words(fields, column, field)).strip():
                if column == field and field != "text":
                    how.append(How(field, f"from the column {column}", 1.0))
                elif column != field:
                    how.append(How(field, f"guessed: from the column {column[:60]}", 0.9))
                return words
        return ""

    if not any(name in by_name and fields[by_name[name]] is not None for name in COLUMNS["text"]):
        raise BadInput("There is no field 'text'.")
    text = checked(value_of("text") or _given_text(fields, by_name), may_be_empty=may_be_empty)
    title, day = value_of("title").strip(), value_of("date").strip()
    source, url = value_of("source").strip(), value_of("url").strip()
    if not source and (source := publisher_of(url)):
        how.append(How("source", "from the address", 0.8))
    identity = article_id(url, text)
    return Article(identity, url, title, text, source, day_of(day) if day else None, 0, tuple(how))


def _given_text(fields: Mapping[str, Any], by_name: Mapping[str, str]) -> str:
    """The blank text as it is, where no column has words."""
    columns = (by_name[name] for name in COLUMNS["text"] if name in by_name)
    return next((words for column in columns if (words := _words(fields, column, "text"))), "")


def _plain_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _words(fields: Mapping[str, Any], name: str, field: str) -> str:
    value = fields[name]
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        value = value["name"]  # a publisher as an object, as news services give it
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"The field {name!r} holds a {type(value).__name__}, not text.")
    if field != "text" and "\0" in value:
        raise BadInput(f"The field {name!r} holds NUL characters.")
    return value
