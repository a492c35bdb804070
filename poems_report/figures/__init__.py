"""The figures of a study: each with its size, the data behind it, its caption and its description in words."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from poems_report import theme as look
from poems_report.errors import AnalysisError, FigureError
from poems_report.figures.figure import Figure

if TYPE_CHECKING:
    from poems_report.analysis import Results
    from poems_report.study import Study

__all__ = ["NAMES", "Figure", "all_figures", "figure", "figure_or_reason"]

NAMES = ("trajectories", "day_after", "association", "phase_map", "reliability", "agreement", "sensitivity")
"""Every figure, in the order of the manuscript; the module of a name holds the function of that name."""


def figure(name: str, study: Study, results: Results, width_mm: float = look.FIGURE_WIDTH_MM) -> Figure:
    """One figure of the study.

    Args:
        name: one of `NAMES`.
        study: the study.
        results: what `analyse` says of it.
        width_mm: width of the finished figure; sizes of text and lines do not depend on it.

    Raises:
        AnalysisError: there is no such figure; as FigureError: this study cannot carry it.
    """
    if name not in NAMES:
        raise AnalysisError(f"there is no figure {name!r}; there are {', '.join(NAMES)}")
    made: Figure = getattr(import_module(f"{__name__}.{name}"), name)(study, results, width_mm)
    return made


def figure_or_reason(
    name: str, study: Study, results: Results, width_mm: float = look.FIGURE_WIDTH_MM
) -> Figure:
    """As `figure`; in the place of one that the study cannot carry, a panel that says why.

    Raises:
        AnalysisError: there is no such figure.
    """
    from poems_report.figures.blank import blank_figure

    try:
        return figure(name, study, results, width_mm)
    except FigureError as error:
        return blank_figure(name, error.needs, study, width_mm)


def all_figures(study: Study, results: Results, width_mm: float = look.FIGURE_WIDTH_MM) -> tuple[Figure, ...]:
    """Every figure, in the order of `NAMES`; those that the study cannot carry as panels that say why."""
    return tuple(figure_or_reason(name, study, results, width_mm) for name in NAMES)
