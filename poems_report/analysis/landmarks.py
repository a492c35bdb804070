"""The landmarks after infusion, and the value of each patient that stands for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poems_report.analysis.columns import Ints, Values, smallest_of
from poems_report.study.config import StudyConfig


@dataclass(frozen=True)
class Landmark:
    """A time after infusion at which change and response are told.

    Attributes:
        name: as in `study.yml` and in the keys of results: `m6` for six months, `w6` for six weeks, `d100`.
        day: the nominal day.
        first: first day of its window.
        last: last day of it; the value nearest to `day` within the window counts, the earlier of two.
        source: where the landmark and its window come from.
    """

    name: str
    day: int
    first: int
    last: int
    source: str


def landmarks_of(config: StudyConfig) -> tuple[Landmark, ...]:
    """The landmarks of a study, in order of day."""
    return tuple(
        Landmark(name, one.day, one.first, one.last, one.source) for name, one in config.landmarks.items()
    )


def nearest(own: Values, landmark: Landmark, earliest: int = 1) -> Ints:
    """Of each infused patient the row of one marker that stands for a landmark, -1 where there is none.

    Args:
        own: the values of one marker.
        landmark: its window and day.
        earliest: no earlier day counts.
    """
    within = (own.day >= max(landmark.first, earliest)) & (own.day <= landmark.last)
    rows = np.flatnonzero(within & own.infused[own.patient])
    distance = np.abs(own.day - landmark.day).astype(np.float64)
    return smallest_of(rows, distance, own.patient, len(own.ids))
