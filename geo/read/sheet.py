"""An Excel workbook (.xlsx) -> one Article a row of each sheet that has a column of texts.

A workbook is a ZIP archive of XML: its members are inflated within bounds and searched for declarations before the
library that knows the format sees it. Formulas count as the values they had when the file was saved.
"""

import io
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import Any

from geo.read.coded import coding_of
from geo.read.columns import COLUMNS, GUESSED, HEAD_ROWS, Told, has_text_column, header_at, plain_name
from geo.read.packed import members
from geo.read.rows import Read, read_row
from geo.records import BadInput

ROW_LIMIT = 200_000
COLUMN_LIMIT = 500
SHEET_LIMIT = 50
SERIALS = (14_612, 73_051)
"""Numbers of days from 1940 to 2099."""


def read_xlsx(data: bytes, told: Told = GUESSED) -> Iterator[tuple[str, Read]]:
    """("sheet:row", what it holds). BadInput when no sheet has a column of texts."""
    _without_declarations(data)
    import openpyxl  # only runs with a workbook need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of styles it does not know
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        taken, refusal = False, BadInput("The workbook has no sheet.")
        for sheet in book.worksheets[:SHEET_LIMIT]:
            sheet.reset_dimensions()  # what a file claims about its size is not believed
            rows = enumerate(sheet.iter_rows(values_only=True, max_col=COLUMN_LIMIT), 1)
            first = list(islice(((n, row) for n, row in rows if any(c is not None for c in row)), HEAD_ROWS))
            at, _ = header_at([[_name(cell) for cell in row] for _, row in first], told)
            names = [_name(cell) for cell in first[at][1]] if first else []
            coding = coding_of(names)
            try:
                if told or not coding:
                    has_text_column(filter(None, names), told)
            except BadInput as error:
                refusal = error
                continue
            taken = True
            yield from _each_row(Sheet(sheet.title, names, told, coding, book.epoch), chain(first[at + 1 :], rows))
    if not taken:
        raise refusal


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a sheet once its header is found."""

    title: str
    names: list[str]
    told: Told
    coding: str
    epoch: datetime
    """The day 0 of its dates."""


def _each_row(sheet: Sheet, rows: Iterable[tuple[int, tuple[Any, ...]]]) -> Iterator[tuple[str, Read]]:
    days = {plain_name(sheet.told["date"])} if "date" in sheet.told else set(COLUMNS["date"])
    for number, row in rows:
        if number > ROW_LIMIT:
            yield f"{sheet.title}:{number}", BadInput(f"A sheet may have {ROW_LIMIT:,} rows; the rest is not read.")
            return
        if all(cell is None for cell in row):
            continue
        fields = {
            name: as_words(_dated(cell, sheet.epoch) if plain_name(name) in days else cell)
            for name, cell in zip(sheet.names, row, strict=False) if name
        }
        try:
            yield f"{sheet.title}:{number}", read_row(fields, sheet.told, sheet.coding)
        except BadInput as error:
            yield f"{sheet.title}:{number}", error


def _name(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _dated(cell: Any, epoch: datetime) -> Any:
    """A number in a column of dates as the day that it is in a workbook whose cells lost their format."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and SERIALS[0] <= cell < SERIALS[1]:
        return (epoch + timedelta(days=int(cell))).date()
    return cell


def as_words(value: Any) -> str | None:
    """A cell as the text that a CSV file would have."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _without_declarations(data: bytes) -> None:
    names = set()
    for name, content in members(data):
        if isinstance(content, BadInput):
            raise BadInput(f"The workbook's part {name}: {content}")
        names.add(name)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise BadInput(f"The workbook's part {name} declares entities or a strange encoding; it is not read.")
    if "xl/workbook.xml" not in names:
        raise BadInput("It is no Excel workbook (.xlsx): there is no xl/workbook.xml in it.")
