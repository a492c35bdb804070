"""The checks find each fault in documents that are made wrong on purpose, and none in good ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pikepdf
import pytest
import weasyprint

from poems_report.manuscript import Rendered
from poems_report.manuscript.checks import check_documents

WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body>{}</w:body></w:document>'
)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("see <strong>?@fig-x</strong>", "unresolved reference ?@fig-x"),
        ("is ?var:a.b", "shortcode without a value ?var:a.b"),
        ("(<strong>ghost1999?</strong>)", "unresolved citation ghost1999"),
        ("<img alt='x'>", "an image without a source"),
        ("<img src='data:,'>", "an image without alternative text: data:,"),
        ("<img alt='x' src='https://example.org/a.png'>", "<img> is not embedded: https://example.org/a.png"),
        ("<script src='a.js'></script>", "<script> is not embedded: a.js"),
        ("<link rel='stylesheet' href='//cdn/a.css'>", "<link> is not embedded: //cdn/a.css"),
        ("<style>@import 'a.css';</style>", "a style is not embedded: a.css"),
        ("<p style='background: url(http://x/y.png)'>x</p>", "a style is not embedded: http://x/y.png"),
        ("<a href='#gone'>x</a>", "the link #gone leads nowhere"),
        ("<main><script>1</script></main>", "<script> runs code within the text"),
        ("<main><b onclick='x()'>1</b></main>", "<b> runs code within the text"),
    ],
)
def test_page(tmp_path: Path, body: str, fault: str) -> None:
    path = tmp_path / "index.html"
    path.write_text(f"<!DOCTYPE html><html><body><p>ok</p>{body}</body></html>")
    assert check_documents({"html": path}) == (f"index.html: {fault}",)


def test_good_page(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text(
        "<!DOCTYPE html><html><head><style>a { background: url('data:,') }</style></head><body><h1 id=a>really?</h1>"
        "<a href='#a'>x</a><a href='https://example.org'>out</a><code>?@fig-x <strong>x?</strong></code>"
        "<img alt='' role=presentation src='data:,'><strong>Is it so?</strong></body></html>"
    )
    assert check_documents({"html": path}) == ()


def test_values_may_be_left_out_of_the_search(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text("<p>?var:a ?@fig-b</p>")
    assert check_documents({"html": path}, unfilled=False) == ("index.html: unresolved reference ?@fig-b",)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            "<w:p><w:r><w:t>see ?@</w:t></w:r><w:r><w:t>tbl-x</w:t></w:r></w:p>",
            "unresolved reference ?@tbl-x",
        ),
        ("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>ghost?</w:t></w:r></w:p>", "unresolved citation ghost"),
        ("<w:p><w:hyperlink w:anchor='gone'/></w:p>", "the link #gone leads nowhere"),
        (
            "<w:p><w:r><w:drawing><wp:docPr descr=''/></w:drawing></w:r></w:p>",
            "an image without alternative text",
        ),
        (
            "<w:p><w:r><w:drawing><wp:docPr descr='x'/><a:blip r:embed='r9'/></w:drawing></w:r></w:p>",
            "an image without a source",
        ),
    ],
)
def test_word(tmp_path: Path, body: str, fault: str) -> None:
    path = tmp_path / "index.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", WORD.format(body))
    assert check_documents({"docx": path}) == (f"index.docx: {fault}",)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p>?meta:x</p>", "shortcode without a value ?meta:x"),
        ("<p><bold>ghost?</bold></p>", "unresolved citation ghost"),
        ("<xref rid='gone'/>", "the link #gone leads nowhere"),
        (
            "<graphic xlink:href='no.png'><alt-text>x</alt-text></graphic>",
            "an image without a source: no.png",
        ),
        ("<graphic xlink:href='index.xml'/>", "an image without alternative text: index.xml"),
    ],
)
def test_article(tmp_path: Path, body: str, fault: str) -> None:
    path = tmp_path / "index.xml"
    path.write_text(f'<article xmlns:xlink="http://www.w3.org/1999/xlink"><body>{body}</body></article>')
    assert check_documents({"jats": path}) == (f"index.xml: {fault}",)


def test_pdf(tmp_path: Path) -> None:
    path = tmp_path / "index.pdf"
    page = "<html lang=en><title>T</title><p>see ?@fig-x and (ghost1999?) but (really?)"
    page += "<p><a href='#a'>x</a><h1 id=a>A</h1>"
    weasyprint.HTML(string=page).write_pdf(path, pdf_variant="pdf/ua-1")
    assert check_documents({"pdf": path}) == (
        "index.pdf: unresolved reference ?@fig-x",
        "index.pdf: unresolved citation ghost1999",
    )
    weasyprint.HTML(string="<p>plain").write_pdf(path)
    assert check_documents({"pdf": path}) == (
        "index.pdf: the PDF has no tags",
        "index.pdf: the PDF has no language",
        "index.pdf: the PDF has no title",
    )


def test_pdf_figures_and_links(tmp_path: Path) -> None:
    path, broken = tmp_path / "index.pdf", tmp_path / "broken.pdf"
    page = "<html lang=en><title>T</title><a href='#a'>x</a><h1 id=a>A</h1><img alt='dot' src='data:image/svg+xml,"
    page += "%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22/%3E'>"
    weasyprint.HTML(string=page).write_pdf(path, pdf_variant="pdf/ua-1")
    assert check_documents({"pdf": path}) == ()
    with pikepdf.open(path) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure":
                del thing["/Alt"]
        for link in pdf.pages[0]["/Annots"]:
            link["/Dest"] = pikepdf.String("gone")
        pdf.save(broken)
    assert check_documents({"pdf": broken}) == (
        "broken.pdf: images without alternative text: 1",
        "broken.pdf: the link #gone leads nowhere",
    )


def test_the_engines_own_documents_pass(everything: tuple[Rendered, Rendered]) -> None:
    assert check_documents(everything[0].files) == ()
