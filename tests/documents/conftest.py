"""Everything made once from the illustrative study, the way a user makes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
EPOCH = "1700000000"


def program(root: Path, *words: object) -> None:
    done = subprocess.run(
        [BIN / "poems-report", *map(str, words)],
        cwd=root,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def make_everything(root: Path, output: Path) -> Path:
    program(root, "analyse", "data", "-o", output / "results.json", "--quiet")
    program(root, "manuscript", ".", "-o", output / "report", "--engine", "embedded")
    program(root, "patients", "data", "-o", output / "patients")
    program(root, "figures", "data", "-o", output / "figures")
    program(root, "manifest", output)
    return output


@pytest.fixture(scope="session")
def made(root, tmp_path_factory) -> Path:
    return make_everything(root, tmp_path_factory.mktemp("made") / "_output")


@pytest.fixture(scope="session")
def made_again(root, made, tmp_path_factory) -> Path:
    return make_everything(root, tmp_path_factory.mktemp("again") / "_output")


@pytest.fixture(scope="session")
def versions(root) -> dict[str, str]:
    """Versions as their own files state them."""
    import tomllib

    import yaml

    settings = yaml.safe_load((root / "_quarto.yml").read_text(encoding="utf-8"))
    package = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {"report": settings["version"], "program": package["project"]["version"]}
