"""What cells and inline values give: from a kernel, or kept from the last rendering of the same cells.

Kept results are used only where nothing they could follow from has changed: the cells, every file of the project but
prose and outputs, the last commit, the program, the installed libraries, the variables of the environment that the
kernel sees.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poems_report import provenance
from poems_report.errors import RenderError
from poems_report.manuscript.cells import CellWriter
from poems_report.manuscript.config import FIGURES, VARIABLES
from poems_report.manuscript.kept import file_hashes, key_of, program_key, read_kept, write_kept
from poems_report.manuscript.kernel import Failure, Kernel, running_kernel
from poems_report.manuscript.source import Cell, Line
from poems_report.manuscript.study_of import study_folder

KEPT = Path(".cache") / "manuscript"
_RECORD = "cells.json"
_SEEN = ("LANG", "LC_", "TZ", "PYTHON", "QUARTO_", "POEMS_REPORT_", "MPL")


@dataclass(frozen=True)
class Plan:
    """What is to be executed.

    Attributes:
        root: the project's folder, where the code runs.
        output: where finished documents go, below `root` or elsewhere.
        work: where figures of cells are written, to `index_files` below it.
        cells: the cells in order.
        expressions: the inline code of front matter and text, in order.
        defaults: options of cells where a cell states none.
        size: default width and height of figures, inches.
        forms: media types of figures that the formats need.
        epoch: seconds since 1970 that stand for now.
        environment: variables that the code sees beside those of this process.
    """

    root: Path
    output: Path
    work: Path
    cells: tuple[Cell, ...]
    expressions: tuple[str, ...]
    defaults: Mapping[str, Any]
    size: tuple[float, float]
    forms: tuple[str, ...]
    epoch: int
    environment: Mapping[str, str]


@dataclass
class Execution:
    """Results of cells and values, in the order in which the document asks for them.

    Attributes:
        plan: what is executed.
        kernel: where the code runs; None where everything is known from before.
        told_values: results of inline code.
        told_cells: the Markdown of cells.
        places: line of the cell that made a figure, by the figure's path without extension.
    """

    plan: Plan
    kernel: Kernel | None
    told_values: list[str] = field(default_factory=list)
    told_cells: list[str] = field(default_factory=list)
    places: dict[str, Line] = field(default_factory=dict)
    _writer: CellWriter | None = None
    _cells: int = 0
    _values: int = 0

    @property
    def fresh(self) -> bool:
        """Whether the code runs now."""
        return self.kernel is not None

    def values(self, expressions: Sequence[str]) -> list[str | Failure]:
        """Each expression as Markdown for a sentence, or as what went wrong."""
        if self.kernel is not None:
            found = self.kernel.values(expressions)
            self.told_values += [str(value) for value in found]
            return found
        first, self._values = self._values, self._values + len(expressions)
        return list(self.told_values[first : self._values])

    def cell(self, cell: Cell) -> str:
        """The Markdown that a cell leaves.

        Raises:
            RenderError: the code raised, or left something that cannot be shown; with file and line.
        """
        if self.kernel is not None:
            if self._writer is None:
                plan = self.plan
                self._writer = CellWriter(self.kernel, plan.defaults, plan.work, plan.size, self.places)
            self.told_cells.append(self._writer.write(cell))
            return self.told_cells[-1]
        self._cells += 1
        return self.told_cells[self._cells - 1]


@contextmanager
def execution(plan: Plan, *, reuse: bool, progress: Callable[[str], None]) -> Iterator[Execution]:
    """Execute with a kernel, or from what the last rendering kept; keep what a kernel gave.

    Args:
        plan: what is to be executed.
        reuse: use and keep results; else the code runs whatever was kept, and nothing is kept.
        progress: told which of the two.

    Raises:
        RenderError: the kernel does not start.
    """
    if not plan.cells and not plan.expressions:
        yield Execution(plan, None)
        return
    before = _files(plan) if reuse else {}
    kept = _read(plan, before) if reuse else None
    if kept is not None:
        progress("cells as before: nothing they follow from has changed")
        yield kept
        return
    progress("starting the kernel")
    try:
        with running_kernel(plan.root, _environment(plan)) as kernel:
            kernel.side(f"install(get_ipython(), {plan.forms!r}, {float(plan.defaults['fig-dpi'])})")
            live = Execution(plan, kernel)
            yield live
    except Failure as failure:
        raise RenderError(f"{failure.summary}\n    {failure.traceback}") from None
    if reuse:
        _write(live, before)


def _read(plan: Plan, files: Mapping[str, str]) -> Execution | None:
    """What was kept of this plan, its figures put into place."""
    folder = _folder(plan)
    found = read_kept(folder / _RECORD, _key(plan, files))
    images = folder / FIGURES
    if found is None or found["images"] != (file_hashes(images) if images.is_dir() else {}):
        return None
    if images.is_dir():
        shutil.copytree(images, plan.work / FIGURES)
    places = {path: plan.cells[number].opening for path, number in found["places"].items()}
    return Execution(plan, None, found["values"], found["cells"], places)


def _write(done: Execution, before: Mapping[str, str]) -> None:
    """Keep what a kernel gave, unless a source changed while it ran: then nobody knows what was read.

    Folders whose name begins with `_` hold what is made, such as the drawings, and may change.
    """
    plan, folder = done.plan, _folder(done.plan)
    after = _files(plan)
    sources = {name: digest for name, digest in before.items() if not re.match(r"_[^/]*/", name)}
    if any(after.get(name) != digest for name, digest in sources.items()):
        return
    shutil.rmtree(folder, ignore_errors=True)
    made = plan.work / FIGURES
    if made.is_dir():
        shutil.copytree(made, folder / FIGURES)
    openings = [cell.opening for cell in plan.cells]
    content = {
        "cells": done.told_cells,
        "values": done.told_values,
        "places": {path: openings.index(line) for path, line in done.places.items()},
        "images": file_hashes(made) if made.is_dir() else {},
    }
    write_kept(folder / _RECORD, _key(plan, after), content)


def _folder(plan: Plan) -> Path:
    """Where results are kept: renderings with other profiles or formats do not push each other out."""
    return plan.root / KEPT / key_of(plan.forms, plan.environment)[:12]


def _files(plan: Plan) -> dict[str, str]:
    """Hashes of the project's files but for prose and outputs, and of the study's wherever it lies.

    What shortcodes print, the number of words among it, is prose unless a cell names the file.
    """
    code = "\n".join((*plan.expressions, *(line.text for cell in plan.cells for line in cell.code)))
    printed = () if VARIABLES.removesuffix(".yml") in code else (VARIABLES,)
    top = plan.output.relative_to(plan.root).parts[:1] if plan.output.is_relative_to(plan.root) else ()
    own = file_hashes(plan.root, lambda path: path.suffix == ".qmd" or path.parts in (top, printed))
    study = plan.root / study_folder()
    found = file_hashes(study) if study.is_dir() else {}
    return own | {f"study: {name}": digest for name, digest in found.items()}


def _key(plan: Plan, files: Mapping[str, str]) -> str:
    cells = [(dict(cell.options), [line.text for line in cell.code]) for cell in plan.cells]
    seen = {name: value for name, value in os.environ.items() if name.startswith(_SEEN)}
    settings = (dict(plan.defaults), plan.size, plan.forms, plan.epoch, provenance.commit(plan.root))
    return key_of(program_key(), dict(files), cells, plan.expressions, settings, {**seen, **plan.environment})


def _environment(plan: Plan) -> dict[str, str]:
    """What the kernel finds in its environment: fixed time and seeds, and places it may write to."""
    style = plan.work / "matplotlibrc"
    width, height = plan.size
    style.write_text(f"svg.hashsalt: poems-report\nfigure.figsize: {width}, {height}\n", encoding="utf-8")
    environment = {
        **plan.environment,
        "SOURCE_DATE_EPOCH": str(plan.epoch),
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MATPLOTLIBRC": str(style),
        "QUARTO_FIG_WIDTH": str(width),
        "QUARTO_FIG_HEIGHT": str(height),
        "QUARTO_FIG_DPI": "96",
        "QUARTO_FIG_FORMAT": "svg",
    }
    home = Path(os.environ.get("HOME", "/"))
    if not os.access(home, os.W_OK):
        environment.setdefault("MPLCONFIGDIR", str(plan.work / "matplotlib"))
    return environment
