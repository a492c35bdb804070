"""A patient's change among those of the study: places that name nobody and show nobody else's value."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from poems_report.analysis.change import Changes, ends_of
from poems_report.analysis.results import Change

RANKED = ("day_after", "nadir")


@dataclass(frozen=True)
class Ranking:
    """Every patient's change of one kind in one marker as log2; a value at a limit leaves one end open.

    Attributes:
        lowest: the lowest that each change can be, in rising order; minus infinity where it is open.
        highest: the highest, in an order of its own.
    """

    lowest: tuple[float, ...]
    highest: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.lowest)

    def place(self, change: Change) -> tuple[int, int]:
        """The first and the last place that a change can have, 1 the largest fall.

        They differ where changes are equal, or where a value at a limit leaves the order open.
        """
        low = -math.inf if change.bound in ("<", "?") else change.log2
        high = math.inf if change.bound in (">", "?") else change.log2
        before = bisect_left(self.highest, low)
        behind = len(self) - bisect_right(self.lowest, high)
        return before + 1, len(self) - behind


def rankings_of(changes: Mapping[tuple[str, str], Changes]) -> dict[tuple[str, str], Ranking]:
    """The rankings by marker and kind, of the kinds that are ranked."""
    return {key: _ranking(one) for key, one in changes.items() if key[1] in RANKED}


def _ranking(changes: Changes) -> Ranking:
    low, high = ends_of(changes)
    return Ranking(tuple(np.sort(low).tolist()), tuple(np.sort(high).tolist()))
