from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from poems_report.errors import DocumentError, UsageError
from poems_report.submission.bundle.members import Member, ordered
from poems_report.submission.bundle.packing import packed, refuse_unwritable

MEMBERS = (Member("b.txt", b"two" * 100, "table"), Member("a/c.txt", b"one", "letter"))


def test_the_same_members_give_the_same_bytes_dated_by_the_clock():
    assert packed(MEMBERS) == packed(MEMBERS)
    with zipfile.ZipFile(BytesIO(packed(MEMBERS))) as archive:
        assert archive.testzip() is None
        assert [one.filename for one in archive.infolist()] == ["b.txt", "a/c.txt"]
        for one in archive.infolist():
            assert one.date_time == (2023, 11, 14, 22, 13, 20)
            assert one.external_attr >> 16 == 0o100644
            assert one.create_system == 3
        assert archive.read("b.txt") == b"two" * 100


def test_a_clock_before_zip_files_is_their_first_year(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    with zipfile.ZipFile(BytesIO(packed(MEMBERS))) as archive:
        assert {one.date_time[:3] for one in archive.infolist()} == {(1980, 1, 1)}


def test_two_members_with_one_name_are_refused():
    with pytest.raises(DocumentError, match=r"one name: b\.txt"):
        packed((*MEMBERS, MEMBERS[0]))


def test_members_are_ordered_by_their_part():
    assert [one.role for one in ordered(MEMBERS)] == ["letter", "table"]


def test_an_output_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"let its name end in \.zip"):
        refuse_unwritable(tmp_path / "a.tar")
    with pytest.raises(DocumentError, match="there is no folder"):
        refuse_unwritable(tmp_path / "missing" / "a.zip")
    with pytest.raises(DocumentError, match="cannot be written to"):
        refuse_unwritable(type(tmp_path)("/proc/a.zip"))
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(DocumentError, match="a folder"):
        refuse_unwritable(tmp_path / "folder.zip")
    (tmp_path / "text.zip").write_text("my thesis", encoding="utf-8")
    with pytest.raises(DocumentError, match="it is not replaced"):
        refuse_unwritable(tmp_path / "text.zip")
    (tmp_path / "old.zip").write_bytes(packed(MEMBERS))
    refuse_unwritable(tmp_path / "old.zip")
    refuse_unwritable(tmp_path / "new.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.zip", "old.zip", "text.zip"]
