"""Mixed model with a random intercept: the slope within patients and the slope between their means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from poems_report.stats._inputs import (
    FloatArray,
    IntArray,
    check_level,
    deviations,
    group_deviations,
    infinite,
)
from poems_report.stats.repeated import FEW_DF, correlation, scaled_means, visits

METHOD = "linear mixed model with random intercept (REML; t intervals, between-within degrees of freedom)"
# The variance ratio is sought from here up; a smaller one changes no printed digit.
SMALLEST_RATIO = 1e-8
# Each round looks at so many ratios and narrows the range to an eighth: 10 rounds give 9 digits.
GRID = 17
ROUNDS = 10
# A likelihood gained by less than this over no patient variance at all is rounding.
SAME_DEVIANCE = 1e-9


@dataclass(frozen=True)
class Slope:
    """One slope of a mixed model.

    Attributes:
        estimate: change of y for a change of x by one.
        se: its standard error.
        ci_low: lower end of its interval by the t distribution.
        ci_high: upper end.
        df: degrees of freedom.
        p: two-sided p by the t distribution.
        p_floor: 0, as a p value by formula has no floor.
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    df: int
    p: float
    p_floor: float = 0.0


@dataclass(frozen=True)
class MixedModel:
    """Result of `mixed_model`; what is not estimable is None, and `reason` says why.

    Attributes:
        within: slope of y on each visit's distance in x from its patient's mean.
        between: slope of y on the patients' means of x.
        intercept: level of y where x is zero.
        patient_variance: variance of the patients' own levels around the line between patients; 0 if singular.
        residual_variance: variance of visits within a patient around that patient's line.
        singular: whether the likelihood is highest with no variance between patients at all, so that the
            model is no more than a regression of all visits; None if nothing was fitted.
        level: level of the intervals.
        n: patients.
        observations: visits.
        dropped: visits left out because a value or the patient is missing.
        method: the method in words.
        reason: why something is not estimable.
        caution: a warning to print with the result (singular fit, few degrees of freedom).
    """

    within: Slope | None
    between: Slope | None
    intercept: float | None
    patient_variance: float | None
    residual_variance: float | None
    singular: bool | None
    level: float
    n: int
    observations: int
    dropped: int
    method: str
    reason: str | None = None
    caution: str | None = None


@dataclass(frozen=True)
class _Parts:
    """What the likelihood needs of the visits, in sums only.

    Attributes:
        sxx: squares of x within patients.
        sxy: products of x and y within patients.
        left: squares of y within patients that its slope leaves over.
        visits: the numbers of visits that patients have.
        patients: how many patients have each.
        sums: for each of these, over its patients: 1, x, y, x * x, x * y, y * y of their means, where x is the
            distance from `middle` and y from the plain line through the means.
        middle: middle of the means of x.
        slope: of the plain line through the means.
        level: of that line at `middle`.
        spread: squares of the means of y around their mean.
    """

    sxx: float
    sxy: float
    left: float
    visits: FloatArray
    patients: FloatArray
    sums: FloatArray
    middle: float
    slope: float
    level: float
    spread: float

    @property
    def observations(self) -> float:
        """How many visits there are."""
        return float(self.visits @ self.patients)


@dataclass(frozen=True)
class _Between:
    """The weighted line through the patients' means, for one or several ratios of variances.

    Attributes:
        slope: of the line, beyond the slope of the plain one.
        level: of the line at the middle, beyond the plain one's.
        sxx: weighted squares of x around their mean.
        weight: sum of the weights.
        left: weighted squares of y that the line leaves over.
    """

    slope: FloatArray
    level: FloatArray
    sxx: FloatArray
    weight: FloatArray
    left: FloatArray


def mixed_model(subject: Iterable[Any], x: ArrayLike, y: ArrayLike, level: float = 0.95) -> MixedModel:
    """Regress y on x within and between patients, each patient with a level of their own.

    y = intercept + within * (x - patient's mean of x) + between * (patient's mean of x) + patient + visit
    (Neuhaus & Kalbfleisch 1998; Pinheiro & Bates 2000, chapter 2), by restricted maximum likelihood (REML).
    The distance from a patient's own mean adds up to zero, so the slope within is the one of ordinary
    regression with a level for every patient, whatever the variances, and only their ratio is searched for, over its
    whole range: the fit cannot fail to converge, and a singular one is told from one that is nearly so.

    Intervals use t with observations - patients - 1 degrees of freedom within, patients - 2 between
    (Schluchter & Elashoff 1990): exact where all patients have the same number of visits and the fit is not
    singular.

    Args:
        subject: the patient of each visit.
        x: first value of each visit (on the log2 scale, if concentrations).
        y: second value of each visit; a visit without both is dropped.
        level: level of the intervals.

    Raises:
        ValueError: lengths that differ, values that are no numbers, a level outside 0 to 1.
    """
    check_level(level)
    codes, first, second, dropped = visits(subject, x, y)
    present = np.bincount(codes) > 0
    codes = (np.cumsum(present) - 1)[codes]
    counts = np.bincount(codes)
    n = len(counts)
    reason = infinite(x=first, y=second) or _unfit(codes, first, second, counts)
    if reason:
        return MixedModel(None, None, None, None, None, None, level, n, len(codes), dropped, METHOD, reason)
    scale_x, scale_y = _spread(first), _spread(second)
    middle_x, middle_y = float(np.median(first)), float(np.median(second))
    parts = _parts(codes, (first - middle_x) / scale_x, (second - middle_y) / scale_y, counts)
    if parts is None:
        why = "not estimable: values too far apart in size"
        return MixedModel(None, None, None, None, None, None, level, n, len(codes), dropped, METHOD, why)
    ratio = _variance_ratio(parts)
    line = _between(parts, np.array([ratio]))
    residual = (parts.left + float(line.left[0])) / (parts.observations - 3)
    slope_scale = scale_y / scale_x
    within = _slope(parts.sxy / parts.sxx, sqrt(residual / parts.sxx), slope_scale, len(codes) - n - 1, level)
    steepness = parts.slope + float(line.slope[0])
    between = _slope(steepness, sqrt(residual / float(line.sxx[0])), slope_scale, n - 2, level)
    at_middle = parts.level + float(line.level[0])
    intercept = middle_y + scale_y * (at_middle - steepness * (parts.middle + middle_x / scale_x))
    variances = ratio * residual * scale_y * scale_y, residual * scale_y * scale_y
    if not all(map(isfinite, (intercept, *variances, within.se, between.se))):
        why = "not estimable: values too large"
        return MixedModel(None, None, None, None, None, None, level, n, len(codes), dropped, METHOD, why)
    cautions = []
    if ratio == 0.0:
        cautions.append("singular fit: no variance between patients is left over")
    cautions += [
        f"fewer than {FEW_DF} degrees of freedom {name}"
        for name, slope in (("within", within), ("between", between))
        if slope.df < FEW_DF
    ]
    return MixedModel(
        within=within,
        between=between,
        intercept=intercept,
        patient_variance=variances[0],
        residual_variance=variances[1],
        singular=ratio == 0.0,
        level=level,
        n=n,
        observations=len(codes),
        dropped=dropped,
        method=METHOD,
        caution="; ".join(cautions) or None,
    )


def _unfit(codes: IntArray, x: FloatArray, y: FloatArray, counts: IntArray) -> str | None:
    """Return why the model cannot be fitted, if so."""
    n = len(counts)
    if n < 3:
        return f"not estimable: {n} patient{'' if n == 1 else 's'}, 3 are needed"
    df = len(codes) - n - 1
    if df < 1:
        return f"not estimable: {df + 1} repeated visit{'' if df == 0 else 's'}, 2 are needed"
    dx, dy = group_deviations(x, codes, counts), group_deviations(y, codes, counts)
    if dx is None or dy is None:
        return f"not estimable: {'x' if dx is None else 'y'} does not vary within patients"
    if abs(correlation(dx, dy)) == 1.0:
        return "not estimable: within patients nothing is left over from the line"
    if deviations(scaled_means(x, codes, counts)) is None:
        return "not estimable: the patients' means of x are all equal"
    return None


def _spread(values: FloatArray) -> float:
    return float(np.ptp(values / 2))


def _parts(codes: IntArray, x: FloatArray, y: FloatArray, counts: IntArray) -> _Parts | None:
    """Sum up the visits; None where what varies is lost in the rounding of much larger values."""
    mean_x, mean_y = np.bincount(codes, x) / counts, np.bincount(codes, y) / counts
    dx, dy = x - mean_x[codes], y - mean_y[codes]
    sxx, sxy = float(dx @ dx), float(dx @ dy)
    rest = dy - sxy / sxx * dx if sxx else dy
    # Sums of distances from a line near the one sought lose no digits, however far apart the patients are.
    middle, level = float(mean_x.mean()), float(mean_y.mean())
    away, around = mean_x - middle, mean_y - level
    if not (sxx and rest @ rest and away @ away):
        return None
    slope = float(away @ around / (away @ away))
    off = around - slope * away
    numbers, kind = np.unique(counts, return_inverse=True)
    columns = (np.ones_like(away), away, off, away**2, away * off, off**2)
    totals = [np.bincount(kind, column) for column in columns]
    sums = np.asarray(np.stack(totals, axis=1), dtype=np.float64)
    return _Parts(
        sxx=sxx,
        sxy=sxy,
        left=float(rest @ rest),
        visits=numbers.astype(np.float64),
        patients=sums[:, 0],
        sums=sums,
        middle=middle,
        slope=slope,
        level=level,
        spread=float(around @ around),
    )


def _between(parts: _Parts, ratios: FloatArray) -> _Between:
    """Fit the line through the patients' means, each weighted by the inverse of its variance."""
    weights = parts.visits / (1 + np.multiply.outer(ratios, parts.visits))
    weight, x, y, xx, xy, yy = (weights @ parts.sums).T
    sxx, sxy, syy = xx - x * x / weight, xy - x * y / weight, yy - y * y / weight
    slope = sxy / sxx
    left = np.maximum(syy - slope * sxy, 0.0)
    return _Between(slope, (y - slope * x) / weight, sxx, weight, left)


def _deviance(parts: _Parts, ratios: FloatArray) -> FloatArray:
    """Return minus twice the restricted log likelihood but for a constant, residual variance profiled out."""
    line = _between(parts, ratios)
    patients = np.log1p(np.multiply.outer(ratios, parts.visits)) @ parts.patients
    left = (parts.observations - 3) * np.log(parts.left + line.left)
    deviance: FloatArray = left + patients + np.log(line.sxx) + np.log(line.weight)
    return deviance


def _variance_ratio(parts: _Parts) -> float:
    """Find the ratio of patient to residual variance where the likelihood is highest; 0 if at its edge.

    Searched on a logarithmic grid over all plausible ratios, then on ever finer ones around the best.
    """
    largest = 100 * (1 + parts.spread / parts.left * parts.observations)
    low, high = np.log(SMALLEST_RATIO), np.log(largest)
    best = 0.0
    for _ in range(ROUNDS):
        grid = np.linspace(low, high, GRID)
        place = int(np.argmin(_deviance(parts, np.exp(grid))))
        best = float(np.exp(grid[place]))
        low, high = grid[max(place - 1, 0)], grid[min(place + 1, GRID - 1)]
    ends = _deviance(parts, np.array([0.0, best]))
    return best if float(ends[1]) < float(ends[0]) - SAME_DEVIANCE else 0.0


def _slope(estimate: float, se: float, scale: float, df: int, level: float) -> Slope:
    from scipy.special import betainc, stdtrit

    share = se**2 / (estimate**2 / df + se**2)
    half = float(stdtrit(df, (1 + level) / 2)) * se * scale
    return Slope(
        estimate=estimate * scale,
        se=se * scale,
        ci_low=estimate * scale - half,
        ci_high=estimate * scale + half,
        df=df,
        p=float(betainc(df / 2, 0.5, share)),
    )
