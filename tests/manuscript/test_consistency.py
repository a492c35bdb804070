"""Numbers that differ between formats, figures that nobody mentions, fonts that are not allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import weasyprint

from poems_report.errors import CheckError
from poems_report.manuscript import Rendered, render
from poems_report.manuscript.consistency import differing_numbers, other_fonts, unreferred

HTML = (
    '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><main><header><h1 class="title">T 2024</h1>'
    '<p class="author">A 77</p></header><section id="s"><h2>1.2 Head</h2><p>It fell by {} of 12,345 in '
    '<a href="#x">Figure 99</a> <math><mn>55</mn></math>.</p><ul><li>One 31<p>and 32</p></li></ul></section>'
    '<div id="refs"><p>Journal 1999;4</p></div></main></body></html>'
)
JATS = (
    "<article><front><article-meta><abstract/></article-meta></front><body>"
    "<sec><label>3</label><title>Head 88</title>"
    "<p>It fell by {} of 12,345 in <xref rid='x'>66</xref>.</p><p>One 31 and 32</p></sec></body>"
    "<back><p>1999</p></back></article>"
)


def word(path: Path, number: str, font: str = "Times New Roman") -> Path:
    document = docx.Document()
    document.add_heading("4.5 Head")
    document.add_paragraph(f"It fell by {number} of 12,345, 31 and 32.").runs[0].font.name = font
    document.save(str(path))
    return path


def written(
    tmp_path: Path, html: str = "84.5%", jats: str = "84.5%", docx: str = "84.5%", pdf: str = "84.5%"
):
    (tmp_path / "index.html").write_text(HTML.format(html))
    (tmp_path / "index.xml").write_text(JATS.format(jats))
    weasyprint.HTML(string=HTML.format(pdf)).write_pdf(tmp_path / "index.pdf", pdf_variant="pdf/ua-1")
    word(tmp_path / "index.docx", docx)
    return {
        "html": tmp_path / "index.html", "docx": tmp_path / "index.docx", "jats": tmp_path / "index.xml",
        "pdf": tmp_path / "index.pdf",
    }  # fmt: skip


def test_the_same_numbers_pass(tmp_path: Path) -> None:
    assert differing_numbers(written(tmp_path)) == ()


@pytest.mark.parametrize(("target", "name"), [("jats", "index.xml"), ("docx", "index.docx")])
def test_a_number_that_differs_is_told_from_both_sides(tmp_path: Path, target: str, name: str) -> None:
    files = written(tmp_path, **{target: "84.6%"})
    assert differing_numbers(files) == (
        f"{name}: numbers of index.html that are not there: 84.5",
        f"index.html: numbers of {name} that are not there: 84.6",
    )


def test_a_pdf_is_asked_for_what_the_page_has(tmp_path: Path) -> None:
    files = written(tmp_path, pdf="84.6%")
    assert differing_numbers(files) == ("index.pdf: numbers of index.html that are not there: 84.5",)


@pytest.mark.parametrize("targets", [("html",), ("pdf",), ()])
def test_one_document_alone_differs_from_nothing(tmp_path: Path, targets: tuple[str, ...]) -> None:
    files = written(tmp_path)
    assert differing_numbers({name: files[name] for name in targets}) == ()


FIGURE = (
    "![A dot.](dot.png){#fig-a}\n\nTextMORE.\n\n| a |\n|---|\n| b |\n\n: Made. {#tbl-b}\n\nAs @tbl-b says.\n"
)


def test_every_figure_is_referred_to(
    project: Callable[..., Path], everything: tuple[Rendered, Rendered]
) -> None:
    picture = (everything[0].files["html"].parent.parent / "dot.png").read_bytes()
    settings = "format: {html: {toc: true}, jats: default}\n"
    folder = project(FIGURE.replace("MORE", ""), settings, {"dot.png": picture})
    assert unreferred(render(folder, formats=["html", "jats"], engine="embedded").files) == (
        "index.html: the text does not refer to fig-a",
        "index.xml: the text does not refer to fig-a",
    )
    with pytest.raises(CheckError, match="the text does not refer to fig-a"):
        render(folder, formats=["html"], engine="embedded", strict=True)
    (folder / "index.qmd").write_text("---\ntitle: T\n---\n\n" + FIGURE.replace("MORE", " with @fig-a"))
    assert unreferred(render(folder, formats=["html", "jats"], engine="embedded").files) == ()


def test_panels_need_no_reference_of_their_own(everything: tuple[Rendered, Rendered]) -> None:
    told = unreferred(everything[0].files)
    assert not any("fig-two" in line for line in told)


def test_fonts_are_of_the_allowed_families(tmp_path: Path) -> None:
    word(tmp_path / "index.docx", "1", font="Comic Sans MS")
    files = {"docx": tmp_path / "index.docx"}
    (fault,) = [
        line for line in other_fonts(files, {"docx": ["Times New Roman", "Courier"]}) if "Comic" in line
    ]
    assert fault == "index.docx: the font 'Comic Sans MS' is none of Times New Roman, Courier"
    assert other_fonts(files, {"pdf": ["X"]}) == ()
    path = written(tmp_path)["pdf"]
    (fault,) = other_fonts({"pdf": path}, {"pdf": ["No Such Family"]})[:1]
    assert fault.startswith("index.pdf: the font ")
    family = fault.split("'")[1].split("+")[-1]
    assert not [
        line for line in other_fonts({"pdf": path}, {"pdf": [family.split("-")[0]]}) if family in line
    ]
