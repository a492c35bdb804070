"""What a journal needs in the Word file and neither engine writes: affiliations, keywords, running head, tables."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from poems_report import provenance
from poems_report.manuscript.word_tables import shape_tables

BODY = ("Heading 1", "Heading 2")


_WATERMARK = """<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>
  <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
  <v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
  <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
  <v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/>
  <v:textpath on="t" fitshape="t"/></v:shapetype>
  <v:shape id="watermark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="" stroked="f" fillcolor="#d9d9d9"
  style="position:absolute;width:360pt;height:130pt;rotation:315;z-index:-251658752;
  mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;
  mso-position-vertical-relative:margin"><v:fill opacity=".5"/></v:shape></w:pict></w:r>"""


def finish_docx(path: Path, block: Mapping[str, Any], keywords_label: str, watermark: str = "") -> None:
    """Add the authors' affiliations, the keywords and a running head to a finished Word file, and shape its tables.

    The running head is the subtitle of the document itself, so that it carries version and provenance on every
    page. The file's bytes depend on its content and SOURCE_DATE_EPOCH only.

    Args:
        path: the file, replaced in place.
        block: authors and keywords, as `manuscript.title` gives them; either may lack.
        keywords_label: the word before the keywords.
        watermark: a word behind the text of every page; none where it is empty.
    """
    import docx

    document = docx.Document(str(path))
    paragraphs = document.paragraphs
    subtitle = next((one.text for one in paragraphs if one.style and one.style.name == "Subtitle"), "")
    authors = [one for one in paragraphs if one.style and one.style.name == "Author"]
    body = next((one for one in paragraphs if one.style and one.style.name in BODY), None)
    if authors:
        for line in reversed(_affiliations(block)):
            authors[-1]._p.addnext(_paragraph(document, line, "Author"))
    if body is not None and block.get("keywords"):
        text = f"{keywords_label}: {', '.join(map(str, block['keywords']))}"
        body._p.addprevious(_paragraph(document, text, "Body Text"))
    for section in document.sections:
        section.header.paragraphs[0].text = subtitle
        if watermark:
            section.header.paragraphs[0]._p.append(_watermark(watermark))
    shape_tables(document)
    out = io.BytesIO()
    document.save(out)
    provenance.write_atomically(path, _dated(out.getvalue()))


def _affiliations(block: Mapping[str, Any]) -> Sequence[str]:
    places = (place for author in block.get("author", ()) for place in author.get("affiliations", ()))
    return list(dict.fromkeys(str(place["name"]) for place in places))


def _paragraph(document: Any, text: str, style: str) -> Any:
    """A paragraph made at the end of the document; the caller moves it to its place."""
    return document.add_paragraph(text, style=style)._p


def _watermark(word: str) -> Any:
    """A word drawn across the page, as Word itself writes it (VML, ECMA-376 part 4)."""
    from docx.oxml import parse_xml

    run: Any = parse_xml(_WATERMARK)
    shape = run.find(".//{urn:schemas-microsoft-com:vml}shape")
    text = shape.makeelement("{urn:schemas-microsoft-com:vml}textpath", {})
    text.set("style", 'font-family:"Times New Roman";font-size:1pt')
    text.set("string", word)
    shape.append(text)
    return run


def _dated(content: bytes) -> bytes:
    """The same archive with every entry dated SOURCE_DATE_EPOCH."""
    moment = time.gmtime(max(provenance.source_date_epoch(), 315_532_800))[:6]
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, moment), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
