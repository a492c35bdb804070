"""Pages as a reader sees them, against small pictures that were looked at: what moves or is gone is found."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import ImageChops

from poems_report.patients import patient_view
from poems_report.patients.pdf import write_pdf
from poems_report.patients.render import html_of
from poems_report.provenance import clock
from tests.patients.pictures import MOST, REFERENCE, difference, documents, picture, reference


@pytest.fixture(scope="module")
def drawn():
    return {name: picture(content) for name, content in documents()}


def test_every_page_looks_as_its_reference(drawn):
    assert {path.stem for path in REFERENCE.glob("*.png")} == set(drawn)
    found = {name: difference(one, reference(name)) for name, one in drawn.items()}
    assert {name: share for name, share in found.items() if share > MOST} == {}


def test_an_archive_looks_as_the_page_it_archives(archive_folder, pages_folder):
    for path in sorted(pages_folder.glob("*.pdf")):
        assert difference(picture(archive_folder / path.name), picture(path)) == 0


def test_pages_of_two_patients_differ(drawn):
    names = [name for name in drawn if "-" not in name]
    for name, other in pairwise(names):
        assert difference(drawn[name], reference(other)) > 2 * MOST


@pytest.mark.parametrize(
    "fault",
    [
        "body { position: relative; left: 3mm }",
        "body { position: relative; top: 3mm }",
        ".timeline { position: relative; left: 3mm }",
        ".response { position: relative; top: 3mm }",
        ".question { position: relative; left: -3mm }",
        ".chart { position: relative; left: 3mm }",
        ".concordance { position: relative; left: 3mm }",
        ".timeline { visibility: hidden }",
        ".criteria { visibility: hidden }",
        ".chart { visibility: hidden }",
        ".values { visibility: hidden }",
        ".changes { visibility: hidden }",
        ".note { visibility: hidden }",
        ".board { visibility: hidden }",
        "h1 { visibility: hidden }",
        "body { font-size: 7pt }",
        "body { line-height: 9pt }",
        ".raised { font-weight: 400; color: white }",
    ],
)
def test_what_moves_by_3_mm_or_is_gone_is_found(fault, study, results):
    html = html_of(patient_view(study, results, "P02"), clock(), form=False)
    spoilt = write_pdf(html.replace("</head>", f"<style>{fault}</style></head>"))
    assert difference(picture(spoilt), reference("P02")) > 1.5 * MOST


def test_half_a_millimetre_is_no_difference(drawn):
    moved = ImageChops.offset(drawn["P02"], 1, 0)
    assert difference(moved, reference("P02")) <= MOST
