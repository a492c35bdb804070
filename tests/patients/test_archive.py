"""The archive: PDF/A-3a that also claims PDF/UA-1, with the patient's values as files."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess

import pandas as pd
import pikepdf
import pypdfium2
import pytest

from poems_report import load_study
from poems_report.errors import DocumentError
from poems_report.patients import render_patients
from poems_report.patients.pdf import write_pdf
from poems_report.patients.variants import ARCHIVE, finish_of
from tests.documents.pdfa import violations
from tests.documents.pdfs import faults, pages
from tests.patients.conftest import OPENER


def attached(path):
    with pikepdf.open(path) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


def test_nothing_that_pdf_a_forbids_and_nothing_missing(archive_folder, study):
    for patient in study.patient_ids:
        assert violations(archive_folder / f"{patient}.pdf") == []


def test_the_check_sees_what_an_archive_needs(pages_folder, forms_folder):
    found = "\n".join(violations(pages_folder / "P01.pdf"))
    for clause in ("6.1.3 no ID", "6.2.3 0 output intents", "6.6.2.3", "6.6.4"):
        assert clause in found
    assert "6.3.3 field without appearance" in violations(forms_folder / "P01.pdf")


def test_verapdf_where_it_is_on_the_path(archive_folder, study):
    tool = shutil.which("verapdf")
    if tool is None:
        pytest.skip("veraPDF is not on PATH: PDF/A-3a and PDF/UA-1 are not checked by it")
    files = [str(archive_folder / f"{patient}.pdf") for patient in study.patient_ids]
    for flavour in ("3a", "ua1"):
        done = subprocess.run(
            [tool, "--flavour", flavour, "--format", "text", *files],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        assert done.stdout.count("PASS ") == len(files)


def test_both_claims_are_stated_and_the_accessibility_checkers_agree(archive_folder, study):
    for patient in study.patient_ids:
        path = archive_folder / f"{patient}.pdf"
        with pikepdf.open(path) as document, document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata.pdfa_status == "3A"
    assert faults(archive_folder / "P02.pdf") == []


def test_the_page_is_that_of_the_ua_variant(archive_folder, pages_folder, study):
    for patient in study.patient_ids:
        assert pages(archive_folder / f"{patient}.pdf") == pages(pages_folder / f"{patient}.pdf")


def test_two_files_with_type_relation_and_the_fixed_date(archive_folder):
    with pikepdf.open(archive_folder / "P01.pdf") as document:
        found = {str(one.UF): one for one in document.Root.AF}
        assert {name: str(one.EF.F.Subtype) for name, one in found.items()} == {
            "P01-fhir.json": "/application/fhir+json",
            "P01-values.csv": "/text/csv",
        }
        for one in found.values():
            assert str(one.AFRelationship) == "/Data"
            assert str(one.Desc)
            assert str(one.EF.F.Params.ModDate) == "D:20231114221320Z"  # SOURCE_DATE_EPOCH of the tests


def test_the_values_are_those_of_the_study_row_by_row(archive_folder, rows, beside, settings):
    measured = settings["markers"] | settings["companions"]
    for patient in rows:
        expected = sorted(rows[patient], key=lambda row: row["marker"])
        expected += sorted(beside.get(patient, []), key=lambda row: row["marker"])
        content = attached(archive_folder / f"{patient}.pdf")[f"{patient}-values.csv"].decode()
        found = list(csv.DictReader(io.StringIO(content)))
        assert [(row["day"], row["marker"], row["value"], row["comment"]) for row in found] == [
            (row["day"], row["marker"], row["value"], row["comment"])
            for row in sorted(expected, key=lambda row: int(row["day"]))
        ]
        assert {row["patient_id"] for row in found} == {patient}
        for row in found:
            marker = measured[row["marker"]]
            assert row["unit"] == marker["unit"]
            assert row["matrix"] == marker.get("matrix", "")
            assert row["assay"] == marker.get("assay", "")
            assert row["uln"] == str(marker.get("uln", ""))


def test_the_values_are_a_measurements_file_of_their_own(archive_folder, study, make_study):
    content = attached(archive_folder / "P02.pdf")["P02-values.csv"]
    again = load_study(make_study(measurements__csv=content))
    for found, before in ((again.measurements, study.measurements), (again.companions, study.companions)):
        expected = before[before["patient_id"] == "P02"].reset_index(drop=True)
        assert len(expected) > 0
        pd.testing.assert_frame_equal(found, expected)


def test_same_bytes_twice_however_many_processes(study, results, archive_folder, tmp_path):
    render_patients(study, results, tmp_path, patients=["P01", "P04"], jobs=2, finish=finish_of("archive"))
    for name in ("P01.pdf", "P04.pdf"):
        assert (tmp_path / name).read_bytes() == (archive_folder / name).read_bytes()


def test_another_variant_in_the_same_folder_is_another_page(study, results, archive_folder, tmp_path):
    folder = shutil.copytree(archive_folder, tmp_path / "pages")
    assert render_patients(study, results, folder, finish=finish_of("archive")).made == ()
    assert render_patients(study, results, folder, patients=["P01"]).made == ("P01",)
    assert attached(folder / "P01.pdf") == {}


def test_a_changed_comment_that_only_the_attachment_shows_makes_the_page_again(changed, tmp_path):
    rows = [("P01", -9, "vegf", "4309", ""), ("P01", -9, "il6", "", "")]
    study, results = changed(measurements=rows)
    render_patients(study, results, tmp_path, patients=["P01"], finish=finish_of("archive"))
    study, results = changed(measurements=[rows[0], ("P01", -9, "il6", "", "tube broken")])
    assert render_patients(study, results, tmp_path, patients=["P01"], finish=finish_of("archive")).made == (
        "P01",
    )
    assert b"tube broken" in attached(tmp_path / "P01.pdf")["P01-values.csv"]


def test_no_other_patient_in_any_variant_nor_in_what_is_attached(
    pages_folder, archive_folder, forms_folder, encrypted_folder, study
):
    for folder, password in (
        (pages_folder, ""),
        (archive_folder, ""),
        (forms_folder, ""),
        (encrypted_folder, OPENER),
    ):
        for patient in study.patient_ids:
            text = everything(folder / f"{patient}.pdf", password)
            assert patient.encode() in text
            for other in set(study.patient_ids) - {patient}:
                assert other.encode() not in text


def everything(path, password):
    """Every string, name and stream of a file, decoded, and the text that its pages show.

    Font programs and colour profiles are left out: bytes that are no text may spell an id of three signs by chance.
    """
    parts = []
    with pikepdf.open(path, password=password) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Stream) and not {"/Length1", "/N"} & set(one.keys()):
                parts.append(one.read_bytes())
            parts.append(one.unparse(resolved=False))
            parts += [str(text).encode() for text in strings(one)]
        parts += [spec.get_file().read_bytes() for spec in document.attachments.values()]
    for page in pypdfium2.PdfDocument(path, password=password or None):
        parts.append(page.get_textpage().get_text_range().encode())
    return b"\n".join(parts)


def strings(one):
    values = one.values() if isinstance(one, pikepdf.Dictionary | pikepdf.Stream) else one
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
        for value in values:
            if isinstance(value, pikepdf.String):
                yield value
            elif isinstance(value, pikepdf.Array) or (
                isinstance(value, pikepdf.Dictionary) and not value.is_indirect
            ):
                yield from strings(value)


def test_a_warning_of_the_renderer_fails_an_archive_too():
    html = '<html lang="en"><head><title>x</title></head><body style="colour: red">x</body></html>'
    for _ in range(2):
        with pytest.raises(DocumentError, match="colour"):
            write_pdf(html, ARCHIVE)
