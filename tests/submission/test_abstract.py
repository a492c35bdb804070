"""The graphical abstract as files, at the sizes that journals state."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from poems_report.figures.graphical_abstract import graphical_abstract
from poems_report.submission.abstract import abstract_profile, abstract_size
from poems_report.submission.checking.check import check_files
from poems_report.submission.checking.verdict import FAIL
from poems_report.submission.journal_export import export_for_journal
from poems_report.submission.plan import Plan
from poems_report.submission.profiles import names, profile


def _never(name: str, width: float):
    raise AssertionError(name)


def _made(journal: str, study, results, folder: Path):
    make = partial(graphical_abstract, study, results)
    return export_for_journal((), _never, Plan(profile(journal)), folder, abstract=make)


def test_elsevier_gets_the_stated_pixels_and_formats(study, results, tmp_path: Path) -> None:
    export = _made("elsevier", study, results, tmp_path)
    assert [one.file for one in export.files if one.number] == []
    assert {one.file for one in export.files} == {
        f"GraphicalAbstract.{one}" for one in ("tif", "eps", "pdf", "pptx")
    }
    with Image.open(tmp_path / "GraphicalAbstract.tif") as picture:
        assert picture.width >= 1328
        assert picture.height >= 531
        assert picture.mode == "RGB"
    said = (tmp_path / "GraphicalAbstract.txt").read_text(encoding="utf-8")
    assert said.startswith("Can IL-6 stand in for VEGF?")


def test_cell_gets_1200_pixels_and_letters_of_12_points(study, results, tmp_path: Path) -> None:
    export = _made("cell", study, results, tmp_path)
    assert {one.file for one in export.files} == {f"GraphicalAbstract.{one}" for one in ("tif", "jpg", "pdf")}
    for name in ("GraphicalAbstract.tif", "GraphicalAbstract.jpg"):
        with Image.open(tmp_path / name) as picture:
            assert picture.size == (1200, 1200)
    sizes = set()
    with pikepdf.open(tmp_path / "GraphicalAbstract.pdf") as document:
        for operands, operator in pikepdf.parse_content_stream(document.pages[0]):
            if str(operator) == "Tf":
                sizes.add(round(float(operands[1]), 2))
    assert sizes == {12.0}
    assert any("no item of data is taken" in note for note in export.notes)


@pytest.mark.parametrize("journal", ["elsevier", "cell"])
def test_the_checker_holds_them_against_the_rules_of_graphical_abstracts(
    journal: str, study, results, tmp_path: Path
) -> None:
    export = _made(journal, study, results, tmp_path)
    art = [tmp_path / one.file for one in export.files if one.format != "pptx"]
    for one in check_files(art, profile(journal), "graphical_abstract"):
        assert not one.refused
        assert {finding.rule for finding in one.of(FAIL)} <= {"fonts_names"}
    [as_figure] = check_files(art[:1], profile(journal))
    assert "width" in {finding.rule for finding in as_figure.of(FAIL)}


def test_every_journal_has_a_size_and_says_where_it_is_the_default() -> None:
    for name in names():
        journal = profile(name)
        plan = Plan(abstract_profile(journal))
        width, height = abstract_size(journal)
        assert plan.width_mm("single") == width
        assert plan.highest_mm == height
        assert plan.stem(1) == "GraphicalAbstract"
        assert plan.formats
        assert plan.dpi >= 300


def test_a_journal_without_a_size_and_one_with_a_template_are_said(study, results, tmp_path: Path) -> None:
    notes = _made("blood", study, results, tmp_path).notes
    assert any("blood states no size of a graphical abstract; 130 x 52 mm" in note for note in notes)
    assert any("PowerPoint templates" in note for note in notes)
    assert {path.name for path in tmp_path.glob("Graphical*")} == {
        "GraphicalAbstract.pptx",
        "GraphicalAbstract.txt",
    }
