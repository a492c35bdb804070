from __future__ import annotations

import pytest

from poems_report.errors import UsageError
from poems_report.patients import render_patients

BROKEN = {"P03": {"comorbidity": "糖尿病"}}


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}


def test_what_is_up_to_date_is_left_alone(study, results, copied):
    before = stamps(copied)
    report = render_patients(study, results, copied)
    assert report.made == ()
    assert report.up_to_date == study.patient_ids
    assert stamps(copied) == before


def test_a_deleted_and_a_changed_page_are_made_again(study, results, copied, pages_folder):
    (copied / "P02.pdf").unlink()
    (copied / "P05.pdf").write_bytes(b"spoiled")
    report = render_patients(study, results, copied)
    assert report.made == ("P02", "P05")
    for name in ("P02.pdf", "P05.pdf"):
        assert (copied / name).read_bytes() == (pages_folder / name).read_bytes()


def test_a_changed_value_remakes_its_patient_and_the_data_version_all(changed, copied):
    study, results = changed(patients={"P04": {"comorbidity": "asthma"}})
    report = render_patients(study, results, copied, patients=["P04"])
    assert report.made == ("P04",)
    assert render_patients(study, results, copied, patients=["P04"]).up_to_date == ("P04",)


def test_another_date_is_another_page(study, results, copied, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700086400")
    assert render_patients(study, results, copied, patients=["P01"]).made == ("P01",)


def test_force_makes_what_is_up_to_date(study, results, copied):
    assert render_patients(study, results, copied, patients=["P08"], force=True).made == ("P08",)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"schema": 99, "pages": {}}', b'{"schema": 1}'])
def test_a_spoiled_state_makes_pages_again(study, results, copied, content):
    (copied / ".state.json").write_bytes(content)
    assert render_patients(study, results, copied, patients=["P08"]).made == ("P08",)


def test_one_failure_stops_no_other_and_leaves_the_last_good_page(changed, copied):
    study, results = changed(patients=BROKEN)
    good = (copied / "P03.pdf").read_bytes()
    seen = []
    report = render_patients(
        study, results, copied, patients=["P08", "P03", "P07"], jobs=2, progress=seen.append
    )
    assert report.made == ("P07", "P08")
    assert [name for name, _ in report.failed] == ["P03"]
    assert "U+7CD6" in report.failed[0][1]
    assert [one.patient_id for one in seen] == ["P03", "P07", "P08"]
    assert (copied / "P03.pdf").read_bytes() == good
    assert sorted(path.name for path in report.paths) == ["P07.pdf", "P08.pdf"]


def test_a_view_that_fails_is_isolated_too(study, results, copied, monkeypatch):
    from poems_report.patients import batch

    real = batch.view_of

    def fails_once(record, *rest):
        if record.patient_id == "P06":
            raise ZeroDivisionError("made to fail")
        return real(record, *rest)

    monkeypatch.setattr(batch, "view_of", fails_once)
    report = render_patients(study, results, copied)
    assert report.failed == (("P06", "ZeroDivisionError: made to fail"),)
    assert len(report.up_to_date) == 7


def test_an_unknown_patient_is_named_with_the_known_ones(study, results, tmp_path):
    with pytest.raises(UsageError, match=r"X1, X2; known: P01, P02"):
        render_patients(study, results, tmp_path, patients=["P01", "X1", "X2"])
    assert not list(tmp_path.iterdir())


def test_fewer_than_one_job_is_refused(study, results, tmp_path):
    with pytest.raises(UsageError, match="at least 1"):
        render_patients(study, results, tmp_path, jobs=0)


def test_nothing_is_left_beside_the_pages(pages_folder, study):
    names = {path.name for path in pages_folder.iterdir()}
    assert names == {".state.json", *(f"{patient}.pdf" for patient in study.patient_ids)}
