"""`verify` on archives: what differs is named, what is unsafe is refused, in bounded time and memory."""

from __future__ import annotations

import hashlib
import json
import stat
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from poems_report.cli import main
from poems_report.errors import VerificationError
from poems_report.submission.bundle.verifying import verify_archive

FILES = {"letter.txt": b"dear editors", "figures/Fig1.svg": b"<svg/>" * 50}


def archive(path: Path, files: dict[str, bytes], listed: dict[str, bytes] | None = None, **manifest) -> Path:
    """A zip of the standard library with a manifest of other files, where so asked."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in (listed or files).items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        made.writestr("manifest.json", json.dumps({"outputs": hashes, **manifest}))
    return path


def refused(path: Path) -> str:
    tracemalloc.start()
    before = time.process_time()
    with pytest.raises(VerificationError) as error:
        verify_archive(path)
    assert time.process_time() - before < 3
    assert tracemalloc.get_traced_memory()[1] < 40e6
    tracemalloc.stop()
    return str(error.value)


def test_an_archive_as_listed(tmp_path):
    path = archive(tmp_path / "a.zip", FILES)
    assert verify_archive(path) == 2
    done = CliRunner().invoke(main, ["verify", str(path)])
    assert done.exit_code == 0
    assert done.output == f"{path}: 2 outputs as the manifest lists them\n"


def test_folders_of_an_unpacked_and_packed_archive_do_not_count(tmp_path):
    path = archive(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(path, "a") as made:
        made.mkdir("figures")
    assert verify_archive(path) == 2


def test_what_is_missing_changed_or_added_is_named(tmp_path):
    held = {"letter.txt": b"dear editor", "figures/Fig2.svg": b"<svg/>"}
    path = archive(tmp_path / "a.zip", held, FILES)
    assert refused(path).splitlines() == [
        "figures/Fig1.svg: missing",
        "figures/Fig2.svg: not in the manifest",
        "letter.txt: changed",
    ]
    done = CliRunner().invoke(main, ["verify", str(path)])
    assert done.exit_code == 1
    assert "letter.txt: changed" in done.output


@pytest.mark.parametrize(
    "name",
    ["../up.txt", "/root.txt", "a/../../up.txt", "a//b.txt", "./a.txt", "C:/a.txt", "a\\b.txt", "a\nb.txt"],
)
def test_names_that_lead_elsewhere_are_refused(name, tmp_path):
    assert "no name of a file below a folder" in refused(archive(tmp_path / "a.zip", {name: b"x"}))


def test_a_name_cut_at_a_zero_byte_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", {"good.txt+hidden": b"x"})
    path.write_bytes(path.read_bytes().replace(b"good.txt+hidden", b"good.txt\0hidden"))
    assert "no name of a file below a folder" in refused(path)


@pytest.mark.parametrize("second", ["letter.txt", "LETTER.txt"])
def test_a_name_that_is_there_twice_is_refused(second, tmp_path):
    path = archive(tmp_path / "a.zip", {"letter.txt": b"one", "lexxer.tyt": b"two"})
    path.write_bytes(path.read_bytes().replace(b"lexxer.tyt", second.encode()))
    assert f"{second}: there twice, as letter.txt" in refused(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind, tmp_path):
    path = archive(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(path, "a") as made:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (kind | 0o777) << 16
        made.writestr(entry, "/etc/passwd")
    assert "link: a link or a device, not a file" in refused(path)


def test_a_file_that_unpacks_to_far_more_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", {"bomb.txt": bytes(30_000_000)})
    assert "30000" in refused(path)
    assert "times its own size" in refused(path)


def stating(path, size):
    """Write another size into the archive's list of files."""
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<L", size)
    path.write_bytes(content)


def test_more_bytes_than_any_bundle_has_are_refused_by_what_the_list_says(tmp_path):
    path = archive(tmp_path / "a.zip", {"big.txt": b"x" * 5000})
    stating(path, 0xF0000000)
    assert "bytes unpacked, more than" in refused(path)


def test_a_list_that_states_too_little_is_found(tmp_path):
    path = archive(tmp_path / "a.zip", {"big.txt": b"x" * 5000})
    stating(path, 10)
    assert "big.txt" in refused(path)


def test_a_list_of_countless_files_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(2100):
            made.writestr(f"{number}", b"")
    assert "2100 files listed" in refused(path)


def test_huge_files_comments_and_what_follows_the_end_are_refused(tmp_path):
    path = archive(tmp_path / "a.zip", FILES)
    whole = path.read_bytes()
    path.write_bytes(whole + b"more")
    assert "followed by more" in refused(path)
    path.write_bytes(whole[:-22] + b"PK\x06\x07" + bytes(16) + whole[-22:])
    assert "huge files" in refused(path)
    with zipfile.ZipFile(path, "w") as made:
        made.comment = b"hello"
    assert "followed by more" in refused(path)


def test_encrypted_and_strangely_compressed_files_are_refused(tmp_path):
    path = archive(tmp_path / "a.zip", FILES)
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(content)
    assert "letter.txt: encrypted" in refused(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("manifest.json", "{}")
    assert "compressed in a way" in refused(path)


def test_a_damaged_or_other_file_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", FILES)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert "no zip file" in refused(path)
    path.write_bytes(b"PK")
    assert "no zip file" in refused(path)
    path.write_bytes(whole[:35] + b"????" + whole[39:])
    assert "cannot be read" in refused(path)
    path.write_bytes(whole[: whole.find(b"PK\x01\x02")] + bytes(100) + whole[-22:])
    assert "cannot be read" in refused(path)


def test_without_a_manifest_of_this_program_nothing_is_verified(tmp_path):
    path = tmp_path / "a.zip"
    for content, wrong in (
        (None, "no manifest.json inside"),
        ("not json", "not a manifest"),
        ('{"outputs": []}', "not a manifest"),
        ("[" * 100_000, "not a manifest"),
        ("\xff", "not a manifest"),
    ):
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("a.txt", "a")
            if content is not None:
                made.writestr("manifest.json", content.encode("latin-1"))
        assert wrong in refused(path)
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("manifest.json", " " * 5_000_000)
    assert "manifest.json has 5000000 bytes" in refused(path)
