"""The chapter of changes, from releases that were written by hand."""

from __future__ import annotations

import copy
import json
import re
import shutil

import pypandoc
import pytest

from poems_report.errors import AnalysisError, VersionError
from poems_report.labels import labels
from poems_report.manifest import software
from poems_report.manuscript.changes import SHOWN, changes
from poems_report.provenance import sha256_bytes


@pytest.fixture
def content(results):
    return json.loads(json.dumps(results.to_dict()))


@pytest.fixture
def told(tmp_path, results):
    """The chapter of version 1.10.0 after a release with this content."""

    def tell(released=None, version="1.9.0", made=None):
        (tmp_path / "_quarto.yml").write_text('version: "1.10.0"\n', encoding="utf-8")
        if released is not None:
            folder = tmp_path / "releases" / version
            folder.mkdir(parents=True)
            text = json.dumps(released).encode()
            (folder / "results.json").write_bytes(text)
            manifest = {
                **(made or software()),
                "report": {"version": version},
                "outputs": {"results.json": sha256_bytes(text)},
            }
            (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return changes(results, tmp_path, labels())

    return tell


def test_the_first_version(told, content):
    first = "Report 1.10.0 is the first version: there is none to compare it with."
    assert told() == first
    assert told(content, "1.10.0") == first
    assert told(content, "2.0.0") == first


def test_nothing_but_the_version_changed(told, content):
    assert told(content).split("\n\n")[1:] == ["Versions and settings (1)\n:   `report`: 1.9.0 → 1.10.0"]


def test_the_last_of_several_earlier_releases_counts(told, content, tmp_path):
    told(content, "1.9.0")
    shutil.copytree(tmp_path / "releases" / "1.9.0", tmp_path / "releases" / "1.1.0")
    assert "compared with report 1.9.0" in told()


def test_what_changed_is_told_claims_first(told, content):
    old = copy.deepcopy(content)
    old["claims"]["steep_fall"]["verdict"] = "does not hold"
    old["results"]["agreement.late"]["estimate"] = 0.25
    old["sensitivity"][1]["p"] = 0.5
    old["patients"]["P02"]["measurements"]["vegf"]["1"] = "<2"
    old["patients"]["P02"]["data"] = "0" * 16
    del old["patients"]["P03"]
    text = told(old, made={**software(), "libraries": {**software()["libraries"], "numpy": "0.1"}})
    page = pypandoc.convert_text(text, "html", "markdown")
    assert re.findall(r"<dt>\s*(.*?) \((\d+)\)\s*</dt>", page) == [
        ("Claims", "1"),
        ("Results", "1"),
        ("Main results under other choices", "1"),
        ("Patients", "2"),
        ("Measurements", "1"),
        ("Versions and settings", "1"),
        ("Software", "1"),
    ]
    plain = re.sub(r"\s+", " ", pypandoc.convert_text(text, "plain", "markdown", ["--wrap=none"]))
    assert "(verdict does not hold → holds)" in plain
    assert "agreement.late: estimate 0.25 → 0.571" in plain
    assert "P02: corrected" in plain
    assert "P03: added" in plain
    assert "P02, vegf, day +1: <2 → 759" in plain
    assert f"numpy: 0.1 → {software()['libraries']['numpy']}" in plain


def test_markup_in_a_statement_stays_text(told, content):
    old = copy.deepcopy(content)
    statement = "A *b* _c_ <script>x</script> [d](e) `f` $g$ {{< include h >}} @i #j"
    old["claims"]["gone"] = {**old["claims"]["steep_fall"], "statement": statement}
    page = pypandoc.convert_text(told(old), "html", "markdown", ["--wrap=none"])
    assert (
        "removed: A *b* _c_ &lt;script&gt;x&lt;/script&gt; [d](e) `f` $g$ {{&lt; include h &gt;}} @i #j"
        in page
    )


def test_a_long_list_is_cut_and_says_so(told, content):
    old = copy.deepcopy(content)
    old["results"] = {}
    text = told(old)
    count = len(content["results"])
    assert f"Results ({count})\n:   `" in text
    assert len(re.findall(r"(?m)^:   `[a-z_0-9.]+`: added$", text)) == SHOWN
    assert f":   and {count - SHOWN} more, which `poems-report diff 1.9.0 data` lists" in text


def test_what_was_not_recorded_is_said(told, content):
    old = copy.deepcopy(content)
    for one in old["patients"].values():
        del one["measurements"]
    old["results"]["within.vegf_il6.r"]["estimate"] *= 1 + 1e-6
    text = told(old, made={"x": 1})
    assert "Results that moved, but in no digit that is printed: 1." in text
    assert "Measurements cannot be compared: report 1.9.0 does not record them." in text
    assert "Software cannot be compared" in text


def test_a_release_or_a_version_that_cannot_be_read(told, content, tmp_path, results):
    with pytest.raises(AnalysisError, match=r"1\.9\.0.*no results\.json"):
        told({"schema": 1}, "1.9.0")
    (tmp_path / "_quarto.yml").write_text("version: 1.10\n", encoding="utf-8")
    with pytest.raises(VersionError, match="in quotes"):
        changes(results, tmp_path, labels())
