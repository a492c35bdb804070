"""Spearman's correlation against a textbook, scipy and the enumeration of every order."""

from __future__ import annotations

import time
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from poems_report.stats import spearman

# Hollander & Wolfe 1973, p. 187: Hunter L measure of canned tuna and the panel's score.
HUNTER = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
PANEL = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]

tied_pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=6)


def test_tuna_of_hollander_and_wolfe() -> None:
    result = spearman(HUNTER, PANEL)
    assert result.rho == pytest.approx(0.6)
    # The printed S, the sum of squared differences of ranks, is 48.
    assert (stats.rankdata(HUNTER) - stats.rankdata(PANEL)) @ (
        stats.rankdata(HUNTER) - stats.rankdata(PANEL)
    ) == 48
    assert result.p == pytest.approx(0.0967978, abs=5e-8)
    assert spearman(HUNTER, PANEL, alternative="greater").p == pytest.approx(0.0484, abs=5e-5)
    assert (result.n, result.dropped, result.p_error) == (9, 0, 0.0)
    assert "exact" in result.method
    assert stats.spearmanr(HUNTER, PANEL).pvalue == pytest.approx(0.0876, abs=5e-5)


@pytest.mark.parametrize(("n", "floor"), [(3, 0.3333), (4, 0.0833), (5, 0.0167)])
def test_printed_floors(n: int, floor: float) -> None:
    perfect = spearman(range(n), range(n))
    assert perfect.p_floor == pytest.approx(floor, abs=5e-5)
    assert perfect.p == perfect.p_floor
    assert perfect.rho == 1.0
    assert spearman(range(n), [1, *range(n, 1, -1)]).p_floor == perfect.p_floor


@given(pairs=tied_pairs)
@settings(max_examples=150, deadline=None)
def test_every_order(pairs: list[tuple[int, int]]) -> None:
    x, y = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert spearman(x, y).reason in (
            "not estimable: all values of x are equal",
            "not estimable: all values of y are equal",
        )
        return
    observed = stats.spearmanr(x, y).statistic
    ranks_x, ranks_y = stats.rankdata(x), stats.rankdata(y)
    every = np.array([np.corrcoef(ranks_x, order)[0, 1] for order in permutations(ranks_y)])
    for side, turned, seen in (
        ("two-sided", np.abs(every), abs(observed)),
        ("greater", every, observed),
        ("less", -every, -observed),
    ):
        result = spearman(x, y, alternative=side)
        assert result.rho == pytest.approx(observed, abs=1e-12)
        assert result.p == pytest.approx(float((turned >= seen - 1e-9).mean()), abs=1e-12)
        assert result.p_floor == pytest.approx(float((turned >= turned.max() - 1e-9).mean()), abs=1e-12)


def test_ten_pairs_are_exact_in_less_than_a_second() -> None:
    x, y = np.random.default_rng(2).normal(size=(2, 10))
    start = time.process_time()
    result = spearman(x, y)
    assert time.process_time() - start < 1
    assert result.method == f"exact permutation (all {factorial(10)} orders)"
    assert result.p_floor == pytest.approx(2 / factorial(10))


def test_ten_pairs_against_a_published_critical_value() -> None:
    # Zar 1972: for n = 10 the two-sided critical value at 0.05 is 0.648, at 0.01 it is 0.794.
    base = list(range(1, 11))

    def p_at_sum_of_squares(wanted: int) -> float:
        rng = np.random.default_rng(0)
        while True:
            order = rng.permutation(base)
            if int(((order - base) ** 2).sum()) == wanted:
                p = spearman(base, order).p
                assert p is not None
                return p

    # rho = 1 - S / 165: 0.648 at S = 58 and 0.636 at S = 60; 0.794 at S = 34 and 0.782 at S = 36.
    assert p_at_sum_of_squares(58) <= 0.05 < p_at_sum_of_squares(60)
    assert p_at_sum_of_squares(34) <= 0.01 < p_at_sum_of_squares(36)


def test_monte_carlo_agrees_with_enumeration_and_states_its_error() -> None:
    # Zar 1972: for n = 12 the two-sided critical values are 0.587 at 0.05 and 0.727 at 0.01.
    rng = np.random.default_rng(0)
    base = np.arange(1, 13)
    while True:
        order = rng.permutation(base)
        if int(((order - base) ** 2).sum()) == 118:
            break
    result = spearman(base, order)
    assert result.rho == pytest.approx(0.587, abs=5e-4)
    assert result.p_error == pytest.approx(np.sqrt(0.05 * 0.95 / 19_999), rel=0.1)
    assert result.p == pytest.approx(0.05, abs=4 * 0.0015)
    assert result.p_floor == 1 / 20_000
    assert "Monte-Carlo" in result.method
    assert "standard error 0.0015" in result.method
    assert result == spearman(base, order)
    assert result.p != spearman(base, order, seed=3).p
    few = spearman(base, order, resamples=99)
    assert few.p is not None
    assert few.p * 100 == pytest.approx(round(few.p * 100))


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("sign", [1, -1])
def test_beyond_a_hundred_pairs_the_t_approximation_is_scipys(side: str, sign: int) -> None:
    rng = np.random.default_rng(8)
    x = rng.integers(0, 40, 130)
    y = sign * x + rng.integers(-60, 60, 130)
    result = spearman(x, y, alternative=side)
    expected = stats.spearmanr(x, y, alternative=side)
    assert result.rho == pytest.approx(expected.statistic, abs=1e-12)
    assert result.p == pytest.approx(expected.pvalue, rel=1e-8)
    assert (result.p_error, result.p_floor) == (None, 0.0)
    assert "t approximation, 128" in result.method


def test_missing_pairs_are_dropped_and_counted() -> None:
    nan = float("nan")
    result = spearman([1, 2, None, 4, 5, nan], [2, 1, 3, nan, 5, nan])
    assert (result.n, result.dropped) == (3, 3)
    assert result.rho == spearman([1, 2, 5], [2, 1, 5]).rho


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [], "not estimable: 0 pairs, 3 are needed"),
        ([1], [1], "not estimable: 1 pair, 3 are needed"),
        ([1, 2], [5, 3], "not estimable: 2 pairs, 3 are needed"),
        ([3, 3, 3], [1, 2, 3], "not estimable: all values of x are equal"),
        ([1, 2, 3], [3, 3, 3], "not estimable: all values of y are equal"),
        (np.ones(10_000), np.arange(10_000), "not estimable: all values of x are equal"),
        ([1, 2, float("inf")], [1, 2, 3], "not estimable: infinite value in x"),
        ([1, float("inf")], [-float("inf"), 3], "not estimable: infinite value in x and y"),
    ],
)
def test_what_cannot_be_estimated_says_why(x: list[float], y: list[float], reason: str) -> None:
    result = spearman(x, y)
    assert result.reason == reason
    assert (result.rho, result.p, result.p_floor, result.p_error) == (None,) * 4


def test_wrong_usage_is_named() -> None:
    with pytest.raises(ValueError, match="lengths differ: x 2, y 3"):
        spearman([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="alternative must be one of"):
        spearman([1, 2], [1, 2], alternative="both")
    with pytest.raises(ValueError, match="resamples"):
        spearman([1, 2], [1, 2], resamples=0)
