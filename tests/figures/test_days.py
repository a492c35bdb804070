"""The broken time axis."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poems_report import theme as look
from poems_report.figures.days import day_axis, tick_label
from poems_report.figures.theme import text_width_mm
from poems_report.theme import PERI_DAYS

_DAYS = st.lists(st.integers(-7300, 36500), min_size=1, max_size=30)


@given(days=_DAYS, length=st.floats(25, 160))
@settings(max_examples=60, deadline=None)
def test_every_day_has_its_place_in_order(days: list[int], length: float) -> None:
    axis = day_axis(days, length)
    known = sorted({0, *days})
    places = axis.x(known)
    assert np.all(np.diff(places) > 0)
    assert axis.bounds[0] < places[0]
    assert places[-1] < axis.bounds[1]
    assert axis.bounds[1] - axis.bounds[0] == pytest.approx(length)


@given(days=_DAYS, length=st.floats(25, 160))
@settings(max_examples=60, deadline=None)
def test_labels_of_ticks_stand_apart_within_a_segment(days: list[int], length: float) -> None:
    axis = day_axis(days, length)
    for segment in axis.segments:
        own = [day for day in axis.ticks if segment.inner[0] <= day <= segment.inner[1]]
        assert own
        for left, right in itertools.pairwise(own):
            widths = sum(text_width_mm(tick_label(day), look.NOTE_PT) for day in (left, right))
            assert segment.x(right) - segment.x(left) > widths / 2


def test_the_axis_breaks_only_where_days_lie_on_both_sides() -> None:
    assert len(day_axis([-9, 1, 30], 40).breaks) == 0
    assert len(day_axis([-9, 1, 371], 40).breaks) == 1
    assert len(day_axis([-400, 1, 371], 40).breaks) == 2


def test_a_break_lies_between_the_days_beside_it() -> None:
    axis = day_axis([-14, PERI_DAYS[1], PERI_DAYS[1] + 1, 600], 40)
    before, after = axis.x([PERI_DAYS[1], PERI_DAYS[1] + 1])
    assert before < axis.breaks[0] < after


def test_one_day_takes_the_same_length_within_a_segment() -> None:
    x = day_axis([-14, 1, 30, 61, 600], 40).x([-14, -13, 29, 30, 100, 101, 500, 501])
    assert x[1] - x[0] == pytest.approx(x[3] - x[2])
    assert x[5] - x[4] == pytest.approx(x[7] - x[6])
    assert x[1] - x[0] > x[5] - x[4]


@pytest.mark.parametrize(("day", "label"), [(0, "0"), (-14, "\u221214"), (365, "365")])
def test_label(day: int, label: str) -> None:
    assert tick_label(day) == label
