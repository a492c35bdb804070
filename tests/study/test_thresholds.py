"""The thresholds that study.yml may set: what stands in the files, what is left out, and what changes with them."""

from __future__ import annotations

import re

import pytest
import yaml

from poems_report import load_study
from poems_report.errors import StudyError
from poems_report.study.config import load_config
from tests.study.good import DATA, rows_of, to_excel

BLOCKS = ("response", "landmarks", "reliability")


def config(tmp_path, **blocks):
    """The settings of the illustrative study with these blocks alone."""
    content = yaml.safe_load((DATA / "study.yml").read_text(encoding="utf-8"))
    for name in BLOCKS:
        content.pop(name)
    path = tmp_path / "study.yml"
    path.write_text(yaml.safe_dump({**content, **blocks}), encoding="utf-8")
    return load_config(path)


def test_the_illustrative_study_states_the_defaults(tmp_path):
    stated, left_out = load_config(DATA / "study.yml"), config(tmp_path)
    assert stated == left_out


def test_a_new_study_shows_the_defaults_as_comments(root, tmp_path):
    text = (root / "templates" / "study" / "study.yml").read_text(encoding="utf-8")
    shown = re.sub(rf"^# (?=(?:{'|'.join(BLOCKS)}):|  )", "", text, flags=re.MULTILINE)
    path = tmp_path / "study.yml"
    path.write_text(shown, encoding="utf-8")
    stated, left_out = load_config(path), config(tmp_path)
    assert set(BLOCKS) <= set(yaml.safe_load(shown))
    assert (stated.response, stated.reliability) == (left_out.response, left_out.reliability)
    assert [(name, one.day, one.first, one.last) for name, one in stated.landmarks.items()] == [
        (name, one.day, one.first, one.last) for name, one in left_out.landmarks.items()
    ]


def test_the_defaults_are_those_of_the_literature(tmp_path):
    # 3, 6 and 12 months; a fall and a rise by half (VEGF response of the literature); half of the two-sided 0.05.
    found = config(tmp_path)
    assert [round(one.day / 365.25 * 12) for one in found.landmarks.values()] == [3, 6, 12]
    assert (found.response.partial_fall_percent, found.response.progression_rise_percent) == (50, 50)
    assert found.reliability.alpha == 0.05 / 2


def test_one_key_of_a_block_leaves_the_others(tmp_path):
    found = config(tmp_path, reliability={"alpha": 0.01}).reliability
    assert (found.alpha, found.factor, found.min_patients) == (0.01, 2, 3)


def test_landmarks_replace_the_defaults_and_come_in_order_of_day(tmp_path):
    days = {"m24": (730, 600, 900), "d100": (100, 80, 120), "w6": (42, 30, 60)}
    blocks = {name: dict(zip(("day", "first", "last"), one, strict=True)) for name, one in days.items()}
    found = config(tmp_path, landmarks=blocks).landmarks
    assert list(found) == ["w6", "d100", "m24"]
    assert found["w6"].source == "set in study.yml"


def test_no_landmark_is_refused(tmp_path):
    with pytest.raises(StudyError, match="landmarks"):
        config(tmp_path, landmarks={})


def test_an_exemption_of_a_column_of_a_wide_table_is_kept(tmp_path):
    allow = [{"file": "measurements", "column": "vegf_comment", "reason": "names of assays only"}]
    found = config(tmp_path, privacy={"allow": allow})
    assert found.privacy.exempt("measurements") == {"vegf_comment"}


def test_a_patient_of_a_bad_row_of_a_workbook_is_unknown_to_no_other_table(make_study):
    folder = make_study()
    (folder / "patients.csv").unlink()
    rows = rows_of("patients")
    rows[3][rows[0].index("comorbidity")] = "=1+1"
    to_excel(folder / "patients.xlsx", rows)
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    assert [(one.file, one.row, one.column) for one in caught.value.problems] == [
        ("patients.xlsx", 4, "comorbidity")
    ]
