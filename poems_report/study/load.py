"""From a folder to a Study, or to every problem in it at once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.errors import Problem, StudyError
from poems_report.study.columns import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PATIENT_COLUMNS
from poems_report.study.config import load_claims, load_config
from poems_report.study.model import Study
from poems_report.study.schema import check_events, check_measurements, check_patients
from poems_report.study.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

SETTINGS, CLAIMS = "study.yml", "claims.yml"
PATIENTS, MEASUREMENTS, EVENTS = "patients.csv", "measurements.csv", "events.csv"
FILES = (SETTINGS, CLAIMS, PATIENTS, MEASUREMENTS, EVENTS)


def load_study(folder: str | Path) -> Study:
    """Read and check a study folder.

    Args:
        folder: holds `study.yml`, `patients.csv`, `measurements.csv` and, where there are any,
            `events.csv` and `claims.yml`.

    Raises:
        StudyError: with every problem of every file, each with file, row, column, value and what is allowed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StudyError([Problem(str(folder), 0, "", "", "no such folder", "a folder with study.yml")])
    problems: list[Problem] = []
    config = claims = None
    try:
        config = load_config(folder / SETTINGS)
    except StudyError as error:
        problems += error.problems
    try:
        claims = load_claims(folder / CLAIMS)
    except StudyError as error:
        problems += error.problems

    patients, found = read_table(folder / PATIENTS, PATIENT_COLUMNS)
    problems += found
    measurements, found = read_table(folder / MEASUREMENTS, MEASUREMENT_COLUMNS)
    problems += found
    events, found = _events(folder / EVENTS)
    problems += found

    known = set(patients["patient_id"]) if patients is not None else set()
    if patients is not None:
        problems += check_patients(PATIENTS, patients, PATIENT_COLUMNS)
        if not len(patients):
            problems.append(Problem(PATIENTS, 0, "", "", "no patient", "at least one row"))
    if config is not None and patients is not None and measurements is not None:
        measurements, found = check_measurements(MEASUREMENTS, measurements, known, config)
        problems += found
    if config is not None and patients is not None and events is not None:
        events, found = check_events(EVENTS, events, known, config)
        problems += found
    if problems or config is None or patients is None or measurements is None or events is None:
        raise StudyError(problems)

    hashes = {name: _sha256(folder / name) for name in FILES if (folder / name).exists()}
    digest = hashlib.sha256(
        "".join(f"{name} {hashes[name]}\n" for name in sorted(hashes)).encode()
    ).hexdigest()
    order = {name: place for place, name in enumerate(patients["patient_id"])}
    return Study(
        folder=folder,
        config=config,
        patients=patients.reset_index(drop=True),
        measurements=_sorted(measurements, order, ["day", "marker"]),
        events=_sorted(events, order, ["day"]),
        claims=claims or (),
        hashes=hashes,
        data_version=f"{config.version}+{digest[:8]}",
    )


def _events(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    if path.exists():
        return read_table(path, EVENT_COLUMNS)
    import pandas as pd

    return pd.DataFrame({column.name: pd.Series(dtype=str) for column in EVENT_COLUMNS}), []


def _sorted(table: pd.DataFrame, order: dict[str, int], keys: list[str]) -> pd.DataFrame:
    place = table["patient_id"].map(order)
    return (
        table.assign(_place=place)
        .sort_values(["_place", *keys], kind="stable", ignore_index=True)
        .drop(columns="_place")
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
