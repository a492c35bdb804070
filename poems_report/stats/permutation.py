"""Permutations: all of them where that is feasible, a seeded sample of them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from poems_report.stats._inputs import FloatArray

# All 9! = 362,880 orders fit into a few megabytes; 10! would need ten times as much.
ENUMERATED_N = 9
# Beyond so many pairs the t distribution takes the place of random orders, and the method says so.
SAMPLED_N = 100
# With the order of the data 20,000: a p of 0.05 has a standard error of 0.0015.
RESAMPLES = 19_999
# Numbers of a block: 16 MB.
CHUNK = 2_000_000


@dataclass(frozen=True)
class PermutationP:
    """A p value by permutation.

    Attributes:
        p: the p value.
        p_floor: the smallest that these data, in another order, could have given.
        p_error: standard error of `p` by Monte-Carlo; 0 if exact; None if an approximation by formula.
        method: how it was found, with the number of orders and the seed.
    """

    p: float
    p_floor: float
    p_error: float | None
    method: str


@lru_cache(maxsize=ENUMERATED_N + 1)
def all_orders(n: int) -> NDArray[np.int8]:
    """Return all n! orders of 0 to n - 1, one a row."""
    orders = np.zeros((1, 0), dtype=np.int8)
    for size in range(1, n + 1):
        blocks = [np.insert(orders, place, size - 1, axis=1) for place in range(size)]
        orders = np.concatenate(blocks)
    orders.flags.writeable = False
    return orders


def sampled_orders(n: int, resamples: int, seed: int) -> Iterator[NDArray[np.intp]]:
    """Yield `resamples` random orders of 0 to n - 1, one a row, in blocks of bounded size."""
    rng = np.random.default_rng(seed)
    rows = max(1, CHUNK // n)
    for start in range(0, resamples, rows):
        block = np.broadcast_to(np.arange(n), (min(rows, resamples - start), n))
        yield rng.permuted(block, axis=1)


def directed(values: FloatArray, alternative: str) -> FloatArray:
    """Turn statistics so that larger means further from the null hypothesis (whose mean is 0)."""
    return {"two-sided": np.abs(values), "greater": values, "less": -values}[alternative]


def exact_p(
    observed: float, distribution: FloatArray, alternative: str, tolerance: float = 0.0
) -> PermutationP:
    """Share of all orders at least as far from 0 as the observed one; two-sided compares sizes.

    Args:
        observed: the statistic of the data.
        distribution: the statistic of every order.
        alternative: "two-sided", "greater" or "less".
        tolerance: how far apart two equal statistics may lie by rounding.
    """
    far = directed(distribution, alternative)
    threshold = float(directed(np.array([observed]), alternative)[0]) - tolerance
    orders = len(distribution)
    p = float(np.count_nonzero(far >= threshold)) / orders
    p_floor = float(np.count_nonzero(far >= far.max() - tolerance)) / orders
    return PermutationP(p, p_floor, 0.0, exact_method(orders))


def exact_method(orders: int) -> str:
    """Describe an enumeration of so many orders."""
    return f"exact permutation (all {orders} orders)"


def sampled_p(
    observed: float,
    blocks: Iterator[FloatArray],
    alternative: str,
    resamples: int,
    seed: int,
    tolerance: float = 0.0,
) -> PermutationP:
    """Monte-Carlo p, the data's own order counted as one of them (Davison & Hinkley 1997, chapter 4)."""
    threshold = float(directed(np.array([observed]), alternative)[0]) - tolerance
    hits = sum(int(np.count_nonzero(directed(block, alternative) >= threshold)) for block in blocks)
    p = (hits + 1) / (resamples + 1)
    error = sqrt(p * (1 - p) / resamples)
    method = f"Monte-Carlo permutation ({resamples} random orders, seed {seed}, standard error {error:.2g})"
    return PermutationP(p, 1 / (resamples + 1), error, method)


def check_resamples(resamples: int) -> None:
    """Raise ValueError unless `resamples` is at least 1."""
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}")
