"""Agreement of both markers against days since infusion, and until when it can be told from chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from poems_report import formats
from poems_report import theme as look
from poems_report.errors import FigureError
from poems_report.figures import marks, reliability_words, source
from poems_report.figures.days import DayAxis, day_axis, tick_label
from poems_report.figures.figure import Figure
from poems_report.figures.theme import (
    figure_theme,
    height_mm,
    lettering,
    line_size,
    plotnine,
    point_style,
    text_width_mm,
)
from poems_report.labels import Labels, labels

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import ReliabilityCurve, Result, Results
    from poems_report.study import Study

NAME = "reliability"
KEY = "reliability.day"
HEIGHT_MM = 84.0
_LEFT_MM = 17.0
_FOOT_MM = 15.0
_ACROSS_MM = 1.2
_APART_MM = 4.2
_LABEL_STEP_MM = 3.4
_LOWEST, _HIGHEST = -0.14, 1.24
_PATIENTS_AT, _DAY_AT, _INFUSION_AT, _WORD_AT = -0.075, 1.05, 1.11, 1.19
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_POINT_PT = 3.6
_DASHED = (0, (5, 2))
_BAR_PT = 1.6


def reliability(study: Study, results: Results, width_mm: float) -> Figure:
    """The curve of agreement with its band, the agreement by chance, and the last day told from chance.

    Raises:
        FigureError: the study has one marker, or on no day enough patients with both.
    """
    p9 = plotnine()
    curve = results.reliability
    if curve is None or not curve.days:
        reason = curve.reason if curve else "two markers"
        raise FigureError(NAME, f"two markers on some day after infusion: {reason}")
    words = labels()
    height = height_mm(width_mm, HEIGHT_MM)
    one = results[KEY]
    ends = (words["figure.reliability.agreement"], words["figure.reliability.chance"])
    right = max(text_width_mm(text, lettering().note_pt) for text in ends) + 2 * _ACROSS_MM
    axis = day_axis(_days(curve.days, one), width_mm - _LEFT_MM - right)
    rows = _rows(curve, axis)
    plot = (
        p9.ggplot()
        + _ground(axis, words)
        + _curve(rows)
        + _ends(rows, axis, ends, height)
        + _patients(rows)
        + _day(one, axis, words)
        + p9.coord_cartesian(xlim=axis.bounds, ylim=(_LOWEST, _HIGHEST), expand=False)
        + p9.scale_x_continuous(
            breaks=list(axis.x(axis.ticks)), labels=[tick_label(day) for day in axis.ticks], minor_breaks=[]
        )
        + p9.scale_y_continuous(
            breaks=[_PATIENTS_AT, *_TICKS],
            labels=[words["figure.reliability.patients"], *map(formats.share, _TICKS)],
            minor_breaks=[],
        )
        + p9.labs(
            x=words["figure.days_axis"],
            y=words["figure.reliability.axis"],
            caption=words["notice.illustrative"] if study.illustrative else None,
        )
        + figure_theme(
            width_mm,
            height,
            axis_line_x=p9.element_blank(),
            panel_grid_major_y=p9.element_blank(),
            plot_margin_right=right / width_mm,
        )
    )
    return Figure(
        name=NAME,
        plot=plot,
        width_mm=width_mm,
        height_mm=height,
        data=_data(curve),
        caption=reliability_words.caption(study, curve, one, words),
        alt=reliability_words.alt(study, curve, one, words),
    )


def _days(days: tuple[int, ...], one: Result) -> list[int]:
    """The days that the axis must hold: those of the curve, and both ends of the interval of the last one."""
    ends = (one.estimate, one.ci_low, one.ci_high)
    return [*days, *(round(end) for end in ends if end is not None)]


def _rows(curve: ReliabilityCurve, axis: DayAxis) -> pd.DataFrame:
    """One row a day of the curve; `run` counts the stretches of days whose windows meet."""
    import pandas as pd

    first, last = np.array(curve.first), np.array(curve.last)
    apart = first[1:] > last[:-1]
    return pd.DataFrame(
        {
            "x": axis.x(curve.days),
            "agreement": curve.agreement,
            "low": curve.low,
            "high": curve.high,
            "chance": curve.chance,
            "patients": [formats.count(n) for n in curve.patients],
            "run": np.concatenate([[0], np.cumsum(apart)]).astype(str),
        }
    )


def _ground(axis: DayAxis, words: Labels) -> list[Any]:
    """The broken axis, light lines at the ticks of agreement, the infusion."""
    import pandas as pd

    p9 = plotnine()
    parts = pd.DataFrame([{"left": one.left, "right": one.right} for one in axis.segments])
    light = parts.merge(pd.DataFrame({"y": _TICKS}), how="cross")
    infusion = pd.DataFrame(
        {"x": axis.x([0]), "low": 0.0, "high": 1.0, "y": _INFUSION_AT, "text": words["common.infusion"]}
    )
    quiet = {"color": look.QUIET, "size": line_size(look.FIGURE_AXIS_PT)}
    layers = [
        p9.geom_segment(
            p9.aes("left", "y", xend="right", yend="y"), light, color=look.HAIRLINE, size=line_size(0.35)
        ),
        p9.geom_segment(
            p9.aes("left", "low", xend="right", yend="low"),
            parts.assign(low=_LOWEST),
            color=look.QUIET,
            size=line_size(1.0),
        ),
        p9.geom_segment(p9.aes("x", "low", xend="x", yend="high"), infusion, **quiet),
        marks.words(infusion, "x", "y", "text", color=look.QUIET, va="center_baseline"),
    ]
    if axis.breaks:
        breaks = pd.DataFrame({"x": axis.breaks, "y": _LOWEST, "sign": "//"})
        layers.append(marks.words(breaks, "x", "y", "sign", color=look.QUIET, va="center", ha="center"))
    return layers


def _curve(rows: pd.DataFrame) -> list[Any]:
    """Band, agreement by chance and agreement; the lines stop where windows do not meet."""
    p9 = plotnine()
    joined = rows[rows.groupby("run")["run"].transform("size") > 1]
    alone = rows[~rows.index.isin(joined.index)]
    layers: list[Any] = []
    if len(joined):
        layers += [
            p9.geom_ribbon(
                p9.aes("x", ymin="low", ymax="high", group="run"), joined, fill=look.BAND, color="none"
            ),
            _path(joined, "low", look.HAIRLINE),
            _path(joined, "high", look.HAIRLINE),
            _path(joined, "chance", look.QUIET, linetype=_DASHED),
            _path(joined, "agreement", look.INK),
        ]
    if len(alone):
        layers.append(
            p9.geom_segment(
                p9.aes("x", "low", xend="x", yend="high"), alone, color=look.HAIRLINE, size=line_size(_BAR_PT)
            )
        )
    style = point_style("circle", _POINT_PT)
    layers.append(p9.geom_point(p9.aes("x", "agreement"), rows, color=look.INK, fill=look.INK, **style))
    return layers


def _path(rows: pd.DataFrame, y: str, colour: str, **style: Any) -> Any:
    p9 = plotnine()
    width = line_size(look.FIGURE_LINE_PT)
    return p9.geom_path(p9.aes("x", y, group="run"), rows, color=colour, size=width, **style)


def _ends(rows: pd.DataFrame, axis: DayAxis, names: tuple[str, str], height: float) -> list[Any]:
    """The names of both lines at their ends, moved apart where the lines end close together."""
    import pandas as pd

    last = rows.iloc[-1]
    per_mm = (_HIGHEST - _LOWEST) / (height - _FOOT_MM)
    ends = pd.DataFrame(
        {"y": [last["chance"], last["agreement"]], "text": names[::-1], "colour": [look.QUIET, look.INK]}
    )
    ends = ends.sort_values("y", kind="stable")
    moved = marks.spread(ends["y"].to_numpy(dtype=float) / per_mm, _LABEL_STEP_MM) * per_mm
    placed = ends.assign(y=moved, x=axis.bounds[1] + _ACROSS_MM)
    return [
        marks.words(own, "x", "y", "text", color=colour, ha="left", va="center_baseline")
        for colour, own in placed.groupby("colour", sort=False)
    ]


def _patients(rows: pd.DataFrame) -> list[Any]:
    """The patients of each day below the curve, of days that stand close together the first."""
    kept, right = [], float("-inf")
    for place, x in enumerate(rows["x"]):
        if x - right >= _APART_MM:
            kept.append(place)
            right = x
    shown = rows.iloc[kept].assign(y=_PATIENTS_AT)
    return [marks.words(shown, "x", "y", "patients", va="center_baseline")]


def _day(one: Result, axis: DayAxis, words: Labels) -> list[Any]:
    """The last day told from chance with its interval, or that it is not estimable, above the curve."""
    import pandas as pd

    p9 = plotnine()
    right = axis.bounds[1]
    if one.estimate is None:
        text = words["figure.reliability.no_day"]
        place = pd.DataFrame({"x": [right], "y": [_WORD_AT], "text": [text]})
        return [marks.words(place, "x", "y", "text", color=look.QUIET, ha="right", va="center_baseline")]
    x = float(axis.x([one.estimate])[0])
    text = reliability_words.day_of(one, words)
    half = text_width_mm(text, lettering().note_pt) / 2
    left, high = axis.bounds[0], right
    place = pd.DataFrame(
        {
            "x": [x],
            "low": [0.0],
            "high": [_DAY_AT],
            "y": [_WORD_AT],
            "middle": [min(max(x, left + half), high - half)],
            "text": [text],
        }
    )
    bold = {"color": look.INK, "size": line_size(look.FIGURE_LINE_PT)}
    layers = [
        p9.geom_segment(p9.aes("x", "low", xend="x", yend="high"), place, **bold),
        marks.words(place, "middle", "y", "text", va="center_baseline"),
    ]
    if one.ci_low is not None:
        ends = pd.DataFrame(
            {
                "left": axis.x([one.ci_low]),
                "right": [right] if one.ci_high is None else axis.x([one.ci_high]),
                "y": _DAY_AT,
            }
        )
        layers.append(
            p9.geom_segment(
                p9.aes("left", "y", xend="right", yend="y"), ends, color=look.INK, size=line_size(_BAR_PT)
            )
        )
    style = point_style("circle", _POINT_PT)
    return [*layers, p9.geom_point(p9.aes("x", "high"), place, color=look.INK, fill=look.INK, **style)]


def _data(curve: ReliabilityCurve) -> pd.DataFrame:
    import pandas as pd

    columns = {
        source.DAY: curve.days,
        "window first (days from infusion)": curve.first,
        "window last (days from infusion)": curve.last,
        "n (patients)": curve.patients,
        "agreement (share)": curve.agreement,
        "band low (share)": curve.low,
        "band high (share)": curve.high,
        "band level": curve.level,
        "agreement by chance (share)": curve.chance,
        "p (one-sided, Fisher)": curve.p,
        "smallest p possible": curve.p_floor,
    }
    return pd.DataFrame(columns)
