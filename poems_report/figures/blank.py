"""What stands in the place of a figure that the study cannot carry: a panel that says why."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from poems_report import theme as look
from poems_report.figures import sheet, source
from poems_report.figures.figure import Figure
from poems_report.figures.theme import lettering, plotnine, text_width_mm
from poems_report.labels import labels

if TYPE_CHECKING:
    from poems_report.study import Study

_LINE_MM = 4.0
_EDGE_MM = 5.0
_SIDE_MM = 8.0


def blank_figure(name: str, needs: str, study: Study, width_mm: float) -> Figure:
    """A frame with the sentence that this figure is not estimable, and what it needs.

    Name, and with it number and cross-references, are those of the figure in whose place it stands.
    """
    import pandas as pd

    p9 = plotnine()
    words = labels()
    text = words.text("figure.blank", needs=needs)
    title = words[f"figure.{name}.title"]
    lines = _lines(text, width_mm - 2 * _SIDE_MM)
    height = len(lines) * _LINE_MM + 2 * _EDGE_MM
    drawn = [
        sheet.text(
            width_mm / 2, _EDGE_MM + (row + 0.5) * _LINE_MM, line, size=lettering().text_pt, color=look.QUIET
        )
        for row, line in enumerate(lines)
    ]
    if study.illustrative:
        notice = words["notice.illustrative"]
        drawn.append(sheet.text(width_mm - 1, height - 1, notice, color=look.QUIET, ha="right", va="bottom"))
    panel = p9.element_rect(fill=look.BAND, color="none")
    plot = sheet.canvas(drawn, width_mm, height, panel_background=panel)
    told = source.finish(words, study, [f"{title}: {text}"])
    return Figure(name, plot, width_mm, height, pd.DataFrame({"not estimable": [text]}), told, told)


def _lines(text: str, width_mm: float) -> list[str]:
    """The text in lines of about this width."""
    share = width_mm / text_width_mm(text, lettering().text_pt)
    return wrap(text, max(20, int(len(text) * share)))
