"""Signed rank against textbooks, scipy and the enumeration of every pattern of signs."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from poems_report.stats import signed_rank, wilcoxon

# Hollander & Wolfe 1973, p. 29: depression factor at two visits.
FIRST_VISIT = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
SECOND_VISIT = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
# Cureton 1967, after Darwin's plants: differences in height.
PLANTS = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]

small_samples = st.lists(st.integers(-4, 4), min_size=1, max_size=7)


def midranks(values: list[int]) -> list[Fraction]:
    return [
        Fraction(2 * sum(other < value for other in values) + sum(other == value for other in values) + 1, 2)
        for value in values
    ]


def enumerated(
    differences: list[int], zeros: str
) -> tuple[Fraction, dict[str, Fraction], dict[str, Fraction]]:
    """Statistic, p and floor from all 2^m patterns of signs, by the definition."""
    kept = [d for d in differences if d != 0] if zeros == "wilcox" else differences
    ranks = [rank for d, rank in zip(kept, midranks([abs(d) for d in kept]), strict=True) if d != 0]
    signs = [d > 0 for d in kept if d != 0]
    sums = [
        sum((r for r, up in zip(ranks, pattern, strict=True) if up), Fraction(0))
        for pattern in product([False, True], repeat=len(ranks))
    ]

    def tails(observed: Fraction) -> dict[str, Fraction]:
        greater = Fraction(sum(s >= observed for s in sums), len(sums))
        less = Fraction(sum(s <= observed for s in sums), len(sums))
        return {"greater": greater, "less": less, "two-sided": min(Fraction(1), 2 * min(greater, less))}

    observed = sum((r for r, up in zip(ranks, signs, strict=True) if up), Fraction(0))
    every = [tails(s) for s in set(sums)]
    floors = {side: min(t[side] for t in every) for side in ("greater", "less", "two-sided")}
    return observed, tails(observed), floors


def test_depression_factor_of_hollander_and_wolfe() -> None:
    differences = np.array(FIRST_VISIT) - np.array(SECOND_VISIT)
    one_sided = signed_rank(differences, alternative="greater")
    two_sided = signed_rank(differences)
    assert one_sided.statistic == 40
    assert one_sided.p == pytest.approx(0.01953, abs=5e-6)
    assert one_sided.p_mid == pytest.approx(0.01660156, abs=5e-9)
    assert two_sided.p == pytest.approx(0.03906, abs=5e-6)
    assert two_sided.estimate == pytest.approx(0.46)
    assert (two_sided.ci_low, two_sided.ci_high) == pytest.approx((0.010, 0.786))
    assert two_sided.level == pytest.approx(0.9609, abs=5e-5)
    assert two_sided.n == 9
    assert "exact" in two_sided.method


def test_plants_of_cureton() -> None:
    result = signed_rank(PLANTS)
    assert result.statistic == 96
    assert result.p == pytest.approx(0.0412597656, abs=5e-11)


@pytest.mark.parametrize(("n", "floor"), [(3, 0.25), (4, 0.125), (5, 0.0625), (6, 0.03125), (8, 0.0078125)])
def test_printed_floors_are_reached_by_the_most_extreme_data(n: int, floor: float) -> None:
    result = signed_rank(range(1, n + 1))
    assert result.p_floor == result.p == floor
    assert signed_rank([1, *range(-n, -1)]).p_floor == floor


@pytest.mark.parametrize("zeros", ["wilcox", "pratt"])
@given(differences=small_samples)
@settings(max_examples=250, deadline=None)
def test_every_pattern_of_signs(differences: list[int], zeros: str) -> None:
    statistic, p, floors = enumerated(differences, zeros)
    for side in ("two-sided", "greater", "less"):
        result = signed_rank(differences, zeros=zeros, alternative=side)
        assert result.zeros == differences.count(0)
        if not any(differences):
            assert (result.p, result.p_floor, result.statistic) == (None, None, None)
            assert result.reason == "not estimable: every difference is zero" or len(differences) == 1
            continue
        assert result.statistic == statistic
        assert result.p == pytest.approx(float(p[side]), abs=1e-12)
        assert result.p_floor == pytest.approx(float(floors[side]), abs=1e-12)
        assert result.n == len(differences) - (differences.count(0) if zeros == "wilcox" else 0)


@given(differences=st.lists(st.integers(-30, 30), min_size=2, max_size=12))
@settings(max_examples=150, deadline=None)
def test_hodges_lehmann_is_the_median_of_all_averages(differences: list[int]) -> None:
    result = signed_rank(differences)
    averages = sorted(
        Fraction(first + second, 2) for i, first in enumerate(differences) for second in differences[i:]
    )
    assert result.estimate == pytest.approx(float(np.median([float(a) for a in averages])))
    assert result.ci_low in [float(a) for a in averages]
    assert result.ci_high in [float(a) for a in averages]


@pytest.mark.parametrize(("n", "level"), [(6, 0.95), (8, 0.95), (10, 0.9), (15, 0.99), (25, 0.95)])
def test_interval_holds_the_shifts_that_the_test_does_not_reject(n: int, level: float) -> None:
    d = np.random.default_rng(n).normal(1.0, 2.0, n)
    result = signed_rank(d, level=level)
    assert result.ci_low is not None
    assert result.ci_high is not None
    assert result.level is not None
    assert level <= result.level < 1
    for shift, rejected in [
        (result.ci_low - 1e-6, True),
        (result.ci_low + 1e-6, False),
        (result.ci_high - 1e-6, False),
        (result.ci_high + 1e-6, True),
    ]:
        p = stats.wilcoxon(d - shift, method="exact").pvalue
        assert (p <= 1 - level + 1e-12) == rejected
    outside = stats.wilcoxon(d - (result.ci_low - 1e-6), method="exact").pvalue
    assert result.level == pytest.approx(1 - outside)


@pytest.mark.parametrize(("n", "level"), [(2, 0.5), (3, 0.75), (4, 0.875), (5, 0.9375)])
def test_too_few_pairs_give_the_widest_interval_and_its_level(n: int, level: float) -> None:
    d = [2.0, -1.0, 4.0, 0.5, 3.0][:n]
    result = signed_rank(d)
    assert (result.ci_low, result.ci_high) == (min(d), max(d))
    assert result.level == pytest.approx(level)


@pytest.mark.parametrize("n", [20, 60, 200])
def test_untied_p_is_scipys_exact_p(n: int) -> None:
    d = np.random.default_rng(n).normal(0.3, 1.0, n)
    for side in ("two-sided", "greater", "less"):
        expected = stats.wilcoxon(d, alternative=side, method="exact").pvalue
        assert signed_rank(d, alternative=side).p == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("zeros", ["wilcox", "pratt"])
@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_beyond_two_hundred_pairs_the_normal_approximation_is_scipys(zeros: str, side: str) -> None:
    d = np.random.default_rng(5).integers(-20, 24, 400)
    result = signed_rank(d, zeros=zeros, alternative=side)
    expected = stats.wilcoxon(d, zero_method=zeros, correction=True, alternative=side, method="asymptotic")
    assert result.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert "normal approximation" in result.method
    extreme = stats.wilcoxon(
        -np.abs(d) if side == "less" else np.abs(d),
        zero_method=zeros, correction=True, alternative=side, method="asymptotic",
    )  # fmt: skip
    assert result.p_floor == pytest.approx(extreme.pvalue, rel=1e-6, abs=0)
    assert result.p_mid is not None
    assert result.p is not None
    assert result.p_mid < result.p


def test_exact_and_approximate_results_meet_at_the_border() -> None:
    d = np.random.default_rng(11).normal(0.15, 1.0, 201)
    exact, beyond = signed_rank(d[:200]), signed_rank(d)
    assert "exact" in exact.method
    assert "normal" in beyond.method
    assert (exact.level, beyond.level) == pytest.approx((0.95, 0.95), abs=2e-3)
    assert exact.ci_low == pytest.approx(beyond.ci_low, abs=0.02)


def test_large_samples_select_averages_without_making_all_of_them() -> None:
    d = np.random.default_rng(3).normal(2.0, 1.0, 1200)
    averages = np.sort((d[:, None] + d[None, :])[np.triu_indices(1200)] / 2)
    result = signed_rank(d)
    assert result.estimate == pytest.approx(float(np.median(averages)), rel=1e-12)
    for end in (result.ci_low, result.ci_high):
        assert np.abs(averages - end).min() < 1e-12
    assert result.ci_low is not None
    assert result.ci_high is not None
    outside = np.count_nonzero(averages < result.ci_low - 1e-12)
    assert outside == np.count_nonzero(averages > result.ci_high + 1e-12)
    mean, sd = 1200 * 1201 / 4, np.sqrt(1200 * 1201 * 2401 / 24)
    assert outside == pytest.approx(mean - 1.96 * sd, abs=2)


def test_ten_thousand_ties() -> None:
    result = signed_rank(np.ones(10_000))
    assert (result.estimate, result.ci_low, result.ci_high) == (1.0, 1.0, 1.0)
    assert result.statistic == 10_000 * 10_001 / 2
    nothing = signed_rank(np.zeros(10_000))
    assert nothing.p is None
    assert nothing.reason == "not estimable: every difference is zero"
    assert (nothing.n, nothing.zeros) == (0, 10_000)


def test_missing_differences_are_dropped_and_counted() -> None:
    assert signed_rank([1.0, None, 3.0, float("nan"), -2.0]).dropped == 2
    assert signed_rank([1.0, None, 3.0, float("nan"), -2.0]).p == signed_rank([1.0, 3.0, -2.0]).p
    masked = np.ma.MaskedArray([1.0, 9.0, 3.0, -2.0], mask=[False, True, False, False])
    assert signed_rank(masked).dropped == 1


@pytest.mark.parametrize(
    ("differences", "reason"),
    [
        ([], "not estimable: no difference"),
        ([None, None], "not estimable: no difference"),
        ([1.0, float("inf"), 2.0], "not estimable: infinite value in differences"),
        ([1.0, float("-inf")], "not estimable: infinite value in differences"),
    ],
)
def test_what_cannot_be_estimated_says_why(differences: list[float], reason: str) -> None:
    result = signed_rank(differences)
    assert result.reason == reason
    assert (result.statistic, result.p, result.p_floor, result.estimate, result.ci_low) == (None,) * 5


def test_one_difference_has_an_estimate_but_no_interval() -> None:
    result = signed_rank([2.5])
    assert (result.estimate, result.p, result.p_floor) == (2.5, 1.0, 1.0)
    assert (result.ci_low, result.ci_high, result.level) == (None, None, None)
    assert result.reason == "interval not estimable: one difference"


def test_huge_numbers_do_not_overflow() -> None:
    result = signed_rank([1.7e308, 1.6e308, 1.5e308])
    assert result.estimate == pytest.approx(1.6e308)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: signed_rank([1, 2], zeros="drop"), "zeros must be one of wilcox, pratt"),
        (lambda: signed_rank([1, 2], alternative="up"), "alternative must be one of"),
        (lambda: signed_rank([1, 2], level=1.0), "level must lie between 0 and 1"),
        (lambda: signed_rank(["a", "b"]), "differences must hold numbers"),
        (lambda: signed_rank([[1, 2], [3, 4]]), "one-dimensional"),
    ],
)
def test_wrong_usage_is_named(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_fifty_tied_pairs_take_less_than_five_milliseconds() -> None:
    d = np.random.default_rng(0).integers(-9, 12, 50)
    signed_rank(d)
    times = []
    for _ in range(10):
        start = time.process_time()
        signed_rank(d)
        times.append(time.process_time() - start)
    assert min(times) < 0.005


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_selected_averages_of_many_tied_differences_are_those_of_all_pairs(digits: int) -> None:
    d = np.round(np.random.default_rng(7).normal(-0.3, 1.0, 1100), digits)
    averages = np.sort((d[:, None] + d[None, :])[np.triu_indices(len(d))] / 2)
    places = (0, 1, 77, len(averages) // 2, len(averages) // 2 + 1, len(averages) - 78, len(averages) - 1)
    found = wilcoxon._walsh_averages(d, places)
    assert found == pytest.approx([averages[place] for place in places], abs=1e-14)
