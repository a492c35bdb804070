"""Do the two markers move together: within a patient, between patients, and in rank within each phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from poems_report.analysis.results import Result, reason_of
from poems_report.study.config import PHASES

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.study import Study

FEW = 5
LIMIT_NOTE = "values at a limit enter as the limit"


def association_results(study: Study, pairs: pd.DataFrame, of_phase: pd.DataFrame) -> dict[str, Result]:
    """Correlations of the compared markers; empty where the study has one marker.

    Keys: `within.<a>_<b>.r` (repeated-measures correlation of log2 values), `between.<a>_<b>.r` (correlation of
    the patients' mean log2 values), `between.<a>_<b>.rho` (Spearman, of the same means) and
    `phase.<phase>.<a>_<b>.tau` (Kendall tau-b with censoring, one visit a patient).
    """
    if study.config.pair is None:
        return {}
    name = "_".join(study.config.pair)
    subject, x, y = _log2(pairs)
    found = {f"within.{name}.r": _within(subject, x, y, _limit_note(pairs))}
    found |= _between(name, subject, x, y, _limit_note(pairs))
    for phase in PHASES:
        found[f"phase.{phase}.{name}.tau"] = _rank(phase, of_phase[of_phase["phase"] == phase])
    return found


def _log2(pairs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    import pandas as pd

    subject, _ = pd.factorize(pairs["patient_id"])
    values = (pairs[role].to_numpy(dtype=float) for role in ("reference", "candidate"))
    x, y = (np.log2(value) for value in values)
    return subject, x, y


def _limit_note(pairs: pd.DataFrame) -> str:
    censored = (pairs[["reference_censored", "candidate_censored"]] != 0).any(axis=None)
    return LIMIT_NOTE if censored else ""


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


def _between(name: str, subject: np.ndarray, x: np.ndarray, y: np.ndarray, note: str) -> dict[str, Result]:
    from poems_report.stats import between_corr, spearman

    means = between_corr(subject, x, y)
    counts = np.bincount(subject)
    ranks = spearman(np.bincount(subject, x) / counts, np.bincount(subject, y) / counts)
    what = "of the patients' mean log2 values"
    return {
        f"between.{name}.r": Result(
            means.r,
            f"correlation {what} (Bland and Altman 1995); {means.method}",
            n=means.n,
            ci_low=means.ci_low,
            ci_high=means.ci_high,
            level=means.level if means.ci_low is not None else None,
            p=means.p,
            p_floor=means.p_floor if means.p is not None else None,
            reason=reason_of(means),
            note=note,
        ),
        f"between.{name}.rho": Result(
            ranks.rho,
            f"Spearman correlation {what}; {ranks.method}",
            n=ranks.n,
            p=ranks.p,
            p_floor=ranks.p_floor if ranks.p is not None else None,
            reason=reason_of(ranks),
            note=note,
        ),
    }


def _rank(phase: str, rows: pd.DataFrame) -> Result:
    from poems_report.stats import kendall_tau_b

    found = kendall_tau_b(
        rows["reference"].to_numpy(dtype=float),
        rows["candidate"].to_numpy(dtype=float),
        rows["reference_censored"].to_numpy(dtype=int),
        rows["candidate_censored"].to_numpy(dtype=int),
    )
    return Result(
        found.tau,
        f"Kendall tau-b with censoring, last visit of the {phase} phase; {found.method}",
        n=found.n,
        p=found.p,
        p_floor=found.p_floor if found.p is not None else None,
        reason=reason_of(found),
        exploratory=True,
    )
