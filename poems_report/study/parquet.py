"""Reads a Parquet file as texts; numbers as their shortest text, nothing that is no number or text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from poems_report.study.raw import MAX_COLUMNS, MAX_ROWS, Coded, Read, Unreadable

if TYPE_CHECKING:
    import pyarrow as pa

MAX_UNPACKED = 4 * 2**30


def read_parquet(file: str, content: bytes) -> Read:
    """Read a Parquet file.

    Raises:
        Unreadable: no Parquet file, too large, or a column of dates or of another kind that is no text or number.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        source = parquet.ParquetFile(pa.BufferReader(content))
        facts = source.metadata
        groups = range(facts.num_row_groups)
        unpacked = sum(facts.row_group(place).total_byte_size for place in groups)
        if facts.num_columns > MAX_COLUMNS or facts.num_rows > MAX_ROWS or unpacked > MAX_UNPACKED:
            found = f"{facts.num_rows} rows, {facts.num_columns} columns"
            raise Unreadable(file, 0, "the table is too large", f"at most {MAX_ROWS} rows", found)
        table = source.read()
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError, KeyError):
        raise Unreadable(file, 0, "no Parquet file, or a damaged one", "a Parquet file") from None
    columns = tuple(
        Coded.of(_texts(file, name, column))
        for name, column in zip(table.column_names, table.columns, strict=True)
    )
    lines = np.arange(2, table.num_rows + 2, dtype=np.int64)
    return Read(tuple(str(name).strip() for name in table.column_names), columns, lines)


def _texts(file: str, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    if not (text or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)):
        what = "a date" if pa.types.is_temporal(kind) else f"of the type {kind}"
        raise Unreadable(file, 1, f"the column {name} holds {what}", "texts and numbers")
    if pa.types.is_dictionary(column.type):
        column = column.cast(kind)
    return _shortest(column) if pa.types.is_floating(kind) else column.cast(pa.string())


def _shortest(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The shortest text that reads back as the same number; a whole number without its decimal point."""
    import pyarrow as pa

    coded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    numbers = coded.dictionary.to_numpy(zero_copy_only=False)
    texts = pa.array([str(number).removesuffix(".0") for number in numbers], pa.string())
    return pa.chunked_array([texts.take(coded.indices)])
