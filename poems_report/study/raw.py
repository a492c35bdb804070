"""A table as a file holds it: texts, coded by their distinct values, with the line of each row.

Every reader gives this one shape, and everything after it looks at distinct texts: two million rows hold a few
thousand, so a check costs what the texts cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from poems_report.errors import Problem

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MAX_COLUMNS = 1_000
MAX_ROWS = 20_000_000
PIECE = 100_000

Codes = np.ndarray[tuple[int], np.dtype[np.integer]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Coded:
    """One column.

    Attributes:
        codes: for each row, the place of its text in `texts`.
        texts: the distinct texts, blanks at their ends removed.
    """

    codes: Codes
    texts: pa.Array

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> Coded:
        """Codes a column of texts; a missing text is empty."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not pa.types.is_dictionary(column.type):
            column = column.fill_null("").dictionary_encode()
        if isinstance(column, pa.ChunkedArray):
            column = column.unify_dictionaries().combine_chunks()
        codes = column.indices.to_numpy(zero_copy_only=False)
        plain = pc.utf8_trim_whitespace(column.dictionary.cast(pa.string()))
        distinct = plain.dictionary_encode()
        if len(distinct.dictionary) < len(plain):
            codes = distinct.indices.to_numpy()[codes]
        return cls(codes, distinct.dictionary)

    @classmethod
    def constant(cls, text: str, rows: int) -> Coded:
        """The same text in every row."""
        import pyarrow as pa

        return cls(np.zeros(rows, dtype=np.int32), pa.array([text], pa.string()))

    def where(self, rows: Mask | Codes) -> Coded:
        """Some of the rows."""
        return Coded(self.codes[rows], self.texts)

    def equals(self, text: str) -> Mask:
        """The rows that hold this text."""
        found = self.texts.index(text).as_py()
        return np.asarray(self.codes == found)

    def spread(self, by_text: Sequence[object] | np.ndarray) -> np.ndarray:
        """What belongs to each distinct text, for each row."""
        values = np.asarray(by_text)
        return values[self.codes] if len(values) else np.zeros(0, dtype=values.dtype)

    def text(self, row: int) -> str:
        """The text of one row."""
        return str(self.texts[int(self.codes[row])].as_py())

    def series(self, order: Codes | None = None) -> pd.Series:
        """The column as text, in the order of these rows."""
        import pandas as pd
        import pyarrow as pa

        codes = self.codes if order is None else self.codes[order]
        texts = self.texts.cast(pa.large_string())
        if len(texts) == 1:
            # One short piece stands many times in the column, but once in memory.
            piece, (pieces, rest) = pa.repeat(texts[0], min(len(codes), PIECE)), divmod(len(codes), PIECE)
            rows = pa.chunked_array([piece] * pieces + [piece[:rest]] * bool(rest), texts.type)
        else:
            rows = pa.chunked_array([texts.take(pa.array(codes))])
        return pd.Series(pd.array(rows, dtype="str"), copy=False)

    @cached_property
    def categorical(self) -> pd.Categorical:
        """The column as a categorical whose categories are the distinct texts; made once, never changed."""
        import pandas as pd
        import pyarrow as pa

        categories = pd.Index(pd.array(pa.chunked_array([self.texts]), dtype="str"))
        return pd.Categorical.from_codes(self.codes, categories=categories, validate=False)


@dataclass(frozen=True)
class Raw:
    """A table of a study.

    Attributes:
        file: its name.
        lines: for each row, its line in the file as an editor counts it; of a Parquet file, as if the names of
            the columns stood on line 1.
        columns: by name, in the order of the file.
        point: whether a point is the decimal mark where nothing else tells: not in files separated by
            semicolons or tabs, which programs write where the comma is.
        left_out: patients named in rows that could not be read.
    """

    file: str
    lines: Codes
    columns: dict[str, Coded]
    point: bool = True
    left_out: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.lines)

    def where(self, rows: Mask | Codes) -> Raw:
        """Some of the rows."""
        columns = {name: column.where(rows) for name, column in self.columns.items()}
        return replace(self, lines=self.lines[rows], columns=columns)

    def frame(self) -> pd.DataFrame:
        """Categoricals of text, indexed by the line of each row."""
        import pandas as pd

        columns = {name: column.categorical for name, column in self.columns.items()}
        return pd.DataFrame(columns, index=pd.Index(self.lines), copy=False)


@dataclass(frozen=True)
class Read:
    """What a reader found.

    Attributes:
        names: of the columns, as the file has them.
        columns: of texts, as many as names.
        lines: of the rows.
        problems: of single rows or cells; those rows are left out of `columns`.
        point: as in `Raw`.
        left_out: as in `Raw`.
    """

    names: tuple[str, ...]
    columns: tuple[Coded, ...]
    lines: Codes
    problems: list[Problem] = field(default_factory=list)
    point: bool = True
    left_out: frozenset[str] = frozenset()


def patient_in(names: Sequence[str], row: Sequence[str]) -> str:
    """The patient whom a row names that is no good row; empty where it is too short to name one.

    Args:
        names: of the columns.
        row: its texts.
    """
    place = names.index("patient_id") if "patient_id" in names else len(row)
    return row[place].strip(' "') if place < len(row) else ""


class Unreadable(Exception):  # noqa: N818
    """A file that is no table at all; carries the one problem."""

    def __init__(self, file: str, row: int, message: str, allowed: str, value: str = "") -> None:
        self.problem = Problem(file, row, "", value, message, allowed)
        super().__init__(str(self.problem))
