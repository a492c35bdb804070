"""The finished report in four formats, read by other programs than those that made it."""

from __future__ import annotations

import json
import re
import zipfile

import docx
import pytest
from lxml import etree, html

from tests.documents.pdfs import findings, fonts, pages

REFERENCES = {
    "dispenzieri2019", "soubrier1997", "tzeng2013", "gherardi1994", "fukatsu1992", "minamitani2002", "hitoshi1994",
    "laurenti2008", "yoshizaki2018",
}  # fmt: skip
UNRESOLVED = re.compile(r"\?@|\?var:|\?meta:|\(\?\)|\bnan\b|np\.float|\bNone\b(?!:)")


@pytest.fixture(scope="module")
def page(made):
    return html.parse(made / "report" / "index.html").getroot()


@pytest.fixture(scope="module")
def word(made):
    return docx.Document(made / "report" / "index.docx")


@pytest.fixture(scope="module")
def article(made):
    return etree.parse(made / "report" / "index.xml").getroot()


@pytest.fixture(scope="module")
def texts(made, page, word, article):
    """The running text of each format, white space folded."""
    raw = {
        "html": page.text_content(),
        "pdf": "\n".join(pages(made / "report" / "index.pdf")),
        "docx": "\n".join(
            [one.text for one in word.paragraphs]
            + [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        ),
        "jats": "".join(article.itertext()),
    }
    return {name: re.sub(r"\s+", " ", text) for name, text in raw.items()}


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "jats"])
def test_nothing_is_unresolved_and_the_data_are_marked(texts, versions, study, name):
    assert not UNRESOLVED.search(texts[name])
    assert "Illustrative data" in texts[name]
    assert f"report {versions['report']}" in texts[name]
    assert study.data_version in texts[name]
    assert "POEMS Report project" in texts[name]
    assert "after Tomasso et al. 2022" in texts[name]


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "jats"])
def test_the_same_numbers_in_every_format(made, texts, name):
    results = json.loads((made / "results.json").read_text(encoding="utf-8"))["results"]
    late, within = results["agreement.late"], results["within.vegf_il6.r"]
    low, high = (f"{100 * late[key]:.0f}%" for key in ("ci_low", "ci_high"))
    assert (
        f"{round(late['estimate'] * late['n'])} of {late['n']} (57%, 95% CI {low} to {high})" in texts[name]
    )
    assert f"r = {within['estimate']:.2f}" in texts[name]
    fall = 100 * (results["day_after.vegf.ratio"]["estimate"] - 1)
    assert f"\u2212{abs(fall):.0f}%" in texts[name]


def test_all_nine_references_of_the_abstract_are_cited(root, page):
    cited = {href.removeprefix("#ref-") for href in page.xpath("//a/@href") if href.startswith("#ref-")}
    assert cited >= REFERENCES
    entries = {entry.get("id").removeprefix("ref-") for entry in page.find_class("csl-entry")}
    assert entries == cited
    bib = set(re.findall(r"@\w+\{(\w+),", (root / "references.bib").read_text(encoding="utf-8")))
    assert entries == bib


def test_figures_and_tables_have_captions_alt_texts_and_are_referred_to(page):
    figures = [one for one in page.xpath("//*[starts-with(@id, 'fig-')]") if one.xpath(".//img")]
    tables = [one for one in page.xpath("//*[starts-with(@id, 'tbl-')]") if one.xpath(".//table")]
    assert len(figures) >= 3
    assert len(tables) >= 3
    targets = set(page.xpath("//a/@href"))
    for one in figures + tables:
        assert f"#{one.get('id')}" in targets
        assert re.match(r"(Figure|Table)\s\d+:\s\S+", one.text_content().strip().replace("\u00a0", " "))
    for picture in page.xpath("//img"):
        assert len(picture.get("alt", "")) > 20


def test_html_is_one_file_that_fetches_nothing(made, page):
    for address in page.xpath("//@src | //link/@href | //script/@src"):
        assert address.startswith("data:")
    text = (made / "report" / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"url\((?!['\"]?(data:|#))", text)
    assert (made / "report" / "index.html").stat().st_size < 1_600_000


def test_every_page_of_the_pdf_names_version_and_provenance(made, versions):
    for text in pages(made / "report" / "index.pdf"):
        assert "Illustrative data" in text
        assert f"report {versions['report']}" in text


def test_the_pdf_is_accessible_and_in_the_one_family(made):
    """A checker takes the texts of figures full of numbers for no language (FIG-012)."""
    path = made / "report" / "index.pdf"
    assert not [one for one in findings(path) if "FIG-012" not in one]
    assert all("Source-Sans-3" in font or "SourceSans3" in font for font in fonts(path)), fonts(path)
    assert "/Type3" not in fonts(path).values()


def test_word_has_native_tables_captions_and_alternative_texts(word):
    captions = [one.text for one in word.paragraphs if one.style.name.endswith("Caption")]
    assert sum(text.startswith("Table") for text in captions) >= 3
    assert sum(text.startswith("Figure") for text in captions) + str(captions).count("Figure") >= 3
    assert len([one for one in word.tables if len(one.rows) > 2]) >= 3
    names = word.element.body.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    described = [one.get("descr", "") for one in names]
    assert described
    assert all(len(text) > 20 for text in described)
    assert "Illustrative data" in word.sections[0].header.paragraphs[0].text


def test_word_keeps_no_path_of_this_machine(made, root):
    with zipfile.ZipFile(made / "report" / "index.docx") as archive:
        for name in archive.namelist():
            assert str(root).encode() not in archive.read(name)


def test_jats_has_front_matter_figures_tables_and_references(root, made, article):
    assert article.tag == "article"
    assert article.findtext(".//article-title").startswith("VEGF and IL-6")
    assert "POEMS Report project" in "".join(article.find(".//contrib-group").itertext())
    assert len(article.findall(".//abstract")) == 1
    assert len(article.findall(".//kwd")) == 5
    graphics = article.findall(".//fig//graphic")
    assert len(graphics) >= 3
    for graphic in graphics:
        address = graphic.get("{http://www.w3.org/1999/xlink}href")
        assert (made / "report" / address).is_file(), address
    assert len(article.findall(".//table-wrap//table")) >= 3
    entries = re.findall(r"^@\w+\{", (root / "references.bib").read_text(encoding="utf-8"), re.M)
    assert len(article.findall(".//ref-list/ref")) == len(entries) > len(REFERENCES)
    assert article.find(".//article-meta/pub-date") is not None


def test_the_engine_stands_in_the_report_and_in_the_manifest(made, texts):
    engine = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["report"]["engine"]
    assert engine.startswith("embedded")
    assert all(engine in text for text in texts.values())
