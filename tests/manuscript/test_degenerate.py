"""Studies that can carry little or nothing: text, figures, tables and patients' pages say so, and why."""

from __future__ import annotations

import re
import warnings
from functools import cache
from pathlib import Path

import pytest

from poems_report import analyse, load_study, tables
from poems_report.errors import AnalysisError, RenderError
from poems_report.figures import NAMES, all_figures
from poems_report.figures.files import SVG, contents
from poems_report.labels import labels
from poems_report.manuscript import render
from poems_report.manuscript.front import numbers
from poems_report.manuscript.report import Report
from poems_report.manuscript.roles import result_of
from poems_report.manuscript.source import Block, read_document
from poems_report.manuscript.study_of import study_folder, study_of
from poems_report.patients import patient_view
from poems_report.patients.render import html_of
from poems_report.provenance import clock
from tests.conftest import ROOT
from tests.degenerate import CASES

BROKEN = re.compile(r"\bnan\b|\bNone\b(?!:)|\binf\b|Traceback|np\.float|not estimable \((?:\)|not estimable)")
NO_DAY_AFTER = "no patient with a value before infusion and on the day after"
DRAWN = ("one visit of one patient", "everything below", "one marker", "no value")
LONG = ("measurements", "patients", "response", "landmarks")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The report of a study by the name of its case, and its inline code with what stands in its place."""
    parts = read_document(ROOT, "index.qmd").parts
    text = "\n".join(line.text for part in parts if isinstance(part, Block) for line in part.lines)
    asked = dict.fromkeys(re.findall(r"`\{python\} ([^`]+)`", text))

    @cache
    def make(case):
        folder = tmp_path_factory.mktemp("study") / "study"
        CASES[case](folder)
        study = load_study(folder)
        report = Report(study, analyse(study), labels())
        return report, said(asked, report), numbers(report)

    return make


def said(asked, report):
    return {code: eval(code, {"report": report}) for code in asked}  # noqa: S307 (the chapters' own code)


def value(told, case, code):
    return told(case)[1][f"report.{code}"]


@pytest.mark.parametrize("case", CASES)
def test_every_sentence_has_a_number_or_a_reason(told, case):
    _, values, front = told(case)
    assert len(values) > 30
    for code, text in [*values.items(), *front.items()]:
        assert not BROKEN.search(str(text)), (code, text)
        if "report.table" not in code:
            assert str(text).strip(), code


@pytest.mark.parametrize("case", CASES)
def test_every_figure_is_drawn_or_says_why_not(told, case):
    report, _, _ = told(case)
    made = all_figures(report.study, report.results)
    assert tuple(one.name for one in made) == NAMES
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for one in made:
            assert not BROKEN.search(one.caption + one.alt), one.name
            blank = "not estimable (it needs" in one.caption
            assert one.height_mm <= 225
            if case not in DRAWN:
                continue
            drawn = contents(one, (SVG,))[SVG].decode()
            assert ("not estimable (it needs" in drawn) == blank


@pytest.mark.parametrize("case", CASES)
def test_every_table_has_rows_and_every_page_is_written(told, case):
    report, _, _ = told(case)
    for name in tables.NAMES:
        if case == "ten thousand ties" and name in LONG:
            continue
        text = getattr(tables, name)(report.study, report.results).as_raw_html()
        body = re.sub(r"<style.*?</style>|<[^>]*>", " ", text[text.index("<tbody") :], flags=re.DOTALL)
        assert body.strip(), name
        assert not BROKEN.search(body), name
    for patient in report.study.patient_ids[:3]:
        page = html_of(patient_view(report.study, report.results, patient), clock(ROOT))
        assert not BROKEN.search(re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)), patient


def test_reasons_in_the_text(told):
    def share(case, phase):
        return value(told, case, f'share("agreement.{phase}")')

    change = 'change("day_after.{reference}.ratio")'
    within = 'estimate("within.{pair}.r", "r")'
    assert value(told, "nobody infused", change) == f"not estimable ({NO_DAY_AFTER})"
    assert value(told, "no value", change) == f"not estimable ({NO_DAY_AFTER})"
    assert value(told, "one marker", within) == "not estimable (the study has one marker)"
    assert share("one marker", "late") == "not estimable (the study has one marker)"
    assert value(told, "one marker", 'marker("candidate")') == "a second marker"
    assert value(told, "one marker unmeasured", 'assay("candidate")').startswith("serum, ELISA")
    missing = "not estimable (no patient with both markers in the {} phase)"
    assert share("one marker unmeasured", "early") == missing.format("early")
    assert share("no pair", "active") == missing.format("active")
    estimate = value(told, "one patient", 'estimate("day_after.{reference}.log2")')
    assert "(interval not estimable: one difference), p\u00a0=\u00a01.00 (" in estimate
    assert value(told, "simulated", 'verdict("reliable_early")') == "is not among the claims"


def test_markers_of_other_names(told):
    report, values, front = told("markers of other names")
    assert value(told, "markers of other names", 'marker("reference")') == "Ferritin"
    assert (front["reference"], front["candidate"]) == ("Ferritin", "CRP")
    within = report.results["within.ferritin_crp.r"]
    assert within.estimate is not None
    assert report.value("within.{pair}.r") == report.value("within.ferritin_crp.r")
    assert not any("VEGF" in text or "IL-6" in text for text in [*values.values(), *front.values()])
    with pytest.raises(
        AnalysisError, match=r"no result 'within.ferritin_crp.rr'; nearest: within.ferritin_crp.r"
    ):
        result_of(report.study, report.results, "within.{pair}.rr")


def test_blank_figures_and_tables_name_what_is_missing(told):
    report, _, _ = told("one marker")
    captions = {one.name: one.caption for one in all_figures(report.study, report.results)}
    assert captions["association"] == "One marker against the other: not estimable (it needs two markers)."
    report, _, _ = told("no value")
    for name, reason in (
        ("claims", "the study states no claims"),
        ("exploratory", "no p value but the primary one"),
    ):
        text = getattr(tables, name)(report.study, report.results).as_raw_html()
        assert f"not estimable ({reason})" in text


def test_unsorted_visits_say_the_same(told, tmp_path):
    from tests.degenerate import DAYS, FEW, course, write

    write(tmp_path / "sorted", "".join(course(one, days=DAYS) for one in FEW))
    study = load_study(tmp_path / "sorted")
    _, values, _ = told("unsorted visits")
    ordered = said(values, Report(study, analyse(study), labels()))
    assert ordered == values


def test_the_study_is_named_for_all_that_runs(monkeypatch, tmp_path):
    monkeypatch.delenv("POEMS_REPORT_DATA", raising=False)
    assert study_folder() == Path("data")
    with study_of(tmp_path):
        assert study_folder() == tmp_path
        with study_of(None):
            assert study_folder() == tmp_path
    assert study_folder() == Path("data")
    monkeypatch.setenv("POEMS_REPORT_DATA", "elsewhere")
    with study_of(tmp_path), pytest.raises(RenderError):
        render(tmp_path)
    assert study_folder() == Path("elsewhere")
