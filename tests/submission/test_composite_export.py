"""Composites as files: sizes read from the finished PDF, data and words of every panel, what is refused by name."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from PIL import Image

from poems_report.figures import figure_or_reason
from poems_report.figures.composite import Composite
from poems_report.submission.checking.check import check_files
from poems_report.submission.checking.verdict import FAIL
from poems_report.submission.journal_export import export_for_journal
from poems_report.submission.plan import Plan
from poems_report.submission.profiles import profile, read_profile
from tests.submission.own_profiles import headed

PAIR = Composite("pair", ("agreement", "day_after"))
MM_PER_PT = 25.4 / 72
LOW = headed(
    """[width]
single = { mm = 100, source = "page" }
double = { mm = 140, source = "page" }
[height]
most = { mm = 100, source = "page" }
[dpi]
line_art = { least = 100, source = "page" }
[formats]
raster = { accepted = ["tiff"], source = "page" }
[panels]
case = { value = "upper", source = "page" }
brackets = { value = true, source = "page" }
""",
    "low",
    "Low pages",
)


@pytest.fixture(scope="module")
def make(study, results):
    return lambda name, width: figure_or_reason(name, study, results, width)


@pytest.fixture(scope="module")
def written(make, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nature")
    plan = Plan(profile("nature"), "double")
    return folder, export_for_journal(("agreement",), make, plan, folder, composites=(PAIR,))


def test_a_composite_is_a_figure_of_its_own_after_the_single_ones(written) -> None:
    folder, export = written
    record = json.loads((folder / "export.json").read_text(encoding="utf-8"))["files"]
    assert [(one.file, one.number) for one in export.files if one.panels] == [
        ("Figure2.pdf", 2),
        ("Figure2.eps", 2),
    ]
    assert record["Figure2.pdf"]["panels"] == ["agreement", "day_after"]
    assert record["Figure1.pdf"]["panels"] == []
    assert export.composites == ("pair",)


def test_letters_of_panels_have_the_journal_s_size_and_weight_in_the_finished_file(written) -> None:
    folder, export = written
    found = set()
    with pikepdf.open(folder / "Figure2.pdf") as document:
        page = document.pages[0]
        width, height = (float(side) * MM_PER_PT for side in page.mediabox[2:])
        fonts = {name: str(font.BaseFont) for name, font in page.Resources.Font.items()}
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                found.add((fonts[str(operands[0])].partition("+")[2], round(float(operands[1]), 2)))
    recorded = next(one for one in export.files if one.file == "Figure2.pdf")
    assert found == {("Arimo-Regular", 7.0), ("Arimo-Bold", 7.0), ("Arimo-Bold", 8.0)}
    assert set(recorded.text_pt) == {7.0, 8.0}
    assert width == pytest.approx(183, abs=0.5)
    assert height == pytest.approx(recorded.height_mm, abs=0.5)


def test_the_checker_takes_letters_of_panels_for_what_they_are(written) -> None:
    folder, _ = written
    for one in check_files([folder / "Figure2.pdf", folder / "Figure2.eps"], profile("nature"), "line_art"):
        assert {finding.rule for finding in one.of(FAIL)} <= {"fonts_names"}


def test_every_panel_has_source_data_and_words(written, make) -> None:
    folder, _ = written
    names = {path.name for path in (folder / "source-data").iterdir()}
    assert names == {"README.txt", "Figure1.csv", "Figure2a.csv", "Figure2b.csv"}
    book = openpyxl.load_workbook(folder / "source-data.xlsx")
    assert book.sheetnames == ["README", "Figure1", "Figure2a", "Figure2b"]
    for letter, name in zip("ab", PAIR.panels, strict=True):
        with (folder / "source-data" / f"Figure2{letter}.csv").open(newline="", encoding="utf-8") as handle:
            rows = list(csv.reader(handle))
        assert rows[0] == list(make(name, 100.0).data.columns)
    legend = (folder / "legends.txt").read_text(encoding="utf-8").split("\n\n")[1]
    assert legend.startswith("Figure 2. (a) Observed agreement")
    assert " (b) VEGF" in legend
    described = (folder / "descriptions.txt").read_text(encoding="utf-8").split("\n\n")[1]
    assert described.startswith("Figure 2. Panel a: Share of patients")
    assert "Panel b: Each patient" in described


def test_a_composite_above_the_journal_s_height_is_refused_by_name(make, tmp_path: Path) -> None:
    path = tmp_path / "low.toml"
    path.write_text(LOW, encoding="utf-8")
    high = Composite("high", ("day_after", "association"))
    wide = Composite("wide", ("agreement", "agreement"))
    plan = Plan(read_profile(path), "double")
    export = export_for_journal((), make, plan, tmp_path / "out", composites=(high, wide))
    assert export.composites == ("wide",)
    refused = [note for note in export.notes if note.startswith("refused")]
    assert len(refused) == 1
    assert refused[0].startswith("refused: composite high, 1")
    assert "at 140 mm" in refused[0]
    assert [one.file for one in export.files] == ["Figure1.tif"]
    with Image.open(tmp_path / "out" / "Figure1.tif") as picture:
        assert picture.height / 100 * 25.4 <= 100
    assert (tmp_path / "out" / "legends.txt").read_text(encoding="utf-8").startswith("Figure 1. (A) ")


def test_same_bytes_twice(written, make, tmp_path: Path, monkeypatch) -> None:
    plan = Plan(profile("lancet"), "double")
    for place in ("one", "other"):
        export_for_journal((), make, plan, tmp_path / place, composites=(PAIR,))
    compared = [path for path in sorted((tmp_path / "one").rglob("*")) if path.is_file()]
    assert {path.suffix for path in compared} >= {".svg", ".eps", ".pdf", ".tif", ".jpg", ".pptx"}
    for path in compared:
        assert path.read_bytes() == (tmp_path / "other" / path.relative_to(tmp_path / "one")).read_bytes()
