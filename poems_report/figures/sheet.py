"""Lines, points and texts at places in millimetres, drawn in as few layers as there are styles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from poems_report import theme as look
from poems_report.figures import marks
from poems_report.figures.theme import figure_theme, line_size, plotnine, point_style

_LINE, _POINT, _TEXT = "line", "point", "text"
_COLUMNS = {_LINE: ["x", "y", "xend", "yend"], _POINT: ["x", "y"], _TEXT: ["x", "y", "text"]}


@dataclass(frozen=True)
class Mark:
    """One line, point or text.

    Attributes:
        kind: `line`, `point` or `text`.
        style: what the geom of plotnine takes besides places, as pairs.
        place: x, y and the other end or the text; y counts downwards from the upper edge.
    """

    kind: str
    style: tuple[tuple[str, Any], ...]
    place: tuple[Any, ...]


def line(x: float, y: float, xend: float, yend: float, colour: str, width_pt: float) -> Mark:
    """A straight line of this width in points."""
    return Mark(_LINE, (("color", colour), ("size", line_size(width_pt))), (x, -y, xend, -yend))


def point(x: float, y: float, stroke: look.Stroke, diameter_pt: float, filled: bool) -> Mark:
    """A point in the shape and colour of the stroke, filled or open."""
    shape = point_style(stroke.point, diameter_pt)
    fill = stroke.colour if filled else look.PAPER
    return Mark(_POINT, (("color", stroke.colour), ("fill", fill), *shape.items()), (x, -y))


def text(x: float, y: float, words: str, **style: Any) -> Mark:
    """A text; `style` as `marks.words` takes it."""
    return Mark(_TEXT, tuple(style.items()), (x, -y, words))


def layers(drawn: Iterable[Mark]) -> list[Any]:
    """One layer for each kind and style, lines below points below texts, else in order of first appearance."""
    import pandas as pd

    p9 = plotnine()
    styles: dict[tuple[str, tuple[tuple[str, Any], ...]], list[tuple[Any, ...]]] = {}
    for one in drawn:
        styles.setdefault((one.kind, one.style), []).append(one.place)
    found = []
    for kind, style in sorted(styles, key=lambda at: list(_COLUMNS).index(at[0])):
        rows = pd.DataFrame(styles[kind, style], columns=_COLUMNS[kind])
        if kind == _LINE:
            found.append(p9.geom_segment(p9.aes("x", "y", xend="xend", yend="yend"), rows, **dict(style)))
        elif kind == _POINT:
            found.append(p9.geom_point(p9.aes("x", "y"), rows, **dict(style)))
        else:
            found.append(marks.words(rows, "x", "y", "text", **dict(style)))
    return found


def canvas(drawn: Iterable[Mark], width_mm: float, height_mm: float, **more: Any) -> Any:
    """A plot that is the marks and nothing else, in millimetres from the upper left corner.

    Args:
        drawn: what stands on it.
        width_mm: its width.
        height_mm: its height.
        more: further elements of the theme.
    """
    p9 = plotnine()
    blank = p9.element_blank()
    bare = {"panel_grid_major_y": blank, "axis_line_x": blank, "axis_title": blank, "plot_margin": 0}
    return (
        p9.ggplot()
        + layers(drawn)
        + p9.coord_cartesian(xlim=(0, width_mm), ylim=(-height_mm, 0), expand=False)
        + p9.scale_x_continuous(breaks=[], minor_breaks=[])
        + p9.scale_y_continuous(breaks=[], minor_breaks=[])
        + p9.labs(x="", y="")
        + figure_theme(width_mm, height_mm, **bare, **more)
    )
