"""The chart at any data: hypothesis draws visits, values, limits, labels and events."""

from __future__ import annotations

from itertools import combinations

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poems_report.labels import labels
from poems_report.patients.chart import chart_view
from poems_report.patients.record import Event, Measurement, Record
from poems_report.study.config import Marker, StudyConfig

SIZE = 7.5
ASCENT, DESCENT = 0.66, 0.2
"""Of capitals and digits, and of letters below the line, in em."""

TEXTS = st.text("aijlmwWMgp10 -µ→≥.", min_size=1, max_size=40).filter(lambda text: text.strip() != "")
NUMBERS = st.one_of(
    st.floats(1e-4, 9_999_999).map(lambda value: float(f"{value:.4g}")),
    st.sampled_from((0.0001, 0.25, 6.9, 7.0, 7.1, 1000.0, 9_999_999.0)),
)


@pytest.fixture(scope="module")
def width_of(root):
    """Width of a text in points, as the font itself states it."""
    metrics = {}
    for bold, face in ((False, "Regular"), (True, "Bold")):
        with TTFont(root / "templates" / "fonts" / f"SourceSans3-{face}.ttf") as font:
            advances = font["hmtx"]
            metrics[bold] = {sign: advances[name][0] / 1000 for sign, name in font.getBestCmap().items()}

    def width(text, bold):
        return SIZE * sum(metrics[bold][ord(sign)] for sign in text)

    return width


@st.composite
def drawn(draw):
    """A record and the settings of its markers."""
    limits = draw(st.lists(NUMBERS, min_size=1, max_size=6))
    names = [f"m{place}" for place in range(len(limits))]
    markers = {
        name: Marker(label=draw(TEXTS), unit=draw(st.sampled_from(("pg/mL", "x10^9 cells per L"[:16]))),
                     matrix="serum", assay="ELISA", uln=uln)
        for name, uln in zip(names, limits, strict=True)
    }  # fmt: skip
    close, far = st.integers(-40, 60), st.integers(-3000, 20_000)
    days = draw(st.lists(st.one_of(close, far), min_size=1, max_size=30, unique=True).map(sorted))
    rows = []
    for day in days:
        for name in names:
            value, censored = draw(st.one_of(st.none(), NUMBERS)), draw(st.sampled_from((0, 0, -1, 1)))
            uln = draw(st.sampled_from((markers[name].uln, markers[name].uln, 17.4)))
            sign = {-1: "<", 0: "", 1: ">"}[censored]
            reported = "" if value is None else f"{sign}{value:.10g}"
            raised = None if value is None else value > uln
            known = (reported, value, censored if value else 0, "pg/mL", "serum", "ELISA", uln, "", raised)
            rows.append(Measurement(day, name, *known))
    events = draw(st.lists(st.builds(Event, st.one_of(close, far), TEXTS, st.just("")), max_size=12))
    record = Record(
        "P01",
        {"infusion": draw(st.sampled_from(("yes", "no")))},
        tuple(rows),
        tuple(sorted(events, key=lambda one: one.day)),
    )
    head = {"title": "x", "authors": [{"name": "y"}], "version": "1.0", "provenance": "illustrative"}
    return record, StudyConfig(**head, markers=markers)


@given(drawn())
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_label_lies_upon_another_or_outside(width_of, case):
    record, config = case
    chart = chart_view(record, config, labels("en"))
    if all(one.value is None for one in record.measurements):
        assert chart is None
        return
    boxes = []
    for label in (*chart.labels, *(label for panel in chart.panels for label in panel.labels)):
        width = width_of(label.text, label.bold)
        left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
        boxes.append((left, label.y - ASCENT * SIZE, left + width, label.y + DESCENT * SIZE, label.text))
    for one, other in combinations(boxes, 2):
        apart = (
            one[2] <= other[0] or other[2] <= one[0] or one[3] - 1.5 <= other[1] or other[3] - 1.5 <= one[1]
        )
        assert apart, (one, other)
    for left, top, right, bottom, text in boxes:
        assert left >= -0.01 and right <= chart.width + 0.01, text
        assert top >= -0.01 and bottom <= chart.height + 0.01, text
    for panel in chart.panels:
        assert _shows_its_limit(panel), [label.text for label in panel.labels]
        for mark in panel.marks:
            assert panel.area.x <= mark.x <= panel.area.x + panel.area.width
            assert panel.area.y <= mark.y <= panel.area.y + panel.area.height
            covered = [
                text
                for left, top, right, bottom, text in boxes
                if left < mark.x < right and top < mark.y < bottom
            ]
            assert not covered


def _shows_its_limit(panel):
    return any(label.x > panel.area.x + panel.area.width and not label.bold for label in panel.labels)
