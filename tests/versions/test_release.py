"""Releases: what is frozen, and what stands in the way."""

from __future__ import annotations

import json
import shutil

import pytest

from poems_report.versions.release import with_entry
from tests.conftest import EPOCH


def state(place):
    """Everything that a release may change."""
    files = {
        path.relative_to(place.folder).as_posix(): path.read_bytes()
        for path in place.folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(place.folder).parts
    }
    return files, place.git("log", "--format=%H"), place.git("tag"), place.git("status", "--porcelain")


def test_freezes_results_manifest_changelog_and_tag(place):
    done = place.release("1.0.0")
    assert done.exit_code == 0, done.output
    assert "git push --follow-tags" in done.output
    assert "raise `version:`" in done.output
    folder = place.folder / "releases" / "1.0.0"
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "results.json"]
    for path in folder.iterdir():
        assert path.read_bytes() == (place.folder / "_output" / path.name).read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["report"]["version"] == "1.0.0"
    assert manifest["commit"] == place.git("rev-parse", "HEAD~1")
    assert place.git("cat-file", "-t", "report-1.0.0") == "tag"
    assert place.git("rev-parse", "report-1.0.0^{commit}") == place.git("rev-parse", "HEAD")
    assert place.git("log", "-1", "--format=%an %at %ct %s") == f"Ada Elm {EPOCH} {EPOCH} Report 1.0.0"
    assert place.git("status", "--porcelain") == ""
    study = manifest["study"]["data_version"]
    assert (place.folder / "CHANGELOG.md").read_text(encoding="utf-8") == (
        "# Changelog\n\n## 1.0.0 (2023-11-14)\n\n"
        f"- Report 1.0.0 released (tag `report-1.0.0`): data {study}, "
        f"{len(json.loads((folder / 'results.json').read_text(encoding='utf-8'))['results'])} results, "
        "5 of 5 claims hold.\n- First words.\n"
    )


def test_the_next_release_says_what_changed_since(place):
    place.release("1.0.0")
    place.write("data/measurements.csv", lambda text: text.replace("P02,1,vegf,759,", "P02,1,vegf,859,"))
    done = place.release("1.1.0")
    assert done.exit_code == 0, done.output
    text = (place.folder / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.index("## 1.1.0") < text.index("## 1.0.0")
    assert "Since 1.0.0: changed results " in text
    assert "patients 1, measurements 1, settings 2." in text


def test_check_changes_nothing(place):
    before = state(place)
    done = place.run("release", "--check")
    assert (done.exit_code, done.output) == (0, "0.9.0 can be released\n")
    assert state(place) == before


def refused(place, *words):
    before = state(place)
    done = place.run("release", *words)
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    assert state(place) == before
    return done.output


def test_refuses_what_is_released_already(place):
    place.release("1.0.0")
    told = refused(place)
    assert "1.0.0 is released already: releases/1.0.0" in told
    assert "1.0.0 is released already: tag report-1.0.0; set a new version in _quarto.yml" in told


def test_refuses_another_version_than_the_one_named(place):
    place.make()
    assert "the report's version is 0.9.0 (_quarto.yml), not 1.0.0" in refused(place, "--version", "1.0.0")


@pytest.mark.parametrize("name", ["data/measurements.csv", "data/more.csv"])
def test_refuses_a_tree_that_differs_from_the_last_commit(place, name):
    place.make()
    (place.folder / name).write_text("changed", encoding="utf-8")
    assert name in refused(place)


def test_refuses_without_a_name_for_git(place):
    place.make()
    place.git("config", "--unset", "user.email")
    assert "git config user.email" in refused(place)


def test_a_name_in_the_environment_is_enough(place, monkeypatch):
    place.git("config", "--unset", "user.email")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
    assert place.run("release", "--check").exit_code == 0


def test_refuses_outputs_that_do_not_verify(place):
    place.make()
    (place.folder / "_output" / "results.json").write_text("{}", encoding="utf-8")
    assert "results.json: changed" in refused(place)


def test_refuses_without_outputs(place):
    assert "there is no manifest" in refused(place)


def test_refuses_outputs_of_another_commit_or_input(place):
    place.make()
    place.write("data/claims.yml", lambda text: f"# New.\n{text}")
    place.commit()
    told = refused(place)
    assert "the outputs were made at commit" in told
    assert "data/claims.yml: not as it was when the outputs were made" in told
    assert "make clean report" in told


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("version: 0.1\n", "in quotes"),
        ('version: "../up"\n', "in quotes"),
        ('version: "one"\n', "in quotes"),
        ("title: x\n", "in quotes"),
        ("version: [\n", "not readable"),
    ],
)
def test_refuses_what_is_no_version(place, settings, message):
    place.write("_quarto.yml", lambda _: settings)
    place.commit()
    assert message in refused(place)


def test_a_failing_commit_leaves_everything_as_it_was(place):
    place.make()
    hook = place.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho the hook says no >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    assert "the hook says no" in refused(place)


def test_a_failing_tag_leaves_everything_as_it_was(place):
    place.make()
    (place.folder / ".git" / "refs" / "tags" / "report-0.9.0.lock").write_text("", encoding="utf-8")
    assert "tag" in refused(place)


def test_no_repository_and_no_git_are_messages(place, tmp_path, monkeypatch):
    shutil.rmtree(place.folder / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    done = place.run("release")
    assert (done.exit_code, "no git repository" in done.output) == (1, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = place.run("release")
    assert (done.exit_code, "git was not found" in done.output) == (1, True)


def test_the_same_release_twice_has_the_same_hash(place, tmp_path):
    twin = type(place)(tmp_path / "twin", place.monkeypatch)
    shutil.copytree(place.folder, twin.folder)
    for one in (place, twin):
        one.make()
        assert one.run("release").exit_code == 0
    assert place.git("rev-parse", "report-0.9.0") == twin.git("rev-parse", "report-0.9.0")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "# Changelog\n\n## 1.0 (D)\n\n- E\n"),
        ("# Changelog\n", "# Changelog\n\n## 1.0 (D)\n\n- E\n"),
        ("# Log\n\n## 0.9 (C)\n\n- B\n", "# Log\n\n## 1.0 (D)\n\n- E\n\n## 0.9 (C)\n\n- B\n"),
        ("# Log\n\n## 1.0 (unreleased)\n\n- B\n", "# Log\n\n## 1.0 (D)\n\n- E\n- B\n"),
        ("# Log\n\n## 1.0\n\nWords.\n", "# Log\n\n## 1.0 (D)\n\n- E\n\nWords.\n"),
        ("# Log\n\n## 1.0 (unreleased)\n", "# Log\n\n## 1.0 (D)\n\n- E\n"),
        ("# Log\n\n## 1.0.1\n\n- B\n", "# Log\n\n## 1.0 (D)\n\n- E\n\n## 1.0.1\n\n- B\n"),
        ("Words.\n", "# Changelog\n\n## 1.0 (D)\n\n- E\n\nWords.\n"),
    ],
)
def test_the_entry_finds_its_place(before, after):
    assert with_entry(before, "1.0", "D", "E") == after
