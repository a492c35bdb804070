"""Kendall's tau-b of values that may lie below or above a limit, with a permutation p value."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from poems_report.stats._inputs import (
    FEWEST_POINTS,
    FloatArray,
    IntArray,
    check_lengths,
    check_option,
    floats,
    infinite,
    sides,
)
from poems_report.stats.floors import ALTERNATIVES, permutation_floor
from poems_report.stats.permutation import (
    ENUMERATED_N,
    RESAMPLES,
    PermutationP,
    all_orders,
    check_resamples,
    directed,
    exact_p,
    sampled_orders,
    sampled_p,
)

# Up to so many without ties the exact distribution costs milliseconds; beyond, the normal one is used.
UNTIED_EXACT_N = 150
# Up to so many with ties random orders cost a fraction of a second (their pairs grow with the square of n).
SAMPLED_N = 50


@dataclass(frozen=True)
class KendallTau:
    """Result of `kendall_tau_b`; what is not estimable is None, and `reason` says why.

    Attributes:
        tau: tau-b, -1 to 1; pairs whose order is uncertain count as ties.
        p: p value for `alternative`; two-sided compares sizes.
        p_floor: smallest p that these values, paired otherwise, could give (in so many random orders, if
            Monte-Carlo); 0 for the normal approximation.
        p_error: standard error of a Monte-Carlo p; 0 if exact; None for the normal approximation.
        s: concordant less discordant pairs.
        n: observations used.
        ties_x: pairs whose order in x is equal or uncertain.
        ties_y: pairs whose order in y is equal or uncertain.
        censored: observations with a censored value.
        dropped: observations left out because a value is missing.
        method: how p was found.
        alternative: "two-sided", "greater" or "less".
        reason: why something is not estimable.
    """

    tau: float | None
    p: float | None
    p_floor: float | None
    p_error: float | None
    s: int | None
    n: int
    ties_x: int | None
    ties_y: int | None
    censored: int
    dropped: int
    method: str
    alternative: str
    reason: str | None = None


@dataclass(frozen=True)
class _Bounds:
    """Each value as the whole numbers it may lie between: one is certainly above another if low > high."""

    low: IntArray
    high: IntArray

    def wins(self) -> tuple[IntArray, IntArray]:
        """Return how many others each observation is certainly above, and certainly below."""
        above = np.searchsorted(np.sort(self.high), self.low, side="left")
        below = len(self.low) - np.searchsorted(np.sort(self.low), self.high, side="right")
        return above.astype(np.int64), below.astype(np.int64)

    def signs(self) -> NDArray[np.int8]:
        """Return the certain order of every two observations: 1, 0 or -1."""
        above = (self.low[:, np.newaxis] > self.high[np.newaxis, :]).astype(np.int8)
        return above - above.T


def kendall_tau_b(
    x: ArrayLike,
    y: ArrayLike,
    x_censored: ArrayLike | None = None,
    y_censored: ArrayLike | None = None,
    alternative: str = "two-sided",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> KendallTau:
    """Rank correlation by pairs (Kendall 1938, 1945), for values reported as below or above a limit too.

    `<2` is certainly below 2 and below `>1`, but of uncertain order to 1, to `<3` and to another `<2`;
    pairs of uncertain order count as ties (Helsel 2012, chapter 12). Two observations have a score and no tau,
    which would be 1 or -1 whatever they are.

    The p value is exact for up to 150 observations without ties or censoring, and for up to 9 with them,
    by all permutations; by a seeded sample of permutations to 50; beyond by the normal approximation with
    the exact variance over all permutations, and continuity correction.

    Args:
        x: first value of each observation, or the limit if censored; missing ones are dropped.
        y: second value of each observation, or the limit.
        x_censored: -1 if the value lies below its limit, 0 if it was measured, 1 if it lies above.
        y_censored: the same for y.
        alternative: "greater" if a positive correlation is expected.
        resamples: number of random permutations.
        seed: seed of these permutations.

    Raises:
        ValueError: lengths that differ, values that are no numbers, codes other than -1, 0 and 1
            (True among them, which names no side), an unknown alternative, no resamples.
    """
    check_option("alternative", alternative, ALTERNATIVES)
    check_resamples(resamples)
    first, second = floats("x", x), floats("y", y)
    sides_x = sides("x_censored", x_censored, len(first))
    sides_y = sides("y_censored", y_censored, len(second))
    check_lengths(x=len(first), y=len(second))
    complete = ~np.isnan(first) & ~np.isnan(second)
    first, second = first[complete], second[complete]
    sides_x, sides_y = sides_x[complete], sides_y[complete]
    n, dropped = len(first), int((~complete).sum())
    censored = int(((sides_x != 0) | (sides_y != 0)).sum())

    def missing(
        reason: str, s: int | None = None, ties: tuple[int | None, int | None] = (None, None)
    ) -> KendallTau:
        return KendallTau(
            None, None, None, None, s, n, *ties, censored, dropped, "Kendall's tau-b", alternative, reason
        )

    reason = infinite(x=first, y=second)
    if reason:
        return missing(reason)
    few = f"not estimable: {n} observation{'' if n == 1 else 's'}, {FEWEST_POINTS} are needed"
    if n < 2:
        return missing(few)
    bounds_x, bounds_y = _bounds(first, sides_x), _bounds(second, sides_y)
    pairs = n * (n - 1) // 2
    ordered_x, ordered_y = int(bounds_x.wins()[0].sum()), int(bounds_y.wins()[0].sum())
    ties = (pairs - ordered_x, pairs - ordered_y)
    s = _score(bounds_x, bounds_y)
    if n < FEWEST_POINTS:
        return missing(few, s, ties)
    if ordered_x == 0 or ordered_y == 0:
        which = "x" if ordered_x == 0 else "y"
        return missing(f"not estimable: no two values of {which} have a certain order", s, ties)
    tau = s / sqrt(ordered_x * ordered_y)
    untied = ordered_x == ordered_y == pairs
    test = _p_value(s, bounds_x, bounds_y, untied, alternative, resamples, seed)
    return KendallTau(
        tau=max(-1.0, min(1.0, tau)),
        p=test.p,
        p_floor=test.p_floor,
        p_error=test.p_error,
        s=s,
        n=n,
        ties_x=ties[0],
        ties_y=ties[1],
        censored=censored,
        dropped=dropped,
        method=test.method,
        alternative=alternative,
    )


def _bounds(values: FloatArray, side: IntArray) -> _Bounds:
    """Spread distinct values three apart, so that "below" and "above" fit between them."""
    place = 3 * (np.unique(values, return_inverse=True)[1].astype(np.int64) + 1)
    low = np.where(side < 0, -1, place + (side > 0))
    high = np.where(side > 0, 3 * len(values) + 6, place - (side < 0))
    return _Bounds(low, high)


def _score(x: _Bounds, y: _Bounds) -> int:
    """Return concordant less discordant pairs, in n log^2 n steps."""
    return _dominated(x.low, y.low, x.high, y.high) - _dominated(x.low, -y.high, x.high, -y.low)


def _dominated(low_x: IntArray, low_y: IntArray, high_x: IntArray, high_y: IntArray) -> int:
    """Count ordered pairs (i, j) with low_x[i] > high_x[j] and low_y[i] > high_y[j].

    With j sorted by high_x, the j below i are a first part of that order. It is cut into blocks of lengths
    that are powers of two (the binary digits of its length), within which high_y is kept sorted.
    """
    n = len(low_x)
    by_x = np.argsort(high_x, kind="stable")
    prefix = np.searchsorted(high_x[by_x], low_x, side="left")
    values = np.unique(np.concatenate([low_y, high_y]), return_inverse=True)[1].astype(np.int64)
    query, stored = values[:n], values[n:][by_x]
    step = 2 * n
    count = 0
    length = 1
    while length <= n:
        block = np.arange(n) // length
        keys = np.sort(block * step + stored)
        asked = (prefix & length) != 0
        own = prefix[asked] // (2 * length) * 2
        ends = np.searchsorted(keys, own * step + query[asked], side="left")
        count += int((ends - own * length).sum())
        length *= 2
    return count


def _p_value(
    s: int, x: _Bounds, y: _Bounds, untied: bool, alternative: str, resamples: int, seed: int
) -> PermutationP:
    n = len(x.low)
    if untied and n <= UNTIED_EXACT_N:
        return _untied_p(s, n, alternative)
    if n <= ENUMERATED_N:
        return exact_p(s, _scores(x.signs(), y.signs(), all_orders(n).astype(np.intp)), alternative)
    if n <= SAMPLED_N:
        signs = x.signs(), y.signs()
        blocks = (_scores(*signs, orders) for orders in sampled_orders(n, resamples, seed))
        return sampled_p(s, blocks, alternative, resamples, seed)
    return _normal_p(s, x, y, alternative)


def _scores(signs_x: NDArray[np.int8], signs_y: NDArray[np.int8], orders: NDArray[np.intp]) -> FloatArray:
    """Return the score of every order: concordant less discordant pairs once y is permuted so."""
    n = len(signs_x)
    flat = signs_y.ravel()
    scores = np.zeros(len(orders), dtype=np.int64)
    columns = np.ascontiguousarray(orders.T)
    for i in range(n):
        for j in range(i):
            if signs_x[i, j]:
                scores += int(signs_x[i, j]) * flat[columns[i] * n + columns[j]]
    return scores.astype(np.float64)


def _untied_p(s: int, n: int, alternative: str) -> PermutationP:
    """Exact p without ties, from the number of permutations by inversions (Kendall 1938)."""
    pairs = n * (n - 1) // 2
    share = np.ones(1)
    for size in range(2, n + 1):
        share = np.convolve(share, np.full(size, 1.0 / size))
    # Score s goes with (pairs - s) / 2 inversions; the distribution is the same from both ends.
    at_least = (pairs - (s if alternative == "greater" else -s if alternative == "less" else abs(s))) // 2
    tail = float(share[: at_least + 1].sum())
    p = min(1.0, 2 * tail) if alternative == "two-sided" else min(1.0, tail)
    return PermutationP(
        p, permutation_floor(n, alternative), 0.0, "exact permutation (by inversions, no ties)"
    )


def _normal_p(s: int, x: _Bounds, y: _Bounds, alternative: str) -> PermutationP:
    """Normal approximation; the variance over all permutations after Daniels (1944)."""
    from scipy.special import ndtr

    n = len(x.low)
    parts = []
    for bounds in (x, y):
        above, below = (wins.astype(np.float64) for wins in bounds.wins())
        squares = float((above + below).sum())
        parts.append((float(((above - below) ** 2).sum()) - squares, squares))
    (rows_x, squares_x), (rows_y, squares_y) = parts
    variance = rows_x * rows_y / (n * (n - 1) * (n - 2)) + squares_x * squares_y / (2 * n * (n - 1))
    far = float(directed(np.array([float(s)]), alternative)[0])
    tails = 2 if alternative == "two-sided" else 1
    p = min(1.0, tails * float(ndtr(-(far - 1) / sqrt(variance))))
    return PermutationP(p, 0.0, None, "normal approximation (exact variance, continuity correction)")
