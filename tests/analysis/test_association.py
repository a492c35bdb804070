"""Correlations of a few visits, against the same numbers from scipy and plain deviations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats as scipy_stats

from poems_report import analyse, load_study
from poems_report.analysis import association
from poems_report.analysis.association import correlation_results, linear_results, rank_results
from poems_report.analysis.results import test_of as name_of
from tests.analysis.made import pairs

WITHIN, BETWEEN, RHO = "within.vegf_il6.r", "between.vegf_il6.r", "between.vegf_il6.rho"
MEANS = "of the patients' mean log2 values"
# Patients 0, 2, 5 and 6 of a study of seven, so that numbers have gaps.
COUNTS = {0: 3, 2: 4, 5: 3, 6: 2}


def visits(seed, counts=None, sides=(0, 0)):
    """Visits with random values; the first one has these sides."""
    draw = np.random.default_rng(seed)
    rows = [(who, day, 1, 1) for who, count in (counts or COUNTS).items() for day in range(1, count + 1)]
    one, other = np.exp2(draw.normal(0, 2, (2, len(rows))))
    made = replace(pairs(rows), reference=one, candidate=one * other)
    first = np.arange(len(rows)) == 0
    return replace(made, reference_censored=first * sides[0], candidate_censored=first * sides[1])


def deviations(values, patient):
    return values - np.array([values[patient == one].mean() for one in patient])


@pytest.mark.parametrize("seed", range(4))
def test_linear_correlations(study, seed):
    made = visits(seed)
    found = correlation_results(made, study.config)
    assert set(found) == {WITHIN, BETWEEN, RHO}
    x, y = np.log2(made.reference), np.log2(made.candidate)
    within = found[WITHIN]
    r = scipy_stats.pearsonr(deviations(x, made.patient), deviations(y, made.patient)).statistic
    df = 12 - 4 - 1
    assert within.estimate == pytest.approx(r)
    assert (within.n, within.observations, within.note) == (4, 12, "")
    assert within.p == pytest.approx(2 * scipy_stats.t.sf(abs(r) * np.sqrt(df / (1 - r**2)), df))
    assert within.test == "t test with 7 degrees of freedom"
    assert within.method == "repeated-measures correlation of log2 values (Bakdash and Marusich 2017)"
    assert within.ci_low < r < within.ci_high
    assert (within.level, within.reason, within.exploratory) == (0.95, "", False)
    means = [[values[made.patient == one].mean() for one in COUNTS] for values in (x, y)]
    between, rho = found[BETWEEN], found[RHO]
    assert between.estimate == pytest.approx(scipy_stats.pearsonr(*means).statistic)
    assert rho.estimate == pytest.approx(scipy_stats.spearmanr(*means).statistic)
    assert (between.n, rho.n) == (4, 4)
    assert between.method.startswith(f"correlation {MEANS} (Bland and Altman 1995); ")
    assert rho.method.startswith(f"Spearman correlation {MEANS}; ")
    # Of 24 orders of four, the straight one and its mirror give the smallest p of ranks.
    assert rho.p_floor == pytest.approx(2 / 24)
    linear = linear_results(made, study.config)
    assert linear == {WITHIN: within, BETWEEN: between}


@pytest.mark.parametrize("sides", [(-1, 0), (0, -1), (1, 0), (0, 1)])
def test_values_at_a_limit_are_noted(study, sides):
    found = correlation_results(visits(1, sides=sides), study.config)
    assert {one.note for one in found.values()} == {"values at a limit enter as the limit"}


def test_few_degrees_of_freedom_are_noted(study):
    few = correlation_results(visits(1, {0: 2, 1: 2, 2: 2}, (-1, 0)), study.config)[WITHIN]
    assert few.note.startswith("values at a limit enter as the limit; fewer than ")
    assert few.note.endswith(" degrees of freedom")
    assert few.test == "t test with 2 degrees of freedom"
    one = correlation_results(visits(1, {0: 2, 1: 2}), study.config)[WITHIN]
    assert one.note.startswith("fewer than ")
    assert one.test == "t test with 1 degree of freedom"


def test_what_cannot_be_estimated_has_a_reason_and_no_test(study):
    found = correlation_results(visits(1, {3: 1}), study.config)
    for one in found.values():
        assert one.estimate is None
        assert one.reason
        assert (one.p, one.p_floor, one.ci_low, one.level, one.test) == (None, None, None, None, "")
    assert correlation_results(pairs([]), study.config)[WITHIN].reason


@pytest.mark.parametrize("phase", [0, 1, 2])
def test_ranks_in_each_phase(study, phase):
    rows = [(who, 1, 1, 1) for who in range(9)]
    made = visits(5, dict.fromkeys(range(9), 1))
    names = ("active", "early", "late")
    found = rank_results(replace(made, phase=np.full(len(rows), phase)), study.config)
    assert list(found) == [f"phase.{name}.vegf_il6.tau" for name in names]
    for place, name in enumerate(names):
        one = found[f"phase.{name}.vegf_il6.tau"]
        assert one.exploratory
        assert one.method.startswith(f"Kendall tau-b with censoring, last visit of the {name} phase; ")
        if place == phase:
            expected = scipy_stats.kendalltau(made.reference, made.candidate, method="exact")
            assert (one.estimate, one.n) == (pytest.approx(expected.statistic), 9)
            assert one.p == pytest.approx(expected.pvalue)
        else:
            assert (one.estimate, one.n) == (None, 0)


def test_ranks_know_which_values_are_censored(study):
    made = replace(visits(5, dict.fromkeys(range(9), 1)), phase=np.full(9, 2))
    key = "phase.late.vegf_il6.tau"
    plain = rank_results(made, study.config)[key].estimate
    low = np.where(made.candidate == made.candidate.max(), -1, 0)
    for side in ("reference_censored", "candidate_censored"):
        assert rank_results(replace(made, **{side: low}), study.config)[key].estimate != plain


def test_of_many_patients_some_are_drawn_each_once(study, monkeypatch):
    made = replace(visits(5, dict.fromkeys(range(9), 1)), phase=np.full(9, 2))
    monkeypatch.setattr(association, "MOST_EXPLORED", 8)
    found = rank_results(made, study.config)["phase.late.vegf_il6.tau"]
    without = [
        scipy_stats.kendalltau(np.delete(made.reference, one), np.delete(made.candidate, one)).statistic
        for one in range(9)
    ]
    assert found.n == 8
    assert np.isclose(without, found.estimate).any()
    assert "last visit of the late phase; 8 of 9 patients at random (seed 0); " in found.method
    monkeypatch.setattr(association, "MOST_EXPLORED", 9)
    assert "at random" not in rank_results(made, study.config)["phase.late.vegf_il6.tau"].method


def test_the_test_behind_a_p_value_by_its_name():
    assert name_of("exact permutation (all 2 orders)") == "exact permutation test"
    assert name_of("normal approximation (n above 50)") == "normal approximation"


def test_two_patients_lie_on_a_line_whatever_they_are(study):
    made = visits(0, {0: 2, 1: 2})
    found = {
        **correlation_results(made, study.config),
        **rank_results(made.where(np.array([0, 2])), study.config),
    }
    for key in (BETWEEN, RHO):
        one = found[key]
        assert (one.estimate, one.p, one.ci_low, one.test) == (None, None, None, "")
        assert (one.n, one.reason) == (2, f"2 {'patients' if key == BETWEEN else 'pairs'}, 3 are needed")
    ranked = {one.reason for key, one in found.items() if key.startswith("phase.") and one.n == 2}
    assert ranked == {"2 observations, 3 are needed"}


def test_reasons_name_the_markers(make_study):
    rows = "".join(
        f"P0{one},{day},vegf,500\nP0{one},{day},il6,{one + day}\n" for one in (1, 2, 3) for day in (5, 9)
    )
    study = make_study(measurements__csv=f"patient_id,day,marker,value\n{rows}", claims__yml=None)
    found = analyse(load_study(study))
    assert found["within.vegf_il6.r"].reason == "VEGF does not vary within any patient"
    assert found["between.vegf_il6.rho"].reason == "all values of VEGF are equal"
    assert found["mixed.vegf_il6.within"].reason == "VEGF does not vary within patients"
    assert found["phase.early.vegf_il6.tau"].reason == "no two values of VEGF have a certain order"


def test_more_than_one_assay_in_a_patient_is_noted(make_study, study, results):
    assert not [key for key, one in results.results.items() if "more than one matrix" in one.note]
    rows = study.measurements[["patient_id", "day", "marker", "reported", "matrix"]]
    rows = rows.rename(columns={"reported": "value"})
    rows.loc[(rows["patient_id"] == "P05") & (rows["day"] > 300) & (rows["marker"] == "vegf"), "matrix"] = (
        "plasma"
    )
    changed = make_study(measurements__csv=rows.to_csv(index=False), claims__yml=None)
    found = analyse(load_study(changed)).results
    noted = {
        key
        for key, one in found.items()
        if "patients measured in more than one matrix or assay: 1" in one.note
    }
    assert noted == {key for key in found if key.startswith(("within.", "between.", "mixed.", "phase."))}
