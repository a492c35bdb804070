"""The simulated study is a study, and estimators find in it the values that it was drawn from."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from poems_report import analyse, load_study
from poems_report.errors import StudyError, UsageError
from poems_report.stats import between_corr, rm_corr, ros
from poems_report.study.privacy import scan
from poems_report.study.simulate import Model, simulate, study_files, truth, write_simulated

FLAT = Model(
    reference=replace(Model().reference, early=0.0, late=0.0, lower=1e-6, upper=1e12, decimals=6),
    candidate=replace(Model().candidate, early=0.0, late=0.0, lower=1e-6, upper=1e12, decimals=6),
    not_infused=0.0,
    after_only=0.0,
    missed_visit=0.0,
    missed_value=0.0,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "study"
    write_simulated(folder, patients=400, seed=7)
    return folder


@pytest.fixture(scope="module")
def loaded(folder):
    return load_study(folder)


def logs(loaded, marker):
    rows = loaded.measurements[loaded.measurements["marker"] == marker]
    return rows.set_index(["patient_id", "day"])["value"].map(np.log)


def test_the_folder_is_a_study_and_the_truth_beside_it_does_not_disturb(folder, loaded):
    assert (folder / "truth.json").exists()
    assert loaded.illustrative
    assert len(loaded.patients) == 400
    stated = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert len(loaded.measurements) == 2 * stated["visits_held"]
    assert "truth.json" not in loaded.hashes


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    first, again, other = (study_files(simulate(50, seed)) for seed in (1, 1, 2))
    assert first == again
    assert all(first[name] != other[name] for name in first)


def test_the_privacy_gate_finds_nothing_in_it(folder):
    for name in ("patients.csv", "measurements.csv", "events.csv"):
        assert scan(pd.read_csv(folder / name, dtype=str, keep_default_na=False), name) == []


def test_every_analysis_can_carry_it(loaded):
    results = analyse(loaded)
    assert results.results["patients.n"].estimate == 400


def test_the_repeated_measures_correlation_of_the_file_is_the_one_that_the_truth_states(folder, loaded):
    pairs = pd.concat([logs(loaded, "vegf"), logs(loaded, "il6")], axis=1, keys=["x", "y"]).dropna()
    found = rm_corr(pairs.index.get_level_values(0).to_numpy(), pairs["x"].to_numpy(), pairs["y"].to_numpy())
    true = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["estimands"]["rm_corr"]
    # The shifts are fixed, not drawn, so the error is smaller than that of a normal sample, (1 - r^2) / sqrt(df).
    assert abs(found.r - true) < 4 * (1 - true**2) / np.sqrt(found.df)


def test_within_one_phase_it_is_the_correlation_within_patients():
    drawn = simulate(4000, seed=11, visits=6, model=FLAT)
    found = rm_corr(drawn.patient, drawn.log_values[:, 0], drawn.log_values[:, 1])
    assert found.df == 4000 * 5 - 1
    assert abs(found.r - 0.6) < 4 * (1 - 0.6**2) / np.sqrt(found.df)
    assert truth(drawn)["estimands"]["rm_corr"] == pytest.approx(0.6)


def test_the_correlation_of_patients_means_is_that_of_their_levels():
    visits = 40
    drawn = simulate(4000, seed=12, visits=visits, model=FLAT)
    found = between_corr(drawn.patient, drawn.log_values[:, 0], drawn.log_values[:, 1])
    # Means of 40 visits carry a fortieth of the variance within patients.
    covariance = 0.5 * 0.35 * 0.45 + 0.6 * 0.30 * 0.40 / visits
    expected = covariance / np.sqrt((0.35**2 + 0.30**2 / visits) * (0.45**2 + 0.40**2 / visits))
    assert abs(found.r - expected) < 4 * (1 - expected**2) / np.sqrt(4000)


def test_the_geometric_mean_of_each_phase_is_the_stated_one():
    drawn = simulate(4000, seed=13)
    stated = truth(drawn)["estimands"]["geometric_mean"]
    phases = {
        "active": drawn.day <= 0,
        "early": (drawn.day > 0) & (drawn.day <= 100),
        "late": drawn.day > 100,
    }
    for at, name in enumerate(("vegf", "il6")):
        for phase, rows in phases.items():
            mean = pd.Series(drawn.log_values[rows, at]).groupby(drawn.patient[rows]).mean()
            error = mean.std() / np.sqrt(len(mean))
            assert abs(mean.mean() - np.log(stated[name][phase])) < 4 * error, (name, phase)


def test_ros_finds_the_median_below_which_a_third_is_censored():
    model = replace(FLAT, candidate=replace(FLAT.candidate, mean=np.log(10.0), lower=8.0))
    drawn = simulate(3000, seed=14, visits=1, model=model)
    values = np.exp(drawn.log_values[:, 1])
    found = ros(np.maximum(values, 8.0), values < 8.0)
    spread = np.hypot(0.45, 0.40)
    assert 0.3 < (values < 8.0).mean() < 0.45
    assert abs(np.log(found.median) - np.log(10.0)) < 4 * 1.2533 * spread / np.sqrt(3000)


def test_lost_samples_and_missed_visits_are_as_frequent_as_stated():
    drawn = simulate(5000, seed=15, model=replace(Model(), not_infused=0.0, after_only=0.0))
    held = len(drawn.day) / (5000 * 6)
    lost = np.isnan(drawn.log_values).mean()
    assert abs(held - 0.9) < 4 * np.sqrt(0.09 / 30_000)
    assert abs(lost - 0.03) < 4 * np.sqrt(0.03 * 0.97 / drawn.log_values.size)


def test_values_are_reported_as_a_laboratory_reports_them():
    model = replace(Model(), candidate=replace(Model().candidate, lower=20.0, upper=40.0))
    drawn = simulate(100, seed=16, model=model)
    lines = study_files(drawn)["measurements.csv"].decode().splitlines()[1:]
    texts = [line.split(",")[3] for line in lines if ",il6," in line]
    assert len(texts) == len(drawn.day)
    for text, log in zip(texts, drawn.log_values[:, 1], strict=True):
        value = round(float(np.exp(log)), 1) if not np.isnan(log) else None
        expected = "" if value is None else "<20" if value < 20 else ">40" if value > 40 else f"{value:.1f}"
        assert text == expected


def test_a_registry_is_drawn_in_seconds():
    start = time.process_time()
    files = study_files(simulate(100_000, seed=17, visits=10))
    assert time.process_time() - start < 20
    assert files["patients.csv"].count(b"\n") == 100_001


@pytest.mark.parametrize(
    "arguments",
    [{"patients": 0, "seed": 1}, {"patients": 5, "seed": -1}, {"patients": 5, "seed": 1, "visits": 0}],
)
def test_impossible_sizes_are_wrong_usage(arguments):
    with pytest.raises(UsageError, match="patients 1 to 1000000"):
        simulate(**arguments)


def test_one_patient_with_one_visit_is_still_a_study(tmp_path):
    write_simulated(tmp_path / "study", patients=1, seed=3, visits=1)
    assert len(load_study(tmp_path / "study").measurements) == 2
    assert (
        json.loads((tmp_path / "study" / "truth.json").read_text(encoding="utf-8"))["estimands"]["rm_corr"]
        is None
    )


def test_a_folder_that_holds_anything_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="the folder is not empty"):
        write_simulated(tmp_path, patients=5, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
