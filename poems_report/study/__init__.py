"""What was measured: reads a study folder, checks it, refuses what is unsafe."""

from poems_report.study.load import load_study
from poems_report.study.model import Study

__all__ = ["Study", "load_study"]
