"""A table of values with more columns than the page is wide, in parts below each other."""

from __future__ import annotations

from dataclasses import replace

from poems_report.patients.layout import COLUMNS, COMPANION_WIDTH, MARKER_WIDTH, MOST_MARKERS, PLAIN_MARKERS
from poems_report.patients.model import VisitTable


def parts_of(table: VisitTable, language: str) -> tuple[VisitTable, ...]:
    """The table itself where a page in this language holds it; else its markers, as many as fit, then the rest."""
    markers = sum(one.stroke is not None for one in table.markers)
    every = len(table.markers)
    width = markers * MARKER_WIDTH + (every - markers) * COMPANION_WIDTH
    if markers <= MOST_MARKERS and width <= COLUMNS[language]:
        return (_part(table, 0, every),)
    starts = [*range(0, markers, MOST_MARKERS), *([markers] if every > markers else [])]
    return tuple(_part(table, start, stop) for start, stop in zip(starts, [*starts[1:], every], strict=True))


def _part(table: VisitTable, start: int, stop: int) -> VisitTable:
    """Columns `start` to `stop`; remarks in rows stand in the first part, those below in the last."""
    first, markers = start == 0, table.markers[start:stop]
    rows = tuple(
        replace(row, cells=row.cells[start:stop], remark=row.remark if first else "") for row in table.rows
    )
    remark = table.remark if first else ""
    companions = any(one.stroke is None for one in markers)
    columns = 1 + len(markers) + bool(remark)
    return replace(
        table,
        markers=markers,
        rows=rows,
        remark=remark,
        companions=companions,
        remarks=table.remarks if stop == len(table.markers) else "",
        row_heads=1 + columns + len(rows) <= columns * len(rows),
        plain=not remark and not companions and len(markers) <= PLAIN_MARKERS,
    )
