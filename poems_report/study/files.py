"""Finds and reads one table of a study, whatever kind of file it stands in; refuses what is no table."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from poems_report.errors import Problem
from poems_report.study.characters import cut, foreign, invisible
from poems_report.study.columns import Column
from poems_report.study.csv_table import read_csv
from poems_report.study.excel import read_excel
from poems_report.study.parquet import read_parquet
from poems_report.study.raw import Coded, Raw, Read, Unreadable

ENDINGS = (".csv", ".xlsx", ".parquet")
MAX_BYTES = 512 * 2**20
_OTHER = {
    ".xls": "save it as .xlsx",
    ".xlsm": "save it as .xlsx, without macros",
    ".xlsb": "save it as .xlsx",
    ".ods": "save it as .xlsx or CSV",
    ".tsv": "name it .csv; tabs are read",
    ".txt": "name it .csv; tabs, commas and semicolons are read",
}


@dataclass(frozen=True)
class Source:
    """A file of a study folder.

    Attributes:
        name: of the file.
        content: its bytes, read once: what is hashed is what was checked.
    """

    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """Its hash."""
        return hashlib.sha256(self.content).hexdigest()


def find_source(folder: Path, stem: str) -> Source | Problem | None:
    """The one file of a table.

    Args:
        folder: of the study.
        stem: name of the table, without ending.

    Returns:
        the file; what is wrong with it; None where there is none.
    """
    present = [name for ending in ENDINGS if (folder / (name := f"{stem}{ending}")).exists()]
    if len(present) > 1:
        return Problem(present[1], 0, "", "", f"the same table as {present[0]}", "one file of each table")
    if not present:
        for ending, hint in _OTHER.items():
            if (folder / f"{stem}{ending}").exists():
                return Problem(f"{stem}{ending}", 0, "", "", "a kind of file that is not read", hint)
        return None
    path = folder / present[0]
    if not path.is_file():
        return Problem(path.name, 0, "", "", "no file", "a file of this name")
    try:
        if path.stat().st_size > MAX_BYTES:
            return Problem(path.name, 0, "", "", "the file is too large", f"at most {MAX_BYTES // 2**20} MiB")
        return Source(path.name, path.read_bytes())
    except OSError as error:
        return Problem(path.name, 0, "", "", f"cannot be read: {error.strerror}", "a readable file")


def read_table(
    source: Source, columns: tuple[Column, ...], sheet: str = "", others: Collection[str] = ()
) -> tuple[Raw | None, list[Problem]]:
    """Read a table whose first line names its columns.

    Args:
        source: its file.
        columns: those that the table may have.
        sheet: of an Excel workbook; empty for the first.
        others: further names that its columns may have, such as those of the markers.

    Returns:
        the table as it stands, without empty rows, or None where nothing can be checked; and the problems found.
    """
    known = frozenset(column.name for column in columns) | frozenset(others)
    try:
        read = _read(source, known, sheet)
        _check_names(source.name, read, columns)
    except Unreadable as error:
        return None, [error.problem]
    by_name: dict[str, Coded] = {}
    problems = list(read.problems)
    for name, column in zip(read.names, read.columns, strict=True):
        empty = all(text == "" for text in column.texts.slice(0, 2).to_pylist())
        if name in by_name:
            problems.append(Problem(source.name, 1, name, "", "the column twice", "each column once"))
        elif name:
            by_name[name] = column
        elif not empty:
            what = "a column without a name"
            problems.append(Problem(source.name, 1, "", "", what, "one name a column, no merged cells"))
    raw = Raw(source.name, read.lines, by_name, read.point, read.left_out)
    blank = _blank(raw)
    return raw.where(~blank) if blank.any() else raw, problems


def unknown_columns(raw: Raw, known: Collection[str]) -> list[Problem]:
    """One problem for each column that the table may not have."""
    allowed = ", ".join(known)
    return [
        Problem(raw.file, 1, cut(name), "", _unknown(name), _meant(name, known) or f"only {allowed}")
        for name in raw.columns
        if name not in known
    ]


def missing_columns(raw: Raw, required: Collection[str]) -> list[Problem]:
    """One problem for each column that the table must have and lacks."""
    return [
        Problem(raw.file, 1, name, "", "the column is missing", f"a column {name}")
        for name in required
        if name not in raw.columns
    ]


def with_columns(raw: Raw, columns: tuple[Column, ...]) -> Raw:
    """The table with exactly these columns; those that it lacks are empty."""
    found = {column.name: raw.columns.get(column.name) or Coded.constant("", len(raw)) for column in columns}
    return replace(raw, columns=found)


def _read(source: Source, known: frozenset[str], sheet: str) -> Read:
    if source.name.endswith(".xlsx"):
        return read_excel(source.name, source.content, sheet)
    if source.name.endswith(".parquet"):
        return read_parquet(source.name, source.content)
    return read_csv(source.name, source.content, known)


def _check_names(file: str, read: Read, columns: tuple[Column, ...]) -> None:
    """Refuses a table whose first line names none of its columns."""
    known = {column.name for column in columns}
    if known.intersection(read.names):
        return
    required = [column.name for column in columns if column.required]
    for row, line in enumerate(read.lines[:5].tolist()):
        if known.intersection(column.text(row) for column in read.columns):
            allowed = f"the names of the columns on line 1; they stand on line {line}"
            raise Unreadable(file, 1, "the file has no header", allowed, cut(",".join(read.names)))
    allowed = f"a first line with {', '.join(required)}"
    raise Unreadable(file, 1, "the file has no header", allowed, cut(",".join(read.names)))


def _blank(raw: Raw) -> np.ndarray:
    blank = np.ones(len(raw), dtype=bool)
    for column in raw.columns.values():
        if not blank.any():
            break
        blank &= column.equals("")
    return blank


def _unknown(name: str) -> str:
    hidden = invisible(name)
    return f"unknown column, with {hidden}" if hidden else "unknown column"


def _meant(name: str, known: Collection[str]) -> str:
    """The known column that differs from this name by case, blanks or signs that cannot be seen."""
    if foreign(name):
        name = "".join(one for one in name if not invisible(one) and not one.isspace())
    plain = name.casefold().replace(" ", "_").replace("-", "_")
    return next((one for one in known if one.casefold() == plain), "")
