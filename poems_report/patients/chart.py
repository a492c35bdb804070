"""The marker chart of one patient: one panel a marker over a shared, broken axis of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from poems_report import formats, theme
from poems_report.labels import Labels
from poems_report.patients.axes import DayAxis, LogAxis, day_axis, log_axis, tick_label
from poems_report.patients.chart_words import alt_text
from poems_report.patients.drawing import Area, ChartView, Label, Mark, MarkerPanel, Rule
from poems_report.patients.layout import SIDE, TEXT_WIDTH
from poems_report.patients.placing import SIZE, Box, Floor
from poems_report.patients.record import Measurement, Record
from poems_report.study.config import Marker, StudyConfig

WIDTH, LEFT = TEXT_WIDTH, SIDE
RIGHT = round(WIDTH - 48, 2)
EVENT_ROWS = 2
HEADING = 48.0
EVENT_ROW = 9.5
PANEL_GAP = 7.0
AXIS_HEIGHT = 15.0
MANY_VISITS = 8
RADIUS = 2.6
ARROW = 5.0
TICK_SPACING = 7.4
GRID_SPACING = 3.5
DAY_SPACING = 30.0


@dataclass(frozen=True)
class _Run:
    """Consecutive visits with one limit of normal."""

    uln: float
    first: int
    last: int


def panel_height(markers: int, visits: int) -> float:
    """Height of one panel in points, lower the more there are and the longer the table of values is."""
    height = 84.0 if markers == 1 else 55.0 if markers == 2 else 46.0
    return height if visits <= MANY_VISITS else min(height, 46.0)


def chart_view(record: Record, config: StudyConfig, words: Labels) -> ChartView | None:
    """The drawing of one patient; None where no value was reported."""
    of_marker = {name: record.of_marker(name) for name in config.markers}
    visits = len(record.visit_days)
    shown = {name: rows for name, rows in of_marker.items() if any(one.value is not None for one in rows)}
    if not shown:
        return None
    days = day_axis(record.visit_days, tuple(one.day for one in record.events), record.infused, LEFT, RIGHT)
    event_labels, event_days, rows = _events(record, days, words)
    closed = [(days.x(day) - 0.5, days.x(day) + 0.5) for day in event_days] + list(days.breaks)
    top = rows * EVENT_ROW + 3
    height = panel_height(len(shown), visits)
    panels = []
    for place, (name, marker_rows) in enumerate(shown.items()):
        area = Area(
            LEFT, round(top + place * (height + PANEL_GAP), 2), round(RIGHT - LEFT, 2), round(height, 2)
        )
        stroke = list(config.markers).index(name)
        panels.append(
            _panel(
                name, config.markers[name], marker_rows, record.visit_days, days, area, stroke, closed, words
            )
        )
    bottom = panels[-1].area.y + height
    axis_labels, ticks = _day_labels(days, bottom, words)
    return ChartView(
        width=WIDTH,
        height=round(bottom + AXIS_HEIGHT, 2),
        panels=tuple(panels),
        events=tuple(
            Rule(days.x(day), top - 3, days.x(day), bottom)
            for day in event_days
            if not (record.infused and day == 0)
        ),
        infusion=Rule(days.x(0), top - 3, days.x(0), bottom) if record.infused else None,
        axis=tuple(Rule(one.left, bottom, one.right, bottom) for one in days.segments),
        ticks=ticks,
        breaks=tuple(
            Area(left, round(top - 1, 2), round(right - left, 2), round(bottom - top + 2, 2))
            for left, right in days.breaks
        ),
        slashes=tuple(
            Rule(x - 1.5, bottom + 3, x + 1.5, bottom - 3)
            for left, right in days.breaks
            for x in (left + 1.5, right - 1.5)
        ),
        labels=event_labels + axis_labels,
        alt=alt_text(record, config, words),
    )


def _events(record: Record, days: DayAxis, words: Labels) -> tuple[tuple[Label, ...], tuple[int, ...], int]:
    """Labels of events in one or two rows above the panels, the days to mark, and how many rows are used.

    The infusion comes first; a label that finds no room is left out (its line stays, the timeline names it).
    """
    names: dict[int, list[str]] = {0: [words["common.infusion"]]} if record.infused else {}
    for event in record.events:
        known = names.setdefault(event.day, [])
        if event.name not in known:
            known.append(event.name)
    order = sorted(names, key=lambda day: (not (record.infused and day == 0), abs(day), day))
    floor = Floor(Box(HEADING, -1, WIDTH, EVENT_ROWS * EVENT_ROW + 3))
    for day in order:
        bold = record.infused and day == 0
        text = ", ".join(names[day])
        x = days.x(day)
        anchors = ("end", "start") if day < 0 else ("start", "end")
        floor.put_first_fit(
            Label(
                text,
                x + (-2 if anchor == "end" else 2 if not bold else -2),
                EVENT_ROW * (row + 1) - 2,
                anchor,
                theme.INK if bold else theme.QUIET,
                bold,
            )
            for row in reversed(range(EVENT_ROWS))
            for anchor in anchors
        )
    used = max((EVENT_ROWS - round((label.y + 2) / EVENT_ROW) + 1 for label in floor.labels), default=0)
    shift = (EVENT_ROWS - used) * EVENT_ROW
    labels = tuple(
        Label(one.text, one.x, round(one.y - shift, 2), one.anchor, one.colour, one.bold)
        for one in floor.labels
    )
    return labels, tuple(sorted(names)), used


def _day_labels(days: DayAxis, bottom: float, words: Labels) -> tuple[tuple[Label, ...], tuple[Rule, ...]]:
    y = round(bottom + 11, 2)
    floor = Floor(Box(0, bottom, WIDTH, bottom + AXIS_HEIGHT + 4))
    ticks = sorted(days.ticks(DAY_SPACING), key=lambda day: (day != 0, day))
    for day in ticks:
        floor.put_first_fit([Label(tick_label(day), days.x(day), y, "middle", theme.INK)])
    floor.put_first_fit([Label(words["patient.chart.days"], 0.0, y, "start", theme.QUIET)])
    rules = tuple(Rule(days.x(day), bottom, days.x(day), bottom + 2.5) for day in sorted(ticks))
    return tuple(floor.labels), rules


def _panel(
    name: str,
    marker: Marker,
    rows: Sequence[Measurement],
    visit_days: Sequence[int],
    days: DayAxis,
    area: Area,
    stroke: int,
    closed: Sequence[tuple[float, float]],
    words: Labels,
) -> MarkerPanel:
    style = theme.stroke_of(stroke)
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
            symbol(style.point, days.x(one.day), axis.y(value)),
            bool(one.censored),
        )
        for one, value in zip(reported, values, strict=True)
    )
    runs = _runs(reported)
    limits, bands = _limits(runs, axis, days, area)
    ticks = axis.ticks(TICK_SPACING)
    return MarkerPanel(
        marker=name,
        colour=style.colour,
        dash=" ".join(f"{length:g}" for length in style.dash),
        area=area,
        bands=bands,
        limits=limits,
        grid=tuple(
            Rule(area.x, axis.y(tick), area.x + area.width, axis.y(tick)) for tick in axis.ticks(GRID_SPACING)
        ),
        lines=_lines(marks, visit_days),
        marks=marks,
        arrows=tuple(
            _arrow(mark, one.censored) for mark, one in zip(marks, reported, strict=True) if one.censored
        ),
        labels=_labels(marker, reported, marks, runs, axis, ticks, area, style.colour, closed, words),
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


def _lines(marks: Sequence[Mark], visit_days: Sequence[int]) -> tuple[str, ...]:
    """Paths through values of consecutive visits; a visit without a value starts a new one."""
    at = {mark.day: mark for mark in marks}
    runs: list[list[Mark]] = [[]]
    for day in visit_days:
        if day in at:
            runs[-1].append(at[day])
        elif runs[-1]:
            runs.append([])
    return tuple("M" + " L".join(f"{mark.x:g} {mark.y:g}" for mark in run) for run in runs if len(run) > 1)


def symbol(name: str, x: float, y: float, radius: float = RADIUS) -> str:
    """The outline of a point around (x, y) as an SVG path; `name` as in `theme.Stroke`."""
    r = radius
    if name == "circle":
        return f"M{x - r:.2f} {y:.2f} a{r} {r} 0 1 0 {2 * r} 0 a{r} {r} 0 1 0 {-2 * r} 0 Z"
    corners = {
        "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "triangle": ((0, -1.2), (1.1, 0.85), (-1.1, 0.85)),
        "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    }[name]
    return "M" + " L".join(f"{x + dx * r:.2f} {y + dy * r:.2f}" for dx, dy in corners) + " Z"


def _arrow(mark: Mark, censored: int) -> str:
    """A short stroke with a head, down for a value below its limit and up for one above."""
    way = 1 if censored < 0 else -1
    start, end = mark.y + way * RADIUS, mark.y + way * (RADIUS + ARROW)
    head = end - way * 2
    left, right = mark.x - 1.6, mark.x + 1.6
    shaft = f"M{mark.x:g} {start:.2f} V{end:.2f}"
    return f"{shaft} M{left:.2f} {head:.2f} L{mark.x:g} {end:.2f} L{right:.2f} {head:.2f}"


def _labels(
    marker: Marker,
    rows: Sequence[Measurement],
    marks: Sequence[Mark],
    runs: Sequence[_Run],
    axis: LogAxis,
    ticks: Sequence[float],
    area: Area,
    colour: str,
    closed: Sequence[tuple[float, float]],
    words: Labels,
) -> tuple[Label, ...]:
    floor = Floor(Box(0, area.y - 4, WIDTH, area.y + area.height + 4))
    for tick in ticks:
        floor.put(
            Label(
                formats.quantity(tick), area.x - 4, round(axis.y(tick) + 0.35 * SIZE, 2), "end", theme.QUIET
            )
        )
    middle = round(area.y + area.height / 2, 2)
    floor.put(Label(marker.label, 0.0, middle, "start", colour, bold=True))
    floor.put(Label(marker.unit, 0.0, round(middle + 9.5, 2), "start", theme.QUIET))
    for mark in marks:
        reach = RADIUS * 1.3
        floor.block(Box(mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach))
    for left, right in closed:
        floor.block(Box(left, area.y, right, area.y + area.height))
    for before, after in pairwise(marks):
        _block_line(floor, before, after)
    for run in {run.uln: run for run in runs}.values():
        text = f"{words['common.uln']} {formats.quantity(run.uln)}"
        x, y = area.x + area.width + 4, axis.y(run.uln) + 0.35 * SIZE
        floor.put_first_fit(
            Label(text, round(x, 2), round(y + shift, 2), "start", theme.QUIET) for shift in _shifts()
        )
    last = len(rows) - 1
    for place in sorted(range(len(rows)), key=lambda one: one != last):
        row, mark = rows[place], marks[place]
        if row.censored or place == last:
            floor.put_first_fit(
                _around(row.reported, mark, colour, bold=place == last, censored=row.censored)
            )
    return tuple(floor.labels)


def _block_line(floor: Floor, before: Mark, after: Mark) -> None:
    steps = max(1, round(max(abs(after.x - before.x), abs(after.y - before.y)) / 3))
    for step in range(1, steps):
        x = before.x + (after.x - before.x) * step / steps
        y = before.y + (after.y - before.y) * step / steps
        floor.block(Box(x - 0.7, y - 0.7, x + 0.7, y + 0.7))


def _shifts() -> tuple[float, ...]:
    return (0.0, -4.0, 4.0, -8.0, 8.0, -12.0, 12.0, -16.0, 16.0)


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
