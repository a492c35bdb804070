"""Response of the reference marker by a named profile, with every case in which it cannot be told.

Complete: at or below the cut-off, from a raised baseline. Partial: a fall as deep as the study's rules want, not to
normal. None: less. Progression: further above the lowest value than they allow, and above the cut-off; always to be
confirmed by a second sample. The day after infusion is early kinetics and never a response.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from poems_report.analysis.columns import NONE, Ints, Mask, Values, depth, last_of, take
from poems_report.analysis.phases import raised
from poems_report.analysis.results import Response, ResponseCutoff
from poems_report.study.config import StudyConfig
from poems_report.study.thresholds import ResponseRules

_PROFILES = Path(__file__).with_name("response_profiles.toml")
NOT_EVALUABLE = "not_evaluable"
CATEGORIES = ("complete", "partial", "none", "progression", NOT_EVALUABLE)
REASONS = (
    "",
    "no_value_before_infusion",
    "mixed_assay",
    "matrix_differs",
    "baseline_normal",
    "censored_at_cutoff",
    "censored_above_range",
)


@dataclass(frozen=True, eq=False)
class Course:
    """What responses rest on whatever the cut-off; one entry a value that counts for one.

    Attributes:
        values: all values of the reference marker.
        row: rows of `values` that count for a response, in order of patient and day.
        baseline: row of the last value before infusion, -1 where there is none.
        nadir: row of the lowest value from the baseline to before this one.
        mixed: whether a value after infusion, up to this one, has another matrix or assay than the baseline.
    """

    values: Values
    row: Ints
    baseline: Ints
    nadir: Ints
    mixed: Mask


@dataclass(frozen=True, eq=False)
class Responses:
    """The response at every value of the reference marker that counts for one.

    Attributes:
        course: what they rest on.
        category: the place in `CATEGORIES`.
        reason: the place in `REASONS`.
        flagged: whether the value rose from the lowest as for progression, but not above the cut-off.
    """

    course: Course
    category: Ints
    reason: Ints
    flagged: Mask

    def at(self, place: int) -> Response:
        """One of the responses."""
        course, day = self.course, self.course.values.day
        reason, baseline = REASONS[self.reason[place]], int(course.baseline[place])
        return Response(
            day=int(day[course.row[place]]),
            category=CATEGORIES[self.category[place]],
            reason=reason,
            flag="rise_below_limit" if self.flagged[place] else "",
            baseline_day=None if baseline == NONE else int(day[baseline]),
            nadir_day=None if reason else int(day[course.nadir[place]]),
        )

    def of_patient(self, patient: int) -> tuple[Response, ...]:
        """The responses of one patient, at least one; where there is no value to judge, one with the reason."""
        if not self.course.values.infused[patient]:
            return (not_evaluable("no_infusion"),)
        first, last = (int(np.searchsorted(self._owner, patient, side)) for side in ("left", "right"))
        return tuple(map(self.at, range(first, last))) or (not_evaluable("no_value_from_day"),)

    def at_row(self, row: int) -> Response:
        """The response at a row of `course.values` that counts for one."""
        return self.at(int(np.searchsorted(self.course.row, row)))

    def last(self) -> Ints:
        """The category at the last value of each patient that has one."""
        place = last_of(np.arange(len(self._owner)), self._owner, len(self.course.values.ids))
        return np.asarray(self.category[place[place != NONE]], dtype=np.int64)

    def categories(self, rows: Ints) -> Ints:
        """The categories at these rows of `course.values`, which all count for a response."""
        return np.asarray(self.category[np.searchsorted(self.course.row, rows)], dtype=np.int64)

    @cached_property
    def _owner(self) -> Ints:
        return np.asarray(self.course.values.patient[self.course.row])


def cutoff_of(config: StudyConfig, profile: str | None = None) -> ResponseCutoff:
    """The cut-off that the study's response profile names, or that of another profile."""
    name = profile or config.response_profile
    with _PROFILES.open("rb") as handle:
        found = tomllib.load(handle)[name]
    return ResponseCutoff(
        profile=name,
        value=found.get("cutoff"),
        matrix=found.get("matrix", ""),
        source=found["source"],
        verified=found["verified"],
    )


def not_evaluable(reason: str, day: int | None = None) -> Response:
    """A response that cannot be told."""
    return Response(day, NOT_EVALUABLE, reason=reason)


def course_of(own: Values, earliest: int) -> Course:
    """What responses rest on, at every value from the earliest day on, of all infused patients.

    Args:
        own: the values of the reference marker.
        earliest: the first day that counts for a response.
    """
    infused = own.infused[own.patient]
    before = last_of(np.flatnonzero(infused & (own.day <= 0)), own.patient, len(own.ids))
    row = np.flatnonzero(infused & (own.day >= earliest))
    baseline = before[own.patient[row]]
    return Course(own, row, baseline, _lowest_before(own, row, baseline), _mixed(own, row, baseline))


def responses_of(course: Course, cutoff: ResponseCutoff, rules: ResponseRules) -> Responses:
    """The responses of all infused patients by one cut-off and the rules of the study."""
    own, row, baseline, nadir = course.values, course.row, course.baseline, course.nadir
    limit = own.uln[row] if cutoff.value is None else np.full(len(row), cutoff.value)
    value, censored = own.value[row], own.censored[row]
    start, start_censored = take(own.value, baseline), take(own.censored, baseline)
    raised_at_start = raised(start, start_censored, limit)
    now = raised(value, censored, limit)
    others = np.array([bool(cutoff.matrix) and matrix != cutoff.matrix for matrix, _ in own.kits], dtype=bool)
    other_matrix = take(others, own.kit[row])
    # Of a lowest value above the range nobody knows by how much another exceeds it.
    risen = value > (100 + rules.progression_rise_percent) / 100 * take(own.value, nadir)
    risen &= take(own.censored, nadir) <= 0
    fallen = value <= (100 - rules.partial_fall_percent) / 100 * start
    bounded = (now == 1) & ((censored > 0) | ((start_censored > 0) & ~fallen)) & ~risen
    reasons = (
        (baseline == NONE, "no_value_before_infusion"),
        (course.mixed, "mixed_assay"),
        (other_matrix, "matrix_differs"),
        (raised_at_start == 0, "baseline_normal"),
        ((raised_at_start < 0) | (now < 0), "censored_at_cutoff"),
        (bounded, "censored_above_range"),
    )
    reason = np.select([rows for rows, _ in reasons], [REASONS.index(name) for _, name in reasons], 0)
    told = reason == 0
    category = np.select(
        [~told, risen & (now == 1), now == 0, fallen],
        [CATEGORIES.index(name) for name in (NOT_EVALUABLE, "progression", "complete", "partial")],
        CATEGORIES.index("none"),
    )
    flagged = told & risen & (now == 0) & (take(own.censored, nadir) == 0)
    return Responses(course, category, reason, flagged)


def _lowest_before(own: Values, row: Ints, baseline: Ints) -> Ints:
    """The row of the lowest value before each of these rows, from the baseline on; the baseline of equal ones."""
    size = depth(own)
    after = np.flatnonzero(own.infused[own.patient] & (own.day > 0))
    if not len(after):
        return baseline
    owner, level = own.patient[after], size[after]
    running, step = np.arange(len(after)), 1
    # Each round looks twice as far back, until no patient has so many values.
    while (same := owner[step:] == owner[:-step]).any():
        earlier, later = running[:-step], running[step:]
        running[step:] = np.where(same & (level[earlier] <= level[later]), earlier, later)
        step *= 2
    here = np.searchsorted(after, row)
    is_first = np.diff(owner, prepend=NONE) != 0
    lowest = after[running[np.maximum(here - 1, 0)]]
    return np.where(is_first[here] | (take(size, baseline) <= size[lowest]), baseline, lowest)


def _mixed(own: Values, row: Ints, baseline: Ints) -> np.ndarray:
    """Whether a value after infusion, up to each of these rows, has another matrix or assay than the baseline."""
    before = np.full(len(own.ids), NONE, dtype=np.int64)
    before[own.patient[row]] = baseline
    other = (own.day > 0) & (own.kit != take(own.kit, before[own.patient]))
    count = np.cumsum(other)
    start = np.searchsorted(own.patient, own.patient[row])
    return np.asarray(count[row] - count[start] + other[start] > 0)
