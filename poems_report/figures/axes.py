"""The logarithmic axis of concentrations: ticks at 1, 2 and 5, plain numbers, room for every mark."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from poems_report import formats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

TICK_MM = 2.6
"""Smallest distance of two ticks."""
TICK_BEYOND = 1.2
"""A tick this many times above the highest value still bounds the data."""
_MULTIPLES = ((1, 2, 5), (1, 3), (1,))
_FINE = (1, 1.5, 2, 3, 4, 5, 7)
_FEWEST = 3


def log_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Ticks at 1, 2 and 5 within the bounds: finer where there are fewer than three, else at most `most`."""
    fine = _multiples(low, high, _FINE)
    found = _multiples(low, high, _MULTIPLES[0])
    if len(found) < _FEWEST and len(fine) <= most:
        return fine
    for multiples in _MULTIPLES:
        found = _multiples(low, high, multiples)
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]


def _multiples(low: float, high: float, multiples: Sequence[float]) -> tuple[float, ...]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = (float(f"{multiple}e{power}") for power in powers for multiple in multiples)
    return tuple(value for value in every if low <= value <= high)


def round_ticks(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Evenly spaced round numbers from at or below `low` to at or above `high`, at most `most` of them.

    Args:
        low: smallest number that the axis holds.
        high: largest number, above `low`.
        most: largest number of ticks, 3 or more.
    """
    power = math.floor(math.log10((high - low) / most))
    steps = (float(f"{multiple}e{power + more}") for more in (0, 1, 2) for multiple in _MULTIPLES[0])
    for step in steps:
        first, last = math.floor(low / step), math.ceil(high / step)
        if last - first < most:
            break
    return tuple(step * number for number in range(first, last + 1))


def plain(values: Sequence[float]) -> list[str]:
    """Concentrations as plain numbers."""
    return [formats.quantity(value) for value in values]


def log_range(values: Sequence[float], below: float = 0.06, above: float = 0.06) -> tuple[float, float]:
    """Bounds of a logarithmic axis that holds the values with room below and above.

    Args:
        values: positive numbers.
        below: share of the axis left free below the lowest value.
        above: share of the axis left free above the highest value.
    """
    low, high = (math.log10(bound) for bound in (min(values), max(values)))
    span = max(high - low, 0.6)
    middle = (low + high) / 2
    low, high = middle - span / 2, middle + span / 2
    whole = span / (1 - below - above)
    return 10 ** (low - below * whole), 10 ** (high + above * whole)


def within(bounds: tuple[float, float], share: float) -> float:
    """The value at this share of a logarithmic axis."""
    low, high = (math.log10(bound) for bound in bounds)
    return float(10 ** (low + share * (high - low)))


def log_scale(
    scale: Callable[..., Any], bounds: tuple[float, float], length_mm: float, highest: float | None = None
) -> Any:
    """A logarithmic scale of plotnine with exactly these bounds and ticks that stand apart.

    Args:
        scale: `scale_x_log10` or `scale_y_log10`.
        bounds: lowest and highest value of the axis.
        length_mm: length of the axis.
        highest: highest value drawn, above which no tick is needed; None for ticks up to the end.
    """
    ticks = log_ticks(*bounds, most=max(2, int(length_mm / TICK_MM)))
    if highest is not None:
        ticks = tuple(tick for tick in ticks if tick <= highest * TICK_BEYOND)
    return scale(limits=bounds, breaks=list(ticks), labels=plain(ticks), minor_breaks=[], expand=(0, 0))


def to_mm(values: ArrayLike, bounds: tuple[float, float], length_mm: float) -> NDArray[np.float64]:
    """Places of values on a logarithmic axis, in millimetres from its low end."""
    low, high = np.log10(bounds)
    return np.asarray((np.log10(np.asarray(values, dtype=float)) - low) / (high - low) * length_mm)


def from_mm(places: ArrayLike, bounds: tuple[float, float], length_mm: float) -> NDArray[np.float64]:
    """The values at places of a logarithmic axis."""
    low, high = np.log10(bounds)
    return np.asarray(10 ** (low + np.asarray(places, dtype=float) / length_mm * (high - low)))
