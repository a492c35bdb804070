"""The illustrative study with measurements written by hand, analysed."""

from __future__ import annotations

import shutil

import pytest

from poems_report import analyse, load_study


@pytest.fixture(scope="session")
def analysed(root, tmp_path_factory):
    """Results of a study with these rows of patient, day, marker and value, without events and claims."""

    def make(rows):
        folder = tmp_path_factory.mktemp("measured") / "study"
        shutil.copytree(root / "data", folder)
        (folder / "measurements.csv").write_text("patient_id,day,marker,value\n" + rows, encoding="utf-8")
        for name in ("claims.yml", "events.csv"):
            (folder / name).unlink()
        return analyse(load_study(folder))

    return make
