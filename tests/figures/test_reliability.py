"""The figure of agreement against days: the curve of the results in its place, the day or why there is none."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poems_report.errors import AnalysisError
from poems_report.figures import figure
from poems_report.figures.days import day_axis
from tests.figures import art

_WIDTHS = (170, 120, 85)
_DAY = "reliability.day"


def _with_day(results, **changes):
    one = replace(results[_DAY], **{"reason": "", "level": 0.95, **changes})
    return replace(results, results={**results.results, _DAY: one})


@pytest.fixture(scope="module")
def made(study, results):
    return figure("reliability", study, results)


@pytest.fixture(scope="module")
def visits(root: Path) -> list[tuple[str, int, bool]]:
    """Every visit after infusion with both markers: patient, day, whether they agree."""
    with (root / "data" / "patients.csv").open(newline="") as handle:
        infused = {row["patient_id"] for row in csv.DictReader(handle) if row["infusion"] == "yes"}
    raised: dict[tuple[str, int], dict[str, bool]] = {}
    with (root / "data" / "measurements.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            if row["value"] and row["marker"] in ("vegf", "il6"):
                above = float(row["value"].lstrip("<")) > {"vegf": 1000, "il6": 7}[row["marker"]]
                raised.setdefault((row["patient_id"], int(row["day"])), {})[row["marker"]] = above
    return [
        (patient, day, both["vegf"] == both["il6"])
        for (patient, day), both in raised.items()
        if len(both) == 2 and day > 0 and patient in infused
    ]


def test_data_are_the_visits_counted_by_hand(made, visits) -> None:
    for row in made.data.to_dict("records"):
        day = row["day (days from infusion)"]
        nearest: dict[str, tuple[float, bool]] = {}
        for patient, at, agree in visits:
            if day / 2 <= at <= day * 2:
                far = abs(np.log(at / day))
                if patient not in nearest or far < nearest[patient][0]:
                    nearest[patient] = (far, agree)
        assert row["n (patients)"] == len(nearest) >= 3
        assert row["agreement (share)"] == pytest.approx(np.mean([agree for _, agree in nearest.values()]))
        assert row["band low (share)"] <= row["agreement (share)"] <= row["band high (share)"]


@pytest.mark.parametrize("width", _WIDTHS)
@pytest.mark.parametrize(
    "day",
    [
        {},
        {"estimate": 101.0, "ci_low": 44.0, "ci_high": None},
        {"estimate": 1.0, "ci_low": 1.0, "ci_high": 154.0},
        {"estimate": 544.0, "ci_low": 235.0, "ci_high": 544.0},
        {"estimate": 235.0, "ci_low": None, "ci_high": None, "level": None},
    ],
)
def test_no_text_is_cut_or_lies_on_another(width, day, study, results) -> None:
    one = figure("reliability", study, _with_day(results, **day) if day else results, width)
    canvas = art.draw(one)
    assert canvas.get_size_inches() == pytest.approx((width / 25.4, one.height_mm / 25.4))
    art.assert_clear(canvas)


def test_points_stand_at_day_and_share(made, results) -> None:
    canvas = art.draw(made)
    curve = results.reliability
    points = art.points(canvas)
    texts = {text: box for text, box in art.texts(canvas) if text.endswith("%")}
    low, high = ((texts[label].y0 + texts[label].y1) / 2 for label in ("0%", "100%"))
    shares = (points[:, 1] - low) / (high - low)
    assert sorted(shares) == pytest.approx(sorted(curve.agreement), abs=0.015)
    # Places along the axis are those of the days, up to the scale of the axis.
    places = day_axis(curve.days, 140).x(curve.days)
    assert np.corrcoef(np.sort(points[:, 0]), places)[0, 1] > 0.999


def test_days_without_patients_between_are_not_joined(made, results) -> None:
    # No visit lies on days 5 to 14: the windows of days 2 and 29 do not meet.
    curve = results.reliability
    assert (2 in curve.days) and (29 in curve.days)
    canvas = art.draw(made)
    pixels = sorted(art.points(canvas)[:, 0])
    second, third = pixels[1], pixels[2]
    for line in canvas.axes[0].lines:
        x = canvas.axes[0].transData.transform(np.column_stack(line.get_data()))[:, 0]
        assert not (min(x) <= second + 1 and max(x) >= third - 1)


def test_words_tell_the_course_and_why_there_is_no_day(made, results) -> None:
    assert results[_DAY].estimate is None
    assert "100% from day\u00a0+1 to day\u00a0+82, 60% on day\u00a0+101" in made.alt
    for text in (made.alt, made.caption):
        assert "not estimable (agreement can be told from chance on no day" in text
        assert "n = 7. Exploratory." in text
    assert "last day told from chance: not estimable" in [text for text, _ in art.texts(art.draw(made))]


def test_a_day_is_told_with_its_interval(study, results) -> None:
    one = figure("reliability", study, _with_day(results, estimate=101.0, ci_low=44.0, ci_high=None))
    told = "day +101 (95% interval from +44, open above)"
    assert f"from chance: {told}; n = 7. Exploratory." in one.caption.replace("\u00a0", " ")
    canvas = art.draw(one)
    assert told in [text.replace("\u00a0", " ") for text, _ in art.texts(canvas)]
    closed = figure("reliability", study, _with_day(results, estimate=101.0, ci_low=44.0, ci_high=190.0))
    assert "(95% interval +44 to +190)" in closed.alt


def test_without_a_curve_there_is_no_figure(study, results) -> None:
    for curve in (None, replace(results.reliability, days=(), reason="on no day 3 patients")):
        with pytest.raises(AnalysisError, match="reliability needs two markers"):
            figure("reliability", study, replace(results, reliability=curve))
