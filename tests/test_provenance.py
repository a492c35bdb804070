from __future__ import annotations

import errno
import hashlib
import os
import re
import subprocess
from datetime import UTC, datetime

import pytest

from poems_report import provenance


def test_the_clock_is_what_the_environment_states(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert provenance.clock() == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)


def test_the_clock_is_else_that_of_the_last_commit(monkeypatch, tmp_path):
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    for words in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(
            ["git", "-C", tmp_path, *words],
            check=True,
            env={"GIT_COMMITTER_DATE": "1500000000 +0000", "PATH": "/usr/bin:/bin"},
        )
    assert provenance.source_date_epoch(tmp_path) == 1_500_000_000
    assert len(provenance.commit(tmp_path)) == 40


@pytest.mark.parametrize("stated", ["abc", "1.5", "-5", "1_000", "1e9", "²", "253402300800", "9" * 5000])
def test_a_clock_that_is_no_number_of_seconds_is_named(monkeypatch, stated):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    with pytest.raises(ValueError, match=r"SOURCE_DATE_EPOCH is '.*'; allowed: whole seconds since 1970"):
        provenance.clock()


def test_the_last_second_of_the_year_9999_can_be_stated(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "253402300799")
    assert provenance.clock() == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("stated", ["", "  "])
def test_an_empty_clock_is_none(monkeypatch, tmp_path, stated):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    assert provenance.stated_epoch() is None
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    empty = provenance.clock(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert empty == provenance.clock(tmp_path)


def test_outside_of_git_the_clock_stands_still(monkeypatch, tmp_path):
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.clock(tmp_path) == provenance.clock(tmp_path)
    assert provenance.commit(tmp_path) is None


def test_a_hash_is_that_of_the_standard_library(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"poems")
    assert provenance.sha256_file(path) == hashlib.sha256(b"poems").hexdigest()


def test_an_interrupted_write_leaves_the_last_good_file(tmp_path, monkeypatch):
    path = tmp_path / "a"
    provenance.write_atomically(path, b"old")

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(provenance.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        provenance.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_is_told_with_the_file(tmp_path, monkeypatch):
    """The system names no file where a write fails, other than where an opening does."""
    path = tmp_path / "a"

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(provenance.os, "fsync", full)
    with pytest.raises(OSError, match=re.escape(f"{os.strerror(errno.ENOSPC)}: '{path}'")):
        provenance.write_atomically(path, b"new")
    assert not list(tmp_path.iterdir())


def test_json_has_no_nan():
    with pytest.raises(ValueError, match="JSON"):
        provenance.to_json({"a": float("nan")})
