"""The scripts that a project runs before and after a rendering."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from poems_report.errors import RenderError
from poems_report.manuscript.profiles import VARIABLE


def script_environment(engine: str, profiles: Sequence[str]) -> dict[str, str]:
    """What the project's own code learns of the rendering: the engine's name, and the profiles in force."""
    return {"POEMS_REPORT_ENGINE": engine, VARIABLE: ",".join(profiles)}


def run_scripts(
    root: Path, scripts: Sequence[str], output: Path, environment: Mapping[str, str], made: Sequence[Path]
) -> None:
    """Run scripts of a project one after the other, in its folder and with this interpreter.

    Args:
        root: the project's folder.
        scripts: each a path below `root`, with its arguments.
        output: where finished documents go, told in QUARTO_PROJECT_OUTPUT_DIR.
        environment: variables that they see beside those of this process.
        made: the finished documents, told in QUARTO_PROJECT_OUTPUT_FILES.

    Raises:
        RenderError: a script is missing, is not Python, or failed, with the end of what it said.
    """
    for script in scripts:
        words = script.split()
        if not words[0].endswith(".py"):
            raise RenderError(f"the script {script!r} is not supported, only Python's (.py)", "_quarto.yml")
        if not (root / words[0]).is_file():
            raise RenderError(f"the script {words[0]!r} does not exist", "_quarto.yml")
        env = {
            **os.environ,
            **environment,
            "QUARTO_PROJECT_ROOT": str(root),
            "QUARTO_PROJECT_OUTPUT_DIR": str(output),
            "QUARTO_PROJECT_OUTPUT_FILES": "\n".join(str(path) for path in made),
        }
        done = subprocess.run(
            [sys.executable, *words], cwd=root, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            told = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()][-6:]
            raise RenderError("\n    ".join(["the script failed:", *told]), words[0])
