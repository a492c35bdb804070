"""A value reported in another unit is shown in the marker's, and the page says what the laboratory wrote."""

from __future__ import annotations

from poems_report import analyse, load_study
from poems_report.patients import patient_view
from poems_report.tables import measurements

ROWS = "patient_id,day,marker,value,unit\nP01,-5,vegf,3.5,ng/mL\nP01,1,vegf,600,pg/mL\nP01,1,il6,5,pg/mL\n"


def test_the_page_and_the_table_name_the_conversion(make_study):
    study = load_study(make_study(measurements__csv=ROWS, claims__yml=None))
    results = analyse(study)
    text = " ".join(patient_view(study, results, "P01").limits.items)
    assert "VEGF on day\u00a0−5, reported as 3.5 ng/mL" in text
    page = measurements(study, results).as_raw_html()
    assert "3500" in page
    assert "from the unit of the report: ng/mL (1 values)" in page


def test_nothing_is_said_where_nothing_was_converted(study, results):
    assert "Converted" not in " ".join(patient_view(study, results, "P01").limits.items)
    assert "Converted" not in measurements(study, results).as_raw_html()
