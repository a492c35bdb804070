from __future__ import annotations

import csv
import io

import pytest

from poems_report.study.columns import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PATIENT_COLUMNS
from poems_report.study.dictionary import dictionary_rows, redcap_dictionary
from poems_report.study.redcap.dictionary import parse_dictionary

ALL = [
    *(("patients", column) for column in PATIENT_COLUMNS),
    *(("measurements", column) for column in MEASUREMENT_COLUMNS),
    *(("events", column) for column in EVENT_COLUMNS),
]


@pytest.fixture(scope="module")
def fields(study):
    return parse_dictionary(redcap_dictionary(study.config).decode(), "dictionary.csv")


def test_every_column_of_every_file_stands_in_the_rows(study):
    rows = {(row.file, row.column): row for row in dictionary_rows(study.config)}
    assert set(rows) == {(file, column.name) for file, column in ALL} | {
        ("study.yml", name) for name in ("vegf", "il6", "platelets", "crp", "mprotein_level")
    }
    for file, column in ALL:
        row = rows[file, column.name]
        assert row.meaning == column.meaning
        assert row.required == column.required
        for one in column.allowed:
            assert (one or "empty") in row.allowed.split(", ")


def test_the_markers_are_those_of_the_study(study):
    row = next(row for row in dictionary_rows(study.config) if row.column == "il6")
    assert row.meaning.startswith("IL-6 in serum, Elecsys.")
    assert row.allowed == "pg/mL; upper limit of normal 7; detected from 1.5; to 5000"
    assert all(row.file != "study.yml" for row in dictionary_rows())


def test_every_column_is_a_field_that_redcap_takes(fields):
    names = [
        column.name if file == "patients" else f"{file[:-1]}_{column.name}"
        for file, column in ALL
        if column.name != "patient_id" or file == "patients"
    ]
    assert list(fields) == names
    assert next(iter(fields)) == "patient_id"
    assert [fields[name].form for name in ("sex", "measurement_day", "event_day")] == [
        "patients", "measurements", "events",
    ]  # fmt: skip


def test_allowed_answers_are_choices_with_the_same_codes(fields):
    for column in PATIENT_COLUMNS:
        assert tuple(fields[column.name].choices) == tuple(one for one in column.allowed if one)
    assert fields["castleman"].choices == {"yes": "yes", "no": "no", "na": "not assessed"}
    assert fields["measurement_marker"].choices == {
        "vegf": "VEGF",
        "il6": "IL-6",
        "platelets": "Platelets",
        "crp": "CRP",
        "mprotein_level": "M-protein",
    }


def test_the_first_line_is_the_one_that_redcap_asks_for(study):
    first, *lines = csv.reader(io.StringIO(redcap_dictionary(study.config).decode()))
    assert len(first) == 18
    assert first[0] == "Variable / Field Name"
    assert first[17] == "Field Annotation"
    assert all(len(line) == 18 for line in lines)
    day = next(line for line in lines if line[0] == "event_day")
    assert day[7:10] == ["integer", "-7300", "36500"]
