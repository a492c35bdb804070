"""Pages of the illustrative study made once, and the study's own files read by hand."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from poems_report import analyse, load_study
from poems_report.patients import finish_of, patient_view, render_patients
from poems_report.patients.variants import Finish
from tests.conftest import EPOCH

OPENER = "correct horse"


@pytest.fixture(scope="session")
def settings(root):
    return yaml.safe_load((root / "data" / "study.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def rows(root):
    """Rows of measurements.csv by patient, as text; companions apart, in `beside`."""
    return _rows(root, lambda name: name in ("vegf", "il6"))


@pytest.fixture(scope="session")
def beside(root):
    """Rows of the companions by patient, as text."""
    return _rows(root, lambda name: name not in ("vegf", "il6"))


def _rows(root, wanted):
    found = defaultdict(list)
    with (root / "data" / "measurements.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if wanted(row["marker"]):
                found[row["patient_id"]].append(row)
    return dict(found)


@pytest.fixture(scope="session")
def answers(root):
    """Rows of patients.csv by patient."""
    with (root / "data" / "patients.csv").open(encoding="utf-8", newline="") as handle:
        return {row["patient_id"]: row for row in csv.DictReader(handle)}


@pytest.fixture(scope="session")
def views(study, results):
    return {name: patient_view(study, results, name) for name in study.patient_ids}


@pytest.fixture(scope="session")
def pages_of(study, results, tmp_path_factory):
    def make(finish: Finish | None = None) -> Path:
        folder = tmp_path_factory.mktemp("patients")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
            report = render_patients(study, results, folder, finish=finish)
        assert report.failed == ()
        return folder

    return make


@pytest.fixture(scope="session")
def pages_folder(pages_of) -> Path:
    return pages_of()


@pytest.fixture(scope="session")
def archive_folder(pages_of) -> Path:
    return pages_of(finish_of("archive"))


@pytest.fixture(scope="session")
def forms_folder(pages_of) -> Path:
    return pages_of(finish_of("form"))


@pytest.fixture(scope="session")
def encrypted_folder(pages_of) -> Path:
    return pages_of(finish_of("ua", OPENER))


@pytest.fixture
def copied(pages_folder, tmp_path) -> Path:
    """The finished pages with their state, to spoil."""
    return Path(shutil.copytree(pages_folder, tmp_path / "pages"))


@pytest.fixture
def changed(root, make_study):
    """A study with some cells of patients.csv or lines of a file changed, and its results."""

    def make(patients=None, settings=None, measurements=None, events=None):
        files = {}
        if patients:
            with (root / "data" / "patients.csv").open(encoding="utf-8", newline="") as handle:
                table = list(csv.DictReader(handle))
            for row in table:
                row.update(patients.get(row["patient_id"], {}))
            files["patients__csv"] = _csv(table)
        if settings:
            text = (root / "data" / "study.yml").read_text(encoding="utf-8")
            for old, new in settings.items():
                assert old in text
                text = text.replace(old, new)
            files["study__yml"] = text
        if measurements:
            files["measurements__csv"] = "patient_id,day,marker,value,comment\n" + "".join(
                f"{','.join(map(str, row))}\n" for row in measurements
            )
        if events:
            files["events__csv"] = "patient_id,day,event,detail\n" + "".join(
                f"{','.join(map(str, row))}\n" for row in events
            )
        study = load_study(make_study(claims__yml=None, **files))
        return study, analyse(study)

    return make


def _csv(table) -> str:
    from io import StringIO

    out = StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in table for name in row)))
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()
