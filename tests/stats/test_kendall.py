"""Kendall's tau-b against a textbook, scipy and the definition, pair by pair and order by order."""

from __future__ import annotations

from itertools import combinations, permutations
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from poems_report.stats import kendall_tau_b

HUNTER = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
PANEL = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]

Reported = tuple[int, int]
reported = st.tuples(st.integers(0, 4), st.sampled_from([-1, 0, 0, 0, 1]))


def certainly_above(first: Reported, second: Reported) -> bool:
    """The definition: every value that the first may have exceeds every one that the second may have."""
    (value, side), (other, other_side) = first, second
    if side < 0 or other_side > 0:
        return False
    if side == 0 and other_side == 0:
        return value > other
    return value >= other


def order(first: Reported, second: Reported) -> int:
    return certainly_above(first, second) - certainly_above(second, first)


def score(x: list[Reported], y: list[Reported]) -> int:
    return sum(order(x[i], x[j]) * order(y[i], y[j]) for i, j in combinations(range(len(x)), 2))


def ordered_pairs(x: list[Reported]) -> int:
    return sum(order(first, second) != 0 for first, second in combinations(x, 2))


def call(x: list[Reported], y: list[Reported], **options: object):
    return kendall_tau_b(
        [value for value, _ in x], [value for value, _ in y], [side for _, side in x], [side for _, side in y],
        **options,
    )  # fmt: skip


def test_tuna_of_hollander_and_wolfe() -> None:
    result = kendall_tau_b(HUNTER, PANEL)
    # The printed T = 26 counts concordant pairs; of 36, 10 are discordant.
    assert result.s == 26 - 10
    assert result.tau == pytest.approx(0.4444444, abs=5e-8)
    assert result.p == pytest.approx(0.11944, abs=5e-6)
    assert kendall_tau_b(HUNTER, PANEL, alternative="greater").p == pytest.approx(0.05972, abs=5e-6)
    assert kendall_tau_b(HUNTER, [-v for v in PANEL], alternative="less").p == pytest.approx(
        0.05972, abs=5e-6
    )
    assert (result.n, result.censored, result.ties_x, result.ties_y) == (9, 0, 0, 0)
    assert "exact" in result.method


@pytest.mark.parametrize(("n", "floor"), [(3, 0.3333), (4, 0.0833), (5, 0.0167)])
def test_printed_floors(n: int, floor: float) -> None:
    perfect = kendall_tau_b(range(n), range(n))
    assert perfect.p_floor == pytest.approx(floor, abs=5e-5)
    assert perfect.p == pytest.approx(perfect.p_floor)
    assert perfect.tau == 1.0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((2, -1), (2, 0), -1),
        ((2, -1), (1, 0), 0),
        ((2, -1), (3, -1), 0),
        ((2, -1), (2, -1), 0),
        ((2, -1), (2, 1), -1),
        ((3, -1), (2, 1), 0),
        ((2, 1), (2, 0), 1),
        ((2, 1), (3, 0), 0),
        ((2, 1), (3, 1), 0),
        ((2, 0), (2, 0), 0),
        ((3, 0), (2, 0), 1),
    ],
)
def test_order_of_values_below_and_above_limits(first: Reported, second: Reported, expected: int) -> None:
    assert order(first, second) == expected
    result = call([first, second, (9, 0)], [(2, 0), (1, 0), (1, 0)])
    assert result.s == expected + order(first, (9, 0))


@given(st.lists(st.tuples(reported, reported), min_size=2, max_size=40))
@settings(max_examples=200, deadline=None)
def test_score_and_ties_by_definition(pairs: list[tuple[Reported, Reported]]) -> None:
    x, y = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    result = call(x, y, resamples=1)
    total = len(x) * (len(x) - 1) // 2
    assert result.s == score(x, y)
    assert (result.ties_x, result.ties_y) == (total - ordered_pairs(x), total - ordered_pairs(y))
    assert result.censored == sum(a[1] != 0 or b[1] != 0 for a, b in pairs)
    if result.tau is None:
        few, ordered = "2 observations, 3 are needed", min(ordered_pairs(x), ordered_pairs(y))
        why = few if len(pairs) == 2 else "no two values of" if ordered == 0 else "nothing else"
        assert str(result.reason).startswith(f"not estimable: {why}")
        assert result.p is result.p_floor is result.p_error is None
    else:
        assert result.tau == pytest.approx(score(x, y) / sqrt(ordered_pairs(x) * ordered_pairs(y)))


@given(st.lists(st.tuples(reported, reported), min_size=3, max_size=6))
@settings(max_examples=120, deadline=None)
def test_every_order_with_ties_and_censoring(pairs: list[tuple[Reported, Reported]]) -> None:
    x, y = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if min(ordered_pairs(x), ordered_pairs(y)) == 0:
        assert call(x, y).p is None
        return
    seen = score(x, y)
    every = np.array([score(x, list(other)) for other in permutations(y)])
    for side, turned, observed in (
        ("two-sided", np.abs(every), abs(seen)), ("greater", every, seen), ("less", -every, -seen),
    ):  # fmt: skip
        result = call(x, y, alternative=side)
        assert result.p == pytest.approx(float((turned >= observed).mean()), abs=1e-12)
        assert result.p_floor == pytest.approx(float((turned == turned.max()).mean()), abs=1e-12)
        assert result.p_error == 0.0


@pytest.mark.parametrize("n", [4, 9, 30, 120])
@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_untied_p_is_scipys_exact_p(n: int, side: str) -> None:
    x, y = np.random.default_rng(n).normal(size=(2, n))
    expected = stats.kendalltau(x, y, method="exact", alternative=side)
    result = kendall_tau_b(x, y, alternative=side)
    assert (result.tau, result.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)


@pytest.mark.parametrize("n", [60, 500])
@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
def test_large_tied_samples_have_scipys_variance_and_a_continuity_correction(n: int, side: str) -> None:
    rng = np.random.default_rng(n)
    x = rng.integers(0, 9, n)
    y = x + rng.integers(-12, 12, n)
    expected = stats.kendalltau(x, y, method="asymptotic")
    result = kendall_tau_b(x, y, alternative=side)
    assert result.tau == pytest.approx(expected.statistic, abs=1e-12)
    assert result.s is not None
    sd = abs(result.s) / stats.norm.isf(expected.pvalue / 2)
    tail = {
        "two-sided": 2 * stats.norm.sf((abs(result.s) - 1) / sd),
        "greater": stats.norm.sf((result.s - 1) / sd),
        "less": stats.norm.cdf((result.s + 1) / sd),
    }[side]
    assert result.p == pytest.approx(tail, rel=1e-6)
    assert "normal approximation" in result.method
    assert (result.p_error, result.p_floor) == (None, 0.0)


def test_censored_normal_approximation_is_near_the_permutation_distribution() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.integers(0, 12, (2, 51))
    y = np.where(rng.random(51) < 0.5, x, y)
    sides_x, sides_y = rng.choice([-1, 0, 0, 1], (2, 51))
    large = kendall_tau_b(x, y, sides_x, sides_y)
    assert "normal" in large.method
    left = list(zip(x.tolist(), sides_x.tolist(), strict=True))
    right = list(zip(y.tolist(), sides_y.tolist(), strict=True))
    signs_x = np.array([[order(a, b) for b in left] for a in left])
    signs_y = np.array([[order(a, b) for b in right] for a in right])
    shuffles = (rng.permutation(51) for _ in range(4000))
    scores = np.array([(signs_x * signs_y[np.ix_(p, p)]).sum() / 2 for p in shuffles])
    assert large.s == (signs_x * signs_y).sum() / 2
    share = (np.abs(scores) >= abs(large.s)).mean()
    assert large.p == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / 4000) + 0.004)


def test_monte_carlo_states_its_error_and_is_repeatable() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 6, (2, 14))
    sides = rng.choice([-1, 0, 0], 14)
    result = kendall_tau_b(x, y, sides, None)
    left = list(zip(x.tolist(), sides.tolist(), strict=True))
    right = [(value, 0) for value in y.tolist()]
    signs_x = np.array([[order(a, b) for b in left] for a in left])
    signs_y = np.array([[order(a, b) for b in right] for a in right])
    shuffles = (rng.permutation(14) for _ in range(6000))
    scores = np.array([(signs_x * signs_y[np.ix_(p, p)]).sum() / 2 for p in shuffles])
    share = (np.abs(scores) >= abs((signs_x * signs_y).sum() / 2)).mean()
    assert result.p == pytest.approx(share, abs=5 * sqrt(share * (1 - share) / 6000))
    assert result.p is not None
    assert result.p_error == pytest.approx(sqrt(result.p * (1 - result.p) / 19_999))
    assert result.p_floor == 1 / 20_000
    assert "Monte-Carlo" in result.method
    assert result == kendall_tau_b(x, y, sides, None)
    assert result != kendall_tau_b(x, y, sides, None, seed=9)


def test_ten_thousand_ties_and_a_hundred_thousand_values() -> None:
    assert kendall_tau_b(np.ones(10_000), np.arange(10_000)).reason == (
        "not estimable: no two values of x have a certain order"
    )
    rng = np.random.default_rng(0)
    x = rng.integers(0, 50, 100_000)
    y = x + rng.integers(-200, 200, 100_000)
    result = kendall_tau_b(x, y)
    assert result.tau == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


def test_everything_censored_is_not_estimable() -> None:
    result = kendall_tau_b([2, 2, 3], [1, 2, 3], x_censored=[-1, -1, -1])
    assert result.reason == "not estimable: no two values of x have a certain order"
    assert (result.tau, result.p, result.s, result.n, result.censored) == (None, None, 0, 3, 3)
    other = kendall_tau_b([1, 2, 3], [2, 2, 3], None, [1, 1, 1])
    assert other.reason == "not estimable: no two values of y have a certain order"


def test_missing_values_are_dropped_with_their_flags_and_counted() -> None:
    result = kendall_tau_b([1, None, 3, 4], [2, 5, 3, float("nan")], [0, -1, 0, 1], [0, 0, 0, 0])
    assert (result.n, result.dropped, result.censored, result.s) == (2, 2, 0, 1)


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [], "not estimable: 0 observations, 3 are needed"),
        ([1], [1], "not estimable: 1 observation, 3 are needed"),
        ([1, inf], [1, 2], "not estimable: infinite value in x"),
    ],
)
def test_what_cannot_be_estimated_says_why(x: list[float], y: list[float], reason: str) -> None:
    result = kendall_tau_b(x, y)
    assert result.reason == reason
    assert (result.tau, result.p, result.s) == (None, None, None)


def test_two_observations_have_a_score_and_no_correlation() -> None:
    result = kendall_tau_b([1, 2], [5, 3])
    assert (result.tau, result.p, result.p_floor, result.s) == (None, None, None, -1)
    assert result.reason == "not estimable: 2 observations, 3 are needed"


def test_wrong_usage_is_named() -> None:
    with pytest.raises(ValueError, match="lengths differ: x 2, y 3"):
        kendall_tau_b([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="lengths differ: values 2, x_censored 1"):
        kendall_tau_b([1, 2], [1, 2], [0])
    with pytest.raises(ValueError, match="y_censored must hold -1"):
        kendall_tau_b([1, 2], [1, 2], None, [0, 2])
    # True names no side; all False is nothing censored.
    with pytest.raises(ValueError, match="x_censored must hold -1"):
        kendall_tau_b([1, 2], [1, 2], [False, True])
    assert kendall_tau_b([1, 2], [1, 2], [False, False]).censored == 0
    with pytest.raises(ValueError, match="alternative"):
        kendall_tau_b([1, 2], [1, 2], alternative="more")
    with pytest.raises(ValueError, match="resamples"):
        kendall_tau_b([1, 2], [1, 2], resamples=-1)
