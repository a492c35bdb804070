"""From the texts of the measurements to numbers in the marker's unit, or to what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from poems_report.errors import Problem
from poems_report.study.checks import day_rules, days_of, known_patient, remark_rules, visible, whole_days
from poems_report.study.columns import MEASUREMENT_COLUMNS
from poems_report.study.config import StudyConfig
from poems_report.study.converted import NO_POWER, Numbers, convert, powers, with_lower_limits
from poems_report.study.decimals import marks_of
from poems_report.study.files import missing_columns, unknown_columns, with_columns
from poems_report.study.layout import Long, is_wide, to_long, wide_names
from poems_report.study.measurement import ALLOWED, Values, parse_values
from poems_report.study.raw import Coded, Raw
from poems_report.study.rules import Rule, check, is_in, odd, row_rule, text_rule
from poems_report.study.units import canonical, convertible

if TYPE_CHECKING:
    import pandas as pd

CLEAR = "one decimal mark in all numbers, or decimal: point or comma in study.yml"


@dataclass(frozen=True)
class Measured:
    """Measurements as read; one entry a row of `long.table`, in the order of the file.

    Attributes:
        marker: place of the marker in `study.yml`, -1 where unknown.
        day: from infusion, 0 where it is no whole number.
        order: the rows by patient, day and name of marker.
        repeats: of each row in that order, whether it has the patient, day and marker of the one before it.
        power: exponent of ten from the row's unit to the marker's, `NO_POWER` where there is none.
        values: what the distinct texts of `value` say.
        limits: what the distinct texts of `uln` say.
        numbers: the values in the marker's unit.
        uln: upper limits of normal in the marker's unit, NaN where the row has none of its own.
        undetected: rows that say `n.d.`, and mean not detected.
    """

    long: Long
    marker: np.ndarray
    day: np.ndarray
    order: np.ndarray
    repeats: np.ndarray
    power: np.ndarray
    values: Values
    limits: Values
    numbers: Numbers
    uln: Numbers
    undetected: np.ndarray


def read_measurements(
    raw: Raw, patients: Sequence[str], config: StudyConfig
) -> tuple[Measured | None, list[Problem]]:
    """Read and check the measurements, long or wide.

    Args:
        raw: the table as it stands.
        patients: the known ones, in their order.
        config: the settings of the study.

    Returns:
        the measurements, None where a column is missing; and every problem.
    """
    names = [column.name for column in MEASUREMENT_COLUMNS]
    wide = is_wide(raw.columns, config.measured)
    required = ["patient_id", "day"] if wide else [one.name for one in MEASUREMENT_COLUMNS if one.required]
    problems = unknown_columns(raw, wide_names(config.measured) if wide else names)
    missing = missing_columns(raw, required)
    if missing:
        return None, problems + missing
    long = to_long(raw, config.measured) if wide else Long(with_columns(raw, MEASUREMENT_COLUMNS), {})
    measured = _measured(long, patients, config)
    return measured, problems + check(long, _rules(measured, patients, config))


def measurements_frame(measured: Measured, config: StudyConfig) -> pd.DataFrame:
    """The measurements as `Study.measurements` has them."""
    import pandas as pd
    import pyarrow as pa

    columns, marker, order = measured.long.table.columns, measured.marker, measured.order
    numbers = with_lower_limits(measured.numbers, measured.undetected, marker, config)
    markers = list(config.measured.values())
    told = measured.values.text.copy()
    told[~measured.values.detected] = "n.d."
    texts = {
        "patient_id": columns["patient_id"],
        "marker": columns["marker"],
        "reported": Coded(numbers.codes, pa.array(numbers.texts, pa.string())),
        "comment": columns["comment"],
        "unit": _of_marker(marker, [one.unit for one in markers]),
        "matrix": _or_else(columns["matrix"], marker, [one.matrix for one in markers]),
        "assay": _or_else(columns["assay"], marker, [one.assay for one in markers]),
    }
    converted = bool(measured.power.any() or not measured.values.detected.all())
    if converted:
        texts["as_reported"] = Coded(columns["value"].codes, pa.array(told.tolist(), pa.string()))
        texts["reported_unit"] = _reported_units(columns["unit"], marker, config)
    with ThreadPoolExecutor() as pool:
        series = dict(zip(texts, pool.map(lambda column: column.series(order), texts.values()), strict=True))
    return pd.DataFrame(
        {
            "patient_id": series["patient_id"],
            "day": measured.day[order],
            "marker": series["marker"],
            "reported": series["reported"],
            "value": numbers.value[order],
            "censored": numbers.censored[order],
            "comment": series["comment"],
            "unit": series["unit"],
            "matrix": series["matrix"],
            "assay": series["assay"],
            "uln": _limits(measured, config)[order],
            "as_reported": series["as_reported" if converted else "reported"],
            "reported_unit": series["reported_unit" if converted else "unit"],
        },
        copy=False,
    )


def _measured(long: Long, patients: Sequence[str], config: StudyConfig) -> Measured:
    columns = long.table.columns
    known = {name: number for number, name in enumerate(config.measured)}
    place = [known.get(text, -1) for text in columns["marker"].texts.to_pylist()]
    marker = columns["marker"].spread(np.array(place, dtype=np.int32))
    day = columns["day"].spread(days_of(columns["day"]))
    valid = (marker >= 0) & columns["day"].spread(whole_days(columns["day"]))
    order, repeats = _order(columns["patient_id"], patients, marker, day, valid, config)
    marks = marks_of([columns["value"].texts, columns["uln"].texts], long.table.point, config.decimal)
    values = parse_values(columns["value"].texts, marks)
    limits = parse_values(columns["uln"].texts, marks)
    power = powers(columns["unit"], marker, config)
    return Measured(
        long,
        marker,
        day,
        order,
        repeats,
        power,
        values,
        limits,
        convert(values, columns["value"].codes, power),
        convert(limits, columns["uln"].codes, power),
        columns["value"].spread(~values.detected) & (config.nd_means == "not_detected"),
    )


def _order(
    ids: Coded,
    patients: Sequence[str],
    marker: np.ndarray,
    day: np.ndarray,
    valid: np.ndarray,
    config: StudyConfig,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows by patient, day and name of marker, and of each whether it repeats the one before it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(day):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    known = pc.index_in(ids.texts, value_set=pa.array(patients, pa.string()))
    patient = known.fill_null(-1).to_numpy().astype(np.int64)
    patient[patient < 0] = len(patients) + np.arange(int((patient < 0).sum()))
    rank = np.append(np.argsort(np.argsort(list(config.measured))), len(config.measured))
    first, last = int(day.min()), int(day.max())
    key = ids.spread(patient) * (last - first + 1)
    key += day - first
    key *= len(rank)
    key += rank[marker]
    key[~valid] = -1 - np.arange(int((~valid).sum()))
    order = np.argsort(key, kind="stable")
    repeats = np.zeros(len(key), dtype=bool)
    sorted_key = key[order]
    np.equal(sorted_key[1:], sorted_key[:-1], out=repeats[1:])
    return order, repeats


def _rules(measured: Measured, patients: Sequence[str], config: StudyConfig) -> dict[str, list[Rule]]:
    columns, marker = measured.long.table.columns, measured.marker
    twice = np.zeros(len(marker), dtype=bool)
    twice[measured.order[measured.repeats]] = True
    names = ", ".join(config.measured)
    return {
        "patient_id": known_patient(patients),
        "day": [
            *day_rules(columns["day"], config),
            row_rule("once", twice, "the same patient, day and marker twice", "one row each"),
        ],
        "marker": [
            visible(),
            text_rule("known", is_in(config.measured), odd("unknown marker"), names),
        ],
        "value": [*_number_rules(measured.values, ALLOWED), *_undetected(measured, config)],
        "matrix": remark_rules(),
        "assay": remark_rules(),
        "comment": remark_rules(),
        "uln": _limit_rules(measured),
        "unit": [visible(), *_unit_rules(measured, config)],
    }


def _number_rules(values: Values, allowed: str) -> list[Rule]:
    return [
        visible(),
        text_rule(
            "one_way",
            lambda texts: ~texts.isin(list(values.readings)),
            lambda text: "could be {} or {}".format(*values.readings.get(text, ("", ""))),
            CLEAR,
        ),
        text_rule(
            "number",
            lambda texts: ~texts.isin(list(values.faults)),
            lambda text: values.faults.get(text, ""),
            allowed,
        ),
    ]


def _limit_rules(measured: Measured) -> list[Rule]:
    limits, allowed = measured.limits, "a number above 0, in the unit of its value"
    column = measured.long.table.columns["uln"]
    censored = column.spread((limits.censored != 0) | ~limits.detected)
    return [
        *_number_rules(limits, allowed),
        row_rule("exact", censored, "not a limit", allowed),
    ]


def _undetected(measured: Measured, config: StudyConfig) -> list[Rule]:
    """`n.d.` needs the lower limit of the very assay; the settings know only the marker's own."""
    if not measured.undetected.any():
        return []
    assay = measured.long.table.columns["assay"]
    rules = []
    for place, (name, one) in enumerate(config.measured.items()):
        rows = measured.undetected & (measured.marker == place)
        other = assay.spread(np.array([text not in {"", one.assay} for text in assay.texts.to_pylist()]))
        unknown = rows if one.detection.lower is None else rows & other.astype(bool)
        rules.append(
            row_rule(
                f"detected_{name}",
                unknown,
                "not detected, but the lower limit of this assay is unknown",
                f"a limit such as <2, or detection.lower of {name} in study.yml, or nd_means: not_done",
            )
        )
    return rules


def _unit_rules(measured: Measured, config: StudyConfig) -> list[Rule]:
    rules = []
    unknown = measured.power == NO_POWER
    for place, (name, one) in enumerate(config.measured.items() if unknown.any() else ()):
        wrong = unknown & (measured.marker == place)
        others = ", ".join(convertible(one.unit))
        allowed = f"{one.unit}, or {others}, which are converted" if others else one.unit
        rules.append(row_rule(f"unit_{name}", wrong, "differs from the marker's unit", allowed))
    return rules


def _limits(measured: Measured, config: StudyConfig) -> np.ndarray:
    """The upper limit of normal of each row, its own or its marker's."""
    limits = [math.nan if one.uln is None else one.uln for one in config.measured.values()]
    of_marker: np.ndarray = np.array(limits)[measured.marker]
    own = np.flatnonzero(~np.isnan(measured.uln.value))
    of_marker[own] = measured.uln.value[own]
    return of_marker


def _reported_units(unit: Coded, marker: np.ndarray, config: StudyConfig) -> Coded:
    import pyarrow as pa

    spelled = pa.array([canonical(one) for one in unit.texts.to_pylist()], pa.string())
    return _or_else(Coded(unit.codes, spelled), marker, [one.unit for one in config.measured.values()])


def _or_else(column: Coded, marker: np.ndarray, defaults: list[str]) -> Coded:
    """The column's own text, or that of the row's marker where it is empty."""
    import pyarrow as pa

    texts = column.texts.to_pylist()
    if texts in ([""], []):
        return _of_marker(marker, defaults)
    codes = np.where(column.equals(""), len(texts) + marker, column.codes)
    return Coded(codes, pa.array(texts + defaults, pa.string()))


def _of_marker(marker: np.ndarray, texts: list[str]) -> Coded:
    """The text of each row's marker."""
    import pyarrow as pa

    if len(set(texts)) == 1:
        return Coded.constant(texts[0], len(marker))
    return Coded(marker, pa.array(texts, pa.string()))
