from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from poems_report.cli import main


@pytest.fixture
def run(monkeypatch, root):
    monkeypatch.chdir(root)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_help_names_the_commands(run):
    done = run("--help")
    assert done.exit_code == 0
    for command in ("validate", "analyse", "patients", "manuscript", "figures", "manifest", "verify"):
        assert f"  {command} " in done.output


def test_validate_says_what_is_there(run):
    done = run("validate", "data")
    assert done.exit_code == 0
    assert "8 patients" in done.output
    assert "illustrative data" in done.output


def test_validate_prints_every_problem_and_exits_with_1(run, make_study):
    folder = make_study(measurements__csv="patient_id,day,marker,value\nP99,1,vegf,1\nP01,1,vegf,-1\n")
    done = run("validate", folder)
    assert done.exit_code == 1
    assert done.output.splitlines()[0].startswith("measurements.csv:2:patient_id: 'P99': unknown patient")
    assert done.output.splitlines()[1].startswith("measurements.csv:3:value: '-1': negative")
    listed = json.loads(run("validate", folder, "--json").output)
    assert [(one["row"], one["column"]) for one in listed["problems"]] == [(2, "patient_id"), (3, "value")]


def test_analyse_writes_results(run, tmp_path):
    done = run("analyse", "data", "-o", tmp_path / "results.json", "--enforce-claims")
    assert done.exit_code == 0
    content = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert content["results"]["agreement.late"]["n"] == 7
    assert json.loads(run("analyse", "data", "--json").output) == content


def test_a_claim_that_does_not_hold_is_a_finding_when_asked(run, make_study):
    folder = make_study(measurements__csv="patient_id,day,marker,value\nP01,1,vegf,1\n")
    assert run("analyse", folder, "--quiet").exit_code == 0
    done = run("analyse", folder, "--quiet", "--enforce-claims")
    assert done.exit_code == 1
    assert "steep_fall: does not hold" in done.output


@pytest.mark.parametrize("command", ["validate", "analyse", "patients", "figures"])
def test_bad_data_write_nothing(run, make_study, tmp_path, command):
    folder = make_study(measurements__csv="no header\n")
    words = [command, folder] if command == "validate" else [command, folder, "-o", tmp_path / "out"]
    done = run(*words)
    assert done.exit_code == 1
    assert "measurements.csv:1" in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["manuscript", "--to", "epub"],
        ["manuscript", "--engine", "latex"],
        ["patients", "--jobs", "0"],
    ],
)
def test_wrong_usage_exits_with_2(run, words):
    done = run(*words)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


@pytest.mark.parametrize(("stated", "code"), [("", 0), ("abc", 2)])
def test_a_clock_that_is_empty_or_no_number(root, stated, code):
    """In a process of its own: libraries read it while they load."""
    command = [
        sys.executable,
        "-c",
        "from poems_report.cli import main; main()",
        "analyse",
        "data",
        "--quiet",
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": stated}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert ("SOURCE_DATE_EPOCH is 'abc'; allowed" in done.stderr) is (code == 2)
    assert "Traceback" not in done.stderr


def test_an_unknown_patient_is_wrong_usage(run, tmp_path):
    done = run("patients", "data", "-o", tmp_path, "--patient", "P99")
    assert done.exit_code == 2
    assert "P99" in done.output


def test_the_last_board_is_a_day_or_an_earlier_run(run, tmp_path):
    made = run("patients", "data", "-o", tmp_path, "--patient", "P08", "--since", "-1")
    assert (made.exit_code, (tmp_path / "P08.pdf").is_file()) == (0, True)
    refused = run("patients", "data", "-o", tmp_path, "--since", tmp_path / "manifest.json")
    assert refused.exit_code == 2
    assert "neither a day nor a file of an earlier run" in refused.output


def test_an_unwritable_place_is_a_message(run, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = run("analyse", "data", "--quiet", "-o", tmp_path / "file" / "results.json")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert done.output.strip()


def test_verify_without_manifest(run, tmp_path):
    done = run("verify", tmp_path)
    assert done.exit_code == 1
    assert "there is no manifest" in done.output


def test_as_a_program(root):
    done = subprocess.run(
        [sys.executable, "-c", "from poems_report.cli import main; main()", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
    )
    assert "version" in done.stdout
