"""The zip file itself: the same members give the same bytes; where it may be written."""

from __future__ import annotations

import io
import stat
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from poems_report.errors import DocumentError, UsageError
from poems_report.provenance import clock
from poems_report.submission.bundle.members import Member

_FIRST_ZIP_YEAR = 1980
_UNIX = 3
_PERMISSIONS = stat.S_IFREG | 0o644
_LEVEL = 6


def packed(members: Sequence[Member]) -> bytes:
    """The members as a zip: in their order, dated by the program's clock, readable by all.

    Raises:
        DocumentError: two members have one name.
    """
    names = [one.name for one in members]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DocumentError(f"two files of the bundle have one name: {', '.join(twice)}")
    moment = clock()
    date = (max(moment.year, _FIRST_ZIP_YEAR), *moment.timetuple()[1:6])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for one in members:
            entry = zipfile.ZipInfo(one.name, date)
            entry.create_system = _UNIX
            entry.external_attr = _PERMISSIONS << 16
            archive.writestr(entry, one.content, zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
    return out.getvalue()


def refuse_unwritable(path: Path) -> None:
    """Find out before anything is made whether a bundle may be written to this path.

    Raises:
        UsageError: the name does not end in `.zip`.
        DocumentError: the folder is missing or cannot be written to, or what lies there is no zip file.
    """
    if path.suffix.lower() != ".zip":
        raise UsageError(f"{path}: a bundle is a zip file; let its name end in .zip")
    if not path.parent.is_dir():
        raise DocumentError(f"{path}: there is no folder {path.parent}")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise DocumentError(f"{path}: {path.parent} cannot be written to: {error.strerror}") from None
    if path.is_dir():
        raise DocumentError(f"{path}: this is a folder, not a zip file")
    if path.exists() and not zipfile.is_zipfile(path):
        raise DocumentError(f"{path}: lies there and is no zip file; it is not replaced")
