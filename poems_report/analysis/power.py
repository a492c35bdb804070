"""What a study of this size could have detected: power of the tests over effect and number of patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import pi, sqrt, tanh

import numpy as np

from poems_report.analysis.change import Changes
from poems_report.analysis.columns import Floats
from poems_report.analysis.conventions import CONVENTIONS
from poems_report.analysis.phases import Pairs
from poems_report.analysis.results import Result

_SET = CONVENTIONS["power"]
SIZES: list[int] = _SET["sizes"]
ALPHA: float = _SET["alpha"]
WANTED: float = _SET["wanted"]
EFFECTS: dict[str, list[float]] = _SET["effects"]
# Two readings that know nothing of each other agree in half of the patients where half are raised.
CHANCE = 0.5
# Beyond so many patients, or degrees of freedom, the formula by the normal distribution replaces the search.
SIMULATED_N = 100
# Points of the quadrature; three times as many change a power by less than 0.00001.
NODES = 100
DIGITS = 1e-6


@dataclass(frozen=True)
class Power:
    """Power of one test at one effect and size.

    Attributes:
        test: `signed_rank` (change from before to after), `agreement` (whether it exceeds one half) or `rm_corr`
            (correlation within patients).
        effect: mean log2 change in standard deviations of the change; true share of patients in whom both markers
            agree; true correlation within patients.
        n: patients.
        visits: visits of each patient.
        power: chance of a two-sided p of at most `alpha`.
        error: standard error of a simulated power; 0 where it was computed.
        alpha: two-sided.
        p_floor: smallest p that n can reach; 0 for a test by formula.
        method: how it was found.
    """

    test: str
    effect: float
    n: int
    visits: int
    power: float
    error: float
    alpha: float
    p_floor: float
    method: str


def power_table(pairs: Pairs) -> tuple[Power, ...]:
    """Power of each test over effect and number of patients, by test, number and effect.

    Args:
        pairs: visits with both markers, of which the usual number a patient is taken for `rm_corr`.
    """
    from poems_report.stats import signed_rank_power

    visits = usual_visits(pairs)
    rows = []
    for n in SIZES:
        for effect in EFFECTS["signed_rank"]:
            one = signed_rank_power(n, effect, alpha=ALPHA)
            error, floor = one.power_error or 0.0, one.p_floor or 0.0
            rows.append(Power("signed_rank", effect, n, 2, one.power or 0.0, error, ALPHA, floor, one.method))
    for n in SIZES:
        floor = min(1.0, 2 * CHANCE**n)
        for effect in EFFECTS["agreement"]:
            power = agreement_power(n, effect)
            rows.append(Power("agreement", effect, n, 1, power, 0.0, ALPHA, floor, _AGREEMENT))
    for n in SIZES:
        for effect in EFFECTS["rm_corr"]:
            power = rm_corr_power(degrees(n * visits, n), effect)
            rows.append(Power("rm_corr", effect, n, visits, power, 0.0, ALPHA, 0.0, _RM_CORR))
    return tuple(rows)


_AGREEMENT = "exact binomial: lower end of the Clopper-Pearson interval above one half"
_RM_CORR = "t test of the repeated-measures correlation; exact for normal deviations, by quadrature"


def usual_visits(pairs: Pairs) -> int:
    """Mean number of paired visits of the patients that have two or more, as a whole number; at least 2."""
    counts = np.bincount(pairs.patient, minlength=1)
    several = counts[counts >= 2]
    return max(2, round(float(several.mean()))) if len(several) else 2


def degrees(observations: int, patients: int) -> int:
    """Degrees of freedom of the repeated-measures correlation."""
    return observations - patients - 1


def needed_agreeing(n: int) -> int:
    """The fewest agreeing patients of n whose exact interval lies above one half; n + 1 where none does."""
    from poems_report.stats import clopper_pearson

    low, high = n // 2, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if clopper_pearson(middle, n, 1 - ALPHA)[0] > CHANCE else (middle, high)
    return high


def agreement_power(n: int, share: float) -> float:
    """Chance that the exact interval of the agreement of n patients lies above one half, if `share` is true."""
    from scipy.special import betainc

    least = needed_agreeing(n)
    return 0.0 if least > n else float(betainc(least, n - least + 1, share))


def rm_corr_power(df: int, rho: float) -> float:
    """Chance of a two-sided p of at most `ALPHA` if rho is the true correlation of the deviations within patients.

    With df degrees of freedom the deviations carry as much as df + 2 independent pairs of a bivariate normal
    distribution. Given the spread of x and the residual spread of y, t is normal; the power is averaged over both
    (chi-squared with df + 1 and df degrees of freedom) by Gauss-Legendre quadrature over their quantiles.
    """
    from scipy.special import gammaincinv, ndtr, stdtrit

    if df < 1:
        return 0.0
    cut = float(stdtrit(df, 1 - ALPHA / 2))
    nodes, weights = _quadrature()
    share = (nodes + 1) / 2
    shift = rho / sqrt(1 - rho**2) * np.sqrt(2 * gammaincinv((df + 1) / 2, share))[:, np.newaxis]
    residual = cut * np.sqrt(2 * gammaincinv(df / 2, share) / df)[np.newaxis, :]
    detected = ndtr(shift - residual) + ndtr(-shift - residual)
    return float(np.clip(weights @ detected @ weights / 4, 0.0, 1.0))


@cache
def _quadrature() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights


def power_results(
    pairs: Pairs, changes: Mapping[tuple[str, str], Changes], told: int, reference: str, paired: bool
) -> dict[str, Result]:
    """The smallest effect that each test detects with the wanted power in a study of this very size.

    Keys: `power.signed_rank.detectable` (mean log2 change in its standard deviations), `power.agreement.detectable`
    (share of patients) and `power.rm_corr.detectable` (correlation); the last two only for two markers.

    Args:
        pairs: visits with both markers.
        changes: by marker and kind.
        told: patients of whom concordance is known.
        reference: the reference marker.
        paired: whether the study compares two markers.
    """
    one = changes.get((reference, "day_after"))
    found = {"power.signed_rank.detectable": _signed_rank(len(one.log2) if one else 0)}
    if paired:
        found["power.agreement.detectable"] = _agreement(told)
        found["power.rm_corr.detectable"] = _rm_corr(pairs)
    return found


def _signed_rank(n: int) -> Result:
    from poems_report.stats import signed_rank_detectable

    method = f"smallest mean log2 change to the day after that {_detects()} by the exact signed rank test"
    if n > SIMULATED_N:
        return Result(
            _z_sum() * sqrt(pi / (3 * n)), f"{method}; normal approximation for {n} patients", n=n, unit="SD"
        )
    found = signed_rank_detectable(n, power=WANTED, alpha=ALPHA)
    reason = (found.reason or "").removeprefix("not estimable: ")
    return Result(found.effect, f"{method}; {found.method}", n=n, unit="SD", reason=reason)


def _agreement(n: int) -> Result:
    from scipy.special import betaincinv

    method = f"smallest true agreement that {_detects()}: {_AGREEMENT}"
    if n == 0:
        return Result(None, method, n=0, reason="no patient with both markers on one day")
    least = needed_agreeing(n)
    if least > n:
        floor = min(1.0, 2 * CHANCE**n)
        reason = f"even {n} of {n} patients do not exceed one half; smallest possible p {floor:.2g}"
        return Result(None, method, n=n, reason=reason)
    return Result(float(betaincinv(least, n - least + 1, WANTED)), method, n=n)


def _rm_corr(pairs: Pairs) -> Result:
    counts = np.bincount(pairs.patient, minlength=1)
    several = counts[counts >= 2]
    n, observations = len(several), int(several.sum())
    df = degrees(observations, n)
    method = f"smallest correlation within patients that {_detects()}: {_RM_CORR}"
    if df < 1:
        reason = "fewer than 1 degree of freedom"
        return Result(None, method, n=n, observations=observations, reason=reason)
    if df > SIMULATED_N:
        rho, method = tanh(_z_sum() / sqrt(df - 1)), f"{method}; Fisher's z for {df} degrees of freedom"
    else:
        rho = _least(lambda value: rm_corr_power(df, value))
    return Result(rho, method, n=n, observations=observations)


def _least(power: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0 - DIGITS
    while high - low > DIGITS:
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= WANTED else (middle, high)
    return high


def _detects() -> str:
    return f"a study of this size detects with a power of {WANTED:.0%} (two-sided p at most {ALPHA})"


def _z_sum() -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - ALPHA / 2) + ndtri(WANTED))
