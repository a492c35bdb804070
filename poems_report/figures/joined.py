"""Several drawn figures on one sheet, each at its own size: nothing is scaled. Loads matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas

from poems_report import theme as look
from poems_report.figures.figure import Figure
from poems_report.figures.files import laid_out
from poems_report.figures.theme import inches, lettering

_DPI: Any = Canvas.dpi


@dataclass(frozen=True)
class Place:
    """Where a panel stands.

    Attributes:
        letter: as it is drawn, with brackets where they are asked for.
        figure: the panel, at its final size.
        left_mm: of the panel, from the left edge.
        top_mm: of the letter, from the upper edge.
        letter_mm: height of the strip above the panel that holds its letter.
    """

    letter: str
    figure: Figure
    left_mm: float
    top_mm: float
    letter_mm: float


@dataclass(frozen=True)
class Joined:
    """A plot that is other plots beside and below each other, drawn as plots of plotnine are.

    Attributes:
        places: of the panels, in the order of their letters.
        width_mm: of the whole.
        height_mm: of the whole.
        notice: a text that every panel carries and that is kept in the last one only; empty for none.
    """

    places: Sequence[Place]
    width_mm: float
    height_mm: float
    notice: str

    def draw(self) -> Any:
        """The whole as one figure of matplotlib."""
        letters = lettering()
        sheet = _Sheet(figsize=(inches(self.width_mm), inches(self.height_mm)), facecolor=look.PAPER)
        for place in self.places:
            panel = laid_out(place.figure)
            if place is not self.places[-1]:
                self._hide_notice(panel)
            bottom_mm = self.height_mm - place.top_mm - place.letter_mm - place.figure.height_mm
            _move(panel, inches(place.left_mm), inches(bottom_mm))
            sheet.subfigs.append(panel)
            sheet.text(
                place.left_mm / self.width_mm,
                1 - place.top_mm / self.height_mm,
                place.letter,
                ha="left",
                va="top",
                size=letters.panel_pt,
                weight="bold" if letters.panel_bold else "normal",
                family=letters.font,
                color=look.INK,
            )
        return sheet

    def _hide_notice(self, panel: Any) -> None:
        from matplotlib.text import Text

        for text in panel.findobj(Text):
            if self.notice and text.get_text() == self.notice:
                text.set_visible(False)


class _Sheet(Canvas):
    """A figure whose parts are whole figures: they take its dots per inch."""

    @property
    def dpi(self) -> float:
        """Dots per inch of the sheet and of every panel."""
        return float(_DPI.fget(self))

    @dpi.setter
    def dpi(self, value: float) -> None:
        _DPI.fset(self, value)
        for panel in getattr(self, "subfigs", ()):
            panel.set_dpi(value)


def _move(panel: Any, left: float, bottom: float) -> None:
    """Let a laid out figure stand so many inches from the lower left corner of a sheet, its own ground unseen."""
    width, height = panel.get_size_inches()
    panel.bbox_inches.set_points(np.array([[left, bottom], [left + width, bottom + height]]))
    panel.patch.set_visible(False)
