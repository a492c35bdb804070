"""One patient at a time: from study and results to a view, from the view to a page, and many pages in a batch."""

from poems_report.patients.batch import BatchReport, PatientOutcome, render_patients
from poems_report.patients.encryption import read_password
from poems_report.patients.model import PatientView
from poems_report.patients.variants import finish_of
from poems_report.patients.view import patient_view

__all__ = [
    "BatchReport",
    "PatientOutcome",
    "PatientView",
    "finish_of",
    "patient_view",
    "read_password",
    "render_patients",
]
