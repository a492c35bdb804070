"""Change of each marker within each patient, on the scale of log2 and in percent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from poems_report.analysis.results import Change

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
    present = rows[rows["value"].notna()]
    for marker, values in present.groupby("marker", sort=False):
        visits = list(values.itertuples(index=False))
        before = [visit for visit in visits if visit.day <= 0]
        after = [visit for visit in visits if visit.day == DAY_AFTER]
        if infused and before and after:
            found.append(_change(str(marker), "day_after", before[-1], after[0]))
        if len(visits) > 1:
            first, later = visits[0], visits[1:]
            found.append(_change(str(marker), "nadir", first, min(later, key=_rank)))
            found.append(_change(str(marker), "last", first, later[-1]))
    return tuple(found)


def _rank(visit: Any) -> tuple[float, int]:
    """Order of values for the nadir: a value below a limit counts as lower than the limit itself."""
    return visit.value, visit.censored


def _change(marker: str, kind: str, start: Any, end: Any) -> Change:
    ratio = end.value / start.value
    downward = end.censored < 0 or start.censored > 0
    upward = end.censored > 0 or start.censored < 0
    bound = "?" if downward and upward else "<" if downward else ">" if upward else ""
    return Change(
        marker=marker,
        kind=kind,
        from_day=int(start.day),
        to_day=int(end.day),
        from_value=float(start.value),
        to_value=float(end.value),
        log2=math.log2(ratio),
        percent=100 * (ratio - 1),
        bound=bound,
    )
