"""Thousands of random small samples with ties, zeros and censoring, each against all signs or all orders."""

from __future__ import annotations

from itertools import permutations, product
from math import factorial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats as scipy_stats

from poems_report.stats import kendall_tau_b, signed_rank, spearman

Ints = NDArray[np.int64]
SIDES = ("two-sided", "greater", "less")
SIGNS = {n: np.array(list(product((0, 1), repeat=n))) for n in range(1, 9)}
ORDERS = {n: np.array(list(permutations(range(n)))) for n in range(2, 9)}


def sizes(rng: np.random.Generator, low: int, samples: int) -> list[int]:
    """Sizes up to 8, the largest ones often enough."""
    return rng.choice(np.arange(low, 9), samples).tolist()


def share(every: Ints, observed: int, side: str) -> float:
    """Share of all statistics at least as far from 0 as the observed one."""
    turn = {"two-sided": np.abs, "greater": np.positive, "less": np.negative}[side]
    return float((turn(every) >= turn(np.asarray(observed))).mean())


@pytest.mark.parametrize("zeros", ["wilcox", "pratt"])
def test_signed_rank_of_every_pattern_of_signs(zeros: str) -> None:
    rng = np.random.default_rng(1)
    for n in sizes(rng, 1, 1_500):
        d = rng.integers(-4, 5, n)
        kept = d[d != 0] if zeros == "wilcox" else d
        ranks = (2 * scipy_stats.rankdata(np.abs(kept))).astype(int)[kept != 0]
        for side in SIDES:
            result = signed_rank(d, zeros, side)
            if not len(ranks):
                assert (result.p, result.reason) == (None, "not estimable: every difference is zero")
                continue
            every, observed = SIGNS[len(ranks)] @ ranks, int(ranks[kept[kept != 0] > 0].sum())
            upper, lower = float((every >= observed).mean()), float((every <= observed).mean())
            expected = {"two-sided": min(1.0, 2 * min(upper, lower)), "greater": upper, "less": lower}
            assert result.p == expected[side]
            assert result.statistic == observed / 2
            assert result.p_floor is not None and result.p is not None and result.p_floor <= result.p


def test_spearman_of_every_order() -> None:
    rng = np.random.default_rng(2)
    for n in sizes(rng, 3, 1_000):
        x, y = rng.integers(0, 5, (2, n))
        rx, ry = ((2 * scipy_stats.rankdata(v)).astype(int) - n - 1 for v in (x, y))
        if not rx.any() or not ry.any():
            assert "are equal" in str(spearman(x, y).reason)
            continue
        every = ry[ORDERS[n]] @ rx
        for side in SIDES:
            result = spearman(x, y, side)
            assert result.p == share(every, int(rx @ ry), side)
            assert result.p_floor == min(share(every, s, side) for s in (every.min(), every.max()))
            assert str(factorial(n)) in result.method


def certain(values: Ints, codes: Ints) -> Ints:
    """1 where the row's value is certainly above the column's, -1 where below, by the definition of limits."""
    higher = values[:, np.newaxis] > values
    limit_between = (values[:, np.newaxis] == values) & ((codes[:, np.newaxis] != 0) | (codes != 0))
    above = (codes[:, np.newaxis] >= 0) & (codes <= 0) & (higher | limit_between)
    return above.astype(np.int64) - above.T


def test_kendall_of_every_order_with_values_below_and_above_limits() -> None:
    rng = np.random.default_rng(3)
    for n in sizes(rng, 3, 1_000):
        x, y = rng.integers(0, 6, (2, n))
        x_codes, y_codes = rng.choice([-1, 0, 0, 1], (2, n))
        first, second = certain(x, x_codes), certain(y, y_codes)
        side = SIDES[int(rng.integers(3))]
        result = kendall_tau_b(x, y, x_codes, y_codes, side)
        if not first.any() or not second.any():
            assert "certain order" in str(result.reason)
            continue
        i, j = np.triu_indices(n, 1)
        orders = ORDERS[n]
        every = (first[i, j] * second[orders[:, i], orders[:, j]]).sum(axis=1)
        observed = int((first[i, j] * second[i, j]).sum())
        assert result.s == observed
        if "by inversions" in result.method:
            assert result.p == pytest.approx(share(every, observed, side), rel=1e-12)
        else:
            assert result.p == share(every, observed, side)
        assert result.tau == pytest.approx(
            observed / np.sqrt(np.abs(first[i, j]).sum() * np.abs(second[i, j]).sum())
        )
