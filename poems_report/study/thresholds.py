"""The thresholds of the analysis as `study.yml` may set them; defaults and their sources in `thresholds.toml`."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from poems_report.study.settings import Day, Settings

with Path(__file__).with_name("thresholds.toml").open("rb") as _handle:
    DEFAULTS: dict[str, Any] = tomllib.load(_handle)

DAYS_OF = {"d": 1.0, "w": 7.0, "m": 365.25 / 12}
NAMED_AFTER = {"d": "days", "w": "weeks", "m": "months"}
AfterInfusion = Annotated[int, Field(ge=2, le=36_500, strict=True)]
OWN_CHOICE = "set in study.yml"


def _named(name: str) -> str:
    if not re.fullmatch(r"[dwm][1-9][0-9]{0,3}", name):
        raise ValueError("a landmark is named d, w or m and a number of days, weeks or months, such as m6")
    return name


class PhaseBounds(Settings):
    """Days of a phase, both ends included; an open end is left out."""

    first: Day | None = None
    last: Day | None = None


class Phases(Settings):
    """Active, early and late disease by days from infusion; every day belongs to one phase."""

    active: PhaseBounds = PhaseBounds(**DEFAULTS["phases"]["active"])
    early: PhaseBounds = PhaseBounds(**DEFAULTS["phases"]["early"])
    late: PhaseBounds = PhaseBounds(**DEFAULTS["phases"]["late"])

    @model_validator(mode="after")
    def _gapless(self) -> Phases:
        if self.active.first is not None or self.late.last is not None:
            raise ValueError("active begins and late ends without a bound")
        for before, after in ((self.active, self.early), (self.early, self.late)):
            if before.last is None or after.first is None or after.first != before.last + 1:
                raise ValueError("each phase must begin on the day after the one before it ends")
        return self


class ResponseRules(Settings):
    """What counts as a response of the reference marker, beside the cut-off of the profile.

    Attributes:
        partial_fall_percent: a fall from the baseline by at least so much is partial.
        progression_rise_percent: a rise by more than so much above the lowest value is progression, if it ends
            above the cut-off.
    """

    partial_fall_percent: Annotated[float, Field(gt=0, lt=100, strict=True)] = DEFAULTS["response"][
        "partial_fall_percent"
    ]
    progression_rise_percent: Annotated[float, Field(gt=0, le=1000, strict=True)] = DEFAULTS["response"][
        "progression_rise_percent"
    ]


class LandmarkWindow(Settings):
    """A time after infusion at which change and response are told.

    Attributes:
        day: the nominal day.
        first: first day of its window.
        last: last day of it; the value nearest to `day` within the window counts, the earlier of two.
        source: where the landmark and its window come from; printed with the table.
    """

    day: AfterInfusion
    first: AfterInfusion
    last: AfterInfusion
    source: str = Field(default=OWN_CHOICE, min_length=1)

    @model_validator(mode="after")
    def _within(self) -> LandmarkWindow:
        if not self.first <= self.day <= self.last:
            raise ValueError("the day must lie within its window, first to last")
        return self


def _fitting(landmarks: dict[str, LandmarkWindow]) -> dict[str, LandmarkWindow]:
    """The landmarks in order of day, refused where a name misleads or a value could stand for two of them."""
    for name, one in landmarks.items():
        length = DAYS_OF[name[0]]
        if round(one.day / length) != int(name[1:]):
            found = f"{one.day / length:.3g} {NAMED_AFTER[name[0]]}"
            raise ValueError(f"{name} is day {one.day}, which is {found}")
    ordered = sorted(landmarks.items(), key=lambda item: item[1].day)
    for (name, one), (other, after) in pairwise(ordered):
        if after.first <= one.last:
            raise ValueError(f"the windows of {name} and {other} overlap")
    return dict(ordered)


Landmarks = Annotated[
    dict[Annotated[str, AfterValidator(_named)], LandmarkWindow],
    Field(min_length=1, max_length=24),
    AfterValidator(_fitting),
]
"""By name: m6 is six months, w6 six weeks, d100 day 100."""


def default_landmarks() -> dict[str, LandmarkWindow]:
    """The landmarks of a study that names none."""
    return {name: LandmarkWindow(**one) for name, one in DEFAULTS["landmarks"].items()}


class Reliability(Settings):
    """How agreement of the compared markers is followed along the days since infusion.

    Attributes:
        factor: the window of day t reaches from t / factor to t * factor, both ends included.
        min_patients: fewer in a window tell nothing.
        alpha: agreement is told from chance where Fisher's exact one-sided p is at or below it.
    """

    factor: Annotated[float, Field(gt=1, le=10, strict=True)] = DEFAULTS["reliability"]["factor"]
    min_patients: Annotated[int, Field(ge=2, le=10_000, strict=True)] = DEFAULTS["reliability"][
        "min_patients"
    ]
    alpha: Annotated[float, Field(gt=0, lt=0.5, strict=True)] = DEFAULTS["reliability"]["alpha"]
