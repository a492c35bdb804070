"""What the measurements mean here: phases, change, response, concordance, claims."""

from poems_report.analysis.analyse import analyse
from poems_report.analysis.power import Power
from poems_report.analysis.reliability import ReliabilityCurve
from poems_report.analysis.results import (
    AtLandmark,
    Change,
    PatientResult,
    PhasePair,
    Response,
    ResponseCutoff,
    Result,
    Results,
    Verdict,
    results_schema,
)
from poems_report.analysis.sensitivity import Sensitivity

__all__ = [
    "AtLandmark",
    "Change",
    "PatientResult",
    "PhasePair",
    "Power",
    "ReliabilityCurve",
    "Response",
    "ResponseCutoff",
    "Result",
    "Results",
    "Sensitivity",
    "Verdict",
    "analyse",
    "results_schema",
]
