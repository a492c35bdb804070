"""The manuscript: one source, two engines (Quarto, and an embedded one), four formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["Rendered", "render"]


@dataclass(frozen=True)
class Rendered:
    """The documents of one rendering.

    Attributes:
        engine: what made them, with its version: "quarto 1.11" or "embedded 0.1.0".
        files: the document of each format: html, pdf, docx, jats.
        warnings: what the reader of the log should know, one line each.
    """

    engine: str
    files: dict[str, Path] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def render(
    project: Path,
    output: Path | None = None,
    *,
    engine: Literal["auto", "quarto", "embedded"] = "auto",
    formats: Sequence[str] | None = None,
    progress: Callable[[str], None] | None = None,
    strict: bool = False,
    reuse: bool = False,
    profile: str | None = None,
    data: Path | None = None,
) -> Rendered:
    """Render a manuscript project and check the finished documents.

    Args:
        project: folder with `_quarto.yml`.
        output: folder for the documents; None for the project's own output folder.
        engine: "auto" takes Quarto where a working one is found and the embedded engine elsewhere, and falls
            back to the embedded engine with a warning if Quarto fails.
        formats: of html, pdf, docx, jats; None for all that the project names.
        progress: called with a short text at every step.
        strict: a `meta` or `var` shortcode without a value is a failure, not a warning.
        reuse: the embedded engine takes the results of cells from the last rendering where nothing that they
            follow from has changed: no cell, no file of the project but prose, not the program, no library.
        profile: `_quarto-NAME.yml` is laid upon `_quarto.yml`; several names with commas; None for the default.
        data: the study folder, handed to the project as POEMS_REPORT_DATA; None for what the project itself takes.

    Raises:
        RenderError: the manuscript could not be rendered; names file and line where they are known.
        CheckError: a finished document has faults.

    In either case the documents made last stay as they are.
    """
    from poems_report.manuscript.choice import choose_and_render
    from poems_report.manuscript.study_of import study_of

    told = progress or (lambda _: None)
    with study_of(data):
        return choose_and_render(Path(project), output, engine, formats, told, strict, reuse, profile)
