"""One patient's rows of a study as plain tuples: everything that a page needs, small enough to send anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.study import Study


@dataclass(frozen=True)
class Measurement:
    """One reported value.

    Attributes:
        reported: as the laboratory reported it; empty where missing.
        value: the number, or the limit where censored; None where missing.
        censored: -1 below the limit, 0 measured, +1 above it.
        raised: whether it lies above its ULN; None where missing or where the limit leaves it open.
        converted_from: the laboratory's own text with its unit where that is another; empty otherwise.
    """

    day: int
    marker: str
    reported: str
    value: float | None
    censored: int
    unit: str
    matrix: str
    assay: str
    uln: float
    comment: str
    raised: bool | None
    converted_from: str = ""


@dataclass(frozen=True)
class Event:
    """Something that was done or happened on a day."""

    day: int
    name: str
    detail: str


@dataclass(frozen=True)
class Record:
    """One patient.

    Attributes:
        fields: the row of `patients.csv`; empty text where nothing was recorded.
        measurements: of the markers, ordered by day and marker.
        companions: what was measured beside them, in the same order.
        events: ordered by day.
    """

    patient_id: str
    fields: Mapping[str, str]
    measurements: tuple[Measurement, ...]
    events: tuple[Event, ...]
    companions: tuple[Measurement, ...] = ()

    @property
    def infused(self) -> bool:
        """Whether stem cells were infused, so that day 0 is that day."""
        return self.fields["infusion"] == "yes"

    @property
    def visit_days(self) -> tuple[int, ...]:
        """Every day with a row of a marker, in order, whether or not a value was reported."""
        return tuple(sorted({one.day for one in self.measurements}))

    @property
    def table_days(self) -> tuple[int, ...]:
        """Every day with a row of a marker or a companion, in order."""
        return tuple(sorted({one.day for one in (*self.measurements, *self.companions)}))

    @property
    def everything(self) -> tuple[Measurement, ...]:
        """Every row of a marker or a companion, by day, markers first."""
        return tuple(sorted((*self.measurements, *self.companions), key=lambda one: one.day))

    def of_marker(self, marker: str) -> tuple[Measurement, ...]:
        """The measurements of one marker, in order of day."""
        return tuple(one for one in self.measurements if one.marker == marker)


def records_of(study: Study) -> dict[str, Record]:
    """Every patient of a study, in its order, each table read once."""
    measurements: dict[str, list[Measurement]] = {name: [] for name in study.patient_ids}
    events: dict[str, list[Event]] = {name: [] for name in study.patient_ids}
    companions: dict[str, list[Measurement]] = {name: [] for name in study.patient_ids}
    for patient, measurement in _measurements(study.measurements):
        measurements[patient].append(measurement)
    for patient, measurement in _measurements(study.companions):
        companions[patient].append(measurement)
    table = study.events
    for patient, day, name, detail in zip(
        table["patient_id"], table["day"], table["event"], table["detail"], strict=True
    ):
        events[patient].append(Event(int(day), name, detail))
    return {
        row["patient_id"]: Record(
            row["patient_id"],
            {str(key): str(value) for key, value in row.items()},
            tuple(measurements[row["patient_id"]]),
            tuple(events[row["patient_id"]]),
            tuple(companions[row["patient_id"]]),
        )
        for row in study.patients.to_dict("records")
    }


def _measurements(table: pd.DataFrame) -> list[tuple[str, Measurement]]:
    from poems_report.analysis.phases import raised

    states = raised(table["value"].to_numpy(), table["censored"].to_numpy(), table["uln"].to_numpy())
    names = ("patient_id", "day", "marker", "reported", "value", "censored", "unit", "matrix", "assay", "uln")
    columns = [table[name].tolist() for name in (*names, "comment", "as_reported", "reported_unit")]
    return [
        (
            patient,
            Measurement(
                day,
                marker,
                reported,
                None if math.isnan(value) else value,
                censored,
                unit,
                matrix,
                assay,
                uln,
                comment,
                None if state < 0 else bool(state),
                f"{own} {own_unit}" if reported and own_unit != unit else "",
            ),
        )
        for (
            patient,
            day,
            marker,
            reported,
            value,
            censored,
            unit,
            matrix,
            assay,
            uln,
            comment,
            own,
            own_unit,
        ), state in zip(zip(*columns, strict=True), states.tolist(), strict=True)
    ]
