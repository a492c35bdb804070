"""A dozen simulated patients: the same checks as for pages under strain, and the order in which a voice reads."""

from __future__ import annotations

from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from pypdfium2 import raw

from poems_report import analyse, load_study
from poems_report.patients import render_patients
from poems_report.study.simulate import write_simulated
from tests.documents.pdfs import findings, pages
from tests.patients import positions

HEADINGS = ("Question", "Diagnosis", "Treatment", "Response", "Markers", "Gaps and limits", "For the board")


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
    """In the order of the tree headings follow each other; what is read under one stands between it and the next."""
    for path in simulated[1]:
        stands = _marked_text(path)
        with pikepdf.open(path) as document:
            number = {page.objgen: place for place, page in enumerate(document.pages)}
            order = [
                stands[number[page], mark]
                for page, mark in _marks(document.Root.StructTreeRoot.K[0], None)
                if (number[page], mark) in stands
            ]
        heads = [place for place, (_, _, text) in enumerate(order) if text in HEADINGS]
        assert [order[place][2] for place in heads] == list(HEADINGS)
        for start, stop in pairwise(heads):
            above, below = order[start], order[stop]
            assert all(
                above[:2] <= (page, top + 8) and (page, top) < below[:2] for page, top, _ in order[start:stop]
            )


def _marked_text(path):
    """By page and number of marked content: page, distance from the top, and the text of headings."""
    found = {}
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1, textpage=text):
                mark = raw.FPDFPageObj_GetMarkedContentID(one)
                if mark >= 0:
                    left, _, _, up = one.get_bounds()
                    heads = one.extract().strip() if left < positions.MARGIN + 2 else ""
                    found[number, mark] = (number, page.get_height() - up, heads)
    return found


def _marks(element, page):
    """Page and number of every marked content below an element, in the order of the tree."""
    page = element.get("/Pg", page)
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield from _marks(kid, page)
        else:
            yield page.objgen, int(kid)
