"""How far apart the lines of a page stand: as far as still leaves it one page, by the widths of its texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from poems_report import theme
from poems_report.patients.layout import SIDE, TEXT_WIDTH
from poems_report.patients.metrics import width_in_em
from poems_report.patients.model import PatientView, VisitTable

COLUMN = TEXT_WIDTH - SIDE
HEIGHT = (297 - 2 * theme.PAGE_MARGIN_MM) * 72 / 25.4
SAFETY = 4.0
"""Of the page's height in points, kept back: texts are measured without kerning."""

_HEADER, _RULE = 26.0, 0.4
_CRITERION = {"en": 120.0, "it": 131.0}
_ANSWERS, _FIELD, _EVENT = 0.29 * COLUMN, 73.0, 0.2 * COLUMN - 2
_RESPONSE, _BASIS = 96.0, COLUMN - 160
_VALUES, _REMARK, _HEADS, _BOARD_ROWS = 0.6 * COLUMN, 100.0, 3, 4


@dataclass(frozen=True)
class Spacing:
    """Heights in points, as `summary.css` sets them under the same name.

    Attributes:
        line: of a line of text.
        note: of a line of a note.
        section: of the space after a section.
        board: of a row for the board, beyond its line.
    """

    name: str
    line: float
    note: float
    section: float
    board: float


SPACINGS = (
    Spacing("roomy", 10.3, 9.6, 6.5, 7.4),
    Spacing("even", 10.0, 9.6, 5.0, 5.4),
    Spacing("close", 9.4, 8.9, 3.0, 4.4),
)


def spacing_of(view: PatientView) -> str:
    """The widest spacing that leaves the view one page; where none does, the even one."""
    fits = (one.name for one in SPACINGS if height(view, one) <= HEIGHT - SAFETY)
    return next(fits, "even")


def height(view: PatientView, spacing: Spacing) -> float:
    """About how high a view stands, in points."""
    parts = [
        _lines([view.question.text.text], COLUMN, theme.TEXT_PT, bold=True) * 12,
        _diagnosis(view) * spacing.line,
        _timeline(view) * spacing.line,
        _response(view) * spacing.line + _RULE + 2 + _lines_of_notes(view.response.notes) * spacing.note,
        _panel(view, spacing),
        *(_lines([" ".join(one.items)]) * spacing.line for one in (view.place, view.new, view.limits) if one),
        _BOARD_ROWS * (spacing.line + spacing.board),
    ]
    if view.findings:
        own = [f"{field.name} {field.text.text}" for field in view.findings.fields]
        parts.append(_lines(own, COLUMN - 84) * spacing.line)
    return _HEADER + sum(parts) + (len(parts) - 1) * spacing.section


def _lines(
    texts: Iterable[str], width: float = COLUMN, size: float = theme.TABLE_PT, bold: bool = False
) -> int:
    return sum(_wrapped(text, width / size, bold) for text in texts)


def _wrapped(text: str, width: float, bold: bool) -> int:
    """Lines of a text in a column so many em wide."""
    lines, used, space = 1, 0.0, width_in_em(" ", bold)
    for word in text.split(" "):
        own = width_in_em(word, bold)
        if used and used + space + own > width:
            lines, used = lines + 1, 0.0
        used += own + (space if used else 0.0)
        if used > width:
            lines += ceil(used / width) - 1
            used %= width
    return lines


def _lines_of_notes(notes: Iterable[str]) -> int:
    return _lines([" ".join(notes)], size=theme.NOTE_PT)


def _diagnosis(view: PatientView) -> float:
    sizes = [
        1
        + _lines(
            [one.name if one.known else f"{one.name} {one.word}" for one in group.items],
            _CRITERION[view.language],
        )
        for group in view.diagnosis.groups
    ]
    beside = _lines([view.diagnosis.summary], _ANSWERS)
    below = 0
    if view.status.long:
        below = 1 + _lines(f"{field.name} {field.text.text}" for field in view.status.fields)
    else:
        beside += 1 + sum(_lines([field.text.text], _FIELD) for field in view.status.fields)
    return max(sizes[0] + sizes[1], sizes[2], beside + 0.5) + below


def _timeline(view: PatientView) -> int:
    items = view.timeline.items
    heights = [_lines([f"{one.day} {one.name}", one.detail], COLUMN if one.long else _EVENT) for one in items]
    return sum(max(heights[start : start + 5]) for start in range(0, len(heights), 5)) or 1


def _response(view: PatientView) -> int:
    domains = view.response.domains
    if view.response.long:
        return _lines(f"{one.name} {one.response.text} · {one.basis}" for one in domains)
    return 1 + sum(
        max(_lines([one.response.text], _RESPONSE), _lines([one.basis], _BASIS)) for one in domains
    )


def _panel(view: PatientView, spacing: Spacing) -> float:
    panel = view.panel
    values = sum(_table(table, spacing) for table in panel.tables)
    changes = 1 + sum(1 + len(group.rows) for group in panel.changes.groups)
    concordance = 1 + len(panel.concordance.rows) if panel.concordance else 0
    derived = (changes + concordance) * spacing.line + 6
    tables = 0.0
    if panel.visits.rows:
        tables = max(values, derived) if panel.beside else values + 6 + derived
    chart = panel.chart.height + 3 if panel.chart else spacing.line
    return chart + tables + 2 + _lines_of_notes(panel.notes) * spacing.note


def _table(table: VisitTable, spacing: Spacing) -> float:
    rows = _HEADS + sum(_lines([row.remark], _REMARK) for row in table.rows)
    remarks = 2 + _lines([table.remarks], _VALUES, theme.NOTE_PT) * spacing.note if table.remarks else 0.0
    return rows * spacing.line + _RULE + remarks
