"""Which engine renders, what is checked, and how the finished documents come into place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from poems_report import provenance
from poems_report.errors import CheckError, RenderError
from poems_report.manuscript import Rendered
from poems_report.manuscript.checks import check_documents
from poems_report.manuscript.config import FIGURES, FILES, Project, read_project
from poems_report.manuscript.consistency import differing_numbers, other_fonts, unreferred
from poems_report.manuscript.embedded import stage_embedded
from poems_report.manuscript.profiles import active_profiles, withheld
from poems_report.manuscript.prose import typed_digits
from poems_report.manuscript.quarto import find_quarto, stage_quarto
from poems_report.manuscript.scripts import run_scripts, script_environment
from poems_report.manuscript.study_of import put_back
from poems_report.manuscript.withheld import found_in

Made = tuple[str, dict[str, Path], tuple[str, ...]]


def choose_and_render(
    root: Path,
    output: Path | None,
    engine: str,
    formats: Sequence[str] | None,
    progress: Callable[[str], None],
    strict: bool,
    reuse: bool,
    profile: str | None,
) -> Rendered:
    """Render with the engine asked for, check, and only then replace the documents made last.

    See `poems_report.manuscript.render`, which this serves.
    """
    root = root.resolve()
    profiles = active_profiles(root, profile)
    project = read_project(root, profiles, metadata_files=False)
    for name in formats or ():
        if name not in FILES:
            raise RenderError(f"the format {name!r} is not supported, only {', '.join(FILES)}")
    written = (*(root / name for name in project.metadata_files), *root.glob("_quarto-*.yml"))
    with put_back(root, written), tempfile.TemporaryDirectory(prefix="report-") as folder:
        stage = Path(folder)
        name, files, warnings = _stage(project, stage, engine, formats, progress, profiles, reuse)
        progress("checking the documents")
        failures = check_documents(files, unfilled=strict)
        if strict:
            fonts = project.settings.get("allowed-fonts") or {}
            failures = (
                *typed_digits(root, project.main),
                *failures,
                *unreferred(files),
                *differing_numbers(files),
                *other_fonts(files, fonts),
            )
        failures += found_in(files, withheld(root, profiles))
        if failures:
            raise CheckError(failures)
        into = (output or project.output).resolve()
        _publish(stage, into)
    return Rendered(
        name, {target: into / path.relative_to(stage) for target, path in files.items()}, warnings
    )


def _stage(
    project: Project,
    stage: Path,
    engine: str,
    formats: Sequence[str] | None,
    progress: Callable[[str], None],
    profiles: tuple[str, ...],
    reuse: bool,
) -> Made:
    warnings: tuple[str, ...] = ()
    root = project.root
    quarto = None if engine == "embedded" else find_quarto()
    if engine == "quarto" and quarto is None:
        raise RenderError(
            "no working Quarto was found beside this Python or on PATH; the embedded engine needs none"
        )
    if quarto is not None:
        name = f"quarto {quarto.version}"
        if project.metadata_files:
            # Quarto reads them before it runs the scripts that write them.
            run_scripts(root, project.pre_render, stage, script_environment(name, profiles), ())
        try:
            return name, stage_quarto(quarto, root, stage, formats, progress, name, profiles), ()
        except RenderError as error:
            if engine == "quarto":
                raise
            warnings = (f"the embedded engine made this report, because {name} could not: {error}",)
            shutil.rmtree(stage)
            stage.mkdir()
    name = f"embedded {provenance.package_version()}"
    files, more = stage_embedded(root, stage, formats, progress, name, profiles=profiles, reuse=reuse)
    return name, files, (*warnings, *more)


def _publish(stage: Path, into: Path) -> None:
    """Put every file in place, each whole or not at all; figures that an earlier article needed go."""
    made = {path.relative_to(stage) for path in stage.rglob("*") if path.is_file()}
    for name in sorted(made):
        provenance.write_atomically(into / name, (stage / name).read_bytes())
    if Path(FILES["jats"]) in made:
        for old in sorted((into / FIGURES).rglob("*"), reverse=True):
            if old.is_file() and old.relative_to(into) not in made:
                old.unlink()
            elif old.is_dir() and not any(old.iterdir()):
                old.rmdir()
