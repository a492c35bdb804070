"""Measures of the patient page that no other document shares."""

from __future__ import annotations

from poems_report import theme

SIDE_MM = 24.0
"""Width of the side column that carries headings and the chart's axis."""

MOST_VISITS_BESIDE = 16
MOST_MARKERS_BESIDE = 2
"""Up to so many visits and markers, changes stand beside the values; else below them."""

POINTS_PER_MM = 72 / 25.4
TEXT_WIDTH = round(theme.TEXT_WIDTH_MM * POINTS_PER_MM, 2)
SIDE = round(SIDE_MM * POINTS_PER_MM, 2)
