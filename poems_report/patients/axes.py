"""Scales of the marker chart: logarithmic values, and days that are broken where visits thin out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from poems_report import formats
from poems_report.theme import PERI_DAYS

BREAK_WIDTH = 9.0
_LOG_STEPS = (1, 2, 5)
_WEEKS = (1, 2, 7, 14, 28)
_ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_PLAIN_FROM = 1e-4
_ROOM = 1.22
_LEAST_SPAN = 6.0


@dataclass(frozen=True)
class LogAxis:
    """Values on a logarithmic scale, low at the bottom."""

    low: float
    high: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        """Height of a value."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return round(self.bottom - share * (self.bottom - self.top), 2)

    def ticks(self, spacing: float) -> tuple[float, ...]:
        """Values at 1, 2 and 5 times a power of ten, or at powers of ten alone where those lie too close.

        Args:
            spacing: least distance between two ticks, in points.
        """
        per_decade = (self.bottom - self.top) / math.log10(self.high / self.low)
        if per_decade * math.log10(2) >= spacing:
            return self._inside(_LOG_STEPS, 1)
        return self._inside((1,), max(1, math.ceil(spacing / per_decade)))

    def _inside(self, steps: Sequence[int], every: int) -> tuple[float, ...]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        powers = [power for power in range(first, last + 1) if power % every == 0]
        values = [step * 10.0**power for power in powers for step in steps]
        return tuple(value for value in values if self.low <= value <= self.high)


def log_axis(values: Iterable[float], top: float, bottom: float) -> LogAxis:
    """An axis with room around all values, at least a factor of `_LEAST_SPAN` long."""
    every = tuple(values)
    low, high = min(every) / _ROOM, max(every) * _ROOM
    if high / low < _LEAST_SPAN:
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(_LEAST_SPAN), middle * math.sqrt(_LEAST_SPAN)
    return LogAxis(low, high, top, bottom)


@dataclass(frozen=True)
class Segment:
    """Days `first` to `last` on a scale of their own, from `left` to `right`; `only` where there is one day."""

    first: float
    last: float
    left: float
    right: float
    only: int | None = None


@dataclass(frozen=True)
class DayAxis:
    """Days from infusion; between two segments the scale is broken."""

    segments: tuple[Segment, ...]

    def x(self, day: float) -> float:
        """Place of a day that lies in one of the segments."""
        segment = next((one for one in self.segments if one.first <= day <= one.last), self.segments[-1])
        share = (day - segment.first) / (segment.last - segment.first)
        return round(segment.left + share * (segment.right - segment.left), 2)

    @property
    def breaks(self) -> tuple[tuple[float, float], ...]:
        """Left and right end of each gap between segments."""
        return tuple((before.right, after.left) for before, after in pairwise(self.segments))

    def ticks(self, spacing: float) -> tuple[int, ...]:
        """Round days in every segment; where none fits, its own first whole day.

        Args:
            spacing: least distance between two ticks of a segment, in points.
        """
        return tuple(day for segment in self.segments for day in _ticks(segment, spacing))


def _ticks(segment: Segment, spacing: float) -> tuple[int, ...]:
    if segment.only is not None:
        return (segment.only,)
    scale = (segment.right - segment.left) / (segment.last - segment.first)
    weeks = (
        segment.last - segment.first <= 3 * (PERI_DAYS[1] - PERI_DAYS[0]) and segment.first <= PERI_DAYS[1]
    )
    steps = _WEEKS if weeks else _ROUND
    step = next((step for step in steps if step * scale >= spacing), steps[-1])
    first = math.ceil(segment.first / step)
    found = tuple(step * place for place in range(first, math.floor(segment.last / step) + 1))
    return found or (math.ceil(segment.first),)


def day_axis(
    visits: Sequence[int], events: Sequence[int], infused: bool, left: float, right: float
) -> DayAxis:
    """The axis of one patient.

    Args:
        visits: days with measurements.
        events: days with events.
        infused: whether day 0 is an infusion; it is then always on the axis.
        left: where the axis starts, in points.
        right: where it ends.
    """
    days = sorted({*visits, *events, *((0,) if infused else ())})
    if infused:
        groups = [
            [day for day in days if day < PERI_DAYS[0]],
            [day for day in days if PERI_DAYS[0] <= day <= PERI_DAYS[1]],
            [day for day in days if day > PERI_DAYS[1]],
        ]
    else:
        groups = [days]
    groups = [group for group in groups if group]
    shares = [_share(group, visits) for group in groups]
    free = right - left - BREAK_WIDTH * (len(groups) - 1)
    segments, start = [], left
    for group, share in zip(groups, shares, strict=True):
        width = free * share / sum(shares)
        first, last = _ends(group, width)
        only = group[0] if len(group) == 1 else None
        segments.append(Segment(first, last, round(start, 2), round(start + width, 2), only))
        start += width + BREAK_WIDTH
    return DayAxis(tuple(segments))


def _share(days: Sequence[int], visits: Sequence[int]) -> float:
    return 2.0 + min(10, sum(day in days for day in visits))


def _ends(days: Sequence[int], width: float) -> tuple[float, float]:
    """First and last day of a segment with room for a symbol at either end."""
    span = max(days[-1] - days[0], 10)
    room = span * 11.0 / width
    missing = span - (days[-1] - days[0])
    return days[0] - room - missing / 2, days[-1] + room + missing / 2


def tick_label(day: int) -> str:
    """A day as the axis shows it: 0, +30, −7."""
    return formats.day_number(day)


def value_label(value: float, language: str = "en") -> str:
    """A value beside the scale: 0.001, 20,000; as a power of ten where it would not fit the side column."""
    plain = _PLAIN_FROM <= value < formats.POWERS_FROM
    return formats.quantity(value, language) if plain else formats.power(value, language)
