"""Texts measured and drawn once for all pages: most of a page's texts stand on every page.

WeasyPrint sets up a layout of Pango to measure a text and another one to draw it. What comes of it depends on the
text, on the style's font and breaking, and on the width where the text does not fit; all of these are the key here.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Any, NamedTuple

from weasyprint.draw import text as drawing
from weasyprint.matrix import Matrix
from weasyprint.text import line_break

MOST, LONGEST = 4_000, 120
"""So many texts are kept before all are forgotten; no longer ones."""

_SHAPING = (
    "font_style", "font_stretch", "font_weight", "font_size", "font_kerning", "font_variant_ligatures",
    "font_variant_position", "font_variant_caps", "font_variant_numeric", "font_variant_alternates",
    "font_variant_east_asian", "font_feature_settings", "font_variation_settings", "font_language_override",
    "lang", "direction", "white_space", "letter_spacing", "word_spacing", "overflow_wrap", "word_break",
    "tab_size", "hyphens", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone",
    "text_decoration_line",
)  # fmt: skip
_GLYPHS = re.compile(r"<([0-9a-f]*)>")

_split_first_line = line_break.split_first_line
_draw_text = drawing.draw_text


class _Known:
    """What is kept of the texts set with one configuration of fonts, and as long as that is.

    Attributes:
        shapes: a number for each combination of font and breaking.
        whole: measures of texts that fit in a line, `broken`: of the others, by the width they had.
        drawn: texts as drawn.
    """

    def __init__(self) -> None:
        self.numbers = count(1)
        self.shapes: dict[Any, int] = {}
        self.whole: dict[Any, Any] = {}
        self.broken: dict[Any, Any] = {}
        self.drawn: dict[Any, _Drawn] = {}


def _keep(where: dict[Any, Any], key: Any, value: Any) -> None:
    if len(where) >= MOST:
        where.clear()
    where[key] = value


def _known_to(style: Any) -> _Known:
    known: _Known | None = style.font_config.__dict__.get("poems_texts")
    if known is None:
        known = style.font_config.__dict__.setdefault("poems_texts", _Known())
    return known


def _shape_of(style: Any, known: _Known) -> int:
    """The number of the style's font and breaking; 0 where texts of it are not kept."""
    number: int | None = style.__dict__.get("poems_shape")
    if number is not None:
        return number
    try:
        if style["text_decoration_line"] != "none":
            number = 0
        else:
            key = (tuple(style["font_family"]), *(style[name] for name in _SHAPING))
            number = known.shapes.get(key) or known.shapes.setdefault(key, next(known.numbers))
    except TypeError:
        number = 0
    style.poems_shape = number
    return number


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """As `line_break.split_first_line`; a text that fits is the same in every width."""
    known = _known_to(style)
    shape = _shape_of(style, known)
    if not shape or justification_spacing or len(text) > LONGEST:
        return _split_first_line(
            text, style, context, max_width, justification_spacing, is_line_start, minimum
        )
    found = known.whole.get((shape, text))
    if found is None or not (max_width is None or found[3] <= max_width):
        found = known.broken.get((shape, text, max_width, is_line_start, minimum))
    if found is None:
        found = _split_first_line(text, style, context, max_width, 0, is_line_start, minimum)
        _, _, resume_at, width, _, _ = found
        if resume_at is None and (max_width is None or width <= max_width):
            _keep(known.whole, (shape, text), found)
        else:
            _keep(known.broken, (shape, text, max_width, is_line_start, minimum), found)
    layout = line_break.Layout.__new__(line_break.Layout)
    layout.__dict__.update(found[0].__dict__)
    layout.justification_spacing, layout.max_width = justification_spacing, max_width
    return layout, *found[1:]


class _Run(NamedTuple):
    """Glyphs of one font in one size as PDF shows them."""

    font: int
    hash: str
    size: float
    shown: tuple[bytes, ...]


class _Drawn(NamedTuple):
    """A text as drawn.

    Attributes:
        widths: width of each glyph, by font, that the drawing counted on.
        new: text of each glyph, by font, that the document had not met before.
    """

    runs: tuple[_Run, ...]
    widths: dict[int, dict[int, int]]
    new: dict[int, dict[int, str]]

    def fits(self, fonts: Any) -> bool:
        """Whether the document has these fonts, and each of these glyphs with this width or not yet."""
        for key, widths in self.widths.items():
            if key not in fonts:
                return False
            there, new = fonts[key].widths, self.new[key]
            for glyph, width in widths.items():
                if there.get(glyph, width if glyph in new else None) != width:
                    return False
        return True

    def draw(self, stream: Any, fonts: Any) -> None:
        for key, new in self.new.items():
            font, widths = fonts[key], self.widths[key]
            for glyph, text in new.items():
                if glyph not in font.to_unicode:
                    font.to_unicode[glyph], font.widths[glyph] = text, widths[glyph]
        for run in self.runs:
            stream.set_font_size(run.hash, run.size)
            for shown in run.shown:
                stream.show_text(shown)


class _Recorder:
    """Stands between the drawing of a text and the page, and writes down what is drawn."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.plain = True
        self.fonts: dict[int, Any] = {}
        self.before: dict[int, set[int]] = {}
        self.runs: list[tuple[int, str, float, list[str]]] = []
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect

    def add_font(self, pango_font: Any) -> Any:
        font, size = self.stream.add_font(pango_font)
        key = next(key for key, one in self.stream._fonts.items() if one is font)
        self.fonts[key] = font
        self.before.setdefault(key, set(font.to_unicode))
        self.plain = self.plain and not (font.bitmap or font.png or font.svg or font.colr)
        self.key = key
        return font, size

    def set_text_matrix(self, *values: float) -> None:
        self.stream.set_text_matrix(*values)

    def set_font_size(self, name: str, size: float) -> None:
        self.stream.set_font_size(name, size)
        self.runs.append((self.key, name, size, []))

    def show_text(self, text: str) -> None:
        self.stream.show_text(text)
        self.runs[-1][3].append(text)

    def set_text_rise(self, height: float) -> None:
        self.stream.set_text_rise(height)
        self.plain = False

    def drawn(self) -> _Drawn | None:
        """What was drawn, or None where it cannot be repeated."""
        widths: dict[int, dict[int, int]] = {key: {} for key in self.fonts}
        for key, _, _, shown in self.runs:
            for part in _GLYPHS.findall("".join(shown)):
                for start in range(0, len(part), 4):
                    glyph = int(part[start : start + 4], 16)
                    if glyph >= self.fonts[key].glyph_count:
                        return None
                    widths[key][glyph] = self.fonts[key].widths[glyph]
        if not self.plain:
            return None
        new = {
            key: {glyph: text for glyph, text in font.to_unicode.items() if glyph not in self.before[key]}
            for key, font in self.fonts.items()
        }
        runs = tuple(_Run(*run[:3], tuple(one.encode() for one in run[3])) for run in self.runs)
        return _Drawn(runs, widths, new)


def draw_text(stream: Any, textbox: Any, offset_x: float, text_overflow: str, block_ellipsis: str) -> None:
    """As `draw.text.draw_text`; a text that was drawn before is shown again."""
    style, layout = textbox.style, textbox.pango_layout
    known = _known_to(style)
    shape = _shape_of(style, known)
    if (
        not shape
        or layout.justification_spacing
        or text_overflow != "clip"
        or block_ellipsis != "none"
        or style["visibility"] != "visible"
        or len(layout.text) > LONGEST
    ):
        _draw_text(stream, textbox, offset_x, text_overflow, block_ellipsis)
        return
    key = (shape, layout.text)
    drawn = known.drawn.get(key)
    stream.set_color(style["color"])
    matrix = Matrix(d=-1, e=textbox.position_x, f=textbox.position_y + textbox.baseline)
    if drawn and drawn.fits(stream._fonts):
        stream.begin_text()
        stream.set_text_matrix(*matrix.values)
        drawn.draw(stream, stream._fonts)
        stream.end_text()
        return
    layout.reactivate(style)
    recorder = _Recorder(stream)
    stream.begin_text()
    emojis = drawing.draw_first_line(recorder, textbox, text_overflow, block_ellipsis, matrix)
    stream.end_text()
    drawing.draw_emojis(stream, style, textbox.position_x, textbox.position_y + textbox.baseline, emojis)
    layout.deactivate()
    if emojis or not recorder.runs:
        return
    found = recorder.drawn()
    if found:
        _keep(known.drawn, key, found)
