"""A small project in a git repository of its own, with outputs whose manifest fits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from poems_report import analyse, load_study
from poems_report.cli import main
from poems_report.manifest import make_manifest, study_hashes, write_manifest
from poems_report.provenance import to_json
from tests.conftest import EPOCH


@dataclass(frozen=True)
class Place:
    """The project, and the command line called in it."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", "-C", self.folder, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, *words: object) -> Result:
        self.monkeypatch.chdir(self.folder)
        return CliRunner().invoke(main, [str(word) for word in words])

    def write(self, name: str, change: Callable[[str], str]) -> None:
        path = self.folder / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def commit(self, message: str = "Change") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD")

    def make(self) -> None:
        """Results and manifest, as `make report` leaves them."""
        output = self.folder / "_output"
        results, study = analysed(self.folder / "data")
        output.mkdir(exist_ok=True)
        (output / "results.json").write_bytes(results)
        self.monkeypatch.chdir(self.folder)
        write_manifest(output, make_manifest(output, Path(), study, Path("data")))

    def release(self, version: str) -> Result:
        """Set a version, commit, make and release."""
        self.write("_quarto.yml", lambda text: f'version: "{version}"\n')
        self.commit(f"Version {version}")
        self.make()
        return self.run("release")


def no_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git without the settings and the name of whoever runs the tests."""
    for name in [one for one in os.environ if one.startswith("GIT_")] + ["EMAIL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


_known: dict[str, tuple[bytes, Mapping[str, Any]]] = {}


def analysed(data: Path) -> tuple[bytes, Mapping[str, Any]]:
    """The results of a study folder, computed once for the same files."""
    key = json.dumps(study_hashes(data))
    if key not in _known:
        results = analyse(load_study(data))
        _known[key] = to_json(results.to_dict()), results.study
    return _known[key]


def begin(folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    no_own_settings(monkeypatch)
    shutil.copytree(root / "data", folder / "data", ignore=shutil.ignore_patterns("__pycache__"))
    files = {
        "_quarto.yml": 'version: "0.9.0"\n',
        "CHANGELOG.md": "# Changelog\n\n## 1.0.0 (unreleased)\n\n- First words.\n",
        ".gitignore": "/_output/\n__pycache__/\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    made = Place(folder, monkeypatch)
    made.git("init", "--quiet", "--initial-branch=main")
    made.git("config", "user.name", "Ada Elm")
    made.git("config", "user.email", "ada@example.org")
    made.commit("Begin")
    return made


@pytest.fixture
def place(tmp_path, root, monkeypatch) -> Place:
    return begin(tmp_path / "project", root, monkeypatch)


@pytest.fixture(scope="session")
def released_once(root, tmp_path_factory) -> Path:
    """A project with its own copy of the program, released as 1.0.0; then a corrected value, not released."""
    folder = tmp_path_factory.mktemp("released") / "project"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        made = begin(folder, root, patch)
        shutil.copytree(
            root / "poems_report", folder / "poems_report", ignore=shutil.ignore_patterns("__pycache__")
        )
        done = made.release("1.0.0")
        assert done.exit_code == 0, done.output
        made.write("data/measurements.csv", lambda text: text.replace("P02,1,il6,5.5,", "P02,1,il6,8.8,"))
        made.write("_quarto.yml", lambda _: 'version: "1.1.0"\n')
        made.commit("Correct a value")
    return folder


@pytest.fixture
def released(released_once, tmp_path, monkeypatch) -> Place:
    no_own_settings(monkeypatch)
    return Place(shutil.copytree(released_once, tmp_path / "project"), monkeypatch)
