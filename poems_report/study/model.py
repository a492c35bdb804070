"""What was measured: the one object that every later layer reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.study.config import Claim, StudyConfig

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Study:
    """A study that passed every check.

    Attributes:
        folder: where it was read from.
        config: the settings of `study.yml`.
        patients: one row a patient, in the order of the file; text, empty where nothing was recorded.
        measurements: one row a patient, day and marker, in that order: `patient_id`, `day`, `marker`,
            `reported` (the reported value as text in the marker's unit, decimal point, no blank), `value` (the
            limit where censored, NaN where missing), `censored` (-1 below, 0 measured, +1 above the limit),
            `unit`, `matrix`, `assay`, `uln`, `comment`; `as_reported` and `reported_unit` are the text and the
            unit of the laboratory, which differ from `reported` and `unit` where the value was converted, or
            was `n.d.` and stands as below the assay's lower limit.
        companions: the measurements of the settings' companions, in the same columns; `uln` is NaN where there is
            no limit.
        events: `patient_id`, `day`, `event`, `detail`, ordered by patient and day.
        claims: the statements of `claims.yml`.
        hashes: SHA-256 of every file read, by name.
        data_version: the version in `study.yml` and the first eight digits of the hash of all files.
    """

    folder: Path
    config: StudyConfig
    patients: pd.DataFrame
    measurements: pd.DataFrame
    companions: pd.DataFrame
    events: pd.DataFrame
    claims: tuple[Claim, ...]
    hashes: dict[str, str]
    data_version: str

    @property
    def patient_ids(self) -> tuple[str, ...]:
        """Identifiers in the order of `patients.csv`."""
        return tuple(self.patients["patient_id"].tolist())

    @property
    def illustrative(self) -> bool:
        """Whether the data were made to illustrate rather than observed."""
        return self.config.provenance == "illustrative"
