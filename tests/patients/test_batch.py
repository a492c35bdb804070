from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from poems_report.errors import DocumentError, UsageError
from poems_report.patients import render_patients
from poems_report.patients.job import time_limit

BROKEN = {"P03": {"comorbidity": "to be broken"}}


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
    study.patients.replace({"to be broken": "\x01"}, inplace=True)
    good = (copied / "P03.pdf").read_bytes()
    seen = []
    report = render_patients(
        study, results, copied, patients=["P08", "P03", "P07"], jobs=2, progress=seen.append
    )
    assert report.made == ("P07", "P08")
    assert [name for name, _ in report.failed] == ["P03"]
    assert "U+0001" in report.failed[0][1]
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
    state = copied / ".state.json"
    state.write_text(state.read_text().replace('"source": "', '"source": "of older files '))
    report = render_patients(study, results, copied)
    assert report.failed == (("P06", "ZeroDivisionError: made to fail"),)
    assert len(report.up_to_date) == 7


def test_a_repeat_computes_no_view(study, results, copied, monkeypatch):
    from poems_report.patients import batch

    def forbidden(*_):
        raise AssertionError("a view was computed")

    monkeypatch.setattr(batch, "view_of", forbidden)
    assert render_patients(study, results, copied).up_to_date == study.patient_ids


def test_what_it_was_computed_from_is_looked_at_first_and_the_content_decides(study, results, copied):
    """A comment in a file of the study changes the data version, a file of the program nothing that is shown."""
    state = copied / ".state.json"
    before = state.read_text()
    state.write_text(before.replace('"source": "', '"source": "of older files '))
    assert render_patients(study, results, copied).made == ()
    assert state.read_text() == before


class Bomb:
    """Kills the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_process_that_dies_costs_its_own_page(study, results, copied, monkeypatch):
    from poems_report.patients import batch

    real = batch.view_of

    def with_bomb(record, *rest):
        view = real(record, *rest)
        return replace(view, author=Bomb()) if record.patient_id == "P03" else view

    monkeypatch.setattr(batch, "view_of", with_bomb)
    chosen = ("P02", "P03", "P04")
    report = render_patients(study, results, copied, patients=chosen, jobs=2, force=True)
    assert report.failed == (("P03", "the process that made the page died"),)
    assert report.made == ("P02", "P04")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_page_that_takes_too_long_is_named_and_the_others_go_on(study, results, copied, monkeypatch, jobs):
    """Only the endless page keeps its limit, so that a busy machine makes no other too slow for it."""
    from poems_report.patients import batch

    real_view, real_job, limits = batch.view_of, batch.Job, {}

    def with_long_text(record, *rest):
        view = real_view(record, *rest)
        long = replace(view.limits, items=tuple(f"word {n}" for n in range(60_000)))
        return replace(view, limits=long) if record.patient_id == "P02" else view

    def with_own_limit(name, *rest):
        job = real_job(name, *rest)
        limits[name] = job.limit
        return job if name == "P02" else replace(job, limit=None)

    monkeypatch.setattr(batch, "view_of", with_long_text)
    monkeypatch.setattr(batch, "Job", with_own_limit)
    report = render_patients(
        study, results, copied, patients=["P01", "P02", "P03"], jobs=jobs, force=True, limit=1
    )
    assert limits == {"P01": 1, "P02": 1, "P03": 1}
    assert report.failed == (("P02", "the page took longer than 1 s"),)
    assert report.made == ("P01", "P03")


def test_a_limit_that_is_not_reached_leaves_nothing_behind():
    with time_limit(0.05):
        pass
    time.sleep(0.1)
    with pytest.raises(DocumentError, match=r"longer than 0\.05 s"), time_limit(0.05):
        while True:
            pass


def test_a_folder_that_takes_no_file_is_named(study, results, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for output in (tmp_path / "file", tmp_path / "file" / "pages"):
        with pytest.raises(DocumentError, match="pages cannot be written there: "):
            render_patients(study, results, output)


def test_a_folder_that_fills_up_keeps_what_was_there(study, results, copied):
    """A limit on the size of a file stands for the full disk: the system refuses in the midst of writing."""
    before = {path.name: path.read_bytes() for path in copied.iterdir()}
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        report = render_patients(study, results, copied, patients=["P01", "P08"], force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert report.failed == tuple(
        (name, f"could not be written: {os.strerror(errno.EFBIG)}") for name in ("P01", "P08")
    )
    assert {path.name: path.read_bytes() for path in copied.iterdir()} == before


def test_an_unknown_patient_is_named_with_the_known_ones(study, results, tmp_path):
    with pytest.raises(UsageError, match=r"X1, X2; known: P01, P02"):
        render_patients(study, results, tmp_path, patients=["P01", "X1", "X2"])
    assert not list(tmp_path.iterdir())


def test_of_many_known_patients_some_are_named(study, results, tmp_path, monkeypatch):
    from poems_report.patients import batch

    monkeypatch.setattr(batch, "_NAMED", 3)
    with pytest.raises(UsageError, match=r"X1; known: P01, P02, P03 and 5 more$"):
        render_patients(study, results, tmp_path, patients=["X1"])


def test_fewer_than_one_job_is_refused(study, results, tmp_path):
    with pytest.raises(UsageError, match="at least 1"):
        render_patients(study, results, tmp_path, jobs=0)


def test_nothing_is_left_beside_the_pages(pages_folder, study):
    names = {path.name for path in pages_folder.iterdir()}
    assert names == {".state.json", *(f"{patient}.pdf" for patient in study.patient_ids)}


def test_a_worker_needs_no_study():
    code = "import sys, poems_report.patients.job, poems_report.patients.pdf; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "scipy", "pydantic", "poems_report.study"} & set(done.stdout.split())
