"""The chart as drawn straight from its SVG, beside the one that WeasyPrint draws of it: pictures and words."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from poems_report import analyse, load_study
from poems_report.patients import chart_image, patient_view
from poems_report.patients.pdf import pdf_of
from poems_report.provenance import clock
from tests.patients.robust import PATIENT, visits, write

DOTS, STRONG, SHARE = 2, 100, 0.001
"""Dots a point; a dot that differs by so much of 255 shows; so many may: the edges of letters set closer."""


@pytest.fixture(scope="module")
def charted(views, tmp_path_factory):
    """Views with every kind of mark: censored either way, gaps, a broken axis, events, one and six markers."""
    cases = [
        {
            "days": visits(20),
            "markers": 6,
            "events": [(day, f"event {day}", "") for day in (-20, 0, 5, 90, 95)],
        },
        {"days": visits(1), "markers": 1, "label": "Müller–β ≥ 骨髓"},
    ]
    found = [views[name] for name in ("P01", "P04")]
    for place, case in enumerate(cases):
        study = load_study(write(tmp_path_factory.mktemp("charted") / str(place), **case))
        found.append(patient_view(study, analyse(study), PATIENT))
    return found


def as_weasyprint_draws(view, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(chart_image, "chart_images", lambda _page, _fonts: {})
        return pdf_of(view, clock())


def picture(content):
    with pypdfium2.PdfDocument(content) as document:
        return document[0].render(scale=DOTS, grayscale=True).to_numpy().astype(int)


def signs(content):
    with pypdfium2.PdfDocument(content) as document:
        return sorted("".join(document[0].get_textpage().get_text_range().split()))


def test_both_look_the_same_and_say_the_same(charted, monkeypatch):
    for view in charted:
        own, judge = pdf_of(view, clock()), as_weasyprint_draws(view, monkeypatch)
        assert own != judge
        assert (abs(picture(own) - picture(judge)) > STRONG).mean() < SHARE
        assert signs(own) == signs(judge)


def test_the_picture_tells_a_missing_line(charted, monkeypatch):
    judge = as_weasyprint_draws(charted[0], monkeypatch)
    monkeypatch.setattr(chart_image, "_draw_group", lambda _stream, _group: None)
    assert (abs(picture(pdf_of(charted[0], clock())) - picture(judge)) > STRONG).mean() > SHARE


def test_no_text_is_an_object_of_its_own(charted):
    with pikepdf.open(BytesIO(pdf_of(charted[0], clock()))) as document:
        assert not document.pages[0].Resources.get("/XObject")
