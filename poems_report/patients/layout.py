"""Measures of the patient page that no other document shares."""

from __future__ import annotations

from poems_report import theme

SIDE_MM = 24.0
"""Width of the side column that carries headings and the chart's axis."""

MOST_VISITS_BESIDE = 16
MOST_MARKERS_BESIDE = 2
"""Up to so many visits and markers, changes stand beside the values; else below them."""

LONG_FIELD = 150
LONG_BASIS = 320
LONG_EVENT = 120
LONG_ROW = 1500
"""Texts of more signs leave their column or row for the whole width, as no table may outgrow a page."""

LINES_BESIDE = 36
REMARK_BESIDE, VALUES_BESIDE = 90.0, 240.0
LABEL_BESIDE = 48.0
"""Changes stand beside the values with at most so many lines of remarks, each about so wide in the table and below
it, and labels of markers at most so wide, in points."""

MOST_COMPANIONS_BESIDE = 3
COMPANION = 34.0
"""The same for companions and the width of their heads, in points."""

COLUMNS = {"en": 371.0, "it": 360.0}
MARKER_WIDTH, COMPANION_WIDTH = 50.5, 44.0
MOST_MARKERS, PLAIN_MARKERS = 6, 4
"""Room for columns of values, by language, and their widths, in points; most markers in one table, and in a narrow
one."""

POINTS_PER_MM = 72 / 25.4
TEXT_WIDTH = round(theme.TEXT_WIDTH_MM * POINTS_PER_MM, 2)
SIDE = round(SIDE_MM * POINTS_PER_MM, 2)
