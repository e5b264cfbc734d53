"""Rows with named fields -> Articles: JSON, JSON lines, CSV and TSV, columns title, text, date, source, url.

Other usual names of these columns are guessed, and the guess is named with the field; who knows better says so.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from geo.read.coded import coding_of, findings_of_row, headless
from geo.read.days import day_of
from geo.read.identity import TEXT_LIMIT, article_id, checked
from geo.read.plain import publisher_of
from geo.records import Article, BadInput, Findings, How

COLUMNS = {
    "title": ("title", "headline", "heading", "subject"),
    "text": ("text", "body", "content", "articletext", "fulltext", "articlebody", "contenttext", "article", "story"),
    "date": ("date", "published", "publishedat", "datepublished", "publicationdate", "publishdate", "publishedon",
             "pubdate", "publishedtime"),
    "source": ("source", "publisher", "outlet", "newspaper", "publication", "sitename", "site"),
    "url": ("url", "link", "permalink", "canonicalurl", "articleurl", "sourceurl", "weburl", "webpage"),
}
"""Field: the names of its column, the surest first, in small letters and digits only."""
Told = Mapping[str, str]
"""Field of `COLUMNS`: the column that holds it, as the user says; {} guesses all."""
GUESSED: Told = {}
ENVELOPES = ("articles", "items", "results", "data", "docs", "documents", "entries", "result")
"""Keys under which a JSON file may hold its list of articles."""


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


def told_columns(words: str) -> Told:
    """`text=body,date=published_at` as a mapping. BadInput for a field that is none, or a pair that is no pair."""
    told: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in words.split(","))):
        field, equals, column = (part.strip() for part in pair.partition("="))
        if field not in COLUMNS or not equals or not column:
            known = ", ".join(COLUMNS)
            raise BadInput(f"{pair[:60]!r} names no column; write FIELD=COLUMN, where the field is one of {known}.")
        told[field] = column
    return told


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
    """(line number, what it holds) for each row. BadInput when no column is a text.

    Without a delimiter it is the one of comma, semicolon and tab that the first line has most of.
    """
    csv.field_size_limit(TEXT_LIMIT)
    head = text.partition("\n")[0]
    if not delimiter and headless(head):
        yield from read_tsv(text, told)  # GDELT's files are called .CSV
        return
    delimiter = delimiter or max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in rows.fieldnames or ()]
    except csv.Error as error:
        raise BadInput(f"The first line is no CSV header ({error}).") from None
    coding = coding_of(names)
    if told or not coding:
        has_text_column(names, told)
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
            yield rows.line_num, read_row(row, told, coding)
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


def has_text_column(names: Iterable[str], told: Told) -> None:
    """BadInput, naming the columns, when none is a text or one that was told is not there."""
    plain = {plain_name(name): name for name in names}
    shown = ", ".join(map(repr, plain.values())) or "none"
    for field, column in told.items():
        if plain_name(column) not in plain:
            raise BadInput(f"There is no column {column!r} for the {field}; the columns are {shown[:500]}.")
    if "text" not in told and not any(name in plain for name in COLUMNS["text"]):
        raise BadInput(f"There is no column 'text'; the columns are {shown[:500]}.")


def article_of_row(fields: Mapping[str, Any], told: Told = GUESSED, *, may_be_empty: bool = False) -> Article:
    """The text as given; what a row leaves out stays unknown. A column that was told is the only one looked at."""
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
    text = checked(given, may_be_empty=may_be_empty)
    title, day = value_of("title").strip(), value_of("date").strip()
    source, url = value_of("source").strip(), value_of("url").strip()
    if not source and (source := publisher_of(url)):
        how.append(How("source", "from the address", 0.8))
    identity = article_id(url, text)
    return Article(identity, url, title, text, source, day_of(day) if day else None, 0, tuple(how))


def plain_name(name: str) -> str:
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
