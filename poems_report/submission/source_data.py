"""The numbers behind the figures, as journals ask for them: a CSV a figure, one workbook, a README."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from poems_report.figures import Figure
from poems_report.labels import labels
from poems_report.provenance import clock
from poems_report.submission.office import fixed

README = "README"
_UNIT = re.compile(r"\(([^()]+)\)$")


def csv(figure: Figure) -> bytes:
    """The data with full precision, empty where there is none, lines ended as RFC 4180 has them."""
    return figure.data.to_csv(index=False, lineterminator="\r\n").encode()


def tables(figures: Sequence[Figure], stems: Sequence[str]) -> tuple[tuple[str, Figure], ...]:
    """Each table with its figure; of a composite one a panel, its letter behind the name of the files."""
    return tuple(
        (f"{stem}{letter}", one)
        for stem, figure in zip(stems, figures, strict=True)
        for letter, one in (figure.panels or (("", figure),))
    )


def columns(figures: Sequence[Figure], stems: Sequence[str]) -> tuple[tuple[str, str, str, str], ...]:
    """What the tables hold: name of the figure's files, name of the figure, column, unit."""
    return tuple(
        (stem, figure.name, str(column), _unit(str(column)))
        for stem, figure in tables(figures, stems)
        for column in figure.data.columns
    )


def readme(figures: Sequence[Figure], stems: Sequence[str]) -> bytes:
    """What each table of source data holds, as text."""
    words = labels()
    lines = [words["submission.source_data"], "", words["submission.source_data_note"]]
    for stem, figure in tables(figures, stems):
        lines += ["", f"{stem}.csv ({figure.name}, {len(figure.data)})"]
        lines += [f"  {column}" for _, _, column, _ in columns([figure], [stem])]
    return ("\n".join(lines) + "\n").encode()


def workbook(figures: Sequence[Figure], stems: Sequence[str]) -> bytes:
    """One Excel workbook: a first sheet that explains the columns, then a sheet a figure."""
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.writer.excel import ExcelWriter

    words = labels()
    book = Workbook()
    first = book.active
    first.title = README
    first.append([words["submission.source_data_note"]])
    first.append([words[f"submission.column.{name}"] for name in ("file", "figure", "column", "unit")])
    for row in columns(figures, stems):
        first.append(row)
    bold = Font(bold=True)
    for cell in first[2]:
        cell.font = bold
    for stem, figure in tables(figures, stems):
        sheet = book.create_sheet(stem)
        sheet.append([str(column) for column in figure.data.columns])
        for values in figure.data.itertuples(index=False, name=None):
            sheet.append([None if pd.isna(value) else _plain(value) for value in values])
        for cell in sheet[1]:
            cell.font = bold
        sheet.freeze_panes = "A2"
    book.properties.creator = "poems-report"
    book.properties.created = book.properties.modified = clock().replace(tzinfo=None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        ExcelWriter(book, archive).save()
    return fixed(out.getvalue())


def _plain(value: object) -> object:
    """A number of numpy as one of Python."""
    return value.item() if hasattr(value, "item") else value


def _unit(column: str) -> str:
    found = _UNIT.search(column)
    return found[1] if found else ""
