"""Studies that cannot carry an analysis: typed answers with a reason, and the text of the documents says so."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import pytest

from poems_report import analyse, load_study
from poems_report.analysis import results_schema
from poems_report.errors import AnalysisError
from poems_report.labels import labels
from poems_report.manuscript.report import Report
from poems_report.provenance import to_json
from tests.analysis.schema_check import faults

HEADER = "patient_id,day,marker,value\n"
MANY = 10_000


def both(patient, day, vegf, il6):
    return f"{patient},{day},vegf,{vegf}\n{patient},{day},il6,{il6}\n"


DAYS = [(one, day) for one in range(1, 8) for day in (-5, 1, 90)]
CASES = {
    "all values equal": "".join(
        both(f"P0{one}", day, 500, 5) for one in range(1, 8) for day in (-5, 1, 90, 200)
    ),
    "one patient": "".join(both("P01", day, 4000 / (day + 10), 50 / (day + 10)) for day in (-5, 1, 90, 200)),
    "one visit": both("P01", -5, 4000, 50),
    "no pair": "P01,-5,vegf,4000\nP02,-5,il6,50\nP01,1,il6,5\n",
    "everything censored": "".join(
        both(f"P0{one}", day, "<31", "<1.5") for one in range(1, 8) for day in (-5, 1, 90)
    ),
    "everything above": "".join(
        both(f"P0{one}", day, ">20000", ">5000") for one in range(1, 8) for day in (-5, 1, 90)
    ),
    "one marker missing": "".join(
        f"P0{one},{day},vegf,{1000 + one}\n" for one in range(1, 8) for day in (-5, 1, 90)
    ),
    "nothing": "",
    "nothing but missing": "".join(both(f"P0{one}", day, "", "") for one in range(1, 8) for day in (-5, 1)),
}


@pytest.fixture
def analysed(make_study):
    def make(text):
        study = load_study(make_study(measurements__csv=HEADER + text))
        return study, analyse(study)

    return make


@pytest.mark.parametrize("case", CASES)
def test_every_result_is_a_number_or_says_why_not(analysed, case):
    study, found = analysed(CASES[case])
    for key, one in found.results.items():
        assert one.estimate is not None or one.reason, key
        assert not one.reason or one.estimate is None or one.p is None or one.ci_low is None, key
    for row in found.sensitivity:
        assert row.estimate is not None or row.reason
    assert faults(json.loads(to_json(found.to_dict())), results_schema()) == []
    report = Report(study, found, labels())
    for key, one in found.results.items():
        text = report.value(key)
        assert text
        if one.estimate is None:
            assert text == report.share(key) == report.of(key) == f"not estimable ({one.reason})"
        if one.p is None and one.estimate is None:
            assert report.p(key).startswith("not estimable (")


def test_reasons_by_case(analysed):
    def reason(case, key):
        return analysed(CASES[case])[1][key].reason

    assert reason("all values equal", "day_after.vegf.log2") == "every difference is zero"
    assert reason("one patient", "day_after.vegf.log2") == "interval not estimable: one difference"
    assert "equal" in reason("all values equal", "between.vegf_il6.r")
    assert reason("one patient", "between.vegf_il6.r") == "1 patient, 3 are needed"
    assert reason("no pair", "agreement.active") == "no patient with both markers in the active phase"
    assert reason("one marker missing", "diagnosis.il6.rank") == "no patient tested at diagnosis"
    everything = analysed(CASES["everything censored"])[1]
    reason_of_change = everything["day_after.il6.log2"].reason
    assert reason_of_change == "no change is known; left out, both values at limits: 7"
    missing = "no patient with a value before infusion and on the day after"
    assert reason("one marker missing", "day_after.il6.log2") == missing
    assert everything["agreement.active"].estimate == 1
    assert everything["agreement.active.kappa"].reason == "a margin is constant"
    assert everything.patients["P01"].response.reason == "baseline_normal"


def test_ten_thousand_ties(make_study, root):
    lines = (root / "data" / "patients.csv").read_text(encoding="utf-8").splitlines()
    patients = [lines[0], *(lines[1].replace("P01", f"Q{one}") for one in range(MANY // 4))]
    rows = "".join(both(f"Q{one}", day, 2000, 20) for one in range(MANY // 4) for day in (-5, 1, 90, 200))
    study = load_study(
        make_study(
            patients__csv="\n".join(patients) + "\n",
            measurements__csv=HEADER + rows,
            events__csv=None,
            claims__yml=None,
        )
    )
    found = analyse(study)
    assert found["visits.paired"].estimate == MANY
    assert found["day_after.vegf.log2"].estimate == 0
    assert found["within.vegf_il6.r"].reason
    assert found["agreement.late"].estimate == 1
    assert found["reliability.day"].reason


def test_the_order_of_rows_does_not_matter(study, results):
    rows = study.measurements.sample(frac=1, random_state=1)
    shuffled = dataclasses.replace(study, measurements=rows)
    found = analyse(shuffled)
    assert found.results == results.results
    assert dict(found.patients) == dict(results.patients)
    assert found.reliability == results.reliability


def test_a_visit_on_day_0_twice_is_named(study):
    twice = study.measurements[study.measurements["patient_id"] == "P08"]
    rows = pd.concat([study.measurements, twice.assign(value=5.0)])
    with pytest.raises(AnalysisError, match="the same patient, day and marker twice: P08, day 0, il6"):
        analyse(dataclasses.replace(study, measurements=rows))


def test_a_measurement_of_nobody_is_refused(study):
    rows = study.measurements.assign(patient_id="P99")
    with pytest.raises(AnalysisError, match="a patient that the study does not list"):
        analyse(dataclasses.replace(study, measurements=rows))


def test_patients_are_a_mapping(results):
    assert list(results.patients) == [f"P0{one}" for one in range(1, 9)]
    assert len(results.patients) == 8
    assert "P01" in results.patients
    with pytest.raises(KeyError):
        _ = results.patients["P99"]


def test_a_correction_shows_in_one_fingerprint_only(study, results):
    rows = study.measurements.copy()
    rows.loc[(rows["patient_id"] == "P03") & (rows["day"] == 88), "reported"] = "506"
    found = analyse(dataclasses.replace(study, measurements=rows)).fingerprints
    assert [name for name in found if found[name] != results.fingerprints[name]] == ["P03"]
    assert len(set(found.values())) == 8


def test_large_samples_are_explored_in_part_and_say_so(make_study, monkeypatch):
    from poems_report.analysis import association, cohort

    monkeypatch.setattr(association, "MOST_EXPLORED", 3)
    monkeypatch.setattr(cohort, "MOST_EXPLORED", 2)
    found = analyse(load_study(make_study()))
    late = found["phase.late.vegf_il6.tau"]
    assert late.n == 3
    assert "3 of 7 patients at random (seed 0)" in late.method
    six = found["change.m6.vegf.log2"]
    assert six.n == 2
    assert "2 of 3 patients at random (seed 0)" in six.method
    assert found["agreement.late"].n == 7
