"""Runs that stop at a gap, and labels that move apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from poems_report.figures import marks, placing
from poems_report.figures.placing import Box


def test_a_missing_value_ends_a_run() -> None:
    rows = pd.DataFrame({"patient_id": list("AAAABB"), "value": [1.0, 2.0, np.nan, 3.0, 4.0, 5.0]})
    runs = marks.with_runs(rows)
    assert list(runs["value"]) == [1, 2, 3, 4, 5]
    assert runs.groupby("run", sort=False)["value"].apply(list).tolist() == [[1, 2], [3], [4, 5]]


@given(
    places=st.lists(st.floats(0, 100), max_size=12).map(sorted),
    gap=st.floats(0, 10),
)
def test_spread_is_the_nearest_arrangement(places: list[float], gap: float) -> None:
    moved = marks.spread(np.array(places), gap)
    assert len(moved) == len(places)
    if places:
        steps = gap * np.arange(len(places))
        nearest = isotonic_regression(np.array(places) - steps).x + steps
        assert moved == pytest.approx(nearest, abs=1e-6)


def test_what_stands_apart_stays() -> None:
    assert marks.spread(np.array([1.0, 5.0, 9.0]), 3).tolist() == [1, 5, 9]


def test_a_label_takes_a_free_place() -> None:
    frame = Box(0, 0, 50, 50)
    places = placing.beside(25, 25, 8, 3, 1)
    first = placing.choose(places, (), frame)
    assert first == places[0]
    second = placing.choose(places, (first,), frame)
    assert second.overlap(first) == 0


def test_a_label_stays_in_the_frame() -> None:
    frame = Box(0, 0, 50, 50)
    chosen = placing.choose(placing.beside(49, 25, 8, 3, 1), (), frame)
    assert chosen.outside(frame) == pytest.approx(0)


def test_a_label_keeps_off_a_line() -> None:
    frame = Box(0, 0, 50, 50)
    line = tuple(placing.along(0, 25, 50, 25))
    chosen = placing.choose(placing.beside(25, 25, 8, 3, 1), line, frame)
    assert not any(chosen.overlap(part) for part in line)
