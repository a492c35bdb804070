from __future__ import annotations

import json
import shutil

import pytest

from poems_report.errors import VerificationError
from poems_report.manifest import make_manifest, record_render, verify, write_manifest


@pytest.fixture
def output(tmp_path):
    folder = tmp_path / "_output"
    (folder / "report").mkdir(parents=True)
    (folder / "report" / "index.html").write_text("<p>report</p>", encoding="utf-8")
    (folder / "results.json").write_text("{}", encoding="utf-8")
    (folder / "report" / ".hidden").write_text("state", encoding="utf-8")
    return folder


@pytest.fixture
def written(output, root, results):
    record_render(output / "report", "embedded 0.1.0", ["careful"])
    content = make_manifest(output, root, results.study, root / "data")
    write_manifest(output, content)
    return content


def test_lists_every_visible_output_and_every_input(written, root):
    assert set(written["outputs"]) == {"report/index.html", "results.json"}
    assert {
        f"data/{name}"
        for name in ("study.yml", "claims.yml", "patients.csv", "measurements.csv", "events.csv")
    } <= set(written["inputs"])
    assert {path.relative_to(root).as_posix() for path in (root / "chapters").glob("*.qmd")} <= set(
        written["inputs"]
    )
    assert written["report"]["engine"] == "embedded 0.1.0"
    assert written["report"]["warnings"] == ["careful"]
    assert written["study"]["provenance"] == "illustrative"


def test_names_what_the_privacy_gate_left_alone_and_why(output, root, results):
    exempted = [{"file": "patients", "column": "comorbidity", "reason": "checked by the data manager"}]
    found = make_manifest(output, root, results.study, root / "data", exempted)
    assert found["privacy"] == {"exempted": exempted}


def test_names_no_path_of_this_machine(written, root):
    assert str(root) not in json.dumps(written)


def test_unchanged_outputs_are_confirmed(written, output):
    assert verify(output) == 2


def test_every_difference_is_named(written, output):
    (output / "results.json").write_text("{ }", encoding="utf-8")
    (output / "report" / "index.html").unlink()
    (output / "stray.txt").write_text("x", encoding="utf-8")
    with pytest.raises(VerificationError) as caught:
        verify(output)
    assert str(caught.value).splitlines() == [
        "report/index.html: missing",
        "results.json: changed",
        "stray.txt: not in the manifest",
    ]


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"outputs": 3}'])
def test_no_manifest_is_a_finding(output, content):
    if content is not None:
        (output / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(VerificationError, match=r"manifest\.json"):
        verify(output)


def test_moves_with_its_folder(written, output, tmp_path):
    shutil.move(output, tmp_path / "elsewhere")
    assert verify(tmp_path / "elsewhere") == 2
