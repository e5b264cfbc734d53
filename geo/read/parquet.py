"""A Parquet file -> one Article a row; only the columns that are asked for are read, a few hundred rows at a time."""

import io
from collections.abc import Iterator
from typing import Any

from geo.read.coded import coding_of
from geo.read.columns import COLUMNS, GUESSED, Told, has_text_column, plain_name
from geo.read.rows import Read, read_row
from geo.read.sheet import as_words
from geo.records import BadInput

ROW_LIMIT = 5_000_000
BATCH_ROWS = 256
GROUP_LIMIT = 2_000_000_000
"""Bytes of one row group, inflated."""


def read_parquet(data: bytes, told: Told = GUESSED) -> Iterator[tuple[int, Read]]:
    """(row from 1, what it holds). BadInput when no column is a text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        head = pq.ParquetFile(io.BytesIO(data))
        names = [str(name) for name in head.schema_arrow.names]
        coding = "" if told else coding_of(names)
        if not coding:
            has_text_column(names, told)
        known = {name for names in COLUMNS.values() for name in names} | {plain_name(name) for name in told.values()}
        wanted = [name for name in names if coding or plain_name(name) in known]
        _bounded(head.metadata)
        # A column of one text repeated a million times is small as a dictionary, and only so.
        texts = [f.name for f in head.schema_arrow if f.name in wanted and pa.types.is_string(f.type)]
        file = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        number = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
            for row in range(batch.num_rows):
                number += 1
                fields = {name: as_words(batch.column(at)[row].as_py()) for at, name in enumerate(batch.schema.names)}
                try:
                    yield number, read_row(fields, told, coding)
                except BadInput as error:
                    yield number, error
    except (pa.ArrowException, OSError, OverflowError) as error:
        raise BadInput(f"It is no whole Parquet file ({str(error)[:200]}).") from None


def _bounded(metadata: Any) -> None:
    """By what the file says of its groups. What it says of a column is not asked: where that is damaged, the library
    ends the process instead of raising an error.
    """
    if metadata.num_rows > ROW_LIMIT:
        raise BadInput(f"The file has {metadata.num_rows:,} rows; it may have {ROW_LIMIT:,}. Split it.")
    size = max((metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups)), default=0)
    if size > GROUP_LIMIT:
        raise BadInput(f"A row group inflates to {size:,} bytes; it may have {GROUP_LIMIT:,}.")
