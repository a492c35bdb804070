"""What is said of each patient and how many respond, in a study written by hand; and the fingerprints."""

from __future__ import annotations

import dataclasses

import pytest
import yaml

from poems_report import analyse, load_study
from poems_report.analysis.patients import HASHED, Fingerprints, reference_of

# Cut-off 1000. Landmarks: m3 60 to 136, m6 137 to 273, m12 274 to 547.
ROWS = """\
P01,-5,il6,20
P01,-5,vegf,4000
P01,90,vegf,2000
P01,180,vegf,900
P02,-5,vegf,4000
P02,1,vegf,4000
P02,90,vegf,3000
P02,180,vegf,1900
P03,-5,vegf,4000
P03,90,vegf,3900
P04,-5,vegf,4000
P04,90,vegf,1200
P04,180,vegf,2000
P04,700,vegf,900
P05,-5,vegf,900
P05,90,vegf,300
P06,90,vegf,300
P07,-5,vegf,4000
P07,30,vegf,300
P08,0,vegf,4000
P08,90,vegf,300
"""
LAST = {"evaluable": 4, "complete": 2, "partial": 1, "none": 1, "progression": 0}
M3 = {"evaluable": 4, "complete": 0, "partial": 2, "none": 2, "progression": 0}
M6 = {"evaluable": 3, "complete": 1, "partial": 1, "none": 0, "progression": 1}
M12 = {"evaluable": 0, "complete": 0, "partial": 0, "none": 0, "progression": 0}


@pytest.fixture(scope="module")
def found(analysed):
    return analysed(ROWS)


@pytest.mark.parametrize(
    ("prefix", "counts", "where"),
    [
        ("response", LAST, "the last value that counts"),
        ("response.m3", M3, "the value nearest to day 91 (60 to 136)"),
        ("response.m6", M6, "the value nearest to day 183 (137 to 273)"),
        ("response.m12", M12, "the value nearest to day 365 (274 to 547)"),
    ],
)
def test_how_many_respond(found, prefix, counts, where):
    for name, count in counts.items():
        one = found[f"{prefix}.{name}"]
        total = 7 if name == "evaluable" else counts["evaluable"]
        assert (one.estimate, one.n, one.of) == (count, total, total)
        assert one.exploratory == (prefix != "response")
        words = f"infused patients whose response is evaluable at {where}"
        assert one.method == (words if name == "evaluable" else f"of them, response: {name}")
    assert f"{prefix}.not_evaluable" not in found.results


def test_a_patient_at_each_landmark(found):
    def at(patient):
        return [
            (one.landmark, one.response.category, one.response.reason, one.response.day)
            for one in found.patients[patient].landmarks
        ]

    no_value = ("not_evaluable", "no_value_in_window", None)
    assert at("P04") == [
        ("m3", "partial", "", 90),
        ("m6", "progression", "", 180),
        ("m12", *no_value),
    ]
    assert at("P07") == [(name, *no_value) for name in ("m3", "m6", "m12")]
    assert at("P08") == [(name, "not_evaluable", "no_infusion", None) for name in ("m3", "m6", "m12")]
    six = found.patients["P01"].landmarks[1]
    assert [(one.marker, one.kind, one.from_day, one.to_day) for one in six.changes] == [
        ("vegf", "m6", -5, 180)
    ]


def test_the_responses_of_a_patient_in_order_of_day(found):
    told = [
        (one.day, one.category, one.baseline_day, one.nadir_day) for one in found.patients["P04"].responses
    ]
    assert told == [
        (90, "partial", -5, -5),
        (180, "progression", -5, 90),
        (700, "complete", -5, 90),
    ]
    assert found.patients["P04"].response == found.patients["P04"].responses[-1]
    none = found.patients["P06"].response
    assert (none.reason, none.baseline_day, none.nadir_day) == ("no_value_before_infusion", None, None)


def test_changes_by_marker_as_first_measured_and_by_kind(results):
    one = results.patients["P01"]
    markers = list(dict.fromkeys(change.marker for change in one.changes))
    kinds = [change.kind for change in one.changes if change.marker == markers[0]]
    assert sorted(markers) == ["il6", "vegf"]
    assert kinds == ["day_after", "nadir", "last", "lowest_after"]
    assert one.change("vegf", "m3") is None
    assert one.change("vegf", "last").marker == "vegf"


def test_the_markers_of_a_patient_stand_in_the_order_in_which_they_were_measured(make_study):
    rows = "P01,-9,vegf,1\nP01,-5,il6,1\nP01,-5,vegf,1\nP01,9,il6,1\n"
    rows += rows.replace("P01", "P02").replace("vegf", "x").replace("il6", "vegf").replace("x", "il6")
    text = "patient_id,day,marker,value\n" + rows
    patients = analyse(load_study(make_study(measurements__csv=text, claims__yml=None))).patients
    first = {name: next(one.marker for one in patients[name].changes) for name in ("P01", "P02")}
    assert first == {"P01": "vegf", "P02": "il6"}


def test_the_identity_is_that_of_the_settings(study, results, root):
    written = yaml.safe_load((root / "data" / "study.yml").read_text(encoding="utf-8"))
    lines = (root / "data" / "measurements.csv").read_text(encoding="utf-8").splitlines()
    assert results.study == {
        "title": written["title"],
        "version": written["version"],
        "data_version": study.data_version,
        "provenance": written["provenance"],
        "patients": 8,
        "measurements": sum(",vegf," in line or ",il6," in line for line in lines),
        "markers": {
            name: {part: one[part] for part in ("label", "unit", "matrix", "assay", "uln")}
            for name, one in written["markers"].items()
        },
    }
    assert reference_of(study.config) == "vegf"


def test_a_fingerprint_is_16_digits_for_each_patient(study, results):
    prints = results.fingerprints
    assert (list(prints), len(prints)) == (list(study.patients["patient_id"]), 8)
    assert all(len(one) == 16 and set(one) <= set("0123456789abcdef") for one in prints.values())


def test_what_was_recorded_of_each_patient_stands_in_order_of_the_study(study, results):
    assert (list(results.recorded), len(results.recorded)) == (list(study.patients["patient_id"]), 8)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("measurements", name) for name in HASHED),
        *(("events", name) for name in ("day", "event", "detail")),
        ("patients", "mprotein"),
    ],
)
def test_whatever_is_corrected_changes_the_fingerprint_of_its_patient(study, results, table, column):
    rows = getattr(study, table).copy()
    place = rows.index[rows["patient_id"] == "P03"][0]
    rows[column] = rows[column].astype(object)
    rows.loc[place, column] = 4 if column in ("day", "uln") else "other"
    found = Fingerprints(dataclasses.replace(study, **{table: rows}))
    assert [name for name in found if found[name] != results.fingerprints[name]] == ["P03"]


def test_two_corrections_that_look_alike_when_joined_differ(study):
    rows = study.events
    place = rows.index[0]
    joined = []
    for event, detail in (("ab", "c"), ("a", "bc")):
        changed = rows.copy()
        changed.loc[place, ["event", "detail"]] = [event, detail]
        joined.append(Fingerprints(dataclasses.replace(study, events=changed))[rows.loc[place, "patient_id"]])
    assert joined[0] != joined[1]
