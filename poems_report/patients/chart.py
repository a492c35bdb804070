"""The marker chart of one patient: one panel a marker over a shared, broken axis of days."""

from __future__ import annotations

from poems_report import theme
from poems_report.labels import Labels
from poems_report.patients.axes import DayAxis, day_axis, tick_label
from poems_report.patients.chart_panel import Frame, marker_panel
from poems_report.patients.chart_words import alt_text
from poems_report.patients.drawing import Area, ChartView, Label, Rule
from poems_report.patients.layout import SIDE, TEXT_WIDTH
from poems_report.patients.placing import Box, Floor
from poems_report.patients.record import Record
from poems_report.patients.signs import right_to_left, shown
from poems_report.study.config import StudyConfig

WIDTH, LEFT = TEXT_WIDTH, SIDE
RIGHT = round(WIDTH - 48, 2)
EVENT_ROWS = 2
HEADING = 48.0
EVENT_ROW = 9.5
PANEL_GAP = 7.0
AXIS_HEIGHT = 15.0
INFUSION = "infusion"
"""Name of the event that the line at day 0 carries already, in the language of the page."""

MANY_VISITS = 8
MOST_VISITS = 12
DAY_SPACING = 30.0


def panel_height(markers: int, visits: int) -> float:
    """Height of one panel in points, lower the more there are and the longer the table of values is."""
    height = 84.0 if markers == 1 else 55.0 if markers == 2 else 46.0
    return min(height, 42.0 if visits > MOST_VISITS else 46.0 if visits > MANY_VISITS else height)


def chart_view(record: Record, config: StudyConfig, words: Labels) -> ChartView | None:
    """The drawing of one patient; None where no value was reported."""
    of_marker = {name: record.of_marker(name) for name in config.markers}
    visits = len(record.visit_days)
    shown = {name: rows for name, rows in of_marker.items() if any(one.value is not None for one in rows)}
    if not shown:
        return None
    days = day_axis(record.visit_days, tuple(one.day for one in record.events), record.infused, LEFT, RIGHT)
    event_labels, event_days, rows = _events(record, days, words)
    closed = (*((days.x(day) - 0.5, days.x(day) + 0.5) for day in event_days), *days.breaks)
    top = rows * EVENT_ROW + 3
    height = panel_height(len(shown), visits)
    panels = []
    for place, (name, marker_rows) in enumerate(shown.items()):
        y = round(top + place * (height + PANEL_GAP), 2)
        frame = Frame(Area(LEFT, y, round(RIGHT - LEFT, 2), height), WIDTH, days, record.visit_days, closed)
        stroke = theme.stroke_of(list(config.markers).index(name))
        panels.append(marker_panel(name, config.markers[name], marker_rows, stroke, frame, words))
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

    The infusion comes first. A label that finds no room is left out, as is one written from right to left, which
    no drawing can hold: its line stays, and the timeline names it.
    """
    names: dict[int, list[str]] = {0: [words["common.infusion"]]} if record.infused else {}
    for event in record.events:
        if record.infused and (event.day, event.name) == (0, INFUSION):
            continue
        known = names.setdefault(event.day, [])
        if event.name not in known:
            known.append(event.name)
    order = sorted(names, key=lambda day: (not (record.infused and day == 0), abs(day), day))
    floor = Floor(Box(HEADING, -1, WIDTH, EVENT_ROWS * EVENT_ROW + 3))
    for day in order:
        bold = record.infused and day == 0
        text = shown(", ".join(names[day]))
        if right_to_left(text):
            continue
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
