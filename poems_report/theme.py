"""Every colour and size, in one place: pages, report and figures take them from here."""

from __future__ import annotations

from dataclasses import dataclass

FONT = "Source Sans 3"

INK = "#1b2733"
QUIET = "#5b6b7a"
PAPER = "#ffffff"
BAND = "#eef2f6"
HAIRLINE = "#c9d2db"


@dataclass(frozen=True)
class Stroke:
    """How one marker is drawn: colour, point and line differ, so that colour is never the only signal.

    Attributes:
        colour: of points, line and label; at least 4.5:1 on white.
        point: name of the shape, `circle`, `diamond`, `triangle` or `square`.
        dash: lengths of stroke and gap in points; empty for a solid line.
    """

    colour: str
    point: str
    dash: tuple[float, ...]


STROKES = (
    Stroke("#0b5fa5", "circle", ()),
    Stroke("#b4540a", "diamond", (4.0, 2.0)),
    Stroke("#1b5412", "triangle", (1.0, 1.5)),
    Stroke("#4b1f75", "square", (6.0, 1.5, 1.0, 1.5)),
    Stroke("#520509", "circle", (2.0, 2.0)),
    Stroke("#5b6b7a", "diamond", (8.0, 2.0)),
)
"""Strokes of the study's markers, in their order in `study.yml`: VEGF first, IL-6 second.

The first five stay apart without any one kind of cone and in grey print, by the limit that figures are checked with.
"""

DARK = {
    INK: "#e4e9ee", QUIET: "#a3b1bf", PAPER: "#141b22", BAND: "#1e2831", HAIRLINE: "#3a4753", "#000000": "#e4e9ee",
    "#0b5fa5": "#6db3f2", "#b4540a": "#f0a05a", "#1b5412": "#8fc77a", "#4b1f75": "#bda3e3", "#520509": "#eba0a6",
}  # fmt: skip
"""What stands for each colour on a dark screen; the strokes keep at least 4.5:1 on dark paper."""

PAGE_WIDTH_MM = 210.0
PAGE_MARGIN_MM = 18.0
TEXT_WIDTH_MM = PAGE_WIDTH_MM - 2 * PAGE_MARGIN_MM

PERI_DAYS = (-30, 35)
"""Days around infusion; beyond them every time axis is broken, visibly and the same way everywhere."""

TEXT_PT = 9.5
TABLE_PT = 8.0
NOTE_PT = 7.5

FIGURE_TEXT_PT = 8.0
FIGURE_PANEL_PT = 9.0
FIGURE_LINE_PT = 0.8
FIGURE_AXIS_PT = 0.5
FIGURE_WIDTH_MM = 170.0
FIGURE_NARROW_MM = 120.0
"""Below this width a figure is one column or half a page wide."""
FIGURE_NARROW_HEIGHT_MM = 72.0
"""Height of a narrow figure: three of them, one below the other, fit on a page."""
FIGURE_HIGHEST_MM = 225.0
FIGURE_DPI = 600


def stroke_of(position: int) -> Stroke:
    """The stroke of the marker at this place in `study.yml`; they repeat after six."""
    return STROKES[position % len(STROKES)]
