"""`poems-report journals` and `figures --journal`, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from poems_report.cli import main
from tests.submission.own_profiles import headed

OWN = headed(
    """[formats]
vector = { accepted = ["svg"], source = "page" }
"""
)


def test_journals_lists_sources_dates_and_what_is_not_verified() -> None:
    done = CliRunner().invoke(main, ["journals"])
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[-1] == "A profile is no promise: verify with the journal."
    assert "blood: Blood (American Society of Hematology)" in lines
    assert "  not verified: dpi.line_art, dpi.halftone, dpi.combination" in lines
    assert any("BMC Bioinformatics" in line and "read 2026-07" in line for line in lines)
    assert len([line for line in lines if not line.startswith(" ")]) == 14 + 1


def test_journals_as_json_gives_every_value_its_standing() -> None:
    done = CliRunner().invoke(main, ["journals", "--json", "--journal", "elsevier"])
    assert done.exit_code == 0
    [found] = json.loads(done.output)
    rules = {rule.pop("rule"): rule for rule in found["rules"]}
    assert rules["width.single"] == {"source": "artwork", "note": "", "mm": 90.0, "verified": "yes"}
    assert rules["height.most"]["verified"] == "second-hand"
    assert found["sources"]["artwork"]["phase"] == "final artwork"


def test_figures_for_an_own_journal(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    output = tmp_path / "art"
    done = CliRunner().invoke(
        main, ["figures", str(root / "data"), "-o", str(output), "--journal", str(path), "--width", "double"]
    )
    assert done.exit_code == 0
    assert "note: own states no width for double; 170 mm is this program's default" in done.output
    assert "7 figures and 1 joined for Our journal in 9 files; verify with the journal" in done.output
    assert sorted(one.name for one in output.glob("Figure*.svg")) == [f"Figure{n}.svg" for n in range(1, 9)]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--journal", "natur"], 1, "there is no journal 'natur'; there are blood, bmc"),
        (["--journal", "plos", "--width", "triple"], 2, "Invalid value for '--width'"),
        (["--width", "single"], 2, "belong to a journal"),
        (["--journal", "elsevier", "--colour", "grey"], 2, "elsevier takes rgb, not grey"),
    ],
)
def test_wrong_calls_are_named(words: list[str], code: int, message: str, root: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["figures", str(root / "data"), "-o", str(tmp_path / "art"), *words])
    assert done.exit_code == code
    assert message in done.output
    assert not (tmp_path / "art").exists()
