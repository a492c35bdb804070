"""init, simulate, import-redcap and dictionary on the command line."""

from __future__ import annotations

import csv
import json

import pytest
import yaml
from click.testing import CliRunner

from poems_report import load_study
from poems_report.cli import main
from poems_report.study.dictionary import redcap_dictionary


@pytest.fixture
def run():
    def run(*words):
        return CliRunner().invoke(main, [str(word) for word in words])

    return run


def test_init_makes_a_folder_that_validates(run, tmp_path):
    done = run("init", tmp_path / "mine")
    assert done.exit_code == 0, done.output
    assert "README.md" in done.output
    assert run("validate", tmp_path / "mine").exit_code == 0
    again = run("init", tmp_path / "mine")
    assert again.exit_code == 1
    assert "the folder is not empty" in again.output


def test_simulate_says_how_many_and_refuses_nonsense(run, tmp_path):
    done = run("simulate", "--patients", 12, "--seed", 3, "-o", tmp_path / "sim")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{tmp_path / 'sim'}: 12 simulated patients, ")
    assert len(load_study(tmp_path / "sim").patients) == 12
    assert run("simulate", "--patients", 0, "--seed", 3, "-o", tmp_path / "other").exit_code == 2
    assert run("simulate", "--patients", 12, "--seed", 3, "-o", tmp_path / "sim").exit_code == 1


def test_dictionary_prints_every_column_and_writes_the_file_for_redcap(run, root, tmp_path, study):
    shown = run("dictionary", root / "data")
    assert shown.exit_code == 0
    assert "patients: patient_id (required): " in shown.output
    listed = json.loads(run("dictionary", root / "data", "--json").output)
    assert len(listed) == len(shown.output.splitlines())
    assert (
        run("dictionary", root / "data", "-o", tmp_path / "d.csv").output == f"wrote {tmp_path / 'd.csv'}\n"
    )
    assert (tmp_path / "d.csv").read_bytes() == redcap_dictionary(study.config)


def test_import_redcap_drafts_then_asks_then_imports(run, root, tmp_path, study):
    (tmp_path / "d.csv").write_bytes(redcap_dictionary(study.config))
    with (tmp_path / "e.csv").open("w", encoding="utf-8", newline="") as handle:
        names = ["measurement_day", "measurement_marker", "measurement_value"]
        repeat = ["redcap_repeat_instrument", "redcap_repeat_instance"]
        csv.writer(handle).writerows(
            [
                ["patient_id", *repeat, "infusion", *names],
                ["A1", "", "", "yes", "", "", ""],
                ["A1", "measurements", "1", "", "-3", "vegf", "4000"],
                ["A1", "measurements", "2", "", "1", "il6", "<1.5"],
            ]
        )
    words = (
        "import-redcap",
        tmp_path / "e.csv",
        "--dictionary",
        tmp_path / "d.csv",
        "-o",
        tmp_path / "study",
    )
    mapping = tmp_path / "study" / "mapping.yml"
    drafted = run(*words)
    assert drafted.exit_code == 1
    assert f"wrote {mapping}; fill it in and run this again:" in drafted.output
    assert "study.title: '?': to be filled in" in drafted.output
    assert run(*words).exit_code == 1
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == ["mapping.yml"]
    content = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    content["study"] = yaml.safe_load((root / "data" / "study.yml").read_text(encoding="utf-8"))
    mapping.write_text(yaml.safe_dump(content), encoding="utf-8")
    done = run(*words)
    assert done.exit_code == 0, done.output
    found = load_study(tmp_path / "study").measurements
    assert found[["day", "marker", "reported"]].values.tolist() == [[-3, "vegf", "4000"], [1, "il6", "<1.5"]]
    elsewhere = run(*words[:-1], tmp_path / "other", "--mapping", mapping)
    assert elsewhere.exit_code == 0, elsewhere.output
    assert run(*words).exit_code == 1
    assert run(*words, "--force").exit_code == 0
    assert run("import-redcap", tmp_path / "e.csv", "-o", tmp_path / "third").exit_code == 2
