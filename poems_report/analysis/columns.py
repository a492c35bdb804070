"""The reported values of a study as arrays, one entry a value, so that no patient costs a loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from poems_report.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
NONE = -1


@dataclass(frozen=True, eq=False)
class Values:
    """Every reported value, ordered by patient, day and marker.

    Attributes:
        ids: the patients of the study, in its order.
        infused: for each patient, whether stem cells were infused.
        markers: names of the markers, in order of the alphabet.
        kits: matrix and assay, each pair once.
        patient: of each value, the place in `ids`.
        marker: the place in `markers`.
        day: days from infusion.
        value: in the marker's unit; the limit where censored.
        censored: -1 below the limit, 0 measured, +1 above it.
        uln: upper limit of normal that belongs to the value.
        kit: the place in `kits`.
    """

    ids: tuple[str, ...]
    infused: Mask
    markers: tuple[str, ...]
    kits: tuple[tuple[str, str], ...]
    patient: Ints
    marker: Ints
    day: Ints
    value: Floats
    censored: Ints
    uln: Floats
    kit: Ints

    def __len__(self) -> int:
        return len(self.patient)

    def where(self, rows: Mask | Ints) -> Values:
        """Some of the values, of the same patients."""
        names = ("patient", "marker", "day", "value", "censored", "uln", "kit")
        places = places_of(rows)
        return replace(self, **{name: getattr(self, name).take(places) for name in names})

    def of_marker(self, name: str) -> Values:
        """The values of one marker; none where it has none."""
        own = self._by_marker.get(name)
        return own if own is not None else self.where(np.zeros(0, dtype=np.int64))

    @cached_property
    def _by_marker(self) -> dict[str, Values]:
        return {name: self.where(self.marker == place) for place, name in enumerate(self.markers)}

    def without(self, patient: int) -> Values:
        """The study without one patient, given by the place in `ids`."""
        rest = self.where(self.patient != patient)
        return replace(
            rest,
            ids=self.ids[:patient] + self.ids[patient + 1 :],
            infused=np.delete(self.infused, patient),
            patient=rest.patient - (rest.patient > patient),
        )


def values_of(measurements: pd.DataFrame, infused: Mapping[str, bool]) -> Values:
    """The reported values of `Study.measurements`, in order whatever the order of the rows.

    Args:
        measurements: as in `Study`.
        infused: of each patient, in the order of the study, whether stem cells were infused.

    Raises:
        AnalysisError: an unknown patient, or the same patient, day and marker twice.
    """
    present = measurements[["patient_id", "day", "marker", "value", "censored", "matrix", "assay", "uln"]]
    told = present["value"].notna()
    present = present if told.all() else present[told]
    ids = tuple(infused)
    marker, markers = codes_of(present["marker"])
    matrix, matrices = codes_of(present["matrix"])
    assay, assays = codes_of(present["assay"])
    pair = matrix * max(len(assays), 1) + assay
    kinds = distinct(pair)
    kit = np.searchsorted(kinds, pair) if len(kinds) > 1 else np.zeros(len(pair), dtype=np.int64)
    found = Values(
        ids=ids,
        infused=np.fromiter(infused.values(), dtype=np.bool_, count=len(ids)),
        markers=markers,
        kits=tuple((matrices[one // len(assays)], assays[one % len(assays)]) for one in kinds),
        patient=_places(present["patient_id"], ids),
        marker=marker,
        day=present["day"].to_numpy(dtype=np.int64),
        value=present["value"].to_numpy(dtype=np.float64),
        censored=present["censored"].to_numpy(dtype=np.int64),
        uln=present["uln"].to_numpy(dtype=np.float64),
        kit=kit.astype(np.int64),
    )
    return _ordered(found)


def codes_of(texts: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    """For each text its place among the distinct ones, which are in order of the alphabet."""
    import pyarrow as pa

    if not len(texts):
        return np.zeros(0, dtype=np.int64), ()
    column = pa.array(texts, pa.large_string())
    coded = (column.fill_null("") if column.null_count else column).dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.unify_dictionaries().combine_chunks()
    found = coded.dictionary.to_pylist()
    ordered = sorted(found)
    place = {text: number for number, text in enumerate(ordered)}
    rank = np.array([place[text] for text in found], dtype=np.int64)
    return rank[coded.indices.to_numpy(zero_copy_only=False)], tuple(ordered)


def _places(texts: pd.Series, ids: Sequence[str]) -> Ints:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.index_in(pa.array(texts, pa.large_string()), pa.array(ids, pa.large_string()))
    if found.null_count:
        raise AnalysisError("a measurement of a patient that the study does not list")
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _ordered(values: Values) -> Values:
    if not len(values):
        return values
    first = int(values.day.min())
    days = int(values.day.max()) - first + 1
    key = (values.patient * days + values.day - first) * len(values.markers) + values.marker
    if (np.diff(key) < 0).any():
        order = np.argsort(key, kind="stable")
        values, key = values.where(order), key[order]
    twice = np.flatnonzero(np.diff(key) == 0)
    if len(twice):
        at = int(twice[0])
        raise AnalysisError(
            f"the same patient, day and marker twice: {values.ids[values.patient[at]]}, day {values.day[at]}, "
            f"{values.markers[values.marker[at]]}"
        )
    return values


def places_of(rows: Mask | Ints) -> Ints:
    """Rows chosen by a mask or by their places, as places: taking by places is faster."""
    return np.flatnonzero(rows) if rows.dtype == np.bool_ else np.asarray(rows, dtype=np.int64)


def distinct(codes: Ints) -> list[int]:
    """The codes that occur, none negative, in rising order."""
    return np.flatnonzero(np.bincount(codes)).tolist()


def numbered(codes: Ints) -> Ints:
    """Codes in rising order, numbered without gaps from 0."""
    return np.cumsum(np.diff(codes, prepend=codes[:1]) != 0)


def starts_of(codes: Ints) -> Ints:
    """Where each run of equal codes begins."""
    return np.flatnonzero(np.diff(codes, prepend=NONE - 1))


def first_of(rows: Ints, patient: Ints, patients: int) -> Ints:
    """Of each patient the first of these rows, -1 where there is none."""
    found = np.full(patients, NONE, dtype=np.int64)
    found[patient[rows[::-1]]] = rows[::-1]
    return found


def last_of(rows: Ints, patient: Ints, patients: int) -> Ints:
    """Of each patient the last of these rows, -1 where there is none."""
    found = np.full(patients, NONE, dtype=np.int64)
    found[patient[rows]] = rows
    return found


def smallest_of(rows: Ints, size: Floats, patient: Ints, patients: int) -> Ints:
    """Of each patient the row with the smallest size, the first of equal ones; -1 where there is none.

    Args:
        rows: the rows that compete, in order of patient.
        size: of every row.
        patient: of every row.
        patients: how many there are.
    """
    if not len(rows):
        return np.full(patients, NONE, dtype=np.int64)
    starts = starts_of(patient[rows])
    least = np.minimum.reduceat(size[rows], starts)
    lengths = np.diff(np.append(starts, len(rows)))
    return first_of(rows[size[rows] == np.repeat(least, lengths)], patient, patients)


def depth(values: Values) -> Floats:
    """Values for finding the lowest: below a limit counts as lower than the limit itself, above it as higher."""
    side = np.where(values.censored < 0, 0.0, np.inf)
    return np.where(values.censored == 0, values.value, np.nextafter(values.value, side))


def take(column: np.ndarray, rows: Ints) -> np.ndarray:
    """The entries of these rows; of row -1 the last one, to be masked by the caller. Empty columns give zeros."""
    return column[rows] if len(column) else np.zeros(len(rows), dtype=column.dtype)
