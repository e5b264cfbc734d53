"""An Excel workbook (.xlsx) -> one Article a row of each sheet that has a column of texts.

A workbook is a ZIP archive of XML: its members are inflated within bounds and searched for declarations before the
library that knows the format sees it. Formulas count as the values they had when the file was saved.
"""

import io
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from geo.read.coded import coding_of
from geo.read.packed import members
from geo.read.rows import GUESSED, Read, Told, has_text_column, read_row
from geo.records import BadInput

ROW_LIMIT = 200_000
COLUMN_LIMIT = 500
SHEET_LIMIT = 50


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
            rows = sheet.iter_rows(values_only=True, max_col=COLUMN_LIMIT)
            header = next((row for row in islice(rows, 20) if any(cell is not None for cell in row)), ())
            names = [str(cell).strip() if cell is not None else "" for cell in header]
            coding = coding_of(names)
            try:
                if told or not coding:
                    has_text_column(filter(None, names), told)
            except BadInput as error:
                refusal = error
                continue
            taken = True
            yield from _each_row(sheet.title, names, rows, told, coding)
    if not taken:
        raise refusal


def _each_row(
    sheet: str, names: list[str], rows: Iterable[tuple[Any, ...]], told: Told, coding: str
) -> Iterator[tuple[str, Read]]:
    for number, row in enumerate(rows, 2):
        if number > ROW_LIMIT:
            yield f"{sheet}:{number}", BadInput(f"A sheet may have {ROW_LIMIT:,} rows; the rest is not read.")
            return
        if all(cell is None for cell in row):
            continue
        fields = {name: as_words(cell) for name, cell in zip(names, row, strict=False) if name}
        try:
            yield f"{sheet}:{number}", read_row(fields, told, coding)
        except BadInput as error:
            yield f"{sheet}:{number}", error


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
