"""A study that is not the project's own: its title reaches the documents, and leaves no trace in the project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from poems_report.errors import RenderError
from poems_report.manuscript import render

SETTINGS = (
    "project: {type: default, output-dir: made, pre-render: before.py}\nmetadata-files: [_study.yml]\n"
    "profile: {group: [[authors, anonymous]]}\nformat: {html: default}\n"
)
BEFORE = """import os, pathlib
study = pathlib.Path(os.environ.get("POEMS_REPORT_DATA") or "data")
name = (study / "name.txt").read_text()
pathlib.Path("_study.yml").write_text(f"keywords: [{name}]\\n")
pathlib.Path("_quarto-authors.yml").write_text(f"author: [{{name: {name} group}}]\\n")
"""
QUARTO = """import pathlib, sys
if sys.argv[1:] == ["--version"]:
    print("1.11.3")
    sys.exit()
out = pathlib.Path(sys.argv[sys.argv.index("--output-dir") + 1])
told = pathlib.Path("_study.yml").read_text()
page = f"<!DOCTYPE html><html lang=en><head><title>T</title></head><body><p>{told}</p></body></html>"
(out / "index.html").write_text(page)
"""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose own study is of oaks, rendered once; beside it a study of elms."""
    monkeypatch.delenv("POEMS_REPORT_DATA", raising=False)
    files = {
        "_quarto.yml": SETTINGS,
        "before.py": BEFORE,
        "index.qmd": "---\ntitle: T\n---\n\nOn {{< meta keywords.1 >}}.\n",
        "_study.yml": "",
        "_quarto-authors.yml": "",
        "data/name.txt": "Oaks",
        "../elms/name.txt": "Elms",
    }
    folder = tmp_path / "project"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    render(folder, engine="embedded")
    assert settings(folder) == ["keywords: [Oaks]\n", "author: [{name: Oaks group}]\n"]
    return folder


def settings(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in ("_study.yml", "_quarto-authors.yml")]


def times(folder: Path) -> list[int]:
    return [(folder / name).stat().st_mtime_ns for name in ("_study.yml", "_quarto-authors.yml")]


def test_settings_are_put_back_after_another_study(written: Path, tmp_path: Path) -> None:
    before, made = settings(written), times(written)
    page = render(written, engine="embedded", data=tmp_path / "elms").files["html"].read_text()
    assert "On Elms." in page
    assert "Elms group" in page
    assert (settings(written), times(written)) == (before, made)


def test_settings_are_put_back_after_a_failure(written: Path, tmp_path: Path) -> None:
    before = settings(written)
    (written / "index.qmd").write_text("See @fig-none.\n")
    with pytest.raises(RenderError):
        render(written, engine="embedded", data=tmp_path / "elms")
    assert settings(written) == before


def test_settings_of_the_own_study_stay(written: Path) -> None:
    (written / "data" / "name.txt").write_text("Pines")
    render(written, engine="embedded", data=written / "data")
    assert settings(written)[0] == "keywords: [Pines]\n"


def test_quarto_reads_the_settings_of_this_study(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "quarto"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{QUARTO}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    before = settings(written)
    made = render(written, engine="quarto", data=tmp_path / "elms")
    assert "keywords: [Elms]" in made.files["html"].read_text()
    assert settings(written) == before
