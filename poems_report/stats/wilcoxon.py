"""Exact signed-rank test with ties and zeros, and the Hodges-Lehmann estimate with its exact interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import floor, gcd, sqrt

import numpy as np
from numpy.typing import ArrayLike

from poems_report.stats._inputs import (
    FloatArray,
    IntArray,
    check_level,
    check_option,
    doubled_midranks,
    floats,
    infinite,
)
from poems_report.stats.floors import ALTERNATIVES, signed_rank_floor

# The convolution takes 2 ms for 200 differences and grows with the cube of n.
EXACT_N = 200
# Up to so many differences all pairwise averages (500,500) are made at once; beyond, they are sought by bisection.
WALSH_N = 1000
ZEROS = {"wilcox": "zeros dropped", "pratt": "zeros ranked (Pratt)"}


@dataclass(frozen=True)
class SignedRank:
    """Result of `signed_rank`; what is not estimable is None, and `reason` says why.

    Attributes:
        statistic: sum of the ranks of the positive differences (R's V), midranks for ties.
        p: p value for `alternative`; two-sided is twice the smaller tail, at most 1.
        p_mid: the same with half the probability of the observed statistic.
        p_floor: smallest p that this many differences other than zero can reach.
        n: differences that enter the test (zeros count with Pratt's way only).
        estimate: Hodges-Lehmann estimate, the median of all pairwise averages, zeros included.
        ci_low: lower end of the two-sided interval for the same.
        ci_high: upper end.
        level: the interval's actual level, the smallest at or above the level asked for; where n is too
            small for that, the level of the widest interval there is. With ties it is a lower bound.
        zeros: differences that are exactly zero.
        dropped: missing differences, left out.
        method: how p was found, and how zeros were treated.
        alternative: "two-sided", "greater" or "less".
        reason: why something is not estimable.
    """

    statistic: float | None
    p: float | None
    p_mid: float | None
    p_floor: float | None
    n: int
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    level: float | None
    zeros: int
    dropped: int
    method: str
    alternative: str
    reason: str | None = None


def signed_rank(
    differences: ArrayLike,
    zeros: str = "wilcox",
    alternative: str = "two-sided",
    level: float = 0.95,
) -> SignedRank:
    """Test whether paired differences are centred on zero (Wilcoxon 1945; Pratt 1959; Cureton 1967).

    The null distribution is found by convolution over whole-number doubled midranks, so it is exact with
    ties and zeros up to 200 differences; beyond, the normal approximation with tie and continuity
    correction is used and `method` says so. Differences that should tie must be equal as numbers: round
    them to the assay's digits first.

    The interval (Hollander & Wolfe 1973, chapter 3) is two-sided whatever the alternative.

    Args:
        differences: one number per pair, after minus before; missing ones are dropped.
        zeros: "wilcox" drops zeros before ranking, "pratt" ranks them and then leaves their ranks out.
        alternative: "greater" if positive differences are expected.
        level: level asked of the interval.

    Raises:
        ValueError: an unknown option, a level outside 0 to 1, or anything that is no number.
    """
    check_option("zeros", zeros, tuple(ZEROS))
    check_option("alternative", alternative, ALTERNATIVES)
    check_level(level)
    given = floats("differences", differences)
    d = given[~np.isnan(given)]
    dropped = len(given) - len(d)
    nonzero = d[d != 0.0]
    n = len(nonzero) if zeros == "wilcox" else len(d)
    ranks = doubled_midranks(np.abs(nonzero if zeros == "wilcox" else d))
    if zeros == "pratt":
        ranks = ranks[d != 0.0]
    exact = n <= EXACT_N
    kind = (
        "exact signed rank (convolution"
        if exact
        else "signed rank, normal approximation (tie and continuity correction"
    )
    method = f"{kind}; {ZEROS[zeros]})"
    zero_count = len(d) - len(nonzero)

    reason = infinite(differences=d)
    if reason or len(d) == 0:
        reason = reason or "not estimable: no difference"
        return SignedRank(
            None,
            None,
            None,
            None,
            n,
            None,
            None,
            None,
            None,
            zero_count,
            dropped,
            method,
            alternative,
            reason,
        )

    estimate, low, high, actual = _hodges_lehmann(d, level)
    if actual is None:
        reason = "interval not estimable: one difference"
    statistic = p = p_mid = p_floor = None
    if len(nonzero) == 0:
        reason = "not estimable: every difference is zero"
    else:
        observed = int(ranks[nonzero > 0].sum())
        statistic = observed / 2
        p, p_mid, p_floor = (_exact_p if exact else _normal_p)(ranks, observed, alternative)
    return SignedRank(
        statistic,
        p,
        p_mid,
        p_floor,
        n,
        estimate,
        low,
        high,
        actual,
        zero_count,
        dropped,
        method,
        alternative,
        reason,
    )


def sum_distribution(weights: IntArray) -> FloatArray:
    """Number of sign patterns that give each sum of the positive weights (whole numbers), from 0 up.

    Counts are floats: whole to 2^53, and right to rounding beyond, since only positive numbers are added.
    """
    counts = np.zeros(int(weights.sum()) + 1)
    counts[0] = 1.0
    reached = 0
    for weight in np.sort(weights).tolist():
        counts[weight : reached + weight + 1] += counts[: reached + 1].copy()
        reached += weight
    return counts


def _exact_p(ranks: IntArray, observed: int, alternative: str) -> tuple[float, float, float]:
    step = gcd(*ranks.tolist())
    counts = sum_distribution(ranks // step)
    at = observed // step
    patterns = 2.0 ** len(ranks)
    upper = float(counts[at:].sum()) / patterns
    lower = float(counts[: at + 1].sum()) / patterns
    here = float(counts[at]) / patterns
    p_floor = signed_rank_floor(len(ranks), alternative)
    tail = {"greater": upper, "less": lower, "two-sided": 2 * min(upper, lower)}[alternative]
    half = here if alternative == "two-sided" else here / 2
    return min(1.0, tail), min(1.0, tail - half), p_floor


def _normal_p(ranks: IntArray, observed: int, alternative: str) -> tuple[float, float, float]:
    from scipy.special import ndtr

    half_ranks = ranks / 2
    total = float(half_ranks.sum())
    sd = sqrt(float((half_ranks**2).sum())) / 2

    def tails(statistic: float, correction: float) -> float:
        upper = float(ndtr(-(statistic - total / 2 - correction) / sd))
        lower = float(ndtr((statistic - total / 2 + correction) / sd))
        return {"greater": upper, "less": lower, "two-sided": 2 * min(upper, lower)}[alternative]

    extreme = 0.0 if alternative == "less" else total
    p = min(1.0, tails(observed / 2, 0.5))
    return p, min(1.0, tails(observed / 2, 0.0)), min(1.0, tails(extreme, 0.5))


def _hodges_lehmann(d: FloatArray, level: float) -> tuple[float, float | None, float | None, float | None]:
    """Return the estimate, both ends of the interval and its actual level."""
    n = len(d)
    total = n * (n + 1) // 2
    middle = ((total - 1) // 2, total // 2)
    if n == 1:
        return float(d[0]), None, None, None
    cut, actual = interval_cut(n, level)
    wanted = (*middle, cut, total - 1 - cut)
    left, right, low, high = _walsh_averages(d, wanted)
    return left / 2 + right / 2, low, high, actual


def interval_cut(n: int, level: float) -> tuple[int, float]:
    """Return how many of the smallest averages lie outside the interval, and the level that this gives.

    The same number is the largest rank sum whose tail, doubled, is at most 1 - level; 0 where there is none.
    """
    if n <= EXACT_N:
        tail = _untied_tail(n)
        # The tolerance lets a level that is reached exactly count as reached.
        cut = max(int(np.searchsorted(tail, (1 - level) / 2 + 1e-12, side="right")) - 1, 0)
        return cut, 1.0 - 2.0 * float(tail[cut])
    from scipy.special import ndtr, ndtri

    mean = n * (n + 1) / 4
    sd = sqrt(n * (n + 1) * (2 * n + 1) / 24)
    cut = floor(mean - 0.5 + sd * float(ndtri((1 - level) / 2)))
    return cut, 1.0 - 2.0 * float(ndtr((cut + 0.5 - mean) / sd))


@lru_cache(maxsize=64)
def _untied_tail(n: int) -> FloatArray:
    """P(W <= w) for w = 0, 1, ... up to the middle, for ranks 1 to n."""
    counts = sum_distribution(np.arange(1, n + 1, dtype=np.int64))
    tail = np.cumsum(counts[: len(counts) // 2 + 1]) / 2.0**n
    tail.flags.writeable = False
    return tail


def _walsh_averages(d: FloatArray, positions: tuple[int, ...]) -> list[float]:
    """Return the averages of all pairs (each value with itself too) at the given places of their order."""
    ordered = np.sort(d)
    if len(d) <= WALSH_N:
        first, second = np.triu_indices(len(d))
        averages = ordered[first] / 2 + ordered[second] / 2
        averages = np.partition(averages, sorted(set(positions)))
        return [float(averages[position]) for position in positions]
    return _select_averages(ordered, positions)


def _select_averages(ordered: FloatArray, positions: tuple[int, ...]) -> list[float]:
    """Find averages by bisection on how many lie at or below a value, to the last digits of a float.

    Positions share their steps as long as they lie between the same two values; and a value whose number of
    partners is the same at both needs no more counting.
    """
    halves = ordered / 2
    low, high = float(ordered[0]), float(ordered[-1])
    tolerance = 4 * np.finfo(float).eps * max(abs(low), abs(high))

    def partners(value: float, of: FloatArray) -> IntArray:
        return np.searchsorted(halves, value - of, side="right")

    def averages(value: float, pairs: int) -> int:
        return (pairs + int(np.searchsorted(ordered, value, side="right"))) // 2

    at_low = partners(low, halves)
    least = averages(low, int(at_low.sum()))
    found = {position: low for position in positions if position < least}
    wanted = [position for position in positions if position >= least]
    open_parts = [(low, high, wanted, halves, at_low, np.full_like(at_low, len(halves)), 0)]
    while open_parts:
        low, high, wanted, values, below, upto, settled = open_parts.pop()
        if high - low <= tolerance:
            found |= dict.fromkeys(wanted, high)
            continue
        unsure = below != upto
        settled += int(below[~unsure].sum())
        values, below, upto = values[unsure], below[unsure], upto[unsure]
        middle = low / 2 + high / 2
        here = partners(middle, values)
        reached = averages(middle, settled + int(here.sum()))
        left = [position for position in wanted if position < reached]
        right = [position for position in wanted if position >= reached]
        if left:
            open_parts.append((low, middle, left, values, below, here, settled))
        if right:
            open_parts.append((middle, high, right, values, here, upto, settled))
    return [found[position] for position in positions]
