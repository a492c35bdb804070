"""A whole bundle, opened by other means than those that made it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tomllib
import zipfile

import pikepdf
import pypdfium2
import pytest
import yaml
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from lxml import etree, html
from PIL import Image

from poems_report.manifest import verify
from poems_report.submission.bundle.verifying import verify_archive
from tests.submission.bundle.conftest import AUTHOR, FUNDER, JOURNAL, PLACE

ARTICLE = ("manuscript", "manuscript-anonymous")


def word(made, name):
    return Document(io.BytesIO(made.read(name)))


def pdf_text(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def whole(document) -> str:
    return "\n".join(one.text for one in document.paragraphs)


@pytest.fixture(scope="module")
def manifest(made):
    return json.loads(made.read("manifest.json"))


@pytest.fixture(scope="module")
def claims(project):
    return [
        one["statement"] for one in yaml.safe_load((project / "data/claims.yml").read_text("utf-8"))["claims"]
    ]


def test_it_holds_what_an_author_uploads(made):
    names = set(made.names())
    assert {f"manuscript/{one}.{suffix}" for one in ARTICLE for suffix in ("docx", "pdf")} <= names
    assert {f"figures/Art-{n}.{suffix}" for n in range(1, 8) for suffix in ("pdf", "png", "pptx")} <= names
    assert {f"source-data/Art-{n}.csv" for n in range(1, 8)} <= names
    assert {f"tables/Table{n}.docx" for n in range(1, 6)} <= names
    assert {f"supplement/tables/Table{n}.docx" for n in range(6, 13)} <= names
    assert {
        "summary.html", "summary.txt", "cover-letter.docx", "title-page.docx", "supplement/supplement.pdf",
        "figures/legends.docx", "figures/legends.txt", "source-data/source-data.xlsx", "source-data/README.txt",
        "checklists/REMARK.docx", "checklists/STROBE.docx", "statements/data-availability.txt",
        "statements/software.txt", "CITATION.cff", "results.json", "manifest.json",
    } <= names  # fmt: skip


def test_dates_and_permissions_are_fixed(made):
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        assert {one.date_time for one in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert {one.external_attr >> 16 for one in archive.infolist()} == {0o100644}


def test_two_runs_give_the_same_bytes(made, exchanged):
    common = set(made.names()) & set(exchanged.names()) - {"manifest.json"}
    assert len(common) > 50
    assert [name for name in sorted(common) if made.read(name) != exchanged.read(name)] == []


def test_the_manifest_has_the_hash_of_every_file(made, manifest):
    hashes = {
        name: hashlib.sha256(made.read(name)).hexdigest() for name in made.names() if name != "manifest.json"
    }
    assert manifest["outputs"] == hashes
    assert manifest["journal"]["name"] == "own"
    assert manifest["study"]["provenance"] == "illustrative"
    assert manifest["report"]["engine"].startswith("embedded")
    assert {"weasyprint", "matplotlib"} <= set(manifest["libraries"])
    art = {f"Art-{n}.{suffix}" for n in range(1, 8) for suffix in ("pdf", "png")}
    assert set(manifest["figures"]) == art | {"GraphicalAbstract.png"}
    assert manifest["unread"] == [f"Art-{n}.pptx" for n in range(1, 8)]


def test_an_unpacked_bundle_is_verified_as_a_folder(made, tmp_path):
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp_path)
    assert verify(tmp_path) == verify_archive(made.path) == len(made.names()) - 1


def test_figures_are_those_of_the_journal(made):
    said = made.read("summary.txt").decode()
    wider = 0
    for number in range(1, 8):
        with Image.open(io.BytesIO(made.read(f"figures/Art-{number}.png"))) as picture:
            width = round(picture.width / 150 * 25.4)
        assert width in (84, 120, 170)
        wider += width != 84
    assert len(re.findall(r"^- \w+ at 84 mm: .*; made at (?:120|170) mm", said, re.MULTILINE)) == wider < 7


def test_a_graphical_abstract_goes_with_a_journal_that_states_its_size(made):
    with Image.open(io.BytesIO(made.read("figures/GraphicalAbstract.png"))) as picture:
        dpi = picture.info["dpi"][0]
        assert [round(pixels / dpi * 25.4) for pixels in picture.size] == [120, 50]
    assert b"Can IL-6 stand in for VEGF?" in made.read("figures/GraphicalAbstract.txt")


def test_a_table_is_that_of_the_manuscript_and_can_be_edited(made):
    manuscript = word(made, "manuscript/manuscript.docx")
    captions = [one.text for one in manuscript.paragraphs if one.style.name == "Table Caption"]
    for number, table in enumerate(manuscript.tables[:12], start=1):
        place = "tables" if number < 6 else "supplement/tables"
        document = word(made, f"{place}/Table{number}.docx")
        cells = [[cell.text for cell in row.cells] for row in table.rows]
        assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == cells
        assert len(document.tables) == 1
        assert whole(document) == captions[number - 1]
        assert document.sections[0].header.paragraphs[0].text.startswith("Illustrative data")
        kinds = {one.reltype.rsplit("/")[-1] for one in document.part.rels.values()}
        assert not {"image", "hyperlink"} & kinds


@pytest.mark.parametrize(("name", "items"), [("REMARK", 20), ("STROBE", 22)])
def test_a_checklist_has_every_item_of_its_guideline(name, items, made):
    document = word(made, f"checklists/{name}.docx")
    numbers = [row.cells[0].text for row in document.tables[0].rows]
    assert [one for one in numbers if one.isdigit()] == [str(n) for n in range(1, items + 1)]
    assert re.search(r"Section\s\d", "".join(row.cells[2].text for row in document.tables[0].rows))
    assert whole(document).startswith(f"{name}: where each item is met")


def test_the_supplement_is_the_pages_of_the_anonymous_manuscript(made):
    content = made.read("supplement/supplement.pdf")
    pages = pdf_text(made.read("manuscript/manuscript-anonymous.pdf"))
    first = next(n for n, text in enumerate(pages) if re.search(r"^\d+ Supplement\s*$", text, re.MULTILINE))
    assert pdf_text(content) == pages[first:]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo.Title).startswith("Supplement: VEGF")
        there = {page.objgen for page in pdf.pages}
        known = set(pikepdf.NameTree(pdf.Root.Names.Dests))
        linked = {str(link.Dest) for page in pdf.pages for link in page.get("/Annots", []) if "/Dest" in link}
        assert linked
        assert linked <= known
        leaves = list(_pages_of_tags(pdf.Root.StructTreeRoot))
        assert leaves
        assert set(leaves) <= there


def _pages_of_tags(element, page=None):
    """The page of every marked content, as the tree of tags states it."""
    if isinstance(element, int):
        yield page
        return
    page = element.Pg.objgen if "/Pg" in element else page
    if element.get("/Type") in ("/MCR", "/OBJR"):
        yield page
    children = element.get("/K")
    if children is not None:
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            yield from _pages_of_tags(child, page)


def test_nobody_is_named_where_reviewers_look(made):
    blind = [
        name
        for name in made.names()
        if "anonymous" in name
        or name.startswith(("tables/", "supplement/", "checklists/", "figures/", "source-data/"))
    ]
    assert len(blind) > 40
    for name in blind:
        content = made.read(name)
        text = content.decode("utf-8", "ignore")
        if name.endswith((".docx", ".xlsx", ".pptx")):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                text = " ".join(archive.read(part).decode("utf-8", "ignore") for part in archive.namelist())
        elif name.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(content)) as pdf:
                state = [str(value) for value in pdf.docinfo.values()]
                if "/Metadata" in pdf.Root:
                    state.append(pdf.Root.Metadata.read_bytes().decode())
            text = " ".join([*pdf_text(content), *state])
        assert not [one for one in (AUTHOR, PLACE, FUNDER) if one in re.sub(r"\s+", " ", text)], name
    named = whole(word(made, "manuscript/manuscript.docx"))
    assert AUTHOR in named
    assert FUNDER in named


def test_the_letter_has_what_the_program_knows_and_marks_what_it_does_not(made, claims):
    document = word(made, "cover-letter.docx")
    text = whole(document)
    manuscript = word(made, "manuscript/manuscript.docx")
    styles = [one.style.name for one in manuscript.paragraphs]
    supplement = next(n for n, one in enumerate(manuscript.paragraphs) if one.text.endswith("Supplement"))
    figures, more = (part.count("Image Caption") for part in (styles[:supplement], styles[supplement:]))
    printed = re.search(r"Words: (\d+) in the abstract, (\d+) in the main text", whole(manuscript))
    assert f"Words: {printed[1]} in the abstract, {printed[2]} in the main text." in text
    assert f"Figures: {figures} in the main text, {more} in the supplement." in text
    assert f"Tables: {styles[:supplement].count('Table Caption')} in the main text" in text
    assert f"References: {styles.count('Bibliography')}." in text
    assert "To the editors of Journal of Samples" in text
    assert manuscript.paragraphs[0].text in text
    assert AUTHOR in text
    assert f"Funding: The {FUNDER}." in text
    assert all(statement in text for statement in claims)
    assert document.paragraphs[0].text.startswith("Illustrative data: no value was measured in a patient.")
    marked = [
        run.text
        for one in document.paragraphs
        for run in one.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]
    assert marked == re.findall(r"\[TO BE COMPLETED: [^]]+\]", text)
    assert "[TO BE COMPLETED: e-mail address of the corresponding author]" in marked
    assert f"cover-letter.docx: {len(marked)} places to fill in." in made.read("summary.txt").decode()


def test_the_title_page_and_the_statements(made):
    text = whole(word(made, "title-page.docx"))
    assert f"{AUTHOR}, {PLACE}" in text
    assert "POEMS syndrome, VEGF" in text
    assert "Illustrative data" in text
    assert "[TO BE COMPLETED: where the data are" in made.read("statements/data-availability.txt").decode()
    assert "poems-report" in made.read("statements/software.txt").decode()


def test_results_and_citation_are_those_of_the_project(made, root):
    held = json.loads(made.read("results.json"))
    assert held["study"]["provenance"] == "illustrative"
    assert held["results"]["patients.n"]["estimate"] == 8
    assert made.read("CITATION.cff") == (root / "CITATION.cff").read_bytes()


def test_the_summary_states_every_value_of_the_profile_and_how_well_it_is_known(made):
    page = html.document_fromstring(made.read("summary.html"))
    rows = [[" ".join(cell.itertext()).strip() for cell in row.iter("th", "td")] for row in page.iter("tr")]
    table = {row[0]: row[1:] for row in rows if row}
    profile = tomllib.loads(JOURNAL)
    words = {"yes": "read there", "second-hand": "second-hand", "no": "not verified"}
    for part in ("width", "dpi", "formats", "sizes", "files"):
        for name, rule in profile[part].items():
            source = profile["sources"][rule["source"]]
            value, verified, note, where = table[f"{part}.{name}"]
            assert value
            assert verified == words[rule.get("verified", source["verified"])]
            assert note == rule.get("note", "")
            assert where == source["where"]
    assert table["width.single"][0] == "84 mm"
    assert table["dpi.line_art"][0] == "at least 150 dpi"
    assert table["files.max_bytes"][0] == "30000"
    assert table["notes.0"][0] == "abstract at most 250 words"


def test_the_summary_says_what_is_wrong_unseen_and_missing(made):
    text = made.read("summary.txt").decode()
    assert "smallest text" in text
    art = [f"Art-{n}.{suffix}" for n in range(1, 8) for suffix in ("pdf", "png")]
    art.append("GraphicalAbstract.png")
    large = {name for name in art if len(made.read(f"figures/{name}")) > 30_000}
    assert 0 < len(large) < len(art)
    said = re.search(
        r"^- fail: size of the file: .*; limit at most 30000 bytes \((.*)\) \[", text, re.MULTILINE
    )
    assert set(said[1].split(", ")) == large
    assert set(re.findall(r"^- (\S+): does not keep the profile", text, re.MULTILINE)) >= large
    assert "Art-1.pptx: no reader here opens this format" in text
    assert "abstract at most 250 words; to be looked at" in text
    assert "study.yml, declarations, ethics" in text
    assert "declarations, funding" not in text
    assert "Verify with the journal" in text
    assert "Limits for words" in text
    for name in ("summary.txt", "summary.html", "checks/figures.html"):
        assert "complian" not in made.read(name).decode().lower()


def test_the_summary_page_needs_nothing_and_has_its_heads(made):
    page = html.document_fromstring(made.read("summary.html"))
    assert page.get("lang") == "en"
    assert page.findtext(".//title") == "Journal of Samples: what the desk will check"
    assert len(page.findall(".//h1")) == 1
    assert [one.get("scope") for one in page.iter("th") if one.get("scope") not in ("col", "row")] == []
    assert all(table.find("caption") is not None for table in page.iter("table"))
    assert not page.xpath("//@src | //@href | //script")
    assert "Illustrative data" in page.findtext(".//header/p")
    assert etree.tostring(page).count(b"<h2") == 7


def test_the_command_lists_what_is_left(made):
    assert f"{len(made.names())} files for Journal of Samples; verify with the journal" in made.said
    assert "The data are illustrative" in made.said
