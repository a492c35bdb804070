"""Hashes, versions, the clock and safe writing: everything that lets a reader trace a file.

Imports nothing of the package, so that every layer may use it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

_LIBRARIES = (
    "great-tables",
    "jinja2",
    "matplotlib",
    "numpy",
    "pandas",
    "plotnine",
    "pypandoc_binary",
    "scipy",
    "weasyprint",
)
_FALLBACK_EPOCH = 1_640_995_200  # 2022-01-01, the day the study was published: used outside of git only
_LAST_EPOCH = 253_402_300_799


@cache
def package_version() -> str:
    """The version of this program, as `pyproject.toml` states it."""
    return metadata.version("poems-report")


@cache
def library_versions() -> dict[str, str]:
    """Versions of the libraries that shape the outputs."""
    return {name: metadata.version(name) for name in _LIBRARIES}


def stated_epoch() -> int | None:
    """SOURCE_DATE_EPOCH (reproducible-builds.org/specs/source-date-epoch); None where it is not set or empty.

    Raises:
        ValueError: it is no whole number of seconds since 1970, or lies beyond the year 9999.
    """
    stated = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not stated:
        return None
    if not (stated.isascii() and stated.isdigit() and len(stated) < 13 and int(stated) <= _LAST_EPOCH):
        allowed = f"whole seconds since 1970, at most {_LAST_EPOCH}, as {_FALLBACK_EPOCH}"
        raise ValueError(f"SOURCE_DATE_EPOCH is {stated!r}; allowed: {allowed}")
    return int(stated)


def source_date_epoch(folder: Path | None = None) -> int:
    """Seconds since 1970 that stand for "now" in every output.

    SOURCE_DATE_EPOCH where it is set, else the time of the last commit of the repository that holds `folder`, else
    a fixed day. Never the current time.

    Raises:
        ValueError: as `stated_epoch`.
    """
    stated = stated_epoch()
    if stated is not None:
        return stated
    found = _git(folder or Path.cwd(), "log", "-1", "--format=%ct")
    return int(found) if found else _FALLBACK_EPOCH


def clock(folder: Path | None = None) -> datetime:
    """`source_date_epoch` as a date and time in UTC."""
    return datetime.fromtimestamp(source_date_epoch(folder), tz=UTC)


def commit(folder: Path) -> str | None:
    """The last commit of the repository that holds `folder`; None outside of git."""
    return _git(folder, "rev-parse", "HEAD") or None


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def sha256_bytes(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sha256_files(paths: Iterable[Path], base: Path) -> str:
    """One hash of many files: their paths below `base` and their contents, in order of path."""
    rows = (f"{path.relative_to(base).as_posix()} {sha256_file(path)}" for path in sorted(paths))
    return sha256_bytes("\n".join(rows).encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, then rename: a reader sees the old file or the new one, never half of one.

    Raises:
        OSError: it cannot be written; the error names `path`, also where the system names nothing (a full disk).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".writing-", delete=False) as handle:
        beside = Path(handle.name)
        try:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
            beside.chmod(0o644)
            beside.replace(path)
        except BaseException as error:
            beside.unlink(missing_ok=True)
            if isinstance(error, OSError):
                error.filename = str(path)
            raise


def to_json(content: Mapping[str, Any]) -> bytes:
    """JSON as every output writes it: UTF-8, two spaces, no NaN, one newline at the end.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
