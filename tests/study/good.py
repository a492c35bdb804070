"""The illustrative study in other forms: files that must give the same Study, and small edits of its files."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
TABLES = ("patients", "measurements", "events")


def rows_of(table: str) -> list[list[str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def text_of(rows: list[list[str]], separator: str = ",", ending: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=ending).writerows(rows)
    return out.getvalue()


def with_nd(rows: list[list[str]]) -> list[list[str]]:
    """IL-6 below its lower limit written as laboratories often do."""
    return [["n.d." if cell == "<1.5" else cell for cell in row] for row in rows]


def italian(table: str) -> bytes:
    """As an Italian Excel saves it: byte order mark, semicolons, decimal commas, CR LF."""
    rows = rows_of(table)
    if table == "measurements":
        place = rows[0].index("value")
        rows = [
            rows[0],
            *([*row[:place], row[place].replace(".", ","), *row[place + 1 :]] for row in rows[1:]),
        ]
    return b"\xef\xbb\xbf" + text_of(rows, ";", "\r\n").encode()


def wide() -> list[list[str]]:
    """One column a marker, and one for its comment."""
    _, *rows = rows_of("measurements")
    visits: dict[tuple[str, str], dict[str, str]] = {}
    for patient, day, marker, value, comment in rows:
        visits.setdefault((patient, day), {}).update({marker: value, f"{marker}_comment": comment})
    names = ["vegf", "vegf_comment", "il6", "il6_comment"]
    return [
        ["patient_id", "day", *names],
        *([*key, *(cells[name] for name in names)] for key, cells in visits.items()),
    ]


def to_excel(path: Path, rows: list[list[str]], sheet: str = "Sheet1", before: tuple[str, ...] = ()) -> None:
    """A workbook whose numbers are numbers, shown with the decimals they were written with."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in before:
        book.create_sheet(name).append(["nothing here"])
    table = book.create_sheet(sheet)
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            if not text:
                continue
            cell = table.cell(line, place)
            if re.fullmatch(r"-?\d+(\.\d+)?", text):
                cell.value = float(text) if "." in text else int(text)
                cell.number_format = "0." + "0" * len(text.partition(".")[2]) if "." in text else "General"
            else:
                cell.value = text
    book.save(path)


def to_parquet(path: Path, rows: list[list[str]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: list(cells) for name, cells in zip(rows[0], zip(*rows[1:], strict=True), strict=True)}
    if "day" in columns:
        columns["day"] = [int(day) for day in columns["day"]]
    parquet.write_table(pa.table(columns), path)
