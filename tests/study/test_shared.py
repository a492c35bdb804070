"""What shared outputs may show of a patient, as the settings say."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from click.testing import CliRunner

from poems_report import load_study
from poems_report.cli import main
from poems_report.errors import StudyError


def settings(root, **privacy):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    start = text.index("privacy:\n")
    lines = "".join(f"  {key}: {value}\n" for key, value in privacy.items())
    return f"{text[:start]}privacy:\n{lines}"


def test_the_finer_values_are_in_no_table_once_generalised(make_study, root):
    study = load_study(make_study(study__yml=settings(root, k=3, generalise="true")))
    rows = zip(*(study.patients[name] for name in ("sex", "age_band", "mprotein")), strict=True)
    assert min(Counter(rows).values()) >= 3
    assert not set(study.patients["age_band"]) & {"40-49", "50-59", "60-69"} or not set(
        study.patients["mprotein"]
    ) & {"IgA lambda", "IgG lambda"}


def test_a_study_that_cannot_reach_k_is_refused_when_asked(make_study, root):
    folder = make_study(study__yml=settings(root, k=5, generalise="true"))
    with pytest.raises(StudyError, match="smallest group has 3 of k = 5 patients"):
        load_study(folder)


def test_small_groups_are_listed_and_do_not_refuse(make_study, root):
    folder = make_study(study__yml=settings(root, k=2))
    done = CliRunner().invoke(main, ["validate", str(folder), "--json"])
    assert done.exit_code == 0
    listed = json.loads(done.output)["small_groups"]
    patients = load_study(folder).patients
    sizes = Counter(zip(patients["sex"], patients["age_band"], patients["mprotein"], strict=True))
    assert len(listed) == sum(size < 2 for size in sizes.values())
    assert load_study(folder).patients["age_band"].tolist()[0] == "50-59"
