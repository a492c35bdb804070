from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest

from poems_report import load_study
from poems_report.errors import StudyError

HEADER = "patient_id,day,marker,value,unit\n"


def problems_of(folder):
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    return [str(one) for one in caught.value.problems]


def test_the_illustrative_study_is_read_as_it_stands(study, root):
    with (root / "data" / "measurements.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    found = pd.concat([study.measurements, study.companions])
    assert len(found) == len(rows)
    assert set(study.measurements["marker"]) == {"vegf", "il6"}
    expected = {(row["patient_id"], int(row["day"]), row["marker"]): row["value"] for row in rows}
    keys = zip(found["patient_id"], found["day"], found["marker"], strict=True)
    assert dict(zip(keys, found["reported"], strict=True)) == expected
    for reported, value, censored in zip(found["reported"], found["value"], found["censored"], strict=True):
        assert np.isnan(value) if not reported else value == float(reported.lstrip("<>"))
        assert censored == {"<": -1, ">": 1}.get(reported[:1], 0)


def test_limits_matrix_and_assay_come_from_the_marker_unless_the_row_has_its_own(make_study):
    folder = make_study(
        measurements__csv="patient_id,day,marker,value,matrix,assay,uln\n"
        "P01,1,vegf,100,,,\nP01,2,vegf,100,plasma,Quantikine,200\n"
    )
    rows = load_study(folder).measurements
    assert rows["matrix"].tolist() == ["serum", "plasma"]
    assert rows["assay"].tolist() == ["ELISA", "Quantikine"]
    assert rows["uln"].tolist() == [1000.0, 200.0]


def test_all_problems_of_all_rows_at_once(make_study):
    folder = make_study(
        measurements__csv=HEADER
        + "P01,1,vegf,100,pg/mL\n"
        + "P99,1,vegf,100,pg/mL\n"
        + "P01,2,vegf,-5,pg/mL\n"
        + "P01,1,vegf,101,pg/mL\n"
        + "P01,3,vegf,100,mg/L\n"
        + "P01,4,vegf,high,pg/mL\n"
        + "P01,x,vegf,100,pg/mL\n"
        + "P01,999999,vegf,100,pg/mL\n"
        + "P01,5,ferritin,1,pg/mL\n"
        + "P01,6,vegf,0,pg/mL\n"
        + "P01,7,vegf,inf,pg/mL\n"
    )
    value = (
        "allowed: a number above 0 such as 1234 or 1234.5, a limit such as <2 or >2000, or empty for missing"
    )
    unit = "allowed: pg/mL, or ng/L, ng/mL, pg/dL, which are converted"
    measured = "vegf, il6, platelets, crp, mprotein_level"
    day = "allowed: a whole number of days from -7300 to 36500"
    assert problems_of(folder) == [
        "measurements.csv:3:patient_id: 'P99': unknown patient; allowed: a patient of the table of patients",
        f"measurements.csv:4:value: '-5': negative; {value}",
        "measurements.csv:5:day: '1': the same patient, day and marker twice; allowed: one row each",
        f"measurements.csv:6:unit: 'mg/L': differs from the marker's unit; {unit}",
        f"measurements.csv:7:value: 'high': not a number; {value}",
        f"measurements.csv:8:day: 'x': not a whole number of days; {day}",
        f"measurements.csv:9:day: '999999': a day out of range; {day}",
        f"measurements.csv:10:marker: 'ferritin': unknown marker; allowed: {measured}",
        f"measurements.csv:11:value: '0': zero, where a logarithm is taken; {value}",
        f"measurements.csv:12:value: 'inf': not a finite number; {value}",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "measurements.csv: the file is missing"),
        ("", "measurements.csv: the file is empty"),
        ("P01,1,vegf,100\nP01,2,vegf,90\n", "measurements.csv:1: 'P01,1,vegf,100': the file has no header"),
        (b"patient_id,day,marker,value\nP01,1,vegf,\xe9\n", "measurements.csv:2: the file is not UTF-8"),
        ("patient_id,day,marker\nP01,1,vegf\n", "measurements.csv:1:value: the column is missing"),
        ("patient_id,day,marker,value,sodium\n", "measurements.csv:1:sodium: unknown column"),
        (
            "patient_id,day,marker,value\nP01,1,vegf,3,4\n",
            "measurements.csv:2: '5 fields': more fields than columns; allowed: 4 fields",
        ),
        (
            'patient_id,day,marker,value\nP01,1,vegf,3\nP01,2,vegf,"3\n',
            "measurements.csv:3: a quotation mark is never closed",
        ),
    ],
)
def test_a_file_that_is_no_table(make_study, content, expected):
    found = problems_of(make_study(measurements__csv=content))
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_blank_lines_and_a_byte_order_mark_do_no_harm(make_study):
    folder = make_study(
        measurements__csv="\ufeffpatient_id,day,marker,value\n\nP01,1,vegf,100\n\nP99,1,vegf,100\n"
    )
    assert problems_of(folder)[0].startswith("measurements.csv:5:patient_id: 'P99'")


def test_patients_are_checked(make_study, root):
    lines = (root / "data" / "patients.csv").read_text(encoding="utf-8").splitlines()
    bad = [
        lines[0],
        lines[1],
        lines[1],
        lines[2].replace("P02", "Anna Rossi"),
        lines[3].replace(",yes,IgA", ",maybe,IgA"),
    ]
    found = problems_of(
        make_study(patients__csv="\n".join(bad) + "\n", measurements__csv=HEADER, events__csv=None)
    )
    assert found == [
        "patients.csv:3:patient_id: 'P01': the same patient twice; allowed: one row a patient",
        "patients.csv:4:patient_id: 'Anna Rossi': no plain identifier; allowed: letters, digits, - and _, at most 32",
        "patients.csv:5:infusion: 'maybe': not an allowed answer; allowed: yes, no",
    ]


def test_settings_are_checked_with_their_line(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    row = 1 + text[: text.index("reference_day")].count("\n")
    found = problems_of(
        make_study(study__yml=text.replace("reference_day: infusion", "reference_dai: infusion"))
    )
    assert found == [
        f"study.yml:{row}:1:reference_dai: 'infusion': unknown key; allowed: only the keys of the study's settings"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('version: "1.0.0"', "version: 1.10", "put the version in quotes"),
        ("provenance: illustrative", "provenance: invented", "'illustrative' or 'observed'"),
        (
            "early: {first: 1, last: 100}",
            "early: {first: 2, last: 100}",
            "each phase must begin on the day after",
        ),
        ("reference: vegf,", "reference: vegff,", "compared names unknown markers: vegff"),
        ("response_profile: serum_1000", "response_profile: serum_999", "serum_1000"),
        ("uln: 7 ", "uln: -7 ", "greater than 0"),
        ("markers:\n", "markers: [\n", "no YAML"),
    ],
)
def test_settings_that_are_not_allowed(make_study, root, old, new, expected):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    assert old in text
    assert expected in problems_of(make_study(study__yml=text.replace(old, new)))[0]


def test_every_file_is_checked_even_if_another_is_wrong(make_study):
    found = problems_of(
        make_study(
            study__yml="title: x\n",
            measurements__csv=HEADER + "P01,1,vegf,1,pg/mL\n",
            events__csv="",
            claims__yml="[]",
        )
    )
    assert {line.split(":")[0] for line in found} == {"study.yml", "events.csv", "claims.yml"}


def test_a_study_needs_no_events_and_no_claims(make_study):
    found = load_study(make_study(events__csv=None, claims__yml=None))
    assert found.claims == ()
    assert len(found.events) == 0


def test_the_data_version_follows_the_content(make_study, study, root):
    same = load_study(make_study())
    assert same.data_version == study.data_version
    text = (root / "data" / "events.csv").read_text(encoding="utf-8")
    assert load_study(make_study(events__csv=text + "P08,1,dialysis,\n")).data_version != study.data_version


def test_no_such_folder(tmp_path):
    assert "no such folder" in problems_of(tmp_path / "nowhere")[0]
