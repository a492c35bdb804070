from __future__ import annotations

from poems_report.study.columns import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PATIENT_COLUMNS
from poems_report.tables import dictionary


def test_every_column_and_marker_stands_in_the_dictionary(study, results):
    page = dictionary(study, results).as_raw_html()
    for column in (*PATIENT_COLUMNS, *MEASUREMENT_COLUMNS, *EVENT_COLUMNS):
        assert column.name in page
    for marker in study.config.markers:
        assert marker in page
    assert "letters, digits, - and _, at most 32" in page
