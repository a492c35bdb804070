"""Pages under a password, and the password's file."""

from __future__ import annotations

import json
import re
import shutil

import pikepdf
import pytest
from click.testing import CliRunner

from poems_report.cli import main
from poems_report.errors import UsageError
from poems_report.patients import finish_of, read_password, render_patients
from poems_report.patients.variants import VARIANTS
from tests.patients.conftest import OPENER


def write(path, content, mode=0o600):
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_aes_256_and_nothing_readable_without_the_password(encrypted_folder, study):
    for patient in study.patient_ids:
        path = encrypted_folder / f"{patient}.pdf"
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(path)
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(path, password=OPENER + "!")
        with pikepdf.open(path, password=OPENER) as document:
            assert document.encryption.R == 6
            assert document.encryption.bits == 256
            assert document.encryption.stream_method == pikepdf.models.EncryptionMethod.aesv3
            assert document.encryption.string_method == pikepdf.models.EncryptionMethod.aesv3
        for word in (b"Decision support", patient.encode(), b"pdfuaid"):
            assert word not in path.read_bytes()


def test_assistive_technology_reads_it_and_tags_are_kept(encrypted_folder, pages_folder):
    with (
        pikepdf.open(encrypted_folder / "P01.pdf", password=OPENER) as document,
        pikepdf.open(pages_folder / "P01.pdf") as plain,
    ):
        assert document.allow.accessibility
        assert document.allow.print_highres
        assert not document.allow.extract
        assert not document.allow.modify_form
        assert not document.owner_password_matched
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == str(plain.Root.Lang)
        assert tags(document) == tags(plain)
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def tags(document):
    return sorted(
        str(one.S)
        for one in document.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"
    )


def test_only_a_form_may_be_filled_in(study, results, tmp_path):
    render_patients(study, results, tmp_path, patients=["P01"], finish=finish_of("form", OPENER))
    with pikepdf.open(tmp_path / "P01.pdf", password=OPENER) as document:
        assert document.allow.modify_form
        assert not document.allow.modify_other


def test_up_to_date_though_the_bytes_never_repeat(study, results, encrypted_folder, tmp_path):
    folder = shutil.copytree(encrypted_folder, tmp_path / "pages")
    finish = finish_of("ua", OPENER)
    assert render_patients(study, results, folder, finish=finish).made == ()
    before = (folder / "P01.pdf").read_bytes()
    render_patients(study, results, folder, patients=["P01"], force=True, finish=finish)
    assert (folder / "P01.pdf").read_bytes() != before


@pytest.mark.parametrize("password", ["another", ""])
def test_another_password_or_none_is_another_page(study, results, encrypted_folder, tmp_path, password):
    folder = shutil.copytree(encrypted_folder, tmp_path / "pages")
    finish = finish_of("ua", password)
    assert render_patients(study, results, folder, patients=["P02"], finish=finish).made == ("P02",)
    with pikepdf.open(folder / "P02.pdf", password=password) as document:
        assert len(document.pages) >= 1


def test_an_archive_takes_no_password():
    with pytest.raises(UsageError, match="PDF/A forbids encryption"):
        finish_of("archive", OPENER)


def test_an_unknown_variant_is_named_with_the_known_ones():
    with pytest.raises(UsageError, match="'pdfx'; known: ua, archive, form"):
        finish_of("pdfx")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"secret", "secret"),
        (b"secret\n", "secret"),
        (b"secret\r\n", "secret"),
        (b" two words \n", " two words "),
        (b"\xef\xbb\xbfsecret\n", "secret"),
        ("perche\u0301\n".encode(), "perché"),
    ],
)
def test_one_line_without_its_end(tmp_path, content, expected):
    assert read_password(write(tmp_path / "password", content)) == expected


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"  \n", "is empty"),
        (b"one-line\ntwo-lines\n", "several lines"),
        (b"secret\n\n", "several lines"),
        (b"\xffsecret", "not UTF-8"),
        (b"sec\tret", "nobody can type"),
        (b"x" * 128, "longer than 127 bytes"),
        ("è".encode() * 64, "longer than 127 bytes"),
    ],
)
def test_a_password_file_that_holds_no_password_is_named_and_not_quoted(tmp_path, content, told):
    path = write(tmp_path / "password", content)
    with pytest.raises(UsageError, match=told) as caught:
        read_password(path)
    assert str(path) in str(caught.value)
    assert "ret" not in str(caught.value).replace(str(path), "")
    assert "-line" not in str(caught.value).replace(str(path), "")


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o666, 0o601])
def test_a_file_open_to_every_user_is_refused(tmp_path, mode):
    path = write(tmp_path / "password", b"secret", mode)
    with pytest.raises(UsageError, match=rf"every user .*mode {mode:o}.*chmod 600"):
        read_password(path)


def test_a_group_may_share_it(tmp_path):
    assert read_password(write(tmp_path / "password", b"secret", 0o440)) == "secret"


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_missing_file_is_named(tmp_path, name):
    with pytest.raises(UsageError, match="no such password file"):
        read_password(tmp_path / name)


def run(*words):
    return CliRunner().invoke(main, ["patients", *map(str, words)])


def test_the_command_line_makes_it_and_shows_the_password_nowhere(root, tmp_path):
    word = "Xq7-never-seen"
    out = tmp_path / "pages"
    words = (root / "data", "-o", out, "--patient", "P05", "--encrypt")
    done = run(*words, write(tmp_path / "password", word.encode()))
    assert done.exit_code == 0, done.output
    assert word not in done.output
    for path in out.iterdir():
        assert word.encode() not in path.read_bytes()
    with pikepdf.open(out / "P05.pdf", password=word) as document:
        assert document.encryption.R == 6
    state = json.loads((out / ".state.json").read_text())
    assert all(re.fullmatch("[0-9a-f]{64}", told) for told in state["pages"]["P05"].values())
    assert word not in repr(finish_of("ua", word))


def test_the_command_line_refuses_before_anything_is_made(root, tmp_path):
    out = tmp_path / "pages"
    for words in (
        ("--variant", "pdfx"),
        ("--encrypt", tmp_path / "nothing"),
        ("--encrypt", write(tmp_path / "empty", b"")),
        ("--encrypt", write(tmp_path / "open", b"secret", 0o644)),
        ("--variant", "archive", "--encrypt", write(tmp_path / "good", b"secret")),
    ):
        done = run(root / "data", "-o", out, *words)
        assert done.exit_code == 2, done.output
        assert "Error:" in done.output
        assert not out.exists()


def test_the_command_line_knows_every_variant():
    shown = run("--help").output
    assert f"[{'|'.join(VARIANTS)}]" in shown
