"""Change of each marker within each patient, on the scale of log2 and in percent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from poems_report.analysis.results import Change
from poems_report.analysis.visits import Visit, visits_of

if TYPE_CHECKING:
    import pandas as pd

DAY_AFTER = 1


def changes_of_patient(rows: pd.DataFrame, infused: bool) -> tuple[Change, ...]:
    """Changes of every marker of one patient.

    Args:
        rows: the patient's measurements, ordered by day.
        infused: whether stem cells were infused; without, there is no day after.
    """
    found: list[Change] = []
    everything = visits_of(rows)
    for marker in dict.fromkeys(visit.marker for visit in everything):
        visits = [visit for visit in everything if visit.marker == marker]
        before = [visit for visit in visits if visit.day <= 0]
        after = [visit for visit in visits if visit.day == DAY_AFTER]
        if infused and before and after:
            found.append(_change("day_after", before[-1], after[0]))
        if len(visits) > 1:
            first, later = visits[0], visits[1:]
            found.append(_change("nadir", first, min(later, key=lambda visit: visit.rank)))
            found.append(_change("last", first, later[-1]))
    return tuple(found)


def _change(kind: str, start: Visit, end: Visit) -> Change:
    ratio = end.value / start.value
    downward = end.censored < 0 or start.censored > 0
    upward = end.censored > 0 or start.censored < 0
    bound = "?" if downward and upward else "<" if downward else ">" if upward else ""
    return Change(
        marker=start.marker,
        kind=kind,
        from_day=start.day,
        to_day=end.day,
        from_value=start.value,
        to_value=end.value,
        log2=math.log2(ratio),
        percent=100 * (ratio - 1),
        bound=bound,
    )
