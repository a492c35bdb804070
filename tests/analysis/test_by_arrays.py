"""Changes, response and concordance of random patients, against the definitions read one visit at a time."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poems_report.analysis.columns import values_of
from poems_report.analysis.patients import patients_of
from poems_report.analysis.phases import pairs_of

EARLIEST, CUTOFF = 60, 1000
LANDMARKS = {"m3": (91, 60, 136), "m6": (183, 137, 273), "m12": (365, 274, 547)}
PHASES = ("active", "early", "late")

visit = st.tuples(
    st.integers(0, 3),
    st.sampled_from([-20, -1, 0, 1, 2, 59, 60, 91, 100, 101, 120, 183, 200, 365, 600]),
    st.sampled_from(["vegf", "il6"]),
    st.sampled_from([2.0, 7.0, 31.0, 400.0, 600.0, 601.0, 1000.0, 1001.0, 1500.0, 4000.0, 20000.0]),
    st.sampled_from([-1, 0, 0, 0, 1]),
    st.sampled_from(["serum", "serum", "serum", "plasma"]),
)


def frame(rows):
    distinct = {
        (patient, day, marker): (value, side, matrix) for patient, day, marker, value, side, matrix in rows
    }
    return pd.DataFrame(
        [
            (f"P{patient}", day, marker, value, side, matrix, "ELISA", 1000.0 if marker == "vegf" else 7.0)
            for (patient, day, marker), (value, side, matrix) in distinct.items()
        ],
        columns=["patient_id", "day", "marker", "value", "censored", "matrix", "assay", "uln"],
    ).astype({"day": "int64", "censored": "int64", "value": "float64", "uln": "float64"})


def lower(one):
    return one.value, one.censored


def above(one, limit):
    if one.censored < 0:
        return False if one.value <= limit else None
    if one.censored > 0:
        return True if one.value >= limit else None
    return one.value > limit


def expected_changes(visits, infused):
    found = {}
    before = [one for one in visits if one.day <= 0]
    after = [one for one in visits if one.day > 0]
    if infused and before:
        for one in visits:
            if one.day == 1:
                found["day_after"] = (before[-1], one)
        alike = [one for one in after if one.matrix == before[-1].matrix]
        if alike:
            found["lowest_after"] = (before[-1], min(alike, key=lower))
        for name, (day, first, last) in LANDMARKS.items():
            within = [one for one in after if first <= one.day <= last]
            if within:
                found[name] = (before[-1], min(within, key=lambda one: (abs(one.day - day), one.day)))
    if len(visits) > 1:
        alike = [one for one in visits[1:] if one.matrix == visits[0].matrix]
        if alike:
            found["nadir"] = (visits[0], min(alike, key=lower))
        found["last"] = (visits[0], visits[-1])
    return {kind: ends for kind, ends in found.items() if ends[0].matrix == ends[1].matrix}


def expected_response(one, visits):
    before = [other for other in visits if other.day <= 0]
    if not before:
        return "not_evaluable", "no_value_before_infusion", ""
    start = before[-1]
    so_far = [other for other in visits if 0 < other.day <= one.day]
    if {other.matrix for other in so_far} != {start.matrix}:
        return "not_evaluable", "mixed_assay", ""
    if one.matrix != "serum":
        return "not_evaluable", "matrix_differs", ""
    if above(start, CUTOFF) is False:
        return "not_evaluable", "baseline_normal", ""
    if None in (above(start, CUTOFF), above(one, CUTOFF)):
        return "not_evaluable", "censored_at_cutoff", ""
    lowest = min([start, *so_far[:-1]], key=lower)
    risen = one.value > 1.5 * lowest.value and lowest.censored <= 0
    if not above(one, CUTOFF):
        return "complete", "", "rise_below_limit" if risen and lowest.censored == 0 else ""
    if risen:
        return "progression", "", ""
    if one.censored > 0 or (start.censored > 0 and one.value > start.value / 2):
        return "not_evaluable", "censored_above_range", ""
    return ("partial" if one.value <= start.value / 2 else "none"), "", ""


def bound(start, end):
    down, up = end.censored < 0 or start.censored > 0, end.censored > 0 or start.censored < 0
    return {(False, False): "", (True, False): "<", (False, True): ">", (True, True): "?"}[down, up]


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(visit, max_size=40), without=st.sampled_from([None, 0, 3]), data=st.data())
def test_patients_are_those_of_the_definitions(study, rows, without, data):
    table = frame(data.draw(st.permutations(rows)))
    infused = {f"P{number}": number != without for number in range(4)}
    values = values_of(table, infused)
    found = patients_of(values, pairs_of(values, study.config), study.config)
    rows_of = {name: part.sort_values("day") for name, part in table.groupby("patient_id")}
    for name, has_infusion in infused.items():
        own = list(rows_of[name].itertuples()) if name in rows_of else []
        one = found[name]
        for marker in ("vegf", "il6"):
            visits = [other for other in own if other.marker == marker]
            changes = expected_changes(visits, has_infusion)
            got = [change for change in one.changes if change.marker == marker]
            got += [change for at in one.landmarks for change in at.changes if change.marker == marker]
            assert {change.kind for change in got} == set(changes)
            for change in got:
                start, end = changes[change.kind]
                assert (change.from_day, change.to_day) == (start.day, end.day)
                assert (change.from_value, change.to_value) == (start.value, end.value)
                assert change.log2 == pytest.approx(math.log2(end.value / start.value))
                assert change.bound == bound(start, end)
        vegf = [other for other in own if other.marker == "vegf"]
        counted = [other for other in vegf if other.day >= EARLIEST]
        if has_infusion and counted:
            told = [(other.category, other.reason, other.flag) for other in one.responses]
            assert [other.day for other in one.responses] == [other.day for other in counted]
            assert told == [expected_response(other, vegf) for other in counted]
        else:
            reason = "no_value_from_day" if has_infusion else "no_infusion"
            assert [(other.day, other.reason) for other in one.responses] == [(None, reason)]
        assert [(pair.phase, pair.day, pair.concordant) for pair in one.pairs] == concordant(
            own, has_infusion
        )


def concordant(own, infused):
    last = {}
    for day in sorted({one.day for one in own}):
        levels = {one.marker: above(one, one.uln) for one in own if one.day == day}
        if len(levels) == 2 and None not in levels.values():
            phase = "active" if not infused or day <= 0 else "early" if day <= 100 else "late"
            last[phase] = (phase, day, levels["vegf"] == levels["il6"])
    return [last[phase] for phase in PHASES if phase in last]
