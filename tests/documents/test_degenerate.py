"""The whole report of a study that can carry next to nothing, in every format, as a user asks for it."""

from __future__ import annotations

import shutil

import pytest

from poems_report.manuscript import render
from tests.degenerate import CASES
from tests.documents.pdfs import pages

SOURCES = ("chapters", "templates", "scripts")


@pytest.mark.parametrize("case", ["one patient", "one marker"])
def test_the_report_renders_strictly_and_gives_reasons(root, tmp_path, case):
    project = tmp_path / "project"
    for name in SOURCES:
        shutil.copytree(root / name, project / name)
    for path in (*root.glob("_*.yml"), *root.glob("*.qmd"), *root.glob("*.bib"), root / "CITATION.cff"):
        shutil.copy(path, project)
    study = tmp_path / "study"
    CASES[case](study)
    made = render(project, tmp_path / "made", engine="embedded", strict=True, data=study)
    assert set(made.files) == {"html", "pdf", "docx", "jats"}
    text = " ".join(pages(made.files["pdf"]))
    assert text.count("not estimable") > 10
    title = "A study of CRP" if case == "one marker" else "A study of VEGF and IL-6"
    assert title in text
    assert title in made.files["jats"].read_text(encoding="utf-8")
    for number in range(1, 8):
        assert f"Figure {number}:" in text.replace("\u00a0", " ")
