"""Phases of the disease by days from infusion, and whether a value is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    above = value > uln
    state = np.where(above, 1, 0)
    state = np.where((censored < 0) & above, UNKNOWN, state)
    state = np.where((censored > 0) & (value < uln), UNKNOWN, state)
    state = np.where((censored > 0) & (value >= uln), 1, state)
    return np.where(np.isnan(value), UNKNOWN, state).astype(np.int8)


def paired_visits(measurements: pd.DataFrame, infused: dict[str, bool], config: StudyConfig) -> pd.DataFrame:
    """Visits at which both compared markers have a value.

    Returns:
        one row a patient and day, in the order of the measurements: `patient_id`, `day`, `phase`, and for
        `reference` and `candidate` the columns `<role>` (value, the limit where censored), `<role>_censored` and
        `<role>_raised` (1, 0, -1), then `concordant` (1, 0, -1 where one of the two cannot be told).
    """
    import pandas as pd

    pair = config.pair
    if pair is None:
        roles = [
            f"{role}{part}" for role in ("reference", "candidate") for part in ("", "_censored", "_raised")
        ]
        return pd.DataFrame({name: [] for name in ("patient_id", "day", "phase", *roles, "concordant")})
    present = measurements[measurements["value"].notna()]
    sides = []
    for role, marker in zip(("reference", "candidate"), pair, strict=True):
        rows = present.loc[present["marker"] == marker, ["patient_id", "day", "value", "censored", "uln"]]
        state = raised(rows["value"].to_numpy(), rows["censored"].to_numpy(), rows["uln"].to_numpy())
        side = rows.drop(columns="uln").rename(columns={"value": role, "censored": f"{role}_censored"})
        sides.append(side.assign(**{f"{role}_raised": state}))
    both = sides[0].merge(sides[1], on=["patient_id", "day"], how="inner", validate="one_to_one")
    here = both["patient_id"].map(infused).to_numpy(dtype=bool)
    both["phase"] = np.array(PHASES)[phases_of(both["day"].to_numpy(), here, config)]
    known = (both["reference_raised"] >= 0) & (both["candidate_raised"] >= 0)
    same = both["reference_raised"] == both["candidate_raised"]
    both["concordant"] = np.where(known, same.astype(int), UNKNOWN)
    return both


def last_of_phase(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a patient and phase: the last visit of the phase that tells both markers."""
    told = pairs[pairs["concordant"] >= 0]
    return told.drop_duplicates(["patient_id", "phase"], keep="last").reset_index(drop=True)
