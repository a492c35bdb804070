"""What `diff` takes for OLD and NEW: versions, files, folders, revisions."""

from __future__ import annotations

import json
import shutil

CORRECTED = "P02, il6, day +1"


def diff(place, old, new, *words):
    done = place.run("diff", old, new, "--json", *words)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_a_version_against_a_revision_without_release(released):
    found = diff(released, "1.0.0", "HEAD")
    assert found["old"]["source"] == "releases/1.0.0"
    assert "analysed by the present program" in found["new"]["source"]
    assert [one["name"] for one in found["measurements"]] == [CORRECTED]
    assert found["measurements"][0]["fields"] == [{"field": "value", "old": "5.5", "new": "8.8"}]
    assert [(one["name"], one["kind"]) for one in found["patients"]] == [("P02", "changed")]
    assert {"report", "data_version"} == {one["name"] for one in found["settings"]}
    assert "day_after.il6.ratio" in {one["name"] for one in found["results"]}
    assert found["not_compared"] == ["software"]


def test_a_version_from_its_tag(released):
    shutil.rmtree(released.folder / "releases")
    released.commit("Lose the releases")
    commit = released.git("rev-parse", "--short=12", "report-1.0.0^{commit}")
    for name in ("1.0.0", "report-1.0.0"):
        found = diff(released, name, "HEAD~1")
        assert found["old"]["source"] == f"releases/1.0.0 at commit {commit}"
        assert [one["name"] for one in found["measurements"]] == [CORRECTED]


def test_a_revision_before_its_data_changed_is_read_as_frozen(released):
    source = diff(released, "report-1.0.0^{}", "1.0.0")["old"]["source"]
    assert source.startswith("releases/1.0.0 at commit")
    released.git("checkout", "--quiet", "-b", "side", "report-1.0.0")
    released.write("data/measurements.csv", lambda text: text.replace("P02,1,il6,5.5,", "P02,1,il6,8.8,"))
    released.commit("Correct it without a new version")
    found = diff(released, "1.0.0", "side")
    assert "nothing is frozen from data" in found["new"]["source"]
    assert [one["name"] for one in found["measurements"]] == [CORRECTED]


def test_files_folders_and_the_study_as_it_is(released):
    released.make()
    outputs = diff(released, "1.0.0", "_output")
    assert outputs["not_compared"] == []
    assert outputs["software"] == []
    assert [one["name"] for one in outputs["measurements"]] == [CORRECTED]
    for new in ("data", "_output/results.json"):
        found = diff(released, "releases/1.0.0/results.json", new)
        assert [one["name"] for one in found["measurements"]] == [CORRECTED]
        assert found["not_compared"] == []
    assert not diff(released, "data", "_output")["changed"]


def test_a_manifest_of_other_results_is_not_taken_for_theirs(released):
    released.make()
    path = released.folder / "_output" / "results.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert diff(released, "1.0.0", "_output")["not_compared"] == ["software"]


def test_a_project_below_the_top_of_its_repository(released):
    below = released.folder / "work" / "study"
    below.mkdir(parents=True)
    for name in ("data", "_quarto.yml", "releases"):
        shutil.move(released.folder / name, below / name)
    released.commit("Move the project")
    released.monkeypatch.chdir(below)
    done = type(released)(below, released.monkeypatch).run("diff", "1.0.0", "HEAD", "--json")
    assert [one["name"] for one in json.loads(done.output)["measurements"]] == [CORRECTED]


def test_text_names_both_sides(released):
    lines = released.run("diff", "1.0.0", "HEAD").output.splitlines()
    assert lines[0] == "old: releases/1.0.0"
    assert lines[1].startswith("new: commit ")
    assert "  P02: corrected" in lines


def test_an_unknown_name_is_wrong_usage_and_names_what_there_is(released):
    for name in ("2.0.0", "no-such-branch", "--upload-pack=x", "HEAD~99", "", "a\nb"):
        done = released.run("diff", "--", "1.0.0", name)
        assert done.exit_code == 2, name
        assert "releases: 1.0.0" in done.output
        assert "Traceback" not in done.output


def test_before_the_first_release(place):
    done = place.run("diff", "1.0.0", "HEAD")
    assert (done.exit_code, "there is no release yet" in done.output) == (2, True)


def test_a_revision_that_cannot_be_analysed(released):
    for change, message in (
        (
            lambda: released.write("data/patients.csv", lambda text: text.replace("P02", "P 2")),
            "patients.csv",
        ),
        (lambda: shutil.rmtree(released.folder / "data"), "has no folder data"),
    ):
        change()
        released.commit("Break it")
        done = released.run("diff", "1.0.0", "HEAD")
        assert done.exit_code == 2
        assert message in done.output


def test_a_release_that_is_damaged(released):
    (released.folder / "releases" / "1.0.0" / "results.json").write_text("{", encoding="utf-8")
    done = released.run("diff", "1.0.0", "data")
    assert (done.exit_code, "no JSON" in done.output) == (2, True)


def test_without_git_files_are_compared_and_revisions_refused(released, monkeypatch, tmp_path):
    shutil.rmtree(released.folder / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert diff(released, "1.0.0", "data")["changed"]
    done = released.run("diff", "1.0.0", "HEAD")
    assert (done.exit_code, "no git repository" in done.output) == (2, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert diff(released, "1.0.0", "data")["changed"]
    done = released.run("diff", "HEAD", "1.0.0")
    assert (done.exit_code, "git was not found" in done.output) == (2, True)
