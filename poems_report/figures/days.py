"""The time axis of every figure: days from infusion, broken between the weeks around it and the follow-up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from poems_report import formats
from poems_report import theme as look
from poems_report.figures.theme import lettering, text_width_mm

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


_STEPS = (1, 2, 7, 14, 28, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_AROUND_SHARE = 0.4
_BEFORE_SHARE = 0.16
_GAP_MM = 2.4
_ROOM_MM = 1.8
_BETWEEN_LABELS_MM = 1.2
_MOST_TICKS = 7


@dataclass(frozen=True)
class Segment:
    """Days `first` to `last` on one linear scale, from `left` to `right` in millimetres.

    Attributes:
        inner: the first and last day that is drawn, between which the ticks stand.
    """

    first: float
    last: float
    left: float
    right: float
    inner: tuple[int, int]

    def x(self, day: float) -> float:
        """Place of a day."""
        return self.left + (day - self.first) / (self.last - self.first) * (self.right - self.left)


@dataclass(frozen=True)
class DayAxis:
    """Days on one to three linear scales; between two of them the axis is broken."""

    segments: tuple[Segment, ...]

    @property
    def bounds(self) -> tuple[float, float]:
        """Both ends of the axis in millimetres."""
        return self.segments[0].left, self.segments[-1].right

    @property
    def breaks(self) -> tuple[float, ...]:
        """The middle of each break."""
        pairs = pairwise(self.segments)
        return tuple((before.right + after.left) / 2 for before, after in pairs)

    def x(self, days: ArrayLike) -> NDArray[np.float64]:
        """Places of days, in millimetres from the left end."""
        return np.array([self._x(float(day)) for day in np.asarray(days, dtype=float)])

    def _x(self, day: float) -> float:
        return next((one for one in self.segments if day <= one.inner[1]), self.segments[-1]).x(day)

    @property
    def ticks(self) -> tuple[int, ...]:
        """Round days of every segment whose labels stand apart."""
        return tuple(day for segment in self.segments for day in _ticks(segment))


def day_axis(days: Iterable[int], length_mm: float) -> DayAxis:
    """The axis that holds all these days and day 0.

    Args:
        days: days from infusion.
        length_mm: length of the axis.
    """
    known = sorted({0, *days})
    groups = (
        (_BEFORE_SHARE, [day for day in known if day < look.PERI_DAYS[0]]),
        (_AROUND_SHARE, [day for day in known if look.PERI_DAYS[0] <= day <= look.PERI_DAYS[1]]),
        (1 - _AROUND_SHARE, [day for day in known if day > look.PERI_DAYS[1]]),
    )
    used = [(share, group) for share, group in groups if group]
    free = length_mm - _GAP_MM * (len(used) - 1)
    segments, left = [], 0.0
    for share, group in used:
        width = free * share / sum(one for one, _ in used)
        span = max(group[-1] - group[0], 10)
        room_mm = min(_ROOM_MM, width / 4)
        room = span * room_mm / (width - 2 * room_mm)
        missing = (span - (group[-1] - group[0])) / 2
        first, last = group[0] - room - missing, group[-1] + room + missing
        segments.append(Segment(first, last, left, left + width, (group[0], group[-1])))
        left += width + _GAP_MM
    return DayAxis(tuple(segments))


def tick_label(day: int) -> str:
    """A day as the axis has it, which needs no plus: −14, 0, 365."""
    return formats.day_number(day).lstrip("+")


def _ticks(segment: Segment) -> tuple[int, ...]:
    for step in _STEPS:
        numbers = range(math.ceil(segment.inner[0] / step), math.floor(segment.inner[1] / step) + 1)
        found = tuple(step * number for number in numbers)
        if 0 < len(found) <= _MOST_TICKS and _apart(found, segment):
            return found
    return segment.inner[:1]


def _apart(days: tuple[int, ...], segment: Segment) -> bool:
    spans = [(segment.x(day), text_width_mm(tick_label(day), lettering().note_pt) / 2) for day in days]
    pairs = pairwise(spans)
    return all(b - a >= half_a + half_b + _BETWEEN_LABELS_MM for (a, half_a), (b, half_b) in pairs)
