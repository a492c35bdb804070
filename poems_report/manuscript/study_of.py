"""Which study a manuscript is about: one folder for its scripts and cells, whatever engine runs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
