"""Writes the files of a study folder so that a reader never sees half of one."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from poems_report.errors import Problem, StudyError


def refuse_filled(folder: Path) -> None:
    """Raise unless a folder is missing or empty.

    Raises:
        StudyError: the path is a file, or the folder holds anything.
    """
    if folder.exists() and not folder.is_dir():
        raise StudyError([Problem(str(folder), 0, "", "", "not a folder", "a new or empty folder")])
    if folder.is_dir() and any(folder.iterdir()):
        raise StudyError(
            [Problem(str(folder), 0, "", "", "the folder is not empty", "a new or empty folder")]
        )


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, made where it is missing: each beside its place, then renamed into it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        with NamedTemporaryFile(dir=folder, prefix=".writing-", delete=False) as handle:
            beside = Path(handle.name)
            try:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
                beside.chmod(0o644)
                beside.replace(folder / name)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as the study's files have it: UTF-8, commas, one line feed a row."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()
