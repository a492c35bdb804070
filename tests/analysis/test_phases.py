"""The phase of a day, whether a value is raised, and which visits pair, against hand-written cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from poems_report.analysis.columns import values_of
from poems_report.analysis.phases import Pairs, paired_visits, pairs_of, phase_of, phases_of, raised
from tests.analysis.made import pairs

PHASES = ("active", "early", "late")


@pytest.mark.parametrize(
    ("day", "phase"),
    [(-400, "active"), (0, "active"), (1, "early"), (100, "early"), (101, "late"), (4000, "late")],
)
def test_the_phase_of_a_day(study, day, phase):
    assert phase_of(day, study.config) == phase
    assert phase_of(day, study.config, infused=False) == "active"
    found = phases_of(np.array([day, day]), np.array([True, False]), study.config)
    assert [PHASES[one] for one in found] == [phase, "active"]


@pytest.mark.parametrize(
    ("value", "side", "expected"),
    [
        (9.9, 0, 0),
        (10.0, 0, 0),
        (10.1, 0, 1),
        (9.9, -1, 0),
        (10.0, -1, 0),
        (10.1, -1, -1),
        (9.9, 1, -1),
        (10.0, 1, 1),
        (10.1, 1, 1),
        (np.nan, 0, -1),
        (np.nan, -1, -1),
    ],
)
def test_whether_a_value_lies_above_a_limit_of_10(value, side, expected):
    assert raised(np.array([value]), np.array([side]), np.array([10.0])).tolist() == [expected]


def table(*rows):
    made = pd.DataFrame(rows, columns=["patient_id", "day", "marker", "value", "censored"])
    made = made.assign(matrix="serum", assay="", uln=made["marker"].map({"vegf": 1000.0, "il6": 7.0}))
    return made.astype({"value": "float64"})


ROWS = (
    ("B", -3, "vegf", 3000, 0),
    ("B", -3, "il6", 6, 1),
    ("B", 5, "il6", 20, 0),
    ("B", 6, "vegf", 20, 0),
    ("A", 120, "il6", 1.5, -1),
    ("A", 120, "vegf", 900, 0),
    ("A", 2, "vegf", 1200, 0),
    ("A", 2, "il6", 5, 0),
    ("C", 300, "vegf", 2000, 0),
    ("C", 300, "il6", 20, 0),
)
INFUSED = {"B": True, "A": True, "C": False}


def test_visits_of_both_markers_in_order_of_the_study(study):
    found = paired_visits(table(*ROWS), INFUSED, study.config)
    assert found.to_dict("records") == [
        {
            "patient_id": "B", "day": -3, "phase": "active",
            "reference": 3000, "reference_censored": 0, "reference_raised": 1,
            "candidate": 6, "candidate_censored": 1, "candidate_raised": -1, "concordant": -1,
        },
        {
            "patient_id": "A", "day": 2, "phase": "early",
            "reference": 1200, "reference_censored": 0, "reference_raised": 1,
            "candidate": 5, "candidate_censored": 0, "candidate_raised": 0, "concordant": 0,
        },
        {
            "patient_id": "A", "day": 120, "phase": "late",
            "reference": 900, "reference_censored": 0, "reference_raised": 0,
            "candidate": 1.5, "candidate_censored": -1, "candidate_raised": 0, "concordant": 1,
        },
        {
            "patient_id": "C", "day": 300, "phase": "active",
            "reference": 2000, "reference_censored": 0, "reference_raised": 1,
            "candidate": 20, "candidate_censored": 0, "candidate_raised": 1, "concordant": 1,
        },
    ]  # fmt: skip
    assert pd.api.types.is_string_dtype(found["phase"])


def test_the_same_day_of_another_patient_makes_no_pair(study):
    rows = (("A", 1, "vegf", 1, 0), ("B", 1, "il6", 1, 0), ("B", 2, "vegf", 1, 0), ("A", 2, "il6", 1, 0))
    assert len(pairs_of(values_of(table(*rows), INFUSED), study.config)) == 0
    assert len(pairs_of(values_of(table(), INFUSED), study.config)) == 0


def test_levels_that_are_told_and_concordant():
    found = pairs([(0, 1, 1, 1), (0, 2, 0, 1), (0, 3, -1, 0), (0, 4, 0, -1), (0, 5, 0, 0)])
    assert found.told.tolist() == [True, True, False, False, True]
    assert found.concordant.tolist() == [True, False, False, False, True]


def test_some_of_the_visits():
    found = pairs([(0, 1, 1, 0), (1, 2, 0, 1), (1, 3, 1, 1)])
    assert found.where(np.array([True, True, True])) is found
    for rows in (np.array([False, True, True]), np.array([1, 2])):
        some = found.where(rows)
        assert (some.patient.tolist(), some.day.tolist()) == ([1, 1], [2, 3])
        assert (some.reference_raised.tolist(), some.candidate_raised.tolist()) == ([0, 1], [1, 1])
        assert (some.ids, some.infused.tolist()) == (found.ids, [True, True])
    assert found.where(np.array([2, 0, 1])).day.tolist() == [3, 1, 2]


def test_the_last_visit_of_each_phase_that_tells_both(study):
    rows = [
        ("A", day, marker, value, side)
        for day, levels in {
            -9: ((3000, 0), (20, 0)),
            -2: ((3000, 0), (6, 1)),
            0: ((1500, -1), (20, 0)),
            40: ((3000, 0), (20, 0)),
            90: ((900, 0), (20, 0)),
            101: ((900, 0), (5, 0)),
        }.items()
        for marker, (value, side) in zip(("vegf", "il6"), levels, strict=True)
    ]
    found: Pairs = pairs_of(values_of(table(*rows), {"A": True}), study.config).last_of_phase()
    assert [(PHASES[phase], day) for phase, day in zip(found.phase, found.day, strict=True)] == [
        ("active", -9),
        ("early", 90),
        ("late", 101),
    ]
    assert found.in_phase("early").day.tolist() == [90]
