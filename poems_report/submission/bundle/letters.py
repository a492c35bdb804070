"""The cover letter, the title page and the statements: templates filled with what the program knows."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

from poems_report.labels import labels
from poems_report.provenance import clock
from poems_report.resources import templates_folder
from poems_report.submission.bundle.facts import Facts, open_place
from poems_report.submission.office import fixed

_OPEN = re.compile(r"(\[TO BE COMPLETED: [^\]]*\])")
_MARGIN_MM = 25.0
_PAGE_MM = (210.0, 297.0)


@cache
def environment() -> Any:
    """The templates of a bundle."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder() / "bundle"),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def text(name: str, facts: Facts) -> str:
    """A template filled in: paragraphs parted by empty lines."""
    made: str = environment().get_template(name).render(facts=facts, words=labels(), open=open_place)
    return re.sub(r"\n{3,}", "\n\n", made).strip() + "\n"


def open_places(content: str) -> int:
    """How many places of a text are to be filled in."""
    return len(_OPEN.findall(content))


def letter_text(facts: Facts) -> str:
    """The cover letter as text."""
    return text("letter.txt.j2", facts)


def statement(name: str, facts: Facts) -> bytes:
    """`data-availability` or `software` as a text file."""
    return text(f"{name}.txt.j2", facts).encode()


def word(content: str, title: str) -> bytes:
    """A text as a Word file: `# ` begins a heading, `- ` an item; places to be filled in are marked.

    Args:
        content: paragraphs parted by empty lines.
        title: of the file.
    """
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in _PAGE_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    normal = document.styles["Normal"]
    normal.font.name = "Times New Roman"
    normal.font.size = Pt(12)
    for block in content.strip().split("\n\n"):
        if block.startswith("# "):
            _heading(document, block.removeprefix("# "))
        elif block.startswith("- "):
            for line in block.splitlines():
                _fill(document.add_paragraph(style="List Bullet"), line.removeprefix("- "))
        else:
            _fill(document.add_paragraph(), " ".join(block.splitlines()))
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.last_modified_by = ""
    properties.created = properties.modified = clock().replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return fixed(out.getvalue())


def _heading(document: Any, words: str) -> None:
    from docx.shared import RGBColor

    heading = document.add_heading(words, level=1)
    for run in heading.runs:
        run.font.name = "Times New Roman"
        run.font.color.rgb = RGBColor(0, 0, 0)


def _fill(paragraph: Any, words: str) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    for part in _OPEN.split(words):
        if not part:
            continue
        run = paragraph.add_run(part)
        if _OPEN.fullmatch(part):
            run.bold = True
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
