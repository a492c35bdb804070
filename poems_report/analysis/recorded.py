"""What was measured in each patient, as the results keep it: by it a later version tells what was corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poems_report.study import Study


@dataclass(frozen=True, eq=False)
class Recorded(Mapping[str, Mapping[str, Mapping[str, str]]]):
    """For each patient, by marker and day, the value as reported in the marker's unit: 1234, <2; missing left out."""

    study: Study

    def __len__(self) -> int:
        return len(self.study.patients)

    def __iter__(self) -> Iterator[str]:
        return iter(self.study.patient_ids)

    def __getitem__(self, patient_id: str) -> Mapping[str, Mapping[str, str]]:
        return self._all[patient_id]

    @cached_property
    def _all(self) -> dict[str, dict[str, dict[str, str]]]:
        found: dict[str, dict[str, dict[str, str]]] = {name: {} for name in self.study.patient_ids}
        table = self.study.measurements
        columns = [table[name].tolist() for name in ("patient_id", "marker", "day", "reported")]
        for owner, marker, day, reported in zip(*columns, strict=True):
            if reported:
                found[owner].setdefault(marker, {})[str(day)] = reported
        return found
