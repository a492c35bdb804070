"""The page read as XML is the page that WeasyPrint's parser of HTML reads."""

from __future__ import annotations

import pytest
from weasyprint import HTML

from poems_report import analyse, load_study
from poems_report.patients import patient_view
from poems_report.patients.agenda import Place, agenda_html, agenda_of
from poems_report.patients.context import context_of
from poems_report.patients.pdf import fetcher_for
from poems_report.patients.render import html_of, patient_templates
from poems_report.patients.tree import page_of
from poems_report.provenance import clock
from tests.patients.robust import LONG, PATIENT, visits, write


@pytest.fixture(scope="module")
def fetcher():
    return fetcher_for(patient_templates())


def told(element):
    """Tags, attributes and words in order; between elements, spaces alone show nowhere."""
    yield element.tag, dict(element.attrib), " ".join((element.text or "").split())
    for child in element:
        yield from told(child)
        yield " ".join((child.tail or "").split())


def test_both_parsers_read_the_same(views, study, results, tmp_path, fetcher):
    places = [Place(name, view, 2) for name, view in views.items()]
    strained = load_study(
        write(tmp_path / "study", 6, visits(20), fields=LONG, companions=2, comment="<b>&amp;'\"")
    )
    texts = [
        *(html_of(view, clock(), form) for view in views.values() for form in (False, True)),
        html_of(patient_view(strained, analyse(strained), PATIENT), clock()),
        agenda_html(agenda_of(places, context_of(study, results)), clock()),
    ]
    for text in texts:
        page = page_of(text, fetcher)
        assert type(page) is not HTML
        assert list(told(page.etree_element)) == list(told(HTML(string=text).etree_element))


def test_a_sign_that_xml_forbids_is_read_as_html(views, fetcher):
    text = html_of(views["P01"], clock()).replace("</h1>", "\x0b</h1>")
    assert type(page_of(text, fetcher)) is HTML
