"""Change of each marker within each patient, on the scale of log2 and in percent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poems_report.analysis.columns import (
    NONE,
    Floats,
    Ints,
    Mask,
    Values,
    depth,
    first_of,
    last_of,
    smallest_of,
    take,
)
from poems_report.analysis.landmarks import Landmark, nearest
from poems_report.analysis.results import Change

# The day after the infusion, as the abstract has it (Tomasso et al. 2022): a definition, not a threshold.
DAY_AFTER = 1
OPEN, BELOW, ABOVE, UNKNOWN = "", "<", ">", "?"
KINDS = ("day_after", "nadir", "last", "lowest_after")


@dataclass(frozen=True, eq=False)
class Changes:
    """The changes of one kind in one marker: for each patient two rows of `values`, -1 where there is none.

    Values of another matrix or assay are not compared; `uncompared` counts the patients who have no change for that.
    """

    kind: str
    marker: str
    values: Values
    start: Ints
    end: Ints
    uncompared: int = 0

    @property
    def there(self) -> Mask:
        """Patients that have both values."""
        return np.asarray((self.start != NONE) & (self.end != NONE))

    @property
    def log2(self) -> Floats:
        """Log2 ratio of the later to the earlier value of the patients whose change is known, in their order."""
        known = self.there & ~self._two_limits
        value = self.values.value
        return np.asarray(np.log2(take(value, self.end[known]) / take(value, self.start[known])))

    @property
    def bounded(self) -> int:
        """How many of the known changes rest on a value at a limit."""
        known = self.there & ~self._two_limits
        censored = self.values.censored
        either = (take(censored, self.start[known]) != 0) | (take(censored, self.end[known]) != 0)
        return int(np.count_nonzero(either))

    @property
    def hidden(self) -> int:
        """How many patients have both values, but at limits that tell nothing of the change."""
        return int(np.count_nonzero(self.there & self._two_limits))

    @property
    def _two_limits(self) -> Mask:
        """Both values at limits such that nothing is known of the change."""
        start, end = take(self.values.censored, self.start), take(self.values.censored, self.end)
        return np.asarray(((end < 0) | (start > 0)) & ((end > 0) | (start < 0)))

    def of_patient(self, patient: int) -> Change | None:
        """The change of one patient; None without both values."""
        start, end = int(self.start[patient]), int(self.end[patient])
        if NONE in (start, end):
            return None
        values = self.values
        before, after = float(values.value[start]), float(values.value[end])
        side = int(values.censored[start]), int(values.censored[end])
        downward = side[1] < 0 or side[0] > 0
        upward = side[1] > 0 or side[0] < 0
        ratio = after / before
        return Change(
            marker=self.marker,
            kind=self.kind,
            from_day=int(values.day[start]),
            to_day=int(values.day[end]),
            from_value=before,
            to_value=after,
            log2=math.log2(ratio),
            percent=100 * (ratio - 1),
            bound=UNKNOWN if downward and upward else BELOW if downward else ABOVE if upward else OPEN,
        )


def ends_of(changes: Changes) -> tuple[Floats, Floats]:
    """The lowest and the highest log2 that each patient's change can be, infinite where a limit leaves it open."""
    there, values = changes.there, changes.values
    start, end = changes.start[there], changes.end[there]
    log2 = np.log2(take(values.value, end) / take(values.value, start))
    before, after = take(values.censored, start), take(values.censored, end)
    low = np.where((after < 0) | (before > 0), -np.inf, log2)
    high = np.where((after > 0) | (before < 0), np.inf, log2)
    return low, high


def changes_of(values: Values, landmarks: Sequence[Landmark]) -> dict[tuple[str, str], Changes]:
    """The changes of every marker and kind, by marker and kind.

    The kinds: `day_after` (last value before infusion, day 0 included, to day 1), `nadir` (first to lowest later
    value), `last` (first to last value), `lowest_after` (last value before infusion to the lowest after it), and
    the name of each landmark (last value before infusion to the value nearest to the landmark's day). The lowest
    is that of the values of the same matrix and assay as the earlier value.
    """
    found = {}
    for marker in values.markers:
        own = values.of_marker(marker)
        for kind, (start, end) in _rows(own, landmarks).items():
            other = (start != NONE) & (end != NONE) & (take(own.kit, start) != take(own.kit, end))
            found[marker, kind] = Changes(
                kind,
                marker,
                own,
                np.where(other, NONE, start),
                np.where(other, NONE, end),
                int(np.count_nonzero(other)),
            )
    return found


def _rows(own: Values, landmarks: Sequence[Landmark]) -> dict[str, tuple[Ints, Ints]]:
    patients, every = len(own.ids), np.arange(len(own))
    first, last = (pick(every, own.patient, patients) for pick in (first_of, last_of))
    later = every[(every != take(first, own.patient)) & (own.kit == own.kit[take(first, own.patient)])]
    size = depth(own)
    nadir = smallest_of(later, size, own.patient, patients)
    many = np.where(first != last, last, NONE)
    infused = own.infused[own.patient]
    before = last_of(np.flatnonzero(infused & (own.day <= 0)), own.patient, patients)
    day_after = first_of(np.flatnonzero(infused & (own.day == DAY_AFTER)), own.patient, patients)
    comparable = own.kit == take(own.kit, take(before, own.patient))
    after = smallest_of(np.flatnonzero(infused & (own.day > 0) & comparable), size, own.patient, patients)
    rows = {
        "day_after": (before, day_after),
        "nadir": (first, nadir),
        "last": (first, many),
        "lowest_after": (before, after),
    }
    return rows | {one.name: (before, nearest(own, one)) for one in landmarks}
