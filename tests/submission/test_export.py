"""The exported files, read by other programs: Pillow, pikepdf, an XML parser, the csv module."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from lxml import etree
from PIL import Image

from poems_report.errors import DocumentError
from poems_report.figures import NAMES, all_figures
from poems_report.figures import figure as figure_of
from poems_report.submission import export_figures

_MM_PER_PT = 25.4 / 72
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures(study, results):
    return all_figures(study, results)


@pytest.fixture(scope="module")
def folder(figures, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("figures")
    seen = []
    written = export_figures(figures, output, done=seen.append)
    assert [path.name for path in written] == [
        *(f"{name}.{suffix}" for name in NAMES for suffix in ("pdf", "svg", "tiff", "csv")),
        "legends.txt",
        "legends.md",
    ]
    assert sorted(path.name for path in output.iterdir()) == sorted(path.name for path in written)
    assert [one.name for one in seen] == list(NAMES)
    return output


@pytest.fixture(params=NAMES)
def figure(request, figures):
    return next(one for one in figures if one.name == request.param)


def test_tiff_is_flat_rgb_at_true_size(figure, folder: Path) -> None:
    with Image.open(folder / f"{figure.name}.tiff") as picture:
        assert picture.mode == "RGB"
        assert picture.info["compression"] == "tiff_lzw"
        assert picture.info["dpi"] == (600, 600)
        assert picture.n_frames == 1
        assert picture.width / 600 * 25.4 == pytest.approx(figure.width_mm, abs=0.5)
        assert picture.height / 600 * 25.4 == pytest.approx(figure.height_mm, abs=0.5)
        colours = picture.getcolors(maxcolors=1 << 24)
        assert max(colours)[1] == (255, 255, 255)
        assert len(colours) > 10


def test_pdf_is_one_page_at_true_size(figure, folder: Path) -> None:
    with pikepdf.open(folder / f"{figure.name}.pdf") as document:
        assert len(document.pages) == 1
        left, bottom, right, top = (float(edge) for edge in document.pages[0].mediabox)
        assert (right - left) * _MM_PER_PT == pytest.approx(figure.width_mm, abs=0.5)
        assert (top - bottom) * _MM_PER_PT == pytest.approx(figure.height_mm, abs=0.5)
        assert not list(document.pages[0].get_images())
        assert "/CreationDate" not in document.docinfo


def test_pdf_embeds_source_sans_as_truetype_only(figure, folder: Path) -> None:
    with pikepdf.open(folder / f"{figure.name}.pdf") as document:
        fonts = [
            one
            for one in document.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        ]
        assert fonts
        for font in fonts:
            assert font["/Subtype"] in ("/Type0", "/CIDFontType2", "/TrueType")
            assert re.fullmatch(r"/([A-Z]{6}\+)?SourceSans3-(Regular|Bold)", str(font["/BaseFont"]))
            if "/FontDescriptor" in font:
                assert "/FontFile2" in font["/FontDescriptor"]


def test_pdf_text_can_be_read(figures, folder: Path) -> None:
    for name, word in (("trajectories", "infusion"), ("association", "P08"), ("phase_map", "discordant")):
        shown = subprocess.run(
            ["pdftotext", folder / f"{name}.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert word in shown
        assert "Illustrative data" in shown


def test_svg_has_live_text_at_true_size(figure, folder: Path) -> None:
    root = etree.parse(folder / f"{figure.name}.svg").getroot()
    assert float(root.get("width").removesuffix("pt")) * _MM_PER_PT == pytest.approx(figure.width_mm, abs=0.5)
    assert float(root.get("height").removesuffix("pt")) * _MM_PER_PT == pytest.approx(
        figure.height_mm, abs=0.5
    )
    texts = list(root.iter(f"{_SVG}text"))
    assert "Illustrative data" in ["".join(one.itertext()) for one in texts]
    assert all("Source Sans 3" in one.get("style") for one in texts)
    assert not list(root.iter(f"{_SVG}image"))
    assert not list(root.iter(f"{_SVG}script"))


def test_csv_of_trajectories_holds_every_value_of_the_compared_markers(root: Path, folder: Path) -> None:
    with (folder / "trajectories.csv").open(newline="") as handle:
        shown = {(row["patient_id"], row["day (days from infusion)"]): row for row in csv.DictReader(handle)}
    with (root / "data" / "measurements.csv").open(newline="") as handle:
        measured = [row for row in csv.DictReader(handle) if row["marker"] in ("vegf", "il6")]
    for row in measured:
        assert shown[row["patient_id"], row["day"]][f"{row['marker']} as reported (pg/mL)"] == row["value"]
    assert len(shown) == len({(row["patient_id"], row["day"]) for row in measured})


def test_csv_of_association_holds_the_pairs(root: Path, folder: Path) -> None:
    with (root / "data" / "measurements.csv").open(newline="") as handle:
        values = {
            (row["patient_id"], row["day"], row["marker"]): row["value"]
            for row in csv.DictReader(handle)
            if row["value"]
        }
    visits = {key[:2] for key in values if (*key[:2], "vegf") in values and (*key[:2], "il6") in values}
    with (folder / "association.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {(row["patient_id"], row["day (days from infusion)"]) for row in rows} == visits
    for row in rows:
        key = (row["patient_id"], row["day (days from infusion)"])
        for marker in ("vegf", "il6"):
            assert float(row[f"{marker} (pg/mL)"]) == float(values[(*key, marker)].lstrip("<>"))


def test_legends_stand_in_order(figures, folder: Path) -> None:
    text = (folder / "legends.txt").read_text(encoding="utf-8")
    assert [line.split(".")[0] for line in text.splitlines() if line] == [
        f"Figure {number}" for number in range(1, len(NAMES) + 1)
    ]
    for one in figures:
        assert one.caption in text
    marked = (folder / "legends.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in marked for name in NAMES)
    assert marked.count("Description:") == len(NAMES)


def test_same_bytes_twice(study, results, folder: Path, tmp_path: Path) -> None:
    again = export_figures(all_figures(study, results), tmp_path, formats=("svg",))
    small = figure_of("agreement", study, results)
    again += export_figures([small], tmp_path / "small", formats=("pdf", "tiff"))[:2]
    compared = [path for path in again if path.suffix in (".svg", ".pdf", ".tiff", ".csv")]
    assert len(compared) == 2 * len(NAMES) + 2
    for path in compared:
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_an_unknown_format_writes_nothing(figures, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="unknown format of a figure: gif; known: pdf, svg, tiff"):
        export_figures(figures, tmp_path, formats=("pdf", "gif"))
    assert not list(tmp_path.iterdir())


def test_two_figures_with_one_name(figures, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="two figures with one name"):
        export_figures((figures[4], figures[4]), tmp_path)
    assert not list(tmp_path.iterdir())
