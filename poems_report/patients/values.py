"""Measurements as reported, in a table whose decimal signs stand under each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from poems_report import formats
from poems_report.analysis.change import DAY_AFTER
from poems_report.analysis.phases import phase_of
from poems_report.patients.context import Context
from poems_report.patients.model import Cell, MarkerHead, VisitRow, VisitTable
from poems_report.patients.record import Measurement, Record

ABOVE, OPEN = "↑", "?"
_POINT = {False: 0.249, True: 0.300}
_DIGIT = {False: 0.497, True: 0.528}
"""Advance widths of Source Sans 3, Regular and Bold (tabular figures), in em."""


def visit_table(record: Record, context: Context) -> VisitTable:
    """One row a visit, one column a marker of the study."""
    words = context.words
    at = {(one.day, one.marker): one for one in record.measurements}
    columns = {
        marker: _column([at.get((day, marker)) for day in record.visit_days], context)
        for marker in context.config.markers
    }
    rows = tuple(
        VisitRow(
            day=formats.day_number(day),
            phase=words[f"patient.phase.{phase_of(day, context.config, record.infused)}"],
            cells=tuple(column[place] for column in columns.values()),
            remark=_remark(record, day, context),
        )
        for place, day in enumerate(record.visit_days)
    )
    remark = words["patient.values.remark"] if any(row.remark for row in rows) else ""
    data_columns = 1 + len(columns) + bool(remark)
    return VisitTable(
        day=words["patient.values.day"],
        phase=words["patient.values.phase"],
        markers=tuple(_head(marker, context) for marker in context.config.markers),
        remark=remark,
        rows=rows,
        row_heads=1 + data_columns + len(rows) <= data_columns * len(rows),
    )


def _head(name: str, context: Context) -> MarkerHead:
    marker = context.config.markers[name]
    return MarkerHead(
        label=marker.label,
        unit=marker.unit,
        limit=f"{context.words['common.uln']} {formats.quantity(marker.uln, context.words.language)}",
        source=f"{marker.matrix}, {marker.assay}",
        stroke=context.stroke(name),
    )


def _column(rows: Sequence[Measurement | None], context: Context) -> tuple[Cell, ...]:
    tails = [
        0.0 if one is None or not one.reported else _tail(one.reported, one.raised is True) for one in rows
    ]
    longest = max(tails, default=0.0)
    return tuple(_cell(one, round(longest - tail, 3), context) for one, tail in zip(rows, tails, strict=True))


def _tail(reported: str, bold: bool) -> float:
    """Width of what follows the last whole digit, in em."""
    found = re.search(r"\.(\d*)$", reported)
    return _POINT[bold] + len(found[1]) * _DIGIT[bold] if found else 0.0


def _cell(one: Measurement | None, pad: float, context: Context) -> Cell:
    if one is None:
        return Cell(context.words["common.not_measured"], known=False)
    if one.value is None:
        return Cell(context.words["patient.values.no_value"], known=False)
    if one.raised is None:
        return Cell(one.reported, OPEN, pad=pad)
    return Cell(one.reported, ABOVE if one.raised else "", one.raised, pad=pad)


def _remark(record: Record, day: int, context: Context) -> str:
    words = context.words
    parts = [words["patient.values.day_after"]] if record.infused and day == DAY_AFTER else []
    for one in record.measurements:
        if one.day == day:
            parts += _differs(one, context)
            if one.comment:
                label = context.label(one.marker)
                named = label.casefold() in one.comment.casefold()
                parts.append(one.comment if named else f"{label}: {one.comment}")
    return "; ".join(parts)


def _differs(one: Measurement, context: Context) -> list[str]:
    """Where a result carries its own matrix, assay or limit, not those of the column's head."""
    marker = context.config.markers[one.marker]
    own = [text for text, usual in ((one.matrix, marker.matrix), (one.assay, marker.assay)) if text != usual]
    if one.uln != marker.uln:
        own.append(f"{context.words['common.uln']} {formats.quantity(one.uln, context.words.language)}")
    return [f"{marker.label}: {', '.join(own)}"] if own else []
