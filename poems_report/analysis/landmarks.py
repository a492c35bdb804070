"""The landmarks after infusion, and the value of each patient that stands for one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poems_report.analysis.columns import Ints, Values, smallest_of

_FILE = Path(__file__).with_name("landmarks.toml")


@dataclass(frozen=True)
class Landmark:
    """A time after infusion at which change and response are told.

    Attributes:
        name: as in the keys of results: `m3`, `m6`, `m12`.
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


def default_landmarks() -> tuple[Landmark, ...]:
    """The landmarks of `landmarks.toml`, in order of day."""
    with _FILE.open("rb") as handle:
        table = tomllib.load(handle)
    return tuple(sorted((Landmark(name, **one) for name, one in table.items()), key=lambda one: one.day))


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
