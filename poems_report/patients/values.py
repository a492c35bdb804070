"""Measurements as reported, in a table whose decimal signs stand under each other."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from poems_report import formats
from poems_report.analysis.change import DAY_AFTER
from poems_report.analysis.phases import phase_of
from poems_report.patients.context import Context
from poems_report.patients.layout import LONG_FIELD
from poems_report.patients.metrics import width_in_em
from poems_report.patients.model import Cell, MarkerHead, VisitRow, VisitTable
from poems_report.patients.record import Measurement, Record

MARKER_COLUMN, COMPANION_COLUMN = 5.9, 3.8
"""Room of a column in em; decimal signs stand under each other where every value then still fits its column."""

ABOVE, OPEN, NEW = "↑", "?", "•"
_POINT = {False: 0.249, True: 0.300}
_DIGIT = {False: 0.497, True: 0.528}
"""Advance widths of Source Sans 3, Regular and Bold (tabular figures), in em."""


def visit_table(record: Record, context: Context) -> VisitTable:
    """One row a visit, one column a marker of the study and a companion that was measured in the patient."""
    words, days = context.words, record.table_days
    at = {(one.day, one.marker): one for one in (*record.measurements, *record.companions)}
    beside = measured_companions(record, context)
    columns = {
        name: _column([at.get((day, name)) for day in days], record.patient_id, context, name in beside)
        for name in (*context.config.markers, *beside)
    }
    remarks = {day: text for day in days if (text := _remark(record, day, context))}
    below = bool(beside) or any(len(text) > LONG_FIELD for text in remarks.values())
    rows = tuple(
        VisitRow(
            day=formats.day_number(day),
            phase=words[f"patient.phase.{phase_of(day, context.config, record.infused)}"],
            cells=tuple(column[place] for column in columns.values()),
            remark="" if below else remarks.get(day, ""),
        )
        for place, day in enumerate(days)
    )
    remark = words["patient.values.remark"] if remarks and not below else ""
    data_columns = 1 + len(columns) + bool(remark)
    return VisitTable(
        day=words["patient.values.day"],
        phase=words["patient.values.phase"],
        markers=tuple(_head(name, context) for name in columns),
        remark=remark,
        companions=bool(beside),
        remarks=" · ".join(f"{context.day(day)}: {text}" for day, text in remarks.items()) if below else "",
        rows=rows,
        row_heads=1 + data_columns + len(rows) <= data_columns * len(rows),
    )


def measured_companions(record: Record, context: Context) -> tuple[str, ...]:
    """The companions with a value in this patient, in the order of the settings."""
    found = {one.marker for one in record.companions if one.value is not None}
    return tuple(name for name in context.config.companions if name in found)


def _head(name: str, context: Context) -> MarkerHead:
    one, language = context.config.measured[name], context.words.language
    marker = name in context.config.markers
    return MarkerHead(
        label=one.label,
        unit=one.unit,
        limit=f"{context.words['common.uln']} {formats.quantity(one.uln, language)}" if one.uln else "",
        source=f"{context.matrix(one.matrix)}, {one.assay}" if marker else "",
        stroke=context.stroke(name) if marker else None,
    )


def _column(
    rows: Sequence[Measurement | None], patient_id: str, context: Context, companion: bool
) -> tuple[Cell, ...]:
    tails = [
        0.0 if one is None or not one.reported else _tail(one.reported, one.raised is True) for one in rows
    ]
    longest = max(tails, default=0.0)
    missing = (
        (formats.DASH, formats.DASH)
        if companion
        else (context.words["common.not_measured"], context.words["patient.values.no_value"])
    )
    cells = [_cell(one, round(longest - tail, 3), missing) for one, tail in zip(rows, tails, strict=True)]
    marked = tuple(
        replace(cell, mark=" ".join(filter(None, (NEW, cell.mark))))
        if one and context.since and context.since.has_new(patient_id, one, companion)
        else cell
        for one, cell in zip(rows, cells, strict=True)
    )
    room = COMPANION_COLUMN if companion else MARKER_COLUMN
    fit = all(
        cell.pad + width_in_em(f"{cell.mark} {cell.text}".strip(), cell.raised) <= room for cell in marked
    )
    return marked if fit else tuple(replace(cell, pad=0.0) for cell in marked)


def _tail(reported: str, bold: bool) -> float:
    """Width of what follows the last whole digit, in em."""
    found = re.search(r"\.(\d*)$", reported)
    return _POINT[bold] + len(found[1]) * _DIGIT[bold] if found else 0.0


def _cell(one: Measurement | None, pad: float, missing: tuple[str, str]) -> Cell:
    if one is None:
        return Cell(missing[0], known=False)
    if one.value is None:
        return Cell(missing[1], known=False)
    if one.raised is None:
        return Cell(one.reported, OPEN, pad=pad)
    return Cell(one.reported, ABOVE if one.raised else "", one.raised, pad=pad)


def _remark(record: Record, day: int, context: Context) -> str:
    words = context.words
    parts = [words["patient.values.day_after"]] if record.infused and day == DAY_AFTER else []
    for one in (*record.measurements, *record.companions):
        if one.day == day:
            parts += _differs(one, context)
            if one.comment:
                label = context.label(one.marker)
                named = label.casefold() in one.comment.casefold()
                parts.append(one.comment if named else f"{label}: {one.comment}")
    return "; ".join(parts)


def _differs(one: Measurement, context: Context) -> list[str]:
    """Where a result carries its own matrix, assay or limit, not those of the column's head."""
    marker = context.config.measured[one.marker]
    own = [context.matrix(one.matrix)] if one.matrix != marker.matrix else []
    own += [one.assay] if one.assay != marker.assay else []
    if not math.isnan(one.uln) and one.uln != marker.uln:
        own.append(f"{context.words['common.uln']} {formats.quantity(one.uln, context.words.language)}")
    return [f"{marker.label}: {', '.join(own)}"] if own else []
