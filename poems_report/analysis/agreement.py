"""Are the two markers at a concordant level: both above their ULN, or both not.

One pair a patient and phase (the last visit of the phase that tells both), so that no patient counts twice within
an agreement.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from poems_report.analysis.fisher import fisher, fisher_name
from poems_report.analysis.patients import Patients
from poems_report.analysis.phases import Pairs
from poems_report.analysis.results import Result
from poems_report.study.config import PHASES, StudyConfig

RAISED, NORMAL = "raised", "not raised"
_COEFFICIENTS = {
    "kappa": "Cohen's kappa",
    "ac1": "Gwet's AC1",
    "positive": "positive agreement",
    "negative": "negative agreement",
}
_APPROXIMATE = ("kappa", "ac1")
_REASONS = {
    "kappa": "a margin is constant",
    "positive": "no level is raised",
    "negative": "every level is raised",
}


def agreement_results(patients: Patients, config: StudyConfig) -> dict[str, Result]:
    """Agreement by phase and over patients; empty where the study has one marker.

    Keys: those of `observed_results`, and below each phase's key `.kappa` (with the p of Fisher's exact test
    for agreement beyond chance), `.ac1`, `.positive`, `.negative`.
    """
    if config.pair is None:
        return {}
    found = observed_results(patients, config)
    for phase in PHASES:
        found |= _coefficients(phase, patients.of_phase.in_phase(phase))
    return found


def observed_results(patients: Patients, config: StudyConfig) -> dict[str, Result]:
    """Observed agreement with its exact interval; empty where the study has one marker.

    Keys: `agreement.<phase>`, and `agreement.patients` for the patients concordant in every phase.
    """
    if config.pair is None:
        return {}
    found = {}
    for phase in PHASES:
        rows = patients.of_phase.in_phase(phase)
        method = f"observed agreement, {_where(phase)}; exact interval (Clopper-Pearson)"
        agreeing = int(np.count_nonzero(rows.concordant))
        found[f"agreement.{phase}"] = _proportion(agreeing, len(rows), method, _missing(phase), True)
    told = patients.concordance[patients.concordance >= 0]
    method = "patients concordant in every phase; exact interval (Clopper-Pearson)"
    everyone = _proportion(
        int(told.sum()), len(told), method, "no patient with both markers on one day", False
    )
    return found | {"agreement.patients": everyone}


def _coefficients(phase: str, rows: Pairs) -> dict[str, Result]:
    from poems_report.stats import agreement

    names = np.array([NORMAL, RAISED], dtype=object)
    one = agreement(
        names[rows.reference_raised],
        names[rows.candidate_raised],
        categories=(RAISED, NORMAL),
        positive=RAISED,
    )
    chance = _beyond_chance(rows) if one.kappa is not None else {}
    found = {}
    for name, method in _COEFFICIENTS.items():
        number = getattr(one, name) if len(rows) else None
        reason = "" if number is not None else _REASONS[name] if len(rows) else _missing(phase)
        low, high = (getattr(one, f"{name}_ci") if number is not None else None) or (None, None)
        found[f"agreement.{phase}.{name}"] = Result(
            number,
            f"{method}, {_where(phase)}" if len(rows) else _where(phase),
            n=len(rows),
            ci_low=low,
            ci_high=high,
            level=None if low is None else one.level,
            reason=reason,
            exploratory=True,
            cautions=("few_pairs",) if one.caution and low is not None and name in _APPROXIMATE else (),
            **(chance if name == "kappa" else {}),
        )
    return found


def _beyond_chance(rows: Pairs) -> dict[str, Any]:
    """Whether the levels agree more often than by chance, that is whether kappa is above 0."""
    both = np.count_nonzero(rows.reference_raised & rows.candidate_raised)
    reference, candidate = (int(np.sum(one)) for one in (rows.reference_raised, rows.candidate_raised))
    n = len(rows)
    cells = both, reference - both, candidate - both, n - reference - candidate + both
    p, floor = fisher(np.array([cells], dtype=np.float64))
    return {"p": float(p[0]), "p_floor": float(floor[0]), "test": fisher_name(n)}


def _where(phase: str) -> str:
    return f"last visit of the {phase} phase, one pair a patient"


def _missing(phase: str) -> str:
    return f"no patient with both markers in the {phase} phase"


def _proportion(k: int, n: int, method: str, missing: str, exploratory: bool) -> Result:
    from poems_report.stats import clopper_pearson

    if not n:
        return Result(None, method, n=0, reason=missing, exploratory=exploratory)
    low, high = clopper_pearson(k, n)
    return Result(k / n, method, n=n, ci_low=low, ci_high=high, level=0.95, exploratory=exploratory)
