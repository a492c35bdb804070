"""What changes with the thresholds of a study: results, and the words that quote them."""

from __future__ import annotations

import pytest
import yaml

from poems_report import analyse, load_study, tables
from poems_report.labels import labels
from poems_report.manuscript.report import Report
from poems_report.patients import patient_view

NBSP = "\u00a0"
SHOWN = {
    "response": {"partial_fall_percent": 30, "progression_rise_percent": 12.5},
    "landmarks": {
        "m24": {"day": 730, "first": 600, "last": 900},
        "w6": {"day": 42, "first": 30, "last": 60},
        "d100": {"day": 100, "first": 80, "last": 120},
    },
    "reliability": {"factor": 3, "min_patients": 5, "alpha": 0.01},
}


@pytest.fixture
def made(make_study):
    """The illustrative study with these blocks of settings, and where given with these values of P01 alone."""

    def make(*values, **blocks):
        rows = "".join(f"P01,{day},vegf,{value}\n" for day, value in values)
        text = f"patient_id,day,marker,value\n{rows}"
        folder = make_study(**({"measurements__csv": text} if values else {}))
        path = folder / "study.yml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**content, **blocks}), encoding="utf-8")
        study = load_study(folder)
        return study, analyse(study)

    return make


@pytest.mark.parametrize(
    ("fall", "last", "category"),
    [
        (50, 2000, "partial"),
        (30, 2800, "partial"),
        (30, 2801, "none"),
        (70, 1200, "partial"),
        (70, 1201, "none"),
    ],
)
def test_a_partial_response_falls_from_4000_as_far_as_the_study_says(made, fall, last, category):
    rules = {"partial_fall_percent": fall}
    _, found = made((-5, 4000), (180, last), response=rules)
    assert found.patients["P01"].response.category == category


@pytest.mark.parametrize(
    ("rise", "lowest", "category", "flag"),
    [
        (50, 1200, "progression", ""),
        (60, 1200, "partial", ""),
        (58, 1200, "progression", ""),
        (50, 600, "complete", "rise_below_limit"),
        (70, 600, "complete", ""),
    ],
)
def test_progression_rises_as_far_as_the_study_says(made, rise, lowest, category, flag):
    # From 1200 to 1900 by 58.3%; from 600 to 950, below the cut-off, by the same.
    last = {1200: 1900, 600: 950}[lowest]
    rules = {"progression_rise_percent": rise}
    _, found = made((-5, 4000), (90, lowest), (180, last), response=rules)
    told = found.patients["P01"].response
    assert (told.category, told.flag) == (category, flag)


def test_landmarks_of_the_study_give_the_keys_and_rows(made):
    study, found = made((0, 4000), (30, 2000), (95, 800), (730, 900), landmarks=SHOWN["landmarks"])
    at = {one.landmark: [change.to_day for change in one.changes] for one in found.patients["P01"].landmarks}
    assert at == {"w6": [30], "d100": [95], "m24": [730]}
    assert found["response.m24.complete"].estimate == 1
    assert found["change.w6.vegf.ratio"].estimate == pytest.approx(0.5)
    assert not [key for key in found.results if ".m3." in key]
    shown = tables.landmarks(study, found).as_raw_html()
    for text in ("6 weeks", f"day{NBSP}+100", "24 months", "window +600 to +900 (set in study.yml)"):
        assert text in shown


def test_the_curve_is_made_as_the_study_says(made):
    _, found = made(reliability={"min_patients": 8})
    assert found["reliability.day"].reason == "on no day 8 patients with both markers after infusion"
    _, found = made(reliability=SHOWN["reliability"])
    curve = found.reliability
    assert curve.factor == 3
    assert min(curve.patients) >= 5
    assert all(last == 3 * day for day, last in zip(curve.days, curve.last, strict=True))
    assert "p at most 0.01" in found["reliability.day"].method


def test_every_text_quotes_the_settings(made):
    study, found = made(**SHOWN)
    report = Report(study, found, labels())
    assert (report.partial_fall, report.progression_rise) == ("30%", "12.5%")
    assert (report.window_factor, report.window_patients, report.chance_p) == ("3", "5", "0.01")
    assert report.landmarks == (
        f"6 weeks (day{NBSP}+42, window +30 to +60), day{NBSP}+100 (day{NBSP}+100, window +80 to +120) and "
        f"24 months (day{NBSP}+730, window +600 to +900)"
    )
    page = " ".join(patient_view(study, found, "P01").response.notes)
    for shown in (page, tables.response(study, found).as_raw_html()):
        assert "a fall of at least 30%" in shown
        assert "more than 12.5% above the lowest value" in shown
        assert "50%" not in shown


def test_a_rise_below_the_cut_off_names_the_rise(made):
    rules = {"progression_rise_percent": 20}
    study, found = made((-5, 4000), (90, 600), (180, 900), response=rules)
    text = "risen by more than 20% from the lowest value"
    assert text in tables.response(study, found).as_raw_html()
    assert any(text in one.basis for one in patient_view(study, found, "P01").response.domains)


def test_the_methods_quote_every_threshold(root):
    text = (root / "chapters" / "_methods.qmd").read_text(encoding="utf-8")
    for name in (
        "partial_fall", "progression_rise", "landmarks", "window_factor", "window_patients", "chance_p", "power",
        "earliest_response", "response_definition",
    ):  # fmt: skip
        assert f"`{{python}} report.{name}`" in text


def test_the_usual_power_is_told_with_its_p(study, results):
    assert Report(study, results, labels()).power == "80% with a two-sided p of at most 0.05"
