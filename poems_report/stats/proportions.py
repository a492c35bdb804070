"""Exact interval for a proportion."""

from __future__ import annotations

from operator import index

from poems_report.stats._inputs import check_level


def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval for `k` successes among `n` (Clopper & Pearson 1934).

    With n = 0 nothing is known, and the interval is 0 to 1.

    Raises:
        ValueError: `k` or `n` no whole number, `k` outside 0 to `n`, or a level outside 0 to 1.
    """
    from scipy.special import betaincinv

    check_level(level)
    try:
        k, n = index(k), index(n)
    except TypeError:
        raise ValueError(f"k and n must be whole numbers, not {k!r} and {n!r}") from None
    if not 0 <= k <= n:
        raise ValueError(f"k must lie between 0 and n: k = {k}, n = {n}")
    alpha = (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, alpha))
    high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - alpha))
    return low, high
