"""The lines of the repeated-measures correlation."""

from __future__ import annotations

import numpy as np
import pandas as pd


def common_lines(pairs: pd.DataFrame) -> pd.DataFrame:
    """The lines of the repeated-measures correlation: one slope for all patients, one height for each.

    The slope is the least-squares slope of log2 candidate on log2 reference after each patient's means are taken
    off (Bakdash and Marusich, Front Psychol 2017;8:456).

    Returns:
        one row a patient with two visits or more: `patient_id`, `slope`, `x0`, `y0`, `x1`, `y1`, the ends of the
        line at the patient's lowest and highest reference value; empty where there is no slope.
    """
    logs = pairs[["reference", "candidate"]].apply(np.log2).assign(patient_id=pairs["patient_id"])
    groups = logs.groupby("patient_id", sort=False)
    centred = logs[["reference", "candidate"]] - groups.transform("mean")
    spread = float((centred["reference"] ** 2).sum())
    columns = ["patient_id", "slope", "x0", "y0", "x1", "y1"]
    if spread < 1e-12:
        return pd.DataFrame(columns=columns)
    slope = float((centred["reference"] * centred["candidate"]).sum()) / spread
    repeated = groups.size()
    means = groups.mean()[repeated > 1]
    ends = groups["reference"].agg(["min", "max"])[repeated > 1]
    heights = {end: means["candidate"] + slope * (ends[end] - means["reference"]) for end in ("min", "max")}
    return pd.DataFrame(
        {
            "patient_id": means.index,
            "slope": slope,
            "x0": 2 ** ends["min"].to_numpy(),
            "y0": 2 ** heights["min"].to_numpy(),
            "x1": 2 ** ends["max"].to_numpy(),
            "y1": 2 ** heights["max"].to_numpy(),
        },
        columns=columns,
    )
