"""What the rows of a study may hold. Every check looks at a whole column and names each row that fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from poems_report.errors import Problem
from poems_report.study.columns import PATIENT_ID, Column
from poems_report.study.config import StudyConfig
from poems_report.study.measurement import ALLOWED, Parsed, parse_measurement

if TYPE_CHECKING:
    import pandas as pd


def check_patients(file: str, table: pd.DataFrame, columns: tuple[Column, ...]) -> list[Problem]:
    """Problems of `patients.csv`: identifiers, duplicates, answers that are not among the allowed ones."""
    plain = "letters, digits, - and _, at most 32"
    fits = table["patient_id"].str.fullmatch(PATIENT_ID)
    problems = list(_rows(file, table, "patient_id", ~fits, "no plain identifier", plain))
    twice = fits & table["patient_id"].duplicated(keep="first")
    problems += _rows(file, table, "patient_id", twice, "the same patient twice", "one row a patient")
    for column in columns:
        if column.allowed:
            wrong = ~table[column.name].isin(column.allowed)
            allowed = ", ".join(answer or "empty" for answer in column.allowed)
            problems += _rows(file, table, column.name, wrong, "not an allowed answer", allowed)
    return problems


def check_measurements(
    file: str, table: pd.DataFrame, known_patients: set[str], config: StudyConfig
) -> tuple[pd.DataFrame, list[Problem]]:
    """Problems of `measurements.csv`, and the table with its texts read.

    Returns:
        the table with `day` as whole number, `reported` (the text), `value` (float, the limit where censored,
        NaN where missing), `censored` (-1, 0, +1), `unit`, `matrix`, `assay` and `uln` filled from the marker
        where the row has none of its own; and the problems.
    """
    import pandas as pd

    problems = _known_patients(file, table, known_patients)
    unknown = ~table["marker"].isin(list(config.markers))
    names = ", ".join(config.markers)
    problems += _rows(file, table, "marker", unknown, "unknown marker", names)
    day, day_problems = _days(file, table, config)
    problems += day_problems

    codes, texts = pd.factorize(table["value"])
    read = [parse_measurement(text) for text in texts]
    faults = pd.Series([fault if isinstance(fault, str) else "" for fault in read], dtype=str)
    fault_of_row = faults.to_numpy()[codes] if len(texts) else np.array([], dtype=object)
    for message in sorted({fault for fault in read if isinstance(fault, str)}):
        problems += _rows(file, table, "value", fault_of_row == message, message, ALLOWED)
    values = np.array([one.value if isinstance(one, Parsed) else np.nan for one in read])
    censored = np.array([one.censored if isinstance(one, Parsed) else 0 for one in read], dtype=np.int8)

    expected_unit = table["marker"].map({name: marker.unit for name, marker in config.markers.items()})
    wrong = (table["unit"] != "") & expected_unit.notna() & (table["unit"] != expected_unit)
    for unit in expected_unit[wrong].unique():
        rows = wrong & (expected_unit == unit)
        problems += _rows(file, table, "unit", rows, "differs from the marker's unit", str(unit))

    uln, uln_problems = _limits(file, table)
    problems += uln_problems
    key = ["patient_id", "day", "marker"]
    twice = table.duplicated(key, keep="first") & ~unknown
    problems += _rows(file, table, "day", twice, "the same patient, day and marker twice", "one row each")

    read_table = pd.DataFrame(
        {
            "patient_id": table["patient_id"],
            "day": day,
            "marker": table["marker"],
            "reported": table["value"],
            "value": values[codes] if len(texts) else np.array([]),
            "censored": censored[codes] if len(texts) else np.array([], dtype=np.int8),
            "comment": table["comment"],
        }
    )
    for name in ("unit", "matrix", "assay"):
        default = table["marker"].map({key: getattr(marker, name) for key, marker in config.markers.items()})
        read_table[name] = table[name].where(table[name] != "", default)
    own = table["marker"].map({name: marker.uln for name, marker in config.markers.items()}).astype(float)
    read_table["uln"] = np.where(np.isnan(uln), own, uln)
    return read_table, problems


def check_events(
    file: str, table: pd.DataFrame, known_patients: set[str], config: StudyConfig
) -> tuple[pd.DataFrame, list[Problem]]:
    """Problems of `events.csv`, and the table with `day` as whole number."""
    problems = _known_patients(file, table, known_patients)
    day, day_problems = _days(file, table, config)
    problems += day_problems
    problems += _rows(file, table, "event", table["event"] == "", "no name", "the name of the event")
    return table.assign(day=day), problems


def _known_patients(file: str, table: pd.DataFrame, known: set[str]) -> list[Problem]:
    unknown = ~table["patient_id"].isin(list(known))
    return list(_rows(file, table, "patient_id", unknown, "unknown patient", "a patient of patients.csv"))


def _days(file: str, table: pd.DataFrame, config: StudyConfig) -> tuple[pd.Series, list[Problem]]:
    import pandas as pd

    whole = table["day"].str.fullmatch(r"[+-]?\d{1,6}")
    day = pd.to_numeric(table["day"].where(whole, "0")).astype(np.int64)
    first, last = config.day_range
    allowed = f"a whole number of days from {first} to {last}"
    problems = list(_rows(file, table, "day", ~whole, "not a whole number of days", allowed))
    out = whole & ((day < first) | (day > last))
    return day, problems + list(_rows(file, table, "day", out, "a day out of range", allowed))


def _limits(file: str, table: pd.DataFrame) -> tuple[np.ndarray, list[Problem]]:
    """The upper limit of normal that rows carry, NaN where they carry none."""
    import pandas as pd

    stated = table["uln"] != ""
    parsed = pd.to_numeric(table["uln"].where(stated), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    fits = np.isfinite(parsed) & (parsed > 0)
    problems = list(_rows(file, table, "uln", stated & ~fits, "not a limit", "a number above 0"))
    return np.where(fits, parsed, np.nan), problems


def _rows(
    file: str, table: pd.DataFrame, column: str, wrong: pd.Series | np.ndarray, message: str, allowed: str
) -> Iterator[Problem]:
    for row, value in table.loc[np.asarray(wrong, dtype=bool), column].items():
        yield Problem(file, int(str(row)), column, str(value), message, allowed)
