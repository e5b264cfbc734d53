"""Rows with named fields -> Articles: JSON, JSON lines, CSV and TSV, columns title, text, date, source, url.

Other usual names of these columns are guessed, and the guess is named with the field; who knows better says so.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, islice, zip_longest
from typing import Any

from geo.read.coded import coding_of, findings_of_row, headless
from geo.read.columns import (
    COLUMNS,
    GUESSED,
    HEAD_ROWS,
    Told,
    delimiter_of,
    has_text_column,
    header_at,
    plain_name,
)
from geo.read.days import day_of
from geo.read.identity import TEXT_LIMIT, article_id, checked
from geo.read.markup import paragraphs
from geo.read.plain import publisher_of
from geo.records import Article, BadInput, Findings, How

ENVELOPES = ("articles", "items", "results", "data", "docs", "documents", "entries", "result")
"""Keys under which a JSON file may hold its list of articles."""
_HOLDS = ("name", "text", "rendered", "value", "main", "content", "html", "body")
"""Keys under which a field that is an object holds its words."""
_TAGS = re.compile(r"</?(?:p|br|div|h[1-6]|ul|li|span|figure|blockquote)\b[^<>]{0,500}>", re.I)
_EARLIEST_S, _THOUSANDTHS = 10**8, 10**11
"""Seconds since 1970: a smaller count is none (20190911), a larger one counts thousandths."""
_SEP = re.compile(r"sep=(.)\r?\n", re.I)


def article_of(line: bytes, *, origin: str) -> Article:
    """The article of one JSON object, with its own `id` where it has one, else `origin` for one.

    An empty text is an answerable question here (nothing is found in it), unlike a file without words.
    """
    fields = _json_object(line)
    made = article_of_row(fields, may_be_empty=True)
    given = fields.get("id", origin)
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise BadInput(f"The id {given!r} is neither text nor a whole number.")
    return Article(str(given), made.url, made.title, made.text, made.source, made.published, 0, made.how)


Read = Article | Findings | BadInput
"""A row's article; with its event for a row of an event table; or what is wrong with it."""


def read_row(fields: Mapping[str, Any], told: Told = GUESSED, coding: str = "") -> Article | Findings:
    """A row of the event table `coding`, "" for one of articles. What the user told goes before."""
    return findings_of_row(fields, coding) if coding and not told else article_of_row(fields, told)


def read_jsonl(data: bytes, told: Told = GUESSED) -> Iterator[tuple[int, Read]]:
    """(line number, what it holds) for each line that is not blank."""
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                fields = _json_object(line)
                yield number, read_row(fields, told, coding_of(fields))
            except BadInput as error:
                yield number, error


def read_json(data: bytes, told: Told = GUESSED) -> Iterator[tuple[int, Read]]:
    """(number from 1, what it holds) of a list of objects, alone or in one of `ENVELOPES`."""
    value = _json(data, "file")
    if isinstance(value, dict):
        known = {str(key).lower(): held for key, held in value.items()}
        lists = [known[key] for key in ENVELOPES if isinstance(known.get(key), list)]
        value = lists[0] if lists else [value]
    if not isinstance(value, list):
        raise BadInput(f"The file holds a {type(value).__name__}, not a list of articles.")
    if not value:
        raise BadInput("The list in the file is empty.")
    for number, fields in enumerate(value, 1):
        try:
            if not isinstance(fields, dict):
                raise BadInput(f"The list holds a {type(fields).__name__} here, not an object with a text.")
            yield number, read_row(fields, told, coding_of(fields))
        except BadInput as error:
            yield number, error


def read_tsv(text: str, told: Told = GUESSED) -> Iterator[tuple[int, Read]]:
    """As `read_csv`, cells apart by tabs. Quotes count as letters when every line has a cell for every column."""
    if not told and (header := headless(text.partition("\n")[0])):
        text = "\t".join(header) + "\n" + text
    lines = [line for line in text.splitlines() if line.strip()]
    if len({line.count("\t") for line in lines}) == 1:
        text = "\n".join("\t".join(_quoted(cell) for cell in line.split("\t")) for line in text.split("\n"))
    return read_csv(text, told, "\t")


def _quoted(cell: str) -> str:
    """The cell as CSV, unless it is quoted as a whole already."""
    end = "\r" if cell.endswith("\r") else ""
    cell = cell.removesuffix("\r")
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in cell[1:-1].replace('""', ""):
        return cell + end
    return '"' + cell.replace('"', '""') + '"' + end if '"' in cell else cell + end


def read_csv(text: str, told: Told = GUESSED, delimiter: str = "") -> Iterator[tuple[int, Read]]:
    """(line number, what it holds) for each row below the header. BadInput when no column is a text.

    Without a delimiter it is found by the header, or as the file says it the way spreadsheets do ("sep=;").
    """
    csv.field_size_limit(TEXT_LIMIT)
    if not delimiter and headless(text.partition("\n")[0]):
        yield from read_tsv(text, told)  # GDELT's files are called .CSV
        return
    if stated := _SEP.match(text):
        delimiter, text = stated[1], text[stated.end():]
    cells = _numbered(text, delimiter or delimiter_of(text, told), 2 if stated else 1)
    first = list(islice(cells, HEAD_ROWS))
    at, _ = header_at([[] if isinstance(row, BadInput) else row for _, row in first], told)
    header = first[at][1] if first else []
    if isinstance(header, BadInput):
        raise BadInput(f"The first line is no CSV header. {header}")
    names = [name.strip().lower() for name in header]
    coding = coding_of(names)
    if told or not coding:
        has_text_column(names, told)
    for line, row in chain(first[at + 1 :], cells):
        try:
            if isinstance(row, BadInput):
                raise row
            if len(row) > len(names):
                raise BadInput("The row has more cells than the header has columns.")
            yield line, read_row(dict(zip_longest(names, row)), told, coding)
        except BadInput as error:
            yield line, error


def _numbered(text: str, delimiter: str, first: int) -> Iterator[tuple[int, list[str] | BadInput]]:
    """(line number, cells or what is wrong) of each row that is not empty."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield rows.line_num + first - 1, BadInput(f"This row is no CSV ({error}).")
        else:
            if row:
                yield rows.line_num + first - 1, row


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


def article_of_row(fields: Mapping[str, Any], told: Told = GUESSED, *, may_be_empty: bool = False) -> Article:
    """The article of a row; what it leaves out stays unknown. A column that was told is the only one looked at.

    With `may_be_empty` the text is taken exactly as given, also where it is none or has tags in it.
    """
    fields = _flat(fields, told)
    by_name = {plain_name(str(name)): str(name) for name in reversed(list(fields))}
    columns = {field: (plain_name(told[field]),) if field in told else names for field, names in COLUMNS.items()}
    how: list[How] = []

    def value_of(field: str) -> str:
        for name in columns[field]:
            column = by_name.get(name)
            if column is not None and (words := _words(fields, column, field)).strip():
                if field in told:
                    how.append(How(field, f"as told: from the column {column[:60]}", 1.0))
                elif column == field and field != "text":
                    how.append(How(field, f"from the column {column}", 1.0))
                elif column != field:
                    how.append(How(field, f"guessed: from the column {column[:60]}", 0.9))
                return words
        return ""

    texts = [by_name[name] for name in columns["text"] if name in by_name]
    if not any(fields[column] is not None for column in texts):
        raise BadInput(f"There is no field {told.get('text', 'text')!r}.")
    given = value_of("text") or next((w for c in texts if (w := _words(fields, c, "text"))), "")
    if not may_be_empty and _TAGS.search(given) and (plain := paragraphs(given)):
        given = plain
        how.append(How("text", "its tags taken out", 0.9))
    text = checked(given, may_be_empty=may_be_empty)
    title, day = " ".join(value_of("title").split()), value_of("date").strip()
    source, url = value_of("source").strip(), value_of("url").strip()
    if not source and (source := publisher_of(url)):
        how.append(How("source", "from the address", 0.8))
    identity = article_id(url, text)
    return Article(identity, url, title, text, source, day_of(day) if day else None, 0, tuple(how))


def _flat(fields: Mapping[str, Any], told: Told) -> Mapping[str, Any]:
    """With the fields of what it holds one step down, as "outer.inner" where they were told or nothing else has a
    text: answers of news services wrap their articles."""
    plain = {plain_name(str(name)) for name in fields}
    if (plain_name(told["text"]) in plain) if "text" in told else plain.intersection(COLUMNS["text"]):
        return fields
    inner = {outer: held for outer, held in fields.items() if isinstance(held, dict)}
    names = {f"{outer}.{name}": value for outer, held in inner.items() for name, value in held.items()}
    for held in inner.values():
        names |= {str(name): value for name, value in held.items()}
    texts = set(COLUMNS["text"])
    wraps = {outer for outer, held in inner.items() if texts & {plain_name(str(name)) for name in held}}
    return {**names, **{name: value for name, value in fields.items() if name not in wraps}}


def _words(fields: Mapping[str, Any], name: str, field: str) -> str:
    value = fields[name]
    if isinstance(value, dict):
        # A publisher as an object, as news services give it; a text beside its form.
        value = next((value[key] for key in _HOLDS if isinstance(value.get(key), str)), value)
    elif isinstance(value, list) and field == "text":
        parts = [part if isinstance(part, str) else _part(part) for part in value]
        value = "\n\n".join(filter(None, parts)) if all(part is not None for part in parts) else value
    elif isinstance(value, list) and value and isinstance(value[0], str):
        value = value[0]
    elif field == "date" and isinstance(value, int | float) and not isinstance(value, bool):
        value = _moment(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"The field {name!r} holds a {type(value).__name__}, not text.")
    if field != "text" and "\0" in value:
        raise BadInput(f"The field {name!r} holds NUL characters.")
    return value


def _part(part: Any) -> str | None:
    """The words of one paragraph of a text that is a list; None for what is no paragraph."""
    if not isinstance(part, dict):
        return None
    return next((part[key] for key in _HOLDS if isinstance(part.get(key), str)), "")


def _moment(stated: float) -> str:
    """The day, in UTC, of a count of seconds or thousandths since 1970."""
    seconds = stated / 1000 if abs(stated) >= _THOUSANDTHS else stated
    if not _EARLIEST_S <= seconds < _THOUSANDTHS:
        return str(stated)
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
