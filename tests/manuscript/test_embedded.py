"""The embedded engine on a project that holds everything, read back by other readers than those that wrote it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from lxml import etree, html

from poems_report.errors import RenderError
from poems_report.manuscript import Rendered, render
from poems_report.provenance import package_version


@pytest.fixture(scope="module")
def page(everything: tuple[Rendered, Rendered]) -> Any:
    return html.document_fromstring(everything[0].files["html"].read_bytes())


@pytest.fixture(scope="module")
def article(everything: tuple[Rendered, Rendered]) -> Any:
    return etree.parse(str(everything[0].files["jats"]))


@pytest.fixture(scope="module")
def word(everything: tuple[Rendered, Rendered]) -> Any:
    return docx.Document(str(everything[0].files["docx"]))


def text(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def find(page: Any, ident: str) -> Any:
    (element,) = page.xpath("//*[@id=$i]", i=ident)
    return element


def test_names_itself_and_its_files(everything: tuple[Rendered, Rendered]) -> None:
    made = everything[0]
    assert made.engine == f"embedded {package_version()}"
    assert made.warnings == ()
    assert {kind: path.name for kind, path in made.files.items()} == {
        "html": "index.html",
        "pdf": "index.pdf",
        "docx": "index.docx",
        "jats": "index.xml",
    }
    assert all(path.parent.name == "made" for path in made.files.values())


def test_same_bytes_in_another_place(everything: tuple[Rendered, Rendered]) -> None:
    first, second = everything
    folders = [made.files["html"].parent for made in (first, second)]
    names = [sorted(p.relative_to(f).as_posix() for p in f.rglob("*") if p.is_file()) for f in folders]
    assert names[0] == names[1]
    assert len(names[0]) > 4
    for name in names[0]:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_no_path_of_the_machine(everything: tuple[Rendered, Rendered]) -> None:
    made = everything[0]
    pieces = [made.files["html"].read_bytes(), made.files["jats"].read_bytes()]
    with zipfile.ZipFile(made.files["docx"]) as archive:
        pieces += [archive.read(name) for name in archive.namelist()]
    with pikepdf.open(made.files["pdf"]) as pdf:
        for thing in pdf.objects:
            pieces.append(thing.read_bytes() if isinstance(thing, pikepdf.Stream) else thing.unparse())
    for place in (str(made.files["html"].parents[1]), "/tmp/", str(Path.home())):  # noqa: S108
        assert not any(place.encode() in piece for piece in pieces), place


def test_post_render_saw_the_documents(everything: tuple[Rendered, Rendered]) -> None:
    listed = (everything[0].files["html"].parent / "list.txt").read_text().split()
    assert {"index.html", "index.pdf", "index.docx", "index.xml"} <= set(listed)


def test_title_block(page: Any) -> None:
    head = find(page, "title-block-header")
    assert text(head.find(".//h1[@class='title']")) == "Trees of version 1.10"
    assert text(head.xpath(".//p[@class='author']")[0]) == "Ada Elm"
    assert head.xpath(".//p[@class='author']//a/@href") == ["https://orcid.org/0000-0002-1825-0097"]
    assert text(head.xpath(".//p[@class='affiliation']")[0]) == "Institute of Trees"
    assert text(head.xpath(".//p[@class='date']")[0]) == "February 29, 2024"
    assert text(head.xpath(".//div[@class='keywords']/p")[0]) == "oak, ring"
    assert text(head.xpath(".//div[@class='abstract']/p")[0]) == "Half of 42 is below; see Section 1.1."


def test_sections_are_numbered(page: Any) -> None:
    numbers = {
        section.get("id"): text(section.xpath("./*[1]/span[@class='header-section-number']")[0])
        for section in page.xpath("//section[./*[1]/span[@class='header-section-number']]")
    }
    assert numbers == {"sec-first": "1", "sec-parts": "1.1", "extra": "2"}
    assert "appendix" in find(page, "extra").get("class")
    assert (
        page.xpath("//main/section")[-1].get("id") == "extra"
        or page.xpath("//main/section")[-2].get("id") == "extra"
    )
    assert [a.get("href") for a in page.xpath("//nav[@id='TOC']//a")][:3] == [
        "#before",
        "#sec-first",
        "#sec-parts",
    ]


def test_references_are_resolved(page: Any) -> None:
    first = page.xpath("//section[@id='sec-parts']/p")[0]
    assert text(first) == (
        f"The oak was made by embedded {package_version()} (embedded); 2 trees, named *as* <written> and as made. "
        "Figures: Figure 1, 2, Panel 2 (b), Figure 3, Figure 4 (b). Tables: Table 1 and Table 2. "
        "As Alder and Birch (2019) says (Cedar 2008, 3).1"
    )
    assert first.xpath(".//a[@class='quarto-xref']/@href") == [
        "#fig-one", "#fig-two", "#fig-two-b", "#fig-file", "#fig-code-2", "#tbl-pipe", "#tbl-made",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ident", "caption", "alt"),
    [
        ("fig-one", "Figure 1: One line, after Cedar (2008).", "A rising line, 1 < 2 & on."),
        ("fig-two-a", "(a) Left", "Left"),
        ("fig-two-b", "(b) Right", "The right dot."),
        ("fig-file", "Figure 3: A dot from a file.", "A dot from a file."),
        ("fig-code-1", "(a) Here", "Here"),
    ],
)
def test_figures(page: Any, ident: str, caption: str, alt: str) -> None:
    figure = find(page, ident)
    (image,) = figure.iter("img")
    assert text(figure.find("./figure/figcaption")) == caption
    assert image.get("alt") == alt
    assert image.get("src").startswith("data:image/")


def test_panels_stand_in_a_row(page: Any) -> None:
    rows = find(page, "fig-two").xpath(".//div[@class='quarto-layout-row']")
    assert [len(row) for row in rows] == [2]
    assert text(find(page, "fig-code").xpath("./figure/figcaption")[0]) == "Figure 4: Made twice."


def test_size_of_a_figure_is_its_cells(page: Any) -> None:
    import base64

    source = find(page, "fig-one").xpath(".//img/@src")[0]
    svg = etree.fromstring(base64.b64decode(source.split(",", 1)[1]))
    # 2 x 1 inches are 144 x 72 points; notebooks cut the margin, so a little less or more
    assert 120 < float(svg.get("width").removesuffix("pt")) < 160
    assert 60 < float(svg.get("height").removesuffix("pt")) < 90


def test_tables(page: Any) -> None:
    pipe, made = find(page, "tbl-pipe"), find(page, "tbl-made")
    assert text(pipe.find("./figure/figcaption")) == "Table 1: A pipe table."
    assert [c.get("style").replace(" ", "").rstrip("%;") for c in pipe.iter("col")] == [
        "width:30",
        "width:70",
    ]
    assert text(made.find("./figure/figcaption")) == "Table 2: Made with a spanner."
    assert [[text(c) for c in row] for row in made.find(".//thead").iter("tr")] == [
        ["tree", "Size"],
        ["height"],
    ]
    assert [[text(c) for c in row] for row in made.find(".//tbody").iter("tr")] == [
        ["oak", "21.5"],
        ["elm", "9.25"],
    ]
    assert text(made.find(".//tfoot")) == "Source: a walk."
    assert [c.get("style") for c in made.find(".//tbody").iter("td")] == [
        "text-align: left;",
        "text-align: right;",
    ] * 2


def test_no_header_is_empty(page: Any) -> None:
    assert all(text(cell) for cell in page.iter("th"))


def test_boxes_theorem_and_equation(page: Any) -> None:
    box = find(page, "nte-box")
    assert text(box.xpath(".//*[@class='callout-title-container']")[0]) == "Note 1: Boxed"
    tip = page.xpath("//details[contains(@class, 'callout-tip')]")[0]
    assert text(tip.find("summary")) == "Tip"
    assert tip.get("open") is None
    assert text(find(page, "thm-small")).startswith("Theorem 1 (Small) It holds for")
    assert "(1)" in text(find(page, "eq-half"))
    said = page.xpath("//p[./a[@href='#eq-half']]")[0]
    assert text(said) == "By Equation 1 and Theorem 1, and Note 1."


def test_cells_leave_what_they_should(page: Any) -> None:
    whole = text(page)
    assert "never shown" not in whole
    assert "kept back" not in text(page.xpath("//*[@class='cell-output cell-output-stdout']")[0])
    assert text(page.xpath("//*[@class='cell-output cell-output-stdout']")[0]) == "printed </script> & more"
    assert "warnings.warn" in text(page.xpath("//pre[contains(@class, 'cell-code')]")[0])
    assert "Not in Word." in whole
    assert "Only in Word." not in whole


def test_page_is_one_file(page: Any) -> None:
    assert not page.xpath("//link[@rel='stylesheet'] | //script[@src]")
    style = "".join(page.xpath("//style/text()"))
    assert "url(dot.png)" not in style
    assert re.search(r"url\([\"']?data:image/png", style)


def test_word_document(word: Any) -> None:
    lines = [p.text for p in word.paragraphs]
    assert "Figure\xa01: One line, after Cedar (2008)." in lines
    assert "Table\xa01: A pipe table." in lines
    assert "Only in Word." in lines
    assert "Not in Word." not in lines
    styles = {p.text: p.style.name for p in word.paragraphs}
    assert styles["1.1 Parts"] == "Heading 2"
    assert styles["Figure\xa01: One line, after Cedar (2008)."] == "Image Caption"
    alts = [e.get("descr") for e in word.element.iter() if e.tag.endswith("}docPr")]
    assert alts == [
        "A rising line, 1 < 2 & on.",
        "Left",
        "The right dot.",
        "A dot from a file.",
        "Here",
        "There",
    ]
    marks = {
        e.get(f"{e.nsmap['w'].join('{}')}name")
        for e in word.element.iter()
        if e.tag.endswith("}bookmarkStart")
    }
    assert {"fig-one", "fig-two-a", "tbl-made", "eq-half", "sec-parts", "nte-box"} <= marks


def test_article(article: Any, everything: tuple[Rendered, Rendered]) -> None:
    assert article.findtext(".//contrib/name/surname") == "Elm"
    assert article.findtext(".//aff//institution") == "Institute of Trees"
    assert [k.text for k in article.iter("kwd")] == ["oak", "ring"]
    assert [re.sub(r"\s+", " ", "".join(p.itertext())) for p in article.findall(".//abstract/p")] == [
        "Half of 42 is below; see Section 1.1."
    ]
    assert article.find(".//pub-date").get("iso-8601-date") == "2024-02-29"
    assert article.findtext(".//sec[@id='sec-parts']/label") == "1.1"
    assert article.findtext(".//fig[@id='fig-one']/label") == "Figure 1"
    assert article.findtext(".//fig[@id='fig-one']//alt-text") == "A rising line, 1 < 2 & on."
    assert article.findtext(".//table-wrap[@id='tbl-made']/label") == "Table 2"
    assert not article.xpath("//table-wrap//table-wrap")
    assert article.find(".//disp-formula[@id='eq-half']") is not None
    assert article.findtext(".//ref[@id='ref-alder2019']//pub-id") == "10.5555/jot.4.10"
    kinds = {link.get("rid"): link.get("ref-type") for link in article.iter("xref")}
    assert kinds["fig-one"] == "fig"
    assert kinds["tbl-made"] == "table"
    assert kinds["sec-first"] == "sec"
    assert kinds["ref-cedar2008"] == "bibr"
    for graphic in article.iter("graphic"):
        address = graphic.get("{http://www.w3.org/1999/xlink}href")
        assert (everything[0].files["jats"].parent / address).is_file()


def test_pdf(everything: tuple[Rendered, Rendered]) -> None:
    path = everything[0].files["pdf"]
    document = pypdfium2.PdfDocument(path)
    whole = re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))
    document.close()
    assert "Figure 1: One line, after Cedar (2008)." in whole
    assert "Table 2: Made with a spanner." in whole
    assert "Note 1: Boxed" in whole
    assert "Heights" in whole, "letters of a drawing stay letters"
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root["/Lang"]) == "en"
        assert bool(pdf.Root["/MarkInfo"]["/Marked"])
        assert str(pdf.docinfo["/Title"]) == "Trees of version 1.10"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20231114221320")
        tree = pikepdf.NumberTree(pdf.Root["/StructTreeRoot"]["/ParentTree"])
        links = [link for page in pdf.pages for link in page.get("/Annots", [])]
        assert len(links) > 10
        assert {str(tree[int(link["/StructParent"])]["/S"]) for link in links} == {"/Link"}
        assert {int(link["/F"]) for link in links} == {4}
        rasters = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert all(int(o["/Width"]) == 2 for o in rasters), "only the dot, two pixels wide, is a raster"


def test_references_within_a_table_made_by_code(project: Callable[..., Path]) -> None:
    text = (
        "# One {#sec-one}\n\n```{python}\n#| label: tbl-a\n#| tbl-cap: Where.\nfrom IPython.display import HTML\n"
        'HTML(\'<table><thead><tr><th>x</th></tr></thead><tbody><tr><td><span data-qmd="@sec-one">one</span></td>'
        "</tr></tbody></table>')\n```\n"
    )
    made = render(project(text), formats=["html", "jats"], engine="embedded").files
    (link,) = html.parse(made["html"]).getroot().xpath("//td/a")
    assert (link.get("href"), link.text_content()) == ("#sec-one", "Section\u00a01")
    assert etree.parse(str(made["jats"])).xpath("//td/xref/@rid") == ["sec-one"]


def test_a_reference_within_a_table_that_leads_nowhere_fails(project: Callable[..., Path]) -> None:
    text = (
        "```{python}\n#| label: tbl-a\n#| tbl-cap: Where.\nfrom IPython.display import HTML\n"
        "HTML('<table><tr><td><span data-qmd=\"@sec-none\">none</span></td></tr></table>')\n```\n"
    )
    with pytest.raises(RenderError, match="the reference @sec-none leads to nothing"):
        render(project(text), formats=["html"], engine="embedded")


TWO_PARTS = """
::: {.content-visible when-meta="parts.summary"}

# In short {#sec-short}

Told in short; [and aside]{.content-hidden when-meta="parts.summary"}@sec-short.

:::

::: {lang="it"}

# [In breve]{lang="it"} {#sec-breve .unnumbered lang="it"}

In parole semplici.

:::

::: {.content-visible unless-meta="parts.summary"}
No summary.
:::
"""


@pytest.mark.parametrize(
    ("settings", "shown"), [("parts: {summary: true}", True), ("parts: {summary: false}", False), ("", False)]
)
def test_parts_that_a_setting_leaves_out(project: Callable[..., Path], settings: str, shown: bool) -> None:
    made = render(project(TWO_PARTS, settings), formats=["html"], engine="embedded").files
    text = html.parse(made["html"]).getroot().text_content()
    assert ("Told in short" in text) is shown
    assert ("No summary." in text) is not shown
    assert "and aside" not in text or not shown


def test_a_part_in_another_language_says_so_in_every_format(project: Callable[..., Path]) -> None:
    made = render(project(TWO_PARTS), formats=["html", "pdf", "docx", "jats"], engine="embedded").files
    page = html.parse(made["html"]).getroot()
    assert page.xpath("//section[@id='sec-breve']/@lang") == ["it"]
    article = etree.parse(str(made["jats"]))
    assert article.xpath("//sec[@id='sec-breve']/@xml:lang") == ["it"]
    with zipfile.ZipFile(made["docx"]) as archive:
        word = etree.fromstring(archive.read("word/document.xml"))
    name = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    (run,) = word.xpath("//w:r[w:t[contains(., 'semplici')]]", namespaces=name)
    assert run.xpath("./w:rPr/w:lang/@w:val", namespaces=name) == ["it"]
    with pikepdf.open(made["pdf"]) as pdf:
        sections = [
            one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Sect"
        ]
        assert [str(one.Lang) for one in sections if "/Lang" in one] == ["it"]
        assert len(sections) > 0
        assert str(pdf.Root.Lang) == "en"
