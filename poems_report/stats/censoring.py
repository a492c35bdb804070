"""Summaries of samples with values below a limit of detection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from poems_report.stats._inputs import BoolArray, FloatArray, deviations, flags, floats, infinite

# Above this share of censored values the estimates rest on the model alone (Helsel 2012, chapter 6).
MOSTLY_CENSORED = 0.8
SAME_SHARE = 1e-9


@dataclass(frozen=True)
class OrderStatisticsRegression:
    """Result of `ros`; what is not estimable is None, and `reason` says why.

    Attributes:
        mean: mean of measured and modelled values.
        sd: their standard deviation (n - 1).
        median: their median.
        q1: their lower quartile (linear interpolation).
        q3: their upper quartile.
        intercept: of the line of log values on normal scores; None if nothing is censored.
        slope: of the same line.
        modelled: values given to the censored ones, from low to high; they describe the sample together
            and belong to no single patient.
        n: values used.
        censored: how many of them are censored.
        uninformative: censored values whose limit exceeds every measured value, left out.
        dropped: missing values, left out.
        method: the method in words.
        reason: why something is not estimable.
        caution: a warning to print with the result (more than 80% censored, uninformative values).
    """

    mean: float | None
    sd: float | None
    median: float | None
    q1: float | None
    q3: float | None
    intercept: float | None
    slope: float | None
    modelled: tuple[float, ...]
    n: int
    censored: int
    uninformative: int
    dropped: int
    method: str
    reason: str | None = None
    caution: str | None = None


@dataclass(frozen=True)
class KaplanMeier:
    """Result of `km_quantiles`; a quantile that lies below the limits is None, and `reason` says so.

    Attributes:
        probabilities: the shares asked for.
        quantiles: the value at each share.
        n: values used.
        censored: how many of them are censored.
        dropped: missing values, left out.
        method: the method in words.
        reason: why something is not estimable.
    """

    probabilities: tuple[float, ...]
    quantiles: tuple[float | None, ...]
    n: int
    censored: int
    dropped: int
    method: str
    reason: str | None = None


def ros(values: ArrayLike, censored: ArrayLike) -> OrderStatisticsRegression:
    """Robust regression on order statistics for left-censored values (Helsel & Cohn 1988).

    The logarithms of the measured values are regressed on the normal scores of their plotting positions;
    the line gives values to the censored ones; measured and modelled values are summarised together. A
    censored value whose limit exceeds every measured value carries no information and is left out, as in
    the reference implementation (R's NADA).

    Args:
        values: the measured value, or the limit below which a censored one lies; missing ones are dropped.
        censored: true where the value lies below its limit; several limits are allowed.

    Raises:
        ValueError: lengths that differ, values that are no numbers, flags other than true and false.
    """
    x, below, dropped = _sample(values, censored)
    idle = below & (x > np.max(x[~below], initial=-np.inf)) if not below.all() else np.zeros_like(below)
    uninformative = int(idle.sum())
    x, below = x[~idle], below[~idle]
    n, hidden = len(x), int(below.sum())
    method = "robust regression on order statistics (log-normal)" if hidden else "no value censored"
    intercept = slope = None
    modelled = np.zeros(0)
    reason = infinite(values=x)
    if reason is None and n == 0:
        reason = "not estimable: no value"
    elif reason is None and hidden:
        reason = _unfit(x, below)
        if reason is None:
            intercept, slope, modelled = _fit(x, below)
    if reason:
        return OrderStatisticsRegression(
            None, None, None, None, None, None, None, (), n, hidden, uninformative, dropped, method, reason
        )
    complete = np.concatenate([x[~below], modelled])
    q1, median, q3 = (float(value) for value in np.quantile(complete, (0.25, 0.5, 0.75)))
    cautions = [f"{hidden} of {n} values are censored"] if hidden > MOSTLY_CENSORED * n else []
    if uninformative:
        cautions.append(f"{uninformative} censored above every measured value, left out")
    return OrderStatisticsRegression(
        mean=float(complete.mean()),
        sd=float(complete.std(ddof=1)) if n > 1 else None,
        median=median,
        q1=q1,
        q3=q3,
        intercept=intercept,
        slope=slope,
        modelled=tuple(modelled.tolist()),
        n=n,
        censored=hidden,
        uninformative=uninformative,
        dropped=dropped,
        method=method,
        reason=None if n > 1 else "standard deviation not estimable: one value",
        caution="; ".join(cautions) or None,
    )


def km_quantiles(
    values: ArrayLike, censored: ArrayLike, probabilities: Sequence[float] = (0.25, 0.5, 0.75)
) -> KaplanMeier:
    """Quantiles of left-censored values by Kaplan-Meier, without a model (Helsel 2012, chapter 6).

    The distribution is built from the largest value down; a value `<5` counts among those at or below 5.
    Where it is flat at just the share asked for, the quantile is the middle of the flat stretch, so that
    without censoring the median is the usual one.

    Args:
        values: the measured value, or the limit below which a censored one lies; missing ones are dropped.
        censored: true where the value lies below its limit.
        probabilities: shares between 0 and 1.

    Raises:
        ValueError: lengths that differ, values that are no numbers, flags other than true and false,
            shares outside 0 to 1.
    """
    shares = tuple(float(share) for share in probabilities)
    if not all(0.0 < share < 1.0 for share in shares):
        raise ValueError("probabilities must lie between 0 and 1")
    x, below, dropped = _sample(values, censored)
    n, hidden = len(x), int(below.sum())
    found: tuple[float | None, ...] = (None,) * len(shares)
    reason = infinite(values=x)
    if reason is None and n == 0:
        reason = "not estimable: no value"
    elif reason is None and hidden == n:
        reason = "not estimable: every value is censored"
    elif reason is None:
        points, reached, beneath = _distribution(x, below)
        found = tuple(_quantile(points, reached, beneath, share) for share in shares)
        if None in found:
            reason = f"not estimable: a quantile lies below {points[0]:g}, the smallest measured value"
    return KaplanMeier(shares, found, n, hidden, dropped, "Kaplan-Meier for left-censored values", reason)


def _sample(values: ArrayLike, censored: ArrayLike) -> tuple[FloatArray, BoolArray, int]:
    x = floats("values", values)
    below = flags("censored", censored, len(x))
    present = ~np.isnan(x)
    return x[present], below[present], int((~present).sum())


def _unfit(x: FloatArray, below: BoolArray) -> str | None:
    if below.all():
        return "not estimable: every value is censored"
    if (x <= 0.0).any():
        return "not estimable: a value or limit that is not above zero has no logarithm"
    if deviations(x[~below]) is None:
        return "not estimable: fewer than two different measured values"
    return None


def _fit(x: FloatArray, below: BoolArray) -> tuple[float, float, FloatArray]:
    """Return intercept and slope of the line, and the values it gives to the censored ones."""
    from scipy.special import ndtri

    measured = np.sort(x[~below])
    seen, hidden = plotting_positions(measured, x[below])
    scores, logs = ndtri(seen), np.log(measured)
    centred = scores - scores.mean()
    slope = float(centred @ logs / (centred @ centred))
    intercept = float(logs.mean() - slope * scores.mean())
    return intercept, slope, np.exp(intercept + slope * np.sort(ndtri(hidden)))


def plotting_positions(measured: FloatArray, limits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return plotting positions of sorted measured values and of censored ones (Helsel & Cohn 1988).

    The chance to exceed each limit is estimated from the largest limit down; between two limits the
    measured values, and below each limit the censored ones, are spread evenly.

    Args:
        measured: measured values, sorted.
        limits: the limit of each censored value.

    Returns:
        Positions in the order of `measured`, and of the censored values in the order of sorted `limits`.
    """
    steps = np.unique(limits)
    if measured[0] < steps[0]:
        steps = np.concatenate([[-np.inf], steps])
    ends = np.append(steps[1:], np.inf)
    exceeded = 0.0
    seen: list[FloatArray] = []
    hidden: list[FloatArray] = []
    for step, end in zip(steps[::-1], ends[::-1], strict=True):
        between = int(((measured >= step) & (measured < end)).sum())
        under = int((measured < step).sum() + (limits <= step).sum())
        above = exceeded
        exceeded = above + between / (between + under) * (1 - above)
        seen.append(1 - exceeded + (exceeded - above) * np.arange(1, between + 1) / (between + 1))
        here = int((limits == step).sum())
        hidden.append((1 - exceeded) * np.arange(1, here + 1) / (here + 1))
    return np.concatenate(seen[::-1]), np.concatenate(hidden[::-1])


def _distribution(x: FloatArray, below: BoolArray) -> tuple[FloatArray, FloatArray, float]:
    """Return the measured values, the share at or below each, and the share below the smallest."""
    points, events = np.unique(x[~below], return_counts=True)
    at_risk = np.searchsorted(np.sort(x), points, side="right")
    remaining = np.cumprod((1 - events / at_risk)[::-1])[::-1]
    return points, np.append(remaining[1:], 1.0), float(remaining[0])


def _quantile(points: FloatArray, reached: FloatArray, beneath: float, share: float) -> float | None:
    if share < beneath - SAME_SHARE or (beneath > SAME_SHARE and share <= beneath + SAME_SHARE):
        return None
    place = int(np.searchsorted(reached, share - SAME_SHARE, side="left"))
    if abs(reached[place] - share) <= SAME_SHARE and place + 1 < len(points):
        return float(points[place] / 2 + points[place + 1] / 2)
    return float(points[place])
