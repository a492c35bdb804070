"""Files of Office programs: a figure as editable shapes and text, the legends; the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from poems_report.figures import Figure
from poems_report.figures.theme import text_width_mm
from poems_report.figures.trace import Shape, Trace, Word
from poems_report.labels import labels
from poems_report.provenance import clock

_FINE = 20
"""Steps in a point to which curves and places are drawn."""
_EMU_PER_PT = 12700
_ASCENT = 1.0
_LINE = 1.3
"""Height of the base line and of the whole line, in sizes of the letters."""
_PT_PER_MM = 72 / 25.4
_FIRST_ZIP_YEAR = 1980
_DOT = 2.0
"""Strokes up to this length in points are dots."""


def slide(art: Trace, figure: Figure, family: str = "") -> bytes:
    """A figure as PowerPoint: one slide of its size, lines and areas as shapes, words as text boxes.

    Args:
        art: the drawn figure.
        figure: what it shows.
        family: font of the words, where a family that stands for it was drawn; it is the reader's own.
    """
    from pptx import Presentation
    from pptx.util import Emu

    deck = Presentation()
    deck.slide_width = Emu(round(art.width_pt * _EMU_PER_PT))
    deck.slide_height = Emu(round(art.height_pt * _EMU_PER_PT))
    page = deck.slides.add_slide(deck.slide_layouts[6])
    for shape in art.shapes:
        _add_shape(page.shapes, shape)
    for word in art.words:
        _add_word(page.shapes, word, family or word.family)
    page.notes_slide.notes_text_frame.text = figure.alt
    _state(deck.core_properties, figure.name)
    out = io.BytesIO()
    deck.save(out)
    return fixed(out.getvalue())


def legends(figures: Sequence[Figure]) -> bytes:
    """The legends of all figures in order, as Word."""
    from docx import Document
    from docx.shared import Pt

    words = labels()
    document = Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(12)
    document.add_heading(words["figure.legends"], level=1)
    for number, figure in enumerate(figures, start=1):
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{words.text('figure.number', number=number)}. ").bold = True
        paragraph.add_run(figure.caption)
    _state(document.core_properties, words["figure.legends"])
    out = io.BytesIO()
    document.save(out)
    return fixed(out.getvalue())


def fixed(content: bytes) -> bytes:
    """The same Office file with every part dated by the program's clock."""
    moment = clock()
    date = (max(moment.year, _FIRST_ZIP_YEAR), *moment.timetuple()[1:6])
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as dated,
    ):
        for name in made.namelist():
            dated.writestr(zipfile.ZipInfo(name, date), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _state(properties: Any, title: str) -> None:
    properties.title = title
    properties.author = ""
    properties.last_modified_by = ""
    properties.created = properties.modified = clock().replace(tzinfo=None)


def _add_shape(shapes: Any, shape: Shape) -> None:
    from matplotlib.transforms import Affine2D
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Emu

    fine = shape.outline.transformed(Affine2D().scale(_FINE))
    for polygon in fine.to_polygons(closed_only=False):
        if len(polygon) < 2:
            continue
        builder = shapes.build_freeform(*_whole(polygon[0]), scale=_EMU_PER_PT / _FINE)
        builder.add_line_segments([_whole(point) for point in polygon[1:]], close=shape.fill is not None)
        made = builder.convert_to_shape()
        _without_style(made)
        if shape.fill:
            made.fill.solid()
            made.fill.fore_color.rgb = _colour(shape.fill)
        else:
            made.fill.background()
        if shape.stroke:
            made.line.color.rgb = _colour(shape.stroke)
            made.line.width = Emu(round(shape.width_pt * _EMU_PER_PT))
            if shape.dashes:
                made.line.dash_style = MSO_LINE.ROUND_DOT if shape.dashes[0] <= _DOT else MSO_LINE.DASH
        else:
            made.line.fill.background()


def _without_style(made: Any) -> None:
    """Drop the reference to the theme's effects: LibreOffice draws their shadow even where it is switched off."""
    from pptx.oxml.ns import qn

    made._element.remove(made._element.find(qn("p:style")))


def _add_word(shapes: Any, word: Word, family: str) -> None:
    from pptx.util import Emu, Pt

    width = text_width_mm(word.text, word.size_pt, word.bold) * _PT_PER_MM
    height = _LINE * word.size_pt
    left, top = word.x, word.y - _ASCENT * word.size_pt
    if word.angle:
        centre_x, centre_y = _turned(width / 2, height / 2 - _ASCENT * word.size_pt, word.angle)
        left, top = word.x + centre_x - width / 2, word.y + centre_y - height / 2
    box = shapes.add_textbox(*(Emu(round(side * _EMU_PER_PT)) for side in (left, top, width, height)))
    box.rotation = -word.angle
    frame = box.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = False
    run = frame.paragraphs[0].add_run()
    run.text = word.text
    run.font.size = Pt(word.size_pt)
    run.font.name = family
    run.font.bold = word.bold
    run.font.color.rgb = _colour(word.colour)


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    """A place turned anticlockwise around the origin, y downwards."""
    from math import cos, radians, sin

    turn = radians(angle)
    return x * cos(turn) + y * sin(turn), y * cos(turn) - x * sin(turn)


def _whole(point: Any) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _colour(name: str) -> Any:
    from pptx.dml.color import RGBColor

    make: Any = RGBColor
    return make.from_string(name[1:])
