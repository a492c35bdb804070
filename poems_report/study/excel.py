"""Reads one sheet of an Excel workbook (.xlsx) as the texts that it shows.

A workbook is a zip of XML from anywhere: its size is bounded before it is unpacked, and no entity is expanded.
Dates and formulas are refused cell by cell: a day or a value that Excel turned into a date is lost, and a
formula's result may be older than its inputs.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from poems_report.errors import Problem
from poems_report.study.characters import cut
from poems_report.study.raw import MAX_COLUMNS, Coded, Read, Unreadable, patient_in

MAX_UNPACKED = 128 * 2**20
MAX_ROWS = 1_048_576
MAX_PARTS = 5_000
_MARGIN = 20
_DATES = (datetime.date, datetime.time, datetime.timedelta)
_DECIMALS = re.compile(r"(?:#,##)?0\.(0+)(?:_\))?")


def read_excel(file: str, content: bytes, sheet: str = "") -> Read:
    """Read a sheet whose first row names its columns.

    Args:
        file: its name.
        content: its bytes.
        sheet: its name; empty for the first sheet of the workbook.

    Raises:
        Unreadable: no workbook, protected, too large, without that sheet, or without a header.
    """
    _check_parts(file, content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that no table needs
        return _table(file, content, sheet)


def _table(file: str, content: bytes, sheet: str) -> Read:
    header = next(_rows(file, content, sheet, 1, MAX_COLUMNS + 1), (1, ()))[1]
    problems = [_cell_fault(file, cell, "") for cell in header if _odd(cell)]
    if problems:
        raise Unreadable(file, 1, problems[0].message, problems[0].allowed)
    names = [_text(cell).strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise Unreadable(file, 1, "too many columns", f"at most {MAX_COLUMNS}")
    rows = _rows(file, content, sheet, MAX_ROWS, len(names) + _MARGIN)
    next(rows, None)
    return _read(file, tuple(names), rows)


def _read(file: str, names: tuple[str, ...], rows: Iterator[tuple[int, tuple[Any, ...]]]) -> Read:
    import pyarrow as pa

    width = len(names)
    problems: list[Problem] = []
    lines: list[int] = []
    left_out: set[str] = set()
    columns: list[list[str]] = [[] for _ in names]
    for line, cells in rows:
        faults = [
            _cell_fault(file, cell, names[place] if place < width else "")
            for place, cell in enumerate(cells)
            if _odd(cell)
        ]
        beyond = [cell for cell in cells[width:] if not _odd(cell) and _text(cell).strip()]
        if beyond:
            value, where = cut(_text(beyond[0])), f"outside the table, in cell {beyond[0].coordinate}"
            faults.append(Problem(file, line, "", value, where, "nothing beside the named columns"))
        if faults:
            problems += faults
            left_out.add(patient_in(names, [_text(cell) for cell in cells]))
            continue
        lines.append(line)
        for place, column in enumerate(columns):
            column.append(_text(cells[place]) if place < len(cells) else "")
    coded = tuple(Coded.of(pa.array(column, pa.string())) for column in columns)
    return Read(names, coded, np.array(lines, dtype=np.int64), problems, left_out=frozenset(left_out))


def _check_parts(file: str, content: bytes) -> None:
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        what = "an old Excel workbook (.xls) or one with a password"
        raise Unreadable(file, 0, what, "an .xlsx workbook without password")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
                size = f"{unpacked / 2**20:.0f} MiB unpacked"
                limit = f"at most {MAX_UNPACKED // 2**20} MiB; larger tables as CSV or Parquet"
                raise Unreadable(file, 0, "the workbook is too large", limit, size)
            if any(
                _declares(archive.read(part)) for part in parts if part.filename.endswith((".xml", ".rels"))
            ):
                raise Unreadable(file, 0, "the workbook declares entities", "a workbook as Excel saves it")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise _no_workbook(file) from None


def _declares(part: bytes) -> bool:
    """Whether an XML part holds a document type, in which entities could be declared."""
    plain = part.replace(b"\0", b"") if part[:2] in {b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"} else part
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def _rows(
    file: str, content: bytes, sheet: str, last: int, width: int
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Number and cells of the first row, and of each one up to the last that holds anything."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        found = {one.title: one for one in book.worksheets}
    except Exception:  # whatever a broken part makes openpyxl or its XML parser raise
        raise _no_workbook(file) from None
    if not found or (sheet and sheet not in found):
        there = ", ".join(cut(title) for title in list(found)[:20])
        raise Unreadable(file, 0, "no such sheet", f"one of: {there}" if there else "a sheet", cut(sheet))
    table = found[sheet] if sheet else next(iter(found.values()))
    try:
        rows = table.iter_rows(max_row=last, max_col=width)
        for line, cells in enumerate(rows, start=1):
            if line == 1 or any(cell.value is not None for cell in cells):
                yield line, cells
    except Exception:
        raise _no_workbook(file) from None


def _no_workbook(file: str) -> Unreadable:
    return Unreadable(file, 0, "no Excel workbook, or a damaged one", "an .xlsx workbook as Excel saves it")


def _odd(cell: Any) -> bool:
    return cell.data_type in {"f", "e"} or isinstance(cell.value, _DATES)


def _cell_fault(file: str, cell: Any, column: str) -> Problem:
    kinds = {
        "f": ("a formula", "its result as a value (Paste Special, Values)"),
        "e": ("an error of Excel", "a value"),
    }
    what, allowed = kinds.get(
        cell.data_type, ("a date", "days from infusion as whole numbers, values as numbers")
    )
    value = cut(str(cell.value)) if cell.data_type in kinds else ""  # a date may be that of a birth
    return Problem(file, cell.row, column, value, f"{what} in cell {cell.coordinate}", allowed)


def _text(cell: Any) -> str:
    """What the cell shows: a number with the decimals of its format, unless they would hide a digit."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    decimals = _DECIMALS.fullmatch(cell.number_format or "")
    if decimals and np.isfinite(value):
        shown = f"{value:.{len(decimals[1])}f}"
        if float(shown) == value:
            return shown
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
