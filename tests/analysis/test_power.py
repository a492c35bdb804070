"""Power against hand arithmetic, scipy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from poems_report.analysis.power import (
    SIZES,
    agreement_power,
    needed_agreeing,
    power_table,
    rm_corr_power,
    usual_visits,
)
from poems_report.stats import rm_corr
from tests.analysis.made import pairs


def test_eight_patients_must_all_agree():
    # The exact interval of 7 of 8 begins at 47%, that of 8 of 8 at 63%: power is the chance of 8 of 8.
    assert needed_agreeing(8) == 8
    assert agreement_power(8, 0.9) == pytest.approx(0.9**8)
    assert needed_agreeing(5) == 6
    assert agreement_power(5, 0.99) == 0


@pytest.mark.parametrize("n", [6, 9, 20, 51, 400])
def test_needed_agreeing_is_that_of_scipy(n):
    low = [scipy_stats.binomtest(k, n).proportion_ci(method="exact").low for k in range(n + 1)]
    assert needed_agreeing(n) == next(k for k in range(n + 1) if low[k] > 0.5)
    assert agreement_power(n, 0.8) == pytest.approx(scipy_stats.binom.sf(needed_agreeing(n) - 1, n, 0.8))


@pytest.mark.parametrize("df", [1, 4, 23, 90])
def test_without_correlation_power_is_the_level(df):
    assert rm_corr_power(df, 0.0) == pytest.approx(0.05, abs=2e-6)


@pytest.mark.parametrize(("patients", "visits", "rho"), [(8, 4, 0.5), (3, 3, 0.7), (12, 2, 0.3)])
def test_power_of_the_correlation_within_patients_by_simulation(patients, visits, rho):
    draw = np.random.default_rng(5)
    subject = np.repeat(np.arange(patients), visits)
    studies, hits = 1500, 0
    for _ in range(studies):
        x = draw.standard_normal(len(subject))
        y = rho * x + np.sqrt(1 - rho**2) * draw.standard_normal(len(subject))
        own = draw.normal(0, 3, patients)[subject]
        found = rm_corr(subject, x + own, y - own)
        hits += found.p is not None and found.p <= 0.05
    power = rm_corr_power(patients * (visits - 1) - 1, rho)
    assert hits / studies == pytest.approx(power, abs=4 * np.sqrt(power * (1 - power) / studies))


def test_usual_visits_leaves_out_single_visits():
    rows = [(0, day, 1, 1) for day in (1, 2, 3)] + [(1, day, 1, 1) for day in (1, 2, 3, 4)] + [(2, 1, 1, 1)]
    assert usual_visits(pairs(rows)) == 4
    assert usual_visits(pairs(rows[:1])) == 2
    assert usual_visits(pairs([])) == 2


def test_the_table_rises_with_effect_and_is_zero_below_the_floor(results):
    table = results.power
    assert len(table) == 3 * len(SIZES) * 4
    for test in ("signed_rank", "agreement", "rm_corr"):
        for n in SIZES:
            power = [one.power for one in table if (one.test, one.n) == (test, n)]
            assert power == sorted(power)
    small = [one for one in table if one.p_floor > one.alpha]
    assert {(one.test, one.n) for one in small} == {
        (test, n) for test in ("signed_rank", "agreement") for n in (3, 5)
    }
    assert {one.power for one in small} == {0.0}
    assert power_table(pairs([]))[-1].visits == 2


def test_what_this_study_could_have_detected(results):
    three = results["power.signed_rank.detectable"]
    assert (three.estimate, three.n, three.reason) == (None, 3, "no p of 3 differences is as small as 0.05")
    eight = results["power.agreement.detectable"]
    assert eight.estimate == pytest.approx(0.8 ** (1 / 8))
    within = results["power.rm_corr.detectable"]
    df = within.observations - within.n - 1
    assert rm_corr_power(df, within.estimate) == pytest.approx(0.8, abs=1e-4)
