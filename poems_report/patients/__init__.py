"""One patient at a time: from study and results to a view, from the view to a page, and many pages in a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from poems_report.patients.batch import BatchReport, render_patients
    from poems_report.patients.booklet import render_booklet
    from poems_report.patients.encryption import read_password
    from poems_report.patients.job import PatientOutcome
    from poems_report.patients.model import PatientView
    from poems_report.patients.since import Since, since_of
    from poems_report.patients.variants import finish_of
    from poems_report.patients.view import patient_view

__all__ = [
    "BatchReport",
    "PatientOutcome",
    "PatientView",
    "Since",
    "finish_of",
    "patient_view",
    "read_password",
    "render_booklet",
    "render_patients",
    "since_of",
]

_HOMES = {
    "BatchReport": "batch",
    "render_booklet": "booklet",
    "render_patients": "batch",
    "PatientOutcome": "job",
    "PatientView": "model",
    "Since": "since",
    "since_of": "since",
    "finish_of": "variants",
    "patient_view": "view",
    "read_password": "encryption",
}


def __getattr__(name: str) -> Any:
    """Load the public names where they are first used: a worker needs no study."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
