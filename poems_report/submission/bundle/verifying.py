"""Checking a bundle against the manifest inside it, in bounded memory and time, without unpacking it."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from poems_report.errors import VerificationError
from poems_report.manifest import NAME

MOST_BYTES = 1 << 30
"""Of all files together, unpacked."""
MOST_FILES = 2000
MOST_RATIO = 200
"""How many times smaller than its content the whole archive may be."""
MOST_MANIFEST = 4 << 20
_MOST_DIRECTORY = 1 << 20
_CHUNK = 1 << 20
_END = struct.Struct("<4s4H2LH")
_ZIP64 = b"PK\x06\x07"
_ENCRYPTED = 0x1
_NAME = re.compile(r"[^\x00-\x1f\x7f\\:*?\"<>|]{1,200}")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def verify_archive(path: Path) -> int:
    """Compare every file of a bundle with its manifest.

    Returns:
        how many files were compared.

    Raises:
        VerificationError: no zip file, unsafe to read, without a manifest, or a file is missing, changed or not
            listed; one line each.
    """
    _refuse_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _refuse(path, members)
            expected = _listed(path, archive)
            found = {one.filename: _digest(archive, one) for one in members if one.filename != NAME}
    except _UNREADABLE as error:
        raise VerificationError(f"{path}: cannot be read: {error}") from None
    failures = [f"{name}: missing" for name in expected if name not in found]
    failures += [f"{name}: changed" for name in found if expected.get(name, found[name]) != found[name]]
    failures += [f"{name}: not in the manifest" for name in found if name not in expected]
    if failures:
        raise VerificationError("\n".join(sorted(failures)))
    return len(expected)


def _refuse_directory(path: Path) -> None:
    """Look at the end of the file before its list of files is read into memory.

    The list ends with 22 bytes (PKWARE, APPNOTE.TXT, 4.3.16). Bundles have neither a comment nor the form for huge
    files (zip64).
    """
    with path.open("rb") as handle:
        handle.seek(0, 2)
        size = handle.tell()
        handle.seek(max(0, size - _END.size - 20))
        tail = handle.read()
    if len(tail) < _END.size or not tail[-_END.size :].startswith(b"PK\x05\x06"):
        raise VerificationError(
            f"{path}: no zip file of this program: its end is missing or followed by more"
        )
    _, _, _, _, entries, directory, _, comment = _END.unpack(tail[-_END.size :])
    if comment or _ZIP64 in tail[: -_END.size]:
        raise VerificationError(
            f"{path}: no zip file of this program: it has a comment or the form for huge files"
        )
    if entries > MOST_FILES or directory > _MOST_DIRECTORY:
        raise VerificationError(
            f"{path}: {entries} files listed in {directory} bytes; a bundle has {MOST_FILES} at most"
        )


def _refuse(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Names that lead out of a folder or meet each other, links, encryption, bombs.

    Raises:
        VerificationError: one line a fault.
    """
    failures = []
    seen: dict[str, str] = {}
    for one in members:
        name = one.filename
        if not _safe(name) or name != one.orig_filename:
            failures.append(f"{one.orig_filename!r}: no name of a file below a folder")
        same = unicodedata.normalize("NFC", name).casefold()
        if same in seen:
            failures.append(f"{name}: there twice, as {seen[same]}")
        seen[same] = name
        kind = stat.S_IFMT(one.external_attr >> 16)
        if kind and kind != stat.S_IFREG:
            failures.append(f"{name}: a link or a device, not a file")
        if one.flag_bits & _ENCRYPTED:
            failures.append(f"{name}: encrypted")
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            failures.append(f"{name}: compressed in a way that bundles are not")
    whole = sum(one.file_size for one in members)
    if whole > MOST_BYTES or whole > MOST_RATIO * path.stat().st_size:
        failures.append(
            f"{path}: {whole} bytes unpacked, more than {MOST_BYTES} or {MOST_RATIO} times its own size"
        )
    if failures:
        raise VerificationError("\n".join(failures))


def _safe(name: str) -> bool:
    parts = name.split("/")
    return _NAME.fullmatch(name) is not None and not {"", ".", ".."} & set(parts)


def _listed(path: Path, archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The hashes that the manifest states."""
    try:
        entry = archive.getinfo(NAME)
    except KeyError:
        raise VerificationError(f"{path}: no {NAME} inside; `poems-report bundle` writes one") from None
    if entry.file_size > MOST_MANIFEST:
        raise VerificationError(f"{path}: {NAME} has {entry.file_size} bytes, more than {MOST_MANIFEST}")
    try:
        listed = json.loads(archive.read(entry))["outputs"]
        return {str(name): str(digest) for name, digest in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise VerificationError(f"{path}: {NAME} is not a manifest of this program") from None


def _digest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """SHA-256 of a file, of which no more is read than its entry states."""
    found = hashlib.sha256()
    stream: IO[bytes]
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
