"""How often both markers agreed in each phase, with the exact interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poems_report import formats
from poems_report import theme as look
from poems_report.errors import FigureError
from poems_report.figures import marks, source
from poems_report.figures.figure import Figure
from poems_report.figures.theme import (
    PT_PER_INCH,
    figure_theme,
    lettering,
    line_size,
    margin_above,
    mm,
    plotnine,
    point_style,
)
from poems_report.labels import Labels, labels
from poems_report.study.config import PHASES

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import Results
    from poems_report.study import Study

NAME = "agreement"
_ROW_MM = 9.0
_ROW_EM = 3.4
"""Height of a row with its numbers below its name, in sizes of the letters."""
_FOOT_MM = 15.0
_RIGHT_MM = 46.0
_LAST_TICK_MM = 3.0
_NARROW_MM = 120.0
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def agreement(study: Study, results: Results, width_mm: float) -> Figure:
    """Observed agreement by phase: a point, its exact interval and the counts.

    Raises:
        FigureError: the study has one marker, or no phase in which both can be told.
    """
    p9 = plotnine()
    if study.config.pair is None:
        raise FigureError(NAME, "two markers")
    words = labels()
    rows = _rows(results, words)
    told = rows.dropna(subset=["observed"])
    if told.empty:
        raise FigureError(NAME, "a phase with both markers")
    narrow = width_mm < _NARROW_MM
    row = max(_ROW_MM, _ROW_EM * mm(lettering().text_pt / PT_PER_INCH) if narrow else 0.0)
    height = len(rows) * row + _FOOT_MM
    names = rows["label"] + "\n" + rows["text"] if narrow else rows["label"]
    ticks = _TICKS[:: 2 if narrow else 1]
    plot = (
        p9.ggplot()
        + p9.geom_segment(
            p9.aes("low", "y", xend="high", yend="y"), told, color=look.INK, size=line_size(1.2)
        )
        + p9.geom_point(
            p9.aes("observed", "y"), told, color=look.INK, fill=look.INK, **point_style("circle", 6.0)
        )
        + ([] if narrow else marks.words(rows, "beside", "y", "text", ha="left", va="center_baseline"))
        + p9.coord_cartesian(xlim=(-0.02, 1.02), ylim=(0.5 - len(rows), 0.5), expand=False)
        + p9.scale_x_continuous(
            breaks=list(ticks), labels=[formats.share(tick) for tick in ticks], minor_breaks=[]
        )
        + p9.scale_y_continuous(breaks=list(rows["y"]), labels=list(names), minor_breaks=[])
        + p9.labs(
            x=words["figure.agreement.axis"],
            y="",
            caption=words["notice.illustrative"] if study.illustrative else None,
        )
        + figure_theme(
            width_mm,
            height,
            panel_grid_major_y=p9.element_blank(),
            panel_grid_major_x=p9.element_line(color=look.HAIRLINE, size=0.35),
            axis_text_y=p9.element_text(size=lettering().text_pt, color=look.INK, va="center_baseline"),
            axis_title_x=p9.element_text(
                ha="right" if narrow else "center", margin=margin_above(3, width_mm, height)
            ),
            plot_margin_right=(_LAST_TICK_MM if narrow else _RIGHT_MM) / width_mm,
        )
    )
    return Figure(
        name=NAME,
        plot=plot,
        width_mm=width_mm,
        height_mm=height,
        data=_data(rows),
        caption=_caption(study, words),
        alt=_alt(study, words, rows),
    )


def _rows(results: Results, words: Labels) -> pd.DataFrame:
    import pandas as pd

    found: list[dict[str, Any]] = []
    for place, phase in enumerate(PHASES):
        one = results[f"agreement.{phase}"]
        row: dict[str, Any] = {
            "phase": phase,
            "label": words[f"phase.{phase}"],
            "y": -float(place),
            "beside": 1.04,
        }
        row |= {
            "n": one.n or 0,
            "level": one.level,
            "observed": one.estimate,
            "low": one.ci_low,
            "high": one.ci_high,
        }
        found.append(row | {"text": _text(one, words)})
    return pd.DataFrame(found)


def _text(one: Any, words: Labels) -> str:
    if one.estimate is None:
        return words.text("common.not_estimable", reason=one.reason)
    return words.text(
        "figure.agreement.told",
        agree=formats.count(one.estimate * one.n),
        n=formats.count(one.n),
        share=formats.share(one.estimate),
        low=formats.share(one.ci_low),
        high=formats.share(one.ci_high),
    )


def _data(rows: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "phase": "phase",
        "n": "n (patients)",
        "observed": "observed agreement (share)",
        "low": "interval low (share)",
        "high": "interval high (share)",
        "level": "interval level",
    }
    return rows[list(columns)].rename(columns=columns)


def _caption(study: Study, words: Labels) -> str:
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    caption = words.text("figure.agreement.caption", reference=reference, candidate=candidate)
    return source.finish(words, study, [caption, words["concordance.definition"]])


def _alt(study: Study, words: Labels, rows: pd.DataFrame) -> str:
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    told = [
        f"{label[0].upper()}{label[1:]}: {text}."
        for label, text in zip(rows["label"], rows["text"], strict=True)
    ]
    head = words.text("figure.agreement.alt", reference=reference, candidate=candidate)
    return source.finish(words, study, [head, *told])
