"""The Quarto engine: finds a Quarto that works, and renders a project with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from poems_report import provenance
from poems_report.errors import RenderError
from poems_report.manuscript.config import FILES

_TIME_LIMIT = 1800
_SHOWN_LINES = 15


@dataclass(frozen=True)
class Quarto:
    """A Quarto that works: the program, and the version that it states."""

    program: str
    version: str


def find_quarto() -> Quarto | None:
    """The Quarto beside this interpreter or on PATH, if it answers; a broken installation counts as none."""
    beside = Path(sys.executable).parent / ("quarto.cmd" if sys.platform == "win32" else "quarto")
    for program in dict.fromkeys([str(beside) if beside.exists() else None, shutil.which("quarto")]):
        if program is None:
            continue
        try:
            done = subprocess.run(
                [program, "--version"], capture_output=True, text=True, check=False, timeout=60
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        found = re.search(r"^\d+(\.\d+)+", done.stdout.strip())
        if done.returncode == 0 and found:
            return Quarto(program, found[0])
    return None


def stage_quarto(
    quarto: Quarto,
    root: Path,
    stage: Path,
    formats: Sequence[str] | None,
    progress: Callable[[str], None],
    engine: str,
    profiles: tuple[str, ...] = (),
) -> dict[str, Path]:
    """Render all formats in one call into `stage`; return the document of each format.

    One call, because Quarto empties the output folder at every call. The folder it writes to lies within the
    project, where Quarto wants it, and is removed afterwards.

    Args:
        quarto: the program.
        root: the project's folder.
        stage: an empty folder for what is made.
        formats: of html, pdf, docx, jats; None for all that the project names.
        progress: called with a short text.
        engine: name of the engine, handed to the project's scripts as POEMS_REPORT_ENGINE.
        profiles: the profiles in force.

    Raises:
        RenderError: Quarto failed, with the end of its own message, or wrote nothing.
    """
    progress(f"Quarto {quarto.version} is rendering")
    with (
        tempfile.TemporaryDirectory(prefix=".rendering-", dir=root) as inside,
        tempfile.TemporaryDirectory(prefix="quarto-") as private,
    ):
        command = [quarto.program, "render", ".", "--output-dir", Path(inside).name]
        if profiles:
            command += ["--profile", ",".join(profiles)]
        if formats is not None:
            command += ["--to", ",".join(formats)]
        try:
            done = subprocess.run(
                command,
                cwd=root,
                env=_environment(root, Path(private), engine),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=_TIME_LIMIT,
            )
        except subprocess.TimeoutExpired:
            raise RenderError(f"Quarto did not finish within {_TIME_LIMIT // 60} minutes") from None
        if done.returncode:
            raise RenderError(f"Quarto failed: {_message(done.stderr or done.stdout, root)}")
        found = {
            target: Path(inside) / name for target, name in FILES.items() if (Path(inside) / name).is_file()
        }
        missing = [target for target in (formats or []) if target not in found]
        if missing or not found:
            raise RenderError(f"Quarto wrote no {', '.join(missing) or 'document'}")
        shutil.copytree(inside, stage, dirs_exist_ok=True)
    return {target: stage / FILES[target] for target in found}


def _environment(root: Path, private: Path, engine: str) -> dict[str, str]:
    """This interpreter for the cells, its programs first on PATH, and writable folders where HOME is not."""
    beside = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "QUARTO_PYTHON": sys.executable,
        "PATH": os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]),
        "SOURCE_DATE_EPOCH": str(provenance.source_date_epoch(root)),
        "PYTHONHASHSEED": "0",
        "POEMS_REPORT_ENGINE": engine,
    }
    if not os.access(os.environ.get("HOME", "/"), os.W_OK):
        for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
            environment[name] = str(private / name.lower())
            (private / name.lower()).mkdir()
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR", "DENO_DIR"):
            environment[name] = str(private / name.lower())
    return environment


def _message(told: str, root: Path) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", told).replace(f"{root}{os.sep}", "")
    lines = [line.rstrip() for line in plain.splitlines() if line.strip()]
    return "\n    ".join(lines[-_SHOWN_LINES:]) or "it gave no message"
