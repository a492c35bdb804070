"""Columns of values: their order, and the picks of one row a patient, against plain loops."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poems_report.analysis.columns import (
    codes_of,
    depth,
    first_of,
    last_of,
    places_of,
    smallest_of,
    starts_of,
    take,
    values_of,
)
from poems_report.errors import AnalysisError

COLUMNS = ["patient_id", "day", "marker", "value", "censored", "matrix", "assay", "uln"]
INFUSED = {"Z": True, "A": False, "M": True}
ROWS = [
    ("A", 3, "vegf", 30.0, 0, "serum", "y", 1000.0),
    ("Z", 7, "vegf", 20.0, 1, "plasma", "x", 200.0),
    ("Z", -7, "vegf", 31.0, -1, "serum", "x", 1000.0),
    ("Z", -7, "il6", 5.0, 0, "serum", None, 7.0),
    ("A", 2, "vegf", np.nan, 0, "other", "none", 1000.0),
]


def frame(rows):
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": "float64", "uln": "float64"})


def listed(values):
    return [
        (
            values.ids[values.patient[row]],
            int(values.day[row]),
            values.markers[values.marker[row]],
            float(values.value[row]),
            int(values.censored[row]),
            *values.kits[values.kit[row]],
            float(values.uln[row]),
        )
        for row in range(len(values))
    ]


def test_values_are_those_of_the_table_in_order_of_the_study():
    expected = [
        ("Z", -7, "il6", 5.0, 0, "serum", "", 7.0),
        ("Z", -7, "vegf", 31.0, -1, "serum", "x", 1000.0),
        ("Z", 7, "vegf", 20.0, 1, "plasma", "x", 200.0),
        ("A", 3, "vegf", 30.0, 0, "serum", "y", 1000.0),
    ]
    for rows in (ROWS, ROWS[::-1], [ROWS[place] for place in (3, 0, 4, 2, 1)]):
        values = values_of(frame(rows), INFUSED)
        assert listed(values) == expected
        assert (values.ids, values.infused.tolist()) == (("Z", "A", "M"), [True, False, True])
        assert values.markers == ("il6", "vegf")
        assert sorted(values.kits) == [("plasma", "x"), ("serum", ""), ("serum", "x"), ("serum", "y")]


def test_one_marker_and_one_patient_less():
    values = values_of(frame(ROWS), INFUSED)
    assert [row[3] for row in listed(values.of_marker("vegf"))] == [31.0, 20.0, 30.0]
    assert values.of_marker("vegf").ids == values.ids
    assert len(values.of_marker("none")) == 0
    rest = values.without(0)
    assert (rest.ids, rest.infused.tolist()) == (("A", "M"), [False, True])
    assert listed(rest) == [row for row in listed(values) if row[0] != "Z"]
    rest = values.without(1)
    assert (rest.ids, rest.infused.tolist()) == (("Z", "M"), [True, True])
    assert listed(rest) == [row for row in listed(values) if row[0] != "A"]
    assert listed(values.without(2)) == listed(values)


@pytest.mark.parametrize("day", [-7, 7])
def test_the_first_repeated_measurement_is_named(day):
    twice = next(row for row in ROWS if row[:3] == ("Z", day, "vegf"))
    with pytest.raises(AnalysisError, match=f"^the same patient, day and marker twice: Z, day {day}, vegf$"):
        values_of(frame([*ROWS, twice]), INFUSED)
    with pytest.raises(AnalysisError, match=r"^a measurement of a patient that the study does not list$"):
        values_of(frame([*ROWS, ("Q", 1, "vegf", 1.0, 0, "serum", "x", 1.0)]), INFUSED)


def test_no_values_at_all():
    values = values_of(frame([]), INFUSED)
    assert (len(values), values.markers, values.kits, values.ids) == (0, (), (), ("Z", "A", "M"))


def test_codes_are_in_order_of_the_alphabet():
    codes, texts = codes_of(pd.Series(["b", "a", None, "b", "c"]))
    assert texts == ("", "a", "b", "c")
    assert codes.tolist() == [2, 1, 0, 2, 3]
    assert codes_of(pd.Series([], dtype="str"))[1] == ()


def test_places_and_runs():
    assert places_of(np.array([False, True, False, True])).tolist() == [1, 3]
    assert places_of(np.array([3, 1])).tolist() == [3, 1]
    assert starts_of(np.array([0, 0, 2, 2, 2, 5])).tolist() == [0, 2, 5]
    assert starts_of(np.array([4])).tolist() == [0]
    assert starts_of(np.zeros(0, dtype=np.int64)).tolist() == []


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=15),
)
def test_first_last_and_smallest_of_each_patient(entries):
    entries.sort(key=lambda one: one[0])
    patient = np.array([one[0] for one in entries], dtype=np.int64)
    size = np.array([float(one[1]) for one in entries])
    rows = np.array([place for place, one in enumerate(entries) if one[2]], dtype=np.int64)
    own = [[row for row in rows.tolist() if patient[row] == number] for number in range(5)]
    assert first_of(rows, patient, 5).tolist() == [one[0] if one else -1 for one in own]
    assert last_of(rows, patient, 5).tolist() == [one[-1] if one else -1 for one in own]
    least = [min(one, key=lambda row: (size[row], row)) if one else -1 for one in own]
    assert smallest_of(rows, size, patient, 5).tolist() == least


def test_below_a_limit_is_lower_than_the_limit_and_above_it_higher():
    made = [("Z", day, "vegf", 31.0, side, "", "", 1.0) for day, side in ((1, 1), (2, -1), (3, 0))]
    sizes = depth(values_of(frame(made), INFUSED)).tolist()
    assert sizes[1] < sizes[2] == 31.0 < sizes[0]
    assert sizes == pytest.approx([31.0] * 3, rel=1e-12)


def test_taking_from_an_empty_column_gives_zeros():
    assert take(np.array([5.0, 6.0]), np.array([1, -1, 0])).tolist() == [6.0, 6.0, 5.0]
    none = take(np.zeros(0, dtype=np.int64), np.array([-1, -1]))
    assert (none.tolist(), none.dtype) == ([0, 0], np.int64)


def test_a_column_of_several_pieces_is_coded_by_the_alphabet():
    from poems_report.study.raw import PIECE, Coded

    parts = [Coded.constant(text, PIECE + 1).series() for text in ("serum", "plasma")]
    codes, texts = codes_of(pd.concat(parts, ignore_index=True))
    assert texts == ("plasma", "serum")
    assert np.array_equal(codes, np.repeat([1, 0], PIECE + 1))
