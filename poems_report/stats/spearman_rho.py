"""Spearman's rank correlation with an exact permutation p value."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from poems_report.stats._inputs import (
    FEWEST_POINTS,
    IntArray,
    check_lengths,
    check_option,
    deviations,
    doubled_midranks,
    floats,
    infinite,
)
from poems_report.stats.floors import ALTERNATIVES
from poems_report.stats.permutation import (
    RESAMPLES,
    SAMPLED_N,
    PermutationP,
    check_resamples,
    directed,
    exact_method,
    sampled_orders,
    sampled_p,
)
from poems_report.stats.repeated import correlation, t_p

# 2^n sets of the y values are counted: 36 ms for 10 pairs, and each pair more doubles it at least.
EXACT_N = 10


@dataclass(frozen=True)
class Spearman:
    """Result of `spearman`; what is not estimable is None, and `reason` says why.

    Attributes:
        rho: correlation of the midranks, -1 to 1.
        p: p value for `alternative`; two-sided compares sizes.
        p_floor: smallest p that these values, paired otherwise, could give (in so many random orders, if
            Monte-Carlo); 0 for the t approximation.
        p_error: standard error of a Monte-Carlo p; 0 if exact; None for the t approximation.
        n: pairs used.
        dropped: pairs left out because a value is missing.
        method: how p was found.
        alternative: "two-sided", "greater" or "less".
        reason: why something is not estimable.
    """

    rho: float | None
    p: float | None
    p_floor: float | None
    p_error: float | None
    n: int
    dropped: int
    method: str
    alternative: str
    reason: str | None = None


def spearman(
    x: ArrayLike,
    y: ArrayLike,
    alternative: str = "two-sided",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Spearman:
    """Rank correlation (Spearman 1904), with the p value of its permutation distribution.

    All orders to 10 pairs, by dynamic programming over the sets of ranks already used; a seeded sample of
    orders to 100; the t approximation with n - 2 degrees of freedom beyond. Ties get midranks.
    Two pairs lie on a line whatever they are: not estimable.

    Args:
        x: first value of each pair; a pair with a missing value is dropped.
        y: second value of each pair.
        alternative: "greater" if a positive correlation is expected.
        resamples: number of random orders for 11 to 100 pairs.
        seed: seed of these orders.

    Raises:
        ValueError: lengths that differ, values that are no numbers, an unknown alternative, no resamples.
    """
    check_option("alternative", alternative, ALTERNATIVES)
    check_resamples(resamples)
    first, second = floats("x", x), floats("y", y)
    check_lengths(x=len(first), y=len(second))
    complete = ~np.isnan(first) & ~np.isnan(second)
    dropped = int((~complete).sum())
    first, second = first[complete], second[complete]
    n = len(first)
    reason = infinite(x=first, y=second)
    if reason is None and n < FEWEST_POINTS:
        reason = f"not estimable: {n} pair{'' if n == 1 else 's'}, {FEWEST_POINTS} are needed"
    if reason is None:
        ranks_x, ranks_y = doubled_midranks(first), doubled_midranks(second)
        dx, dy = deviations(ranks_x.astype(np.float64)), deviations(ranks_y.astype(np.float64))
        if dx is not None and dy is not None:
            rho = correlation(dx, dy)
            test = _permutation_p(rho, ranks_x, ranks_y, alternative, resamples, seed)
            return Spearman(rho, test.p, test.p_floor, test.p_error, n, dropped, test.method, alternative)
        reason = f"not estimable: all values of {'x' if dx is None else 'y'} are equal"
    return Spearman(None, None, None, None, n, dropped, "Spearman's rank correlation", alternative, reason)


def _permutation_p(
    rho: float, ranks_x: IntArray, ranks_y: IntArray, alternative: str, resamples: int, seed: int
) -> PermutationP:
    n = len(ranks_x)
    # The sum of products of doubled ranks has this mean over all orders, a whole number.
    mean = n * (n + 1) ** 2
    if n <= EXACT_N:
        counts = _product_counts(ranks_x, ranks_y)
        far = directed(np.arange(len(counts), dtype=np.float64) - mean, alternative)
        possible = counts > 0
        seen = far[int(ranks_x @ ranks_y)]
        orders = factorial(n)
        p = int(counts[far >= seen].sum()) / orders
        p_floor = int(counts[far == far[possible].max()].sum()) / orders
        return PermutationP(p, p_floor, 0.0, exact_method(orders))
    if n <= SAMPLED_N:
        observed = float(int(ranks_x @ ranks_y) - mean)
        blocks = (
            (ranks_y[orders] @ ranks_x - mean).astype(np.float64)
            for orders in sampled_orders(n, resamples, seed)
        )
        return sampled_p(observed, blocks, alternative, resamples, seed)
    return _t_approximation(rho, n, alternative)


def _product_counts(ranks_x: IntArray, ranks_y: IntArray) -> IntArray:
    """Count, for each sum of products, the orders that give it.

    Row `used` of the table holds the sums reached once the x values seen so far are paired with that set
    of y values: 2^n sets instead of n! orders.
    """
    n = len(ranks_x)
    size = int(np.sort(ranks_x) @ np.sort(ranks_y)) + 1
    table = np.zeros((1 << n, size), dtype=np.int64)
    table[0, 0] = 1
    for used in range((1 << n) - 1):
        rank = int(ranks_x[used.bit_count()])
        for place in range(n):
            if not used >> place & 1:
                product = rank * int(ranks_y[place])
                table[used | 1 << place, product:] += table[used, : size - product]
    counts: IntArray = table[-1]
    return counts


def _t_approximation(rho: float, n: int, alternative: str) -> PermutationP:
    two_sided = t_p(rho, n - 2)
    method = f"t approximation, {n - 2} degrees of freedom"
    if alternative == "two-sided":
        return PermutationP(two_sided, 0.0, None, method)
    agrees = (rho > 0) == (alternative == "greater")
    return PermutationP(two_sided / 2 if agrees else 1 - two_sided / 2, 0.0, None, method)
