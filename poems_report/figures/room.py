"""Whether the words of a drawn figure have room: inside the art, and none on another."""

from __future__ import annotations

import itertools
from typing import Any

from poems_report.figures.theme import MM_PER_INCH, PT_PER_INCH

SLACK_MM = 0.2
"""Two boxes may share so much; the boxes of letters hold some air."""
_CUT_MM = 0.05
_AIR = 0.18
"""Share of the size of the letters that is air above and below them: of 1.26 em, letters take about 0.9."""


def crowded(art: Any) -> tuple[str, ...]:
    """What is cut or lies on another, in words; empty where every word has room.

    Args:
        art: a drawn figure, as `files.drawn` gives it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas: Any = FigureCanvasAgg(art)
    renderer = canvas.get_renderer()
    dot = art.dpi / MM_PER_INCH
    boxes = [
        (text.get_text().strip(), _ink(text, renderer))
        for text in art.findobj(Text)
        if text.get_visible() and text.get_text().strip()
    ]
    frame = art.bbox
    found = [
        f"{words!r} is cut"
        for words, (left, low, right, high) in boxes
        if min(left - frame.x0, low - frame.y0, frame.x1 - right, frame.y1 - high) < -_CUT_MM * dot
    ]
    for (words, one), (other, two) in itertools.combinations(boxes, 2):
        across = min(one[2], two[2]) - max(one[0], two[0])
        up = min(one[3], two[3]) - max(one[1], two[1])
        if min(across, up) > SLACK_MM * dot:
            found.append(f"{words!r} lies on {other!r}")
    return tuple(found)


def _ink(text: Any, renderer: Any) -> tuple[float, float, float, float]:
    """Left, low, right and high side of the letters themselves, in dots."""
    box = text.get_window_extent(renderer)
    air = _AIR * text.get_fontsize() * text.figure.dpi / PT_PER_INCH
    across, up = (air, 0.0) if text.get_rotation() == 90 else (0.0, air)
    return box.x0 + across, box.y0 + up, box.x1 - across, box.y1 - up
