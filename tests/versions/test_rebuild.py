"""A release computed again from its tag, with the tag's own program."""

from __future__ import annotations

import shutil


def retag(place):
    place.git("add", "--all")
    place.git("commit", "--quiet", "--allow-empty", "-m", "Change the release")
    place.git("tag", "--force", "-a", "report-1.0.0", "-m", "again")


def test_a_release_gives_the_same_bytes(released):
    before = released.git("status", "--porcelain"), released.git("worktree", "list")
    done = released.run("verify", "--release", "1.0.0")
    assert done.exit_code == 0, done.output
    assert "rebuilt from report-1.0.0" in done.output
    assert "libraries: the same" in done.output
    assert (released.git("status", "--porcelain"), released.git("worktree", "list")) == before


def test_the_program_of_the_tag_computes(released):
    """Not the one that is installed here, which would not stop."""
    released.git("checkout", "--quiet", "report-1.0.0")
    released.write(
        "poems_report/analysis/cohort.py",
        lambda text: f"{text}\nraise SystemExit('the program of the tag')\n",
    )
    retag(released)
    done = released.run("verify", "--release", "1.0.0")
    assert done.exit_code == 1
    assert "the program of the tag" in done.output


def test_data_that_no_longer_give_the_results(released):
    retag(released)
    done = released.run("verify", "--release", "1.0.0")
    assert done.exit_code == 1
    assert "results.json is not the same when it is computed again:" in done.output
    assert "P02, il6, day +1: 5.5 -> 8.8" in done.output


def test_a_release_altered_after_its_tag(released):
    path = released.folder / "releases" / "1.0.0" / "results.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"holds"', '"does not hold"', 1), encoding="utf-8"
    )
    done = released.run("verify", "--release", "1.0.0")
    assert (done.exit_code, done.output) == (1, "releases/1.0.0/results.json: not as in the tag\n")


def test_other_libraries_are_named(released):
    released.git("checkout", "--quiet", "report-1.0.0")
    released.write("releases/1.0.0/manifest.json", lambda text: text.replace('"numpy": "', '"numpy": "0.'))
    retag(released)
    done = released.run("verify", "--release", "1.0.0")
    assert done.exit_code == 0, done.output
    assert "libraries: other than at the release: numpy 0." in done.output


def test_what_is_no_release(released, tmp_path, monkeypatch):
    done = released.run("verify", "--release", "2.0.0")
    assert (done.exit_code, "there is no release 2.0.0; there is 1.0.0" in done.output) == (2, True)
    released.git("tag", "report-3.0.0", "HEAD~2")
    done = released.run("verify", "--release", "3.0.0")
    assert (done.exit_code, "holds no releases/3.0.0/results.json" in done.output) == (1, True)
    shutil.rmtree(released.folder / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    done = released.run("verify", "--release", "1.0.0")
    assert (done.exit_code, "no git repository" in done.output) == (1, True)
