"""Correlation within patients and between patients: never of pooled visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from poems_report.stats._inputs import (
    FEWEST_POINTS,
    FloatArray,
    IntArray,
    check_lengths,
    check_level,
    deviations,
    floats,
    group_deviations,
    infinite,
    subject_codes,
    unit_scale,
)
from poems_report.stats.permutation import (
    ENUMERATED_N,
    RESAMPLES,
    SAMPLED_N,
    PermutationP,
    all_orders,
    check_resamples,
    exact_p,
    sampled_orders,
    sampled_p,
)

# Fewer degrees of freedom are flagged: the interval then spans most of -1 to 1. A choice; no source sets it.
FEW_DF = 5
# Two correlations closer than this are the same number, computed in another order.
SAME_R = 1e-10
# Closer to 1 than this a correlation is 1 but for rounding.
PERFECT = 1e-12


@dataclass(frozen=True)
class RepeatedCorrelation:
    """Result of `rm_corr`; what is not estimable is None, and `reason` says why.

    Attributes:
        r: correlation within patients, -1 to 1.
        df: degrees of freedom, observations - patients - 1.
        p: two-sided p by the t distribution.
        p_floor: 0, as a p value by formula has no floor.
        ci_low: lower end of the interval by Fisher's z with N = df + 2.
        ci_high: upper end.
        level: level of the interval.
        n: observations used, of patients with two visits or more.
        k: patients used.
        single: patients with one complete visit, who add nothing and are not counted in `k`.
        dropped: visits left out because a value or the patient is missing.
        method: the method in words.
        reason: why something is not estimable.
        caution: a warning to print with the result (fewer than 5 degrees of freedom).
    """

    r: float | None
    df: int
    p: float | None
    p_floor: float | None
    ci_low: float | None
    ci_high: float | None
    level: float
    n: int
    k: int
    single: int
    dropped: int
    method: str
    reason: str | None = None
    caution: str | None = None


@dataclass(frozen=True)
class BetweenCorrelation:
    """Result of `between_corr`; what is not estimable is None, and `reason` says why.

    Attributes:
        r: correlation of the patients' means.
        p: two-sided p.
        p_floor: smallest p that these means, paired otherwise, could give; 0 for the t distribution.
        p_error: standard error of a Monte-Carlo p; 0 if exact; None for the t distribution.
        ci_low: lower end of the interval by Fisher's z with N = n.
        ci_high: upper end.
        level: level of the interval.
        n: patients.
        observations: visits behind the means.
        weighted: whether patients count by their number of visits.
        dropped: visits left out because a value or the patient is missing.
        method: how p was found.
        reason: why something is not estimable.
    """

    r: float | None
    p: float | None
    p_floor: float | None
    p_error: float | None
    ci_low: float | None
    ci_high: float | None
    level: float
    n: int
    observations: int
    weighted: bool
    dropped: int
    method: str
    reason: str | None = None


def fisher_interval(r: float, df: int, level: float = 0.95) -> tuple[float, float] | None:
    """Return the interval of a correlation by Fisher's z with N = df + 2.

    None where there is no such interval: fewer than 2 degrees of freedom, or a perfect correlation.
    (R's rmcorr before 0.5.4 used N = df, which is too wide.)

    Raises:
        ValueError: `r` outside -1 to 1, or a level outside 0 to 1.
    """
    from scipy.special import ndtri

    check_level(level)
    if not -1.0 <= r <= 1.0:
        raise ValueError(f"r must lie between -1 and 1, not {r!r}")
    if df < 2 or abs(r) == 1.0:
        return None
    half = float(ndtri((1 + level) / 2)) / sqrt(df - 1)
    return tanh(atanh(r) - half), tanh(atanh(r) + half)


def rm_corr(subject: Iterable[Any], x: ArrayLike, y: ArrayLike, level: float = 0.95) -> RepeatedCorrelation:
    """Repeated-measures correlation (Bland & Altman, BMJ 1995;310:446; Bakdash & Marusich 2017).

    The correlation of the deviations from each patient's own means, with observations - patients - 1
    degrees of freedom. Concentrations belong here as logarithms.

    Args:
        subject: the patient of each visit.
        x: first value of each visit.
        y: second value of each visit; a visit without both is dropped.
        level: level of the interval.

    Raises:
        ValueError: lengths that differ, values that are no numbers, a level outside 0 to 1.
    """
    check_level(level)
    codes, first, second, dropped = visits(subject, x, y)
    counts = np.bincount(codes)
    repeated = counts >= 2
    n, k, single = int(counts[repeated].sum()), int(repeated.sum()), int((counts == 1).sum())
    df = max(n - k - 1, 0)
    r = p = interval = None
    reason = infinite(x=first, y=second)
    if reason is None and k == 0:
        reason = "not estimable: no patient has two complete visits"
    elif reason is None and df == 0:
        reason = "not estimable: two visits of one patient leave no degrees of freedom"
    elif reason is None:
        dx, dy = group_deviations(first, codes, counts), group_deviations(second, codes, counts)
        if dx is None or dy is None:
            reason = f"not estimable: {'x' if dx is None else 'y'} does not vary within any patient"
        else:
            r = correlation(dx, dy)
            p = t_p(r, df)
            interval = fisher_interval(r, df, level)
            if interval is None:
                why = "the correlation is perfect" if abs(r) == 1.0 else "one degree of freedom"
                reason = f"interval not estimable: {why}"
    caution = f"fewer than {FEW_DF} degrees of freedom" if r is not None and df < FEW_DF else None
    return RepeatedCorrelation(
        r=r,
        df=df,
        p=p,
        p_floor=None if p is None else 0.0,
        ci_low=interval[0] if interval else None,
        ci_high=interval[1] if interval else None,
        level=level,
        n=n,
        k=k,
        single=single,
        dropped=dropped,
        method="repeated-measures correlation (t test; interval by Fisher's z, N = df + 2)",
        reason=reason,
        caution=caution,
    )


def between_corr(
    subject: Iterable[Any],
    x: ArrayLike,
    y: ArrayLike,
    weighted: bool = False,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> BetweenCorrelation:
    """Correlation of the patients' means (Bland & Altman, BMJ 1995;310:633).

    The p value is by permutation of the patients' y means: all orders to 9 patients, a seeded sample of
    orders to 100, the t distribution with n - 2 degrees of freedom beyond. When weighted, a patient counts
    by the number of visits, and the weights stay with the x means while the y means are permuted.

    Args:
        subject: the patient of each visit.
        x: first value of each visit.
        y: second value of each visit; a visit without both is dropped.
        weighted: weigh each patient by the number of complete visits.
        level: level of the interval.
        resamples: number of random orders for 10 to 100 patients.
        seed: seed of these orders.

    Raises:
        ValueError: lengths that differ, values that are no numbers, a level outside 0 to 1, no resamples.
    """
    check_level(level)
    check_resamples(resamples)
    codes, first, second, dropped = visits(subject, x, y)
    counts = np.bincount(codes)
    present = counts > 0
    n = int(present.sum())
    r = interval = None
    test = PermutationP(0.0, 0.0, None, "correlation of patient means")
    reason = infinite(x=first, y=second)
    if reason is None and n < FEWEST_POINTS:
        reason = f"not estimable: {n} patient{'' if n == 1 else 's'}, {FEWEST_POINTS} are needed"
    elif reason is None:
        weights = counts[present].astype(np.float64) if weighted else np.ones(n)
        mean_x = scaled_means(first, codes, counts)[present]
        mean_y = scaled_means(second, codes, counts)[present]
        dx, dy = deviations(mean_x), deviations(mean_y)
        if dx is None or dy is None:
            reason = f"not estimable: the patients' means of {'x' if dx is None else 'y'} are all equal"
        else:
            r = float(_weighted_r(dx, dy[np.newaxis, :], weights)[0])
            test = _between_p(r, dx, dy, weights, resamples, seed)
            interval = fisher_interval(r, n - 2, level)
            if interval is None:
                why = "the correlation is perfect" if abs(r) == 1.0 else "3 patients"
                reason = f"interval not estimable: {why}"
    return BetweenCorrelation(
        r=r,
        p=None if r is None else test.p,
        p_floor=None if r is None else test.p_floor,
        p_error=None if r is None else test.p_error,
        ci_low=interval[0] if interval else None,
        ci_high=interval[1] if interval else None,
        level=level,
        n=n,
        observations=len(codes),
        weighted=weighted,
        dropped=dropped,
        method=test.method,
        reason=reason,
    )


def visits(
    subject: Iterable[Any], x: ArrayLike, y: ArrayLike
) -> tuple[IntArray, FloatArray, FloatArray, int]:
    """Return patients' numbers and both values of the complete visits, and how many were dropped."""
    codes, first, second = subject_codes(subject), floats("x", x), floats("y", y)
    check_lengths(subject=len(codes), x=len(first), y=len(second))
    complete = (codes >= 0) & ~np.isnan(first) & ~np.isnan(second)
    if not complete.all():
        codes, first, second = codes[complete], first[complete], second[complete]
    return codes, first, second, len(complete) - len(codes)


def scaled_means(values: FloatArray, codes: IntArray, counts: IntArray) -> FloatArray:
    """Return each patient's mean of the values scaled to at most 1 in size.

    It is measured from one of the patient's own values, so that equal stays equal.
    """
    scaled = unit_scale(values)
    anchor = np.zeros(len(counts))
    anchor[codes] = scaled
    offsets: FloatArray = np.bincount(codes, scaled - anchor[codes], len(counts)) / np.maximum(counts, 1)
    return anchor + offsets


def correlation(dx: FloatArray, dy: FloatArray) -> float:
    """Return the correlation of two sets of deviations, neither all zero; 1 or -1 if that but for rounding."""
    r = float(dx @ dy) / (sqrt(float(dx @ dx)) * sqrt(float(dy @ dy)))
    return float(np.sign(r)) if abs(r) > 1 - PERFECT else r


def t_p(r: float, df: int) -> float:
    """Two-sided p of a correlation: 1 - r^2 is beta-distributed, which keeps small p values accurate."""
    from scipy.special import betainc

    return float(betainc(df / 2, 0.5, (1 - r) * (1 + r)))


def _weighted_r(x: FloatArray, y_rows: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted correlation of `x` with every row of `y_rows`."""
    share = weights / weights.sum()
    dx = x - share @ x
    dy = y_rows - (y_rows @ share)[:, np.newaxis]
    cross = dy @ (share * dx)
    size = np.sqrt(dy**2 @ share) * sqrt(float(share @ dx**2))
    r: FloatArray = np.clip(cross / size, -1.0, 1.0)
    return np.where(np.abs(r) > 1 - PERFECT, np.sign(r), r)


def _between_p(
    r: float, x: FloatArray, y: FloatArray, weights: FloatArray, resamples: int, seed: int
) -> PermutationP:
    n = len(x)
    if n <= ENUMERATED_N:
        return exact_p(r, _weighted_r(x, y[all_orders(n)], weights), "two-sided", SAME_R)
    if n <= SAMPLED_N:
        blocks = (_weighted_r(x, y[orders], weights) for orders in sampled_orders(n, resamples, seed))
        return sampled_p(r, blocks, "two-sided", resamples, seed, SAME_R)
    return PermutationP(t_p(r, n - 2), 0.0, None, f"t distribution, {n - 2} degrees of freedom")
