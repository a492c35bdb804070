"""The logarithmic axis."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poems_report.figures import axes

_VALUES = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=20)


def test_ticks_at_one_two_and_five() -> None:
    assert axes.log_ticks(1.2, 250, most=9) == (2, 5, 10, 20, 50, 100, 200)


def test_ticks_are_thinned_to_one_and_three_then_to_one() -> None:
    assert axes.log_ticks(1, 1000, most=8) == (1, 3, 10, 30, 100, 300, 1000)
    assert axes.log_ticks(1, 1000, most=5) == (1, 10, 100, 1000)


def test_a_short_axis_has_finer_ticks() -> None:
    assert axes.log_ticks(3.5, 9, most=9) == (4, 5, 7)


@given(values=_VALUES, most=st.integers(2, 12))
def test_ticks_lie_within_the_bounds(values: list[float], most: int) -> None:
    low, high = axes.log_range(values)
    ticks = axes.log_ticks(low, high, most)
    assert ticks
    assert all(low <= tick <= high for tick in ticks)
    assert list(ticks) == sorted(set(ticks))
    assert len(ticks) <= most


@given(values=_VALUES, below=st.floats(0, 0.3), above=st.floats(0, 0.3))
def test_the_range_leaves_room(values: list[float], below: float, above: float) -> None:
    low, high = axes.log_range(values, below, above)
    span = math.log10(high / low)
    assert math.log10(min(values) / low) >= below * span - 1e-9
    assert math.log10(high / max(values)) >= above * span - 1e-9


@given(values=_VALUES)
def test_millimetres_and_back(values: list[float]) -> None:
    bounds = axes.log_range(values)
    places = axes.to_mm(values, bounds, 50)
    assert np.all((places >= 0) & (places <= 50))
    assert axes.from_mm(places, bounds, 50) == pytest.approx(values)


def test_within() -> None:
    assert axes.within((1, 10_000), 0.5) == pytest.approx(100)


def test_plain_numbers() -> None:
    assert axes.plain([0.5, 1, 1000, 10_000]) == ["0.5", "1", "1000", "10,000"]
