"""Fisher's exact test of 2 x 2 tables: do two readings agree more often than their margins give by chance."""

from __future__ import annotations

import numpy as np

from poems_report.analysis.columns import Floats

# Beyond so many pairs the sum of the tail grows long; the normal approximation takes its place and is named.
EXACT_N = 200


def fisher_name(n: int, exact_n: int = EXACT_N) -> str:
    """The test in a few words, for so many pairs."""
    exact = n <= exact_n
    return "Fisher's exact test, one-sided" if exact else "normal approximation of Fisher's test, one-sided"


def fisher(tables: Floats, exact_n: int = EXACT_N) -> tuple[Floats, Floats]:
    """One-sided p of Fisher's test of each 2 x 2 table, and the smallest that its margins allow; 1 if empty.

    Args:
        tables: counts, along the last axis: both raised, reference alone, candidate alone, neither.
        exact_n: pairs up to which it is exact; the normal approximation beyond.
    """
    both, reference, candidate = tables[..., 0], tables[..., 1], tables[..., 2]
    n, first, second = tables.sum(axis=-1), both + reference, both + candidate
    most = np.minimum(first, second)
    return _upper_tail(both, n, first, second, exact_n), _upper_tail(most, n, first, second, exact_n)


def _upper_tail(k: Floats, n: Floats, first: Floats, second: Floats, exact_n: int) -> Floats:
    """P(K >= k) of the hypergeometric distribution; by the normal one with continuity correction beyond exact_n."""
    from scipy.special import ndtr

    mean = first * second / np.maximum(n, 1)
    spread = np.sqrt(mean * (n - first) * (n - second) / np.maximum(n * (n - 1), 1))
    fixed = (spread == 0) | (n <= 0)
    normal = ndtr(-(k - 0.5 - mean) / np.where(fixed, 1.0, spread))
    p = np.where(fixed, 1.0, normal)
    small = ~fixed & (n <= exact_n)
    p[small] = _exact_tail(k[small], n[small], first[small], second[small])
    return np.minimum(p, 1.0)


def _exact_tail(k: Floats, n: Floats, first: Floats, second: Floats) -> Floats:
    """The same summed from k up, each term from the one before."""
    from scipy.special import gammaln

    def ways(total: Floats, chosen: Floats) -> Floats:
        return np.asarray(gammaln(total + 1) - gammaln(chosen + 1) - gammaln(total - chosen + 1))

    here = k.copy()
    term = np.exp(ways(first, k) + ways(n - first, second - k) - ways(n, second))
    p = term.copy()
    while term.any():
        term = term * (first - here) * (second - here) / ((here + 1) * (n - first - second + here + 1))
        here += 1
        p += term
    return p
