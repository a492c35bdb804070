"""Are the two markers at a concordant level: both above their ULN, or both not.

One pair a patient and phase (the last visit of the phase that tells both), so that no patient counts twice within
an agreement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from poems_report.analysis.results import PatientResult, PhasePair, Result
from poems_report.study.config import PHASES

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.study import Study

RAISED, NORMAL = "raised", "not raised"
_REASONS = {
    "kappa": "a margin is constant",
    "ac1": "all levels are alike",
    "positive": "no level is raised",
    "negative": "every level is raised",
}


def patient_concordance(pairs: Sequence[PhasePair]) -> bool | None:
    """Whether a patient was concordant in every phase; None without any phase that tells."""
    return all(pair.concordant for pair in pairs) if pairs else None


def agreement_results(
    study: Study, patients: Mapping[str, PatientResult], of_phase: pd.DataFrame
) -> dict[str, Result]:
    """Agreement by phase and over patients.

    Keys, for each phase: `agreement.<phase>` (observed agreement with its exact interval), and below it `.kappa`,
    `.ac1`, `.positive`, `.negative`; over all phases `agreement.patients` (patients concordant throughout).
    """
    if study.config.pair is None:
        return {}
    found: dict[str, Result] = {}
    for phase in PHASES:
        found |= _phase(phase, of_phase[of_phase["phase"] == phase])
    told = [one for one in patients.values() if one.concordant is not None]
    return found | {"agreement.patients": _proportion(sum(bool(one.concordant) for one in told), len(told))}


def _phase(phase: str, rows: pd.DataFrame) -> dict[str, Result]:
    from poems_report.stats import agreement

    key, n = f"agreement.{phase}", len(rows)
    where = f"last visit of the {phase} phase, one pair a patient"
    if not n:
        names = (key, *(f"{key}.{name}" for name in ("kappa", "ac1", "positive", "negative")))
        reason = f"no patient with both markers in the {phase} phase"
        return {name: Result(None, where, n=0, reason=reason, exploratory=True) for name in names}
    a, b = (
        rows[f"{role}_raised"].map({1: RAISED, 0: NORMAL}).tolist() for role in ("reference", "candidate")
    )
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
