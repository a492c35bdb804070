"""Changes of a few values written by hand."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest

from poems_report.analysis.change import changes_of
from poems_report.analysis.columns import values_of
from poems_report.analysis.landmarks import Landmark, landmarks_of, nearest

LANDMARK = Landmark("m3", 91, 60, 136, "")


def values(*rows, infused=("A", "B", "C")):
    """Values written as (patient, day, value, side)."""
    table = pd.DataFrame(rows, columns=["patient_id", "day", "value", "censored"]).assign(
        marker="il6", matrix="serum", assay="", uln=7.0
    )
    table = table.astype({"value": "float64"})
    return values_of(table, {name: name in infused for name in ("A", "B", "C")})


def changes(*rows, **more):
    return changes_of(values(*rows, **more), [LANDMARK])


def test_log2_and_bounds_of_all_patients_leave_out_what_tells_nothing():
    found = changes(
        ("A", -5, 40, 0), ("A", 1, 5, -1),
        ("B", 0, 5, -1), ("B", 1, 5, -1),
        ("C", -9, 12, 0), ("C", -1, 16, 0), ("C", 1, 4, 0),
    )["il6", "day_after"]  # fmt: skip
    assert found.there.tolist() == [True, True, True]
    assert found.log2.tolist() == [-3.0, -2.0]
    assert found.bounded == 1
    assert (found.marker, found.kind) == ("il6", "day_after")
    one = found.of_patient(0)
    assert (one.marker, one.kind, one.from_day, one.to_day) == ("il6", "day_after", -5, 1)
    assert (one.from_value, one.to_value, one.log2, one.percent, one.bound) == (40, 5, -3, -87.5, "<")
    assert found.of_patient(1).bound == "?"
    assert found.of_patient(2).percent == -75


@pytest.mark.parametrize("start", [-1, 0, 1])
@pytest.mark.parametrize("end", [-1, 0, 1])
def test_a_change_is_known_unless_its_limits_point_both_ways(start, end):
    found = changes(("A", -5, 8, start), ("A", 1, 4, end))["il6", "day_after"]
    at_most, at_least = end < 0 or start > 0, end > 0 or start < 0
    known = not (at_most and at_least)
    assert found.log2.tolist() == ([-1.0] if known else [])
    assert found.bounded == int(known and (start, end) != (0, 0))
    bound = found.of_patient(0).bound
    assert bound == ("?" if not known else "<" if at_most else ">" if at_least else "")


def test_each_kind_takes_its_own_two_values():
    found = changes(
        ("A", -30, 64, 0), ("A", 0, 32, 0), ("A", 1, 16, 0), ("A", 2, 4, 0), ("A", 70, 8, 0), ("A", 100, 2, 0),
        ("A", 140, 4, 0),
    )  # fmt: skip
    days = {}
    for (_, kind), one in found.items():
        change = one.of_patient(0)
        days[kind] = (change.from_day, change.to_day)
        assert change.log2 == math.log2(change.to_value / change.from_value)
        assert one.of_patient(1) is None
    assert days == {
        "day_after": (0, 1),
        "nadir": (-30, 100),
        "last": (-30, 140),
        "lowest_after": (0, 100),
        "m3": (0, 100),
    }


def test_without_infusion_only_first_last_and_lowest():
    found = changes(("A", 0, 8, 0), ("A", 1, 2, 0), ("A", 90, 4, 0), infused=())
    there = {kind: one.of_patient(0) for (_, kind), one in found.items()}
    assert {kind for kind, one in there.items() if one} == {"nadir", "last"}
    assert (there["nadir"].to_day, there["last"].to_day) == (1, 90)


def test_one_value_is_no_change():
    found = changes(("A", 0, 8, 0), ("B", 1, 8, 0))
    assert [one.of_patient(patient) for one in found.values() for patient in (0, 1)] == [None] * 10
    for one in found.values():
        assert (one.there.any(), one.log2.tolist(), one.bounded) == (False, [], 0)


def test_the_value_nearest_to_a_landmark_and_the_earlier_of_two():
    def day(*days, **more):
        own = values(*(("A", one, 8, 0) for one in days))
        row = nearest(own, LANDMARK, **more)[0]
        return None if row < 0 else int(own.day[row])

    assert day(60, 120) == 120
    assert day(81, 101) == 81
    assert day(59, 137) is None
    assert (day(60), day(136)) == (60, 136)
    assert day(60, 61, earliest=61) == 61
    near = Landmark("d1", 1, 0, 2, "")
    own = values(("A", 0, 8, 0), ("B", 1, 8, 0))
    assert nearest(own, near).tolist() == [-1, 1, -1]


def test_landmarks_in_order_of_day_each_with_a_source(study):
    found = landmarks_of(study.config)
    assert [one.name for one in found] == ["m3", "m6", "m12"]
    assert all(one.first <= one.day <= one.last and one.source for one in found)
    assert all(one.last + 1 == other.first for one, other in itertools.pairwise(found))
