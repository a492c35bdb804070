"""What a bundle is made of and for: the project, its study, the journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from poems_report.errors import UsageError
from poems_report.manuscript.study_of import study_folder
from poems_report.submission.plan import Plan

Engine = Literal["auto", "quarto", "embedded"]


@dataclass(frozen=True)
class Request:
    """One bundle to be made.

    Attributes:
        project: folder of the manuscript.
        data: the study folder.
        plan: the journal's profile and the width of its figures.
        output: the zip file.
        engine: which engine renders the manuscript.
        meca: as a MECA archive.
    """

    project: Path
    data: Path
    plan: Plan
    output: Path
    engine: Engine = "auto"
    meca: bool = False


def folders(named: Path) -> tuple[Path, Path]:
    """The project and the study that a folder stands for: a project with its study, or a study for the project here.

    Raises:
        UsageError: the folder is neither.
    """
    if (named / "_quarto.yml").is_file():
        return named, named / study_folder()
    if (named / "study.yml").is_file():
        return Path(), named
    if not named.is_dir():
        raise UsageError(f"there is no folder {named}")
    raise UsageError(f"{named} is neither a project (with _quarto.yml) nor a study folder (with study.yml)")
