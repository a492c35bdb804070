"""Every result carries what it was asked, estimable or not: level, alternative, seed, resamples, counts."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np
import pytest

from poems_report import stats

X = [3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5, 3.5, 8.0]
Y = [2.0, 7.0, 1.0, 8.0, 2.5, 8.5, 1.5, 3.0, 4.0, 5.0, 9.5]
SUBJECT = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]
SAME = [1.0] * 11


@pytest.mark.parametrize("alternative", ["greater", "less"])
def test_alternative_and_counts_of_the_tests(alternative: str) -> None:
    found: list[tuple[Any, Any]] = [
        (
            stats.signed_rank([*X, nan], alternative=alternative),
            stats.signed_rank([nan], alternative=alternative),
        ),
        (
            stats.spearman([*X, nan], [*Y, 1], alternative, resamples=99),
            stats.spearman([*X, nan], [*SAME, 1], alternative),
        ),
        (
            stats.kendall_tau_b([*X, nan], [*Y, 1], alternative=alternative, resamples=99),
            stats.kendall_tau_b([*X, nan], [*SAME, 1], alternative=alternative),
        ),
    ]
    for estimable, not_estimable in found:
        assert estimable.alternative == not_estimable.alternative == alternative
        assert estimable.dropped == not_estimable.dropped == 1
        assert estimable.n == 11
        assert 0 < estimable.p <= 1
        assert estimable.reason is None and not_estimable.reason.startswith("not estimable")
    assert (found[0][1].n, found[0][1].zeros) == (0, 0)
    assert found[1][1].n == found[2][1].n == 11
    assert found[1][1].method == "Spearman's rank correlation"
    assert found[2][1].method == "Kendall's tau-b"
    assert stats.signed_rank([0.0, 0.0, np.inf]).zeros == 2
    assert found[0][1].method == "exact signed rank (convolution; zeros dropped)"


def test_defaults_are_two_sided_at_95_percent_with_seed_0() -> None:
    assert stats.signed_rank(X) == stats.signed_rank(X, "wilcox", "two-sided", 0.95)
    assert stats.spearman(X, Y) == stats.spearman(X, Y, "two-sided", 19_999, 0)
    ties = [1, 1, *X[2:]]
    assert stats.kendall_tau_b(ties, Y) == stats.kendall_tau_b(ties, Y, None, None, "two-sided", 19_999, 0)
    many = np.repeat(np.arange(11), 2), np.repeat(X, 2), np.repeat(Y, 2)
    assert stats.between_corr(*many) == stats.between_corr(*many, False, 0.95, 19_999, 0)
    assert stats.rm_corr(SUBJECT, X, Y) == stats.rm_corr(SUBJECT, X, Y, 0.95)
    assert stats.mixed_model(SUBJECT, X, Y) == stats.mixed_model(SUBJECT, X, Y, 0.95)
    sums = np.column_stack([X, Y])
    assert stats.bootstrap_totals(sums, ratio) == stats.bootstrap_totals(sums, ratio, 0.95, 9_999, 0)
    assert stats.bootstrap_rows(SUBJECT, mean, resamples=50) == stats.bootstrap_rows(
        SUBJECT, mean, 0.95, 50, 0
    )
    power = stats.signed_rank_power(8, 1.0)
    assert power == stats.signed_rank_power(8, 1.0, 1.0, 0.05, "two-sided", 10_000, 0)
    assert stats.signed_rank_needed_n(1.5) == stats.signed_rank_needed_n(
        1.5, 1.0, 0.8, 0.05, "two-sided", 10_000, 0
    )
    assert stats.signed_rank_detectable(6) == stats.signed_rank_detectable(
        6, 1.0, 0.8, 0.05, "two-sided", 10_000, 0
    )


def ratio(totals: np.ndarray) -> np.ndarray:
    return totals[..., 0] / totals[..., 1]


def mean(rows: np.ndarray) -> float:
    return float(np.take(X, rows).mean())


def test_seeds_matter_where_numbers_are_drawn() -> None:
    assert stats.spearman(X, Y, seed=1).p != stats.spearman(X, Y, seed=0).p
    ties = [1, 1, *X[2:]]
    assert stats.kendall_tau_b(ties, Y, seed=1).p != stats.kendall_tau_b(ties, Y, seed=0).p
    sums = np.column_stack([X, Y])
    one = stats.bootstrap_totals(sums, ratio, resamples=200, seed=1)
    assert one.ci_low != stats.bootstrap_totals(sums, ratio, resamples=200, seed=0).ci_low
    rows = stats.bootstrap_rows(SUBJECT, mean, resamples=50, seed=1)
    assert rows.ci_low != stats.bootstrap_rows(SUBJECT, mean, resamples=50, seed=0).ci_low


def test_level_of_every_interval() -> None:
    pairs = [True, True, False, True, False, True], [True, False, False, True, True, True]
    found: list[tuple[Any, Any]] = [
        (stats.rm_corr(SUBJECT, X, Y, 0.8), stats.rm_corr(SUBJECT, X, SAME, 0.8)),
        (stats.between_corr(SUBJECT, X, Y, level=0.8), stats.between_corr(SUBJECT, X, SAME, level=0.8)),
        (stats.mixed_model(SUBJECT, X, Y, 0.8), stats.mixed_model(SUBJECT, X, SAME, 0.8)),
        (stats.agreement(*pairs, level=0.8), stats.agreement([], [], level=0.8)),
    ]
    for estimable, not_estimable in found:
        assert estimable.level == not_estimable.level == 0.8
        assert estimable.reason is None and "not estimable" in not_estimable.reason
    wide, narrow = stats.agreement(*pairs, level=0.99), stats.agreement(*pairs, level=0.8)
    assert narrow.observed_ci == stats.clopper_pearson(4, 6, 0.8)
    for name in ("observed_ci", "kappa_ci", "ac1_ci", "positive_ci", "negative_ci"):
        outer, inner = getattr(wide, name), getattr(narrow, name)
        assert outer[0] < inner[0] < inner[1] < outer[1]
    between = stats.between_corr(SUBJECT, X, Y, level=0.8)
    assert (between.ci_low, between.ci_high) == stats.fisher_interval(between.r or 0.0, 2, 0.8)
    within = stats.rm_corr(SUBJECT, X, Y, 0.8)
    assert (within.ci_low, within.ci_high) == stats.fisher_interval(within.r or 0.0, within.df, 0.8)


@pytest.mark.parametrize("patients", [0, 1, 5])
def test_bootstraps_say_what_was_asked(patients: int) -> None:
    sums = np.column_stack([X, Y])[:patients]
    subject = list(range(patients))
    found = [
        stats.bootstrap_totals(sums.reshape(patients, 2), ratio, 0.8, 60, 7),
        stats.bootstrap_rows(subject, mean, 0.8, 60, 7),
    ]
    for result in found:
        assert (result.level, result.resamples, result.seed, result.n) == (0.8, 60, 7, patients)
        assert result.method == "BCa bootstrap over patients (60 resamples, seed 7)"
        assert result.failed == 0
        assert (result.estimate is None) == (patients == 0)
        assert (result.ci_low is None) == (patients < 2)


def test_censored_samples_that_are_not_estimable_keep_their_counts() -> None:
    line = stats.ros([2.0, 3.0, nan], [True, True, False])
    assert (line.n, line.censored, line.uninformative, line.dropped) == (2, 2, 0, 1)
    assert line.method == "robust regression on order statistics (log-normal)"
    curve = stats.km_quantiles([2.0, 3.0, nan], [1, 1, 0])
    assert (curve.n, curve.censored, curve.above, curve.dropped) == (2, 2, 2, 1)
    assert curve.method == "Kaplan-Meier for right-censored values"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stats.spearman(["a"], [1]), "x must hold numbers"),
        (lambda: stats.spearman([1], ["a"]), "y must hold numbers"),
        (lambda: stats.kendall_tau_b(["a"], [1]), "x must hold numbers"),
        (lambda: stats.kendall_tau_b([1], ["a"]), "y must hold numbers"),
        (lambda: stats.rm_corr([1], ["a"], [1]), "x must hold numbers"),
        (lambda: stats.rm_corr([1], [1], ["a"]), "y must hold numbers"),
        (lambda: stats.rm_corr([[1]], [1], [1]), "subject must be a one-dimensional sequence"),
        (lambda: stats.mixed_model([1], ["a"], [1]), "x must hold numbers"),
        (lambda: stats.signed_rank(["a"]), "differences must hold numbers"),
        (lambda: stats.ros(["a"], [0]), "values must hold numbers"),
        (lambda: stats.ros([1.0], ["a"]), "censored must hold numbers"),
        (lambda: stats.agreement(1, [1]), "a must be a one-dimensional sequence"),
        (lambda: stats.agreement([1], 1), "b must be a one-dimensional sequence"),
        (lambda: stats.agreement([1], [1], categories=[1, 1]), "categories must differ from each other"),
        (lambda: stats.bootstrap_totals([np.inf], ratio), "sums must be finite numbers, one row a patient"),
        (lambda: stats.holm([2.0]), "p values must lie between 0 and 1; leave out tests"),
        (lambda: stats.benjamini_hochberg([-0.1]), "p values must lie between 0 and 1; leave out tests"),
    ],
)
def test_wrong_usage_names_the_argument(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


@pytest.mark.parametrize("size", [1e-306, 1e-200, 1e200, 1.9e307])
def test_the_size_of_values_does_not_matter(size: float) -> None:
    scaled = [value * size for value in X]
    plain, other = stats.rm_corr(SUBJECT, X, Y), stats.rm_corr(SUBJECT, scaled, Y)
    assert other.r == pytest.approx(plain.r, rel=1e-12)
    between, same = stats.between_corr(SUBJECT, X, Y), stats.between_corr(SUBJECT, scaled, Y)
    assert (same.r, same.p) == pytest.approx((between.r, between.p), rel=1e-12)
