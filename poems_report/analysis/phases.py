"""Phases of the disease by days from infusion, and whether a value is raised."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from poems_report.analysis.columns import (
    NONE,
    Floats,
    Ints,
    Mask,
    Values,
    numbered,
    places_of,
    take,
    values_of,
)
from poems_report.study.config import PHASES, StudyConfig

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = -1


def phase_of(day: int, config: StudyConfig, infused: bool = True) -> str:
    """The phase of one day; a patient without infusion is in active disease throughout."""
    if not infused:
        return "active"
    bounds = config.phases
    return "active" if day <= (bounds.active.last or 0) else "early" if day <= _last_early(config) else "late"


def phases_of(days: np.ndarray, infused: np.ndarray, config: StudyConfig) -> np.ndarray:
    """Phases of many days: an index into `PHASES` for each."""
    edges = np.array([config.phases.active.last or 0, _last_early(config)])
    return np.where(infused, np.searchsorted(edges, days, side="left"), PHASES.index("active"))


def _last_early(config: StudyConfig) -> int:
    last = config.phases.early.last
    if last is None:
        raise ValueError("the early phase has no last day")
    return last


def raised(value: np.ndarray, censored: np.ndarray, uln: np.ndarray) -> np.ndarray:
    """Whether values lie above their upper limit of normal: 1 yes, 0 no, -1 cannot be told.

    A value below a limit that is itself above the ULN cannot be told, nor one above a limit that lies below it.
    """
    below, beyond = censored < 0, censored > 0
    state = ((value > uln) | (beyond & (value >= uln))).astype(np.int8)
    state[(below & (value > uln)) | (beyond & (value < uln)) | np.isnan(value)] = UNKNOWN
    return state


@dataclass(frozen=True, eq=False)
class Pairs:
    """Visits at which both compared markers have a value, ordered by patient and day.

    Attributes:
        ids: the patients of the study.
        infused: of each patient, whether stem cells were infused.
        patient: of each visit, the place in `ids`.
        day: days from infusion.
        phase: the place in `PHASES`.
        reference: value of the reference marker, the limit where censored; `candidate` that of the other.
        reference_censored: -1 below the limit, 0 measured, +1 above it; `candidate_censored` likewise.
        reference_raised: 1 above the ULN, 0 not, -1 cannot be told; `candidate_raised` likewise.
    """

    ids: tuple[str, ...]
    infused: Mask
    patient: Ints
    day: Ints
    phase: Ints
    reference: Floats
    candidate: Floats
    reference_censored: Ints
    candidate_censored: Ints
    reference_raised: Ints
    candidate_raised: Ints

    def __len__(self) -> int:
        return len(self.patient)

    @property
    def told(self) -> Mask:
        """Whether the levels of both markers can be told."""
        return (self.reference_raised >= 0) & (self.candidate_raised >= 0)

    @property
    def concordant(self) -> Mask:
        """Whether both are raised or both are not; for visits that tell both."""
        return np.asarray(self.reference_raised == self.candidate_raised)

    @cached_property
    def log2(self) -> tuple[Ints, Floats, Floats]:
        """Patients numbered without gaps, and the log2 values of the reference and of the candidate marker."""
        return numbered(self.patient), np.log2(self.reference), np.log2(self.candidate)

    def where(self, rows: Mask | Ints) -> Pairs:
        """Some of the visits."""
        columns, places = [one.name for one in fields(self)[2:]], places_of(rows)
        if len(places) == len(self) and rows.dtype == np.bool_:
            return self
        return replace(self, **{name: getattr(self, name).take(places) for name in columns})

    def in_phase(self, name: str) -> Pairs:
        """The visits of one phase."""
        return self.where(self.phase == PHASES.index(name))

    def last_of_phase(self) -> Pairs:
        """One visit a patient and phase: the last of the phase that tells both markers.

        Visits are in order of day, and the phases of a patient follow one another, so each is one run.
        """
        told = np.flatnonzero(self.told)
        key = self.patient[told] * len(PHASES) + self.phase[told]
        return self.where(told[np.flatnonzero(np.diff(key, append=-1))])


def pairs_of(values: Values, config: StudyConfig) -> Pairs:
    """The visits with both compared markers; none where the study has one marker."""
    names = config.pair or ("", "")
    one, other = (values.of_marker(name) for name in names)
    first = int(values.day.min()) if len(values) else 0
    days = int(values.day.max()) - first + 1 if len(values) else 1
    keys = [side.patient * days + side.day - first for side in (one, other)]
    place = np.searchsorted(keys[1], keys[0])
    both = take(np.append(keys[1], NONE), place) == keys[0]
    a, b = one.where(both), other.where(place[both])
    return Pairs(
        ids=values.ids,
        infused=values.infused,
        patient=a.patient,
        day=a.day,
        phase=phases_of(a.day, a.infused[a.patient], config),
        reference=a.value,
        candidate=b.value,
        reference_censored=a.censored,
        candidate_censored=b.censored,
        reference_raised=raised(a.value, a.censored, a.uln).astype(np.int64),
        candidate_raised=raised(b.value, b.censored, b.uln).astype(np.int64),
    )


def paired_visits(measurements: pd.DataFrame, infused: dict[str, bool], config: StudyConfig) -> pd.DataFrame:
    """Visits at which both compared markers have a value.

    Returns:
        one row a patient and day, in their order: `patient_id`, `day`, `phase`, and for `reference` and
        `candidate` the columns `<role>` (value, the limit where censored), `<role>_censored` and `<role>_raised`
        (1, 0, -1), then `concordant` (1, 0, -1 where one of the two cannot be told).

    Raises:
        AnalysisError: an unknown patient, or the same patient, day and marker twice.
    """
    import pandas as pd

    pairs = pairs_of(values_of(measurements, infused), config)
    columns = {"patient_id": np.array(pairs.ids, dtype=object)[pairs.patient], "day": pairs.day}
    columns["phase"] = np.array(PHASES, dtype=object)[pairs.phase]
    for role in ("reference", "candidate"):
        columns |= {f"{role}{part}": getattr(pairs, f"{role}{part}") for part in ("", "_censored", "_raised")}
    columns["concordant"] = np.where(pairs.told, pairs.concordant.astype(int), UNKNOWN)
    return pd.DataFrame(columns).astype({"patient_id": "str", "phase": "str"})
