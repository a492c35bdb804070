"""From the last value before infusion to the day after: one line a patient, and the change with its interval."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from poems_report import formats
from poems_report import theme as look
from poems_report.errors import FigureError
from poems_report.figures import axes, captions, marks, source
from poems_report.figures.figure import Figure
from poems_report.figures.theme import (
    PT_PER_INCH,
    figure_theme,
    lettering,
    line_size,
    mm,
    plotnine,
    text_width_mm,
)
from poems_report.labels import Labels, labels

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import Results
    from poems_report.study import Study

NAME = "day_after"
HEIGHT_MM = 72.0
_AXIS_MM = 56.0
_ENDS = ("before", "after")
_LEFT_MM = 12.0
_BEFORE_END, _AFTER_END, _NAME_AT = -0.45, 1.3, 1.12
_NARROWEST_MM = 14.0
_LABELLED = 12
_LABEL_STEP_MM = 3.2
_AWAY_MM = 0.8
_LEFT_EM = 4.2
_APART_MM = 0.6
_LAST_END, _LAST_TOLD = 0.5, 0.7
_BESIDE = 0.2


def day_after(study: Study, results: Results, width_mm: float) -> Figure:
    """The compared markers before infusion and on the day after, in every patient measured at both times.

    Raises:
        FigureError: no patient has a value before infusion and on the day after.
    """
    from plotnine.composition import Beside

    words = labels()
    rows = _rows(study, results)
    if rows.empty:
        raise FigureError(NAME, "a patient with a value before infusion and on the day after")
    names = [name for name in study.config.markers if name in set(rows["marker"])]
    panels = [
        _pairs(study, words, name, rows[rows["marker"] == name], width_mm, len(names)) for name in names
    ]
    return Figure(
        name=NAME,
        plot=Beside([*panels, _change(study, results, words, names, rows, width_mm)]),
        width_mm=width_mm,
        height_mm=HEIGHT_MM,
        data=_data(study, names, rows),
        caption=captions.day_after_caption(study, results, words, names),
        alt=captions.day_after_alt(study, results, words, names, rows),
    )


def _rows(study: Study, results: Results) -> pd.DataFrame:
    """One row a patient and marker: both values as reported, their censoring, the ratio and its bound."""
    import pandas as pd

    pair = study.config.pair or (next(iter(study.config.markers)),)
    rows = study.measurements.to_dict("records")
    values = {(one["patient_id"], one["marker"], one["day"]): one for one in rows}
    found: list[dict[str, Any]] = []
    for patient, one in results.patients.items():
        for marker in pair:
            change = one.change(marker, "day_after")
            if change is None:
                continue
            row: dict[str, Any] = {"patient_id": patient, "marker": marker}
            for end, day in zip(_ENDS, (change.from_day, change.to_day), strict=True):
                value = values[(patient, marker, day)]
                row |= {f"{end}_day": day, f"{end}_uln": value["uln"]}
                row |= {f"{end}_{name}": value[name] for name in ("reported", "value", "censored")}
            found.append(row | {"ratio": 2**change.log2, "bound": change.bound})
    return pd.DataFrame(found)


def _pairs(study: Study, words: Labels, name: str, rows: pd.DataFrame, width_mm: float, panels: int) -> Any:
    """The panel of one marker, one of so many beside the panel of changes."""
    import pandas as pd

    p9 = plotnine()
    config = study.config.markers[name]
    stroke = look.stroke_of(list(study.config.markers).index(name))
    long = pd.concat(
        [
            pd.DataFrame(
                {
                    "patient_id": rows["patient_id"],
                    "run": rows["patient_id"],
                    "x": float(place),
                    "value": rows[f"{end}_value"],
                    "censored": rows[f"{end}_censored"],
                }
            )
            for place, end in enumerate(_ENDS)
        ]
    )
    uln = source.common_uln(study, name)
    bounds = axes.log_range([*long["value"], *([uln] if uln else [])], below=0.08, above=0.06)
    room = width_mm / (panels + 1) - _left_mm()
    named, across = _across(list(rows["patient_id"]), room)
    ends = [words["figure.day_after.before"], words["figure.day_after.after"]]
    ticks = _in_room(ends, room / (across[1] - across[0]))
    return (
        p9.ggplot()
        + (_limit(words, uln, bounds, across) if uln else [])
        + marks.line_layer(long, stroke, "x", "value")
        + marks.point_layers(long, stroke, "x", "value", length_mm=_AXIS_MM, bounds=bounds)
        + (_names_at_the_end(rows, bounds) if named else [])
        + p9.coord_cartesian(xlim=across, expand=False)
        + p9.scale_x_continuous(breaks=[0, 1], labels=ticks, minor_breaks=[])
        + axes.log_scale(p9.scale_y_log10, bounds, _AXIS_MM)
        + p9.labs(x="", y=source.with_unit(config))
        + figure_theme(
            width_mm,
            HEIGHT_MM,
            axis_title_y=p9.element_text(color=stroke.colour, weight="bold", margin={"r": 2, "unit": "pt"}),
        )
    )


def _left_mm() -> float:
    """Room left of a panel, for its title and values."""
    letters = lettering()
    return max(_LEFT_MM, _LEFT_EM * mm((letters.text_pt + letters.note_pt) / 2 / PT_PER_INCH))


def _in_room(texts: list[str], step_mm: float) -> list[str]:
    """Names of ticks so far apart, the last word in a line of its own where they would meet."""
    widths = [text_width_mm(text, lettering().note_pt) for text in texts]
    meet = any(sum(pair) / 2 + _APART_MM > step_mm for pair in pairwise(widths))
    return ["\n".join(text.rsplit(maxsplit=1)) for text in texts] if meet else texts


def _across(names: list[str], panel_mm: float) -> tuple[bool, tuple[float, float]]:
    """Whether the names of the patients fit at the ends of the lines, and the ends of the horizontal axis.

    Before is at 0 and after at 1; what lies beyond is as wide as the names need.
    """
    widest = max(text_width_mm(name, lettering().note_pt) for name in names)
    unit_mm = (panel_mm - widest) / (_NAME_AT - _BEFORE_END)
    if len(names) > _LABELLED or unit_mm < _NARROWEST_MM:
        return False, (_BEFORE_END, _AFTER_END)
    return True, (_BEFORE_END, _NAME_AT + widest / unit_mm)


def _limit(words: Labels, uln: float, bounds: tuple[float, float], across: tuple[float, float]) -> list[Any]:
    """The normal range with its limit named at the left."""
    import pandas as pd

    text = f"{words['common.uln']}\n{formats.quantity(uln)}"
    place = pd.DataFrame({"x": [_BEFORE_END + 0.03], "y": [uln], "text": [text]})
    style: dict[str, Any] = {"color": look.QUIET, "ha": "left", "va": "bottom", "lineheight": 0.95}
    return [*marks.normal_range(uln, bounds[0], across), marks.words(place, "x", "y", "text", **style)]


def _names_at_the_end(rows: pd.DataFrame, bounds: tuple[float, float]) -> list[Any]:
    """The patient at the end of each line, moved apart where lines end close together."""
    p9 = plotnine()
    ends = rows.sort_values("after_value", kind="stable")
    true = axes.to_mm(ends["after_value"], bounds, _AXIS_MM)
    moved = marks.spread(true, _LABEL_STEP_MM, _AXIS_MM)
    places = ends.assign(x=_NAME_AT, y=axes.from_mm(moved, bounds, _AXIS_MM), point=1.05, near=1.11)
    layers = [marks.words(places, "x", "y", "patient_id", ha="left", va="center")]
    led = places[abs(moved - true) > _AWAY_MM]
    if len(led):
        layers.append(
            p9.geom_segment(
                p9.aes("point", "after_value", xend="near", yend="y"),
                led,
                color=look.QUIET,
                size=line_size(0.35),
            )
        )
    return layers


def _change(
    study: Study, results: Results, words: Labels, names: list[str], rows: pd.DataFrame, width_mm: float
) -> Any:
    """The panel of changes: each patient's ratio, the estimate over patients and its interval."""
    import pandas as pd

    p9 = plotnine()
    order = list(study.config.markers)
    told = rows[rows["bound"] != "?"]
    estimates = pd.DataFrame([_estimate(results, name, place) for place, name in enumerate(names)])
    estimates = estimates[estimates["ratio"].notna()]
    every = [*told["ratio"], *estimates["low"].dropna(), *estimates["high"].dropna(), 1.0]
    bounds = axes.log_range(every, below=0.08, above=0.06)
    room = width_mm / (len(names) + 1) - _left_mm()
    widest = max((text_width_mm(text, lettering().note_pt) for text in estimates["text"]), default=0.0)
    told_beside = widest + _APART_MM <= room / (len(names) - 0.5 + _LAST_TOLD) * (_LAST_TOLD - _BESIDE)
    last = len(names) - 1 + (_LAST_TOLD if told_beside else _LAST_END)
    plot = p9.ggplot() + p9.geom_hline(yintercept=1, color=look.QUIET, size=line_size(look.FIGURE_AXIS_PT))
    for place, name in enumerate(names):
        stroke = look.stroke_of(order.index(name))
        own = told[told["marker"] == name]
        points = own.assign(x=place - 0.17, censored=own["bound"].map({"<": -1, "": 0, ">": 1}))
        plot += marks.point_layers(points, stroke, "x", "ratio", length_mm=_AXIS_MM, bounds=bounds)
        estimate = estimates[estimates["name"] == name]
        style: dict[str, Any] = {"color": stroke.colour, "size": line_size(1.2)}
        ranged = estimate.dropna(subset=["low", "high"])
        if len(ranged):
            plot += p9.geom_segment(p9.aes("x", "low", xend="x", yend="high"), ranged, **style)
        if len(estimate):
            plot += p9.geom_segment(
                p9.aes("left", "ratio", xend="right", yend="ratio"),
                estimate,
                color=stroke.colour,
                size=line_size(2.0),
            )
            if told_beside:
                style = {"ha": "left", "va": "center", "color": stroke.colour}
                plot += marks.words(estimate, "beside", "ratio", "text", **style)
    counts = _in_room([_n(words, results, name) for name in names], room / (last + 0.5))
    ticks = [
        f"{study.config.markers[name].label}\n{count}" for name, count in zip(names, counts, strict=True)
    ]
    return (
        plot
        + p9.coord_cartesian(xlim=(-0.5, last), expand=False)
        + p9.scale_x_continuous(breaks=list(range(len(names))), labels=ticks, minor_breaks=[])
        + axes.log_scale(p9.scale_y_log10, bounds, _AXIS_MM)
        + p9.labs(
            x="",
            y=words["figure.day_after.ratio_axis"],
            caption=words["notice.illustrative"] if study.illustrative else None,
        )
        + figure_theme(
            width_mm, HEIGHT_MM, axis_title_y=p9.element_text(weight="bold", margin={"r": 2, "unit": "pt"})
        )
    )


def _estimate(results: Results, name: str, place: int) -> dict[str, Any]:
    one = results[f"day_after.{name}.log2"]
    ratio, low, high = (
        None if number is None else 2**number for number in (one.estimate, one.ci_low, one.ci_high)
    )
    return {
        "name": name,
        "x": place + 0.05,
        "left": place - 0.01,
        "right": place + 0.11,
        "beside": place + 0.15,
        "ratio": ratio,
        "low": low,
        "high": high,
        "text": "" if ratio is None else formats.percent(100 * (ratio - 1), signed=True),
    }


def _n(words: Labels, results: Results, name: str) -> str:
    return words.text("figure.n", n=formats.count(results[f"day_after.{name}.log2"].n or 0))


def _data(study: Study, names: list[str], rows: pd.DataFrame) -> pd.DataFrame:
    found = study.patients[["patient_id"]]
    for name in names:
        unit = study.config.markers[name].unit
        columns = {
            "before_day": f"{name} before: day (days from infusion)",
            "before_reported": f"{name} before as reported ({unit})",
            "before_value": f"{name} before ({unit})",
            "after_day": f"{name} after: day (days from infusion)",
            "after_reported": f"{name} after as reported ({unit})",
            "after_value": f"{name} after ({unit})",
            "ratio": f"{name} after / before",
            "bound": f"{name} bound of the ratio",
        }
        own = rows.loc[rows["marker"] == name, ["patient_id", *columns]]
        own = own.astype({"before_day": "Int64", "after_day": "Int64"}).rename(columns=columns)
        found = found.merge(own, on="patient_id", how="left")
    return found.dropna(how="all", subset=list(found.columns[1:])).reset_index(drop=True)
