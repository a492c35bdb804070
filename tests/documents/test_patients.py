from __future__ import annotations

import csv

import pytest

from tests.documents.pdfs import faults, fonts, pages

PATIENTS = [f"P0{n}" for n in range(1, 9)]


@pytest.fixture(scope="module")
def reported(root):
    with (root / "data" / "measurements.csv").open(encoding="utf-8") as handle:
        return [(row["patient_id"], row["value"]) for row in csv.DictReader(handle) if row["value"]]


def test_one_file_a_patient(made):
    assert sorted(path.name for path in (made / "patients").glob("*.pdf")) == [
        f"{name}.pdf" for name in PATIENTS
    ]


@pytest.mark.parametrize("name", PATIENTS)
def test_every_page_says_whose_it_is_and_what_it_is(made, study, versions, name):
    found = pages(made / "patients" / f"{name}.pdf")
    for number, text in enumerate(found, 1):
        assert name in text
        assert "Illustrative data" in text
        assert "Decision support, not a diagnosis" in text
        assert f"Page {number} of {len(found)}" in text.replace("\u00a0", " ")
        assert study.data_version in text
        assert versions["program"] in text


@pytest.mark.parametrize("name", PATIENTS)
def test_every_value_stands_as_reported_and_no_other_patient_is_named(made, reported, name):
    path = made / "patients" / f"{name}.pdf"
    text = "\n".join(pages(path))
    for patient, value in reported:
        if patient == name:
            assert value in text
    content = path.read_bytes()
    for other in PATIENTS:
        if other != name:
            assert other not in text
            assert other.encode() not in content


@pytest.mark.parametrize("name", PATIENTS)
def test_accessible_and_in_the_one_family(made, name):
    path = made / "patients" / f"{name}.pdf"
    assert not faults(path)
    assert all("Source-Sans-3" in font or "SourceSans3" in font for font in fonts(path)), fonts(path)
    assert "/Type3" not in fonts(path).values()
