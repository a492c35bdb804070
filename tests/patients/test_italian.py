"""The page in Italian: its own words and numbers, values and entered texts as they came."""

from __future__ import annotations

import re

import pikepdf
import pytest

from poems_report.patients import patient_view, render_patients
from tests.documents.pdfs import pages


@pytest.fixture(scope="module")
def italian(study, results):
    return {name: patient_view(study, results, name, language="it") for name in study.patient_ids}


def test_computed_numbers_have_a_comma_and_values_stand_as_reported(italian, views):
    for patient, view in italian.items():
        for group, own in zip(views[patient].panel.changes.groups, view.panel.changes.groups, strict=True):
            for row, translated in zip(group.rows, own.rows, strict=True):
                assert translated.log2 == row.log2.replace(".", ",")
        cells = [[cell.text for cell in row.cells if cell.known] for row in view.panel.visits.rows]
        assert cells == [
            [cell.text for cell in row.cells if cell.known] for row in views[patient].panel.visits.rows
        ]


def test_every_word_of_the_page_is_italian(italian, views):
    for patient, view in italian.items():
        other = views[patient]
        assert view.running.decision_support == "Supporto alla decisione, non una diagnosi"
        assert view.running.notice == "Dati illustrativi · Solo per uso di ricerca"
        assert {view.place.heading, view.limits.heading} == {"Nello studio", "Lacune e limiti"}
        assert not {entry.name for row in view.board.rows for entry in row} & {
            entry.name for row in other.board.rows for entry in row
        }
        for text in (*view.place.items, *view.limits.items, *view.response.notes):
            assert not re.search(r"\b(the|of|and|not|day)\b", text), text


def test_the_infusion_is_named_once(italian):
    labels = [label.text for label in italian["P01"].panel.chart.labels]
    assert "infusione, steroid" in labels


def test_one_page_that_says_its_language(study, results, tmp_path):
    assert render_patients(study, results, tmp_path, language="it").failed == ()
    for patient in study.patient_ids:
        assert len(pages(tmp_path / f"{patient}.pdf")) == 1
        with pikepdf.open(tmp_path / f"{patient}.pdf") as document:
            assert str(document.Root.Lang) == "it"
