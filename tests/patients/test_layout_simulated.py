"""A dozen simulated patients: the same checks as for pages under strain, and the order in which a voice reads."""

from __future__ import annotations

import pytest

from poems_report import analyse, load_study
from poems_report.patients import render_patients
from poems_report.study.simulate import write_simulated
from tests.documents.pdfs import findings, pages
from tests.patients import order, positions


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """A study of twelve patients and their pages."""
    folder = tmp_path_factory.mktemp("simulated")
    write_simulated(folder / "study", patients=12, seed=11)
    study = load_study(folder / "study")
    report = render_patients(study, analyse(study), folder / "pages")
    assert report.failed == ()
    return study, report.paths


def test_no_text_overflows_or_overlaps_and_both_checkers_find_nothing(simulated):
    _, paths = simulated
    assert [fault for path in paths for fault in positions.faults(path)] == []
    assert findings(*paths) == []


def test_every_value_is_found_as_reported(simulated):
    study, paths = simulated
    for patient, path in zip(study.patient_ids, paths, strict=True):
        words = " ".join(pages(path)).split()
        rows = study.measurements[study.measurements["patient_id"] == patient]
        assert set(rows["reported"]) - {""} <= set(words)


def test_the_tag_tree_reads_in_the_order_of_the_page(simulated):
    for path in simulated[1]:
        assert order.faults(path) == []
