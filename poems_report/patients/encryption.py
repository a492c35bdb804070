"""A page under a password: AES with 256 bits, readable by assistive technology (ISO 32000-2, 7.6)."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from secrets import token_hex

from poems_report.errors import UsageError

MOST_BYTES = 127
"""Longest password in UTF-8 that the standard handler takes (ISO 32000-2, 7.6.4.3.3); the rest would be ignored."""

_OF_OTHERS = 0o007


def read_password(path: Path) -> str:
    """The password in a file's only line; one line end after it is no part of it, blanks are.

    The text is normalised to NFKC, as SASLprep (RFC 4013) does to what a reader types.

    Raises:
        UsageError: no such file, empty, open to every user, not UTF-8, of several lines, too long, or with a
            sign that nobody can type. No message shows any of the content.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such password file")
    mode = path.stat().st_mode & 0o777
    if os.name == "posix" and mode & _OF_OTHERS:
        raise UsageError(
            f"{path}: every user may open this password file (mode {mode:03o}); allowed: chmod 600"
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: the password is not UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path}: the password cannot be read: {error.strerror}") from None
    line = text.removesuffix("\n").removesuffix("\r")
    if not line.strip():
        raise UsageError(f"{path}: the password file is empty; allowed: one line, the password")
    if "\n" in line or "\r" in line:
        raise UsageError(f"{path}: the password file has several lines; allowed: one line, the password")
    password = unicodedata.normalize("NFKC", line)
    if not password.isprintable():
        raise UsageError(f"{path}: the password has a sign that nobody can type")
    if len(password.encode()) > MOST_BYTES:
        raise UsageError(f"{path}: the password is longer than {MOST_BYTES} bytes")
    return password


def encrypted(content: bytes, password: str, form: bool = False) -> bytes:
    """A PDF that opens with the password; new keys each time, so never the same bytes twice.

    Whoever opens it may print, read aloud and, in a form, fill in; the key to more than that is kept by nobody.

    Args:
        content: the PDF.
        password: opens it.
        form: whether its fields may be filled.
    """
    from io import BytesIO

    from pikepdf import Encryption, Pdf, Permissions

    allowed = Permissions(
        accessibility=True,
        extract=False,
        modify_annotation=False,
        modify_assembly=False,
        modify_form=form,
        modify_other=False,
        print_lowres=True,
        print_highres=True,
    )
    out = BytesIO()
    with Pdf.open(BytesIO(content)) as document:
        document.save(out, encryption=Encryption(user=password, owner=token_hex(32), R=6, allow=allowed))
    return out.getvalue()
