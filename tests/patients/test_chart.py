from __future__ import annotations

import math
import re
from itertools import combinations

import pytest

from poems_report.patients import patient_view
from poems_report.patients.axes import day_axis, log_axis
from poems_report.patients.chart_shapes import symbol


@pytest.fixture(scope="module")
def width_of(root):
    """Width of a text in points as the font itself states it, without kerning."""
    from fontTools.ttLib import TTFont

    metrics = {}
    for bold, face in ((False, "Regular"), (True, "Bold")):
        with TTFont(root / "templates" / "fonts" / f"SourceSans3-{face}.ttf") as font:
            signs, advances = font.getBestCmap(), font["hmtx"]
            metrics[bold] = {sign: advances[name][0] / 1000 for sign, name in signs.items()}

    def width(text: str, bold: bool) -> float:
        return 7.5 * sum(metrics[bold][ord(sign)] for sign in text)

    return width


def boxes(chart, width_of):
    labels = [*chart.labels, *(label for panel in chart.panels for label in panel.labels)]
    found = []
    for label in labels:
        width = width_of(label.text, label.bold)
        left = label.x - {"start": 0, "middle": width / 2, "end": width}[label.anchor]
        found.append((label, (left, label.y - 0.66 * 7.5, left + width, label.y)))
    return found


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def assert_legible(chart, width_of):
    found = boxes(chart, width_of)
    for (one, box), (other, other_box) in combinations(found, 2):
        assert not overlap(box, other_box), (one.text, other.text)
    for label, box in found:
        assert box[0] >= -0.5, label
        assert box[2] <= chart.width + 0.5, label
        assert box[1] >= 0, label
        assert box[3] <= chart.height, label
    for panel in chart.panels:
        for mark in panel.marks:
            for label, box in found:
                inside = box[0] < mark.x < box[2] and box[1] < mark.y < box[3]
                assert not inside, (label.text, panel.marker, mark.day)


def test_labels_lie_on_nothing(views, width_of):
    for view in views.values():
        assert_legible(view.panel.chart, width_of)


CROWDED = {
    "close": [(day, "<1.5", 1000 + day) for day in range(-9, 30, 3)],
    "equal": [(day, "7", "1000") for day in (-9, 1, 30, 92, 371)],
    "wide": [(-400, "0.0001", "9999999"), (1, ">5000", "0.001"), (900, "<1.5", ">20000")],
    "early": [(-2, "12", "500"), (-1, "<1.5", "<31"), (0, "9", ">2000"), (1, "<1.5", "<31")],
    "one": [(500, "<1.5", "<31")],
    "many": [(30 * n + 40, ("<1.5", "6.9", "7.1", ">5000")[n % 4], 900 + 10 * n) for n in range(80)],
}


@pytest.mark.parametrize("name", CROWDED)
def test_labels_lie_on_nothing_at_any_data(changed, width_of, name):
    measurements = [
        row
        for day, il6, vegf in CROWDED[name]
        for row in (("P01", day, "il6", il6, ""), ("P01", day, "vegf", vegf, ""))
    ]
    events = [("P01", day, word, "") for day, word in ((-3, "conditioning"), (-2, "conditioning again"))]
    events += [("P01", day, "an event with a long name", "") for day in (0, 1, 5, 80, 90, 95)]
    study, results = changed(measurements=measurements, events=events)
    chart = patient_view(study, results, "P01").panel.chart
    assert_legible(chart, width_of)
    assert "infusion" in " ".join(label.text for label in chart.labels)
    for panel in chart.panels:
        for mark in panel.marks:
            assert panel.area.x <= mark.x <= panel.area.x + panel.area.width
            assert panel.area.y <= mark.y <= panel.area.y + panel.area.height


def test_a_long_label_stays_in_the_side_column(changed, width_of):
    label = "C-reactive protein (high sensitivity) ii"
    assert len(label) == 40
    study, results = changed(settings={"label: IL-6": f"label: {label}"})
    view = patient_view(study, results, "P01")
    assert_legible(view.panel.chart, width_of)
    assert view.panel.visits.markers[1].label == label
    names = [one for one in view.panel.chart.panels[1].labels if one.bold and one.x == 0]
    assert names[0].text.startswith("C-")
    for one in names:
        assert width_of(one.text, True) < view.panel.chart.panels[1].area.x - 25


def test_values_at_a_limit_are_open_with_an_arrow(views, rows):
    for patient, view in views.items():
        for panel in view.panel.chart.panels:
            reported = {
                int(row["day"]): row["value"] for row in rows[patient] if row["marker"] == panel.marker
            }
            at_limit = {day for day, value in reported.items() if value[:1] in ("<", ">")}
            assert {mark.day for mark in panel.marks if mark.open} == at_limit
            assert {mark.day for mark in panel.marks} == {day for day, value in reported.items() if value}
            assert len(panel.arrows) == len(at_limit)


def test_a_value_at_a_limit_is_named_with_its_sign(views):
    texts = [label.text for panel in views["P01"].panel.chart.panels for label in panel.labels]
    assert "<1.5" in texts


def test_a_visit_without_a_value_breaks_the_line(views):
    """P03 has no IL-6 on day +33, between +1 and +88; its VEGF is complete."""
    vegf, il6 = views["P03"].panel.chart.panels
    assert len(vegf.lines) == 1
    assert len(il6.lines) == 2
    x = {mark.day: f"{mark.x:g}" for mark in il6.marks}
    drawn = [[point.split()[0].lstrip("ML") for point in line.split(" L")] for line in il6.lines]
    assert drawn == [[x[-6], x[1]], [x[88], x[179]]]


def test_the_line_ends_where_the_values_do(views):
    """P06 has no VEGF on its last visit, day +602."""
    vegf = views["P06"].panel.chart.panels[0]
    assert {mark.day for mark in vegf.marks} == {241, 423}
    assert len(vegf.lines) == 1


def test_the_limit_of_normal_is_drawn_with_its_value(views, settings):
    for view in views.values():
        for panel in view.panel.chart.panels:
            assert len(panel.limits) == 1
            label = next(one for one in panel.labels if one.text.startswith("ULN"))
            assert label.text == f"ULN {settings['markers'][panel.marker]['uln']}"
            assert label.x > panel.area.x + panel.area.width


def test_values_above_the_limit_lie_above_its_line(views, rows, settings):
    for patient, view in views.items():
        for panel in view.panel.chart.panels:
            reported = {
                int(row["day"]): row["value"] for row in rows[patient] if row["marker"] == panel.marker
            }
            for mark in panel.marks:
                above = float(reported[mark.day].lstrip("<>")) > settings["markers"][panel.marker]["uln"]
                assert (mark.y < panel.limits[0].y1) == above


def test_limits_of_two_assays_are_two_lines(make_study):
    from poems_report import analyse, load_study

    table = "patient_id,day,marker,value,uln,assay\n" + "".join(
        f"P01,{day},il6,{value},{uln},{assay}\n"
        for day, value, uln, assay in ((-9, 40, 7, "Elecsys"), (30, 9, 7, "Elecsys"), (90, 9, 17.4, "MSD"))
    )
    study = load_study(make_study(claims__yml=None, measurements__csv=table))
    view = patient_view(study, analyse(study), "P01")
    panel = view.panel.chart.panels[0]
    assert len(panel.limits) == 2
    assert {"ULN 7", "ULN 17.4"} <= {label.text for label in panel.labels}
    assert "IL-6: MSD, ULN 17.4" in view.panel.visits.rows[-1].remark


def test_ticks_are_plain_numbers_at_one_two_five(views):
    for view in views.values():
        for panel in view.panel.chart.panels:
            numbers = [
                float(one.text.replace(",", ""))
                for one in panel.labels
                if re.fullmatch(r"[\d.,]+", one.text) and one.anchor == "end" and one.x < panel.area.x
            ]
            assert numbers
            for number in numbers:
                leading = number / 10 ** math.floor(math.log10(number))
                assert round(leading, 6) in (1, 2, 5)


def test_equal_ratios_are_equal_heights():
    axis = log_axis([2, 900], top=10, bottom=60)
    steps = [axis.y(low) - axis.y(low * 3) for low in (2, 20, 150)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.02)
    assert 10 <= axis.y(900) < axis.y(2) <= 60


def test_days_are_in_order_and_the_scale_breaks_visibly():
    axis = day_axis((-9, 1, 30, 92, 371), (-2, 11), infused=True, left=68, right=440)
    places = [axis.x(day) for day in (-9, -2, 0, 1, 11, 30, 92, 371)]
    assert places == sorted(places)
    assert len(axis.breaks) == 1
    left, right = axis.breaks[0]
    assert axis.x(30) < left < right < axis.x(92)
    assert 0 in axis.ticks(30)


def test_without_infusion_there_is_one_scale_and_no_line_of_infusion(views):
    chart = views["P08"].panel.chart
    assert chart.infusion is None
    assert chart.breaks == ()


def test_the_infusion_is_a_line_at_day_zero(views):
    chart = views["P01"].panel.chart
    assert chart.infusion is not None
    zero = next(label for label in chart.labels if label.text == "0")
    assert chart.infusion.x1 == chart.infusion.x2 == zero.x


def test_markers_differ_by_more_than_colour(views):
    vegf, il6 = views["P01"].panel.chart.panels
    assert vegf.dash != il6.dash
    assert symbol("circle", 0, 0) != symbol("diamond", 0, 0)
    assert "a" in vegf.marks[0].path
    assert "a" not in il6.marks[0].path


def test_alt_text_says_what_the_lines_do(views, rows):
    for patient, view in views.items():
        alt = view.panel.chart.alt
        for marker in ("vegf", "il6"):
            values = [row["value"] for row in rows[patient] if row["marker"] == marker and row["value"]]
            assert values[0] in alt
            assert values[-1] in alt
    assert (
        "VEGF, 6 values: falls from 4309 pg/mL on day\u00a0−9 (above ULN 1000)"
        in views["P01"].panel.chart.alt
    )
    assert "IL-6, 2 values: rises from 15.9" in views["P07"].panel.chart.alt
    assert "Visits without a value: 1" in views["P03"].panel.chart.alt
