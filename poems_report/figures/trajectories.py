"""Every patient over time: one column a patient, one row a marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from poems_report import formats
from poems_report import theme as look
from poems_report.errors import FigureError
from poems_report.figures import axes, captions, marks, source
from poems_report.figures.days import DayAxis, day_axis, tick_label
from poems_report.figures.figure import Figure
from poems_report.figures.theme import figure_theme, lettering, line_size, plotnine, text_width_mm
from poems_report.labels import Labels, labels

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import Results
    from poems_report.study import Study

NAME = "trajectories"
_COLUMN_MM = 40.0
_ROW_MM = 30.0
_HEAD_MM = 6.0
_BETWEEN_MM = 2.5
_FOOT_MM = 4.0
_END_MM = 9.0
_LEFT_MM = 13.0
_SPACE_MM = 2.5
_OVERLAY_ROW_MM = 62.0


@dataclass(frozen=True)
class _Layout:
    """How the panels lie: `blocks` of patients one below the other, each with a row for every marker."""

    blocks: tuple[tuple[str, ...], ...]
    overlaid: bool
    columns: int
    row_mm: float
    width_mm: float
    height_mm: float

    @property
    def panel_mm(self) -> float:
        """Width of one panel."""
        free = self.width_mm - _LEFT_MM - _END_MM - (self.columns - 1) * _SPACE_MM
        return free / self.columns


def trajectories(study: Study, results: Results, width_mm: float) -> Figure:
    """Every marker of every patient from the first to the last visit.

    Small multiples where all patients fit on a page, else all patients laid over each other.

    Raises:
        FigureError: the study has no measurement with a value.
    """
    from plotnine.composition import Stack

    if not study.measurements["value"].notna().any():
        raise FigureError(NAME, "at least one measurement with a value")
    words = labels()
    layout = _layout(study, width_mm)
    days = day_axis(study.measurements["day"], layout.panel_mm)
    letters = {} if layout.overlaid else _letters(study)
    plots = [
        _row(study, words, layout, days, letters, block, marker)
        for block in range(len(layout.blocks))
        for marker in range(len(study.config.markers))
    ]
    return Figure(
        name=NAME,
        plot=Stack(plots),
        width_mm=width_mm,
        height_mm=layout.height_mm,
        data=source.wide(study, list(study.config.markers)),
        caption=captions.trajectories_caption(words, study, layout.overlaid, letters),
        alt=captions.trajectories_alt(words, study),
    )


def _layout(study: Study, width_mm: float) -> _Layout:
    ids = study.patient_ids
    markers = len(study.config.markers)
    columns = min(len(ids), max(1, int(width_mm // _COLUMN_MM)))
    blocks = tuple(ids[start : start + columns] for start in range(0, len(ids), columns))
    height = len(blocks) * (markers * _ROW_MM + _HEAD_MM + _FOOT_MM) + _FOOT_MM
    highest = lettering().highest_mm
    if height <= highest:
        return _Layout(blocks, False, columns, _ROW_MM, width_mm, height)
    row = min(_OVERLAY_ROW_MM, (highest - 2 * _FOOT_MM) / markers)
    return _Layout((ids,), True, 1, row, width_mm, markers * row + 2 * _FOOT_MM)


def _letters(study: Study) -> dict[str, str]:
    """A letter for each kind of event but the infusion: its first letter that is free, else a number."""
    found: dict[str, str] = {}
    for event in sorted(set(study.events["event"]) - {"infusion"}):
        free = [letter for letter in event.lower() if letter.isalpha() and letter not in found.values()]
        found[event] = free[0] if free else str(len(found) + 1)
    return found


def _row(
    study: Study,
    words: Labels,
    layout: _Layout,
    days: DayAxis,
    letters: dict[str, str],
    block: int,
    marker: int,
) -> Any:
    """One marker of one block of patients."""
    from poems_report.figures.extras import facet_row

    p9 = plotnine()
    name = list(study.config.markers)[marker]
    config, stroke = study.config.markers[name], look.stroke_of(marker)
    first, last = marker == 0, marker == len(study.config.markers) - 1
    very_last = last and block == len(layout.blocks) - 1
    rows = study.measurements[study.measurements["marker"] == name]
    values = [*rows["value"].dropna(), *rows["uln"], config.uln]
    bounds = axes.log_range(values, below=0.12 if (rows["censored"] < 0).any() else 0.06, above=0.18)
    rows = _in_panels(rows[rows["patient_id"].isin(layout.blocks[block])], layout, block)
    shown = marks.with_runs(rows).assign(x=lambda frame: days.x(frame["day"]))
    extra = {
        "axis_title_y": p9.element_text(color=stroke.colour, weight="bold", margin={"r": 2, "unit": "pt"}),
        "plot_margin_right": _END_MM / layout.width_mm,
        "axis_line_x": p9.element_blank(),
        "panel_spacing_x": _SPACE_MM / layout.width_mm,
    }
    if first and block > 0:
        extra["plot_margin_top"] = _BETWEEN_MM / layout.width_mm
    if not first or layout.overlaid:
        extra["strip_text"] = p9.element_blank()
    if not last:
        extra["axis_text_x"] = p9.element_blank()
    if not very_last:
        extra["axis_title_x"] = p9.element_blank()
    title = p9.labs(
        x=words["figure.days_axis"],
        y=source.with_unit(config),
        caption=words["notice.illustrative"] if study.illustrative and very_last else None,
    )
    return (
        p9.ggplot()
        + _ground(study, layout, days, bounds, rows, block)
        + marks.line_layer(shown, stroke, "x", "value", thin=layout.overlaid)
        + marks.point_layers(
            shown,
            stroke,
            "x",
            "value",
            length_mm=layout.row_mm,
            bounds=bounds,
            small=layout.overlaid,
            unit_mm=1.0,
        )
        + (
            _infusion_word(words, study, layout, days, bounds, block)
            if first and not last and block == 0
            else []
        )
        + (_event_letters(study, layout, days, bounds, letters, block) if last else [])
        + _limit_label(words, layout, days, config.uln, rows, block)
        + facet_row(layout.columns)
        + p9.coord_cartesian(xlim=days.bounds, expand=False)
        + p9.scale_x_continuous(
            breaks=list(days.x(days.ticks)), labels=[tick_label(day) for day in days.ticks], minor_breaks=[]
        )
        + axes.log_scale(p9.scale_y_log10, bounds, layout.row_mm - _FOOT_MM, highest=max(values))
        + title
        + figure_theme(layout.width_mm, layout.height_mm, **extra)
    )


def _in_panels(rows: pd.DataFrame, layout: _Layout, block: int) -> pd.DataFrame:
    """The rows with the panel that they stand in: the patient's own, or the one of all."""
    import pandas as pd

    own = [""] * len(rows) if layout.overlaid else rows["patient_id"]
    levels = [""] if layout.overlaid else list(layout.blocks[block])
    return rows.assign(panel=pd.Categorical(own, levels))


def _ground(
    study: Study,
    layout: _Layout,
    days: DayAxis,
    bounds: tuple[float, float],
    rows: pd.DataFrame,
    block: int,
) -> list[Any]:
    """Normal range, limits, infusion and the broken axis of each panel."""
    import pandas as pd

    p9 = plotnine()
    patients = _in_panels(
        study.patients[study.patients["patient_id"].isin(layout.blocks[block])], layout, block
    )
    panels = patients[["panel"]].drop_duplicates()
    ends = pd.DataFrame([{"left": one.left, "right": one.right} for one in days.segments]).merge(
        panels, how="cross"
    )
    ends = ends.assign(low=bounds[0])
    limits = rows[["panel", "uln"]].drop_duplicates().merge(ends, on="panel")
    infused = patients.loc[patients["infusion"] == "yes", ["panel"]].drop_duplicates()
    infused = infused.assign(x=float(days.x([0])[0]), low=bounds[0], high=axes.within(bounds, 0.84))
    breaks = pd.DataFrame({"x": days.breaks, "low": bounds[0], "sign": "//"}).merge(panels, how="cross")
    thin = {"color": look.QUIET, "size": line_size(look.FIGURE_AXIS_PT)}
    layers = [
        p9.geom_rect(
            p9.aes(xmin="left", xmax="right", ymin="low", ymax="uln"), limits, fill=look.BAND, color="none"
        ),
        p9.geom_segment(p9.aes("left", "uln", xend="right", yend="uln"), limits, **thin),
        p9.geom_segment(
            p9.aes("left", "low", xend="right", yend="low"), ends, color=look.QUIET, size=line_size(1.0)
        ),
    ]
    if len(infused):
        layers.append(p9.geom_segment(p9.aes("x", "low", xend="x", yend="high"), infused, **thin))
    if days.breaks:
        layers.append(marks.words(breaks, "x", "low", "sign", color=look.QUIET, va="center", ha="center"))
    return layers


def _infusion_word(
    words: Labels, study: Study, layout: _Layout, days: DayAxis, bounds: tuple[float, float], block: int
) -> list[Any]:
    infused = study.patients[study.patients["infusion"] == "yes"]
    infused = infused[infused["patient_id"].isin(layout.blocks[block])].head(1)
    if infused.empty:
        return []
    place: dict[str, Any] = {
        "x": float(days.x([0])[0]),
        "y": axes.within(bounds, 0.92),
        "text": words["common.infusion"],
    }
    return [
        marks.words(
            _in_panels(infused.assign(**place), layout, block),
            "x",
            "y",
            "text",
            color=look.QUIET,
            va="center_baseline",
        )
    ]


def _event_letters(
    study: Study,
    layout: _Layout,
    days: DayAxis,
    bounds: tuple[float, float],
    letters: dict[str, str],
    block: int,
) -> list[Any]:
    events = study.events[
        study.events["event"].isin(letters) & study.events["patient_id"].isin(layout.blocks[block])
    ]
    if events.empty:
        return []
    placed = []
    for _, own in events.groupby("patient_id", sort=False):
        right = float("-inf")
        for day in sorted(set(own["day"])):
            same = own[own["day"] == day]
            text = ",".join(letters[event] for event in same["event"])
            half = text_width_mm(text, lettering().note_pt) / 2
            x = max(float(days.x([day])[0]), right + half + 0.4)
            right = x + half
            placed.append(same.head(1).assign(x=x, y=axes.within(bounds, 0.92), text=text))
    import pandas as pd

    return [
        marks.words(
            _in_panels(pd.concat(placed), layout, block),
            "x",
            "y",
            "text",
            color=look.QUIET,
            va="center_baseline",
        )
    ]


def _limit_label(
    words: Labels, layout: _Layout, days: DayAxis, uln: float, rows: pd.DataFrame, block: int
) -> list[Any]:
    """The limit's value right of the last panel; where limits differ between rows, none is right for all."""
    import pandas as pd

    if set(rows["uln"]) - {uln}:
        return []
    last = pd.DataFrame({"patient_id": [layout.blocks[block][-1]]})
    text = f"{words['common.uln']}\n{formats.quantity(uln)}"
    label = _in_panels(last.assign(x=days.bounds[1] + 0.8, y=uln, text=text), layout, block)
    return [marks.words(label, "x", "y", "text", color=look.QUIET, ha="left", va="center", lineheight=0.95)]
