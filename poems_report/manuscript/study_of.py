"""Which study a manuscript is about: one folder for its scripts and cells, whatever engine runs them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from poems_report.provenance import write_atomically

VARIABLE = "POEMS_REPORT_DATA"


def study_folder() -> Path:
    """The folder that POEMS_REPORT_DATA names, else `data` beside the manuscript."""
    return Path(os.environ.get(VARIABLE) or "data")


@contextmanager
def study_of(folder: Path | None) -> Iterator[None]:
    """Name the study for every process started meanwhile; None leaves it as it is."""
    before = os.environ.get(VARIABLE)
    if folder is not None:
        os.environ[VARIABLE] = str(folder.resolve())
    try:
        yield
    finally:
        if folder is not None:
            os.environ.pop(VARIABLE)
            if before is not None:
                os.environ[VARIABLE] = before


@contextmanager
def put_back(root: Path, files: Iterable[Path]) -> Iterator[None]:
    """Files of a project as they were, afterwards, if the study is another than its own.

    The scripts of a project write settings from the study, such as the title, to where Quarto finds them before any
    script runs. Another study must not leave its own there. Times are put back too, or `make` would take the report
    for older than its settings.

    Args:
        root: the project's folder.
        files: which files; one that does not exist is left alone.
    """
    if (root / study_folder()).resolve() == (root / "data").resolve():
        yield
        return
    before = {path: (path.read_bytes(), path.stat()) for path in files if path.is_file()}
    try:
        yield
    finally:
        for path, (content, stat) in before.items():
            if not path.is_file() or path.read_bytes() != content:
                write_atomically(path, content)
                os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
