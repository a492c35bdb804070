"""Response of the reference marker by a named profile, with every case in which it cannot be told.

Complete: at or below the cut-off, from a raised baseline. Partial: a fall of at least 50%, not to normal. None:
less. Progression: more than 50% above the lowest value, and above the cut-off; always to be confirmed by a second
sample. The day after infusion is early kinetics and never a response.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.analysis.results import Response, ResponseCutoff
from poems_report.analysis.visits import Visit, visits_of
from poems_report.study.config import StudyConfig

if TYPE_CHECKING:
    import pandas as pd

_PROFILES = Path(__file__).with_name("response_profiles.toml")
PARTIAL_FALL = 0.5
PROGRESSION_RISE = 1.5


def cutoff_of(config: StudyConfig) -> ResponseCutoff:
    """The cut-off that the study's response profile names."""
    with _PROFILES.open("rb") as handle:
        profile = tomllib.load(handle)[config.response_profile]
    return ResponseCutoff(
        profile=config.response_profile,
        value=profile.get("cutoff"),
        matrix=profile.get("matrix", ""),
        source=profile["source"],
        verified=profile["verified"],
    )


def responses_of_patient(
    rows: pd.DataFrame, infused: bool, cutoff: ResponseCutoff, config: StudyConfig
) -> tuple[Response, ...]:
    """Responses at every visit that counts for one.

    Args:
        rows: the patient's measurements of the reference marker, ordered by day.
        infused: whether stem cells were infused.
        cutoff: the study's cut-off.
        config: the study's settings; `response_earliest_day` is the first day that counts.

    Returns:
        at least one response; where there is no visit to judge, one with the reason.
    """
    if not infused:
        return (_not_evaluable("no_infusion"),)
    visits = visits_of(rows)
    before = [visit for visit in visits if visit.day <= 0]
    later = [visit for visit in visits if visit.day >= config.response_earliest_day]
    if not later:
        return (_not_evaluable("no_value_from_day"),)
    baseline = before[-1] if before else None
    return tuple(
        _judge(visit, baseline, [one for one in visits if 0 < one.day <= visit.day], cutoff)
        for visit in later
    )


def _judge(visit: Visit, baseline: Visit | None, so_far: list[Visit], cutoff: ResponseCutoff) -> Response:
    day = visit.day
    if baseline is None:
        return _not_evaluable("no_value_before_infusion", day)
    begun = baseline.day
    compared = [baseline, *so_far]
    if len({(one.matrix, one.assay) for one in compared}) > 1:
        return _not_evaluable("mixed_assay", day, begun)
    if cutoff.matrix and cutoff.matrix != visit.matrix:
        return _not_evaluable("matrix_differs", day, begun)
    limit = cutoff.value if cutoff.value is not None else visit.uln
    if baseline.above(limit) is False:
        return _not_evaluable("baseline_normal", day, begun)
    if baseline.above(limit) is None or visit.above(limit) is None:
        return _not_evaluable("censored_at_cutoff", day, begun)
    earlier = [one for one in so_far if one.day < visit.day] or [baseline]
    nadir = min(earlier, key=lambda one: one.rank)
    lowest = nadir.day
    risen = visit.value > PROGRESSION_RISE * nadir.value
    if risen and visit.above(limit):
        return Response(day, "progression", baseline_day=begun, nadir_day=lowest)
    flag = "rise_below_limit" if risen and nadir.censored == 0 else ""
    if not visit.above(limit):
        category = "complete"
    elif visit.censored > 0 or baseline.censored > 0:
        return _not_evaluable("censored_above_range", day, begun)
    elif visit.value <= PARTIAL_FALL * baseline.value:
        category = "partial"
    else:
        category = "none"
    return Response(day, category, flag=flag, baseline_day=begun, nadir_day=lowest)


def _not_evaluable(reason: str, day: int | None = None, baseline_day: int | None = None) -> Response:
    return Response(day, "not_evaluable", reason=reason, baseline_day=baseline_day)
