"""One marker against the other at every visit, with one line a patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from poems_report import formats
from poems_report import theme as look
from poems_report.errors import FigureError
from poems_report.figures import axes, captions, marks, placing, source
from poems_report.figures.figure import Figure
from poems_report.figures.placing import Box
from poems_report.figures.slope import common_lines
from poems_report.figures.theme import (
    PT_PER_INCH,
    figure_theme,
    height_mm,
    lettering,
    line_size,
    margin_above,
    mm,
    plotnine,
    point_style,
    text_width_mm,
)
from poems_report.labels import Labels, labels

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import Results
    from poems_report.study import Study

NAME = "association"
HEIGHT_MM = 100.0
_LEFT_MM = 13.0
_RIGHT_MM = 10.0
_BOTTOM_MM = 12.0
_TOP_MM = 5.0
_BELOW_MM = 10.0
"""Room below the lowest value, for the sign of a censored one and the words in the corner."""
_LABELLED = 16
_POINT_PT = 4.2
_TEXT_MM = 2.6
_AWAY_MM = 1.1
_CORNER_MM = 4.5
_EDGE_MM = 0.5
_SIGN_STEP_MM = 1.8
_SIGN_STEP_EM = 0.65
_ROLES = ("reference", "candidate")
_ENDS = (("x0", 0), ("y0", 1), ("x1", 0), ("y1", 1))


def association(study: Study, results: Results, width_mm: float) -> Figure:
    """Reference against candidate marker on logarithmic axes, with the common slope within patients.

    Raises:
        FigureError: the study has one marker, or no visit with both.
    """
    p9 = plotnine()
    words = labels()
    pairs = _pairs(study)
    reference, candidate = (study.config.markers[name] for name in study.config.pair or ("", ""))
    ulns = [source.common_uln(study, name) for name in study.config.pair or ()]
    height = height_mm(width_mm, HEIGHT_MM)
    right = _right_mm(words, ulns[1])
    size = (width_mm - _LEFT_MM - right, height - _BOTTOM_MM - _TOP_MM)
    bounds = (
        axes.log_range([*pairs["reference"], *_known(ulns[:1])], below=0.05, above=0.05),
        axes.log_range([*pairs["candidate"], *_known(ulns[1:])], below=_BELOW_MM / size[1], above=0.1),
    )
    lines = common_lines(pairs)
    plot = (
        p9.ggplot()
        + (_limits(words, ulns, bounds) if all(ulns) else [])
        + (_quadrants(words, reference.label, candidate.label, bounds) if all(ulns) else [])
        + _lines(lines)
        + _residuals(pairs, lines)
        + _points(pairs)
        + _signs(pairs, bounds, size)
        + _names(pairs, lines, bounds, size)
        + p9.coord_cartesian(expand=False)
        + axes.log_scale(p9.scale_x_log10, bounds[0], size[0] / 3)
        + axes.log_scale(p9.scale_y_log10, bounds[1], size[1] / 1.5, highest=pairs["candidate"].max())
        + p9.labs(
            x=source.with_unit(reference),
            y=source.with_unit(candidate),
            caption=words["notice.illustrative"] if study.illustrative else None,
        )
        + figure_theme(
            width_mm,
            height,
            plot_margin_right=right / width_mm,
            plot_margin_top=_TOP_MM / width_mm,
            axis_title_x=p9.element_text(
                color=_colour(study, 0), weight="bold", margin=margin_above(3, width_mm, height)
            ),
            axis_title_y=p9.element_text(
                color=_colour(study, 1), weight="bold", margin={"r": 2, "unit": "pt"}
            ),
            axis_line_y=p9.element_line(color=look.QUIET, size=look.FIGURE_AXIS_PT),
        )
    )
    return Figure(
        name=NAME,
        plot=plot,
        width_mm=width_mm,
        height_mm=height,
        data=_data(study, pairs, lines),
        caption=captions.association_caption(study, results, words, not lines.empty, all(ulns)),
        alt=captions.association_alt(study, results, words, pairs),
    )


def _colour(study: Study, axis: int) -> str:
    """The colour of the marker on an axis."""
    name = (study.config.pair or ("", ""))[axis]
    return look.stroke_of(list(study.config.markers).index(name)).colour


def _pairs(study: Study) -> pd.DataFrame:
    from poems_report.analysis.phases import paired_visits

    if study.config.pair is None:
        raise FigureError(NAME, "two markers")
    infused = dict(zip(study.patients["patient_id"], study.patients["infusion"] == "yes", strict=True))
    pairs = paired_visits(study.measurements, infused, study.config)
    if pairs.empty:
        raise FigureError(NAME, "a visit with both markers")
    return pairs


def _known(ulns: Sequence[float | None]) -> list[float]:
    return [one for one in ulns if one is not None]


def _right_mm(words: Labels, uln: float | None) -> float:
    """Room right of the panel, for the name of the limit."""
    return (
        max(_RIGHT_MM, _EDGE_MM + text_width_mm(_limit(words, uln), lettering().note_pt))
        if uln
        else _RIGHT_MM
    )


def _limit(words: Labels, uln: float) -> str:
    return f" {words['common.uln']} {formats.quantity(uln)}"


def _limits(
    words: Labels, ulns: Sequence[float | None], bounds: tuple[tuple[float, float], tuple[float, float]]
) -> list[Any]:
    """Both limits as lines with their values at the upper and the right end."""
    import pandas as pd

    p9 = plotnine()
    thin: dict[str, Any] = {"color": look.QUIET, "size": line_size(look.FIGURE_AXIS_PT)}
    (_, right), (_, top) = bounds
    x, y = _known(ulns)
    above = pd.DataFrame({"x": [x], "y": [top], "text": [f"{words['common.uln']} {formats.quantity(x)}"]})
    beside = pd.DataFrame({"x": [right], "y": [y], "text": [_limit(words, y)]})
    return [
        p9.geom_vline(xintercept=x, **thin),
        p9.geom_hline(yintercept=y, **thin),
        marks.words(above, "x", "y", "text", color=look.QUIET, ha="center", va="bottom"),
        marks.words(beside, "x", "y", "text", color=look.QUIET, ha="left", va="center"),
    ]


def _quadrants(
    words: Labels, reference: str, candidate: str, bounds: tuple[tuple[float, float], tuple[float, float]]
) -> list[Any]:
    """What it means to lie in each corner."""
    import pandas as pd

    left, right = (axes.within(bounds[0], share) for share in (0.012, 0.988))
    low, high = (axes.within(bounds[1], share) for share in (0.012, 0.985))
    layers = []
    for x, y, text in (
        (left, high, words.text("figure.association.alone", marker=candidate)),
        (right, high, words["figure.association.both"]),
        (left, low, words["figure.association.neither"]),
        (right, low, words.text("figure.association.alone", marker=reference)),
    ):
        corner = pd.DataFrame({"x": [x], "y": [y], "text": [text]})
        sides: dict[str, Any] = {
            "ha": "left" if x == left else "right",
            "va": "bottom" if y == low else "top",
        }
        layers.append(marks.words(corner, "x", "y", "text", color=look.QUIET, **sides))
    return layers


def _lines(lines: pd.DataFrame) -> list[Any]:
    p9 = plotnine()
    if lines.empty:
        return []
    width = line_size(look.FIGURE_LINE_PT)
    return [p9.geom_segment(p9.aes("x0", "y0", xend="x1", yend="y1"), lines, color=look.INK, size=width)]


def _residuals(pairs: pd.DataFrame, lines: pd.DataFrame) -> list[Any]:
    """A hairline from each visit to its patient's line, which tells whose visit it is."""
    p9 = plotnine()
    visits = pairs.merge(lines, on="patient_id")
    if visits.empty:
        return []
    fitted = visits["y0"] * (visits["reference"] / visits["x0"]) ** visits["slope"]
    style = {"color": look.QUIET, "size": line_size(0.35)}
    return [
        p9.geom_segment(
            p9.aes("reference", "candidate", xend="reference", yend="fitted"),
            visits.assign(fitted=fitted),
            **style,
        )
    ]


def _points(pairs: pd.DataFrame) -> list[Any]:
    p9 = plotnine()
    censored = (pairs["reference_censored"] != 0) | (pairs["candidate_censored"] != 0)
    style = point_style("circle", _POINT_PT)
    return [
        p9.geom_point(p9.aes("reference", "candidate"), some, color=look.INK, fill=fill, **style)
        for some, fill in ((pairs[~censored], look.INK), (pairs[censored], look.PAPER))
        if len(some)
    ]


def _signs(
    pairs: pd.DataFrame,
    bounds: tuple[tuple[float, float], tuple[float, float]],
    size: tuple[float, float],
) -> list[Any]:
    """`<` or `>` beside a censored value, on the side to which it may lie: left or right, below or above."""
    layers = []
    for axis, role in enumerate(_ROLES):
        for sign in (-1, 1):
            some = pairs[pairs[f"{role}_censored"] == sign].drop_duplicates(list(_ROLES))
            if some.empty:
                continue
            other = 1 - axis
            some = some.sort_values(_ROLES[other], kind="stable")
            away = axes.to_mm(some[role], bounds[axis], size[axis]) + sign * marks.SIGN_MM
            places = axes.to_mm(some[_ROLES[other]], bounds[other], size[other])
            step = max(_SIGN_STEP_MM, _SIGN_STEP_EM * mm(lettering().note_pt / PT_PER_INCH))
            apart = marks.spread(places, step, size[other])
            placed = some.assign(
                sign=marks.SIGNS[sign],
                **{
                    role: axes.from_mm(away, bounds[axis], size[axis]),
                    _ROLES[other]: axes.from_mm(apart, bounds[other], size[other]),
                },
            )
            layers.append(marks.words(placed, "reference", "candidate", "sign", va="center"))
    return layers


def _names(
    pairs: pd.DataFrame,
    lines: pd.DataFrame,
    bounds: tuple[tuple[float, float], tuple[float, float]],
    size: tuple[float, float],
) -> list[Any]:
    """Each patient's name beside one of the own marks, where it covers nothing."""
    import pandas as pd

    if pairs["patient_id"].nunique() > _LABELLED:
        return []
    x, y = (axes.to_mm(pairs[role], bounds[axis], size[axis]) for axis, role in enumerate(_ROLES))
    taken = [placing.around(*place, 0.8) for place in zip(x, y, strict=True)]
    ends = [
        tuple(float(axes.to_mm(line[name], bounds[axis], size[axis])) for name, axis in _ENDS)
        for _, line in lines.iterrows()
    ]
    for end in ends:
        taken += placing.along(*end)
    frame = Box(0.0, 0.0, *size)
    taken += [Box(0, 0, size[0], _CORNER_MM), Box(0, size[1] - _CORNER_MM, size[0], size[1])]
    line_of = dict(zip(lines["patient_id"], ends, strict=True))
    placed = []
    for name in pairs["patient_id"].unique():
        own = [(x[row], y[row]) for row in np.flatnonzero(pairs["patient_id"] == name)]
        if name in line_of:
            x0, y0, x1, y1 = line_of[name]
            own = [(x1, y1), (x0, y0), *own]
        width = text_width_mm(str(name), lettering().note_pt)
        places = [place for at in own for place in placing.beside(*at, width, _TEXT_MM, _AWAY_MM)]
        best = placing.choose(places, taken, frame)
        taken.append(best)
        placed.append({"name": name, "x": (best.left + best.right) / 2, "y": (best.bottom + best.top) / 2})
    rows = pd.DataFrame(placed)
    rows = rows.assign(
        x=axes.from_mm(rows["x"], bounds[0], size[0]), y=axes.from_mm(rows["y"], bounds[1], size[1])
    )
    return [marks.words(rows, "x", "y", "name", ha="center", va="center")]


def _data(study: Study, pairs: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    names = study.config.pair or ("", "")
    units = [study.config.markers[name].unit for name in names]
    columns = {"patient_id": "patient_id", "day": source.DAY, "phase": "phase"}
    for role, name, unit in zip(_ROLES, names, units, strict=True):
        columns |= {role: f"{name} ({unit})", f"{role}_censored": f"{name} censored"}
    slope = lines[["patient_id", "slope"]].rename(columns={"slope": "slope (log2 / log2)"})
    return pairs[list(columns)].rename(columns=columns).merge(slope, on="patient_id", how="left")
