"""What a signed-rank test of a given size can detect: its power, by simulation with a stated error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite, sqrt
from operator import index

import numpy as np

from poems_report.stats._inputs import check_option
from poems_report.stats.floors import ALTERNATIVES, signed_rank_floor
from poems_report.stats.permutation import check_resamples
from poems_report.stats.wilcoxon import interval_cut

# The standard error of a simulated power is then at most 0.005.
RESAMPLES = 10_000
# The search for n ends here, where a simulation takes seconds.
LARGEST_N = 500
# The tail may exceed a level that it is to reach exactly by so much rounding.
ROUNDED = 1e-12
# Numbers of a block: 16 MB.
CHUNK = 2_000_000
# Of a standard deviation: finer than the simulation can tell.
EFFECT_DIGITS = 1e-4
# No effect is sought beyond so many standard deviations: the means of such groups do not overlap at all.
LARGEST_EFFECT = 50.0


@dataclass(frozen=True)
class SignedRankPower:
    """One point of a power curve; what is not estimable is None, and `reason` says why.

    Attributes:
        n: differences (patients), none of them zero or tied.
        effect: the true mean (and median) of the differences, in their own unit.
        sd: their true standard deviation, in the same unit; 0 where it was no finite number.
        power: chance that the test's p is at most `alpha`.
        power_error: standard error of `power` by Monte-Carlo.
        alpha: the p value at or below which the test counts as positive.
        size: the actual chance of that without any effect, at most `alpha`; 0 if no data of this size can
            reach it.
        p_floor: smallest p that n differences can reach.
        wanted: the power asked for, where n or the effect was sought.
        alternative: "two-sided", "greater" or "less".
        resamples: simulated studies.
        seed: their seed.
        method: the method in words.
        reason: why something is not estimable.
    """

    n: int | None
    effect: float | None
    sd: float
    power: float | None
    power_error: float | None
    alpha: float
    size: float | None
    p_floor: float | None
    wanted: float | None
    alternative: str
    resamples: int
    seed: int
    method: str
    reason: str | None = None


def signed_rank_power(
    n: int,
    effect: float,
    sd: float = 1.0,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> SignedRankPower:
    """Power of the signed-rank test of `n` normal differences with this mean and standard deviation.

    Each simulated study is judged by the exact test (the normal approximation beyond 200 differences). The
    same seed and n give the same studies, shifted by the effect, so points of one curve fit together.

    Args:
        n: differences.
        effect: their true mean.
        sd: their true standard deviation.
        alpha: the p value at or below which the test counts as positive.
        alternative: "greater" if positive differences are expected.
        resamples: simulated studies.
        seed: their seed.

    Raises:
        ValueError: `n` no whole number or negative, `alpha` outside 0 to 1, an unknown alternative, no
            resamples.
    """
    point = _point(effect, sd, alpha, alternative, resamples, seed)
    point = replace(point, n=_whole(n))
    if n == 0:
        return replace(point, reason="not estimable: no difference")
    return point if point.reason else _simulated(point)


def signed_rank_needed_n(
    effect: float,
    sd: float = 1.0,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> SignedRankPower:
    """Find a number of differences whose power reaches `power` while one fewer does not, up to 500.

    Args:
        effect: the true mean of the differences.
        sd: their true standard deviation.
        power: the power wanted.
        alpha: the p value at or below which the test counts as positive.
        alternative: "greater" if positive differences are expected.
        resamples: simulated studies for each n tried.
        seed: their seed.

    Raises:
        ValueError: `power` or `alpha` outside 0 to 1, an unknown alternative, no resamples.
    """
    _check_share("power", power)
    point = replace(_point(effect, sd, alpha, alternative, resamples, seed), wanted=float(power))
    if point.reason:
        return point
    right_way = {"two-sided": effect != 0, "greater": effect > 0, "less": effect < 0}[alternative]
    if not right_way:
        return replace(point, reason="not estimable: no effect in the direction tested")
    tried: dict[int, SignedRankPower] = {}

    def reaches(n: int) -> bool:
        tried[n] = _simulated(replace(point, n=n))
        return (tried[n].power or 0.0) >= power

    low, high = 0, 4
    while not reaches(high):
        if high == LARGEST_N:
            return replace(point, reason=f"not estimable: {LARGEST_N} differences are not enough")
        low, high = high, min(2 * high, LARGEST_N)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return tried[high]


def signed_rank_detectable(
    n: int,
    sd: float = 1.0,
    power: float = 0.8,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> SignedRankPower:
    """Find the smallest effect that `n` differences detect with `power`, to 1/10,000 standard deviation.

    The effect is positive unless the alternative is "less".

    Args:
        n: differences.
        sd: their true standard deviation.
        power: the power wanted.
        alpha: the p value at or below which the test counts as positive.
        alternative: "greater" if positive differences are expected.
        resamples: simulated studies for each effect tried.
        seed: their seed.

    Raises:
        ValueError: `n` no whole number or negative, `power` or `alpha` outside 0 to 1, an unknown
            alternative, no resamples.
    """
    _check_share("power", power)
    point = replace(_point(0.0, sd, alpha, alternative, resamples, seed), n=_whole(n), wanted=float(power))
    sought = replace(point, effect=None)
    if point.reason:
        return sought
    if n == 0:
        return replace(sought, reason="not estimable: no difference")
    none = _simulated(point)
    sought = replace(sought, size=none.size, p_floor=none.p_floor)
    if none.size == 0.0:
        return replace(sought, reason=f"not estimable: no p of {n} differences is as small as {alpha:g}")
    towards = -sd if alternative == "less" else sd

    def at(effect: float) -> SignedRankPower:
        return _simulated(replace(point, effect=effect * towards))

    return _least(at, power)


def _least(at: Callable[[float], SignedRankPower], power: float) -> SignedRankPower:
    """Bisect for the smallest effect (in standard deviations) that reaches the power."""
    low, high = 0.0, LARGEST_EFFECT
    best = at(high)
    while high - low > EFFECT_DIGITS:
        middle = (low + high) / 2
        tried = at(middle)
        if (tried.power or 0.0) >= power:
            high, best = middle, tried
        else:
            low = middle
    return best


def _point(
    effect: float, sd: float, alpha: float, alternative: str, resamples: int, seed: int
) -> SignedRankPower:
    """Check the arguments and put them in place; `reason` is set where nothing can be simulated."""
    check_option("alternative", alternative, ALTERNATIVES)
    _check_share("alpha", alpha)
    check_resamples(resamples)
    reason = None
    if not (isfinite(sd) and sd > 0.0):
        reason = "not estimable: the standard deviation is not a number above zero"
    elif not isfinite(effect):
        reason = "not estimable: the effect is not a finite number"
    return SignedRankPower(
        n=None,
        effect=float(effect) if isfinite(effect) else None,
        sd=float(sd) if isfinite(sd) else 0.0,
        power=None,
        power_error=None,
        alpha=float(alpha),
        size=None,
        p_floor=None,
        wanted=None,
        alternative=alternative,
        resamples=resamples,
        seed=seed,
        method=f"signed rank of normal differences ({resamples} simulated studies, seed {seed})",
        reason=reason,
    )


def _whole(n: int) -> int:
    try:
        whole = index(n)
    except TypeError:
        raise ValueError(f"n must be a whole number, not {n!r}") from None
    if whole < 0:
        raise ValueError(f"n must not be negative: {n}")
    return whole


def _check_share(name: str, value: float) -> None:
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} must lie between 0 and 1, not {value!r}")


def _simulated(point: SignedRankPower) -> SignedRankPower:
    """Fill in power, size and floor of a point with n and effect."""
    n, effect = point.n or 0, point.effect or 0.0
    tails = 2 if point.alternative == "two-sided" else 1
    cut, tail = _rejected(n, point.alpha / tails)
    hits = 0
    if cut >= 0:
        rng = np.random.default_rng(point.seed)
        total = n * (n + 1) // 2
        rows = max(1, CHUNK // n)
        for start in range(0, point.resamples, rows):
            count = min(rows, point.resamples - start)
            d = effect / point.sd + rng.standard_normal((count, n))
            by_size = np.take_along_axis(d, np.argsort(np.abs(d), axis=1), axis=1)
            positive = (by_size > 0.0) @ np.arange(1, n + 1)
            below = positive <= cut if point.alternative != "greater" else np.zeros(count, dtype=np.bool_)
            above = positive >= total - cut if point.alternative != "less" else np.zeros_like(below)
            hits += int(np.count_nonzero(below | above))
    power = hits / point.resamples
    return replace(
        point,
        power=power,
        power_error=sqrt(power * (1 - power) / point.resamples),
        size=tails * tail,
        p_floor=signed_rank_floor(n, point.alternative),
    )


def _rejected(n: int, alpha: float) -> tuple[int, float]:
    """Return the largest rank sum whose lower tail is at most `alpha`, and that tail; -1 and 0 if there is none."""
    cut, level = interval_cut(n, 1 - 2 * alpha)
    tail = (1 - level) / 2
    return (cut, tail) if tail <= alpha + ROUNDED else (-1, 0.0)
