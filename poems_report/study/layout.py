"""Long and wide measurements: one row a value, or one row a visit with one column a marker."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from poems_report.study.columns import MEASUREMENT_COLUMNS
from poems_report.study.raw import Coded, Raw

KEYS = ("patient_id", "day")
OWN = ("matrix", "assay", "uln", "unit", "comment")
"""What a wide table may say of one marker in a column `<marker>_<name>`."""

SHARED = ("matrix", "comment")
"""What a wide table may say of the whole visit."""


@dataclass(frozen=True)
class Long:
    """Measurements with one row a value.

    Attributes:
        table: `patient_id`, `day`, `marker`, `value` and the optional columns.
        shown: for a column whose name in the file differs by row, that name.
    """

    table: Raw
    shown: dict[str, Coded]

    def name(self, column: str, row: int) -> str:
        """The column of the file that a cell came from."""
        return self.shown[column].text(row) if column in self.shown else column


def is_wide(columns: Collection[str], markers: Collection[str]) -> bool:
    """Whether a table has one column a marker."""
    return not {"marker", "value"} & set(columns) and bool(set(markers) & set(columns))


def wide_names(markers: Collection[str]) -> tuple[str, ...]:
    """Every column that a wide table may have."""
    own = (f"{marker}_{name}" for marker in markers for name in OWN)
    return tuple(dict.fromkeys((*KEYS, *markers, *SHARED, *own)))


def to_long(wide: Raw, markers: Collection[str]) -> Long:
    """One row a value: an empty cell is a missing value of that visit."""
    present = [marker for marker in markers if marker in wide.columns]
    rows = len(wide)
    columns: dict[str, Coded] = {}
    shown: dict[str, Coded] = {}
    for column in MEASUREMENT_COLUMNS:
        name = column.name
        if name == "marker":
            columns[name] = _stacked([Coded.constant(marker, rows) for marker in present])
            continue
        sources = [_source(wide, marker, name) for marker in present]
        parts = [wide.columns.get(source) or Coded.constant("", rows) for source in sources]
        columns[name] = _stacked(parts)
        if any(source != name for source in sources):
            shown[name] = _stacked([Coded.constant(source, rows) for source in sources])
    table = Raw(wide.file, np.tile(wide.lines, len(present)), columns, wide.point)
    return Long(table, shown)


def _source(wide: Raw, marker: str, name: str) -> str:
    if name == "value":
        return marker
    own = f"{marker}_{name}"
    return own if name in OWN and own in wide.columns else name


def _stacked(parts: list[Coded]) -> Coded:
    import pyarrow as pa

    chunks = [pa.DictionaryArray.from_arrays(pa.array(one.codes, pa.int32()), one.texts) for one in parts]
    return Coded.of(pa.chunked_array(chunks))
