"""Every error that this package raises on purpose.

PoemsError                 anything a user can cause; the command line prints it and exits with 1
  StudyError               the study folder cannot be used; carries all problems at once
  AnalysisError            an analysis was asked for that this study cannot carry
    FigureError            a figure that this study cannot carry; says what it needs
  DocumentError            a document (patient page, figure, report) could not be made
    RenderError            the manuscript failed: names file and line where known
    CheckError             a finished document fails its checks
    FigureFileError        a figure file that cannot be opened safely
  ProfileError             a journal that is unknown, or whose profile is wrong; one line a fault
  VerificationError        an output does not match its manifest
  VersionError             a version that cannot be released, found or rebuilt
UsageError                 the command was called wrongly; exits with 2
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with one place of the input.

    Attributes:
        file: name of the file, relative to the study folder.
        row: line of the file as an editor counts it, header included; 0 where the whole file is meant.
        column: name of the column or key; empty where the whole row is meant.
        value: the value found, as text.
        message: what is wrong.
        allowed: what would be right.
        character: place in the line, from 1, where the file is settings; 0 elsewhere.
    """

    file: str
    row: int
    column: str
    value: str
    message: str
    allowed: str
    character: int = 0

    def __str__(self) -> str:
        place = self.file
        if self.row:
            place += f":{self.row}"
        if self.character:
            place += f":{self.character}"
        if self.column:
            place += f":{self.column}"
        shown = f" {self.value!r}:" if self.value else ""
        return f"{place}:{shown} {self.message}; allowed: {self.allowed}"


class PoemsError(Exception):
    """Base of every error that a user can cause."""


class UsageError(Exception):
    """The command line was called wrongly."""


class StudyError(PoemsError):
    """A study folder that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class AnalysisError(PoemsError):
    """An analysis that this study cannot carry."""


class FigureError(AnalysisError):
    """A figure that this study cannot carry; `needs` says what it lacks."""

    def __init__(self, name: str, needs: str) -> None:
        self.needs = needs
        super().__init__(f"the figure {name} needs {needs}")


class DocumentError(PoemsError):
    """A document that could not be made."""


class RenderError(DocumentError):
    """A manuscript that could not be rendered, with its place in the source where known."""

    def __init__(self, message: str, file: str = "", line: int = 0) -> None:
        self.file = file
        self.line = line
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message)


class CheckError(DocumentError):
    """A finished document that fails its checks; one line a failure."""

    def __init__(self, failures: Sequence[str]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(self.failures))


class ProfileError(PoemsError):
    """A journal that is unknown, or whose profile cannot be used; one line a fault."""


class FigureFileError(DocumentError):
    """A figure file that cannot be opened safely: its name, what is wrong and the detail known of it."""

    def __init__(self, name: str, wrong: str, detail: str = "") -> None:
        self.name = name
        self.wrong = wrong
        super().__init__(f"{name}: {wrong}{f' ({detail})' if detail else ''}")


class VerificationError(PoemsError):
    """Outputs that do not match their manifest."""


class VersionError(PoemsError):
    """A version of the report that cannot be released, found or rebuilt; one line a reason."""
