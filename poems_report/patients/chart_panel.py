"""One marker's panel: its scale, limits of normal, line, symbols and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from poems_report import formats, theme
from poems_report.labels import Labels
from poems_report.patients.axes import DayAxis, LogAxis, log_axis, value_label
from poems_report.patients.chart_shapes import ARROW, RADIUS, arrow_at, lines_through, symbol
from poems_report.patients.drawing import Area, Label, Mark, MarkerPanel, Rule
from poems_report.patients.placing import SIZE, Box, Floor, wrapped
from poems_report.patients.record import Measurement
from poems_report.patients.signs import right_to_left, shown
from poems_report.study.config import Marker

TICK_SPACING = 7.4
GRID_SPACING = 3.5
TICK_ROOM = 30.0
NAME_LINES, UNIT_LINES = 3, 2
NAME_LEADING = 9.0
SHIFTS = (0.0, -4.0, 4.0, -8.0, 8.0, -12.0, 12.0, -16.0, 16.0)
"""Steps by which the label of a limit gives way to another."""


@dataclass(frozen=True)
class Frame:
    """Where a panel stands.

    Attributes:
        area: the panel itself.
        width: of the whole drawing.
        visit_days: every day with a row, of any marker.
        closed: strips, from left to right, that no label may cross: events and breaks of the axis.
    """

    area: Area
    width: float
    days: DayAxis
    visit_days: tuple[int, ...]
    closed: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Run:
    """Consecutive visits with one limit of normal."""

    uln: float
    first: int
    last: int


def marker_panel(
    name: str, marker: Marker, rows: Sequence[Measurement], stroke: theme.Stroke, frame: Frame, words: Labels
) -> MarkerPanel:
    """The panel of a marker with at least one value."""
    area, days = frame.area, frame.days
    reported = [one for one in rows if one.value is not None]
    values = [one.value for one in reported if one.value is not None]
    room_above, room_below = (
        RADIUS + 2 + (ARROW + 2 if any(one.censored == sign for one in reported) else 0) for sign in (1, -1)
    )
    axis = log_axis(
        [*values, *(one.uln for one in reported)], area.y + room_above, area.y + area.height - room_below
    )
    marks = tuple(
        Mark(
            one.day,
            days.x(one.day),
            axis.y(value),
            symbol(stroke.point, days.x(one.day), axis.y(value)),
            bool(one.censored),
        )
        for one, value in zip(reported, values, strict=True)
    )
    runs = _runs(reported)
    limits, bands = _limits(runs, axis, days, area)
    return MarkerPanel(
        marker=name,
        colour=stroke.colour,
        dash=" ".join(f"{length:g}" for length in stroke.dash),
        area=area,
        bands=bands,
        limits=limits,
        grid=tuple(
            Rule(area.x, axis.y(tick), area.x + area.width, axis.y(tick)) for tick in axis.ticks(GRID_SPACING)
        ),
        lines=lines_through(marks, frame.visit_days),
        marks=marks,
        arrows=tuple(
            arrow_at(mark, one.censored) for mark, one in zip(marks, reported, strict=True) if one.censored
        ),
        labels=_labels(name, marker, reported, marks, runs, axis, stroke.colour, frame, words),
    )


def _runs(rows: Sequence[Measurement]) -> tuple[_Run, ...]:
    runs: list[_Run] = []
    for one in rows:
        if runs and runs[-1].uln == one.uln:
            runs[-1] = _Run(one.uln, runs[-1].first, one.day)
        else:
            runs.append(_Run(one.uln, one.day, one.day))
    return tuple(runs)


def _limits(
    runs: Sequence[_Run], axis: LogAxis, days: DayAxis, area: Area
) -> tuple[tuple[Rule, ...], tuple[Area, ...]]:
    """A line and a band for each limit, over the days for which it was used; the whole panel for a single one."""
    lines, bands = [], []
    for place, run in enumerate(runs):
        left = area.x if place == 0 else (days.x(runs[place - 1].last) + days.x(run.first)) / 2
        right = (
            area.x + area.width
            if place == len(runs) - 1
            else (days.x(run.last) + days.x(runs[place + 1].first)) / 2
        )
        y = axis.y(run.uln)
        lines.append(Rule(round(left, 2), y, round(right, 2), y))
        bands.append(Area(round(left, 2), y, round(right - left, 2), round(area.y + area.height - y, 2)))
    return tuple(lines), tuple(bands)


def _labels(
    name: str,
    marker: Marker,
    rows: Sequence[Measurement],
    marks: Sequence[Mark],
    runs: Sequence[_Run],
    axis: LogAxis,
    colour: str,
    frame: Frame,
    words: Labels,
) -> tuple[Label, ...]:
    area = frame.area
    floor = Floor(Box(0, area.y - 4, frame.width, area.y + area.height + 4))
    for tick in axis.ticks(TICK_SPACING):
        floor.put(
            Label(
                value_label(tick, words.language),
                area.x - 4,
                round(axis.y(tick) + 0.35 * SIZE, 2),
                "end",
                theme.QUIET,
            )
        )
    _name(floor, name if right_to_left(marker.label) else shown(marker.label), marker.unit, area, colour)
    for mark in marks:
        reach = RADIUS * 1.3
        floor.block(Box(mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach))
    for left, right in frame.closed:
        floor.block(Box(left, area.y, right, area.y + area.height))
    for run in runs:
        y = axis.y(run.uln)
        floor.block(Box(area.x, y - 0.4, area.x + area.width, y + 0.4))
    for before, after in pairwise(marks):
        _block_line(floor, before, after)
    for run in {run.uln: run for run in runs}.values():
        value = formats.quantity(run.uln, words.language)
        x, y = area.x + area.width + 4, axis.y(run.uln) + 0.35 * SIZE
        floor.put_first_fit(
            Label(text, round(x, 2), round(y + shift, 2), "start", theme.QUIET)
            for text in (f"{words['common.uln']} {value}", value)
            for shift in SHIFTS
        )
    last = len(rows) - 1
    for place in sorted(range(len(rows)), key=lambda one: one != last):
        row, mark = rows[place], marks[place]
        if row.censored or place == last:
            floor.put_first_fit(
                _around(row.reported, mark, colour, bold=place == last, censored=row.censored)
            )
    return tuple(floor.labels)


def _name(floor: Floor, label: str, unit: str, area: Area, colour: str) -> None:
    """Label and unit in the side column, on as many lines as fit the panel, cut where they are longer."""
    names = wrapped(label, area.x - TICK_ROOM, NAME_LINES)
    units = wrapped(shown(unit), area.x - TICK_ROOM, UNIT_LINES)
    top = area.y + area.height / 2 - (len(names) - 1) * NAME_LEADING
    for place, line in enumerate((*names, *units)):
        bold = place < len(names)
        y = round(top + place * NAME_LEADING, 2)
        floor.put(Label(line, 0.0, y, "start", colour if bold else theme.QUIET, bold))


def _block_line(floor: Floor, before: Mark, after: Mark) -> None:
    steps = max(1, round(max(abs(after.x - before.x), abs(after.y - before.y)) / 3))
    for step in range(1, steps):
        x = before.x + (after.x - before.x) * step / steps
        y = before.y + (after.y - before.y) * step / steps
        floor.block(Box(x - 0.7, y - 0.7, x + 0.7, y + 0.7))


def _around(text: str, mark: Mark, colour: str, bold: bool, censored: int) -> list[Label]:
    """Places beside, above and below a symbol, the best first; never where the arrow of a limit points."""
    side, base = RADIUS + 3, 0.35 * SIZE
    above = Label(text, mark.x, round(mark.y - RADIUS - 2.5, 2), "middle", colour, bold)
    below = Label(text, mark.x, round(mark.y + RADIUS + 2.5 + 0.7 * SIZE, 2), "middle", colour, bold)
    right = Label(text, round(mark.x + side, 2), round(mark.y + base, 2), "start", colour, bold)
    left = Label(text, round(mark.x - side, 2), round(mark.y + base, 2), "end", colour, bold)
    if not censored:
        return [right, above, below]
    aside = mark.y + (1 if censored < 0 else -1) * 5 + base
    lower = [
        Label(text, round(mark.x + way * side, 2), round(aside, 2), anchor, colour, bold)
        for way, anchor in ((1, "start"), (-1, "end"))
    ]
    return [right, *lower, above if censored < 0 else below, left]
