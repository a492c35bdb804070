"""The one look of every figure: fonts, theme of plotnine, settings of matplotlib."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from poems_report import theme as look
from poems_report.errors import DocumentError
from poems_report.resources import fonts_folder

MM_PER_INCH = 25.4
PT_PER_INCH = 72.0
_STAND_INS = ("arimo", "tinos")
SCREEN_DPI = 96
"""Dots per inch at which a plot is shown: one dot is one CSS pixel, so that it stands at its true size."""
POINT_PT = 4.6
"""Outer diameter of a point."""

SETTINGS: dict[Any, Any] = {
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "poems-report",
    "path.simplify": False,
    "text.hinting": "none",
}
"""Settings of matplotlib while a figure is drawn: fonts whole and embeddable, identifiers of SVG fixed."""


@dataclass(frozen=True)
class Lettering:
    """What a journal asks of a figure beside its width: the letters, the widest line, the greatest height.

    Attributes:
        font: family; one of the program's own fonts or of matplotlib's.
        text_pt: size of the names of axes, panels and patients.
        note_pt: size of ticks, values and notes; the smallest text.
        widest_pt: no line is wider.
        panel_pt: size of the letters of a composite's panels.
        panel_upper: they are capitals.
        panel_bold: their weight.
        panel_brackets: they stand in brackets.
        highest_mm: a figure that may have any number of rows is no higher.
    """

    font: str = look.FONT
    text_pt: float = look.FIGURE_TEXT_PT
    note_pt: float = look.NOTE_PT
    widest_pt: float = math.inf
    panel_pt: float = look.FIGURE_PANEL_PT
    panel_upper: bool = False
    panel_bold: bool = True
    panel_brackets: bool = False
    highest_mm: float = look.FIGURE_HIGHEST_MM


_LETTERING: ContextVar[Lettering] = ContextVar("lettering", default=Lettering())  # noqa: B039

_LINE_FACTOR = math.sqrt(math.pi)
"""plotnine draws a line of size 1 this many points wide."""
_SHAPES = {"circle": "o", "diamond": "D", "triangle": "^", "square": "s"}
_SHARE = {"circle": 1.0, "diamond": 0.8, "triangle": 1.1, "square": 0.9}
"""Sides of each shape for equal areas to the eye."""


def lettering() -> Lettering:
    """The letters of the figures that are made here and now."""
    return _LETTERING.get()


@contextmanager
def lettered(chosen: Lettering) -> Iterator[None]:
    """Make and draw figures inside of it with other letters, as a journal asks for them."""
    before = _LETTERING.set(chosen)
    try:
        yield
    finally:
        _LETTERING.reset(before)


def mm(inches: float) -> float:
    """Millimetres of a length in inches."""
    return inches * MM_PER_INCH


def inches(length_mm: float) -> float:
    """Inches of a length in millimetres."""
    return length_mm / MM_PER_INCH


def height_mm(width_mm: float, usual_mm: float) -> float:
    """Height of a figure that is as high as it likes where it is wide, and lower where it is narrow."""
    return usual_mm if width_mm >= look.FIGURE_NARROW_MM else min(usual_mm, look.FIGURE_NARROW_HEIGHT_MM)


def line_size(width_pt: float) -> float:
    """The `size` with which a geom of plotnine draws a line of this width in points."""
    return min(width_pt, lettering().widest_pt) / _LINE_FACTOR


def line_type(stroke: look.Stroke, width_pt: float = look.FIGURE_LINE_PT) -> Any:
    """The line type of a stroke; plotnine takes dashes in whole widths of the line."""
    return (0, tuple(max(1, round(length / width_pt)) for length in stroke.dash)) if stroke.dash else "solid"


def point_style(
    shape: str, diameter_pt: float = POINT_PT, edge_pt: float = look.FIGURE_LINE_PT
) -> dict[str, Any]:
    """`shape`, `size` and `stroke` with which `geom_point` draws a point of this outer diameter in points."""
    stroke = edge_pt / _LINE_FACTOR
    size = (diameter_pt * _SHARE[shape] - edge_pt) / _LINE_FACTOR - stroke
    return {"shape": _SHAPES[shape], "size": size, "stroke": stroke}


def plotnine() -> Any:
    """The module plotnine, loaded where a figure is made; its grammar carries types in part only."""
    import plotnine as p9

    return p9


@cache
def register_fonts() -> None:
    """Make matplotlib know the program's own fonts.

    Raises:
        DocumentError: the fonts are missing.
    """
    from matplotlib import font_manager

    folders = (fonts_folder(), *(fonts_folder() / name for name in _STAND_INS))
    files = {folder: sorted(folder.glob("*.ttf")) for folder in folders}
    missing = [folder for folder, found in files.items() if not found]
    if missing:
        raise DocumentError(f"no fonts in {', '.join(map(str, missing))}; they come with the program")
    for file in chain.from_iterable(files.values()):
        font_manager.fontManager.addfont(str(file))


@contextmanager
def drawing() -> Iterator[None]:
    """Draw inside of it: the fonts are known, matplotlib's settings are ours and put back afterwards."""
    import matplotlib as mpl

    register_fonts()
    with mpl.rc_context({**SETTINGS, "font.family": lettering().font}):
        yield


def text_width_mm(text: str, size_pt: float, bold: bool = False) -> float:
    """Width of a line of text in the figures' font."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    register_fonts()
    font = FontProperties(family=lettering().font, weight="bold" if bold else "normal", size=size_pt)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return mm(float(width) / PT_PER_INCH)


def margin_above(pt: float, width_mm: float, height_mm: float) -> dict[str, Any]:
    """A margin of so many points above the title of the x axis or the note below it.

    plotnine 0.15 multiplies these two margins by width / height (measured), which is undone here.
    """
    return {"t": pt * height_mm / width_mm, "unit": "pt"}


def figure_theme(width_mm: float, height_mm: float, **more: Any) -> Any:
    """The theme of a figure of this size; every size in points as printed.

    Args:
        width_mm: width of the figure.
        height_mm: height of the figure.
        more: further elements of `plotnine.theme`; margins of the plot are shares of the figure's width.
    """
    p9 = plotnine()
    register_fonts()
    size = lettering().text_pt
    small = lettering().note_pt
    axis = p9.element_line(color=look.QUIET, size=look.FIGURE_AXIS_PT)
    base = p9.theme_gray(base_size=size, base_family=lettering().font) + p9.theme(
        figure_size=(inches(width_mm), inches(height_mm)),
        dpi=SCREEN_DPI,
        text=p9.element_text(family=lettering().font, color=look.INK, size=size),
        plot_background=p9.element_rect(fill=look.PAPER, color="none"),
        panel_background=p9.element_blank(),
        panel_border=p9.element_blank(),
        panel_grid_major_x=p9.element_blank(),
        panel_grid_minor=p9.element_blank(),
        panel_grid_major_y=p9.element_line(color=look.HAIRLINE, size=0.35),
        axis_line_x=axis,
        axis_ticks_major_x=axis,
        axis_ticks_major_y=p9.element_blank(),
        axis_ticks_length_major=2.0,
        axis_text=p9.element_text(size=small, color=look.INK),
        axis_text_y=p9.element_text(va="center_baseline", margin={"r": 2, "unit": "pt"}),
        axis_title_x=p9.element_text(size=size, margin=margin_above(3, width_mm, height_mm)),
        axis_title_y=p9.element_text(size=size, margin={"r": 3, "unit": "pt"}),
        strip_background=p9.element_blank(),
        strip_text=p9.element_text(
            size=size, weight="bold", color=look.INK, margin={"t": 2, "b": 3, "unit": "pt"}
        ),
        plot_caption=p9.element_text(
            size=small, color=look.QUIET, ha="right", margin=margin_above(2, width_mm, height_mm)
        ),
        legend_position="none",
        plot_margin=0.004,
        panel_spacing_x=0.012,
        panel_spacing_y=0.02,
    )
    return base + p9.theme(**more) if more else base
