"""Companions of the markers: read and checked as they are, and kept out of every statistic."""

from __future__ import annotations

import math

import pytest

from poems_report import analyse, load_study
from poems_report.errors import StudyError
from poems_report.study.dictionary import dictionary_rows

ROWS = "P04,61,platelets,388,\nP04,61,crp,<1,\nP04,152,mprotein_level,4.5,\n"


@pytest.fixture
def settings(root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    start = text.find("\ncompanions:")
    end = text.find("\n\n", start + 1)
    bare = text[:start] + text[end:] if start >= 0 else text
    block = (
        "\ncompanions:\n  platelets: {label: Platelets, unit: 10⁹/L, uln: 400}\n"
        "  crp: {label: CRP, unit: mg/L, uln: 5}\n  mprotein_level: {label: M-protein, unit: g/L}\n"
    )
    return bare, bare.replace("\nresponse: ", f"{block}\nresponse: ")


@pytest.fixture
def markers_only(root):
    lines = (root / "data" / "measurements.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.split(",")[2] in ("marker", "vegf", "il6"))


@pytest.fixture
def beside(settings, markers_only, make_study):
    return load_study(make_study(study__yml=settings[1], measurements__csv=markers_only + ROWS))


def test_they_stand_in_a_table_of_their_own(beside):
    rows = beside.companions.set_index("marker")
    assert rows["reported"].to_dict() == {"platelets": "388", "crp": "<1", "mprotein_level": "4.5"}
    assert rows.loc["crp", "censored"] == -1
    assert rows.loc["platelets", "uln"] == 400
    assert math.isnan(rows.loc["mprotein_level", "uln"])
    assert set(beside.measurements["marker"]) == {"vegf", "il6"}


def test_no_result_moves(beside, settings, markers_only, make_study):
    alone = load_study(make_study(study__yml=settings[0], measurements__csv=markers_only))
    with_them, without = analyse(beside).to_dict(), analyse(alone).to_dict()
    assert len(alone.companions) == 0
    for part in ("results", "claims", "landmarks", "reliability", "power", "sensitivity"):
        assert with_them[part] == without[part]
    differs = [
        name
        for name, one in with_them["patients"].items()
        if one["data"] != without["patients"][name]["data"]
    ]
    assert differs == ["P04"]


def test_they_are_checked_as_measurements_are(settings, markers_only, make_study):
    wrong = "P04,61,platelets,many,\nP04,61,ferritin,3,\n"
    folder = make_study(study__yml=settings[1], measurements__csv=markers_only + wrong)
    with pytest.raises(StudyError) as found:
        load_study(folder)
    told = [(one.column, one.value, one.message) for one in found.value.problems]
    assert ("value", "many", "not a number") in told
    assert any(column == "marker" and value == "ferritin" for column, value, _ in told)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  crp: {label: CRP", "  vegf: {label: CRP", "markers and companions with the same name: vegf"),
        ("  crp: {label: CRP", "  day: {label: CRP", "the name of a column: day"),
        ("uln: 400}", "uln: 0}", "greater than 0"),
    ],
)
def test_settings_that_are_not_allowed(settings, make_study, old, new, message):
    with pytest.raises(StudyError, match=message):
        load_study(make_study(study__yml=settings[1].replace(old, new)))


def test_the_dictionary_lists_them(beside):
    rows = {one.column: one for one in dictionary_rows(beside.config)}
    assert rows["platelets"].allowed == "10⁹/L; upper limit of normal 400"
    assert rows["mprotein_level"].meaning == "M-protein."
    assert not rows["crp"].required
    assert rows["marker"].allowed == "vegf, il6, platelets, crp, mprotein_level"
