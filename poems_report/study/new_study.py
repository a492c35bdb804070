"""Makes a new study folder: commented settings and invented rows that load and can be analysed at once."""

from __future__ import annotations

from pathlib import Path

from poems_report.study.folder import refuse_filled, write_files

FILES = ("study.yml", "patients.csv", "measurements.csv", "events.csv", "claims.yml", "README.md")


def new_study(folder: Path, templates: Path) -> tuple[str, ...]:
    """Write the files of a new study.

    Args:
        folder: a new or empty folder.
        templates: the folder of the files to start from, `templates/study`.

    Returns:
        the names of the files.

    Raises:
        StudyError: the folder holds anything; nothing is written.
    """
    refuse_filled(folder)
    write_files(folder, {name: (templates / name).read_bytes() for name in FILES})
    return FILES
