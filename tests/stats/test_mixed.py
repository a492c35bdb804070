"""The mixed model against statsmodels, least squares in balanced studies, and simulated truth."""

from __future__ import annotations

import warnings
from math import inf, isfinite, nan

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats as scipy_stats
from statsmodels.regression.mixed_linear_model import MixedLM

from poems_report.stats import Slope, mixed_model, rm_corr

Floats = NDArray[np.float64]
Study = tuple[NDArray[np.int64], Floats, Floats]


def simulated(
    seed: int, k: int = 8, visits: int | None = None, patient_sd: float = 1.0, within: float = 0.5
) -> Study:
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 7, k) if visits is None else np.full(k, visits)
    subject = np.repeat(np.arange(k), counts)
    mean = rng.normal(9, 2, k)
    x = mean[subject] + rng.normal(0, 1, len(subject))
    own = np.bincount(subject, x)[subject] / counts[subject]
    patient = patient_sd * rng.normal(size=k)
    y = 2 + within * (x - own) + 0.8 * own + patient[subject] + 0.7 * rng.normal(size=len(subject))
    return subject, x, y


def design(subject: NDArray[np.int64], x: Floats) -> Floats:
    own = np.array([x[subject == one].mean() for one in subject])
    return np.column_stack([np.ones(len(x)), x - own, own])


def both(result: object) -> tuple[Slope, Slope]:
    within, between = result.within, result.between  # type: ignore[attr-defined]
    assert isinstance(within, Slope) and isinstance(between, Slope)
    return within, between


@pytest.mark.parametrize("seed", range(20))
def test_unbalanced_studies_equal_statsmodels(seed: int) -> None:
    subject, x, y = simulated(seed, k=10, patient_sd=1.5)
    result = mixed_model(subject, x, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = MixedLM(y, design(subject, x), groups=subject).fit(reml=True, method="lbfgs", gtol=1e-10)
    assert result.singular is False
    within, between = both(result)
    assert [result.intercept, within.estimate, between.estimate] == pytest.approx(peer.fe_params, rel=1e-4)
    # Standard errors from the whole covariance matrix at statsmodels' variances; its own ones add the
    # uncertainty of the variances by their curvature.
    columns = design(subject, x)
    together = np.equal.outer(subject, subject) * float(peer.cov_re[0, 0]) + np.eye(len(x)) * peer.scale
    errors = np.sqrt(np.diag(np.linalg.inv(columns.T @ np.linalg.solve(together, columns))))
    assert within.se == pytest.approx(errors[1], rel=1e-4)
    assert between.se == pytest.approx(errors[2], rel=1e-4)
    assert between.se == pytest.approx(peer.bse_fe[2], rel=0.02)
    assert result.patient_variance == pytest.approx(float(peer.cov_re[0, 0]), rel=1e-3)
    assert result.residual_variance == pytest.approx(peer.scale, rel=1e-4)
    assert (result.n, result.observations, result.dropped) == (10, len(x), 0)
    assert result.reason is None


@pytest.mark.parametrize("visits", [2, 3, 6])
def test_balanced_studies_equal_least_squares(visits: int) -> None:
    k = 9
    subject, x, y = simulated(visits, k, visits, patient_sd=2.0)
    within, between = both(result := mixed_model(subject, x, y))
    own = sm.OLS(y, np.column_stack([x, np.eye(k)[subject]])).fit()
    means = [np.array([v[subject == one].mean() for one in range(k)]) for v in (x, y)]
    line = scipy_stats.linregress(*means)
    assert within.estimate == pytest.approx(own.params[0], rel=1e-9)
    assert within.se == pytest.approx(own.bse[0], rel=1e-6)
    assert (within.ci_low, within.ci_high) == pytest.approx(tuple(own.conf_int()[0]), rel=1e-6)
    assert within.p == pytest.approx(own.pvalues[0], rel=1e-5)
    assert within.df == own.df_resid == k * visits - k - 1
    assert (between.estimate, result.intercept) == pytest.approx((line.slope, line.intercept), rel=1e-9)
    assert between.se == pytest.approx(line.stderr, rel=1e-6)
    assert between.p == pytest.approx(line.pvalue, rel=1e-5)
    assert between.df == k - 2
    half = scipy_stats.t.ppf(0.975, k - 2) * line.stderr
    assert (between.ci_low, between.ci_high) == pytest.approx(
        (line.slope - half, line.slope + half), rel=1e-6
    )
    # Variances by the analysis of variance.
    between_mean_square = ((means[1] - line.intercept - line.slope * means[0]) ** 2).sum() / (k - 2)
    assert result.residual_variance == pytest.approx(own.scale, rel=1e-6)
    assert result.patient_variance == pytest.approx(between_mean_square - own.scale / visits, rel=1e-6)
    assert within.p == pytest.approx(float(rm_corr(subject, x, y).p or 0), rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_a_singular_fit_is_the_regression_of_all_visits_and_says_so(seed: int) -> None:
    subject, x, y = simulated(seed, 8, 4, patient_sd=0.0)
    # Patients nearer to the line than chance leaves them: no variance between patients is left over.
    own = design(subject, x)[:, 2]
    y = y - np.bincount(subject, y)[subject] / 4 + 0.8 * own
    result = mixed_model(subject, x, y)
    plain = sm.OLS(y, design(subject, x)).fit()
    within, between = both(result)
    assert result.singular is True
    assert result.patient_variance == 0.0
    assert result.caution == "singular fit: no variance between patients is left over"
    assert [result.intercept, within.estimate, between.estimate] == pytest.approx(plain.params, abs=1e-9)
    assert [within.se, between.se] == pytest.approx(plain.bse[1:], rel=1e-9)
    assert result.residual_variance == pytest.approx(plain.scale, rel=1e-9)


def test_singular_exactly_where_the_analysis_of_variance_says_so() -> None:
    found = []
    for seed in range(60):
        subject, x, y = simulated(seed, 6, 3, patient_sd=0.2)
        own = sm.OLS(y, np.column_stack([x, np.eye(6)[subject]])).fit()
        means = [np.bincount(subject, v) / 3 for v in (x, y)]
        line = scipy_stats.linregress(*means)
        left = ((means[1] - line.intercept - line.slope * means[0]) ** 2).sum() / 4
        found.append(mixed_model(subject, x, y).singular)
        assert found[-1] == bool(left <= own.scale / 3)
    assert 5 < sum(map(bool, found)) < 55


def test_truth_is_recovered_and_large_studies_are_quick() -> None:
    subject, x, y = simulated(1, k=20_000, patient_sd=1.2)
    within, between = both(result := mixed_model(subject, x, y))
    assert within.estimate == pytest.approx(0.5, abs=4 * within.se)
    assert between.estimate == pytest.approx(0.8, abs=4 * between.se)
    assert result.patient_variance == pytest.approx(1.44, rel=0.05)
    assert result.residual_variance == pytest.approx(0.49, rel=0.05)
    assert result.intercept == pytest.approx(2.0, abs=0.1)
    assert result.caution is None


def test_units_order_and_names_of_patients_do_not_matter() -> None:
    subject, x, y = simulated(4)
    result = mixed_model(subject, x, y)
    within, between = both(result)
    shuffled = np.random.default_rng(0).permutation(len(x))
    names = [f"P{one}" for one in subject[shuffled]]
    scaled = mixed_model(names, 1000 * x[shuffled] + 5, y[shuffled] / 10 - 3)
    other_within, other_between = both(scaled)
    assert other_within.estimate == pytest.approx(within.estimate / 10_000, rel=1e-8)
    assert other_between.se == pytest.approx(between.se / 10_000, rel=1e-6)
    assert other_between.p == pytest.approx(between.p, rel=1e-6)
    assert scaled.residual_variance == pytest.approx(float(result.residual_variance or 0) / 100, rel=1e-6)
    assert scaled.intercept == pytest.approx(
        float(result.intercept or 0) / 10 - 3 - 5 * other_between.estimate, rel=1e-6
    )


def test_level_and_method() -> None:
    subject, x, y = simulated(2, 8, 3)
    wide, narrow = mixed_model(subject, x, y, level=0.99), mixed_model(subject, x, y, level=0.5)
    within, _ = both(wide)
    half = scipy_stats.t.ppf(0.995, within.df) * within.se
    assert (within.ci_low, within.ci_high) == pytest.approx((within.estimate - half, within.estimate + half))
    assert (wide.level, narrow.level) == (0.99, 0.5)
    assert within.p_floor == 0.0
    assert "REML" in wide.method and "t intervals" in wide.method


def test_few_degrees_of_freedom_are_said() -> None:
    subject, x, y = simulated(3, 4, 2, patient_sd=3.0)
    assert mixed_model(subject, x, y).caution == (
        "fewer than 5 degrees of freedom within; fewer than 5 degrees of freedom between"
    )
    subject, x, y = simulated(3, 7, 3, patient_sd=3.0)
    assert mixed_model(subject, x, y).caution is None
    subject, x, y = simulated(3, 6, 3, patient_sd=3.0)
    assert mixed_model(subject, x, y).caution == "fewer than 5 degrees of freedom between"


def test_missing_visits_are_dropped_and_single_visits_count_between() -> None:
    subject, x, y = simulated(5, 6, 3)
    more = mixed_model([*subject, 0, 77, None], [*x, nan, 9.0, 1.0], [*y, 1.0, 8.0, 1.0])
    assert (more.n, more.observations, more.dropped) == (7, 19, 2)
    plain = mixed_model(subject, x, y)
    assert both(more)[0].estimate == pytest.approx(both(plain)[0].estimate)
    assert both(more)[0].df == both(plain)[0].df == 11
    assert both(more)[1].estimate != both(plain)[1].estimate


@pytest.mark.parametrize(
    ("subject", "x", "y", "reason"),
    [
        ([], [], [], "0 patients, 3 are needed"),
        ([1, 1, 1], [1, 2, 3], [1, 2, 4], "1 patient, 3 are needed"),
        ([1, 1, 1, 2, 2], [1, 2, 3, 4, 5], [1, 2, 4, 3, 3], "2 patients, 3 are needed"),
        ([1, 2, 3], [1, 2, 3], [1, 2, 4], "0 repeated visits, 2 are needed"),
        ([1, 1, 2, 3], [1, 2, 3, 4], [1, 2, 4, 5], "1 repeated visit, 2 are needed"),
        ([1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3], [1, 2, 4, 5, 1, 1], "x does not vary within patients"),
        ([1, 1, 2, 2, 3, 3], [1, 2, 2, 3, 3, 5], [1, 1, 4, 4, 7, 7], "y does not vary within patients"),
        (
            [1, 1, 2, 2, 3, 3],
            [1, 2, 2, 3, 3, 5],
            [1, 2, 7, 8, 4, 6],
            "within patients nothing is left over from the line",
        ),
        (
            [1, 1, 2, 2, 3, 3],
            [1, 3, 0, 4, 2, 2],
            [1, 2, 7, 8, 4, 6],
            "the patients' means of x are all equal",
        ),
        ([1, 1, 2, 2, 3, 3], [1, inf, 0, 4, 2, 2], [1, 2, 7, 8, 4, 6], "infinite value in x"),
        ([1, 1, 2, 2, 3, 3], [1, 3, 0, 4, 2, 5], [1, 2, 7, -inf, 4, 6], "infinite value in y"),
    ],
)
def test_what_cannot_be_estimated_says_why(
    subject: list[int], x: list[float], y: list[float], reason: str
) -> None:
    result = mixed_model(subject, x, y)
    assert result.reason == f"not estimable: {reason}"
    assert result.within is result.between is result.intercept is result.singular is None
    assert result.patient_variance is result.residual_variance is result.caution is None
    assert (result.n, result.observations) == (len(set(subject)), len(x))


def test_no_size_of_values_leaks_a_warning_or_infinity() -> None:
    subject, x, y = simulated(6, 6, 4)
    for size_x in (1e-300, 1e-150, 1.0, 1e150, 1e300):
        for size_y in (1e-300, 1e-150, 1.0, 1e150, 1e300):
            result = mixed_model(subject, x * size_x, y * size_y)
            if result.reason:
                assert result.reason == "not estimable: values too large"
                assert (result.within, result.n, result.observations, result.dropped) == (None, 6, 24, 0)
                continue
            for slope in both(result):
                assert all(map(isfinite, (slope.estimate, slope.se, slope.ci_low, slope.ci_high, slope.p)))
    assert mixed_model(subject, x, y * 1e300).reason == "not estimable: values too large"


def test_a_variation_lost_beside_a_huge_value_is_not_estimable() -> None:
    for subject, x, y in (
        ("BCCACCC", [2.0, 3.3, 3.3, 1e308, 2.0, 3.3, 2.0], [1.0, 1.1, 1.2, -0.8, 1.2, 0.8, 2.1]),
        ("ACCCBAC", [-1.1, -0.7, -0.2, 2.0, 0.4, 1.3, 0.1], [5e-324, 0.0, 5e-324, 1e-308, -1e308, 0.0, 3.3]),
    ):
        result = mixed_model(list(subject), x, y)
        assert result.reason == "not estimable: values too far apart in size"
        assert (result.within, result.n, result.observations) == (None, 3, 7)


def test_patients_far_apart() -> None:
    # Levels a million residual standard deviations apart: the ratio is found all the same.
    subject, x, y = simulated(7, 6, 4)
    y = y + 1e6 * np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0])[subject]
    result = mixed_model(subject, x, y)
    own = sm.OLS(y, np.column_stack([x, np.eye(6)[subject]])).fit()
    assert result.residual_variance == pytest.approx(own.scale, rel=1e-5)
    assert both(result)[0].estimate == pytest.approx(own.params[0], rel=1e-6)
    means = [np.bincount(subject, v) / 4 for v in (x, y)]
    assert both(result)[1].se == pytest.approx(scipy_stats.linregress(*means).stderr, rel=1e-6)


def test_wrong_usage_is_named() -> None:
    with pytest.raises(ValueError, match="lengths differ"):
        mixed_model([1, 2], [1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        mixed_model([1, 2], [1.0, 2.0], [1.0, 2.0], level=1.0)
