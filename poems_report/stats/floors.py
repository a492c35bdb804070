"""The smallest p value that a number of observations can reach, whatever the data.

A floor above 0.05 means that no data of this size can be "significant": it stands beside every p value.
"""

from __future__ import annotations

from math import factorial

from poems_report.stats._inputs import check_option

ALTERNATIVES = ("two-sided", "greater", "less")


def signed_rank_floor(n: int, alternative: str = "two-sided") -> float:
    """Smallest exact p of the signed-rank test with `n` differences that are not zero.

    Of 2^n equally likely sign patterns, one gives the largest sum (and one the smallest).

    Raises:
        ValueError: `n` below 1, or an unknown alternative.
    """
    check_option("alternative", alternative, ALTERNATIVES)
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    return min(1.0, (2.0 if alternative == "two-sided" else 1.0) * 0.5**n)


def permutation_floor(n: int, alternative: str = "two-sided") -> float:
    """Smallest exact p of a rank correlation (Spearman, Kendall) of `n` pairs without ties.

    Of n! equally likely orders, one gives +1 and one gives -1. Ties raise the floor.

    Raises:
        ValueError: `n` below 1, or an unknown alternative.
    """
    check_option("alternative", alternative, ALTERNATIVES)
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}")
    tails = 2 if alternative == "two-sided" else 1
    return min(1.0, tails / factorial(n))
