"""What plotnine lacks; loads it."""

from __future__ import annotations

from typing import Any

from plotnine import facet_wrap, geom_text


class geom_free_text(geom_text):  # noqa: N801
    """Text that may reach beyond its panel, as a label at the end of a line does."""

    @staticmethod
    def draw_group(data: Any, panel_params: Any, coord: Any, ax: Any, params: Any) -> None:
        """Draw the texts and take the panel's clip off them."""
        before = len(ax.texts)
        geom_text.draw_group(data, panel_params, coord, ax, params)
        for text in ax.texts[before:]:
            text.set_clip_on(False)


class facet_row(facet_wrap):  # noqa: N801
    """One row of panels by `panel` that keeps the width of `columns` panels even where it has fewer."""

    def __init__(self, columns: int) -> None:
        super().__init__("panel", nrow=1, ncol=columns)
        self._columns = columns

    def compute_layout(self, data: list[Any]) -> Any:
        """The layout with free places at its end."""
        layout = super().compute_layout(data)
        self.ncol = self._columns
        return layout
