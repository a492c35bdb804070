"""How far apart lines stand: the reckoned height against where the ink of the finished page ends."""

from __future__ import annotations

import pytest

from poems_report.patients import patient_view, since_of
from poems_report.patients.pdf import pdf_of
from poems_report.patients.spacing import HEIGHT, SPACINGS, height
from poems_report.provenance import clock
from tests.documents.pdfs import pages
from tests.patients import positions

LINE = 10.0


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_reckoned_height_is_that_of_the_page(study, results, tmp_path, language):
    """Within one line below the page's own height and two above it, whatever stands on it."""
    for patient in study.patient_ids:
        for since in (None, since_of("30")):
            view = patient_view(study, results, patient, language, since)
            spacing = next(one for one in SPACINGS if one.name == view.spacing)
            path = tmp_path / "page.pdf"
            path.write_bytes(pdf_of(view, clock()))
            assert len(pages(path)) == 1
            foot = positions.MARGIN + HEIGHT
            ends = max(one.bottom for one in positions.pieces(path) if one.bottom < foot) - positions.MARGIN
            assert -LINE < height(view, spacing) - ends < 2 * LINE, (patient, view.spacing)


def test_lines_stand_as_far_apart_as_the_page_allows(study, results):
    names = [one.name for one in SPACINGS]
    assert [one.line for one in SPACINGS] == sorted((one.line for one in SPACINGS), reverse=True)
    few, more = (patient_view(study, results, name) for name in ("P08", "P02"))
    longest = patient_view(study, results, "P02", "it", since_of("30"))
    assert few.spacing == "roomy"
    assert names.index(few.spacing) <= names.index(more.spacing) < names.index(longest.spacing)
