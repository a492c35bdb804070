"""Patients by phase: were both markers at a concordant level at the last visit of the phase."""

from __future__ import annotations

from collections.abc import Callable
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
    mm,
    plotnine,
    text_width_mm,
)
from poems_report.labels import Labels, labels
from poems_report.study.config import PHASES

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import Results
    from poems_report.study import Study

NAME = "phase_map"
_ROW_MM = 7.0
_HEAD_MM = 9.0
_FOOT_MM = 5.0
_NARROWEST_MM, _NARROWEST_EM = 3.4, 1.15
_CELL = (0.98, 0.86)
_NAME_MM, _DAYS_MM = 5.0, 1.4
_PADDING_MM = 1.0
_APART_MM = 2.0
_FILLS = {True: look.BAND, False: look.INK}
_TEXTS = {True: look.INK, False: look.PAPER}


def phase_map(study: Study, results: Results, width_mm: float) -> Figure:
    """A map of concordance, one row a patient and one column a phase.

    Raises:
        FigureError: the study has one marker, no patient with both markers in a phase, or too many patients.
    """
    p9 = plotnine()
    if study.config.pair is None:
        raise FigureError(NAME, "two markers")
    words = labels()
    cells = _cells(study, results, words)
    if not cells["told"].any():
        raise FigureError(NAME, "a patient with both markers in a phase")
    count = len(results.patients)
    foot = _FOOT_MM if study.illustrative else 0.0
    free = lettering().highest_mm - _HEAD_MM - foot
    narrowest = max(_NARROWEST_MM, _NARROWEST_EM * mm(lettering().text_pt / PT_PER_INCH))
    most = int(free // narrowest)
    if count > most:
        raise FigureError(NAME, f"at most {most} patients, a row each")
    row = min(_ROW_MM, free / count)
    height = count * row + _HEAD_MM + foot
    told = cells[cells["told"]].assign(fill=lambda frame: frame["concordant"].map(_FILLS))
    plot = (
        p9.ggplot()
        + p9.geom_tile(p9.aes("x", "y", fill="fill"), told, width=_CELL[0], height=_CELL[1], color="none")
        + p9.scale_fill_identity()
        + _texts(cells, _cell_mm(list(results.patients), width_mm))
        + _heads(study, words, row, _cell_mm(list(results.patients), width_mm))
        + p9.coord_cartesian(xlim=(-0.5, len(PHASES) - 0.5), ylim=(0.5 - count, 0.5), expand=False)
        + p9.scale_x_continuous(breaks=[], minor_breaks=[])
        + p9.scale_y_continuous(
            breaks=[-y for y in range(count)], labels=list(results.patients), minor_breaks=[]
        )
        + p9.labs(x="", y="", caption=words["notice.illustrative"] if study.illustrative else None)
        + figure_theme(
            width_mm,
            height,
            panel_grid_major_y=p9.element_blank(),
            axis_line_x=p9.element_blank(),
            axis_ticks_major_x=p9.element_blank(),
            axis_text_y=p9.element_text(
                size=lettering().text_pt, weight="bold", color=look.INK, va="center_baseline"
            ),
            plot_margin_top=_HEAD_MM / width_mm,
        )
    )
    return Figure(
        name=NAME,
        plot=plot,
        width_mm=width_mm,
        height_mm=height,
        data=cells[["patient_id", "phase", "day", "level", "verdict"]].rename(columns={"day": source.DAY}),
        caption=_caption(study, words),
        alt=_alt(study, words, cells),
    )


def _cells(study: Study, results: Results, words: Labels) -> pd.DataFrame:
    """One row a patient and phase: place, what both markers were, and whether that is concordant."""
    import pandas as pd

    labels_of = [study.config.markers[name].label for name in study.config.pair or ("", "")]
    found: list[dict[str, Any]] = []
    for y, (patient, one) in enumerate(results.patients.items()):
        pairs = {pair.phase: pair for pair in one.pairs}
        for x, phase in enumerate(PHASES):
            row: dict[str, Any] = {"patient_id": patient, "phase": phase, "x": float(x), "y": -float(y)}
            pair = pairs.get(phase)
            if pair is None:
                found.append(
                    row
                    | {
                        "told": False,
                        "concordant": False,
                        "day": None,
                        "level": "",
                        "brief": "",
                        "verdict": "",
                    }
                )
                continue
            told = (words, labels_of, pair.reference_raised, pair.candidate_raised)
            level, brief = _level("association", *told), _level("phase_map", *told)
            verdict = words[f"concordance.{'concordant' if pair.concordant else 'discordant'}"]
            found.append(
                row
                | {
                    "told": True,
                    "concordant": pair.concordant,
                    "day": pair.day,
                    "level": level,
                    "brief": brief,
                    "verdict": verdict,
                }
            )
    return pd.DataFrame(found).astype({"day": "Int64"})


def _level(figure: str, words: Labels, names: list[str], reference: bool, candidate: bool) -> str:
    """Which marker is raised, in the words of a figure."""
    if reference == candidate:
        return words[f"figure.{figure}.both" if reference else f"figure.{figure}.neither"]
    return words.text(f"figure.{figure}.alone", marker=names[0] if reference else names[1])


def _cell_mm(patients: list[str], width_mm: float) -> float:
    """Width of a cell beside the patients' names."""
    names = max(text_width_mm(name, lettering().text_pt, bold=True) for name in patients)
    return (width_mm - names - 3 * _PADDING_MM) / len(PHASES) * _CELL[0]


def _texts(cells: pd.DataFrame, cell_mm: float) -> list[Any]:
    """Sign, word and level at the left of each cell, the day at its right; a dash where nothing can be told.

    Where the cells are too narrow for all of it, the word goes first, then what the level is of, then the day.
    """
    layers = []
    half = _CELL[0] / 2 * (1 - 2 * _PADDING_MM / cell_mm)
    told = cells[cells["told"]]
    signs = ["=" if one else "≠" for one in told["concordant"]]
    whole = [f"{sign} {a}: {b}" for sign, a, b in zip(signs, told["verdict"], told["level"], strict=True)]
    short = [f"{sign} {level}" for sign, level in zip(signs, told["level"], strict=True)]
    days = [formats.day(int(day)) for day in told["day"]]
    room = (
        cell_mm - 2 * _PADDING_MM - _APART_MM - max(text_width_mm(day, lettering().note_pt) for day in days)
    )
    brief = [f"{sign} {level}" for sign, level in zip(signs, told["brief"], strict=True)]
    dated = _widest(short) <= room
    undated = short if _widest(short) <= cell_mm - 2 * _PADDING_MM else brief
    told = told.assign(text=whole if _widest(whole) <= room else short if dated else undated, when=days)
    for concordant, own in told.groupby("concordant"):
        texts = own.assign(left=own["x"] - half, right=own["x"] + half)
        style: dict[str, Any] = {"color": _TEXTS[bool(concordant)], "va": "center_baseline"}
        layers.append(marks.words(texts, "left", "y", "text", ha="left", **style))
        if dated:
            layers.append(marks.words(texts, "right", "y", "when", ha="right", **style))
    empty = cells[~cells["told"]]
    if len(empty):
        dashes = empty.assign(left=empty["x"] - half, text=formats.DASH)
        layers.append(
            marks.words(dashes, "left", "y", "text", ha="left", va="center_baseline", color=look.QUIET)
        )
    return layers


def _widest(texts: list[str]) -> float:
    return max(text_width_mm(text, lettering().note_pt) for text in texts)


def _heads(study: Study, words: Labels, row_mm: float, cell_mm: float) -> list[Any]:
    """The phases above their columns, with their days, both brief in narrow cells; a row is one unit high."""
    import pandas as pd

    size = lettering().text_pt
    names = [words[f"phase.{phase}"] for phase in PHASES]
    if max(text_width_mm(name, size, bold=True) for name in names) > cell_mm:
        names = [words[f"figure.phase_map.{phase}"] for phase in PHASES]
    days = [_days(study, words, phase, formats.day) for phase in PHASES]
    if _widest(days) > cell_mm:
        days = [_days(study, words, phase, formats.day_number) for phase in PHASES]
    heads = pd.DataFrame(
        [
            {"x": x - _CELL[0] / 2, "name": name, "days": span}
            for x, (name, span) in enumerate(zip(names, days, strict=True))
        ]
    ).assign(upper=0.5 + _NAME_MM / row_mm, lower=0.5 + _DAYS_MM / row_mm)
    return [
        marks.words(heads, "x", "upper", "name", size=size, ha="left", va="baseline", fontweight="bold"),
        marks.words(heads, "x", "lower", "days", ha="left", va="baseline", color=look.QUIET),
    ]


def _days(study: Study, words: Labels, phase: str, day: Callable[[int], str]) -> str:
    """The days of a phase, each written by `day`."""
    bounds = getattr(study.config.phases, phase)
    if bounds.first is None:
        return words.text("report.up_to", day=day(bounds.last or 0))
    if bounds.last is None:
        return words.text("report.from_on", day=day(bounds.first))
    return words.text("report.from_to", first=day(bounds.first), last=day(bounds.last))


def _caption(study: Study, words: Labels) -> str:
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    caption = words.text("figure.phase_map.caption", reference=reference, candidate=candidate)
    return source.finish(words, study, [caption, words["concordance.definition"]])


def _alt(study: Study, words: Labels, cells: pd.DataFrame) -> str:
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    parts = []
    for phase in PHASES:
        told = cells[(cells["phase"] == phase) & cells["told"]]
        apart = told[~told["concordant"].astype(bool)]
        names = [f"{one.patient_id} ({one.level})" for one in apart.itertuples()]
        key = "figure.phase_map.alt_phase" if names else "figure.phase_map.alt_phase_all"
        parts.append(
            words.text(
                key,
                phase=words[f"phase.{phase}"],
                agree=formats.count(len(told) - len(apart)),
                told=formats.count(len(told)),
                names=formats.listing(names),
            )
        )
    head = words.text("figure.phase_map.alt", reference=reference, candidate=candidate)
    return source.finish(words, study, [head, *parts])
