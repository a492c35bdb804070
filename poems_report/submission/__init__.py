"""What a journal receives: the figures as files."""

from poems_report.submission.export import export_figures

__all__ = ["export_figures"]
