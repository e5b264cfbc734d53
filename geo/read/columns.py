"""Which column of a table holds what: usual names are guessed, and who knows better says so."""

import csv
import re
from collections.abc import Iterable, Mapping
from itertools import islice

from geo.read.coded import coding_of
from geo.records import BadInput, BadOption

COLUMNS = {
    "title": ("title", "headline", "heading", "subject"),
    "text": ("text", "body", "content", "articletext", "fulltext", "articlebody", "bodytext", "maintext",
             "contenttext", "contenthtml", "article", "story"),
    "date": ("date", "published", "publishedat", "datepublished", "publicationdate", "publishdate", "publishedon",
             "pubdate", "publishedtime", "datepublish", "dateofpublication", "webpublicationdate"),
    "source": ("source", "publisher", "outlet", "newspaper", "publication", "sitename", "site", "sourcename",
               "sourcedomain"),
    "url": ("url", "link", "permalink", "canonicalurl", "articleurl", "sourceurl", "weburl", "webpage"),
}  # fmt: skip
"""Field: the names of its column, the surest first, in small letters and digits only."""
Told = Mapping[str, str]
"""Field of `COLUMNS`: the column that holds it, as the user says; {} guesses all."""
GUESSED: Told = {}
HEAD_ROWS = 10
"""The header is looked for in so many rows: above it may stand what the table is about."""
DELIMITERS = ",;\t|"
_SURE = 100


def told_columns(words: str) -> Told:
    """`text=body,date=published_at` as a mapping. BadOption for a field that is none, or a pair that is no pair."""
    told: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in words.split(","))):
        field, equals, column = (part.strip() for part in pair.partition("="))
        if field not in COLUMNS or not equals or not column:
            known = ", ".join(COLUMNS)
            raise BadOption(f"{pair[:60]!r} names no column; write FIELD=COLUMN, where the field is one of {known}.")
        told[field] = column
    return told


def plain_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def has_text_column(names: Iterable[str], told: Told) -> None:
    """BadInput, naming the columns, when none is a text or one that was told is not there."""
    plain = {plain_name(name): name for name in names}
    shown = ", ".join(map(repr, plain.values())) or "none"
    for field, column in told.items():
        if plain_name(column) not in plain:
            raise BadInput(f"There is no column {column!r} for the {field}; the columns are {shown[:500]}.")
    if "text" not in told and not any(name in plain for name in COLUMNS["text"]):
        raise BadInput(f"There is no column 'text'; the columns are {shown[:500]}.")


def header_at(rows: Iterable[Iterable[str]], told: Told) -> tuple[int, int]:
    """(number from 0 of the row that is the header, how sure that is): the one with most columns of known names among
    the first, the first of several; (first row that is not empty, 0) where no row has a text."""
    best, sure, filled = -1, 0, -1
    for number, cells in enumerate(islice(rows, HEAD_ROWS)):
        names = [name for name in cells if name.strip()]
        filled = number if names and filled < 0 else filled
        if (found := _known(names, told)) > sure:
            best, sure = number, found
    return (best, sure) if sure else (max(filled, 0), 0)


def _known(names: list[str], told: Told) -> int:
    """How many fields these columns hold; 0 without a text."""
    if not told and coding_of(names):
        return _SURE
    plain = {plain_name(name) for name in names}
    held = {f for f, known in COLUMNS.items() if plain & ({plain_name(told[f])} if f in told else set(known))}
    return len(held) if "text" in held else 0


def delimiter_of(text: str, told: Told) -> str:
    """The one of comma, semicolon, tab and bar that gives a header; else the one that the first line has most of."""
    lines = text[:100_000].splitlines()[:HEAD_ROWS]

    def sure(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            rows = [line.split(delimiter) for line in lines]
        return header_at(rows, told)[1], lines[0].count(delimiter) if lines else 0

    return max(DELIMITERS, key=sure)
