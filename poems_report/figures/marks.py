"""The marks that several figures share: lines with gaps, points open where censored, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from poems_report import theme as look
from poems_report.figures.theme import (
    POINT_PT,
    PT_PER_INCH,
    lettering,
    line_size,
    line_type,
    mm,
    plotnine,
    point_style,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SIGNS = {-1: "<", 1: ">"}
SIGN_MM = 2.0
"""Distance of the sign of a censored value from its point."""
_SIGN_EM = 0.62
"""Width and height of a sign, in sizes of the letters."""
_THIN_PT = 0.4
_SMALL_PT = 2.6


def with_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that have a value, with `run`: a line joins the rows of one run and stops at a missing value.

    Args:
        rows: measurements of one marker, ordered by patient and day.
    """
    missing = rows["value"].isna()
    gaps = missing.astype(int).groupby(rows["patient_id"], sort=False).cumsum()
    run = rows["patient_id"].astype(str) + "." + gaps.astype(str)
    return rows.assign(run=run)[~missing]


def line_layer(rows: pd.DataFrame, stroke: look.Stroke, x: str, y: str, thin: bool = False) -> list[Any]:
    """Lines along each run of at least two rows; no layer where there is none. `thin`: for many patients."""
    p9 = plotnine()
    joined = rows[rows.groupby("run")["run"].transform("size") > 1]
    if joined.empty:
        return []
    width = _THIN_PT if thin else look.FIGURE_LINE_PT
    line = p9.geom_path(
        p9.aes(x, y, group="run"),
        data=joined,
        color=stroke.colour,
        size=line_size(width),
        linetype=line_type(stroke, width),
    )
    return [line]


def point_layers(
    rows: pd.DataFrame,
    stroke: look.Stroke,
    x: str,
    y: str,
    length_mm: float,
    bounds: tuple[float, float],
    small: bool = False,
    unit_mm: float = 1000.0,
) -> list[Any]:
    """Points, filled where measured; open, with `<` below or `>` above them, where censored.

    Args:
        rows: one row a point, with `censored`.
        stroke: how the marker is drawn.
        x: column of the horizontal place.
        y: column of the value, drawn on a logarithmic axis.
        length_mm: length of that axis.
        bounds: bounds of that axis.
        small: for many patients.
        unit_mm: length of one unit of `x`; of signs that would lie on each other, the first stands for all.
    """
    p9 = plotnine()
    per_mm = (bounds[1] / bounds[0]) ** (1 / length_mm)
    size = (_SMALL_PT, _THIN_PT) if small else (POINT_PT, look.FIGURE_LINE_PT)
    layers = []
    for sign in (0, -1, 1):
        some = rows[rows["censored"] == sign]
        if some.empty:
            continue
        fill = look.PAPER if sign else stroke.colour
        style = {"color": stroke.colour, "fill": fill, **point_style(stroke.point, *size)}
        layers.append(p9.geom_point(p9.aes(x, y), data=some, **style))
        if sign:
            signs = some.assign(sign_y=some[y] * per_mm ** (SIGN_MM * sign), sign=SIGNS[sign])
            heights = np.log(signs["sign_y"].to_numpy(dtype=float)) / np.log(per_mm)
            signs = signs[_free(signs, np.asarray(signs[x], dtype=float) * unit_mm, heights)]
            layers.append(words(signs, x, "sign_y", "sign", color=stroke.colour, va="center"))
    return layers


def _free(rows: pd.DataFrame, across: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which signs have room beside those before them in their panel, by their places in millimetres."""
    room = mm(lettering().note_pt / PT_PER_INCH) * _SIGN_EM
    panels = rows["panel"].to_numpy() if "panel" in rows else np.zeros(len(rows))
    kept: list[int] = []
    for row in range(len(rows)):
        if not any(
            panels[row] == panels[one]
            and abs(across[row] - across[one]) < room
            and abs(up[row] - up[one]) < room
            for one in kept
        ):
            kept.append(row)
    return np.isin(np.arange(len(rows)), kept)


def normal_range(uln: float, low: float, ends: tuple[float, float]) -> list[Any]:
    """The band up to the upper limit of normal, from the low end of the axis, and its line."""
    import pandas as pd

    p9 = plotnine()
    band = pd.DataFrame({"left": [ends[0]], "right": [ends[1]], "low": [low], "uln": [uln]})
    return [
        p9.geom_rect(
            p9.aes(xmin="left", xmax="right", ymin="low", ymax="uln"), band, fill=look.BAND, color="none"
        ),
        p9.geom_segment(
            p9.aes("left", "uln", xend="right", yend="uln"),
            band,
            color=look.QUIET,
            size=line_size(look.FIGURE_AXIS_PT),
        ),
    ]


def words(
    rows: pd.DataFrame,
    x: str,
    y: str,
    label: str,
    size: float | None = None,
    **style: Any,
) -> Any:
    """Text at each row, never cut at the panel's edge."""
    from poems_report.figures.extras import geom_free_text

    p9 = plotnine()
    letters = lettering()
    style.setdefault("color", look.INK)
    return geom_free_text(
        p9.aes(x, y, label=label), data=rows, family=letters.font, size=size or letters.note_pt, **style
    )


def spread(places: NDArray[np.float64], gap: float, length: float | None = None) -> NDArray[np.float64]:
    """Places moved apart until neighbours are `gap` away from each other, as little as possible.

    Args:
        places: in ascending order.
        gap: smallest distance of two neighbours.
        length: end of an axis from 0 that no place may leave, as long as all of them fit on it.
    """
    # Subtracting the gaps turns "at least gap apart" into "not falling": pool adjacent violators (isotonic fit).
    steps = gap * np.arange(len(places))
    pools: list[tuple[float, int]] = []
    for place in places - steps:
        mean, size = float(place), 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
    placed: NDArray[np.float64] = np.concatenate([np.full(size, mean) for mean, size in pools] or [steps])
    if length is not None and len(placed) and steps[-1] <= length:
        placed = np.clip(placed, 0.0, length - steps[-1])
    return placed + steps
