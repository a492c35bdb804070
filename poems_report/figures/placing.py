"""Places for names beside points, so that nothing lies on anything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAP_MM = 0.5


@dataclass(frozen=True)
class Box:
    """A rectangle in millimetres."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> float:
        """Area that two rectangles share, in square millimetres."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width * height if width > 0 and height > 0 else 0.0

    def outside(self, frame: Box) -> float:
        """Area of this rectangle that lies outside of a frame."""
        area = (self.right - self.left) * (self.top - self.bottom)
        return area - self.overlap(frame)


def around(x: float, y: float, half: float) -> Box:
    """The square around a point."""
    return Box(x - half, y - half, x + half, y + half)


def beside(x: float, y: float, width: float, height: float, away: float) -> tuple[Box, ...]:
    """Places for a label of this size around a point, the best first: right, left, above, below, corners."""
    across, up = away + width / 2, away + height / 2
    corner = 0.75
    centres = (
        (x + across, y),
        (x - across, y),
        (x, y + up),
        (x, y - up),
        (x + corner * across, y + corner * up),
        (x - corner * across, y + corner * up),
        (x + corner * across, y - corner * up),
        (x - corner * across, y - corner * up),
    )
    return tuple(Box(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2) for cx, cy in centres)


def along(x0: float, y0: float, x1: float, y1: float, half: float = 0.3) -> Iterable[Box]:
    """Small squares along a line, for labels to keep off it."""
    count = max(2, int(max(abs(x1 - x0), abs(y1 - y0)) / (2 * half)))
    for step in range(count + 1):
        share = step / count
        yield around(x0 + share * (x1 - x0), y0 + share * (y1 - y0), half)


def choose(places: Sequence[Box], taken: Sequence[Box], frame: Box) -> Box:
    """The place that covers least of what is taken and of what lies outside of the frame; the first of equals."""

    def cost(place: Box) -> float:
        wide = Box(place.left - GAP_MM, place.bottom - GAP_MM, place.right + GAP_MM, place.top + GAP_MM)
        return sum(wide.overlap(one) for one in taken) + 10 * place.outside(frame)

    return min(places, key=cost)
