"""Results asked by the roles of the markers: `within.{pair}.r`, whatever the markers of the study are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poems_report.analysis import Result, Results
    from poems_report.study import Study
    from poems_report.study.config import Marker

ROLES = ("reference", "candidate")


def marker_of(study: Study, role: str) -> Marker | None:
    """The `reference` or the `candidate` marker; None for the candidate of a study of one marker."""
    found = _names(study)
    return study.config.markers[found[role]] if role in found else None


def result_of(study: Study, results: Results, key: str) -> Result:
    """The result of a key in which `{reference}`, `{candidate}` and `{pair}` stand for the compared markers' names.

    Not estimable, with this reason, where the study has one marker and the key needs two.

    Raises:
        AnalysisError: there is no such result.
    """
    from poems_report.analysis.results import ONE_MARKER, Result

    found = key_of(study, key)
    return results[found] if found else Result(None, key, n=0, reason=ONE_MARKER)


def key_of(study: Study, key: str) -> str:
    """The key with the compared markers' names in it; empty where the study has one marker and the key needs two."""
    names = _names(study)
    if len(names) < len(ROLES) and any(role in key for role in ("{candidate}", "{pair}")):
        return ""
    return key.format(**names, pair="_".join(names.values()))


def _names(study: Study) -> dict[str, str]:
    names = study.config.pair or (next(iter(study.config.markers)),)
    return dict(zip(ROLES, names, strict=False))
