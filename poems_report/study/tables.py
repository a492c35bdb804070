"""Reads one table of a study as text, row numbers kept; refuses what is no table."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.errors import Problem
from poems_report.study.columns import Column

if TYPE_CHECKING:
    import pandas as pd


def read_table(path: Path, columns: tuple[Column, ...]) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read a CSV file whose first line names its columns.

    Returns:
        a frame of text, one row a line, indexed by the line's number in the file and holding every column of
        `columns` (empty text where the file lacks an optional one), or None where there is no such table; and
        the problems found.
    """
    import pandas as pd

    fault = _file_fault(path)
    if fault:
        return None, [fault]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                dtype=str,
                keep_default_na=False,
                encoding="utf-8-sig",
                skip_blank_lines=False,
                index_col=False,
            )
    except pd.errors.EmptyDataError:
        return None, [Problem(path.name, 0, "", "", "the file is empty", "a header and rows")]
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        return None, [_ragged(path)]
    frame = frame.fillna("").apply(lambda column: column.str.strip())
    frame.columns = frame.columns.str.strip()
    frame.index = frame.index + 2
    problems = _header_faults(path.name, list(frame.columns), columns)
    if problems:
        return None, problems
    frame = frame[(frame != "").any(axis=1)]
    missing = {column.name: "" for column in columns if column.name not in frame}
    return frame.assign(**missing)[[column.name for column in columns]], []


def _file_fault(path: Path) -> Problem | None:
    if not path.is_file():
        return Problem(path.name, 0, "", "", "the file is missing", "a file of this name")
    content = path.read_bytes()
    if not content.strip():
        return Problem(path.name, 0, "", "", "the file is empty", "a header and rows")
    if b"\0" in content:
        return Problem(path.name, 0, "", "", "the file is no text", "CSV in UTF-8")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return Problem(path.name, row, "", "", "the file is not UTF-8", "CSV in UTF-8")
    return None


def _header_faults(file: str, found: list[str], columns: tuple[Column, ...]) -> list[Problem]:
    known = [column.name for column in columns]
    required = [column.name for column in columns if column.required]
    if not set(found) & set(known):
        first = ",".join(found)[:60]
        return [
            Problem(file, 1, "", first, "the file has no header", f"a first line with {', '.join(required)}")
        ]
    faults = [
        Problem(file, 1, name, "", "unknown column", f"only {', '.join(known)}")
        for name in found
        if name not in known
    ]
    faults += [
        Problem(file, 1, name, "", "the column is missing", f"a column {name}")
        for name in required
        if name not in found
    ]
    return faults


def _ragged(path: Path) -> Problem:
    """The first row that has more fields than the header, or the quote that is never closed."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.reader(handle)
        width = len(next(rows))
        for fields in rows:
            if len(fields) > width:
                found = f"{len(fields)} fields"
                return Problem(
                    path.name, rows.line_num, "", found, "more fields than columns", f"{width} fields"
                )
    return Problem(path.name, 0, "", "", "a quotation mark is never closed", "quotation marks in pairs")
