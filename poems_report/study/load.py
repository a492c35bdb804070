"""From a folder to a Study, or to every problem in it at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from poems_report.errors import Problem, StudyError
from poems_report.study.anonymity import generalise
from poems_report.study.checks import check_events, check_patients, days_of
from poems_report.study.columns import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PATIENT_COLUMNS, PATIENT_ID, Column
from poems_report.study.config import StudyConfig, load_claims, load_config
from poems_report.study.files import (
    Source,
    find_source,
    missing_columns,
    read_table,
    unknown_columns,
    with_columns,
)
from poems_report.study.layout import wide_names
from poems_report.study.measured import measurements_frame, read_measurements
from poems_report.study.model import Study
from poems_report.study.privacy import NUMBER_COLUMNS, scan, withhold
from poems_report.study.raw import Raw

if TYPE_CHECKING:
    import pandas as pd

SETTINGS, CLAIMS = "study.yml", "claims.yml"
PATIENTS, MEASUREMENTS, EVENTS = "patients", "measurements", "events"

_Settings = TypeVar("_Settings")


def load_study(folder: str | Path) -> Study:
    """Read and check a study folder.

    Args:
        folder: holds `study.yml`, `patients`, `measurements` and, where there are any, `events`, each as `.csv`,
            `.xlsx` or `.parquet`, and `claims.yml` where the manuscript makes claims.

    Raises:
        StudyError: with every problem of every file, each with file, row, column, value and what is allowed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StudyError([Problem(str(folder), 0, "", "", "no such folder", "a folder with study.yml")])
    problems: list[Problem] = []
    config = _settings(load_config, folder / SETTINGS, problems)
    claims = _settings(load_claims, folder / CLAIMS, problems)
    sources = {stem: _source(folder, stem, problems) for stem in (PATIENTS, MEASUREMENTS, EVENTS)}
    pool = ThreadPoolExecutor(max_workers=1)
    hashing = pool.submit(_hashes, folder, tuple(sources.values()))
    pool.shutdown(wait=False)
    identities: list[Problem] = []

    def table(stem: str, columns: tuple[Column, ...]) -> Raw | None:
        return _table(stem, sources[stem], columns, config, problems, identities)

    patients = _complete(table(PATIENTS, PATIENT_COLUMNS), PATIENT_COLUMNS, problems)
    ids = patients.columns["patient_id"].series().tolist() if patients is not None else []
    if patients is not None:
        problems += check_patients(patients, PATIENT_COLUMNS)
        if not ids:
            problems.append(Problem(patients.file, 0, "", "", "no patient", "at least one row"))
    known = [*ids, *_meant(ids), *sorted(patients.left_out)] if patients is not None else []
    raw = table(MEASUREMENTS, MEASUREMENT_COLUMNS)
    events = _complete(table(EVENTS, EVENT_COLUMNS), EVENT_COLUMNS, problems)
    measured = None
    if config is not None and patients is not None:
        if raw is not None:
            measured, found = read_measurements(raw, known, config)
            problems += found
        if events is not None:
            problems += check_events(events, known, config)
    shared = _shared(patients, config, problems) if patients is not None and config is not None else None
    problems = withhold(problems, identities)
    if problems or config is None or shared is None or patients is None or measured is None:
        raise StudyError(problems)
    measurements, companions = _parted(measurements_frame(measured, config), config)
    hashes = hashing.result()
    return Study(
        folder=folder,
        config=config,
        patients=shared,
        measurements=measurements,
        companions=companions,
        events=_events(events, ids),
        claims=claims or (),
        hashes=hashes,
        data_version=f"{config.version}+{_digest(hashes)[:8]}",
    )


def _parted(table: pd.DataFrame, config: StudyConfig) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The measurements of the markers and those of the companions."""
    if not config.companions:
        return table, table.iloc[:0]
    beside = table["marker"].isin(list(config.companions))
    return table[~beside].reset_index(drop=True), table[beside].reset_index(drop=True)


def _shared(patients: Raw, config: StudyConfig, problems: list[Problem]) -> pd.DataFrame:
    """The patients as every output may show them: generalised where the settings ask for it."""
    table = _texts(patients)
    if not config.privacy.generalise or problems:
        return table
    wider = generalise(table, config.privacy.k)
    if not wider.reached:
        found = f"the smallest group has {wider.smallest} of k = {wider.k} patients even in the widest bands"
        allowed = f"k up to {wider.smallest}, or generalise: false"
        problems.append(Problem(SETTINGS, 0, "privacy.generalise", "true", found, allowed))
    return wider.patients


def _meant(ids: Iterable[str]) -> list[str]:
    """What identifiers with a sign too many, which are answered where they stand, are called in other tables."""
    return sorted({re.sub(r"[^A-Za-z0-9_-]", "", one) for one in ids if not re.fullmatch(PATIENT_ID, one)})


def _settings(load: Callable[[Path], _Settings], path: Path, problems: list[Problem]) -> _Settings | None:
    try:
        return load(path)
    except StudyError as error:
        problems += error.problems
        return None


def _source(folder: Path, stem: str, problems: list[Problem]) -> Source | None:
    found = find_source(folder, stem)
    if isinstance(found, Problem):
        problems.append(found)
    elif found is None and stem != EVENTS:
        allowed = f"{stem}.csv, {stem}.xlsx or {stem}.parquet"
        problems.append(Problem(f"{stem}.csv", 0, "", "", "the file is missing", allowed))
    return found if isinstance(found, Source) else None


def _table(
    stem: str,
    source: Source | None,
    columns: tuple[Column, ...],
    config: StudyConfig | None,
    problems: list[Problem],
    identities: list[Problem],
) -> Raw | None:
    """One table as it stands; what identifies a person in it goes to `identities`."""
    if source is None:
        return None
    sheet = getattr(config.sheets, stem) if config else ""
    others = wide_names(config.measured) if config and stem == MEASUREMENTS else ()
    raw, found = read_table(source, columns, sheet, others)
    problems += found
    if raw is not None:
        exempt = config.privacy.exempt(stem) if config else frozenset()
        limits = {f"{marker}_uln" for marker in config.measured} if config else set()
        numbers = NUMBER_COLUMNS | limits | set(config.measured if config else ())
        identities += scan(raw.frame(), source.name, exempt, numbers)
    return raw


def _complete(raw: Raw | None, columns: tuple[Column, ...], problems: list[Problem]) -> Raw | None:
    """The table with all its columns; None where a required one is missing."""
    if raw is None:
        return None
    missing = missing_columns(raw, [column.name for column in columns if column.required])
    problems += unknown_columns(raw, [column.name for column in columns]) + missing
    return None if missing else with_columns(raw, columns)


def _texts(raw: Raw) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: column.series() for name, column in raw.columns.items()}, copy=False)


def _events(raw: Raw | None, patients: Sequence[str]) -> pd.DataFrame:
    """The events by patient and day; without rows where the study has none."""
    import pandas as pd

    if raw is None:
        return pd.DataFrame({column.name: pd.Series(dtype=str) for column in EVENT_COLUMNS})
    place = {name: number for number, name in enumerate(patients)}
    ids = raw.columns["patient_id"]
    patient = ids.spread(np.array([place.get(text, -1) for text in ids.texts.to_pylist()], dtype=np.int64))
    day = raw.columns["day"].spread(days_of(raw.columns["day"]))
    ordered = np.lexsort((day, patient))
    return _texts(raw.where(ordered)).assign(day=day[ordered])


def _hashes(folder: Path, sources: Iterable[Source | None]) -> dict[str, str]:
    hashes = {}
    for name in (SETTINGS, CLAIMS):
        if (folder / name).exists():
            hashes[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    return hashes | {source.name: source.sha256 for source in sources if source}


def _digest(hashes: dict[str, str]) -> str:
    return hashlib.sha256("".join(f"{name} {hashes[name]}\n" for name in sorted(hashes)).encode()).hexdigest()
