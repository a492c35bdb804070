"""What the analysis says of each patient, put together when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from poems_report.analysis.change import KINDS, Changes, changes_of
from poems_report.analysis.columns import NONE, Ints, Values
from poems_report.analysis.landmarks import Landmark, landmarks_of, nearest
from poems_report.analysis.phases import Pairs
from poems_report.analysis.response import Responses, course_of, cutoff_of, not_evaluable, responses_of
from poems_report.analysis.results import AtLandmark, PatientResult, PhasePair
from poems_report.study.config import PHASES, StudyConfig

if TYPE_CHECKING:
    from poems_report.study import Study

GROUPS = ("before_and_after", "before_only", "after_only", "diagnosis", "not_tested")
HASHED = ("day", "marker", "reported", "unit", "matrix", "assay", "uln", "comment")


@dataclass(frozen=True, eq=False)
class Patients(Mapping[str, PatientResult]):
    """The result of each patient by identifier, in the order of the study; each is made when it is asked for.

    Attributes:
        measured: every reported value.
        of_phase: one visit a patient and phase.
        changes: by marker and kind.
        responses: of the reference marker.
        landmarks: after infusion.
        earliest: first day that counts for a response.
    """

    measured: Values
    of_phase: Pairs
    changes: Mapping[tuple[str, str], Changes]
    responses: Responses
    landmarks: tuple[Landmark, ...]
    earliest: int

    def __len__(self) -> int:
        return len(self.measured.ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.measured.ids)

    def __getitem__(self, patient_id: str) -> PatientResult:
        """The result of one patient.

        Raises:
            KeyError: the study has no such patient.
        """
        place = self._places[patient_id]
        pairs = self._pairs(place)
        markers = self._markers(place)
        return PatientResult(
            patient_id=patient_id,
            group=GROUPS[self.groups[place]],
            pairs=pairs,
            concordant=all(pair.concordant for pair in pairs) if pairs else None,
            changes=tuple(
                one
                for marker in markers
                for kind in KINDS
                if (one := self.changes[marker, kind].of_patient(place))
            ),
            responses=self.responses.of_patient(place),
            landmarks=tuple(self._at(landmark, place, markers) for landmark in self.landmarks),
        )

    @cached_property
    def groups(self) -> Ints:
        """The group of each patient, as the place in `GROUPS`."""
        values, patients = self.measured, len(self)
        before = np.bincount(values.patient[values.day <= 0], minlength=patients) > 0
        after = np.bincount(values.patient[values.day > 0], minlength=patients) > 0
        found = np.select([before & after, before, after], [0, 1, 2], GROUPS.index("not_tested"))
        return np.where((before | after) & ~values.infused, GROUPS.index("diagnosis"), found)

    @cached_property
    def concordance(self) -> Ints:
        """Of each patient 1 where every phase was concordant, 0 where one was not, -1 without any phase."""
        phases = np.bincount(self.of_phase.patient, minlength=len(self))
        alike = np.bincount(self.of_phase.patient[self.of_phase.concordant], minlength=len(self))
        return np.where(phases == 0, NONE, (alike == phases).astype(np.int64))

    def landmark_rows(self, landmark: Landmark) -> Ints:
        """Of each patient the row of the reference marker that stands for a landmark, -1 where there is none."""
        return self._landmark_rows[landmark.name]

    @cached_property
    def _landmark_rows(self) -> dict[str, Ints]:
        own = self.responses.course.values
        return {one.name: nearest(own, one, self.earliest) for one in self.landmarks}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.measured.ids)}

    def _pairs(self, place: int) -> tuple[PhasePair, ...]:
        pairs = self.of_phase
        first, last = (int(np.searchsorted(pairs.patient, place, side)) for side in ("left", "right"))
        return tuple(
            PhasePair(
                PHASES[pairs.phase[row]],
                int(pairs.day[row]),
                bool(pairs.reference_raised[row]),
                bool(pairs.candidate_raised[row]),
            )
            for row in range(first, last)
        )

    def _markers(self, place: int) -> list[str]:
        """The markers of a patient in the order in which they were first measured."""
        first, last = (int(np.searchsorted(self.measured.patient, place, side)) for side in ("left", "right"))
        return [
            self.measured.markers[one] for one in dict.fromkeys(self.measured.marker[first:last].tolist())
        ]

    def _at(self, landmark: Landmark, place: int, markers: list[str]) -> AtLandmark:
        row = int(self.landmark_rows(landmark)[place])
        if not self.measured.infused[place]:
            response = not_evaluable("no_infusion")
        elif row == NONE:
            response = not_evaluable("no_value_in_window")
        else:
            response = self.responses.at_row(row)
        found = (self.changes[marker, landmark.name].of_patient(place) for marker in markers)
        return AtLandmark(landmark.name, tuple(one for one in found if one), response)


def reference_of(config: StudyConfig) -> str:
    """The reference marker; the first one where the study has one marker."""
    return config.pair[0] if config.pair else next(iter(config.markers))


def patients_of(values: Values, pairs: Pairs, config: StudyConfig) -> Patients:
    """Changes, concordance and response of every patient.

    Args:
        values: every reported value.
        pairs: the visits with both compared markers.
        config: settings of the study.
    """
    landmarks = landmarks_of(config)
    course = course_of(values.of_marker(reference_of(config)), config.response_earliest_day)
    return Patients(
        measured=values,
        of_phase=pairs.last_of_phase(),
        changes=changes_of(values, landmarks),
        responses=responses_of(course, cutoff_of(config), config.response),
        landmarks=landmarks,
        earliest=config.response_earliest_day,
    )


@dataclass(frozen=True, eq=False)
class Fingerprints(Mapping[str, str]):
    """For each patient the first 16 digits of a SHA-256 of what was recorded, so that a correction shows."""

    study: Study

    def __len__(self) -> int:
        return len(self.study.patients)

    def __iter__(self) -> Iterator[str]:
        return iter(self.study.patient_ids)

    def __getitem__(self, patient_id: str) -> str:
        return self._all[patient_id]

    @cached_property
    def _all(self) -> dict[str, str]:
        recorded = self.study.patients.itertuples(index=False, name=None)
        texts = {
            name: ["\t".join(map(str, row))]
            for name, row in zip(self.study.patient_ids, recorded, strict=True)
        }
        rows, beside, events = self.study.measurements, self.study.companions, self.study.events
        for table, names in ((rows, HASHED), (beside, HASHED), (events, ("day", "event", "detail"))):
            columns = [table[name].tolist() for name in ("patient_id", *names) if name in table]
            for owner, *cells in zip(*columns, strict=True):
                texts[owner].append("\t".join(map(str, cells)))
        return {
            name: hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] for name, lines in texts.items()
        }
