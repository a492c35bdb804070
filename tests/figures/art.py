"""A drawn figure as a reader sees it: its texts with the room they take, its points and lines."""

from __future__ import annotations

import itertools
from copy import deepcopy

import matplotlib.text
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection

from poems_report.figures.theme import drawing

FEWEST_TEXTS = 4


def draw(figure):
    """The figure drawn and laid out."""
    with drawing():
        canvas = deepcopy(figure.plot).draw()
        canvas.draw_without_rendering()
    return canvas


def texts(canvas) -> list[tuple[str, object]]:
    """Every visible text with the box of its ink, in pixels."""
    renderer = FigureCanvasAgg(canvas).get_renderer()
    shown = (
        one for one in canvas.findobj(matplotlib.text.Text) if one.get_visible() and one.get_text().strip()
    )
    return [(one.get_text(), _ink(one, one.get_window_extent(renderer), canvas.dpi)) for one in shown]


def assert_clear(canvas) -> None:
    """No text is cut at the edge, none lies on another."""
    found = texts(canvas)
    frame = canvas.bbox
    assert len(found) >= FEWEST_TEXTS
    for text, box in found:
        inside = box.x0 >= frame.x0 and box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1
        assert inside, f"{text!r} is cut"
    pixel = canvas.dpi / 25.4
    for (a, first), (b, second) in itertools.combinations(found, 2):
        width = min(first.x1, second.x1) - max(first.x0, second.x0)
        height = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert width <= 0.2 * pixel or height <= 0.2 * pixel, f"{a!r} lies on {b!r}"


def points(canvas) -> np.ndarray:
    """Places of all points, in pixels, one row a point."""
    found = [
        axes.transData.transform(one.get_offsets())
        for axes in canvas.axes
        for one in axes.findobj(PathCollection)
        if len(one.get_offsets())
    ]
    return np.concatenate(found)


def lines(canvas) -> np.ndarray:
    """Both ends of all straight lines, in pixels: x, y, x, y, one row a line."""
    found = [
        axes.transData.transform(segment).ravel()
        for axes in canvas.axes
        for one in axes.findobj(LineCollection)
        for segment in one.get_segments()
        if len(segment) == 2
    ]
    return np.array(found)


def _ink(text, box, dpi: float):
    """The box without the air of the line: letters take about 0.9 of the 1.26 em of a line, digits 0.7."""
    air = 0.18 * text.get_fontsize() * dpi / 72
    across, up = (air, 0) if text.get_rotation() == 90 else (0, air)
    return type(box).from_extents(box.x0 + across, box.y0 + up, box.x1 - across, box.y1 - up)
