from __future__ import annotations

import csv
import re

import pytest

from poems_report import analyse, load_study
from poems_report.errors import StudyError
from poems_report.study.columns import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PATIENT_COLUMNS
from poems_report.study.config import StudyConfig
from poems_report.study.new_study import FILES, new_study


@pytest.fixture
def folder(root, tmp_path):
    folder = tmp_path / "mine"
    assert new_study(folder, root / "templates" / "study") == FILES
    return folder


def test_it_loads_and_can_be_analysed_at_once(folder):
    study = load_study(folder)
    assert study.illustrative
    results = analyse(study)
    assert results.results["patients.n"].estimate == 4
    assert {claim.id: claim.verdict for claim in results.claims}["both_measured"] == "holds"


def test_it_has_the_claims_that_the_chapters_name(folder, root):
    named = {
        one
        for path in [root / "index.qmd", *(root / "chapters").glob("*.qmd")]
        for one in re.findall(r"verdict\(\"(\w+)\"\)", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= {claim.id for claim in load_study(folder).claims}


def test_it_shows_what_a_study_can_hold(folder):
    study = load_study(folder)
    assert set(study.measurements["censored"]) == {-1, 0, 1}
    assert study.measurements["value"].isna().any()
    assert set(study.measurements["matrix"]) == {"serum", "plasma"}
    assert set(study.patients["infusion"]) == {"yes", "no"}
    for name, columns in (
        ("patients", PATIENT_COLUMNS), ("measurements", MEASUREMENT_COLUMNS), ("events", EVENT_COLUMNS),
    ):  # fmt: skip
        with (folder / f"{name}.csv").open(encoding="utf-8") as handle:
            assert next(csv.reader(handle)) == [column.name for column in columns]


def test_the_settings_are_commented_and_invented_rows_say_so(folder):
    text = (folder / "study.yml").read_text(encoding="utf-8")
    keys = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert {line.partition(":")[0] for line in keys} <= set(StudyConfig.model_fields)
    assert text.count("#") > 20
    assert "invented" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_folder_that_holds_anything_is_refused_and_left_alone(root, tmp_path):
    (tmp_path / ".notes").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="the folder is not empty; allowed: a new or empty folder"):
        new_study(tmp_path, root / "templates" / "study")
    assert [path.name for path in tmp_path.iterdir()] == [".notes"]
    with pytest.raises(StudyError, match="not a folder"):
        new_study(tmp_path / ".notes", root / "templates" / "study")
