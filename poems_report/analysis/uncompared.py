"""Results of a comparison in a study without a second marker: not estimable, under their usual keys."""

from __future__ import annotations

from poems_report.analysis.results import ONE_MARKER, Result
from poems_report.study.config import PHASES

_OF_PHASE = {
    "": "observed agreement",
    ".kappa": "Cohen's kappa",
    ".ac1": "Gwet's AC1",
    ".positive": "positive agreement",
    ".negative": "negative agreement",
}
_OTHERS = {
    "agreement.patients": "patients concordant in every phase",
    "reliability.day": "last day on which agreement can be told from chance",
    "power.agreement.detectable": "smallest true agreement that a study of this size detects",
    "power.rm_corr.detectable": "smallest correlation within patients that a study of this size detects",
}


def uncompared_results() -> dict[str, Result]:
    """Agreement by phase and over patients, its last day, and what could be detected: none of it estimable."""
    keys = {f"agreement.{phase}{end}": what for phase in PHASES for end, what in _OF_PHASE.items()} | _OTHERS
    return {key: Result(None, what, n=0, reason=ONE_MARKER) for key, what in keys.items()}
