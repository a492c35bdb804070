"""Are the two markers at a concordant level: both above their ULN, or both not.

One pair a patient and phase (the last visit of the phase that tells both), so that no patient counts twice within
an agreement.
"""

from __future__ import annotations

import numpy as np

from poems_report.analysis.patients import Patients
from poems_report.analysis.phases import Pairs
from poems_report.analysis.results import Result
from poems_report.study.config import PHASES, StudyConfig

RAISED, NORMAL = "raised", "not raised"
_REASONS = {
    "kappa": "a margin is constant",
    "ac1": "all levels are alike",
    "positive": "no level is raised",
    "negative": "every level is raised",
}


def agreement_results(patients: Patients, config: StudyConfig) -> dict[str, Result]:
    """Agreement by phase and over patients; empty where the study has one marker.

    Keys, for each phase: `agreement.<phase>` (observed agreement with its exact interval), and below it `.kappa`,
    `.ac1`, `.positive`, `.negative`; over all phases `agreement.patients` (patients concordant throughout).
    """
    if config.pair is None:
        return {}
    found: dict[str, Result] = {}
    for phase in PHASES:
        found |= _phase(phase, patients.of_phase.in_phase(phase))
    told = patients.concordance[patients.concordance >= 0]
    return found | {"agreement.patients": _proportion(int(told.sum()), len(told))}


def _phase(phase: str, rows: Pairs) -> dict[str, Result]:
    from poems_report.stats import agreement

    key, n = f"agreement.{phase}", len(rows)
    where = f"last visit of the {phase} phase, one pair a patient"
    if not n:
        keys = (key, *(f"{key}.{name}" for name in ("kappa", "ac1", "positive", "negative")))
        reason = f"no patient with both markers in the {phase} phase"
        return {name: Result(None, where, n=0, reason=reason, exploratory=True) for name in keys}
    names = np.array([NORMAL, RAISED], dtype=object)
    a, b = names[rows.reference_raised], names[rows.candidate_raised]
    one = agreement(a, b, categories=(RAISED, NORMAL), positive=RAISED)
    low, high = one.observed_ci or (None, None)
    found = {
        key: Result(
            one.observed,
            f"observed agreement, {where}; exact interval (Clopper-Pearson)",
            n=n,
            ci_low=low,
            ci_high=high,
            level=0.95,
            exploratory=True,
        )
    }
    for name, method in (
        ("kappa", "Cohen's kappa"),
        ("ac1", "Gwet's AC1"),
        ("positive", "positive agreement"),
        ("negative", "negative agreement"),
    ):
        number = getattr(one, name)
        reason = "" if number is not None else _REASONS[name]
        found[f"{key}.{name}"] = Result(number, f"{method}, {where}", n=n, reason=reason, exploratory=True)
    return found


def _proportion(k: int, n: int) -> Result:
    from poems_report.stats import clopper_pearson

    method = "patients concordant in every phase; exact interval (Clopper-Pearson)"
    if not n:
        return Result(None, method, n=0, reason="no patient with both markers on one day")
    low, high = clopper_pearson(k, n)
    return Result(k / n, method, n=n, of=None, ci_low=low, ci_high=high, level=0.95)
