"""BCa bootstrap over patients: whole patients are drawn, never single visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ldexp
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from poems_report.stats._inputs import FloatArray, check_level, subject_codes
from poems_report.stats.permutation import check_resamples

# With 10,000 less one the 2.5% and 97.5% points are whole ranks (Davison & Hinkley 1997, chapter 5).
RESAMPLES = 9_999
# With 8 patients the intervals fall short of their level, with 20 they hold it (coverage.json).
FEW_PATIENTS = 20
# Numbers of a block: 32 MB.
CHUNK = 4_000_000

TotalsStatistic = Callable[[FloatArray], ArrayLike]
RowsStatistic = Callable[[NDArray[np.int64]], float | None]


@dataclass(frozen=True)
class Bootstrap:
    """Result of a bootstrap over patients; what is not estimable is None, and `reason` says why.

    Attributes:
        estimate: the statistic of the data.
        ci_low: lower end of the bias-corrected and accelerated (BCa) interval.
        ci_high: upper end.
        level: level of the interval.
        se: standard deviation of the resampled statistic.
        n: patients.
        resamples: samples drawn.
        failed: samples in which the statistic was not estimable, left out.
        seed: seed of the draws.
        method: the method in words.
        reason: why something is not estimable.
        caution: a warning to print with the result (few patients, failed samples).
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    level: float
    se: float | None
    n: int
    resamples: int
    failed: int
    seed: int
    method: str
    reason: str | None = None
    caution: str | None = None


def bootstrap_totals(
    sums: ArrayLike,
    statistic: TotalsStatistic,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Bootstrap:
    """BCa interval of a statistic of sums over patients (Efron 1987; Efron & Tibshirani 1993, chapter 14).

    Each patient is one row of sums (agreements and pairs, say, or sums of squares and products), so a
    resample costs no more than adding rows. The same seed and number of patients give the same draws, so
    intervals of several statistics fit together as a band.

    Args:
        sums: one row a patient, one column a sum; or one number a patient.
        statistic: takes totals, shape (..., columns), and returns the statistic, shape (...); NaN where
            it is not estimable. It is called on many resamples at once.
        level: level of the interval.
        resamples: number of resamples.
        seed: seed of the draws.

    Raises:
        ValueError: sums that are no finite numbers, a statistic of the wrong shape, a level outside 0 to 1, no
            resamples.
    """
    check_level(level)
    check_resamples(resamples)
    table = np.asarray(sums, dtype=np.float64)
    table = table[:, np.newaxis] if table.ndim == 1 else table
    if table.ndim != 2 or not np.isfinite(table).all():
        raise ValueError("sums must be finite numbers, one row a patient")
    n = len(table)

    def of(totals: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            result = np.asarray(statistic(totals), dtype=np.float64)
        if result.shape != totals.shape[:-1]:
            raise ValueError(f"statistic must return shape {totals.shape[:-1]}, not {result.shape}")
        return result

    if n < 2:
        estimate = float(of(table.sum(axis=0)[np.newaxis, :])[0]) if n else float("nan")
        return _bca(estimate, np.zeros(0), np.zeros(0), n, level, resamples, seed)
    with np.errstate(over="ignore", invalid="ignore"):
        drawn = [of(times @ table) for times in _draws(n, resamples, seed)]
        total = table.sum(axis=0)
        left_out = of(total - table)
    estimate = float(of(total[np.newaxis, :])[0])
    return _bca(estimate, np.concatenate(drawn), left_out, n, level, resamples, seed)


def _draws(n: int, resamples: int, seed: int) -> Iterable[FloatArray]:
    """How often each patient is drawn: one row a resample, in blocks of bounded size."""
    rows = max(1, CHUNK // n)
    return (_block(n, resamples, seed),) if resamples <= rows else _blocks(n, resamples, seed, rows)


@lru_cache(maxsize=1)
def _block(n: int, resamples: int, seed: int) -> FloatArray:
    """All draws at once; kept, since the days of a band share them."""
    return next(iter(_blocks(n, resamples, seed, resamples)))


def _blocks(n: int, resamples: int, seed: int, rows: int) -> Iterator[FloatArray]:
    rng = np.random.default_rng(seed)
    equal = np.full(n, 1.0 / n)
    for start in range(0, resamples, rows):
        yield rng.multinomial(n, equal, size=min(rows, resamples - start)).astype(np.float64)


def bootstrap_rows(
    subject: Iterable[Any],
    statistic: RowsStatistic,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Bootstrap:
    """BCa interval of any statistic of the visits, drawing whole patients.

    Slower than `bootstrap_totals`: the statistic is called once for every resample.

    Args:
        subject: the patient of each visit; visits without one are left out.
        statistic: takes the row numbers of the visits drawn and returns the statistic, or None where it
            is not estimable.
        level: level of the interval.
        resamples: number of resamples.
        seed: seed of the draws.

    Raises:
        ValueError: a level outside 0 to 1, no resamples.
    """
    check_level(level)
    check_resamples(resamples)
    codes = subject_codes(subject)
    groups = [np.flatnonzero(codes == code) for code in np.unique(codes[codes >= 0])]
    n = len(groups)

    def of(patients: Iterable[int]) -> float:
        rows = [groups[patient] for patient in patients]
        value = statistic(np.concatenate(rows)) if rows else None
        return float("nan") if value is None else float(value)

    estimate = of(range(n))
    if n < 2:
        return _bca(estimate, np.zeros(0), np.zeros(0), n, level, resamples, seed)
    rng = np.random.default_rng(seed)
    drawn = np.array([of(rng.integers(n, size=n).tolist()) for _ in range(resamples)])
    left_out = np.array([of(other for other in range(n) if other != patient) for patient in range(n)])
    return _bca(estimate, drawn, left_out, n, level, resamples, seed)


def _bca(
    estimate: float, drawn: FloatArray, left_out: FloatArray, n: int, level: float, resamples: int, seed: int
) -> Bootstrap:
    """Put the interval together from the estimate, its resamples and its values without each patient."""
    usable = drawn[np.isfinite(drawn)]
    failed = len(drawn) - len(usable)
    ends: tuple[float, float, float] | None = None
    known = bool(np.isfinite(estimate))
    if not known:
        reason: str | None = "not estimable: " + (
            "the statistic of the data is undefined" if n else "no patient"
        )
    elif n < 2:
        reason = "interval not estimable: one patient"
    elif not np.isfinite(left_out).all():
        reason = "interval not estimable: the statistic is undefined without one of the patients"
    elif len(usable) == 0 or usable.min() == usable.max():
        reason = "interval not estimable: the statistic is the same in every resample"
    else:
        ends = _bca_ends(estimate, usable, left_out, level)
        reason = None if ends else "interval not estimable: the estimate lies outside its resamples"
    cautions = [f"few patients ({n}): the interval is likely too narrow"] if 2 <= n < FEW_PATIENTS else []
    if failed and known:
        cautions.append(f"not estimable in {failed} of {resamples} resamples, which are left out")
    return Bootstrap(
        estimate=estimate if known else None,
        ci_low=ends[0] if ends else None,
        ci_high=ends[1] if ends else None,
        level=level,
        se=ends[2] if ends else None,
        n=n,
        resamples=resamples,
        failed=failed,
        seed=seed,
        method=f"BCa bootstrap over patients ({resamples} resamples, seed {seed})",
        reason=reason,
        caution="; ".join(cautions) if cautions and known else None,
    )


def _bca_ends(
    estimate: float, usable: FloatArray, left_out: FloatArray, level: float
) -> tuple[float, float, float] | None:
    """Return both ends and the standard deviation of the resamples."""
    from scipy.special import ndtr, ndtri

    # A power of two brings all near 1, so that no square or cube of them overflows or vanishes.
    size = int(np.frexp(max(float(np.abs(usable).max()), abs(estimate)))[1]) + 1
    usable, left_out, estimate = np.ldexp(usable, -size), np.ldexp(left_out, -size), ldexp(estimate, -size)
    # Resamples equal to the estimate count half: statistics of few patients repeat themselves.
    slack = 1e-12 * max(abs(estimate), float(np.abs(usable).max()))
    lower = np.count_nonzero(usable < estimate - slack)
    within = np.count_nonzero(np.abs(usable - estimate) <= slack)
    share = (lower + within / 2) / len(usable)
    if not 0.0 < share < 1.0:
        return None
    bias = float(ndtri(share))
    pull = left_out.mean() - left_out
    spread = float((pull**2).sum())
    acceleration = float((pull**3).sum()) / (6 * spread**1.5) if spread > 0.0 else 0.0
    shifted = bias + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    places = ndtr(bias + shifted / (1 - acceleration * shifted))
    low, high = np.quantile(usable, places)
    return float(np.ldexp(low, size)), float(np.ldexp(high, size)), float(np.ldexp(usable.std(ddof=1), size))
