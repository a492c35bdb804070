"""What is measured in a file, against other programs: Pillow, pikepdf, pdfium, an XML parser."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from poems_report.errors import FigureFileError
from poems_report.provenance import sha256_file
from poems_report.submission import vision
from poems_report.submission.checking.check import check_file
from poems_report.submission.checking.verdict import FAIL, PASS, UNSEEN
from poems_report.submission.profiles import read_profile
from poems_report.submission.reading import read_figure
from poems_report.submission.reading.facts import NO_GHOSTSCRIPT
from tests.submission import desk
from tests.submission import made_figures as made
from tests.submission.made_figures import RIGHT, STRICT, drawn, tiff

PDFS = [kind for kind, (name, _) in RIGHT.items() if name.endswith(".pdf")]
RASTERS = [kind for kind, (name, _) in RIGHT.items() if name.endswith(("tiff", "tif", "jpg", "png"))]


@pytest.fixture
def write(tmp_path: Path):
    def put(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return put


def made_right(write, kind):
    name, make = RIGHT[kind]
    return write(name, make())


@pytest.mark.parametrize("kind", RASTERS)
def test_size_of_a_raster_is_what_pillow_reads(write, kind) -> None:
    path = made_right(write, kind)
    facts = read_figure(path)
    with Image.open(path) as other:
        assert facts.pixels == other.size
        assert facts.dpi == pytest.approx(other.info["dpi"])
        assert facts.width_mm == pytest.approx(other.width / float(other.info["dpi"][0]) * 25.4)
        assert facts.modes == (other.mode,)
    assert facts.size_bytes == path.stat().st_size


@pytest.mark.parametrize("kind", PDFS)
def test_text_of_a_pdf_is_what_pdfium_reads(write, kind) -> None:
    path = made_right(write, kind)
    facts = read_figure(path)
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    assert facts.width_mm == pytest.approx(page.get_width() / 72 * 25.4, abs=1e-3)
    assert facts.height_mm == pytest.approx(page.get_height() / 72 * 25.4, abs=1e-3)
    text = page.get_textpage()
    letters = text.get_text_range().replace("\r\n", "").replace(" ", "")
    assert sorted("".join(one.content for one in facts.texts).replace(" ", "")) == sorted(letters)
    sizes = {round(pypdfium2.raw.FPDFText_GetFontSize(text, at), 2) for at in range(text.count_chars())}
    assert {round(one.size_pt, 2) for one in facts.texts} == sizes - {1.0, 0.0}
    text.close()
    page.close()
    document.close()


@pytest.mark.parametrize(
    "make",
    [lambda: drawn("pdf"), lambda: drawn("pdf", fonttype=3), made.without_font_file],
    ids=["42", "3", "none"],
)
def test_fonts_of_a_pdf_are_what_its_dictionaries_state(write, make) -> None:
    path = write("Fig1.pdf", make())
    ((name, kind, embedded),) = desk.pdf(path).fonts
    (font,) = read_figure(path).fonts
    assert font.name == name
    assert (font.kind == "Type 3") == (kind == "Type3")
    assert font.embedded == embedded


@pytest.mark.parametrize("dots", [60, 200])
def test_resolution_inside_a_pdf_is_that_of_pdfium(write, dots) -> None:
    path = write("Fig1.pdf", drawn("pdf", dots=dots))
    document = pypdfium2.PdfDocument(path)
    (placed,) = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
    left, _, right, _ = placed.get_bounds()
    listed = placed.get_px_size()[0] / (right - left) * 72
    document.close()
    assert read_figure(path).image_dpi == pytest.approx(listed, abs=1.5)
    assert listed == pytest.approx(dots / 10 * 25.4, rel=0.02)


def test_pdf_and_svg_of_one_drawing_agree(write) -> None:
    one, other = (read_figure(write(f"Fig1.{form}", drawn(form))) for form in ("pdf", "svg"))
    assert one.lines_pt == pytest.approx(other.lines_pt)
    assert set(one.colours) == set(other.colours)
    assert [(text.content, text.size_pt) for text in one.texts] == [
        (text.content, pytest.approx(text.size_pt)) for text in other.texts
    ]


@pytest.mark.parametrize(
    ("inside", "times"), [("scale(2)", 2), ("matrix(0 3 -3 0 9 9)", 3), ("rotate(30)", 1)]
)
def test_transforms_change_sizes_as_they_enlarge(write, inside, times) -> None:
    body = f'<g transform="{inside}">{made.stroke(0.5)}{made.letters(7)}</g>'
    facts = read_figure(write("Fig1.svg", made.svg(body)))
    assert facts.lines_pt == pytest.approx((0.5 * times,), abs=1e-3)
    assert facts.texts[0].size_pt == pytest.approx(7 * times, abs=1e-3)


def test_fonts_of_an_eps_are_those_it_defines(write) -> None:
    facts = read_figure(write("Fig1.eps", drawn("eps")))
    source = drawn("eps").decode("latin-1")
    assert {font.name for font in facts.fonts} == {
        name.rpartition("+")[2] for name in re.findall(r"/FontName /(\S+) def", source)
    }
    assert {font.kind for font in facts.fonts} == {"TrueType"}
    (missing,) = read_figure(write("Fig2.eps", made.with_helvetica())).fonts
    assert (missing.name, missing.embedded) == ("DejaVuSans", False)


def program(folder: Path, body: str) -> Path:
    """A program that stands for Ghostscript."""
    path = folder / "bin" / "gs"
    path.parent.mkdir(exist_ok=True)
    found = "[word[13:] for word in sys.argv if word.startswith('-sOutputFile=')][0]"
    path.write_text(f"#!{sys.executable}\nimport sys\nout = {found}\n{body}")
    path.chmod(0o755)
    return path.parent


def test_an_eps_is_seen_through_ghostscript_and_not_without_it(write, tmp_path, monkeypatch) -> None:
    path = write("Fig1.eps", drawn("eps"))
    monkeypatch.setenv("PATH", str(tmp_path))
    facts = read_figure(path)
    assert set(facts.unseen.values()) == {NO_GHOSTSCRIPT}
    one = check_file(path, read_profile(STRICT))
    assert {"text_smallest", "line_thinnest", "mode", "outside"} <= {
        finding.rule for finding in one.of(UNSEEN)
    }
    page = write("page.pdf", drawn("pdf", line=0.1))
    folder = program(tmp_path, f"open(out, 'wb').write(open({str(page)!r}, 'rb').read())\n")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    facts = read_figure(path)
    assert not facts.unseen
    assert facts.lines_pt == (0.1,)
    assert [finding.rule for finding in check_file(path, read_profile(STRICT)).of(FAIL)] == ["line_thinnest"]
    folder = program(tmp_path, "sys.exit(1)\n")
    with pytest.raises(FigureFileError, match="Ghostscript cannot draw"):
        read_figure(path)


def test_a_record_of_the_export_tells_what_pixels_do_not(write) -> None:
    path = write("Fig1.tiff", tiff())
    stated = {"sha256": sha256_file(path), "text_pt": [5, 8], "lines_pt": [0.5, 1], "fonts": ["DejaVu Sans"]}
    write("export.json", json.dumps({"files": {path.name: stated}}).encode())
    one = check_file(path, read_profile(STRICT))
    assert [finding.rule for finding in one.of(FAIL)] == ["text_smallest"]
    assert {"line_thinnest", "text_largest"} <= {finding.rule for finding in one.of(PASS)}
    write("export.json", json.dumps({"files": {path.name: stated | {"sha256": "0" * 64}}}).encode())
    one = check_file(path, read_profile(STRICT))
    assert one.of(FAIL) == ()
    assert {"line_thinnest", "text_smallest", "text_largest"} <= {finding.rule for finding in one.of(UNSEEN)}


def test_contrast_and_lab_are_those_published() -> None:
    assert vision.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert vision.contrast((255, 255, 255), (118, 118, 118)) == pytest.approx(4.54, abs=0.005)
    assert vision.lab((255, 0, 0)) == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    assert vision.lab((0, 0, 255)) == pytest.approx((32.30, 79.19, -107.86), abs=0.02)
    assert vision.lab((255, 255, 255)) == pytest.approx((100, 0, 0), abs=0.02)


@pytest.mark.parametrize("seen", [*vision.CONES, vision.GREY])
def test_grey_is_grey_to_every_eye(seen) -> None:
    for level in (0, 90, 255):
        assert vision.lab((level,) * 3, seen) == pytest.approx(vision.lab((level,) * 3), abs=0.05)


def test_one_noticed_step_of_lightness_is_what_the_model_says() -> None:
    step = 0.5 * (10.16 + 1.50 / 0.33)
    found = vision.distance((0, 0, 0), (255, 255, 255))
    assert found == pytest.approx(100 / step, rel=0.001)
    assert math.isclose(vision.chroma((128, 128, 128)), 0, abs_tol=0.02)


def test_a_page_of_our_own_is_measured_as_pikepdf_counts_it(write) -> None:
    path = write("Fig1.pdf", made.two_pages())
    with pikepdf.open(BytesIO(path.read_bytes())) as document:
        assert read_figure(path).pages == len(document.pages) == 2


def test_an_eps_shows_the_sizes_of_the_pdf_where_ghostscript_is_found(write) -> None:
    eps, pdf = read_figure(write("Fig1.eps", drawn("eps"))), read_figure(write("Fig1.pdf", drawn("pdf")))
    if shutil.which("gs") is None:
        assert eps.texts == ()
        assert eps.unseen["texts"] == NO_GHOSTSCRIPT
        return
    assert {round(one.size_pt, 1) for one in eps.texts} == {round(one.size_pt, 1) for one in pdf.texts}
    assert eps.lines_pt == pytest.approx(pdf.lines_pt, abs=0.01)
    assert set(eps.colours) <= set(pdf.colours) | {(255, 255, 255)}
    assert eps.width_mm == pytest.approx(pdf.width_mm, abs=0.05)
