"""Do the two markers move together: within a patient, between patients, and in rank within each phase."""

from __future__ import annotations

import numpy as np

from poems_report.analysis.columns import Floats, Ints
from poems_report.analysis.phases import Pairs
from poems_report.analysis.results import Result, reason_of
from poems_report.study.config import PHASES, StudyConfig

FEW = 5
# Beyond so many patients the exploratory ranks are those of this many, drawn at random, and say so.
MOST_EXPLORED = 2_000
LIMIT_NOTE = "values at a limit enter as the limit"


def correlation_results(pairs: Pairs, config: StudyConfig) -> dict[str, Result]:
    """Correlations of the compared markers within and between patients; empty where the study has one marker.

    Keys: those of `linear_results`, and `between.<a>_<b>.rho` (Spearman, of the patients' mean log2 values).
    """
    if config.pair is None:
        return {}
    subject, x, y = _log2(pairs)
    rho = _between_ranks(subject, x, y, _limit_note(pairs))
    return {**linear_results(pairs, config), f"between.{'_'.join(config.pair)}.rho": rho}


def linear_results(pairs: Pairs, config: StudyConfig) -> dict[str, Result]:
    """Linear correlations of the compared markers; empty where the study has one marker.

    Keys: `within.<a>_<b>.r` (repeated-measures correlation of log2 values) and `between.<a>_<b>.r` (correlation of
    the patients' mean log2 values).
    """
    if config.pair is None:
        return {}
    name = "_".join(config.pair)
    subject, x, y = _log2(pairs)
    note = _limit_note(pairs)
    within, between = _within(subject, x, y, note), _between(subject, x, y, note)
    return {f"within.{name}.r": within, f"between.{name}.r": between}


def rank_results(of_phase: Pairs, config: StudyConfig) -> dict[str, Result]:
    """Rank correlation of the compared markers in each phase; empty where the study has one marker.

    Keys: `phase.<phase>.<a>_<b>.tau` (Kendall tau-b with censoring, one visit a patient).
    """
    if config.pair is None:
        return {}
    name = "_".join(config.pair)
    return {f"phase.{phase}.{name}.tau": _rank(phase, of_phase.in_phase(phase)) for phase in PHASES}


def _log2(pairs: Pairs) -> tuple[Ints, Floats, Floats]:
    """Patients numbered without gaps, and the log2 values of both markers."""
    _, subject = np.unique(pairs.patient, return_inverse=True)
    return subject, np.log2(pairs.reference), np.log2(pairs.candidate)


def _limit_note(pairs: Pairs) -> str:
    return LIMIT_NOTE if pairs.reference_censored.any() or pairs.candidate_censored.any() else ""


def _within(subject: np.ndarray, x: np.ndarray, y: np.ndarray, note: str) -> Result:
    from poems_report.stats import rm_corr

    found = rm_corr(subject, x, y)
    few = f"fewer than {FEW} degrees of freedom" if found.r is not None and found.df < FEW else ""
    return Result(
        found.r,
        "repeated-measures correlation of log2 values (Bakdash and Marusich 2017)",
        n=found.k,
        observations=found.n,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        level=found.level if found.ci_low is not None else None,
        p=found.p,
        p_floor=found.p_floor if found.p is not None else None,
        reason=reason_of(found),
        note="; ".join(part for part in (note, few) if part),
    )


_MEANS = "of the patients' mean log2 values"


def _between(subject: np.ndarray, x: np.ndarray, y: np.ndarray, note: str) -> Result:
    from poems_report.stats import between_corr

    means = between_corr(subject, x, y)
    return Result(
        means.r,
        f"correlation {_MEANS} (Bland and Altman 1995); {means.method}",
        n=means.n,
        ci_low=means.ci_low,
        ci_high=means.ci_high,
        level=means.level if means.ci_low is not None else None,
        p=means.p,
        p_floor=means.p_floor if means.p is not None else None,
        reason=reason_of(means),
        note=note,
    )


def _between_ranks(subject: np.ndarray, x: np.ndarray, y: np.ndarray, note: str) -> Result:
    from poems_report.stats import spearman

    counts = np.bincount(subject)
    ranks = spearman(np.bincount(subject, x) / counts, np.bincount(subject, y) / counts)
    return Result(
        ranks.rho,
        f"Spearman correlation {_MEANS}; {ranks.method}",
        n=ranks.n,
        p=ranks.p,
        p_floor=ranks.p_floor if ranks.p is not None else None,
        reason=reason_of(ranks),
        note=note,
    )


def _rank(phase: str, rows: Pairs) -> Result:
    from poems_report.stats import kendall_tau_b

    where, everyone = f"last visit of the {phase} phase", len(rows)
    if everyone > MOST_EXPLORED:
        drawn = np.random.default_rng(0).choice(everyone, MOST_EXPLORED, replace=False)
        rows = rows.where(np.sort(drawn))
        where += f"; {MOST_EXPLORED} of {everyone} patients at random (seed 0)"
    found = kendall_tau_b(rows.reference, rows.candidate, rows.reference_censored, rows.candidate_censored)
    return Result(
        found.tau,
        f"Kendall tau-b with censoring, {where}; {found.method}",
        n=found.n,
        p=found.p,
        p_floor=found.p_floor if found.p is not None else None,
        reason=reason_of(found),
        exploratory=True,
    )
