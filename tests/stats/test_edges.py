"""Boundaries: where one method gives way to another, where a share is capped, where groups leave gaps."""

from __future__ import annotations

from math import comb, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats as scipy_stats

from poems_report import stats
from poems_report.stats.permutation import sampled_orders


def test_kendall_gives_way_to_approximations_at_50_and_150() -> None:
    rng = np.random.default_rng(1)
    tied = rng.integers(0, 9, (2, 51)).astype(float)
    assert "Monte-Carlo" in stats.kendall_tau_b(*tied[:, :50], resamples=9).method
    normal = "normal approximation (exact variance, continuity correction)"
    assert stats.kendall_tau_b(*tied).method == normal
    untied = rng.normal(size=(2, 151))
    assert "by inversions" in stats.kendall_tau_b(*untied[:, :150]).method
    assert stats.kendall_tau_b(*untied).method == normal


def test_no_p_exceeds_one_without_any_correlation() -> None:
    exact = stats.kendall_tau_b([1, 2, 3, 4], [2, 4, 1, 3])
    assert (exact.s, exact.p) == (0, 1.0)
    # Pairs within the halves agree as often as pairs across them disagree: s is 0.
    x = np.arange(60)
    y = np.concatenate([np.arange(0, 60, 2), np.arange(1, 60, 2)[::-1]])
    found = stats.kendall_tau_b(np.repeat([0, 1], 30), np.tile([0, 1], 30))
    assert (found.s, found.p) == (0, 1.0)
    large = stats.kendall_tau_b(x, y)
    assert large.p is not None and large.p <= 1.0


def test_spearman_gives_way_at_10_and_100() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(2, 101))
    assert "all 3628800 orders" in stats.spearman(*values[:, :10]).method
    assert "Monte-Carlo" in stats.spearman(*values[:, :11], resamples=9).method
    assert "Monte-Carlo" in stats.spearman(*values[:, :100], resamples=9).method
    assert stats.spearman(*values).method == "t approximation, 99 degrees of freedom"


def test_between_patients_gives_way_at_9_and_100() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(2, 101))

    def method(n: int) -> str:
        return stats.between_corr(range(n), *values[:, :n], resamples=9).method

    assert "all 362880 orders" in method(9)
    assert "Monte-Carlo" in method(10) and "Monte-Carlo" in method(100)
    assert method(101) == "t distribution, 99 degrees of freedom"


def test_random_orders_are_as_many_as_asked_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poems_report.stats.permutation.CHUNK", 8 * 30)
    orders = np.concatenate(list(sampled_orders(8, 100, 5)))
    assert orders.shape == (100, 8)
    assert (np.sort(orders, axis=1) == np.arange(8)).all()
    assert len(np.unique(orders, axis=0)) > 95


@pytest.mark.parametrize("names", [[-7, 3, 900, 41], [-3, -2, -1, 0], ["a", "c", "b", "z"]])
def test_names_of_patients_may_be_any_numbers_or_words(names: list[Any]) -> None:
    rng = np.random.default_rng(4)
    subject, (x, y) = np.repeat(np.arange(4), 3), rng.normal(size=(2, 12))
    other = np.array(names)[subject]
    for function in (stats.rm_corr, stats.between_corr):
        renamed, plain = function(other, x, y), function(subject, x, y)
        assert (renamed.r, renamed.p) == pytest.approx((plain.r, plain.p), rel=1e-12)
        assert renamed.n == plain.n
    within = stats.mixed_model(other, x, y).within
    assert within is not None and within.df == 7


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_perfect_correlation_between_patients_is_exactly_one(sign: float) -> None:
    rng = np.random.default_rng(12)
    for n in (4, 5, 6, 101) * 5:
        x = rng.normal(size=n)
        result = stats.between_corr(range(n), x, sign * 3.3 * x + 0.1)
        assert result.r == sign
        assert result.reason == "interval not estimable: the correlation is perfect"


def test_a_limit_at_the_largest_measured_value_is_used() -> None:
    result = stats.ros([1, 2, 3, 3], [0, 0, 0, -1])
    assert (result.n, result.uninformative) == (4, 0)
    mirrored = stats.ros([1, 2, 3, 1], [0, 0, 0, 1])
    assert (mirrored.n, mirrored.uninformative) == (4, 0)


def test_numbers_are_categories_in_their_own_order() -> None:
    result = stats.agreement([2, 10, 10], [2, 10, 2])
    assert (result.labels, result.positive_label) == ((2, 10), 10)
    assert result.table == ((1, 0), (1, 1))


def test_two_pairs_have_an_interval_within_minus_one_and_one() -> None:
    result = stats.agreement([1, 1], [1, 0], categories=[0, 1])
    assert result.ac1_ci == (-1.0, 1.0)
    assert result.kappa is None
    assert result.caution == "few pairs (2): the intervals of kappa and AC1 are likely too narrow"
    assert stats.agreement([1, 0], [1, 0]).caution is None


def test_signed_rank_interval_beyond_200_has_the_level_it_says() -> None:
    n = 201
    d = np.random.default_rng(6).normal(size=n)
    result = stats.signed_rank(d)
    first, second = np.triu_indices(n)
    averages = np.sort(d[first] / 2 + d[second] / 2)
    cut = int(np.flatnonzero(averages == result.ci_low)[0])
    assert averages[-1 - cut] == result.ci_high
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1
    for rank in range(1, n + 1):
        ways[rank:] = (ways[rank:] + ways[:-rank]) / 2
        ways[:rank] /= 2
    # The normal distribution is off by 1.5 in 10,000 here (Edgeworth's next term).
    assert result.level == pytest.approx(1 - 2 * ways[: cut + 1].sum(), abs=2e-4)


@pytest.mark.parametrize(("n", "level"), [(5, 0.95), (6, 0.95), (8, 0.9), (20, 0.99)])
def test_signed_rank_interval_is_the_narrowest_at_its_level(n: int, level: float) -> None:
    values = np.arange(1.0, n + 1) ** 2
    result = stats.signed_rank(values, level=level)
    first, second = np.triu_indices(n)
    averages = np.sort(values[first] / 2 + values[second] / 2)
    cut = int(np.flatnonzero(averages == result.ci_low)[0])
    patterns = [0] * (n * (n + 1) // 2 + 1)
    patterns[0] = 1
    for rank in range(1, n + 1):
        for total in range(len(patterns) - 1, rank - 1, -1):
            patterns[total] += patterns[total - rank]
    levels = [1 - 2 * sum(patterns[: at + 1]) / 2**n for at in range(len(patterns) // 2)]
    enough = [at for at, one in enumerate(levels) if one >= level]
    assert cut == (max(enough) if enough else 0)
    assert result.level == pytest.approx(levels[cut])


def of_totals(totals: np.ndarray) -> np.ndarray:
    return totals[..., 0] / totals[..., 1]


@pytest.mark.parametrize("seed", range(4))
def test_bca_ends_and_error_equal_scipys_on_the_same_resamples(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Few whole numbers: many resamples equal the estimate; skewed: the acceleration counts.
    values = rng.poisson(1.5, 9).astype(float) ** 2 + np.array([1.0] * 8 + [30.0])
    result = stats.bootstrap_totals(np.column_stack([values, np.ones(9)]), of_totals, 0.9, 500, seed)
    draws = np.random.default_rng(seed).multinomial(9, np.full(9, 1 / 9), size=500) @ values / 9

    class Drawn:
        bootstrap_distribution = draws

    peer = scipy_stats.bootstrap(
        (values,), np.mean, n_resamples=0, confidence_level=0.9, method="BCa", bootstrap_result=Drawn()
    )
    assert (result.ci_low, result.ci_high) == pytest.approx(tuple(peer.confidence_interval), rel=1e-9)
    assert result.se == pytest.approx(float(peer.standard_error), rel=1e-12)
    assert result.failed == 0


def test_bootstrap_draws_as_many_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poems_report.stats.resampling.CHUNK", 40)
    seen: list[int] = []

    def counted(totals: np.ndarray) -> np.ndarray:
        seen.append(len(totals))
        return totals[..., 0]

    stats.bootstrap_totals([1.0, 2.0, 4.0, 8.0], counted, resamples=33)
    # The resamples, the data themselves, and the data without each of 4 patients.
    assert sum(seen) == 33 + 1 + 4
    calls: list[int] = []

    def row(rows: np.ndarray) -> float:
        calls.append(len(rows))
        return float(rows.mean())

    stats.bootstrap_rows([1, 1, 2, 2, 3, 3], row, resamples=33)
    assert len(calls) == 33 + 1 + 3


def test_bootstrap_without_one_usable_resample() -> None:
    def only_without_repeats(rows: np.ndarray) -> float | None:
        return float(rows.mean()) if len(set(rows.tolist())) == len(rows) else None

    result = stats.bootstrap_rows(range(12), only_without_repeats, resamples=20)
    assert (result.estimate, result.failed, result.ci_low) == (5.5, 20, None)
    assert result.reason == "interval not estimable: the statistic is the same in every resample"


def test_bootstrap_where_no_single_patient_matters() -> None:
    # Without any one patient the largest value is still 5, so there is no acceleration.
    values = np.array([5.0, 5.0, 3.0, 2.0])
    result = stats.bootstrap_rows(range(4), lambda rows: float(values[rows].max()), resamples=400)
    assert (result.estimate, result.ci_high) == (5.0, 5.0)
    assert result.ci_low is not None and result.ci_low < 5.0


def test_two_patients_are_few_and_twenty_are_not() -> None:
    def caution(n: int) -> str | None:
        return stats.bootstrap_totals(np.arange(n) + 1.0, lambda t: t[..., 0], resamples=50).caution

    assert caution(2) == "few patients (2): the interval is likely too narrow"
    assert caution(19) == "few patients (19): the interval is likely too narrow"
    assert caution(20) is None


def test_needed_n_in_each_direction() -> None:
    assert stats.signed_rank_needed_n(50.0, alpha=0.5, alternative="greater", resamples=50).n == 1
    for effect, alternative in ((0.6, "greater"), (-0.6, "less")):
        found = stats.signed_rank_needed_n(effect, alternative=alternative, resamples=500)
        # Normal approximation of the t test: ((1.645 + 0.842) / 0.6)^2 is 17, the signed rank 5% more.
        assert found.n is not None and 15 <= found.n <= 22
    for effect, alternative in ((0.0, "greater"), (0.0, "less"), (0.6, "less"), (-0.6, "greater")):
        assert stats.signed_rank_needed_n(effect, alternative=alternative).n is None


def test_exact_power_from_the_binomial_of_signs() -> None:
    # n = 2, greater, alpha 1/2: both positive, or only the larger in size: chance of a positive mean.
    result = stats.signed_rank_power(2, 0.4, alpha=0.5, alternative="greater", resamples=40_000)
    expected = float(scipy_stats.norm.cdf(0.4 * sqrt(2)))
    assert result.power == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / 40_000))
    assert result.size == comb(2, 1) / 4


def test_a_limit_at_the_smallest_measured_value_lies_below_it() -> None:
    result = stats.km_quantiles([5, 5, 8, 20, 20], [-1, 0, 0, 0, 1], [0.3, 0.5, 0.7])
    assert result.quantiles == (5.0, 8.0, 20.0)


def test_balanced_signs_beyond_200_differences_have_a_p_of_one() -> None:
    d = np.concatenate([np.arange(1.0, 151), -np.arange(1.0, 151)])
    result = stats.signed_rank(d)
    assert (result.p, result.p_mid, result.estimate) == (1.0, 1.0, 0.0)


def test_methods_in_words() -> None:
    rng = np.random.default_rng(8)
    few, many = rng.normal(size=(2, 8)), rng.normal(size=(2, 201))
    tied = np.round(few)
    methods = [
        stats.signed_rank(few[0]).method,
        stats.signed_rank(many[0], zeros="pratt").method,
        stats.spearman(*few).method,
        stats.kendall_tau_b(*few).method,
        stats.kendall_tau_b(*tied).method,
        stats.rm_corr([1, 1, 1, 2, 2, 2, 3, 3], *few).method,
        stats.between_corr([1, 1, 1, 2, 2, 2, 3, 3], *few).method,
        stats.between_corr([1, 1, 1, 2, 2, 2, 2, 2], *few).method,
        stats.agreement([1], [1]).method,
        stats.ros([1.0], [False]).method,
        stats.km_quantiles([1.0], [False]).method,
    ]
    assert methods == [
        "exact signed rank (convolution; zeros dropped)",
        "signed rank, normal approximation (tie and continuity correction; zeros ranked (Pratt))",
        "exact permutation (all 40320 orders)",
        "exact permutation (by inversions, no ties)",
        "exact permutation (all 40320 orders)",
        "repeated-measures correlation (t test; interval by Fisher's z, N = df + 2)",
        "exact permutation (all 6 orders)",
        "correlation of patient means",
        "observed agreement (Clopper-Pearson interval), Cohen's kappa, Gwet's AC1",
        "no value censored",
        "Kaplan-Meier for left-censored values",
    ]
    sampled = stats.spearman(*many[:, :20], resamples=99, seed=4)
    assert sampled.p is not None and sampled.p_error is not None
    assert sampled.p_error == pytest.approx(sqrt(sampled.p * (1 - sampled.p) / 99))
    assert sampled.method == (
        f"Monte-Carlo permutation (99 random orders, seed 4, standard error {sampled.p_error:.2g})"
    )


def test_several_reasons_are_told_one_after_another() -> None:
    assert stats.agreement([True, True], [True, True]).reason == (
        "kappa not estimable: a reading always gives the same category; "
        "interval not estimable: the standard error is 0; negative agreement not estimable: no reading is False"
    )


def test_a_singular_question_keeps_the_count_of_dropped_visits() -> None:
    result = stats.mixed_model([1, 1, 2, None], [1, 2, 3, 4], [1, 2, 3, 4])
    assert (result.within, result.dropped, result.level, result.n) == (None, 1, 0.95, 2)
    for function in (stats.holm, stats.benjamini_hochberg):
        with pytest.raises(ValueError, match="p must hold numbers"):
            function(["a"])  # type: ignore[list-item]


def test_two_patients_have_a_bootstrap_interval_either_way() -> None:
    values = np.array([1.0, 3.0, 4.0])
    rows = stats.bootstrap_rows([1, 1, 2], lambda rows: float(values[rows].mean()), resamples=60)
    totals = stats.bootstrap_totals([[4.0, 2.0], [4.0, 1.0]], of_totals, resamples=60)
    for result in (rows, totals):
        assert result.estimate == pytest.approx(8 / 3)
        assert result.ci_low is not None and 2 <= result.ci_low < 8 / 3


def test_one_degree_of_freedom_within_is_enough_for_a_mixed_model() -> None:
    result = stats.mixed_model([1, 1, 2, 2, 3], [1, 3, 2, 6, 4], [1, 2, 7, 8, 3])
    assert result.within is not None and result.within.df == 1
    # (2 * 1 / 2 + 4 * 1 / 2) / (2 * 2 / 2 + 4 * 4 / 2)
    assert result.within.estimate == pytest.approx(3 / 10)


def test_detectable_effects_of_large_studies_and_few_simulations() -> None:
    # z for 5% and 80% over the root of n, 5% more patients than a t test.
    found = stats.signed_rank_detectable(50)
    assert found.effect == pytest.approx((1.96 + 0.842) / sqrt(50 * 3 / np.pi), rel=0.05)
    few = stats.signed_rank_detectable(6, resamples=20)
    assert few.power is not None and few.power >= 0.8


@pytest.mark.parametrize("sign", [1, -1])
def test_an_estimate_outside_its_resamples_has_no_interval(sign: int) -> None:
    # Only the data themselves hold every patient once.
    def distinct(rows: np.ndarray) -> float:
        return float(sign * len(set(rows.tolist())))

    result = stats.bootstrap_rows(range(12), distinct, resamples=30)
    assert (result.estimate, result.ci_low, result.se) == (12.0 * sign, None, None)
    assert result.reason == "interval not estimable: the estimate lies outside its resamples"


def test_sampled_p_counts_the_orders_it_drew_and_the_data() -> None:
    rng = np.random.default_rng(13)
    for seed in range(20):
        x, y = rng.integers(0, 7, (2, 12))
        rx, ry = ((2 * scipy_stats.rankdata(v)).astype(int) - 13 for v in (x, y))
        orders = np.concatenate(list(sampled_orders(12, 200, seed)))
        far = np.abs(ry[orders] @ rx) >= abs(int(rx @ ry))
        result = stats.spearman(x, y, resamples=200, seed=seed)
        assert result.p == (far.sum() + 1) / 201
        assert result.p_floor == 1 / 201
        i, j = np.triu_indices(12, 1)
        first, second = np.sign(x[i] - x[j]), np.sign(y[orders][:, i] - y[orders][:, j])
        score = int((first * np.sign(y[i] - y[j])).sum())
        tau = stats.kendall_tau_b(x, y, resamples=200, seed=seed)
        assert tau.p == ((np.abs(second @ first) >= abs(score)).sum() + 1) / 201
        assert f"(200 random orders, seed {seed}, " in tau.method


def test_two_values_have_a_standard_deviation() -> None:
    result = stats.ros([1.0, 3.0], [False, False])
    assert (result.sd, result.reason) == (pytest.approx(sqrt(2)), None)
