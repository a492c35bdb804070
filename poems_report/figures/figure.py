"""What a figure is: a plot of stated size, the data behind it, its caption and its description in words."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Figure:
    """One figure of the study.

    Attributes:
        name: plain name, also of its files: `trajectories`.
        plot: the plot (`plotnine.ggplot` or a composition of them); shown in a notebook, it has its true size.
        width_mm: width as printed.
        height_mm: height as printed.
        data: the numbers that are drawn, one row a mark, units in the names of the columns.
        caption: what the figure shows and how to read it.
        alt: what the figure says, in words and numbers, for a reader who does not see it.
        panels: of a composite, its figures with their letters; empty for a single figure.
    """

    name: str
    plot: Any
    width_mm: float
    height_mm: float
    data: pd.DataFrame
    caption: str
    alt: str
    panels: tuple[tuple[str, Figure], ...] = ()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, float]]]:
        """The figure as a notebook shows it: SVG and PNG at the stated size."""
        from poems_report.figures.files import OUTLINED_SVG, PNG, contents
        from poems_report.figures.theme import SCREEN_DPI, inches

        made = contents(self, (OUTLINED_SVG, PNG))
        size = {"width": inches(self.width_mm) * SCREEN_DPI, "height": inches(self.height_mm) * SCREEN_DPI}
        bundle = {
            "image/svg+xml": made[OUTLINED_SVG].decode(),
            "image/png": b64encode(made[PNG]).decode("ascii"),
        }
        return bundle, {"image/png": size}
