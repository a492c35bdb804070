"""Benchmarks: this program and its peers on the same work in one run, told as ratios.

A module `bench_<name>.py` here has a function `run()` that gives rows; `python -m benchmarks [NAME]...` runs
them all, or those named, prints the rows and exits with 1 if one misses its bar.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        what: was compared.
        ours: the measure of this program.
        peer: the measure of what it is compared with; 1 where the bar is absolute.
        bar: the ratio that may not be exceeded; None where the row only informs.
        unit: of both measures.
    """

    what: str
    ours: float
    peer: float
    bar: float | None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Ours over the peer's."""
        return self.ours / self.peer

    @property
    def kept(self) -> bool:
        """Whether the bar is kept."""
        return self.bar is None or self.ratio <= self.bar
