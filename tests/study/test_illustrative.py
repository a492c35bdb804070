"""The illustrative study has the pattern of the published abstract, read here from the files themselves."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def values(root):
    with (root / "data" / "measurements.csv").open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["value"]]
    return {
        (row["patient_id"], int(row["day"]), row["marker"]): float(row["value"].lstrip("<>")) for row in rows
    }


def test_made_anew_byte_for_byte(root, tmp_path):
    names = ("patients.csv", "measurements.csv", "events.csv")
    shutil.copy(root / "data" / "make_illustrative.py", tmp_path)
    subprocess.run([sys.executable, tmp_path / "make_illustrative.py"], check=True)
    for name in names:
        assert (tmp_path / name).read_bytes() == (root / "data" / name).read_bytes()


def test_three_fall_steeply_from_before_to_the_day_after(values):
    for marker, uln in (("vegf", 1000), ("il6", 7)):
        before = {name: value for (name, day, which), value in values.items() if which == marker and day < 0}
        after = {name: value for (name, day, which), value in values.items() if which == marker and day == 1}
        assert set(before) == set(after) == {"P01", "P02", "P03"}
        assert all(value > uln for value in before.values())
        assert all(after[name] < before[name] / 2 for name in before)


def test_four_are_tested_after_infusion_only_two_concordant(values):
    first = {}
    for name, day, _ in values:
        first[name] = min(day, first.get(name, day))
    late_comers = {name for name, day in first.items() if day > 1}
    assert late_comers == {"P04", "P05", "P06", "P07"}
    concordant = set()
    for name in late_comers:
        days = {day for who, day, _ in values if who == name}
        pairs = [(values.get((name, day, "vegf")), values.get((name, day, "il6"))) for day in days]
        told = [(a > 1000) == (b > 7) for a, b in pairs if a is not None and b is not None]
        if all(told):
            concordant.add(name)
        else:
            assert not any(told)
    assert concordant == {"P04", "P05"}


def test_one_at_diagnosis_has_the_highest_of_both(values):
    for marker in ("vegf", "il6"):
        highest = max((value, name) for (name, _, which), value in values.items() if which == marker)
        assert highest[1] == "P08"
