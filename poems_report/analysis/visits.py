"""One measured value of one marker in one patient, as the rules for change and response read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Visit:
    """A value that was reported.

    Attributes:
        value: in the marker's unit; the limit where censored.
        censored: -1 below the limit, 0 measured, +1 above it.
        uln: upper limit of normal that belongs to this value.
    """

    day: int
    marker: str
    value: float
    censored: int
    uln: float
    matrix: str
    assay: str

    @property
    def rank(self) -> tuple[float, int]:
        """Order of values for the lowest: a value below a limit counts as lower than the limit itself."""
        return self.value, self.censored

    def above(self, limit: float) -> bool | None:
        """Whether the value lies above a limit; None where censoring leaves it open."""
        if self.censored < 0:
            return False if self.value <= limit else None
        if self.censored > 0:
            return True if self.value >= limit else None
        return self.value > limit


def visits_of(rows: pd.DataFrame) -> list[Visit]:
    """The reported values among rows of `Study.measurements`, in their order."""
    present = rows[rows["value"].notna()]
    names = ("day", "marker", "value", "censored", "uln", "matrix", "assay")
    return [Visit(*row) for row in zip(*(present[name].tolist() for name in names), strict=True)]
