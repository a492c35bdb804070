"""Figures made for a journal, read by other programs: Pillow, pdfium, an XML parser, openpyxl."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from poems_report.errors import UsageError
from poems_report.figures import figure_or_reason
from poems_report.figures.theme import lettered
from poems_report.submission.journal_export import export_for_journal, fitting
from poems_report.submission.plan import COLUMNS, Plan
from poems_report.submission.profiles import names, profile, read_profile
from tests.submission import desk
from tests.submission.own_profiles import LONG

FEW = ("day_after", "agreement")
MM_PER_PT = 25.4 / 72
EPOCH = "1700000000"


@pytest.fixture(scope="module")
def make(study, results):
    return lambda name, width: figure_or_reason(name, study, results, width)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "own.toml"
    path.write_text(LONG, encoding="utf-8")
    return read_profile(path)


@pytest.fixture(scope="module")
def written(make, own, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        return folder, export_for_journal(FEW, make, Plan(own), folder)


def test_every_asked_format_under_the_journal_s_name(written) -> None:
    folder, _ = written
    suffixes = ("pdf", "eps", "svg", "tif", "jpg", "png", "pptx")
    pictures = ("tif", "jpg", "png")
    art = {f"Fig_{n}.{one}" for n in (1, 2) for one in suffixes}
    art |= {f"Fig_{n}-unlabelled.{one}" for n in (1, 2) for one in pictures}
    beside = {
        "export.json",
        "legends.txt",
        "legends.docx",
        "descriptions.txt",
        "source-data.xlsx",
        "source-data",
    }
    assert {path.name for path in folder.iterdir()} == art | beside
    assert {path.name for path in (folder / "source-data").iterdir()} == {
        "README.txt",
        "Fig_1.csv",
        "Fig_2.csv",
    }


def test_pictures_are_flat_at_size(written) -> None:
    folder, export = written
    pictures = [one for one in export.files if one.dpi]
    assert len(pictures) == 12
    for one in pictures:
        with Image.open(folder / one.file) as picture:
            assert picture.mode == "RGB"
            assert [round(side) for side in picture.info["dpi"]] == [150, 150]
            assert picture.width / 150 * 25.4 == pytest.approx(one.width_mm, abs=0.5)
            assert picture.height / 150 * 25.4 == pytest.approx(one.height_mm, abs=0.5)
            if one.format == "tiff":
                assert picture.info["compression"] == "tiff_lzw"
                assert picture.n_frames == 1


def test_unlabelled_pictures_have_less_ink(written) -> None:
    folder, _ = written
    for number in (1, 2):
        with (
            Image.open(folder / f"Fig_{number}.tif") as one,
            Image.open(folder / f"Fig_{number}-unlabelled.tif") as other,
        ):
            with_words, without = (picture.convert("L").histogram()[255] for picture in (one, other))
            assert without > with_words
            assert one.size == other.size


def test_pdf_has_the_asked_font_and_sizes(written) -> None:
    folder, export = written
    for number in (1, 2):
        path = folder / f"Fig_{number}.pdf"
        seen = desk.pdf(path)
        recorded = next(one for one in export.files if one.file == path.name)
        assert seen.fonts <= {(f"Arimo-{weight}", "CIDFontType2", True) for weight in ("Regular", "Bold")}
        assert seen.fonts
        assert seen.sizes_pt == set(recorded.text_pt)
        assert 5 <= min(seen.sizes_pt) <= max(seen.sizes_pt) <= 7
        assert seen.lines_pt
        assert seen.lines_pt <= set(recorded.lines_pt)
        assert max(seen.lines_pt) <= 1.0
        assert seen.pages == 1
        assert seen.width_mm == pytest.approx(recorded.width_mm, abs=0.5)
        assert seen.height_mm == pytest.approx(recorded.height_mm, abs=0.5)


def test_eps_is_encapsulated_with_truetype_letters(written) -> None:
    folder, export = written
    for number in (1, 2):
        text = (folder / f"Fig_{number}.eps").read_text(encoding="latin-1")
        recorded = next(one for one in export.files if one.file == f"Fig_{number}.eps")
        assert text.startswith("%!PS-Adobe-3.0 EPSF-3.0\n")
        box = [float(side) for side in re.search(r"%%HiResBoundingBox: (.*)", text)[1].split()]
        assert (box[2] - box[0]) * MM_PER_PT == pytest.approx(recorded.width_mm, abs=0.5)
        assert (box[3] - box[1]) * MM_PER_PT == pytest.approx(recorded.height_mm, abs=0.5)
        assert set(re.findall(r"/FontType (\d+)", text)) == {"42"}
        assert all("Arimo" in name for name in re.findall(r"/FontName /(\S+) def", text))
        assert re.search(r"%%CreationDate: 2023-11-14$", text, re.MULTILINE)


def test_svg_has_live_text(written) -> None:
    folder, _ = written
    root = etree.parse(folder / "Fig_1.svg").getroot()
    texts = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Illustrative data" in texts
    assert desk.svg(folder / "Fig_1.svg").fonts == {("Arial", "live", False)}
    assert "'Arial', 'Arimo'" in (folder / "Fig_1.svg").read_text(encoding="utf-8")


def test_slides_hold_shapes_and_editable_words(written) -> None:
    folder, export = written
    for number in (1, 2):
        deck = Presentation(folder / f"Fig_{number}.pptx")
        recorded = next(one for one in export.files if one.file == f"Fig_{number}.pptx")
        assert deck.slide_width.mm == pytest.approx(recorded.width_mm, abs=0.5)
        assert deck.slide_height.mm == pytest.approx(recorded.height_mm, abs=0.5)
        assert len(deck.slides) == 1
        shapes = list(deck.slides[0].shapes)
        assert not [one for one in shapes if one.shape_type == MSO_SHAPE_TYPE.PICTURE]
        boxes = [one for one in shapes if one.has_text_frame and one.text_frame.text]
        live = etree.parse(folder / f"Fig_{number}.svg").getroot()
        texts = ["".join(one.itertext()) for one in live.iter("{http://www.w3.org/2000/svg}text")]
        assert sorted(one.text_frame.text for one in boxes) == sorted(texts)
        sizes = {run.font.size.pt for one in boxes for run in one.text_frame.paragraphs[0].runs}
        assert sizes == set(recorded.text_pt)
        assert len(shapes) > len(boxes) + 5
        assert {run.font.name for one in boxes for run in one.text_frame.paragraphs[0].runs} == {"Arial"}
        drawn = [one for one in shapes if one not in boxes]
        assert {one.shape_type for one in drawn} == {MSO_SHAPE_TYPE.FREEFORM}
        assert not any("style" in child.tag for one in drawn for child in one._element)
        for one in boxes:
            middle = one.left + one.width / 2, one.top + one.height / 2
            across, up = (one.height, one.width) if one.rotation == 270 else (one.width, one.height)
            assert (middle[0] - across / 2) / 36000 >= -0.5
            assert (middle[0] + across / 2 - deck.slide_width) / 36000 <= 0.5
            assert (middle[1] - up / 2) / 36000 >= -0.5
            assert (middle[1] + up / 2 - deck.slide_height) / 36000 <= 1.0


def test_legends_and_source_data(written, make) -> None:
    folder, _ = written
    figures = [make(name, 110.0) for name in FEW]
    document = Document(folder / "legends.docx")
    said = [paragraph.text for paragraph in document.paragraphs[1:]]
    assert said == [f"Figure {n}. {one.caption}" for n, one in enumerate(figures, start=1)]
    book = openpyxl.load_workbook(folder / "source-data.xlsx")
    assert book.sheetnames == ["README", "Fig_1", "Fig_2"]
    explained = {row[2] for row in book["README"].iter_rows(min_row=3, values_only=True)}
    units = {row[3] for row in book["README"].iter_rows(min_row=3, values_only=True)}
    assert "pg/mL" in units
    text = (folder / "source-data" / "README.txt").read_text(encoding="utf-8")
    for number in (1, 2):
        with (folder / "source-data" / f"Fig_{number}.csv").open(newline="", encoding="utf-8") as handle:
            rows = list(csv.reader(handle))
        sheet = list(book[f"Fig_{number}"].iter_rows(values_only=True))
        assert list(sheet[0]) == rows[0]
        assert len(sheet) == len(rows)
        assert set(rows[0]) <= explained
        assert all(column in text for column in rows[0])


def test_record_and_notes_say_what_a_desk_should_know(written) -> None:
    folder, export = written
    record = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert record["journal"] == "own"
    assert list(record["files"]) == [one.file for one in export.files]
    for name, one in record["files"].items():
        assert one["bytes"] == (folder / name).stat().st_size
        assert one["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert any(
        note.startswith("does not fit: day_after at 110 mm: 72 mm high, above 60 mm") for note in export.notes
    )
    assert any(re.match(r"Fig_1.pdf: \d+ bytes, above the journal's 1000", note) for note in export.notes)
    assert any("Arial may not be given away" in note for note in export.notes)


def test_same_bytes_twice(written, make, own, tmp_path: Path) -> None:
    folder, _ = written
    export_for_journal(FEW, make, Plan(own), tmp_path)
    compared = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(compared) == 20 + 8
    for path in compared:
        assert path.read_bytes() == (tmp_path / path.relative_to(folder)).read_bytes(), path.name


def test_outlined_letters_leave_no_font_in_eps(make, tmp_path: Path) -> None:
    export = export_for_journal(("agreement",), make, Plan(profile("plos"), mode="grey"), tmp_path)
    assert [one.file for one in export.files] == ["Fig1.eps", "Fig1.tif"]
    text = (tmp_path / "Fig1.eps").read_text(encoding="latin-1")
    assert "FontName" not in text
    assert "selectfont" not in text
    with Image.open(tmp_path / "Fig1.tif") as picture:
        assert picture.mode == "L"
        assert 789 <= picture.width <= 2250
        assert picture.height <= 2625


def test_a_figure_that_is_too_high_is_made_wider(make) -> None:
    plan = Plan(profile("cell"), "onehalf")
    with lettered(plan.letters):
        figure, _, notes = fitting("sensitivity", make, plan, lambda *_: None)
    assert figure.width_mm == 174
    assert figure.height_mm <= 200
    assert notes == ["sensitivity at 114 mm: 221.5 mm high, above 200 mm; made at 174 mm (double)"]


def test_a_width_that_no_journal_states_is_said() -> None:
    assert [Plan(profile("jama"), one).width_mm(one) for one in COLUMNS] == [127, 127, 170]
    assert any("jama states no width for single; 127 mm" in note for note in Plan(profile("jama")).notes())
    assert Plan(profile("plos"), "single").width_mm("single") == 85
    assert Plan(profile("bmc"), "onehalf").width_mm("onehalf") == 170
    assert (
        "bmc states no width for onehalf; 170 mm is the next that it states"
        in Plan(profile("bmc"), "onehalf").notes()
    )
    assert Plan(profile("lancet"), "single").width_mm("single") == 90


def test_text_stays_within_every_journal_s_sizes() -> None:
    for name in names():
        stated = profile(name).sizes.text
        letters = Plan(profile(name)).letters
        assert letters.note_pt <= letters.text_pt
        if stated:
            assert (stated.least or 0) <= letters.note_pt
            assert letters.text_pt <= (stated.most or 99)


def test_every_journal_has_a_format_and_a_resolution() -> None:
    for name in names():
        plan = Plan(profile(name))
        assert plan.formats
        assert plan.dpi >= 300
    assert Plan(profile("haematologica")).formats == Plan(profile("generic")).formats
    assert Plan(profile("lancet")).formats == ("svg", "eps", "pdf", "tiff", "jpeg", "pptx")
    assert Plan(profile("nature")).dpi == 450
    assert Plan(profile("nature")).formats == ("pdf", "eps")


def test_a_colour_that_the_journal_does_not_take_is_refused() -> None:
    with pytest.raises(UsageError, match="elsevier takes rgb, not grey"):
        Plan(profile("elsevier"), mode="grey")
    with pytest.raises(UsageError, match="CMYK needs the ICC profile"):
        Plan(profile("lancet"), mode="cmyk")
