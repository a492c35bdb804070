"""Makes `templates/report/reference.docx`, the Word styles of a journal manuscript, from pandoc's own.

Times New Roman 12, double spaced, numbered lines, page numbers: run it after a change and commit the result.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import docx
import pypandoc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TARGET = Path(__file__).resolve().parent.parent / "templates" / "report" / "reference.docx"
FONT = "Times New Roman"
DOUBLE = ("Body Text", "First Paragraph", "Compact", "Abstract", "Bibliography", "Definition", "Block Text")
SINGLE = ("Image Caption", "Table Caption", "Caption", "Footnote Text")
HEADINGS = {"Title": 16, "Heading 1": 14, "Heading 2": 12, "Heading 3": 12}
EPOCH = (2022, 1, 1, 0, 0, 0)


def set_font(style: docx.styles.style.BaseStyle, points: float, bold: bool | None = None) -> None:
    """Times New Roman in black, for every script."""
    style.font.name = FONT
    style.font.size = Pt(points)
    style.font.color.rgb = RGBColor(0, 0, 0)
    if bold is not None:
        style.font.bold = bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FONT)


def page_number(paragraph: docx.text.paragraph.Paragraph) -> None:
    """A PAGE field."""
    for kind in ("begin", "PAGE", "end"):
        run = paragraph.add_run()
        if kind == "PAGE":
            field = OxmlElement("w:instrText")
            field.text = "PAGE"
        else:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
        run._r.append(field)


def main() -> None:
    """Write the reference document."""
    default = subprocess.run(
        [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"],
        capture_output=True,
        check=True,
    ).stdout
    document = docx.Document(io.BytesIO(default))
    for style in document.styles:
        if style.type is not None and style.name in HEADINGS:
            set_font(style, HEADINGS[style.name], bold=True)
        elif hasattr(style, "font"):
            set_font(style, 12 if style.name not in SINGLE else 11)
        if style.type == WD_STYLE_TYPE.CHARACTER:
            style.font.size = None  # links, code and marks are as large as the text that they stand in
        if style.name in DOUBLE:
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.DOUBLE
    abstract = document.styles["Abstract"].paragraph_format
    abstract.keep_together = abstract.keep_with_next = False
    small = document.styles.add_style("Table Text", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = document.styles["Normal"]
    set_font(small, 9)
    small.paragraph_format.space_before = small.paragraph_format.space_after = Pt(1)
    small.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    lines = OxmlElement("w:lnNumType")
    lines.set(qn("w:countBy"), "1")
    lines.set(qn("w:restart"), "continuous")
    section._sectPr.append(lines)
    page_number(section.footer.paragraphs[0])
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as made, zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, EPOCH), made.read(name), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
