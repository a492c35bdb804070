"""Summaries of samples with values below or above the limits of their assay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import ArrayLike

from poems_report.stats._inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    deviations,
    floats,
    infinite,
    sides,
    unit_scale,
)

# Above this share of censored values the estimates rest on the model alone (Helsel 2012, chapter 6).
MOSTLY_CENSORED = 0.8
# Shares closer than this are equal but for the rounding of products of fractions.
SAME_SHARE = 1e-9
BOTH_SIDES = "not estimable: censored on both sides"


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
        uninformative: values below a limit that exceeds every measured value (or above one that every
            measured value exceeds), left out.
        dropped: missing values, left out.
        method: the method in words.
        reason: why something is not estimable.
        caution: a warning to print with the result (more than 80% censored, uninformative values, values
            above their limit, which leave mean and standard deviation to the model).
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
    """Result of `km_quantiles`; a quantile that lies beyond the measured values is None, and `reason` says so.

    Attributes:
        probabilities: the shares asked for.
        quantiles: the value at each share.
        n: values used.
        censored: how many of them are censored.
        dropped: missing values, left out.
        method: the method in words.
        reason: why something is not estimable.
        above: how many of the censored values lie above their limit.
    """

    probabilities: tuple[float, ...]
    quantiles: tuple[float | None, ...]
    n: int
    censored: int
    dropped: int
    method: str
    reason: str | None = None
    above: int = 0


def ros(values: ArrayLike, censored: ArrayLike) -> OrderStatisticsRegression:
    """Robust regression on order statistics for censored values (Helsel & Cohn 1988).

    The logarithms of the measured values are regressed on the normal scores of their plotting positions;
    the line gives values to the censored ones; measured and modelled values are summarised together. A
    value below a limit that exceeds every measured value carries no information and is left out, as in
    the reference implementation (R's NADA).

    Values above their limit are treated as the mirror image on the logarithmic scale. A sample censored on
    both sides is not estimable.

    Args:
        values: the measured value, or the limit of a censored one; missing ones are dropped.
        censored: true where the value lies below its limit, or -1 below, 0 measured, 1 above; several
            limits are allowed.

    Raises:
        ValueError: lengths that differ, values that are no numbers, other codes.
    """
    x, side, dropped = _sample(values, censored)
    mirror = -1.0 if (side > 0).any() else 1.0
    measured = side == 0
    idle = ~measured & (mirror * x > np.max(mirror * x[measured], initial=-np.inf)) & measured.any()
    uninformative = 0
    reason = infinite(values=x)
    if reason is None and (side > 0).any() and (side < 0).any():
        reason = BOTH_SIDES
    elif reason is None:
        uninformative = int(idle.sum())
        x, side = x[~idle], side[~idle]
    n, hidden = len(x), int(np.count_nonzero(side))
    above = int((side > 0).sum())
    method = "robust regression on order statistics (log-normal)" if hidden else "no value censored"
    intercept = slope = None
    modelled = np.zeros(0)
    if reason is None and n == 0:
        reason = "not estimable: no value"
    elif reason is None and hidden:
        reason = _unfit(x, side)
        if reason is None:
            intercept, slope, modelled = _fit(x, side, mirror)
    if reason is None:
        mean, sd, q1, median, q3 = _summary(np.concatenate([x[side == 0], modelled]))
        reason = None if np.isfinite((mean, sd)).all() else "not estimable: values too large"
    if reason:
        return OrderStatisticsRegression(
            None, None, None, None, None, None, None, (), n, hidden, uninformative, dropped, method, reason
        )
    cautions = [f"{hidden} of {n} values are censored"] if hidden > MOSTLY_CENSORED * n else []
    if above:
        cautions.append(f"{above} above their limit: mean and standard deviation rest on the log-normal tail")
    if uninformative:
        where = "above" if mirror > 0 else "below"
        cautions.append(f"{uninformative} censored {where} every measured value, left out")
    return OrderStatisticsRegression(
        mean=mean,
        sd=sd if n > 1 else None,
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
    """Quantiles of censored values by Kaplan-Meier, without a model (Helsel 2012, chapter 6).

    With values below a limit the distribution is built from the largest value down; a value `<5` counts
    among those at or below 5. With values above a limit it is built from the smallest up. Where it is flat
    at just the share asked for, the quantile is the middle of the flat stretch, so that without censoring
    the median is the usual one.

    A sample censored on both sides has its usual quantiles, as far as they are measured, where no limit
    lies among the measured values (an assay's range); otherwise it is not estimable.

    Args:
        values: the measured value, or the limit of a censored one; missing ones are dropped.
        censored: true where the value lies below its limit, or -1 below, 0 measured, 1 above.
        probabilities: shares between 0 and 1.

    Raises:
        ValueError: lengths that differ, values that are no numbers, other codes, shares outside 0 to 1.
    """
    shares = tuple(float(share) for share in probabilities)
    if not all(0.0 < share < 1.0 for share in shares):
        raise ValueError("probabilities must lie between 0 and 1")
    x, side, dropped = _sample(values, censored)
    n, hidden, above = len(x), int(np.count_nonzero(side)), int((side > 0).sum())
    both = 0 < above < hidden
    kind = "values censored on both sides" if both else f"{'right' if above else 'left'}-censored values"
    found: tuple[float | None, ...] = (None,) * len(shares)
    reason = infinite(values=x)
    if reason is None and n == 0:
        reason = "not estimable: no value"
    elif reason is None and hidden == n:
        reason = "not estimable: every value is censored"
    elif reason is None and both and _limits_among_measured(x, side):
        reason = f"{BOTH_SIDES}, with a limit among the measured values"
    elif reason is None:
        placed = _quantiles(x, side, shares)
        found = tuple(value if isfinite(value) else None for value in placed)
        reason = _beyond(x[side == 0], placed)
    return KaplanMeier(shares, found, n, hidden, dropped, f"Kaplan-Meier for {kind}", reason, above)


def _sample(values: ArrayLike, censored: ArrayLike) -> tuple[FloatArray, IntArray, int]:
    x = floats("values", values)
    side = sides("censored", censored, len(x), true=-1)
    present = ~np.isnan(x)
    return x[present], side[present], int((~present).sum())


def _unfit(x: FloatArray, side: IntArray) -> str | None:
    if side.all():
        return "not estimable: every value is censored"
    if (x <= 0.0).any():
        return "not estimable: a value or limit that is not above zero has no logarithm"
    if deviations(x[side == 0]) is None:
        return "not estimable: fewer than two different measured values"
    return None


def _fit(x: FloatArray, side: IntArray, mirror: float) -> tuple[float, float, FloatArray]:
    """Return intercept and slope of the line, and the values it gives to the censored ones.

    With a mirror of -1, logarithms change their sign, so that values above a limit lie below one.
    """
    from scipy.special import ndtri

    logs = mirror * np.log(x)
    measured = np.sort(logs[side == 0])
    seen, hidden = plotting_positions(measured, logs[side != 0])
    scores = ndtri(seen)
    centred = scores - scores.mean()
    slope = float(centred @ measured / (centred @ centred))
    intercept = float(measured.mean() - slope * scores.mean())
    with np.errstate(over="ignore"):
        modelled = np.sort(np.exp(mirror * (intercept + slope * ndtri(hidden))))
    return mirror * intercept, slope, modelled


def _summary(values: FloatArray) -> list[float]:
    """Return mean, standard deviation and quartiles; infinite or NaN where they exceed all numbers."""
    if not np.isfinite(values).all():
        return [inf] * 5
    scaled, size = unit_scale(values), np.frexp(np.max(np.abs(values)))[1]
    sd = scaled.std(ddof=1) if len(values) > 1 else 0.0
    with np.errstate(over="ignore"):
        told = np.ldexp([scaled.mean(), sd, *np.quantile(scaled, (0.25, 0.5, 0.75))], size)
    return [float(one) for one in told]


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


def _limits_among_measured(x: FloatArray, side: IntArray) -> bool:
    """Tell whether the order of some censored and some measured values is uncertain."""
    measured = x[side == 0]
    return bool(x[side < 0].max() > measured.min() or x[side > 0].min() < measured.max())


def _quantiles(x: FloatArray, side: IntArray, shares: tuple[float, ...]) -> list[float]:
    """Return the quantiles; minus or plus infinity where one lies below or above all measured values."""
    if (side > 0).any() and not (side < 0).any():
        parts = _distribution(-x, side > 0)
        return [-_quantile(*parts, 1 - share) for share in shares]
    # Beside values below the range, those above it only count: all orders are certain.
    parts = _distribution(np.where(side > 0, np.inf, x), side < 0)
    return [_quantile(*parts, share) for share in shares]


def _beyond(measured: FloatArray, placed: list[float]) -> str | None:
    reasons = []
    if -inf in placed:
        reasons.append(f"a quantile lies below {measured.min():g}, the smallest measured value")
    if inf in placed:
        reasons.append(f"a quantile lies above {measured.max():g}, the largest measured value")
    return f"not estimable: {'; '.join(reasons)}" if reasons else None


def _distribution(x: FloatArray, below: BoolArray) -> tuple[FloatArray, FloatArray, float]:
    """Return the measured values, the share at or below each, and the share below the smallest."""
    points, events = np.unique(x[~below], return_counts=True)
    at_risk = np.searchsorted(np.sort(x), points, side="right")
    remaining = np.cumprod((1 - events / at_risk)[::-1])[::-1]
    return points, np.append(remaining[1:], 1.0), float(remaining[0])


def _quantile(points: FloatArray, reached: FloatArray, beneath: float, share: float) -> float:
    if share < beneath - SAME_SHARE or (beneath > SAME_SHARE and share <= beneath + SAME_SHARE):
        return -inf
    place = int(np.searchsorted(reached, share - SAME_SHARE, side="left"))
    if abs(reached[place] - share) <= SAME_SHARE and place + 1 < len(points):
        return float(points[place] / 2 + points[place + 1] / 2)
    return float(points[place])
