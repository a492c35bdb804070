from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest

from poems_report.patients import pool, render_patients
from poems_report.patients.worker import Worker


@pytest.fixture
def not_here(monkeypatch):
    """Pages made in this process fail the test."""

    def forbidden(_):
        raise AssertionError("a page was made in this process")

    monkeypatch.setattr(pool, "make_page", forbidden)


@pytest.mark.usefixtures("not_here")
def test_a_worker_makes_the_same_bytes_in_order(study, results, pages_folder, tmp_path):
    seen = []
    with Worker() as worker:
        report = render_patients(study, results, tmp_path, worker=worker, progress=seen.append)
    assert report.made == tuple(one.patient_id for one in seen) == study.patient_ids
    for path in report.paths:
        assert path.read_bytes() == (pages_folder / path.name).read_bytes()


@pytest.mark.usefixtures("not_here")
def test_what_is_up_to_date_passes_through_in_order(study, results, copied):
    (copied / "P02.pdf").unlink()
    (copied / "P04.pdf").unlink()
    seen = []
    with Worker() as worker:
        report = render_patients(study, results, copied, worker=worker, progress=seen.append)
    assert report.made == ("P02", "P04")
    assert tuple(one.patient_id for one in seen) == study.patient_ids


class Bomb:
    """Kills the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (1,)


@pytest.mark.usefixtures("not_here")
def test_a_worker_that_dies_costs_its_own_page(study, results, tmp_path, monkeypatch):
    from poems_report.patients import batch

    real = batch.view_of

    def with_bomb(record, *rest):
        view = real(record, *rest)
        return replace(view, author=Bomb()) if record.patient_id == "P02" else view

    monkeypatch.setattr(batch, "view_of", with_bomb)
    with Worker() as worker:
        report = render_patients(study, results, tmp_path, patients=["P01", "P02", "P03"], worker=worker)
    assert report.failed == (("P02", "the process that made the page died"),)
    assert report.made == ("P01", "P03")


def test_without_a_worker_that_gets_ready_the_pages_are_made_here(study, results, tmp_path, monkeypatch):
    false = tmp_path / "false"
    false.write_text("#!/bin/sh\nexit 1\n")
    false.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(false))
    with Worker() as worker:
        report = render_patients(study, results, tmp_path / "pages", patients=["P01", "P08"], worker=worker)
    assert report.made == ("P01", "P08")


def test_an_interrupted_run_ends_the_worker_and_leaves_whole_pages_only(
    study, results, pages_folder, tmp_path
):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Worker() as worker:
        render_patients(study, results, tmp_path, worker=worker, progress=interrupt)
    assert worker._process.returncode is not None
    names = {path.name for path in tmp_path.iterdir()}
    assert "P01.pdf" in names
    for name in names - {".state.json"}:
        assert (tmp_path / name).read_bytes() == (pages_folder / name).read_bytes()
