"""The common slope against ordinary least squares with one indicator a patient."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from poems_report.analysis.phases import paired_visits
from poems_report.figures.slope import common_lines


def _pairs(study) -> pd.DataFrame:
    infused = dict(zip(study.patients["patient_id"], study.patients["infusion"] == "yes", strict=True))
    return paired_visits(study.measurements, infused, study.config)


def test_slope_and_heights_are_those_of_least_squares(study) -> None:
    pairs = _pairs(study)
    lines = common_lines(pairs).set_index("patient_id")
    x, y = np.log2(pairs["reference"]), np.log2(pairs["candidate"])
    indicators = pd.get_dummies(pairs["patient_id"]).astype(float)
    fit = sm.OLS(y, pd.concat([x, indicators], axis=1)).fit()
    assert lines["slope"].to_numpy() == pytest.approx(fit.params["reference"])
    for patient, line in lines.iterrows():
        assert np.log2(line["y0"]) == pytest.approx(fit.params[patient] + line["slope"] * np.log2(line["x0"]))
        assert np.log2(line["y1"]) == pytest.approx(fit.params[patient] + line["slope"] * np.log2(line["x1"]))


def test_a_patient_with_one_visit_has_no_line(study) -> None:
    lines = common_lines(_pairs(study))
    assert "P08" not in set(lines["patient_id"])
    assert len(lines) == 7


def test_no_line_without_spread() -> None:
    pairs = pd.DataFrame(
        {"patient_id": ["A", "A", "B"], "reference": [8.0, 8.0, 2.0], "candidate": [1.0, 2.0, 3.0]}
    )
    assert common_lines(pairs).empty
