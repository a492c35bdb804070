"""Power against hand arithmetic, scipy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from poems_report.analysis.power import (
    SIZES,
    agreement_power,
    needed_agreeing,
    power_results,
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


def test_a_table_row_by_row():
    rows = [(0, day, 1, 1) for day in range(1, 5)] + [(1, day, 1, 1) for day in range(1, 3)]
    table = power_table(pairs(rows))
    assert [(one.test, one.n, one.effect) for one in table] == [
        (test, n, effect)
        for test, effects in (
            ("signed_rank", (0.5, 1.0, 1.5, 2.0)),
            ("agreement", (0.7, 0.8, 0.9, 0.95)),
            ("rm_corr", (0.3, 0.5, 0.7, 0.9)),
        )
        for n in (3, 5, 8, 12, 20, 50)
        for effect in effects
    ]
    for one in table:
        visits = {"signed_rank": 2, "agreement": 1, "rm_corr": 3}[one.test]
        # A signed rank and a binomial p are twice the chance of one pattern of n fair signs at least.
        floor = 0.0 if one.test == "rm_corr" else 2 * 0.5**one.n
        assert (one.visits, one.alpha, one.p_floor) == (visits, 0.05, pytest.approx(floor))
        assert (one.error > 0) <= (one.test == "signed_rank")
    three = {(one.test, one.n, one.effect): one for one in table}
    assert three["agreement", 8, 0.9].power == pytest.approx(0.9**8)
    assert three["agreement", 8, 0.9].method.startswith("exact binomial: lower end of the Clopper-Pearson")
    assert three["rm_corr", 8, 0.5].power == rm_corr_power(8 * 3 - 8 - 1, 0.5)
    assert three["rm_corr", 8, 0.5].method.startswith("t test of the repeated-measures correlation; exact")
    # Five signs alike give no p below 0.05; eight signs alike are one of the ways to it.
    assert three["signed_rank", 5, 2.0].power == 0
    alike = scipy_stats.norm.cdf(1.0) ** 8
    assert alike < three["signed_rank", 8, 1.0].power < three["signed_rank", 8, 2.0].power <= 1


def test_what_a_study_of_three_patients_is_told():
    found = power_results(pairs([]), {}, 3, "vegf", True)
    none = found["power.signed_rank.detectable"]
    assert (none.estimate, none.n, none.unit) == (None, 0, "SD")
    what = "a study of this size detects with a power of 80% (two-sided p at most 0.05)"
    assert none.method.startswith(
        f"smallest mean log2 change to the day after that {what} by the exact signed"
    )
    three = found["power.agreement.detectable"]
    assert (three.estimate, three.n) == (None, 3)
    assert three.reason == "even 3 of 3 patients do not exceed one half; smallest possible p 0.25"
    assert three.method.startswith(f"smallest true agreement that {what}: exact binomial")
    within = found["power.rm_corr.detectable"]
    assert (within.estimate, within.n, within.observations) == (None, 0, 0)
    assert within.reason == "fewer than 1 degree of freedom"
    assert within.method.startswith(f"smallest correlation within patients that {what}: t test")
    nobody = power_results(pairs([]), {}, 0, "vegf", True)["power.agreement.detectable"]
    assert nobody.reason == "no patient with both markers on one day"
    assert set(power_results(pairs([]), {}, 3, "vegf", False)) == {"power.signed_rank.detectable"}


def test_the_smallest_agreement_is_that_of_the_binomial_distribution():
    found = power_results(pairs([]), {}, 20, "vegf", True)["power.agreement.detectable"]
    assert found.n == 20
    assert found.method.startswith("smallest true agreement that a study of this size detects")
    assert scipy_stats.binom.sf(needed_agreeing(20) - 1, 20, found.estimate) == pytest.approx(0.8)


@pytest.mark.parametrize(("patients", "visits"), [(3, 2), (2, 2), (8, 4), (11, 10), (12, 10), (30, 10)])
def test_the_smallest_correlation_within_patients(patients, visits):
    rows = [(one, day, 1, 1) for one in range(patients) for day in range(visits)] + [(patients, 1, 1, 1)]
    found = power_results(pairs(rows), {}, 3, "vegf", True)["power.rm_corr.detectable"]
    assert (found.n, found.observations) == (patients, patients * visits)
    df = patients * (visits - 1) - 1
    assert rm_corr_power(df, found.estimate) == pytest.approx(0.8, abs=6e-3 if df > 100 else 1e-4)
    assert (f"Fisher's z for {df} degrees of freedom" in found.method) == (df > 100)


class Known:
    """Changes of which only the number matters."""

    def __init__(self, n):
        self.log2 = np.zeros(n)


def test_the_smallest_change_of_six_patients_makes_all_six_signs_alike():
    one = power_results(pairs([]), {("il6", "day_after"): Known(6)}, 3, "il6", False)[
        "power.signed_rank.detectable"
    ]
    assert one.estimate == pytest.approx(scipy_stats.norm.ppf(0.8 ** (1 / 6)), abs=0.01)


@pytest.mark.parametrize("n", [20, 60, 101, 400])
def test_the_smallest_change_is_close_to_that_of_the_normal_test(n):
    found = power_results(pairs([]), {("il6", "day_after"): Known(n)}, 3, "il6", False)
    one = found["power.signed_rank.detectable"]
    # For normal differences the test is 3 / pi as efficient as the t test, which is a z test for large n.
    expected = (1.959964 + 0.841621) / np.sqrt(n * 3 / np.pi)
    assert (one.n, one.unit, one.reason) == (n, "SD", "")
    assert one.estimate == pytest.approx(expected, rel=1e-5 if n > 100 else 0.08)
    assert (f"normal approximation for {n} patients" in one.method) == (n > 100)
