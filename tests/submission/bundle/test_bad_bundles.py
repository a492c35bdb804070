"""What a user can cause: named, and no file is touched."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from poems_report.cli import main
from poems_report.errors import DocumentError, RenderError
from poems_report.submission.bundle import Request, art, bundle, folders
from poems_report.submission.bundle.manuscripts import manuscripts
from poems_report.submission.bundle.word_reading import read_manuscript
from poems_report.submission.bundle.word_tables import TableFiles
from poems_report.submission.plan import Plan
from poems_report.submission.profiles import profile

SMALL = """\
---
title: A small report
---

# Introduction {#sec-introduction}

Nothing to tell.
"""
FAILING = """
```{python}
shapes = ["round", "square"]
shapes[2]
```
"""


@pytest.fixture
def small(tmp_path) -> Path:
    """A project without profiles, tables, supplement or checklists."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "_quarto.yml").write_text(
        "project:\n  type: default\n  render: [index.qmd]\nformat:\n  docx: default\n  pdf: default\n",
        encoding="utf-8",
    )
    (folder / "index.qmd").write_text(SMALL, encoding="utf-8")
    return folder


@pytest.fixture
def old(tmp_path) -> Path:
    """A zip file that lies where the bundle is to be written."""
    path = tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("old.txt", "old")
    return path


def run(*words: object):
    return CliRunner().invoke(main, ["bundle", *map(str, words)])


def test_an_unknown_journal_names_those_like_it(root, old):
    before = old.read_bytes()
    done = run(root / "data", "-o", old, "--journal", "bloood")
    assert done.exit_code == 1
    assert "there is no journal 'bloood'" in done.output
    assert "do you mean blood?" in done.output
    assert old.read_bytes() == before


def test_journal_and_output_have_to_be_named(root):
    assert run(root, "--journal", "blood").exit_code == 2
    assert run(root, "-o", "x.zip").exit_code == 2


def test_a_folder_that_is_neither_project_nor_study_is_refused(tmp_path):
    for folder, wrong in ((tmp_path, "neither a project"), (tmp_path / "none", "there is no folder")):
        done = run(folder, "-o", tmp_path / "a.zip", "--journal", "blood")
        assert done.exit_code == 2
        assert wrong in done.output


def test_a_project_stands_for_its_study_and_a_study_for_the_project_here(root, monkeypatch, tmp_path):
    monkeypatch.delenv("POEMS_REPORT_DATA", raising=False)
    assert folders(root) == (root, root / "data")
    assert folders(root / "data") == (Path(), root / "data")
    monkeypatch.setenv("POEMS_REPORT_DATA", str(tmp_path))
    assert folders(root) == (root, tmp_path)


def test_a_study_that_fails_the_privacy_gate_gives_no_bundle(make_study, old):
    before = old.read_bytes()
    events = "patient_id,day,event,detail\nP01,3,visit,mario.rossi@example.org\n"
    done = run(make_study(events__csv=events), "-o", old, "--journal", "blood")
    assert done.exit_code == 1
    assert "events.csv:2:detail" in done.output
    assert "Traceback" not in done.output
    assert old.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "code", "wrong"),
    [("none/a.zip", 1, "there is no folder"), ("a.tar", 2, "let its name end in .zip")],
)
def test_an_output_that_cannot_be_is_refused_before_anything_is_made(name, code, wrong, root, tmp_path):
    done = run(root / "data", "-o", tmp_path / name, "--journal", "blood")
    assert done.exit_code == code
    assert wrong in " ".join(done.output.split())
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_fails_is_named_and_the_old_bundle_stays(root, old, monkeypatch):
    def broken(name, *_):
        raise ZeroDivisionError(f"no day in {name}")

    before = old.read_bytes()
    monkeypatch.setattr(art, "figure", broken)
    with pytest.raises(
        DocumentError, match="the figure trajectories could not be made: no day in trajectories"
    ):
        bundle(Request(root, root / "data", Plan(profile("mjhid")), old))
    assert old.read_bytes() == before
    assert [path.name for path in old.parent.iterdir()] == ["out.zip"]


def test_a_chapter_that_fails_is_named_with_its_line(small, root, tmp_path):
    (small / "index.qmd").write_text(SMALL + FAILING, encoding="utf-8")
    request = Request(small, root / "data", Plan(profile("mjhid")), tmp_path / "a.zip", "embedded")
    with pytest.raises(RenderError, match=r"index\.qmd:\d+: .*IndexError"):
        manuscripts(request, tmp_path / "work", "A study", lambda _: None)


def test_what_a_project_does_not_have_is_said(small, root, tmp_path):
    request = Request(small, root / "data", Plan(profile("mjhid")), tmp_path / "a.zip", "embedded")
    made = manuscripts(request, tmp_path / "work", "A study", lambda _: None)
    assert [one.name for one in made.members] == ["manuscript/manuscript.docx", "manuscript/manuscript.pdf"]
    assert made.pages == 1
    assert made.word.abstract_words is None
    said = "\n".join(made.left)
    for missing in (
        "blind review",
        "tables of their own",
        "checklist REMARK",
        "checklist STROBE",
        "sec-supplement",
    ):
        assert missing in said


def test_tables_are_found_where_another_engine_sets_them_in_a_frame():
    """Quarto sets a table and its caption in a table of one cell."""
    document = Document()
    frame = document.add_table(rows=1, cols=1).cell(0, 0)
    frame.paragraphs[0].text = "Table 4: Beds of each ward."
    inner = frame.add_table(rows=2, cols=2)
    inner.cell(1, 1).text = "12"
    document.add_paragraph("Table 9 shows nothing.")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "no caption"
    out = io.BytesIO()
    document.save(out)
    found = read_manuscript(out.getvalue())
    assert [(one.number, one.caption) for one in found.tables] == [(4, "Beds of each ward.")]
    alone = Document(io.BytesIO(TableFiles(found).file(found.tables[0], "Table 4")))
    assert alone.paragraphs[0].text == "Table 4: Beds of each ward."
    assert alone.tables[0].cell(1, 1).text == "12"
