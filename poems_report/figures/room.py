"""Whether the words of a drawn figure have room: inside the art, and none on another."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any

from poems_report.figures.theme import MM_PER_INCH, PT_PER_INCH
from poems_report.figures.trace import Word, traced_words

SLACK_PT = 0.1 * PT_PER_INCH / MM_PER_INCH
"""Two boxes may share so much: a tenth of a millimetre."""
_CUT_PT = 0.05 * PT_PER_INCH / MM_PER_INCH
Box = tuple[float, float, float, float]


def crowded(art: Any) -> tuple[str, ...]:
    """What is cut or lies on another, in words; empty where every word has room.

    Args:
        art: a drawn figure, as `files.drawn` gives it.
    """
    width, height = (side * PT_PER_INCH for side in art.get_size_inches())
    boxes = [(word.text.strip(), ink(word)) for word in traced_words(art)]
    found = [
        f"{words!r} is cut"
        for words, (left, top, right, low) in boxes
        if min(left, top, width - right, height - low) < -_CUT_PT
    ]
    for (words, one), (other, two) in itertools.combinations(boxes, 2):
        across = min(one[2], two[2]) - max(one[0], two[0])
        up = min(one[3], two[3]) - max(one[1], two[1])
        if min(across, up) > SLACK_PT:
            found.append(f"{words!r} lies on {other!r}")
    return tuple(found)


def ink(word: Word) -> Box:
    """Left, upper, right and lower side of the letters themselves, in points from the upper left corner."""
    from matplotlib.transforms import Affine2D

    corners = _letters(word.text, word.family, word.bold, word.size_pt)
    placed = Affine2D().rotate_deg(word.angle).scale(1, -1).translate(word.x, word.y).transform(corners)
    (left, top), (right, low) = placed.min(axis=0), placed.max(axis=0)
    return float(left), float(top), float(right), float(low)


@lru_cache(maxsize=4096)
def _letters(text: str, family: str, bold: bool, size_pt: float) -> list[tuple[float, float]]:
    """The corners of the box of the letters, in points from the begin of the base line, y upwards."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import TextPath

    font = FontProperties(family=family, weight="bold" if bold else "normal")
    outline: Outline = TextPath((0, 0), text, size=size_pt, prop=font)
    box = outline.get_extents()
    return [(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
