"""How long after infusion the candidate marker agrees with the reference marker; exploratory.

The curve is a moving window over the logarithm of days, with one pair a patient in each window (the visit nearest
to the day): each point is a plain 2 x 2 table of a few patients, and its number of patients is known. A logistic
or smoothed curve would need more patients than eight to be told from its own assumptions, and with early agreement
complete it has no finite fit. The band is a bootstrap over whole patients with the same draws for every day.

Chance is judged by Fisher's exact test of each table, not by a fixed share: two markers that are hardly ever
raised agree often by chance.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poems_report.analysis.columns import Floats, Ints, numbered, smallest_of
from poems_report.analysis.fisher import fisher, fisher_name
from poems_report.analysis.phases import Pairs
from poems_report.analysis.results import Result
from poems_report.study.thresholds import Reliability

_FILE = Path(__file__).with_name("reliability.toml")
KEY = "reliability.day"
CELLS = 4
LEVEL = 0.95
# Patients are pooled into groups only where each group has so many.
POOLED = 4


@dataclass(frozen=True)
class Settings:
    """How the curve is made: the choices of the study, and the technical numbers of `reliability.toml`.

    Attributes:
        factor: the window of day t reaches from t / factor to t * factor.
        min_patients: fewer in a window tell nothing.
        alpha: largest one-sided p at which agreement is told from chance.
        days: days of the curve at most.
        resamples: samples of patients drawn.
        seed: seed of the draws.
        most_units: units that are resampled; beyond four times as many patients, groups of patients.
        exact_n: patients in a window up to which Fisher's test is exact; the normal approximation beyond.
    """

    factor: float
    min_patients: int
    alpha: float
    days: int
    resamples: int
    seed: int
    most_units: int
    exact_n: int


@dataclass(frozen=True)
class ReliabilityCurve:
    """Agreement of the two markers by days since infusion; one entry a day of the curve.

    Attributes:
        days: days since infusion, rising; only those with enough patients in their window.
        agreement: share of patients in whom both markers are above their ULN or both are not.
        low: lower end of the band at that day.
        high: upper end.
        chance: agreement that the shares of raised levels would give by chance alone.
        p: one-sided exact p (Fisher) of agreement above chance; 1 where one marker is raised in all or none of the
            patients, so that nothing can tell.
        p_floor: the smallest p that these shares could have given.
        patients: patients in the window, one pair each.
        first: first day of the window; `last` its last day.
        level: level of the band.
        factor: the window of day t reaches from t / factor to t * factor.
        method: how curve and band were found.
        reason: why there is no curve; empty where there is one.
    """

    days: tuple[int, ...]
    agreement: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    chance: tuple[float, ...]
    p: tuple[float, ...]
    p_floor: tuple[float, ...]
    patients: tuple[int, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]
    level: float
    factor: float
    method: str
    reason: str = ""


def settings_of(chosen: Reliability) -> Settings:
    """The choices of a study with the numbers of `reliability.toml`."""
    with _FILE.open("rb") as handle:
        return Settings(chosen.factor, chosen.min_patients, chosen.alpha, **tomllib.load(handle))


def reliability(pairs: Pairs, how: Settings) -> tuple[ReliabilityCurve, dict[str, Result]]:
    """Agreement as a function of days since infusion, and the day after which it cannot be told from chance.

    Key: `reliability.day`: the last day of the curve on which agreement can be told from chance, before the first
    later day on which it cannot; days on which one marker is raised in all patients or in none are passed over.
    Its interval is by the same bootstrap over patients; an upper end beyond the last day is left open.

    Args:
        pairs: visits with both compared markers.
        how: how the curve is made.
    """
    after = pairs.where(pairs.told & pairs.infused[pairs.patient] & (pairs.day > 0))
    days, units, pooled = _units(after, how)
    if not len(days):
        reason = f"on no day {how.min_patients} patients with both markers after infusion"
        return _empty(how, reason), {KEY: _result(None, how, 0, reason)}
    curve = _curve(days, units, pooled, how)
    return curve, {KEY: _day(curve, units, pooled, how)}


def _units(after: Pairs, how: Settings) -> tuple[Ints, Floats, bool]:
    """Days of the curve, and for each unit that is resampled and each day its 2 x 2 table of patients.

    A unit is a patient, or where there are many, a group of patients drawn at random; the third value tells which.
    The cells of a table: both raised, reference alone, candidate alone, neither.
    """
    owner = numbered(after.patient)
    count = int(owner[-1]) + 1 if len(owner) else 0
    if count < how.min_patients:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 0, CELLS)), False
    pooled = count > POOLED * how.most_units
    unit = np.random.default_rng(how.seed).permutation(count) % how.most_units if pooled else np.arange(count)
    units = how.most_units if pooled else count
    ends = float(after.day.min()), float(after.day.max())
    days = np.unique(np.rint(np.geomspace(*ends, how.days)).astype(np.int64))
    cell = 2 * (1 - after.reference_raised) + (1 - after.candidate_raised)
    tables = np.zeros((units, len(days), CELLS))
    exact = after.day.astype(np.float64)
    log_day, widened = np.log(exact), exact * how.factor
    for place, day in enumerate(days.tolist()):
        rows = np.flatnonzero((widened >= day) & (exact <= day * how.factor))
        near = smallest_of(np.arange(len(rows)), np.abs(log_day[rows] - np.log(day)), owner[rows], count)
        there = np.flatnonzero(near >= 0)
        filled = unit[there] * CELLS + cell[rows[near[there]]]
        tables[:, place] = np.bincount(filled, minlength=units * CELLS).reshape(units, CELLS)
    enough = tables.sum(axis=(0, 2)) >= how.min_patients
    return days[enough], tables[:, enough], pooled


def _curve(days: Ints, units: Floats, pooled: bool, how: Settings) -> ReliabilityCurve:
    totals = units.sum(axis=0)
    p, p_floor = fisher(totals, how.exact_n)
    bands = [_band(units[:, place], totals[place], how) for place in range(len(days))]
    edges = np.column_stack([np.ceil(days / how.factor), np.floor(days * how.factor)]).astype(int)
    a, b = _raised_shares(totals)
    return ReliabilityCurve(
        days=_whole(days),
        agreement=_numbers(_agreement(totals)),
        low=tuple(low for low, _ in bands),
        high=tuple(high for _, high in bands),
        chance=_numbers(a * b + (1 - a) * (1 - b)),
        p=_numbers(p),
        p_floor=_numbers(p_floor),
        patients=_whole(totals.sum(axis=1)),
        first=_whole(edges[:, 0]),
        last=_whole(edges[:, 1]),
        level=LEVEL,
        factor=how.factor,
        method=f"{_window(how)}; {_resampling(how, pooled)}; exact (Clopper-Pearson) where resamples cannot differ"
        + _few(len(units)),
    )


def _few(patients: int) -> str:
    from poems_report.stats.resampling import FEW_PATIENTS

    few = patients < FEW_PATIENTS
    return f"; few patients ({patients}): the bootstrap band is likely too narrow" if few else ""


def _band(cells: Floats, total: Floats, how: Settings) -> tuple[float, float]:
    """The interval of the agreement at one day; exact where all patients agree, or none, and resampling is blind."""
    from poems_report.stats import bootstrap_totals, clopper_pearson

    found = bootstrap_totals(cells, _agreement, LEVEL, how.resamples, how.seed)
    if found.ci_low is None or found.ci_high is None:
        return clopper_pearson(round(float(total[0] + total[3])), round(float(total.sum())), LEVEL)
    return found.ci_low, found.ci_high


def _day(curve: ReliabilityCurve, units: Floats, pooled: bool, how: Settings) -> Result:
    from poems_report.stats import bootstrap_totals

    days = np.array(curve.days)
    beyond = 2.0 * float(days[-1])
    found = _last_reliable(
        np.array(curve.p)[np.newaxis], np.array(curve.p_floor)[np.newaxis], days, beyond, how
    )
    estimate, n = float(found[0]), max(curve.patients)
    if estimate == 0.0:
        return _result(None, how, n, f"agreement can be told from chance on no day; {_smallest(curve, how)}")
    if estimate == beyond:
        reason = f"agreement can be told from chance to the last day of the curve, day {curve.days[-1]}"
        return _result(None, how, n, reason)

    def statistic(totals: Floats) -> Floats:
        tables = np.rint(totals.reshape(*totals.shape[:-1], len(days), CELLS))
        p, p_floor = fisher(tables, how.exact_n)
        return _last_reliable(p, p_floor, days, beyond, how)

    drawn = bootstrap_totals(units.reshape(len(units), -1), statistic, LEVEL, how.resamples, how.seed)
    open_end = drawn.ci_high is not None and drawn.ci_high > days[-1]
    notes = [drawn.caution or "", drawn.reason or "" if drawn.ci_low is None else ""]
    if drawn.ci_low is not None and drawn.ci_low < days[0]:
        notes.append("the interval reaches below the first day of the curve: some resamples have no such day")
    if open_end:
        notes.append(
            f"the interval is open above: it reaches beyond the last day of the curve, day {curve.days[-1]}"
        )
    return Result(
        estimate,
        f"{_method(how, n)}; {_resampling(how, pooled)}",
        n=n,
        ci_low=drawn.ci_low,
        ci_high=None if open_end else drawn.ci_high,
        level=None if drawn.ci_low is None else LEVEL,
        unit="days",
        note="; ".join(note for note in notes if note),
        exploratory=True,
    )


def _smallest(curve: ReliabilityCurve, how: Settings) -> str:
    """The smallest p of the curve with its day, test, patients and floor, and the smallest possible on any day."""
    at = min(range(len(curve.p)), key=lambda place: (curve.p[place], curve.p_floor[place]))
    patients = curve.patients[at]
    return (
        f"nearest to it is day {curve.days[at]}: p = {curve.p[at]:.2g} ({fisher_name(patients, how.exact_n)}, "
        f"n = {patients}, smallest possible p {curve.p_floor[at]:.2g}; on any day {min(curve.p_floor):.2g})"
    )


def _last_reliable(p: Floats, p_floor: Floats, days: Ints, beyond: float, how: Settings) -> Floats:
    """The last day told from chance before the first later one that is not; 0 without any, `beyond` without end."""
    told = p <= how.alpha
    lost = ~told & (p_floor < 1.0) & (np.cumsum(told, axis=-1) > 0)
    end = np.where(lost.any(axis=-1), lost.argmax(axis=-1), len(days))
    before = told & (np.arange(len(days)) < end[..., np.newaxis])
    last = days[np.where(before, np.arange(len(days)), 0).max(axis=-1)]
    found = np.where(end == len(days), beyond, last)
    return np.where(told.any(axis=-1), found, 0.0)


def _agreement(totals: Floats) -> Floats:
    return np.asarray((totals[..., 0] + totals[..., 3]) / totals.sum(axis=-1))


def _raised_shares(totals: Floats) -> tuple[Floats, Floats]:
    n = totals.sum(axis=-1)
    return (totals[..., 0] + totals[..., 1]) / n, (totals[..., 0] + totals[..., 2]) / n


def _empty(how: Settings, reason: str) -> ReliabilityCurve:
    return ReliabilityCurve(*((),) * 10, level=LEVEL, factor=how.factor, method=_window(how), reason=reason)


def _result(estimate: None, how: Settings, n: int, reason: str) -> Result:
    return Result(estimate, _method(how, n), n=n, unit="days", reason=reason, exploratory=True)


def _method(how: Settings, n: int) -> str:
    test = "Fisher's exact"
    if n > how.exact_n:
        test += f" or, beyond {how.exact_n} patients in a window, normal approximation's"
    return (
        f"last day after infusion on which agreement can be told from chance ({test} p at most {how.alpha}, "
        f"one-sided), before the first later day on which it cannot; {_window(how)}"
    )


def _window(how: Settings) -> str:
    return f"window from t / {how.factor:g} to t x {how.factor:g} days, one pair a patient"


def _resampling(how: Settings, pooled: bool) -> str:
    units = f"{how.most_units} groups of patients" if pooled else "patients"
    return f"BCa bootstrap over {units} ({how.resamples} resamples, seed {how.seed})"


def _numbers(values: Floats) -> tuple[float, ...]:
    return tuple(float(one) for one in values)


def _whole(values: np.ndarray) -> tuple[int, ...]:
    return tuple(int(one) for one in values)
